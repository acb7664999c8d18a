r"""Sums over the whole spectrum, with a remainder for every prompt beyond a stated length.

With :math:`\lambda_j=j^{-q}`, q = 2s + 1, everything here comes from one sum,
:math:`S(m,\kappa)=\sum_j\kappa/(m+\kappa j^q)`. By the Euler-Maclaurin formula

.. math:: S=c_q\Big(\frac\kappa m\Big)^{1-1/q}-\frac\kappa{2m}+\rho,\qquad
          |\rho|\le\frac1{12}\int|f''|=\frac16\max|f'|
          \le\frac q{18}\Big(\frac\kappa m\Big)^{1+1/q},

because :math:`f(x)=\kappa/(m+\kappa x^q)` has no slope at zero and turns once; the last step is
:math:`u^{q-1}/(1+u^q)^2\le\frac13`. The rest is arithmetic in balls that cover
:math:`e=n^{-1/q}` from zero on. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Number, Pair, Proof, for_all, nonnegative, square, vanishes
from iclnb.exact.balls import ball
from iclnb.kinds import guarded

from .steps import one_after_another

__all__ = [
    "bayes_factor",
    "constant",
    "factor_limit",
    "flat_risk",
    "least_bayes",
    "plug_in",
    "plug_in_risk",
    "steepest",
    "sum_rest",
    "two_terms",
    "with_features",
]

NOISE = Fraction(1, 10)
POWERS = (3, 5, 7)
"""The q of s = 1, 2 and 3."""
#: What the slope, the remainder of the law of two terms and the ratio have to spare, by the power.
STEEP = {3: "0.05339", 5: "0.07307", 7: "0.07817"}
SPARE = {3: "0.3425", 5: "0.5852", 7: "0.514"}
RATIO = {3: "0.8753", 5: "0.6299", 7: "0.2749"}
PIECES = 200
ORDERS = 40
FROM = 100
"""The shortest prompt of the laws."""


def _label(q: int) -> tuple[Any, Any]:
    """Return balls around the trace of the spectrum and the variance of a label."""
    trace = ball(q).zeta()
    return trace, trace + ball(NOISE)


def _sum(q: int, m: Number, kappa: Any) -> Any:
    r"""Return a ball around :math:`\sum_j\kappa/(m+\kappa j^q)`.

    Beyond J, where :math:`m/(\kappa J^q)<\frac14`, a term is :math:`j^{-q}/(1+r)`,
    :math:`r=mj^{-q}/\kappa`, a series with falling terms of both signs, and its remainder is less
    than the first term left out.
    """
    ratio, J = ball(m) / kappa, 8
    while not ratio < ball(Fraction(J**q, 4)):
        J += 1
    out = ball(0)
    for j in range(1, J + 1):
        out = out + kappa / (ball(m) + kappa * ball(j**q))
    for i in range(ORDERS):
        out = out + (-ratio) ** i * ball(q * (i + 1)).zeta(ball(J + 1))
    left = ratio**ORDERS * ball(q * (ORDERS + 1)).zeta(ball(J + 1))
    return out + left.union(-left)


@guarded
def flat_risk(n: int, q: int) -> Any:
    """Return a ball around the least risk of all features, for n > 1; see :func:`two_terms`."""
    trace, tau = _label(q)
    return (ball(n) * _sum(q, n - 1, tau) - trace) / ball(n - 1)


@guarded
def with_features(n: int, q: int, features: int) -> Any:
    """Return a ball around the closed form for so many features: the others, and the summands."""
    tau = _label(q)[1]
    out = ball(q).zeta(ball(features + 1))
    for j in range(1, features + 1):
        v = ball(Fraction(1, j**q))
        out = out + v * (tau - v) / (n * v + tau - v)
    return out


@guarded
def least_bayes(n: int, q: int) -> Any:
    """Return a ball around Jensen's bound, the sum with the noise in the place of the label."""
    return _sum(q, n, ball(NOISE))


@guarded
def factor_limit(q: int) -> Any:
    """Return a ball around the limit of the ratio of the two."""
    return (_label(q)[1] / ball(NOISE)) ** (1 - ball(Fraction(1, q)))


def _summands() -> Proof:
    r"""The summands of both risks are those of S: of :math:`\frac n{n-1}S(n-1,\tau)` less
    :math:`\lambda/(n-1)`, and of :math:`S(n,\sigma^2)`; with :math:`x=1/\lambda`."""

    def sides(x: Draw) -> list[Pair]:
        inverse, tau, n = x(), x(), x()
        v, m = 1 / inverse, n - 1
        claimed = n / m * (tau / (m + tau * inverse)) - v / m
        return [
            (v * (tau - v) / (n * v + tau - v), claimed),
            (v * tau / (n * v + tau), tau / (n + tau * inverse)),
        ]

    return vanishes("kns-summands", sides, where="every spectrum, label and prompt length")


@guarded
def steepest(q: int, share: Number = Fraction(1, 3)) -> Proof:
    """The slope of 1/(1 + u^q) is at most q/3: below one, and, in 1/u, above one.

    ``share`` in the place of 1/3.

    Raises
    ------
    ValueError
        If q is not 3, 5 or 7: what the bound has to spare is stated for these.
    """
    if q not in STEEP:
        raise ValueError(f"q must be 3, 5 or 7, got {q}")

    def within(power: int, spare: str) -> Proof:
        def gap(u: Any) -> Any:
            return ball(share) - u**power / (1 + u**q) ** 2

        return for_all(gap, 0, 1, pieces=50, below=spare, where="every u")

    steps = [lambda: within(q - 1, STEEP[q]), lambda: within(q + 1, "0.08334")]
    return one_after_another(steps, where="every u")


@guarded
def constant(q: int) -> Any:
    """Return a ball around the integral of 1/(1 + u^q) over u > 0."""
    angle = 4 * ball(1).atan() / q
    return angle / angle.sin()


def _symmetric(value: Any) -> Any:
    return value.union(-value)


@guarded
def sum_rest(q: int, kappa: Any) -> Any:
    r"""Return a ball around :math:`\rho\,m^{1+1/q}`."""
    return _symmetric(ball(Fraction(q, 18)) * kappa ** (1 + ball(Fraction(1, q))))


def _remainder(q: int, e: Any) -> Any:
    r"""Return :math:`h=n^{1+1/q}` times what the law of two terms leaves of :math:`R^*`.

    Enclosed on a ball of :math:`e=n^{-1/q}\ge0`, from what S is at n - 1.
    """
    trace, tau = _label(q)
    a, y = 1 - ball(Fraction(1, q)), e**q
    keep = 1 - y
    whole = ball(0).union(y)  # from zero to y, for the mean value theorem
    lead = (1 + a) * (1 - whole) ** (-2 - a)  # of (1-y)^(-1-a) - 1, over y
    out = constant(q) * tau**a * e ** (q - 2) * lead
    out = out - tau / 2 * e ** (q - 1) * (2 - y) / keep**2 - trace * e ** (q - 1) / keep
    return out + sum_rest(q, tau) * keep ** (-2 - ball(Fraction(1, q)))


def _longest(q: int) -> Fraction:
    """Return a rational number above n^(-1/q) of the shortest prompt."""
    k = 1
    while FROM * k**q > 1000**q:
        k += 1
    while FROM * (k + 1) ** q <= 1000**q:
        k += 1
    return Fraction(k + 1, 1000)


@guarded
def two_terms(trace: Number = 1) -> Proof:
    r"""The law of two terms, from a hundred examples on within :math:`n^{-1-1/(2s+1)}`.

    The summands as an identity, the slope and the remainder by balls. ``trace`` stands before the
    trace in the second term.
    """

    def within(q: int) -> Proof:
        def gap(e: Any) -> Any:
            h = _remainder(q, e)
            if trace == 1:
                return 1 - abs(h)
            apart = ball(trace - 1) * _label(q)[0]
            return e - abs(apart + e * h)  # times n

        return for_all(
            gap, 0, _longest(q), pieces=PIECES, below=SPARE[q], where="a power of n",
            relies_on=("the Euler-Maclaurin formula", "Euler's integral of 1/(1+u^q)"),
        )  # fmt: skip

    steps = [_summands, *(lambda q=q: steepest(q) for q in POWERS)]
    return one_after_another(
        [*steps, *(lambda q=q: within(q) for q in POWERS)],
        where="s = 1, 2, 3, σ² = 1/10; every n from 100 on, within n^(-1-1/q), q = 3, 5, 7",
    )


@guarded
def bayes_factor(*, signal: bool = False) -> Proof:
    r"""The ratio to Jensen's bound, within :math:`2n^{-1/(2s+1)}` of its limit, relative.

    Both risks by the law of :func:`two_terms`. ``signal`` has the signal over the noise in the
    place of the label over the noise.
    """

    def within(q: int) -> Proof:
        trace, tau = _label(q)
        noise, c, a = ball(NOISE), constant(q), 1 - ball(Fraction(1, q))

        def gap(e: Any) -> Any:
            ours = -(tau / 2 + trace) + e * _remainder(q, e)
            ours = ours / (c * tau**a)  # R* n^a / (c tau^a) = 1 + e ours
            theirs = (-noise / 2 + e * sum_rest(q, noise)) / (c * noise**a)
            apart = (ours - theirs) / (1 + e * theirs)
            if signal:
                factor = (tau / trace) ** a  # the limit is larger than claimed by this
                return 2 * e - abs(factor * (1 + e * apart) - 1)
            return 2 - abs(apart)

        return for_all(gap, 0, _longest(q), pieces=PIECES, below=RATIO[q], where="a ratio")

    steps = [two_terms, *(lambda q=q: within(q) for q in POWERS)]
    return one_after_another(
        steps,
        where="s = 1, 2, 3, σ² = 1/10; every n from 100 on, within 2 n^(-1/q), q = 3, 5, 7",
    )


def _left(v: Any, rest: Any, n: Any, weight: Any) -> Any:
    r"""Return what the factor :math:`(1+\frac c{n\lambda})^{-1}` leaves beyond the least risk.

    ``rest`` is :math:`\tau-\lambda` and ``weight`` is c; both risks by their definition.
    """

    def risk(g: Any) -> Any:
        return v * square(1 - g) + rest / n * square(g)

    return risk(1 / (1 + weight / (n * v))) - risk(n * v / (n * v + rest))


@guarded
def plug_in_risk(n: int, q: int, features: int) -> Any:
    """Return a ball around the risk of the plug-in with c = tau: the least one and what is left."""
    tau, out = _label(q)[1], with_features(n, q, features)
    for j in range(1, features + 1):
        v = ball(Fraction(1, j**q))
        out = out + _left(v, tau - v, n, tau)
    return out


@guarded
def plug_in(factor: Number = 1) -> Proof:
    r"""With :math:`c=\tau` a summand exceeds the least one by at most :math:`\lambda/n^2`.

    All of them together by at most :math:`\operatorname{tr}\Sigma/n^2`, while the least risk is at
    least its first summand, :math:`\lambda_1(\tau-\lambda_1)/(n\lambda_1+\tau-\lambda_1)`. So the
    ratio tends to one. ``factor`` multiplies c.
    """

    def gap(x: Draw) -> Any:
        v, rest, n = x(), x(), x()
        return v / square(n) - _left(v, rest, n, factor * (v + rest))

    def plain(x: Draw) -> Any:
        v, rest, n = x(), x(), x()
        label, own = v + rest, n * v
        above = square(own) * rest + (2 * own * label + square(label)) * (own + rest)
        return v * above / (square(n) * square(own + label) * (own + rest))

    return nonnegative(
        "kns-plug-in", gap, plain, where="every spectrum, noise and prompt length", strict=True
    )

r"""Constants of the lower bounds, in balls that cover all long prompts.

Nothing here uses the float library. In the letters of Fano's bound :math:`\nu=n/\sigma^2`,
:math:`q=2s+1`, :math:`e=\nu^{-1/q}`, and :math:`k=4/\log2`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Number, Proof, enclosed, for_all, nonnegative, square
from iclnb.exact.balls import ball, entropy_term
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.exact.laws import constant, steepest, sum_rest
from iclnb.statistics.nonparametric_icl.exact.steps import one_after_another

__all__ = [
    "by_signs",
    "cube",
    "examples_for",
    "fano_constant",
    "fano_limit",
    "logarithm",
    "sign_left",
    "two_point",
]

LEAST = 10**4
"""The least n / sigma^2 of Fano's constant."""
TEETH = 400
WIDE = 16
#: What the two bounds of the logarithm have to spare, by the exponent.
SPARE = {1: ("0.3051", "0.1274"), 2: ("0.4841", "0.07228"), 4: ("0.6596", "0.01872")}
#: What Fano's constant has to spare, by the smoothness.
ROOM = {1: "10.68", 2: "3.715"}


def _k() -> Any:
    return 4 / ball(2).log()


def _peak(s: int) -> tuple[Any, Any]:
    """Return the best u = N e, and the bracket there, as balls."""
    best = (_k() * ball(Fraction(4 * s + 1, 2 * s))) ** ball(Fraction(1, 2 * s + 1))
    return best, ball(Fraction(2 * s + 1, 4 * s + 1))


@guarded
def cube(n: int, s: int, features: int) -> Any:
    """Return a ball around Fano's bound on the signs of so many features, noise variance 1/10."""
    q, N = 2 * s + 1, ball(features)
    told = _k() * (10 * n) / N**q + 8 / N
    return (1 - told) / (8 * N ** (2 * s))


@guarded
def fano_limit(s: int) -> Any:
    """Return a ball around the limit of Fano's bound over the risk of the best linear method."""
    best, bracket = _peak(s)
    return bracket / (8 * best ** (2 * s) * constant(2 * s + 1))


def _no_cube_is_better(s: int) -> Proof:
    r"""The bound of any cube, :math:`\frac18c^2u^{-2s}(1-kc^2u^{-q})`, is at most that of the peak.

    With :math:`x=kc^2u^{-q}` it is :math:`c^{2/q}` times a power of :math:`x^{2s}(1-x)^q`. With
    :math:`x=1/(1+t)` that has its maximum at :math:`t=q/2s`: the gap is a double zero times a
    polynomial without negative coefficients, which is found by division.
    """
    q, top = 2 * s + 1, Fraction(2 * s + 1, 2 * s)
    height = top**q / (1 + top) ** (q + 2 * s)
    rest = [height * _choose(q + 2 * s, i) - (i == q) for i in range(q + 2 * s + 1)]
    for _ in range(2):
        rest = _divided(rest, top)

    def gap(x: Draw) -> Any:
        t = x()
        return height * (1 + t) ** (q + 2 * s) - t**q

    def plain(x: Draw) -> Any:
        t, out = x(), Fraction(0)
        for power, c in enumerate(rest):
            out = out + c * t**power
        return square(t - top) * out

    return nonnegative(f"mlb-fano-peak-{s}", gap, plain, where="every cube")


def _choose(n: int, k: int) -> int:
    out = 1
    for i in range(k):
        out = out * (n - i) // (i + 1)
    return out


def _divided(polynomial: list[Fraction], root: Fraction) -> list[Fraction]:
    """Divide by (t - root), coefficients from the constant up; the remainder must be zero."""
    out, carried = [], Fraction(0)
    for c in reversed(polynomial):
        carried = c + carried * root
        out.append(carried)
    if out.pop() != 0:
        raise ValueError("root is no root of the polynomial")
    return out[::-1]


def _longest(q: int) -> Fraction:
    """Return a rational number above the e of the least n / sigma^2."""
    k = 1
    while LEAST * k**q <= 1000**q:
        k += 1
    return Fraction(k, 1000)


@guarded
def fano_constant(factor: Number = 1) -> Proof:
    r"""Fano's bound over the linear risk is within :math:`16\nu^{-1/(2s+1)}` of its limit.

    Above, no cube is better than the peak. Below, one has :math:`N=\lceil u^*/e\rceil`, so that u
    is at most e too large, and the term with :math:`\log2` costs :math:`8/N\le8e/u^*`. The linear
    risk is the sum of the chapter on nonparametric learning. ``factor`` multiplies the limit.
    """

    def within(s: int) -> Proof:
        q = 2 * s + 1
        best, bracket = _peak(s)
        top = bracket / best ** (2 * s)

        def gap(e: Any) -> Any:
            v = best + ball(0).union(e)
            slope = -2 * s * v ** (-2 * s - 1) + _k() * (4 * s + 1) * v ** (-2 * s - q - 1)
            lost = ball(0).union(8 / (best * bracket) + abs(slope) / top)
            linear = (ball(Fraction(-1, 2)) + e * sum_rest(q, ball(1))) / constant(q)
            apart = -(lost + linear) / (1 + e * linear)
            if factor == 1:
                return WIDE - abs(apart)
            return WIDE * e - abs((1 + e * apart) / ball(factor) - 1)

        return for_all(
            gap, 0, _longest(q), pieces=TEETH, below=ROOM[s], where="long prompts",
            relies_on=(
                "Fano's inequality", "the code of Varshamov and Gilbert",
                "the Euler-Maclaurin formula", "Euler's integral of 1/(1+u^q)",
            ),
        )  # fmt: skip

    steps = [
        *(lambda s=s: _no_cube_is_better(s) for s in (1, 2)),
        *(lambda s=s: steepest(2 * s + 1) for s in (1, 2)),
        *(lambda s=s: within(s) for s in (1, 2)),
    ]
    return one_after_another(
        steps, where="s = 1, 2; every n from 10⁴ σ² on, within 16 (σ²/n)^(1/q), q = 3, 5"
    )


@guarded
def examples_for(theta: int, inverse: int) -> Any:
    r"""Return a ball around the nT at which :math:`\epsilon_1` is one over ``inverse``."""
    return ball(inverse) ** (2 + theta) * (ball(1).exp() + inverse).log()


@guarded
def logarithm(shift: Number = 0) -> Proof:
    r"""The local exponent exceeds :math:`-2/(2+\theta)` by :math:`\frac1{12\log nT}` at least, and
    by :math:`\frac1{\log nT}` at most.

    With :math:`x=\log(1/\epsilon)`, :math:`\log nT=(2+\theta)x+\log\ell(x)` and
    :math:`\log\epsilon^2=-2x`, the exponent is :math:`-2/(2+\theta+\delta)`,
    :math:`\delta=\ell'/\ell`. In y = 1/x, from 0 to 1. ``shift`` is added to the limit.
    """

    def both(theta: int) -> list[Any]:
        def parts(y: Any) -> tuple[Any, Any]:
            high, low = y.upper(), y.lower()
            # e^(1-x) rises with y, and so does y log(1/y), up to 1/e
            least = (1 - 1 / low).exp() if low > 0 else ball(0)
            small = least.union((1 - 1 / high).exp())
            level = 1 + y * (1 + small).log()  # y times the logarithm
            delta = 1 / (1 + small) / level  # over y
            rough = entropy_term(y) + y * level.log()  # y log of the logarithm
            apart = 2 * delta / ((2 + theta) * (2 + theta + y * delta))  # over y
            return apart, 2 + theta + rough

        def above(y: Any) -> Any:
            apart, scale = parts(y)
            if shift == 0:
                return 1 - apart * scale
            return y - (apart * y + ball(-shift)) * scale

        def below(y: Any) -> Any:
            apart, scale = parts(y)
            if shift == 0:
                return apart * scale - ball(Fraction(1, 12))
            return (apart * y + ball(-shift)) * scale - y / 12

        where = "θ = 1, 2, 4: every nT with ε below 1/e"
        steps = [
            lambda: for_all(above, 0, 1, pieces=TEETH, below=SPARE[theta][0], where=where),
            lambda: for_all(below, 0, 1, pieces=TEETH, below=SPARE[theta][1], where=where),
        ]
        return steps[::-1] if shift > 0 else steps  # what is refuted first

    return one_after_another(
        [step for theta in (1, 2, 4) for step in both(theta)],
        where="θ = 1, 2, 4: every nT with ε below 1/e, between 1/12 and 1 over log nT",
    )


@guarded
def sign_left(square: Number) -> Any:
    r"""Return a ball around :math:`g(q)=\mathbb E e^{-q(1+W^2)/2}`, the risk of a sign.

    W has the density :math:`\frac12\operatorname{sech}\frac{\pi w}2`; what lies beyond 40 is less
    than :math:`e^{-60}`.
    """
    return _sign_left(ball(square))


def _sign_left(q: Any) -> Any:
    from flint import acb, arb

    half = arb.pi() / 2

    def density(w: Any, _: bool) -> Any:
        return (-q * (1 + w * w) / 2).exp() / (2 * (half * w).cosh())

    inner = 2 * acb.integral(density, 0, 40).real
    far = (-ball(60)).exp()
    return inner + far.union(-far)


@guarded
def by_signs(s: int) -> Any:
    r"""Return a ball around :math:`A(n,s)` where :math:`n=\sigma^2`, so that no sign is reached.

    Every :math:`\rho_j=j^{-s-1/2}` is below the best one. From the sixth coordinate on
    :math:`1-\rho^2\le g\le1`.
    """
    q, out = 2 * s + 1, ball(0)
    for j in range(1, 6):
        out = out + ball(Fraction(1, j**q)) * sign_left(Fraction(1, j**q))
    rest = ball(q).zeta(ball(6))
    return out + rest.union(rest - ball(2 * q).zeta(ball(6)))


SWITCH = Fraction(3, 2)
CUTS = 60


@guarded
def two_point(factor: Number = Fraction(21, 10)) -> Proof:
    r"""The linear risk is at most 2.1 times the bound by signs, coordinate by coordinate.

    A coordinate has :math:`\frac{\rho^2}{1+\rho^2}` on one side and
    :math:`\max_{r\le\rho}r^2g(r^2)` on the other. Up to :math:`\rho^2=\frac32` the maximum is at
    least the value at the end, and g falls; beyond, it is at least the value at :math:`\frac32`,
    and the first is below one. ``factor`` in the place of 2.1.
    """

    def gap(square: Any) -> Any:
        return _sign_left(square.upper()) - 1 / (1 + square.lower()) / ball(factor)

    beyond = Fraction(1) / SWITCH / factor
    steps = [
        lambda: enclosed(
            lambda: sign_left(SWITCH), beyond, 2, below="0.002213", where="beyond",
            relies_on=("Jensen's inequality", "1/cosh is its own Fourier transform"),
        ),
        lambda: for_all(gap, 0, SWITCH, pieces=CUTS, below="0.1292", where="a part of the range"),
    ]  # fmt: skip
    return one_after_another(steps, where="every s, n and noise, coordinate by coordinate")

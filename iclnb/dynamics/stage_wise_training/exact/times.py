r"""Times of a row with equal competitors: the closed form for every K, and its limits enclosed.

:math:`N=\infty`: attention is :math:`a_m\propto p_me^{S_{km}}`, the flow that of
:math:`p_k\frac12\|\mathbf a-e_k\|^2`. Limits come with a remainder for every K from a stated one,
by balls over :math:`x=1/K` and :math:`\delta=1-a`. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, for_all, nonnegative, vanishes
from iclnb.exact.balls import ball, entropy_term
from iclnb.kinds import guarded

from .chains import chain

__all__ = [
    "balanced_bound",
    "balanced_growth",
    "balanced_tail",
    "clock",
    "closed_form",
    "dominant_time",
    "growth_over_square",
    "time_to",
]

HALF = Fraction(1, 2)
TENTH = Fraction(1, 10)
SMALL = Fraction(1, 50)
"""Largest distance from attention one in the limits of small losses."""
LOWEST, HIGHEST = Fraction(1, 4), Fraction(3, 4)
"""The range of the dominant probability."""


def rational_clock(a: Any) -> Any:
    """Return F without its logarithm."""
    return 2 / (1 - a) - 1 / a + 1 / (2 * (1 - a) * (1 - a))


@guarded
def clock(a: Any) -> Any:
    """Return a ball around F(a), a ball in (0, 1)."""
    return rational_clock(a) + 3 * (a / (1 - a)).log()


@guarded
def time_to(a: Number, size: Number, p: Number) -> Any:
    """Return a ball around the time at which the attention is ``a``, with ``size`` features."""
    inner = clock(ball(a)) - clock(ball(p))
    return ball((1 - Fraction(1) / size) ** 2 / p) * inner


def _losses(weights: list[Any], p: Any, size: Any) -> Any:
    """Return p_k L_k at N = infinity: of the key k, of one competitor, of each of the others."""
    each = (1 - p) / (size - 1)
    own, one, rest = p * weights[0], each * weights[1], each * weights[2]
    mass = own + one + (size - 2) * rest
    a, b, c = own / mass, one / mass, rest / mass
    return p * HALF * ((1 - a) * (1 - a) + b * b + (size - 2) * c * c)


@guarded
def closed_form(logs: int = 3) -> Proof:
    r"""The speed of the attention, the loss in terms of it, and the primitive F.

    The speeds of the own score and of one competitor from the loss by series; then that of the
    attention, with its start at :math:`p_k`. Every K, :math:`p_k` and attention. ``logs`` before
    the logarithm of F.
    """

    def sides(x: Draw) -> list[Pair]:
        own, other, p, size = x.vector(4)
        speeds = []
        for n in (0, 1):
            weights = [Jet(e, e if n == m else 0, order=1) for m, e in enumerate((own, other))]
            speeds.append(-_losses([*weights, Jet(other, order=1)], p, size)[1])
        target = p * Jet(own, own * speeds[0], order=1)
        rest = (1 - p) * Jet(other, other * speeds[1], order=1)
        a = target / (target + rest)
        ratio = size / (size - 1)
        at, gap = a[0], 1 - a[0]
        loss = p * HALF * ratio * gap * gap
        start = p / (p + (1 - p) * 1)
        return [
            (a[1], p * ratio * ratio * at * at * gap * gap * gap),
            (_losses([own, other, other], p, size), loss),
            (start, p),
        ]

    def primitive(x: Draw) -> list[Pair]:
        a = x()
        slope = rational_clock(Jet(a, 1, order=1))[1] + logs / (a * (1 - a))
        return [(slope, 1 / (a * a * (1 - a) * (1 - a) * (1 - a)))]

    where = "every K, every p_k and attention"
    return chain(
        lambda: vanishes("hcl-primitive", primitive, where=where),
        lambda: vanishes(
            "hcl-closed-form", sides, where=where, relies_on=("the log's derivative is 1/x",)
        ),
    )


def _plain(x: Any) -> Any:
    """Return the part of q without logarithms."""
    return 4 * x * x - 5 * x - HALF


def _scaled(x: Any) -> Any:
    """Return q in T/K^2 = 1 + 3 (1 - x)^2 x log(1/x) + x q, T the time to one half, x = 1/K."""
    rest = 1 - x
    return 4 * x * x - 5 * x - ball(HALF) + 3 * rest * rest * rest.log()


def _above(t: Any) -> Any:
    """Return the remainder less 3/K, at K = 2 + t."""
    return (7 * t + 8) / (2 * (t + 1) * (t + 1) * (t + 2))


@guarded
def balanced_growth(constant: Number = Fraction(3, 2)) -> Proof:
    r"""With :math:`T_{1/2}=\frac{(K-1)^2}K(K+3\log(K-1)+\frac32-r)`, r lies between 3/K and 7/K
    for every K from 2 on; and :math:`0<T_{1/2}/K^2-1<3\frac{\log K}K` for every K from 10 on.

    ``constant`` stands in place of 3/2.
    """

    def remainder(size: Any) -> Any:  # K + 3 log(K - 1) + constant - (F(1/2) - F(1/K))
        return constant - (rational_clock(HALF) - rational_clock(1 / size) - size)

    def low(x: Draw) -> Any:
        size = x() + 2
        return remainder(size) - 3 / size

    def low_plain(x: Draw) -> Any:
        return _above(x())

    def high(x: Draw) -> Any:
        size = x() + 2
        return 7 / size - remainder(size)

    def high_plain(x: Draw) -> Any:
        t = x()
        return t * (8 * t + 9) / (2 * (t + 1) * (t + 1) * (t + 2))

    def pieces(y: Draw) -> list[Pair]:
        x, t = y(), y()
        whole = (1 - x) * (1 - x) * x * (rational_clock(HALF) - rational_clock(x))
        size = t + 2
        return [(whole, 1 + x * _plain(x)), (remainder(size), 3 / size + _above(t))]

    def below(x: Any) -> Any:
        high = x.upper()
        return 3 * (1 - high) * (1 - high) * (1 / high).log() + _scaled(x)

    where = "remainder from 3/K to 7/K, every K ≥ 2; T/K² - 1 from 0 to 3 log K/K, every K ≥ 10"
    return chain(
        closed_form,
        lambda: vanishes("hcl-growth-pieces", pieces, where=where),
        lambda: nonnegative("hcl-growth-low", low, low_plain, where=where),
        lambda: nonnegative("hcl-growth-high", high, high_plain, where=where),
        lambda: for_all(below, 0, TENTH, pieces=200, below="4.38", where=where),
        lambda: for_all(lambda x: -_scaled(x), 0, TENTH, pieces=200, below="0.504", where=where),
    )


def _grown(x: Any) -> Any:
    """Return F at A = log K, where the log-odds are x log(1/x)/(1-x) - log(1-x)."""
    odds = entropy_term(x) / (1 - x) - (1 - x).log()
    grown = 1 + odds.exp()
    return 3 * odds + 2 * grown + grown * grown / 2 - 1 - (-odds).exp()


@guarded
def growth_over_square(x: Any) -> Any:
    """Return a ball around the time of A = log K over K^2, x a ball around 1/K."""
    rest = 1 - x
    start = 1 + 3 * entropy_term(x)
    start = start + 3 * x * rest.log() - 2 * x / rest - x / (2 * rest * rest)
    return rest * rest * (x * _grown(x) + start)


@guarded
def balanced_bound(order: Number = 2) -> Proof:
    r"""The score has grown to :math:`\log K` by :math:`K^2\log K`, for every K from 10 on.

    Another ``order`` p: by :math:`K^p`, without the logarithm.
    """

    def start(y: Draw) -> list[Pair]:
        x = y()
        return [(-x * rational_clock(x), 1 - 2 * x / (1 - x) - x * HALF / ((1 - x) * (1 - x)))]

    def allowed(x: Any) -> Any:
        """The bound over K^2: at least the logarithm of K, or a power of x from zero on."""
        least = (1 / x.upper()).log()
        if order == 2:
            return least
        return (ball(order - 2) * least).exp().union(ball(0))

    def gap(x: Any) -> Any:
        return allowed(x) - growth_over_square(x)

    where = "every K from 10 on, with the constant one; N = ∞"
    return chain(
        closed_form,
        lambda: vanishes("hcl-bound-start", start, where=where),
        lambda: for_all(gap, 0, TENTH, pieces=200, below="0.6038", where=where),
    )


def _late(d: Any, begun: Any) -> Any:
    """Return h in 2 d^2 (F(1-d) - F_0) = 1 + d h."""
    return 4 + 2 * d * (3 * (1 - d).log() - 1 / (1 - d) - begun) + 6 * entropy_term(d)


def _tail(name: str, begun: Any, factor: Number, where: str, spare: tuple[str, str]) -> Proof:
    """The time over its law, times ``factor``, lies from 1 + 3d to 1 + 5d, for all d to 1/50."""

    def rational(y: Draw) -> list[Pair]:
        d = y()
        return [(2 * d * d * rational_clock(1 - d), 1 + 4 * d - 2 * d * d / (1 - d))]

    def gap(d: Any) -> Any:
        h = _late(d, begun())
        if factor == 1:  # divided by d
            return [h - 3, 5 - h]
        off = ball(factor) * (1 + d * h) - 1
        return [off - 3 * d, 5 * d - off]

    return chain(
        closed_form,
        lambda: vanishes(name, rational, where=where),
        lambda: for_all(gap, 0, SMALL, pieces=400, below=spare, where=where),
    )


@guarded
def grown_between(low: Number, high: Number, spare: tuple[str, str]) -> Proof:
    """F at A = log K lies between two numbers, for every K from 2 on, with so much to spare."""
    where = "every K ≥ 2"
    return chain(
        lambda: for_all(
            lambda x: _grown(x) - ball(low), 0, HALF, pieces=2000, below=spare[0], where=where
        ),
        lambda: for_all(
            lambda x: ball(high) - _grown(x), 0, HALF, pieces=2000, below=spare[1], where=where
        ),
    )


@guarded
def balanced_tail(factor: Number = 1) -> Proof:
    r"""The time from the end of growth to the loss :math:`\varepsilon` is
    :math:`\frac{K-1}{4\varepsilon}(1+\theta\delta)`, :math:`3<\theta<5`, where
    :math:`\delta=\sqrt{2\varepsilon(1-1/K)}\le1/50` is the attention that is missing.

    For every K from 2 on: F at the end of growth lies between 3.9 and 26. ``factor`` times the
    time over its law.
    """
    low, high = Fraction(39, 10), Fraction(26)

    def law(y: Draw) -> list[Pair]:  # 4 eps/(K-1) times (K-1)^2/K, with eps = d^2 K/(2(K-1))
        size, d = y(), y()
        eps = d * d * size / (2 * (size - 1))
        return [(4 * eps / (size - 1) * ((size - 1) * (size - 1) / size), 2 * d * d)]

    where = "every K ≥ 2 and missing attention δ ≤ 1/50: within a factor 1 + 3δ to 1 + 5δ"
    return chain(
        lambda: vanishes("hcl-tail-law", law, where=where),
        lambda: grown_between(low, high, ("0.1187", "0.5912")),
        lambda: _tail(
            "hcl-balanced-tail",
            lambda: ball(low).union(ball(high)),
            factor,
            where,
            ("0.3863", "0.7298"),
        ),
    )


@guarded
def dominant_time(factor: Number = 1) -> Proof:
    r"""The dominant feature has the loss :math:`\varepsilon` at
    :math:`\frac{1-1/K}{4p_1\varepsilon}(1+\theta\delta)`, :math:`3<\theta<5`, :math:`\delta` as in
    :func:`balanced_tail`, for every K and every :math:`p_1` from 1/4 to 3/4.

    F rises, so that F(p_1) lies between its values at the ends. ``factor`` as there.
    """

    def law(y: Draw) -> list[Pair]:
        size, d, p = y(), y(), y()
        eps = d * d * size / (2 * (size - 1))
        share = (size - 1) / size
        return [(4 * p * eps / share * (share * share / p), 2 * d * d)]

    where = "every K, p_1 from 1/4 to 3/4, missing attention δ ≤ 1/50: within 1 + 3δ to 1 + 5δ"
    return chain(
        lambda: vanishes("hcl-dominant-law", law, where=where),
        lambda: _tail(
            "hcl-dominant-one-phase",
            lambda: clock(ball(LOWEST)).union(clock(ball(HIGHEST))), factor, where,
            ("0.7078", "0.4242"),
        ),
    )  # fmt: skip

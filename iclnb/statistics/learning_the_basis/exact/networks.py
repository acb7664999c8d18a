r"""A ReLU network for the quadratic spline, and what no network of few pieces reaches, proved.

The cells are :math:`[i,i+1]`, i = 0, 1, 2; on them the spline is a quadratic of leading coefficient
1/2, -1, 1/2. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction

from iclnb.exact import Draw, Number, Pair, Proof, finite, vanishes
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.exact import spline
from iclnb.statistics.nonparametric_icl.exact.steps import one_after_another

__all__ = ["missed_by_network", "spline_by_networks"]

HALF = Fraction(1, 2)
LEADING = (HALF, Fraction(-1), HALF)


def _relu(values: list[Fraction]) -> list[Fraction]:
    return [max(v, Fraction(0)) for v in values]


def _network(x: Fraction, depth: int) -> Fraction:
    """The network of the page: two tents and a sum, carried from layer to layer."""
    r = _relu([x - i * HALF for i in range(7)])
    outer = 2 * (r[0] - 2 * r[1] + r[2] + r[4] - 2 * r[5] + r[6])
    inner = 2 * (r[2] - 2 * r[3] + r[4])
    answer = HALF * (r[0] - r[2] - r[4] + r[6]) + (inner - HALF * outer) / 4
    for layer in range(2, depth + 1):
        u = _relu([outer, outer - HALF, inner, inner - HALF, answer])
        outer, inner = 2 * u[0] - 4 * u[1], 2 * u[2] - 4 * u[3]
        answer = u[4] + (inner - HALF * outer) / 4**layer
    return answer


@guarded
def missed_by_network(depth: int) -> Fraction:
    """Return the largest distance of network and spline at the middles of all linear pieces."""
    width = Fraction(1, 2**depth)
    middles = [(i + HALF) * width for i in range(3 * 2**depth)]
    return max(abs(_network(x, depth) - spline(x, 2)) for x in middles)


def _as_built(depth: int, side: Number) -> Proof:
    """On each grid cell: right at the ends, straight between, off by c h^2/4 in the middle."""
    width = Fraction(1, 2**depth)
    cases: list[Pair] = []
    for i in range(3 * 2**depth):
        left, c = i * width, LEADING[i // 2**depth]
        c = c if abs(c) == 1 else c * side
        ends = [_network(left + k * width, depth) for k in (0, 1)]
        cases += [(end, spline(left + k * width, 2)) for k, end in enumerate(ends)]
        for k in (1, 2, 3):
            share = Fraction(k, 4)
            inside = _network(left + share * width, depth)
            cases.append((inside, (1 - share) * ends[0] + share * ends[1]))
        middle = _network(left + HALF * width, depth) - spline(left + HALF * width, 2)
        cases.append((middle, c * width * width / 4))
    return finite(cases, where=f"{depth} hidden layers, every cell")


def _step() -> Proof:
    """A line through the ends of a piece of length h misses c h^2/4 in the middle, its worst."""

    def sides(x: Draw) -> list[Pair]:
        a, b, c, u, h, share = (x() for _ in range(6))

        def p(t: Number) -> Number:
            return a + b * t + c * t * t

        line = (1 - share) * p(u) + share * p(u + h)
        middle = (p(u) + p(u + h)) * HALF
        return [
            (middle - p(u + h * HALF), c * h * h / 4),
            (line - p(u + share * h), c * h * h * share * (1 - share)),
            (c * h * h / 4 - c * h * h * share * (1 - share), c * h * h * (share - HALF) ** 2),
        ]

    return vanishes("ltb-spline-network/step", sides, where="every quadratic and interval")


def _no_line() -> Proof:
    """Any line misses c h^2/8 at an end or in the middle: the weighted errors add up to it."""

    def sides(x: Draw) -> list[Pair]:
        a, b, c, u, h, level, slope = (x() for _ in range(7))

        def miss(t: Number) -> Number:
            return a + b * t + c * t * t - level - slope * t

        three = (miss(u) - 2 * miss(u + h * HALF) + miss(u + h)) / 4
        return [(three, c * h * h / 8)]

    return vanishes("ltb-spline-network/line", sides, where="every quadratic, interval and line")


@guarded
def spline_by_networks(*, side: Number = 1, depths: int = 5) -> Proof:
    r"""The network is the interpolant on cells of length :math:`2^{-L}`, and no line does better.

    Induction over the layers: a tent of height one on every cell, times
    :math:`-c\,4^{-\ell}`, moves the middle of the cell onto the spline (the first identity with
    :math:`h=2^{1-\ell}`). The network as built is compared with the spline for the first depths.
    ``side`` multiplies what the two outer cells of the spline are said to miss.
    """
    built = [lambda d=d: _as_built(d, side) for d in range(1, depths + 1)]
    return one_after_another(
        [*built, _no_line, _step],
        where=f"every number of layers, built and compared for 1 to {depths}; every line",
    )

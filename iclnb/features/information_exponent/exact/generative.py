r"""What transforms of the labels see of a link, proved in whole numbers and for every power.

Nothing here uses the float library. The argument, at its default, is the statement of the page, and
another value is a near miss that must be refuted.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, prod

from iclnb.exact import Draw, Pair, Proof, finite, vanishes
from iclnb.exact.proofs import Number
from iclnb.kinds import guarded

from .blindness import hermite
from .signals import times

__all__ = ["bump", "polynomials", "power_moment"]

DEGREES = 12
"""The last Hermite polynomial that is tried."""


@guarded
def power_moment(degree: int, power: int, seen: int) -> int:
    r""":math:`\mathbb E[\mathrm{He}_Q(X)^j\mathrm{He}_k(X)]`, by the moments of a Gaussian."""
    label = [1]
    for _ in range(power):
        label = times(label, hermite(degree))
    series = enumerate(times(label, hermite(seen)))
    return sum(c * prod(range(1, m, 2)) for m, c in series if m % 2 == 0)


@guarded
def polynomials(power: int = 3, factor: Number = 1) -> Proof:
    r"""Odd :math:`\mathrm{He}_Q` show degree one to their cube, even ones degree two to their
    square, :math:`\mathbb E[\mathrm{He}_Q^2\mathrm{He}_2]=2Q\,Q!`; no power of an even one shows an
    odd degree. ``power`` for the cube, ``factor`` times the display."""
    cases: list[tuple[Number, Number]] = []
    for Q in range(3, DEGREES + 1):
        cases.append((Fraction(power_moment(Q, 2, 2)), factor * 2 * Q * factorial(Q)))
        if Q % 2:
            cases.append((int(power_moment(Q, power, 1) > 0), 1))
            cases += [(power_moment(Q, j, 1), 0) for j in (1, 2)]
        else:
            cases += [(power_moment(Q, j, k), 0) for j in (1, 2, 3) for k in (1, 3)]
    return finite(
        cases,
        where=f"Q = 3 to {DEGREES}",
        relies_on=("an even link shows no transform an odd degree",),
    )


@guarded
def bump(damping: Number = 1) -> Proof:
    r"""No power of :math:`x^2e^{-\lambda x^2}` shows degree two, every one degree four.

    The power j is a free variable. Under the weight of the j-th power x is Gaussian of variance
    :math:`v=1/(1+2\lambda j)`, and :math:`x^{2j}` turns :math:`x^2` into :math:`(2j+1)v` and
    :math:`x^4` into :math:`(2j+1)(2j+3)v^2` in the mean.
    """

    def sides(x: Draw) -> list[Pair]:
        j = x()
        v = 1 / (1 + 2 * damping * j)
        second, fourth = (2 * j + 1) * v, (2 * j + 1) * (2 * j + 3) * v * v
        return [(second, 1 + 0 * j), (fourth - 6 * second + 3, -4 * j / (2 * j + 1))]

    return vanishes(
        "ie-generative-four",
        sides,
        where="every power of the label",
        relies_on=("powers span the functions of a bounded label",),
    )

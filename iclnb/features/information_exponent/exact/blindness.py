r"""What a ReLU without bias does not see, proved in whole numbers.

Nothing here uses the float library. The argument, at its default, is the statement of the page, and
another value is a near miss that must be refuted.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from iclnb.exact import Proof, finite
from iclnb.kinds import guarded

__all__ = ["blind"]

DEGREES = 99
"""The last odd degree that is tried."""


def hermite(degree: int) -> list[int]:
    r"""Coefficients of :math:`\mathrm{He}_i`, the constant first, by the recursion
    :math:`\mathrm{He}_{i+1}=z\,\mathrm{He}_i-i\,\mathrm{He}_{i-1}`."""
    before, now = [0], [1]
    for i in range(degree):
        longer = [0, *now]
        lower = [*before, *[0] * (len(longer) - len(before))]
        before, now = now, [u - i * v for u, v in zip(longer, lower, strict=True)]
    return now


def half_moment(power: int) -> Fraction:
    r""":math:`\mathbb E[z^m\,1(z>0)]` of a standard Gaussian for even m, :math:`(m-1)!!/2`.

    Raises
    ------
    ValueError
        If m is odd: then it is no rational number.
    """
    if power % 2:
        raise ValueError(f"power must be even, got {power}")
    return Fraction(prod(range(1, power, 2)), 2)


@guarded
def blind(first: int = 3, offset: int = 0) -> Proof:
    r""":math:`a_i=\mathbb E[\mathrm{He}_i(z)\max(z,0)]=0` for odd :math:`i\ge3`, by the moments.

    ``first`` stands in place of three, and ``offset`` shifts the power of z in the neuron by an
    even number: :math:`z^3` for z on the positive side.
    """
    pairs = [
        (
            sum(
                (c * half_moment(power + 1 + offset) for power, c in enumerate(hermite(i)) if c),
                Fraction(0),
            ),
            0,
        )
        for i in range(first, DEGREES + 1, 2)
    ]
    return finite(pairs, where=f"odd degrees from {first} to {DEGREES}")

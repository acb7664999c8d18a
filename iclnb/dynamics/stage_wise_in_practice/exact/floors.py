r"""The floor under the loss of short prompts, from the definition of the loss.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from iclnb.dynamics.stage_wise_training.exact.chains import chain
from iclnb.dynamics.stage_wise_training.exact.losses import (
    attention,
    listed,
    loss_by_definition,
    told,
)
from iclnb.exact import Draw, Proof, nonnegative, square
from iclnb.exact.matrices import total
from iclnb.kinds import guarded

__all__ = ["floor", "loss_floor"]

HALF = Fraction(1, 2)
LARGE = 10**6
"""What stands before the free weight of the own key: any positive number is as general."""
SIZES = ((3, 1), (3, 2), (3, 3), (4, 2))
"""Features and tokens."""


@guarded
def floor(p: Sequence[Any], length: int, fewer: int = 0) -> Any:
    """Return the floor of the query 0, times the sum of the frequencies to the power of the length.

    ``fewer`` tokens than there are stand in the exponent.
    """
    size = len(p)
    absent = total(list(p[1:])) ** (length - fewer) * total(list(p)) ** fewer
    return HALF * (1 + Fraction(1, size - 1)) * absent


def _weights(x: Draw, size: int) -> list[Any]:
    return [LARGE * x(), *x.vector(size - 1)]


def _excess(weights: Sequence[Any], counts: Sequence[Any], *, absent: bool) -> Any:
    """Return the loss of a prompt less the floor, as a sum of squares."""
    each = attention(weights, counts)
    a = [c * v for c, v in zip(counts, each, strict=True)]
    if absent:
        share = Fraction(1, len(a) - 1)
        return HALF * total([square(v - share) for v in a[1:]])
    return HALF * (square(total(a[1:])) + total([square(v) for v in a[1:]]))


@guarded
def loss_floor(fewer: int = 0) -> Proof:
    r""":math:`L_k-\frac12(1+\frac1{K-1})(1-p_k)^N` is a sum of squares, whatever the scores.

    First for every prompt without the own feature, with free counts; then over all prompts.
    ``fewer`` tokens in the exponent.
    """

    def gap(x: Draw, size: int, length: int) -> Any:
        weights, p = _weights(x, size), x.vector(size)
        return loss_by_definition(weights, p, length, 0) - floor(p, length, min(fewer, length))

    def plain(x: Draw, size: int, length: int) -> Any:
        weights, p = _weights(x, size), x.vector(size)
        out: Any = 0
        for weight, counts in listed(p, length):
            out = out + weight * _excess(weights, counts, absent=counts[0] == 0)
        return out

    def prompt_gap(x: Draw, size: int) -> Any:
        weights, counts = _weights(x, size), [0, *x.vector(size - 1)]
        return told(weights, counts, 0) - HALF * (1 + Fraction(1, size - 1))

    def prompt_plain(x: Draw, size: int) -> Any:
        return _excess(_weights(x, size), [0, *x.vector(size - 1)], absent=True)

    where = "all prompts of 1, 2, 3 tokens for K = 3, of 2 for K = 4; K = 3 to 6, every prompt"
    return chain(
        *(
            lambda size=size: nonnegative(
                f"hcl-loss-floor-{size}",
                lambda x: prompt_gap(x, size),
                lambda x: prompt_plain(x, size),
                where=where,
            )
            for size in (3, 4, 5, 6)
        ),
        *(
            lambda size=size, length=length: nonnegative(
                f"hcl-loss-floor-{size}-{length}",
                lambda x: gap(x, size, length),
                lambda x: plain(x, size, length),
                where=where,
            )
            for size, length in SIZES
        ),
    )

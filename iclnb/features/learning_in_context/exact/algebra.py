"""Sums, products and gradients over anything that adds and multiplies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from iclnb.exact import Jet, Matrix
from iclnb.kinds import guarded


@guarded
def add_up(values: Sequence[Any]) -> Any:
    """Return the sum of at least one value."""
    first, *rest = values
    for value in rest:
        first = first + value
    return first


@guarded
def dot(u: Sequence[Any], v: Sequence[Any]) -> Any:
    """Return the inner product."""
    return add_up([a * b for a, b in zip(u, v, strict=True)])


@guarded
def gradient(value: Callable[[Matrix], Any], at: Matrix) -> list[Any]:
    """Return the derivatives of a function of a matrix, entry by entry, from series."""
    out = []
    for p, q in product(range(len(at)), range(len(at[0]))):
        moved = [
            [Jet(v, 1 if (i, j) == (p, q) else 0, order=1) for j, v in enumerate(row)]
            for i, row in enumerate(at)
        ]
        out.append(value(moved)[1])
    return out

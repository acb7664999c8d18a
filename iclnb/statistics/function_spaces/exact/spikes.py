r"""A fixed span against single functions: what is missed of each, added up.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Matrix, Number, Pair, Proof, inverse, multiply, transpose, vanishes
from iclnb.kinds import guarded

__all__ = ["missed", "spikes"]


@guarded
def missed(span: Matrix) -> Any:
    r"""Return the mean squared distance of the M unit vectors from a span, its columns.

    The nearest point of the span is found from the normal equations, one unit vector at a time.
    """
    size, columns = len(span), len(span[0])
    solve = inverse(multiply(transpose(span), span))
    total: Any = 0
    for b in range(size):
        seen = [sum(solve[i][j] * span[b][j] for j in range(columns)) for i in range(columns)]
        near = [sum(span[a][i] * seen[i] for i in range(columns)) for a in range(size)]
        total = total + sum((int(a == b) - near[a]) * (int(a == b) - near[a]) for a in range(size))
    return total * Fraction(1, size)


@guarded
def spikes(size: int = 5, columns: int = 2, *, factor: Number = 1) -> Proof:
    """The mean is one less N over M for every span of N vectors; ``factor`` stands before N."""

    def sides(x: Draw) -> list[Pair]:
        span = [[x() for _ in range(columns)] for _ in range(size)]
        return [(missed(span), 1 - factor * Fraction(columns, size))]

    return vanishes(
        "kns-sparse-width",
        sides,
        where=f"M = {size}, N = {columns}: every span of N functions",
        bound=True,
    )

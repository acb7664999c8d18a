"""Free variables: rational numbers that follow from a name, or degrees, or signs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from iclnb.exact._counts import at_least
from iclnb.kinds import guarded

BITS = 64


@guarded
class Draw:
    """Gives a fresh free variable at each call; see :func:`of_name` and :func:`of_kind`."""

    def __init__(self, give: Callable[[int], Any]) -> None:
        self._give = give
        self.count = 0

    def __call__(self) -> Any:
        self.count += 1
        return self._give(self.count)

    def vector(self, size: int) -> list[Any]:
        """Return ``size`` fresh variables."""
        return [self() for _ in range(at_least(size, "size", 0))]

    def matrix(self, rows: int, columns: int | None = None) -> list[list[Any]]:
        """Return a matrix of fresh variables, square by default."""
        columns = rows if columns is None else at_least(columns, "columns", 0)
        return [self.vector(columns) for _ in range(at_least(rows, "rows", 0))]

    def symmetric(self, size: int) -> list[list[Any]]:
        """Return a symmetric matrix of fresh variables."""
        upper = self.matrix(at_least(size, "size", 0))
        return [[upper[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]


@guarded
def of_name(name: str) -> Draw:
    """Draw whole numbers from 1 to 2^64, from the SHA-256 of the name and a counter."""

    def number(at: int) -> int:
        word = hashlib.sha256(f"{name}/{at}".encode()).digest()
        return 1 + int.from_bytes(word[: BITS // 8], "big")

    return Draw(lambda at: Fraction(number(at)))


@guarded
def of_values(values: list[int]) -> Draw:
    """Draw the given numbers, in order."""
    return Draw(lambda at: Fraction(values[at - 1]))

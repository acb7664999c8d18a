"""Matrices as lists of rows over anything that adds and multiplies; shapes must fit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from iclnb.exact._counts import at_least
from iclnb.exact.degrees import Degree, inverse_of_degrees
from iclnb.exact.jets import Jet
from iclnb.kinds import guarded

Matrix = list[list[Any]]
"""Rows of exact values."""


@guarded
def total(values: Sequence[Any]) -> Any:
    """Return the sum of at least one value, without a zero in front."""
    return _total(values)


def _total(values: Sequence[Any]) -> Any:
    first, *rest = values
    for value in rest:
        first = first + value
    return first


@guarded
def eye(size: int, value: Any = 1) -> Matrix:
    """Return ``value`` times the identity."""
    return diagonal([value] * at_least(size, "size", 0))


@guarded
def diagonal(values: Sequence[Any]) -> Matrix:
    """Return the diagonal matrix of ``values``."""
    return [[v if i == j else 0 for j in range(len(values))] for i, v in enumerate(values)]


@guarded
def column(values: Sequence[Any]) -> Matrix:
    """Return a column."""
    return [[value] for value in values]


@guarded
def entries(matrix: Matrix) -> list[Any]:
    """Return all entries, row by row."""
    return [x for row in matrix for x in row]


@guarded
def transpose(matrix: Matrix) -> Matrix:
    """Return the transpose."""
    return [list(row) for row in zip(*matrix, strict=True)]


def multiply(*matrices: Matrix) -> Matrix:
    """Return the product of the matrices, from left to right."""
    out = matrices[0]
    for matrix in matrices[1:]:
        columns = transpose(matrix)
        out = [
            [_total([x * y for x, y in zip(row, col, strict=True)]) for col in columns]
            for row in out
        ]
    return out


def add(*matrices: Matrix) -> Matrix:
    """Return the sum of the matrices."""
    return [[_total(xs) for xs in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]


@guarded
def subtract(a: Matrix, b: Matrix) -> Matrix:
    """Return ``a - b``."""
    return [[x - y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


@guarded
def scaled(factor: Any, matrix: Matrix) -> Matrix:
    """Return ``factor * matrix``."""
    return [[factor * x for x in row] for row in matrix]


@guarded
def trace(matrix: Matrix) -> Any:
    """Return the sum of the diagonal."""
    return total([matrix[i][i] for i in range(len(matrix))])


@guarded
def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse: by elimination of exact numbers, by Cramer's rule of degrees, of series
    coefficient by coefficient.

    Raises
    ------
    ZeroDivisionError
        If a matrix of numbers is singular.
    """
    kinds = {type(x) for row in matrix for x in row}
    if Jet in kinds:
        return _inverse_of_series(matrix)
    if Degree in kinds:
        return inverse_of_degrees(matrix)
    return _eliminated(matrix)


def _inverse_of_series(matrix: Matrix) -> Matrix:
    order = next(x.order for row in matrix for x in row if isinstance(x, Jet))
    parts = [
        [[(x[i] if isinstance(x, Jet) else (x if i == 0 else 0)) for x in row] for row in matrix]
        for i in range(order + 1)
    ]
    out = [inverse(parts[0])]
    for power in range(1, order + 1):
        terms = [multiply(parts[i], out[power - i]) for i in range(1, power + 1)]
        out.append(scaled(-1, multiply(out[0], add(*terms))))
    return [
        [Jet(*values, order=order) for values in zip(*rows, strict=True)]
        for rows in zip(*out, strict=True)
    ]


def _eliminated(matrix: Matrix) -> Matrix:
    size = len(matrix)
    rows = [
        [*map(Fraction, row), *(Fraction(i == j) for j in range(size))]
        for i, row in enumerate(matrix)
    ]
    for at in range(size):
        pivot = next((i for i in range(at, size) if rows[i][at] != 0), None)
        if pivot is None:
            raise ZeroDivisionError("the matrix is singular")
        rows[at], rows[pivot] = rows[pivot], rows[at]
        head = rows[at][at]
        rows[at] = [x / head for x in rows[at]]
        for i in range(size):
            if i != at and (factor := rows[i][at]) != 0:
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[at], strict=True)]
    return [row[size:] for row in rows]

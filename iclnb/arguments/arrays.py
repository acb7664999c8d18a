"""Checks of arrays: their shape, their order, and what kind of matrix they are."""

from __future__ import annotations

import math
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FloatArray",
    "as_numbers",
    "check_array",
    "check_increasing",
    "check_orthonormal_rows",
    "check_probabilities",
    "check_psd",
]

FloatArray = NDArray[np.float64]

Shape = tuple[int | EllipsisType | None, ...]

SUM_TOLERANCE = 1e-12  # of probabilities
MATRIX_TOLERANCE = 1e-10  # of symmetry, of eigenvalues, of orthonormality; relative to the largest


def _fits(have: tuple[int, ...], shape: Shape) -> bool:
    if shape[:1] == (...,):
        shape = shape[1:]
        have = have[max(len(have) - len(shape), 0) :]
    return len(have) == len(shape) and all(s is None or s == h for s, h in zip(shape, have))


def _written(shape: Shape) -> str:
    return str(shape).replace("None", "any").replace("Ellipsis", "...")


def as_numbers(value: ArrayLike, name: str, *, complex_too: bool = False) -> NDArray[Any]:
    """Return ``value`` as an array of numbers of any size, not copied where it is one already.

    Raises
    ------
    TypeError
        If it is not an array of real (or, if they are allowed, complex) numbers.
    ValueError
        If it is ragged.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array") from error
    if array.dtype.kind not in ("biufc" if complex_too else "biuf"):
        raise TypeError(f"{name} must be an array of real numbers, got {array.dtype}")
    return array


def check_array(
    value: ArrayLike, name: str, shape: Shape | None = None, *, frozen: bool = False
) -> FloatArray:
    """Return ``value`` as a finite float64 array that is not empty.

    Parameters
    ----------
    value : array_like
        Real numbers. It is not copied where it is a float64 array already.
    name : str
        The name of the argument.
    shape : tuple, optional
        The sizes that are required; None leaves a size free, a first ``...`` any leading axes.
        ``()`` is a number, ``(None,)`` a vector, ``(None, None)`` a matrix. By default any shape.
    frozen : bool
        Return a read-only copy, to be kept in a frozen object.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If it is ragged or empty, its shape differs, or it has a non-finite entry.
    """
    array = np.array(as_numbers(value, name), dtype=np.float64, copy=True if frozen else None)
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(f"{name} must have shape {_written(shape)}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    if frozen:
        array.setflags(write=False)
    return array


def check_increasing(
    value: ArrayLike, name: str, *, entries: int = 1, low: float = -math.inf, frozen: bool = False
) -> FloatArray:
    """Return a vector that increases strictly, of at least ``entries`` numbers from ``low`` on.

    ``frozen`` is that of :func:`check_array`.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If it is not such a vector.
    """
    vector = check_array(value, name, (None,), frozen=frozen)
    if len(vector) < entries:
        raise ValueError(f"{name} must hold at least {entries} numbers, got {len(vector)}")
    if vector[0] < low:
        raise ValueError(f"{name} must begin at {low:g} or later, got {vector[0]}")
    if np.any(np.diff(vector) <= 0):
        raise ValueError(f"{name} must increase strictly")
    return vector


def check_probabilities(
    value: ArrayLike, name: str, size: int | None = None, *, positive: bool = False
) -> FloatArray:
    r"""Return a read-only copy of probabilities that sum to one.

    :math:`p_i\ge0` and :math:`|\sum_ip_i-1|\le10^{-12}`; ``positive`` asks for :math:`p_i>0`,
    ``size`` for that many.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If it is not such a vector.
    """
    p = check_array(value, name, (size,), frozen=True)
    if p.min() < 0 or (positive and p.min() == 0):
        sign = "positive" if positive else "non-negative"
        raise ValueError(f"{name} must be {sign} probabilities, got {p.min()}")
    total = math.fsum(p)
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"{name} must sum to one within {SUM_TOLERANCE:g}, got {total!r}")
    return p


def check_psd(value: ArrayLike, name: str, size: int | None = None) -> FloatArray:
    r"""Return a symmetric positive semi-definite matrix, :math:`M=M^\top\succeq0`.

    Rounding is forgiven: with m the largest :math:`|M_{ij}|`, asymmetry up to :math:`10^{-10}m`
    (the symmetric part is returned) and, for d rows, eigenvalues down to :math:`-10^{-10}dm`.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If it is not square, has not ``size`` rows, or is not symmetric positive semi-definite.
    """
    matrix = check_array(value, name, (size, size))
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{name} must be square, got shape {matrix.shape}")
    tolerance = MATRIX_TOLERANCE * float(np.abs(matrix).max())
    if np.abs(matrix - matrix.T).max() > tolerance:
        raise ValueError(f"{name} must be symmetric")
    matrix = 0.5 * (matrix + matrix.T)
    if np.linalg.eigvalsh(matrix)[0] < -tolerance * len(matrix):
        raise ValueError(f"{name} must be positive semi-definite")
    return matrix


def check_orthonormal_rows(
    value: ArrayLike, name: str, shape: Shape = (None, None), *, frozen: bool = False
) -> FloatArray:
    r"""Return a matrix with orthonormal rows, :math:`|(VV^\top-I)_{ij}|\le10^{-10}`.

    ``shape`` and ``frozen`` are those of :func:`check_array`.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If its shape differs or its rows are not orthonormal.
    """
    rows = check_array(value, name, shape, frozen=frozen)
    if not np.allclose(rows @ rows.T, np.eye(len(rows)), rtol=0.0, atol=MATRIX_TOLERANCE):
        raise ValueError(f"{name} must have orthonormal rows")
    return rows

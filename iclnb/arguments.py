"""Checks of arguments: one function per kind, called before any work is done.

Each takes a value and the name under which the caller knows it, returns the value in the form in
which it is used (an int, a float, a float64 array, the generator), or raises ``TypeError`` for the
wrong kind and ``ValueError`` for a wrong value; the message begins with the name.

>>> from iclnb.arguments import check_array, check_number
>>> check_number(1, "noise", low=0.0)
1.0
>>> check_number(0.0, "eps", low=0.0, high=1.0, strict=True)
Traceback (most recent call last):
    ...
ValueError: eps must lie in (0, 1), got 0.0
>>> check_array([[1, 2, 3]], "X", (None, 2))
Traceback (most recent call last):
    ...
ValueError: X must have shape (any, 2), got (1, 3)
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Collection, Iterable
from types import EllipsisType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FloatArray",
    "as_numbers",
    "check_array",
    "check_callable",
    "check_choice",
    "check_each",
    "check_flag",
    "check_generator",
    "check_increasing",
    "check_instance",
    "check_integer",
    "check_length",
    "check_number",
    "check_orthonormal_rows",
    "check_probabilities",
    "check_psd",
    "check_seeds",
]

FloatArray = NDArray[np.float64]

T = TypeVar("T")

Shape = tuple[int | EllipsisType | None, ...]

SUM_TOLERANCE = 1e-12  # of probabilities
MATRIX_TOLERANCE = 1e-10  # of symmetry, of eigenvalues, of orthonormality; relative to the largest


def check_integer(value: object, name: str, *, least: int = 1, most: int | None = None) -> int:
    """Return ``value`` as an int of at least ``least`` and, where given, at most ``most``.

    Raises
    ------
    TypeError
        If it is not an integer; a truth value is none.
    ValueError
        If it is too small or too large.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if most is not None and value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}")
    return int(value)


def check_number(
    value: object,
    name: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    strict: bool = False,
) -> float:
    """Return ``value`` as a finite float in ``[low, high]``; ``strict``: in the open interval.

    Raises
    ------
    TypeError
        If it is not a real number; a truth value is none.
    ValueError
        If it is not finite or lies outside.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(f"{name} must be finite, and is too large for a float") from error
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    if not (low < number < high if strict else low <= number <= high):
        left = "[" if math.isfinite(low) and not strict else "("
        right = "]" if math.isfinite(high) and not strict else ")"
        raise ValueError(f"{name} must lie in {left}{low:g}, {high:g}{right}, got {number}")
    return number


def check_length(value: object, name: str) -> float:
    """Return a number of things that may be endless, as a float: an integer, or infinity.

    Raises
    ------
    TypeError
        If it is neither an integer nor infinity.
    ValueError
        If it is less than one.
    """
    if isinstance(value, float) and value == math.inf:
        return math.inf
    whole = isinstance(value, float) and value.is_integer()
    return float(check_integer(int(value) if whole else value, name))


def check_flag(value: object, name: str) -> bool:
    """Return a truth value; nothing else counts as one, ``TypeError`` otherwise."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def check_choice(value: object, name: str, choices: Collection[str]) -> str:
    """Return a string that is one of ``choices``; ``TypeError`` or ``ValueError`` otherwise."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {type(value).__name__}")
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def check_instance(value: object, name: str, kind: type[T] | tuple[type, ...]) -> T:
    """Return ``value`` if it is of the class ``kind``, or of one of several; else ``TypeError``.

    >>> check_instance("sine", "features", dict)
    Traceback (most recent call last):
        ...
    TypeError: features must be a dict, got str
    """
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        wanted = " or ".join("None" if k is type(None) else k.__name__ for k in kinds)
        article = "an" if wanted[0] in "AEIOaeio" else "a"
        raise TypeError(f"{name} must be {article} {wanted}, got {type(value).__name__}")
    return value


def check_callable(value: object, name: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called, ``TypeError`` otherwise."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {type(value).__name__}")
    return value


def check_each(
    value: Iterable[Any], name: str, check: Callable[..., T], *, least: int = 1, **options: Any
) -> list[T]:
    """Return a list whose items pass ``check(item, "name[i]", **options)``, ``least`` of them.

    Raises
    ------
    TypeError
        If it is not a sequence of such items; a string or a mapping is none.
    ValueError
        If there are too few, or an item has a wrong value.
    """
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a sequence, got {type(value).__name__}")
    found = [check(item, f"{name}[{i}]", **options) for i, item in enumerate(value)]
    if len(found) < least:
        raise ValueError(f"{name} must hold at least {least}, got {len(found)}")
    return found


def check_generator(value: object, name: str) -> np.random.Generator:
    """Return ``value`` if it is a numpy generator, else ``TypeError``; a seed is none."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator, got {type(value).__name__}")
    return value


def check_seeds(value: object, name: str) -> np.random.SeedSequence:
    """Return the sequence that belongs to a seed, or ``value`` itself if it is a sequence.

    Raises
    ------
    TypeError
        If it is neither an integer nor a sequence of seeds.
    ValueError
        If it is negative.
    """
    if isinstance(value, np.random.SeedSequence):
        return value
    return np.random.SeedSequence(check_integer(value, name, least=0))


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

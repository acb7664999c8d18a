"""Validation of arguments, shared by the chapters on features."""

from __future__ import annotations

import math
import numbers

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

__all__ = ["FloatArray", "check_array", "check_generator", "check_integer", "check_number"]


def check_integer(value: object, name: str, *, least: int = 1) -> int:
    """Return ``value`` as an int of at least ``least``.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is too small.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
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
        If it is not a real number.
    ValueError
        If it is not finite or lies outside.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    number = float(value)
    inside = low < number < high if strict else low <= number <= high
    if not (math.isfinite(number) and inside):
        left, right = "()" if strict else "[]"
        raise ValueError(f"{name} must be finite and in {left}{low}, {high}{right}, got {number}")
    return number


def check_array(
    value: ArrayLike, name: str, shape: tuple[int | None, ...] | None = None
) -> FloatArray:
    """Return ``value`` as a finite float64 array; ``None`` in ``shape`` leaves that size free.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If its shape differs, it is empty, or it has a non-finite entry.
    """
    if np.iscomplexobj(value):
        raise TypeError(f"{name} must be real")
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be an array of real numbers") from error
    if shape is not None and (
        array.ndim != len(shape)
        or any(want is not None and want != have for want, have in zip(shape, array.shape))
    ):
        wanted = tuple("any" if size is None else size for size in shape)
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite")
    return array


def check_generator(value: object, name: str) -> np.random.Generator:
    """Return ``value`` if it is a generator; seeds and the global state are not taken."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator, got {type(value).__name__}")
    return value

"""Checks of one value: a number, a word, a function, a seed; and of a sequence of them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

import numpy as np

__all__ = [
    "check_callable",
    "check_choice",
    "check_each",
    "check_flag",
    "check_generator",
    "check_instance",
    "check_integer",
    "check_length",
    "check_number",
    "check_seeds",
]

T = TypeVar("T")


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

"""The check that belongs to an annotation."""

from __future__ import annotations

import enum
import inspect
import math
import numbers
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    as_numbers,
    check_callable,
    check_choice,
    check_flag,
    check_generator,
    check_instance,
    check_integer,
)

Check = Callable[[Any, str], Any]

TEXT = (str, bytes)
ARRAY_PARTS = set(typing.get_args(ArrayLike))


def anything(value: object, name: str) -> None:
    """Accept it."""


def _integer(value: object, name: str) -> None:
    if type(value) is not int:
        check_integer(value, name, least=-math.inf)


def _number(value: object, name: str) -> None:
    if type(value) is float or type(value) is int:
        return
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")


def _array(value: Any, name: str) -> None:
    as_numbers(value, name, complex_too=True)


def _strict_array(value: Any, name: str) -> None:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} must be a numpy array, got {type(value).__name__}")
    _array(value, name)
    if value.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {value.shape}")
    if value.dtype.kind in "fc" and not np.isfinite(value).all():
        raise ValueError(f"{name} must be finite")


def _word_of(kind: type[enum.Enum]) -> Check:
    """Return the check of a choice among named things: one of them, or its word."""
    words = [one.value for one in kind]

    def check(value: object, name: str) -> None:
        if not isinstance(value, kind):
            check_choice(value, name, words)

    return check


def _sequence(item: Check, *, ordered: bool, size: int | None = None) -> Check:
    """Return the check of a sequence; the items of what is not ordered are read later."""
    wanted = "a sequence" if ordered else "iterable"
    usual = {_integer: {int}, _number: {float, int}}.get(item)  # types that the item's check passes

    def check(value: Any, name: str) -> None:
        plain = type(value) is list or type(value) is tuple
        good = plain or isinstance(value, (np.ndarray, Sequence) if ordered else Iterable)
        if not good or isinstance(value, TEXT):
            raise TypeError(f"{name} must be {wanted}, got {type(value).__name__}")
        if usual and plain and usual.issuperset(map(type, value)):
            pass  # without a name for each
        elif item is not anything and (plain or isinstance(value, list | tuple | np.ndarray)):
            for i, one in enumerate(value):
                item(one, f"{name}[{i}]")
        if size is not None and len(value) != size:
            raise ValueError(f"{name} must hold {size} items, got {len(value)}")

    return check


def _mapping(value: object, name: str) -> None:
    if type(value) is not dict and not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, got {type(value).__name__}")


_WANTED = re.compile(r"\S+ must be (?P<what>.+?), (?:got|not) .+", re.DOTALL)


def _one_of(checks: Sequence[Check]) -> Check:
    """Return the check of a union. If all complain: a wrong value of a right kind counts first;
    of wrong kinds all are named."""

    def check(value: object, name: str) -> None:
        complaints: list[Exception] = []
        for one in checks:
            try:
                one(value, name)
            except (TypeError, ValueError) as error:
                complaints.append(error)
            else:
                return
        for complaint in complaints:
            if isinstance(complaint, ValueError):
                raise complaint
        found = [_WANTED.fullmatch(str(complaint)) for complaint in complaints]
        wanted = dict.fromkeys(match["what"] for match in found if match)
        if not all(found) or len(wanted) == 1:
            raise complaints[-1]
        got = str(complaints[-1]).rpartition(", ")[2]
        raise TypeError(f"{name} must be {' or '.join(wanted)}, {got}") from None

    return check


def _optional(check: Check) -> Check:
    def checked(value: object, name: str) -> None:
        if value is not None:
            check(value, name)

    return checked


SIMPLE: dict[Any, Check] = {
    int: _integer,
    float: _number,
    bool: check_flag,
    Any: anything,
    object: anything,
    ArrayLike: _array,
    np.ndarray: _strict_array,
    np.random.Generator: check_generator,
    Mapping: _mapping,
    dict: _mapping,
    Callable: check_callable,
    Sequence: _sequence(anything, ordered=True),
    Iterable: _sequence(anything, ordered=False),
    inspect.Parameter.empty: anything,
}


def _of_class(kind: type) -> Check:
    def check(value: object, name: str) -> None:
        if not isinstance(value, kind):
            check_instance(value, name, kind)

    return check


def _generic(annotation: Any) -> Check:
    """Return the check of an annotation in brackets."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is np.ndarray:
        return _strict_array
    if origin is Literal:
        return lambda value, name: check_choice(value, name, inner)
    if origin is type:
        return _of_class(type)
    if not isinstance(origin, type):
        return anything
    if issubclass(origin, Callable):  # type: ignore[arg-type]
        return check_callable
    if issubclass(origin, Mapping):
        return _mapping
    if origin is tuple and Ellipsis not in inner:
        items = {check_of(kind) for kind in inner}
        item = items.pop() if len(items) == 1 else anything
        return _sequence(item, ordered=True, size=len(inner))
    if issubclass(origin, Iterable):
        return _sequence(check_of(inner[0]), ordered=issubclass(origin, Sequence))
    return _of_class(origin)


def _union(parts: tuple[Any, ...]) -> Check:
    """Return the check of a union; ArrayLike, a union itself, is one part of it."""
    wanted = [part for part in parts if part is not types.NoneType]
    if set(wanted) >= ARRAY_PARTS:
        wanted = [part for part in wanted if part not in ARRAY_PARTS] + [ArrayLike]
    checks = [check_of(part) for part in wanted]
    check = checks[0] if len(checks) == 1 else _one_of(checks)
    return _optional(check) if types.NoneType in parts else check


def check_of(annotation: Any) -> Check:
    """Return the check that belongs to an annotation."""
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    origin = typing.get_origin(annotation)
    if origin is Union or isinstance(annotation, types.UnionType):
        return _union(typing.get_args(annotation))
    if origin is not None:
        return _generic(annotation)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _word_of(annotation)
    if isinstance(annotation, type):
        protocol = getattr(annotation, "_is_protocol", False)
        if protocol and not getattr(annotation, "_is_runtime_protocol", False):
            return anything
        return _of_class(annotation)
    return anything

"""The kinds of arguments, read off the annotations and checked before any work.

``@guarded`` stands above every public function and class. A call with an argument of the wrong kind
(a string for a number, a float for a count, a number for a function, a link for a law) then ends in
a ``TypeError`` that begins with the argument's name. Whether the value is right (its range, the
shape of an array) the function checks itself, by ``iclnb.arguments``, whose words are used here.

>>> from iclnb.kinds import guarded
>>> @guarded
... def repeat(word: str, times: int, *, loud: bool = False) -> str:
...     return word * times
>>> repeat("ab", 2)
'abab'
>>> repeat("ab", 2.5)
Traceback (most recent call last):
    ...
TypeError: times must be an integer, got 2.5
>>> repeat("ab", 2, loud=1)
Traceback (most recent call last):
    ...
TypeError: loud must be True or False, got 1
"""

from __future__ import annotations

import builtins
import enum
import functools
import inspect
import math
import numbers
import operator
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union

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

__all__ = ["guarded", "kinds_of"]

F = TypeVar("F", bound=Callable[..., Any])

Check = Callable[[Any, str], Any]

TEXT = (str, bytes)
LARGE = 10**5  # from here on a count is named when memory ends
ARRAY_PARTS = set(typing.get_args(ArrayLike))


def _anything(value: object, name: str) -> None:
    """Accept it."""


def _integer(value: object, name: str) -> None:
    if type(value) is not int:
        check_integer(value, name, least=-math.inf)


def _number(value: object, name: str) -> None:
    if type(value) is float:
        return
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")


def _array(value: Any, name: str) -> None:
    as_numbers(value, name, complex_too=True)


def _strict_array(value: Any, name: str) -> None:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} must be a numpy array, got {type(value).__name__}")
    _array(value, name)


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

    def check(value: object, name: str) -> None:
        good = isinstance(value, (Sequence, np.ndarray) if ordered else Iterable)
        if not good or isinstance(value, TEXT):
            raise TypeError(f"{name} must be {wanted}, got {type(value).__name__}")
        if item is not _anything and isinstance(value, list | tuple | np.ndarray):
            for i, one in enumerate(value):
                item(one, f"{name}[{i}]")
        if size is not None and len(value) != size:
            raise ValueError(f"{name} must hold {size} items, got {len(value)}")

    return check


def _mapping(value: object, name: str) -> None:
    if not isinstance(value, Mapping):
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
    Any: _anything,
    object: _anything,
    ArrayLike: _array,
    np.ndarray: _strict_array,
    np.random.Generator: check_generator,
    Mapping: _mapping,
    dict: _mapping,
    Callable: check_callable,
    Sequence: _sequence(_anything, ordered=True),
    Iterable: _sequence(_anything, ordered=False),
    inspect.Parameter.empty: _anything,
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
        return _anything
    if issubclass(origin, Callable):  # type: ignore[arg-type]
        return check_callable
    if issubclass(origin, Mapping):
        return _mapping
    if origin is tuple and Ellipsis not in inner:
        items = {_check_of(kind) for kind in inner}
        item = items.pop() if len(items) == 1 else _anything
        return _sequence(item, ordered=True, size=len(inner))
    if issubclass(origin, Iterable):
        return _sequence(_check_of(inner[0]), ordered=issubclass(origin, Sequence))
    return _of_class(origin)


def _union(parts: tuple[Any, ...]) -> Check:
    """Return the check of a union; ArrayLike, a union itself, is one part of it."""
    wanted = [part for part in parts if part is not types.NoneType]
    if set(wanted) >= ARRAY_PARTS:
        wanted = [part for part in wanted if part not in ARRAY_PARTS] + [ArrayLike]
    checks = [_check_of(part) for part in wanted]
    check = checks[0] if len(checks) == 1 else _one_of(checks)
    return _optional(check) if types.NoneType in parts else check


def _check_of(annotation: Any) -> Check:
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
            return _anything
        return _of_class(annotation)
    return _anything


def _as_given(annotation: Any) -> Any:
    """Return what a constructor takes where the object will hold an array: a list as well."""
    if annotation is np.ndarray or typing.get_origin(annotation) is np.ndarray:
        return ArrayLike
    if typing.get_origin(annotation) in (Union, types.UnionType):
        parts = [_as_given(part) for part in typing.get_args(annotation)]
        return functools.reduce(operator.or_, parts)
    return annotation


class _ByName(type):
    """A class that is imported for the annotations only: known by its name."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("_"):
            raise AttributeError(name)
        return _ByName(name, (), {})

    def __instancecheck__(cls, value: object) -> bool:
        return any(kind.__name__ == cls.__name__ for kind in type(value).__mro__)


class _Names(dict[str, Any]):
    """The names that annotations use, with a stand-in for what is not imported."""

    def __missing__(self, name: str) -> type:
        return _ByName(name, (), {})


def kinds_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotation of each argument, resolved; names that are missing by their name."""
    plain = inspect.unwrap(check_callable(function, "function"))
    space = vars(sys.modules[plain.__module__])
    names = _Names({**vars(builtins), **space})
    hints = typing.get_type_hints(plain, globalns=space, localns=names)
    empty = inspect.Parameter.empty
    return {name: hints.get(name, empty) for name in inspect.signature(plain).parameters}


class TooLarge(ValueError, MemoryError):
    """A count for which there is no memory."""


def _too_large(given: Mapping[str, Any], error: MemoryError) -> MemoryError:
    """Return the error that names the largest count that was given, if one is large."""
    counts = {name: value for name, value in given.items() if type(value) is int}
    name = max(counts, key=lambda name: counts[name], default="")
    if not name or counts[name] < LARGE:
        return error
    return TooLarge(f"{name} is too large: there is no memory for {counts[name]}")


def _guarded_function(function: F, *, bound: bool = False, fields: bool = False) -> F:
    """Return the guarded function.

    ``bound``: its first argument is the object or the class. ``fields``: its annotations say what
    the object will hold, an array also where the constructor is given a list.
    """
    named: dict[str, Check] = {}
    in_order: list[tuple[str, Check]] = []
    rest: list[tuple[str, Check]] = []

    def prepare() -> None:
        kinds = kinds_of(function)
        parameters = list(inspect.signature(function).parameters.values())
        for place, parameter in enumerate(parameters):
            name, kind = parameter.name, parameter.kind
            wanted = _as_given(kinds[name]) if fields else kinds[name]
            check = _anything if bound and place == 0 else _check_of(wanted)
            if kind is parameter.VAR_POSITIONAL:
                rest.append((name, check))
            elif kind is not parameter.VAR_KEYWORD:
                named[name] = check
                if kind is not parameter.KEYWORD_ONLY:
                    in_order.append((name, check))

    @functools.wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        if not named and not rest:
            prepare()
        for (name, check), value in zip(in_order, args):
            check(value, name)
        for name, check in rest:
            for i, value in enumerate(args[len(in_order) :]):
                check(value, f"{name}[{i}]")
        for name, value in options.items():
            if name in named:
                named[name](value, name)
        try:
            return function(*args, **options)
        except MemoryError as error:
            given = {name: value for (name, _), value in zip(in_order, args)} | options
            raise _too_large(given, error) from error

    return typing.cast(F, checked)


def _guard_class(kind: type) -> None:
    """Guard what a class defines itself: its constructor, calls and public methods."""
    for name, value in list(vars(kind).items()):
        fields = name == "__init__" and "__dataclass_fields__" in vars(kind)
        if name.startswith("_") and name not in ("__init__", "__call__"):
            continue
        if isinstance(value, types.FunctionType):
            setattr(kind, name, _guarded_function(value, bound=True, fields=fields))
        elif isinstance(value, classmethod | staticmethod):
            inner = _guarded_function(value.__func__, bound=isinstance(value, classmethod))
            setattr(kind, name, type(value)(inner))


def guarded(thing: F) -> F:
    """Return the function or class, which now refuses arguments of the wrong kind before any work.

    Of a class the constructor and the public methods that it defines itself are guarded. The
    annotations are read at the first call, so that they may name what is defined later; the
    signature that ``help`` shows stays as it is written.
    """
    if isinstance(thing, type):
        _guard_class(thing)
        return thing
    return _guarded_function(thing)

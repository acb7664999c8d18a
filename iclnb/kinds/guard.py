"""Functions and classes that refuse arguments of the wrong kind."""

from __future__ import annotations

import builtins
import functools
import inspect
import operator
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_callable
from iclnb.kinds._checks import Check, anything, check_of

__all__ = ["guarded", "kinds_of"]

F = TypeVar("F", bound=Callable[..., Any])

LARGE = 10**5  # from here on a count is named when memory ends


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
    ready = False
    places: list[str] = []
    # What takes anything is in none of these.
    named: dict[str, Check] = {}
    in_order: list[tuple[int, str, Check]] = []
    rest: list[tuple[str, Check]] = []

    def prepare() -> None:
        nonlocal ready
        kinds = kinds_of(function)
        parameters = list(inspect.signature(function).parameters.values())
        for place, parameter in enumerate(parameters):
            name, kind = parameter.name, parameter.kind
            wanted = _as_given(kinds[name]) if fields else kinds[name]
            check = anything if bound and place == 0 else check_of(wanted)
            if kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                places.append(name)
            if check is anything or kind is parameter.VAR_KEYWORD:
                continue
            if kind is parameter.VAR_POSITIONAL:
                rest.append((name, check))
                continue
            named[name] = check
            if kind is not parameter.KEYWORD_ONLY:
                in_order.append((place, name, check))
        ready = True

    @functools.wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        if not ready:
            prepare()
        count = len(args)
        for place, name, check in in_order:
            if place >= count:
                break
            check(args[place], name)
        for name, check in rest:
            for i, value in enumerate(args[len(places) :]):
                check(value, f"{name}[{i}]")
        for name, value in options.items():
            if name in named:
                named[name](value, name)
        try:
            return function(*args, **options)
        except MemoryError as error:
            raise _too_large(dict(zip(places, args)) | options, error) from error

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

"""Every public function, constructor and method of the library, and the kinds of its arguments."""

from __future__ import annotations

import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tools.library import PARTS, ROOMS, modules
from tools.notebooks import ROOT

__all__ = ["options_of", "public_functions"]

CHECKS = "iclnb.arguments"  # the checks themselves take any value
PLAIN = (int, float, bool, str, ArrayLike, np.ndarray, np.random.Generator)


def options_of(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation: plain kinds, classes, or None for anything."""
    if annotation in (typing.Any, object, inspect.Parameter.empty):
        return [None]
    if annotation == ArrayLike:
        return [ArrayLike]
    if annotation in (*PLAIN, Callable, Mapping, Sequence, Iterable):
        return [annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union or isinstance(annotation, types.UnionType):
        array = set(typing.get_args(ArrayLike))
        rest = [part for part in inner if not (array <= set(inner) and part in array)]
        found = [option for part in rest for option in options_of(part)]
        return found + [ArrayLike] * (array <= set(inner))
    if origin is typing.Literal:
        return [annotation]
    if isinstance(origin, type):
        for kind in (np.ndarray, Callable, Mapping, Sequence, Iterable):
            if issubclass(origin, kind):  # type: ignore[arg-type]
                return [annotation if origin is tuple else kind]
        return [origin]
    return [annotation] if isinstance(annotation, type) else [None]


def records(kind: type) -> bool:
    """Say whether a class only holds what it is given, or says what another must do."""
    return (
        (issubclass(kind, tuple) and hasattr(kind, "_fields"))
        or getattr(kind, "_is_protocol", False)
        or issubclass(kind, BaseException)
    )


def public_functions() -> Iterator[tuple[str, Callable[..., Any], type | None]]:
    """Yield the name of every public function, constructor and method, the thing, its class."""
    for name in [m for p in (*PARTS, *ROOMS) for m in modules(ROOT / "iclnb" / p, ROOT)]:
        if name == CHECKS or name.startswith(CHECKS + "."):
            continue
        module = importlib.import_module(name)
        for key in getattr(module, "__all__", [k for k in vars(module) if not k.startswith("_")]):
            thing = getattr(module, key)
            if getattr(thing, "__module__", None) != name:
                continue
            if inspect.isfunction(thing):
                yield f"{name}.{key}", thing, None
            elif inspect.isclass(thing) and not records(thing):
                for part, value in vars(thing).items():
                    plain = value.__func__ if isinstance(value, classmethod) else value
                    called = part in ("__init__", "__call__") or not part.startswith("_")
                    if called and inspect.isfunction(plain):
                        yield f"{name}.{key}.{part}", plain, thing

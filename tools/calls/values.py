"""Arguments written down as JSON, and read again."""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import inspect
import math
import os
import pathlib
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

MOST_ENTRIES = 600  # of an array that is written down
MADE: dict[int, tuple[Any, Any]] = {}  # by id: an object, and the call that made it


class Unwritable(TypeError):
    """The value cannot be written down."""


def place_of(thing: Any) -> str:
    """Return the dotted place at which a function or a class can be imported."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "<")
    if module is None and isinstance(thing, np.ufunc):
        module, name = "numpy", thing.__name__
    if not module or "<" in name or module.startswith(("test", "__main__", "conftest")):
        raise Unwritable(f"{thing!r} cannot be imported")
    if found(f"{module}:{name}") is not thing:
        raise Unwritable(f"{thing!r} is not what stands at its place")
    return f"{module}:{name}"


def found(place: str) -> Any:
    """Return what stands at a dotted place."""
    module, _, name = place.partition(":")
    try:
        return functools.reduce(getattr, name.split("."), importlib.import_module(module))
    except (ImportError, AttributeError) as error:
        raise Unwritable(f"nothing stands at {place}") from error


def _lambda(function: Callable[..., Any]) -> Any:
    code = function.__code__
    if code.co_freevars or not set(code.co_names) <= {"np", *dir(np), "math", *dir(math), "float"}:
        raise Unwritable("a function that uses what stands around it")
    try:
        source = inspect.getsource(function).strip()
        lines = [
            source,
            source.rstrip(","),
            f"({source}",
            f"f({source.rstrip(',)')})",
            f"[{source}",
        ]
    except OSError as error:
        raise Unwritable("a function without source") from error
    start = source.find("lambda")
    for text in [*lines, *(source[start:end] for end in range(len(source), start, -1))]:
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        one = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
        if len(one) == 1:
            return {"lambda": ast.unparse(one[0])}
        break
    raise Unwritable("a function that is not one lambda")


def _array(array: np.ndarray[Any, Any]) -> Any:
    if array.size > MOST_ENTRIES or array.dtype.kind not in "biufc":
        raise Unwritable(f"an array of {array.size} entries of {array.dtype}")
    if array.size > 3 and array.size == np.count_nonzero(array == array.flat[0]):
        return {"full": list(array.shape), "of": written(array.flat[0].item())}
    if array.dtype.kind == "c":
        return {"complex": [_array(array.real), _array(array.imag)]}
    if array.size == 0:
        return {"array": [], "shape": list(array.shape), "dtype": str(array.dtype)}
    return {"array": written(array.tolist()), "dtype": str(array.dtype)}


def _object(value: Any) -> Any:
    kind = type(value)
    fields = getattr(kind, "__dataclass_fields__", None)
    if id(value) in MADE and MADE[id(value)][0] is value:
        return MADE[id(value)][1]
    if fields is not None and kind.__module__.startswith("iclnb"):
        given = {name: getattr(value, name) for name, f in fields.items() if f.init}
        return {"new": place_of(kind), "with": {k: written(v) for k, v in given.items()}}
    if isinstance(value, tuple):
        given = {name: getattr(value, name) for name in value._fields}
        return {"new": place_of(kind), "with": {k: written(v) for k, v in given.items()}}
    raise Unwritable(f"a {kind.__name__}")


def written(value: Any) -> Any:
    """Return a value as JSON; ``Unwritable`` if that cannot be done."""
    if value is None or (
        isinstance(value, bool | int | str) and type(value) in (bool, int, str, type(None))
    ):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, enum.Enum):
        return {"enum": place_of(type(value)), "name": value.name}
    if isinstance(value, np.generic):
        return written(value.item())
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.random.Generator):
        return {"rng": 5}
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, os.PathLike):
        raise Unwritable("a path")
    if type(value) is list:
        return [written(item) for item in value]
    if type(value) in (tuple, set, frozenset):
        return {type(value).__name__: [written(item) for item in value]}
    if type(value) is dict:
        return {"dict": [[written(k), written(v)] for k, v in value.items()]}
    if isinstance(value, functools.partial):
        parts = {"args": written(list(value.args)), "options": written(dict(value.keywords))}
        return {"partial": written(value.func), **parts}
    if isinstance(value, types.FunctionType) and value.__name__ == "<lambda>":
        return _lambda(value)
    if isinstance(value, types.MethodType):
        return {"method": value.__name__, "of": written(value.__self__)}
    if id(value) in MADE and MADE[id(value)][0] is value:
        return MADE[id(value)][1]
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type | np.ufunc):
        return {"at": place_of(value)}
    return _object(value)


def _read_array(form: dict[str, Any]) -> Any:
    if "full" in form:
        return np.full(form["full"], read(form["of"]))
    if "complex" in form:
        real, imaginary = (read(part) for part in form["complex"])
        return real + 1j * imaginary
    array = np.array(read(form["array"]), dtype=form["dtype"])
    return array.reshape(form["shape"]) if "shape" in form else array


def _read_call(form: dict[str, Any]) -> Any:
    thing = found(form["call"])
    return thing(
        *[read(v) for v in form["args"]], **{k: read(v) for k, v in form["options"].items()}
    )


READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "float": lambda form: float(form["float"]),
    "enum": lambda form: found(form["enum"])[form["name"]],
    "rng": lambda form: np.random.default_rng(form["rng"]),
    "fraction": lambda form: Fraction(form["fraction"]),
    "range": lambda form: range(*form["range"]),
    "tuple": lambda form: tuple(read(v) for v in form["tuple"]),
    "set": lambda form: {read(v) for v in form["set"]},
    "frozenset": lambda form: frozenset(read(v) for v in form["frozenset"]),
    "dict": lambda form: {read(k): read(v) for k, v in form["dict"]},
    "partial": lambda form: functools.partial(
        read(form["partial"]), *read(form["args"]), **read(form["options"])
    ),
    "lambda": lambda form: eval(form["lambda"], {"np": np, "math": math}),
    "method": lambda form: getattr(read(form["of"]), form["method"]),
    "at": lambda form: found(form["at"]),
    "new": lambda form: found(form["new"])(**{k: read(v) for k, v in form["with"].items()}),
    "call": _read_call,
    "array": _read_array,
    "full": _read_array,
    "complex": _read_array,
    "path": lambda form: pathlib.Path(form["path"]),
}


def read(form: Any) -> Any:
    """Return the value of which :func:`written` made ``form``."""
    if isinstance(form, list):
        return [read(item) for item in form]
    if not isinstance(form, dict):
        return form
    return READERS[next(iter(form))](form)

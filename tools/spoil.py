"""Errors put into a function of the library, in place, so that every reference to it is wrong.

`returned` changes what a function returns: by 10 %, the same everywhere or on every other number.
`rewritten` changes its source: a term of a sum dropped, an exponent larger by 0.1.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import inspect
import itertools
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

PER_KIND = 2
"""How many terms are dropped, and how many exponents changed, in one function."""

_COUNTS = {
    "range",
    "arange",
    "zeros",
    "ones",
    "empty",
    "full",
    "eye",
    "reshape",
    "linspace",
    "pick",
}

Change = Callable[[float], float]


class Untouched(Exception):
    """A function returned nothing that an error could be put into."""


def more(value: float) -> float:
    """Return a number that is 10 % too large; zero becomes 0.1."""
    return value * 1.1 if value else 0.1


def uneven() -> Change:
    """Return what changes every other number by 10 %, beginning with the first."""
    factors = itertools.cycle((1.1, 1.0))
    return lambda value: value * next(factors) if value else 0.1 * (next(factors) - 1.0)


def changed(value: Any, change: Change) -> Any:
    """Return a copy of a value with an error in the numbers that it holds.

    Integers are one too large, truth values turned; a function gets the error in what it returns.
    """
    import numpy as np

    if isinstance(value, (bool, np.bool_)):
        return not value
    if isinstance(value, (int, np.integer)):
        return value + 1
    if isinstance(value, (float, np.floating)):
        return type(value)(change(float(value)))
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return _array(value, change)
    if type(value).__module__.startswith("torch") and hasattr(value, "detach"):
        return value * change(1.0)
    if isinstance(value, tuple):
        inner = [changed(one, change) for one in value]
        return type(value)(*inner) if hasattr(value, "_fields") else tuple(inner)
    if isinstance(value, list):
        return [changed(one, change) for one in value]
    if isinstance(value, Mapping):
        return {key: changed(one, change) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        made = copy.copy(value)
        for field in dataclasses.fields(value):
            object.__setattr__(made, field.name, changed(getattr(value, field.name), change))
        return made
    if callable(value) and not isinstance(value, type):
        return lambda *args, **kwargs: changed(value(*args, **kwargs), change)
    return value


def _array(value: Any, change: Change) -> Any:
    import numpy as np

    if value.dtype.kind == "b":
        return ~value
    if value.dtype.kind in "iu":
        return value + 1
    if value.dtype.kind == "c":
        return value * change(1.0)
    flat = [change(float(x)) for x in value.ravel()]
    return np.array(flat, dtype=value.dtype).reshape(value.shape)


def _same(one: Any, other: Any) -> bool:
    """Whether nothing was changed: the very same object, or containers of such."""
    if isinstance(one, (tuple, list)) and type(one) is type(other):
        return all(map(_same, one, other))
    return one is other


def returned(function: types.FunctionType, make: Callable[[], Change]) -> None:
    """Put an error into what a function returns.

    The function's code is replaced, so that it is wrong wherever it is known. Each call begins
    with a fresh change.
    """
    right = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    right.__kwdefaults__ = function.__kwdefaults__

    def wrong(*args: Any, **kwargs: Any) -> Any:
        value = right(*args, **kwargs)
        if inspect.isgenerator(value):
            return (changed(one, make()) for one in value)
        made = changed(value, make())
        if _same(made, value):
            raise Untouched(f"{function.__qualname__} returned {type(value)}")
        return made

    name = f"_spoilt_{id(function)}"
    function.__globals__[name] = wrong
    space: dict[str, Any] = {}
    exec(f"def caller(*args, **kwargs):\n    return {name}(*args, **kwargs)\n", space)
    code = space["caller"].__code__
    if function.__closure__:  # the code must ask for as many cells as the function brings
        code = code.replace(co_freevars=function.__code__.co_freevars)
    function.__code__ = code
    function.__defaults__ = function.__kwdefaults__ = None


def _numbers(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions of a function in which numbers are computed, the last ones first.

    Indices, ranges, shapes, comparisons, messages and checks of arguments are left out.
    """

    def walk(node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.Subscript):
            yield from walk(node.value)
            return
        if isinstance(node, (ast.Raise, ast.Assert, ast.JoinedStr, ast.Compare, ast.arguments)):
            return
        if isinstance(node, ast.Call):
            called = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            if called in _COUNTS or called.startswith("check_"):
                return
        yield node
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    yield from reversed(list(walk(tree)))


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))


def _is_size(node: ast.AST, returned: set[ast.AST]) -> bool:
    """Whether a sum only counts: how many nodes, degrees or steps, outside of what is returned."""
    whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
    return whole and node not in returned


def rewritten(function: types.FunctionType) -> dict[str, Callable[[], None]]:
    """Return the errors that can be written into a function's source: names, with what does it."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        (tree,) = ast.parse(source).body
    except (OSError, SyntaxError, ValueError):
        return {}
    if not isinstance(tree, ast.FunctionDef) or function.__closure__:
        return {}
    places = list(_numbers(ast.Module(body=tree.body, type_ignores=[])))
    given = {
        inner for one in ast.walk(tree) if isinstance(one, ast.Return) for inner in ast.walk(one)
    }
    places = [one for one in places if not (_is_sum(one) and _is_size(one, given))]
    found: dict[str, Callable[[], None]] = {}
    for kind, wanted in (("without", _is_sum), ("exponent", _is_power)):
        for node in [one for one in places if wanted(one)][:PER_KIND]:
            said = ast.unparse(node.right)
            name = f"without {said}" if kind == "without" else f"exponent {said} + 0.1"
            found.setdefault(name, _writer(function, tree, node))
    return found


def _is_power(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)


def _writer(
    function: types.FunctionType, tree: ast.FunctionDef, node: ast.BinOp
) -> Callable[[], None]:
    """Return what writes one error into a function."""

    class Write(ast.NodeTransformer):
        def visit_BinOp(self, one: ast.BinOp) -> ast.AST:
            if one is not node:
                return self.generic_visit(one)
            if _is_sum(node):
                return node.left
            power = ast.BinOp(node.right, ast.Add(), ast.Constant(0.1))
            return ast.BinOp(node.left, node.op, power)

    def write() -> None:
        wrong = Write().visit(tree)
        wrong.decorator_list = []
        wrong.args.defaults = [ast.Constant(None) for _ in wrong.args.defaults]
        wrong.args.kw_defaults = [one and ast.Constant(None) for one in wrong.args.kw_defaults]
        module = ast.fix_missing_locations(ast.Module(body=[wrong], type_ignores=[]))
        space: dict[str, Any] = {}
        exec(compile(module, function.__code__.co_filename, "exec"), function.__globals__, space)
        function.__code__ = space[tree.name].__code__

    return write


def plain(thing: Any) -> types.FunctionType | None:
    """Return the function inside a method, a property or a cache."""
    for attribute in ("fget", "__func__", "func", "__wrapped__"):
        inner = getattr(thing, attribute, None)
        if isinstance(inner, types.FunctionType):
            return inner
    return thing if isinstance(thing, types.FunctionType) else None


def targets(name: str) -> list[types.FunctionType]:
    """Return the functions behind a dotted name: itself, or the public methods of a class.

    Raises
    ------
    LookupError
        If there is no such thing.
    """
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = inspect.getattr_static(thing, part)
        break
    else:
        raise LookupError(f"{name} does not exist")
    if isinstance(thing, type):
        public = [one for key, one in vars(thing).items() if not key.startswith("_")]
        return [one for each in public if (one := plain(each)) is not None]
    found = plain(thing)
    if found is None:
        raise LookupError(f"{name} is no function")
    return [found]


def errors(name: str) -> dict[str, Callable[[], None]]:
    """Return all errors for a dotted name: what they are, with what puts them in place."""
    functions = targets(name)

    def put(make: Callable[[], Change]) -> Callable[[], None]:
        return lambda: [returned(one, make) for one in functions] and None

    found = {"10 % more": put(lambda: more), "10 % more on every other number": put(uneven)}
    if len(functions) == 1:
        found |= rewritten(functions[0])
    return found

"""Every public function, constructor and method refuses an argument of the wrong kind by name."""

import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike

from iclnb.kinds import kinds_of
from tools.calls.public import options_of, public_functions


class Stranger:
    """An object that no function of the library can use."""

    def __repr__(self):
        return "a stranger"


STRANGER = Stranger()
WRONG = {
    int: [STRANGER, 2.5, "3", True, None, [1]],
    float: [STRANGER, "0.5", True, None, [0.5]],
    bool: [STRANGER, 1, "yes", None],
    str: [STRANGER, 3, None],
    ArrayLike: [STRANGER, "words", [["a", "b"]], [STRANGER]],
    np.ndarray: [STRANGER, "words", 3, [0.5, 0.7], np.array(["a", "b"])],
    np.random.Generator: [STRANGER, 3, np.random.RandomState(3)],
    Callable: [STRANGER, 3, "sin"],
    Mapping: [STRANGER, 3, [("a", 1)]],
    Sequence: [STRANGER, 3, "words"],
    Iterable: [STRANGER, 3, "words"],
}
RIGHT = {
    int: 3,
    float: 0.7,
    bool: True,
    str: "word",
    ArrayLike: [[1.5, 0.5], [0.25, 2.0]],
    np.ndarray: np.array([[1.5, 0.5], [0.25, 2.0]]),
    np.random.Generator: np.random.default_rng(5),
    Callable: lambda *args: args,
    Mapping: {},
    Sequence: [],
    Iterable: [],
}


def right(annotation):
    """Return a value of the right kind, whatever its worth."""
    option = options_of(annotation)[0]
    if option is None or option is types.NoneType:
        return None
    if option in RIGHT:
        return RIGHT[option]
    if typing.get_origin(option) is typing.Literal:
        return typing.get_args(option)[0]
    if typing.get_origin(option) is tuple:
        inner = [part for part in typing.get_args(option) if part is not Ellipsis]
        return tuple(right(part) for part in inner)
    return blank(option)


def blank(kind):
    """Return an object of a class without calling its constructor."""
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    if getattr(kind, "_is_protocol", False) or inspect.isabstract(kind):
        members = [*getattr(kind, "__annotations__", {}), *vars(kind)]
        filled = {name: None for name in members if not name.startswith("_")}
        methods = dict.fromkeys(getattr(kind, "__abstractmethods__", ()), len)
        kind = type("StandIn", (kind,), {**filled, **methods})
    plain = kind.__module__.startswith("iclnb") and not issubclass(kind, tuple)
    return (
        object.__new__(kind)
        if plain
        else (tuple if issubclass(kind, tuple) else kind).__new__(kind)
    )


def wrongs(annotation):
    """Return values of the wrong kind; none where anything is taken."""
    options = options_of(annotation)
    if None in options:
        return []
    found = [WRONG.get(option, [STRANGER, "word"]) for option in options]
    return [value for value in found[0] if all(any(value is w for w in f) for f in found[1:])]


def given(annotation):
    """Return what a constructor takes for a field: a list, too, of which it makes an array."""
    option = [o for o in options_of(annotation) if o is not types.NoneType]
    if option != [np.ndarray]:
        return annotation
    return ArrayLike | None if types.NoneType in options_of(annotation) else ArrayLike


FUNCTIONS = {name: (function, owner) for name, function, owner in public_functions()}


def calls(function, owner):
    """Yield an argument's name, its kind, and the values of the wrong kind."""
    kinds = kinds_of(function)
    if function.__name__ == "__init__" and "__dataclass_fields__" in vars(owner):
        kinds = {name: given(kind) for name, kind in kinds.items()}
    skip = 1 if owner is not None else 0
    parameters = list(inspect.signature(function).parameters.values())[skip:]
    for parameter in parameters:
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            yield parameter.name, kinds[parameter.name], wrongs(kinds[parameter.name])


def complaint(function, owner, name, value):
    """Return what is wrong with the answer to a wrong value, or nothing."""
    kinds = kinds_of(function)
    signature = list(inspect.signature(function).parameters.values())
    first = [] if owner is None else [blank(owner)]
    given = {
        p.name: right(kinds[p.name])
        for p in signature[len(first) :]
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }
    given[name] = value
    positional = [p.name for p in signature[len(first) :] if p.kind is p.POSITIONAL_ONLY]
    args = first + [given.pop(p) for p in positional]
    try:
        function(*args, **given)
    except (TypeError, ValueError) as error:
        if str(error).startswith(name):
            return None
        return f"{name}={value!r}: {type(error).__name__}: {error}"
    except Exception as error:
        return f"{name}={value!r}: {type(error).__name__}: {error}"
    return f"{name}={value!r} is taken"


def test_there_is_something_to_try():
    assert len(FUNCTIONS) > 900
    tried = [name for f, owner in FUNCTIONS.values() for name, _, wrong in calls(f, owner) if wrong]
    assert len(tried) > 2000


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_kind_is_refused_by_name(name):
    function, owner = FUNCTIONS[name]
    found = [
        complaint(function, owner, argument, value)
        for argument, _, wrong in calls(function, owner)
        for value in wrong
    ]
    assert not [x for x in found if x]

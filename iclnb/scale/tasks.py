"""The points of a sweep: products of axes, and the identity by which a result is found again."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from iclnb.kinds import guarded

from .plain import compact, plain


@guarded
@dataclasses.dataclass(frozen=True)
class Task:
    """One point of a sweep: which function, at which point, under which configuration."""

    function: str
    point: Mapping[str, Any]
    configuration: Mapping[str, Any]

    @functools.cached_property
    def key(self) -> str:
        """The SHA-256 digest of the function's name, the point and the configuration."""
        identity = [self.function, self.point, self.configuration]
        return hashlib.sha256(compact(identity).encode()).hexdigest()


def grid(**axes: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the product of the axes as a list of points; the last axis varies fastest.

    ``grid(n=[8, 16], seed=range(3))`` has six points, from ``{"n": 8, "seed": 0}`` to
    ``{"n": 16, "seed": 2}``.

    Raises
    ------
    TypeError
        If an axis is a string or cannot be iterated over.
    ValueError
        If an axis is empty.
    """
    values = {}
    for name, axis in axes.items():
        if isinstance(axis, (str, bytes)) or not isinstance(axis, Iterable):
            raise TypeError(f"axis {name} must be a sequence of values, not {axis!r}")
        values[name] = [plain(value, f"axis {name}") for value in axis]
        if not values[name]:
            raise ValueError(f"axis {name} must not be empty")
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def _name(function: Callable[..., Any], *, lasting: bool) -> str:
    if not callable(function):
        raise TypeError(f"function must be callable, not {type(function).__name__}")
    if inspect.isfunction(function):
        name = f"{function.__module__}.{function.__qualname__}"
        if not lasting or ("<" not in name and function.__module__ != "__main__"):
            return name
    if lasting:
        raise ValueError(
            "function must be a named function of an imported module where a store is given: "
            f"the name of {function!r} does not say what it computes"
        )
    return getattr(function, "__qualname__", None) or repr(function)


def _settings(configuration: Any) -> dict[str, Any]:
    if configuration is None:
        return {}
    if dataclasses.is_dataclass(configuration) and not isinstance(configuration, type):
        configuration = dataclasses.asdict(configuration)
    if not isinstance(configuration, Mapping):
        raise TypeError("configuration must be a dict or a dataclass instance")
    return plain(configuration, "configuration")


@guarded
def tasks_of(
    function: Callable[..., Any],
    points: Iterable[Mapping[str, Any]],
    configuration: Any,
    *,
    lasting: bool,
) -> list[Task]:
    """Return the checked tasks of a sweep; `lasting` says that the results are to be stored.

    Raises
    ------
    TypeError
        If the function is not callable or does not take a point, or if a point or the
        configuration is not JSON-able.
    ValueError
        If a number is not finite, a point occurs twice, or the function has no lasting name.
    """
    name = _name(function, lasting=lasting)
    settings = _settings(configuration)
    if isinstance(points, (Mapping, str, bytes)) or not isinstance(points, Iterable):
        raise TypeError("points must be a list of dicts")
    tasks: list[Task] = []
    seen: dict[str, int] = {}
    for place, point in enumerate(points):
        if not isinstance(point, Mapping):
            raise TypeError(f"points[{place}] must be a dict, not {type(point).__name__}")
        task = Task(name, plain(point, f"points[{place}]"), settings)
        _check_call(function, task, place)
        first = seen.setdefault(task.key, place)
        if first != place:
            raise ValueError(f"points[{place}] repeats points[{first}]: {task.point!r}")
        tasks.append(task)
    return tasks


def _check_call(function: Callable[..., Any], task: Task, place: int) -> None:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some builtins have none
        return
    try:
        signature.bind(**task.point)
    except TypeError as error:
        raise TypeError(f"points[{place}] does not fit {task.function}: {error}") from None

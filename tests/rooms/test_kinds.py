"""The guard that reads the kinds of arguments off the annotations."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import pytest
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray
from iclnb.kinds import guarded, kinds_of


@runtime_checkable
class Named(Protocol):
    name: str


@guarded
@dataclass(frozen=True)
class Point:
    """A point."""

    x: float
    name: str = "p"

    def moved(self, by: float) -> Point:
        return Point(self.x + by)

    @classmethod
    def of(cls, text: str) -> Point:
        return cls(float(text))

    @staticmethod
    def twice(count: int) -> int:
        return 2 * count


@guarded
def everything(
    count: int,
    size: float,
    X: ArrayLike,
    *rest: int,
    flag: bool = False,
    word: str | None = None,
    choice: Literal["a", "b"] = "a",
    table: Mapping[str, Any] | None = None,
    call: Callable[[float], float] = abs,
    lengths: Sequence[int] = (),
    many: Iterable[float] = (),
    pair: tuple[float, float] = (0.0, 1.0),
    array: FloatArray | None = None,
    named: Named | None = None,
    length: int | str = 1,
    point: Point | None = None,
    anything: Any = None,
) -> str:
    """All kinds."""
    return "done"


GOOD = (3, 0.5, [[1, 2.5]])
X = np.ones((2, 3))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"flag": np.bool_(True), "word": "w", "choice": "b"},
        {"table": {}, "call": np.sin, "lengths": [3, np.int64(4)], "many": (0.5 for _ in "ab")},
        {"lengths": np.array([3, 4]), "pair": [0.5, 2], "array": X, "named": Point(0.5)},
        {"length": "long", "point": Point(0.5, name="q"), "anything": object()},
    ],
)
def test_what_is_right_goes_through(options):
    assert everything(*GOOD, **options) == "done"
    assert everything(np.int64(3), Fraction(1, 3), X, 4, 5, **options) == "done"
    assert everything(count=3, size=2, X=3.5, **options) == "done"


@pytest.mark.parametrize(
    ("args", "options", "kind", "message"),
    [
        ((3.0, 0.5, X), {}, TypeError, "count must be an integer, got 3.0"),
        ((True, 0.5, X), {}, TypeError, "count must be an integer, got True"),
        ((3, "0.5", X), {}, TypeError, "size must be a real number, got '0.5'"),
        ((3, 0.5j, X), {}, TypeError, "size must be a real number"),
        ((3, 0.5, "abc"), {}, TypeError, "X must be an array of real numbers"),
        ((3, 0.5, [[1], [1, 2]]), {}, ValueError, "X must be a rectangular array"),
        ((*GOOD, 4, 5.5), {}, TypeError, r"rest\[1\] must be an integer"),
        (GOOD, {"flag": 1}, TypeError, "flag must be True or False"),
        (GOOD, {"word": 3}, TypeError, "word must be a str, got int"),
        (GOOD, {"choice": "c"}, ValueError, "choice must be one of 'a', 'b', got 'c'"),
        (GOOD, {"table": [1]}, TypeError, "table must be a mapping, got list"),
        (GOOD, {"call": 3}, TypeError, "call must be callable, got int"),
        (GOOD, {"lengths": "34"}, TypeError, "lengths must be a sequence, got str"),
        (GOOD, {"lengths": 3}, TypeError, "lengths must be a sequence, got int"),
        (GOOD, {"lengths": [3, 0.5]}, TypeError, r"lengths\[1\] must be an integer"),
        (GOOD, {"many": 0.5}, TypeError, "many must be iterable, got float"),
        (GOOD, {"many": [0.5, "x"]}, TypeError, r"many\[1\] must be a real number"),
        (GOOD, {"pair": (0.5,)}, ValueError, "pair must hold 2 items, got 1"),
        (GOOD, {"pair": (0.5, "x")}, TypeError, r"pair\[1\] must be a real number"),
        (GOOD, {"array": [0.5]}, TypeError, "array must be a numpy array, got list"),
        (GOOD, {"array": np.zeros((0, 2))}, ValueError, r"array must not be empty, got shape \(0,"),
        (GOOD, {"array": np.array([0.5, np.nan])}, ValueError, "array must be finite"),
        (GOOD, {"array": np.array([0.5, -np.inf])}, ValueError, "array must be finite"),
        (GOOD, {"length": 2.5}, TypeError, "length must be an integer or a str, got float"),
        (GOOD, {"named": 3}, TypeError, "named must be a Named, got int"),
        (GOOD, {"length": 0.5}, TypeError, "length must be"),
        (GOOD, {"point": 3}, TypeError, "point must be a Point, got int"),
    ],
)
def test_what_is_wrong_is_named(args, options, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        everything(*args, **options)


def test_all_arguments_are_seen_before_any_work():
    done = []

    @guarded
    def work(value: float, *, last: int = 1) -> None:
        done.append(value)

    with pytest.raises(TypeError, match=r"^last"):
        work(0.5, last="x")
    assert done == []
    work(0.5)
    assert done == [0.5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Point("0"), "x must be a real number"),
        (lambda: Point(0.5, name=3), "name must be a str"),
        (lambda: Point(0.5).moved("far"), "by must be a real number"),
        (lambda: Point(0.5).moved(by=None), "by must be a real number"),
        (lambda: Point.of(3), "text must be a str"),
        (lambda: Point.twice(0.5), "count must be an integer"),
    ],
)
def test_a_class_is_guarded_whole(call, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        call()


def test_a_class_works_as_before():
    assert Point(0.5).moved(2).x == 2.5
    assert Point.of("0.25") == Point(0.25)
    assert Point.twice(4) == 8
    assert pickle.loads(pickle.dumps(Point(0.5, "q"))) == Point(0.5, "q")


def test_help_shows_what_is_written():
    assert str(inspect.signature(Point)).startswith("(x: 'float', name: 'str' = 'p')")
    assert inspect.signature(everything).parameters["flag"].default is False
    assert everything.__doc__ == "All kinds."
    assert kinds_of(everything)["count"] is int
    with pytest.raises(TypeError, match=r"^function must be callable"):
        kinds_of(3)


def test_a_count_for_which_there_is_no_memory_is_named_by_the_outermost():
    @guarded
    def inner(n: int) -> None:
        raise MemoryError

    @guarded
    def outer(draws: int, d: int) -> None:
        inner(draws * d)

    with pytest.raises(ValueError, match=r"^draws is too large: there is no memory for 1000000"):
        outer(10**6, 3)
    with pytest.raises(MemoryError) as error:
        inner(3)
    assert not isinstance(error.value, ValueError)

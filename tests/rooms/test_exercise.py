"""The checker tells right from wrong, and gives back what the chapter can go on with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iclnb import exercise

CASES = [(1.0,), (2.0,), (0.5,)]
MISTAKE = ("the factor 2 is missing", lambda x: x**2)


def solution(x):
    return 2 * x**2


def answer(reader, **options):
    return exercise.check(reader, solution, CASES, **({"mistake": MISTAKE} | options))


def test_a_right_answer_is_used(capsys):
    def square(x):
        return x * x + x * x

    assert answer(square) is square
    assert capsys.readouterr().out == "square: right in all 3 cases.\n"


def nothing(x): ...


def ellipsis(x):
    return ...


def raises(x):
    raise NotImplementedError


@pytest.mark.parametrize("stub", [nothing, ellipsis, raises])
def test_a_stub_falls_back_to_the_solution(stub, capsys):
    assert answer(stub) is solution
    said = f"{stub.__name__}: not written yet. The solution is used from here on.\n"
    assert capsys.readouterr().out == said


def test_a_wrong_answer_is_told_where(capsys):
    def late(x):
        return 2 * x**2 if x < 2 else 9.0

    assert answer(late) is solution
    assert "case 2 of 3 differs: 9, not 8. The solution" in capsys.readouterr().out


def test_a_common_mistake_gets_its_hint(capsys):
    assert answer(lambda x: x * x) is solution
    assert "Hint: the factor 2 is missing. The" in capsys.readouterr().out


def test_an_error_of_the_reader_is_told(capsys):
    def divides(x):
        return int(x) // 0

    assert answer(divides) is solution
    assert "divides: ZeroDivisionError in case 1 of 3: integer division" in capsys.readouterr().out


def test_an_answer_that_is_no_number_is_told(capsys):
    assert answer(lambda x: "two") is solution
    assert "TypeError in case 1 of 3" in capsys.readouterr().out


def test_a_shape_counts(capsys):
    assert answer(lambda x: np.array([2 * x**2])) is solution
    assert "case 1 of 3 differs: [2], not 2" in capsys.readouterr().out


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_wrong(value):
    assert answer(lambda x: value, mistake=("none", lambda x: 0.0), atol=1.0) is solution


@given(st.floats(1e-12, 1e-2), st.floats(0.01, 100))
def test_the_tolerance_is_a_border(rtol, factor):
    def off(x):
        return solution(x) * (1 + factor * rtol)

    used = answer(off, rtol=rtol)
    if factor < 0.9:
        assert used is off
    if factor > 1.1:
        assert used is solution


def test_an_absolute_tolerance_allows_what_a_relative_one_does_not():
    def zero(x):
        return 0 * x

    def near(x):
        return zero(x) + 1e-9

    options = {"mistake": ("not zero", lambda x: 1 + x)}
    assert exercise.check(near, zero, CASES, atol=1e-8, **options) is near
    assert exercise.check(near, zero, CASES, **options) is zero


def test_large_arrays_are_told_shortly(capsys):
    exercise.check(np.zeros, np.ones, [(100,)], mistake=("two", lambda n: np.full(n, 2.0)))
    assert len(capsys.readouterr().out) < 200


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"cases": []}, ValueError, "cases"),
        ({"cases": [1.0]}, TypeError, "cases"),
        ({"cases": [[1.0]]}, TypeError, "cases must be tuples of arguments"),
        ({"reader": 3}, TypeError, "reader"),
        ({"solution": "x"}, TypeError, "solution"),
        ({"solution": lambda x: None}, TypeError, "solution"),
        ({"solution": lambda x: np.nan}, ValueError, "solution"),
        ({"solution": lambda x: [[1], [1, 2]]}, TypeError, "solution"),
        ({"mistake": ("same", solution)}, ValueError, "mistake"),
        ({"mistake": ("hint only",)}, ValueError, "mistake"),
        ({"mistake": list(MISTAKE)}, TypeError, "mistake must be a pair of a hint and a function"),
        ({"mistake": ("", solution)}, TypeError, "mistake"),
        ({"mistake": ("no function", 1)}, TypeError, "mistake"),
        ({"mistake": solution}, TypeError, "mistake"),
        ({"rtol": -1.0}, ValueError, "rtol"),
        ({"rtol": np.inf}, ValueError, "rtol"),
        ({"atol": np.nan}, ValueError, "atol"),
        ({"atol": "1"}, TypeError, "atol"),
        ({"rtol": True}, TypeError, "rtol"),
    ],
)
def test_bad_input_is_named(change, error, words):
    given = {"reader": nothing, "solution": solution, "cases": CASES, "mistake": MISTAKE} | change
    reader, right, cases = given.pop("reader"), given.pop("solution"), given.pop("cases")
    with pytest.raises(error, match=words):
        exercise.check(reader, right, cases, **given)

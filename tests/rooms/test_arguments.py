"""Checks of arguments: what passes, what is refused, and that the message names the argument."""

import math
from fractions import Fraction

import numpy as np
import pytest

from iclnb.arguments import (
    check_array,
    check_choice,
    check_each,
    check_generator,
    check_increasing,
    check_integer,
    check_number,
    check_orthonormal_rows,
    check_probabilities,
    check_psd,
    check_seeds,
)

VECTOR, MATRIX = (None,), (None, None)


def refuses(error, words, check, *arguments, **options):
    """Assert that the check raises this error with a message that begins with the name."""
    with pytest.raises(error, match=f"^the_name .*{words}"):
        check(*arguments, **options)


@pytest.mark.parametrize("value", [3, np.int32(3), np.uint8(3)])
def test_an_integer_is_returned_as_an_int(value):
    assert type(check_integer(value, "n")) is int
    assert check_integer(value, "n", least=3, most=3) == 3


@pytest.mark.parametrize("value", [True, np.True_, 3.0, np.float64(3), "3", None, np.array([3])])
def test_what_is_no_integer_is_refused(value):
    refuses(TypeError, "must be an integer", check_integer, value, "the_name")


def test_an_integer_out_of_its_range_is_refused():
    refuses(ValueError, "at least 1, got 0", check_integer, 0, "the_name")
    refuses(ValueError, "at least 2, got 1", check_integer, 1, "the_name", least=2)
    refuses(ValueError, "at most 4, got 5", check_integer, 5, "the_name", most=4)
    assert check_integer(-2, "n", least=-2) == -2


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int64(2), Fraction(2)])
def test_a_number_is_returned_as_a_float(value):
    assert type(check_number(value, "x")) is float
    assert check_number(value, "x", low=2.0, high=2.0) == 2.0


@pytest.mark.parametrize("value", [True, np.False_, "1", None, 1j, np.array(1.0), [1.0]])
def test_what_is_no_real_number_is_refused(value):
    refuses(TypeError, "must be a real number", check_number, value, "the_name")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan"), 10**400])
def test_a_number_that_is_not_finite_is_refused(value):
    refuses(ValueError, "must be finite", check_number, value, "the_name")


@pytest.mark.parametrize(
    ("value", "options", "interval"),
    [
        (-0.1, {"low": 0.0, "high": 1.0}, r"\[0, 1\]"),
        (1.1, {"low": 0.0, "high": 1.0}, r"\[0, 1\]"),
        (0.0, {"low": 0.0, "high": 1.0, "strict": True}, r"\(0, 1\)"),
        (1.0, {"low": 0.0, "high": 1.0, "strict": True}, r"\(0, 1\)"),
        (-1.0, {"low": 0.0}, r"\[0, inf\)"),
        (2.0, {"high": 1.0}, r"\(-inf, 1\]"),
    ],
)
def test_a_number_outside_its_interval_is_refused(value, options, interval):
    refuses(ValueError, f"lie in {interval}", check_number, value, "the_name", **options)


def test_the_ends_belong_to_the_closed_interval_only():
    assert check_number(0, "x", low=0.0, high=1.0) == 0.0
    assert check_number(1, "x", low=0.0, high=1.0) == 1.0
    assert check_number(0.5, "x", low=0.0, high=1.0, strict=True) == 0.5


def test_only_a_generator_is_a_generator():
    rng = np.random.default_rng(0)
    assert check_generator(rng, "rng") is rng
    for value in (0, None, np.random, np.random.RandomState(0)):
        refuses(TypeError, "numpy.random.Generator", check_generator, value, "the_name")


@pytest.mark.parametrize("value", [[1, 2], np.array([1, 2], dtype=np.int8), (True, 2.0)])
def test_an_array_is_returned_in_double_precision(value):
    array = check_array(value, "x")
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, [1.0, 2.0])


@pytest.mark.parametrize(
    "value", [1j, [1j], "1", ["1"], [None], object(), np.array(["2020"], "M8[Y]")]
)
def test_what_is_no_array_of_real_numbers_is_refused(value):
    refuses(TypeError, "must be an array of real numbers", check_array, value, "the_name")


def test_an_array_that_is_ragged_empty_or_not_finite_is_refused():
    refuses(ValueError, "rectangular", check_array, [[1, 2], [3]], "the_name")
    refuses(ValueError, "must not be empty", check_array, [], "the_name")
    refuses(ValueError, "must not be empty", check_array, np.ones((3, 0)), "the_name", MATRIX)
    for bad in (math.nan, math.inf):
        refuses(ValueError, "must be finite", check_array, [1.0, bad], "the_name", VECTOR)


@pytest.mark.parametrize(
    ("have", "shape"),
    [
        ((), ()),
        ((3,), (None,)),
        ((3,), (3,)),
        ((2, 3), (None, 3)),
        ((2, 3), (2, None)),
        ((3,), (..., 3)),
        ((2, 5, 3), (..., 3)),
        ((2, 5, 3), (..., None, 3)),
        ((2, 3), (...,)),
        ((), (...,)),
    ],
)
def test_a_shape_that_fits(have, shape):
    assert check_array(np.ones(have), "x", shape).shape == have


@pytest.mark.parametrize(
    ("have", "shape", "written"),
    [
        ((1,), (), r"\(\), got \(1,\)"),
        ((), (None,), r"\(any,\), got \(\)"),
        ((3,), (4,), r"\(4,\), got \(3,\)"),
        ((3,), (None, None), r"\(any, any\)"),
        ((2, 3), (3, None), r"\(3, any\)"),
        ((2, 3), (..., 2), r"\(\.\.\., 2\)"),
        ((3,), (..., None, 3), r"\(\.\.\., any, 3\)"),
        ((2, 3), (2,), r"\(2,\)"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused(have, shape, written):
    refuses(ValueError, f"have shape {written}", check_array, np.ones(have), "the_name", shape)


def test_an_array_is_copied_only_where_it_is_kept():
    given = np.ones(3)
    assert np.shares_memory(check_array(given, "x"), given)
    kept = check_array(given, "x", frozen=True)
    given[0] = 2.0
    assert kept[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 2.0
    assert given.flags.writeable


def test_an_increasing_vector():
    np.testing.assert_array_equal(check_increasing([0, 1, 5], "t", entries=3, low=0.0), [0, 1, 5])
    assert check_increasing([-1.0], "t").shape == (1,)
    assert not check_increasing(np.arange(3.0), "t", frozen=True).flags.writeable


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        ([1.0], {"entries": 2}, "at least 2 numbers"),
        ([-1.0, 1.0], {"low": 0.0}, "begin at 0 or later"),
        ([0.0, 0.0], {}, "increase strictly"),
        ([1.0, 0.0], {}, "increase strictly"),
        ([[0.0, 1.0]], {}, "shape"),
        ([0.0, math.inf], {}, "finite"),
    ],
)
def test_what_does_not_increase_is_refused(value, options, words):
    refuses(ValueError, words, check_increasing, value, "the_name", **options)


def test_probabilities_are_kept_read_only():
    p = check_probabilities([0.25, 0.75, 0.0], "p", 3)
    np.testing.assert_array_equal(p, [0.25, 0.75, 0.0])
    assert not p.flags.writeable
    assert check_probabilities([1.0 + 5e-13], "p", positive=True).shape == (1,)


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        ([0.5, 0.25], {}, "sum to one"),
        ([1.0 + 2e-12], {}, "sum to one"),
        ([1.5, -0.5], {}, "non-negative"),
        ([1.0, 0.0], {"positive": True}, "must be positive"),
        ([0.5, 0.5], {"size": 3}, "shape"),
        ([[0.5, 0.5]], {}, "shape"),
        ([], {}, "empty"),
        ([0.5, math.nan], {}, "finite"),
    ],
)
def test_what_are_no_probabilities_is_refused(value, options, words):
    refuses(ValueError, words, check_probabilities, value, "the_name", **options)


def test_a_positive_semidefinite_matrix_is_returned_symmetric():
    given = np.array([[2.0, 1.0], [1.0 + 1e-12, 2.0]])
    matrix = check_psd(given, "M", 2)
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_allclose(matrix, given, atol=1e-12, rtol=0)
    singular = np.outer([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(check_psd(singular, "M"), singular)
    np.testing.assert_array_equal(check_psd(np.zeros((2, 2)), "M"), np.zeros((2, 2)))


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "square"),
        ([[1.0, 0.5], [0.5 + 1e-9, 1.0]], "symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], "positive semi-definite"),
        ([[1.0, 0.0], [0.0, -1e-9]], "positive semi-definite"),
    ],
)
def test_what_is_not_positive_semidefinite_is_refused(value, words, scale):
    refuses(ValueError, words, check_psd, scale * np.array(value), "the_name")


def test_a_positive_semidefinite_matrix_of_another_size_is_refused():
    refuses(ValueError, "shape", check_psd, np.eye(2), "the_name", 3)


def test_orthonormal_rows():
    given = np.eye(3)[:2]
    np.testing.assert_array_equal(check_orthonormal_rows(given, "V", (2, None)), given)
    assert not check_orthonormal_rows(given, "V", frozen=True).flags.writeable
    turned = np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert check_orthonormal_rows(turned, "V").shape == (2, 2)


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        ([[1.0, 1.0]], {}, "orthonormal rows"),
        ([[1.0, 0.0], [1e-9, 1.0]], {}, "orthonormal rows"),
        ([[1.0], [0.0]], {}, "orthonormal rows"),
        (np.eye(2), {"shape": (3, None)}, "shape"),
        ([1.0, 0.0], {}, "shape"),
    ],
)
def test_rows_that_are_not_orthonormal_are_refused(value, options, words):
    refuses(ValueError, words, check_orthonormal_rows, value, "the_name", **options)


def test_what_each_item_of_a_sequence_passes():
    assert check_each(iter([1, 2]), "n", check_integer, least=2) == [1, 2]
    for value in ("12", b"12", {1: 2}, 3):
        refuses(TypeError, "must be a sequence", check_each, value, "the_name", check_integer)
    refuses(
        ValueError, "hold at least 2, got 1", check_each, [3], "the_name", check_integer, least=2
    )


def test_a_choice_is_one_of_the_words():
    assert check_choice("b", "n", ("a", "b")) == "b"
    refuses(TypeError, "must be a string, got int", check_choice, 3, "the_name", ("a", "b"))
    refuses(ValueError, "one of 'a', 'b', got 'c'", check_choice, "c", "the_name", ("a", "b"))


@pytest.mark.parametrize("check", [check_array, check_increasing, check_orthonormal_rows])
def test_an_array_is_a_read_only_copy_only_where_that_is_asked(check):
    value = np.array([[0.6, 0.8]]) if check is check_orthonormal_rows else np.array([0.5, 0.7])
    given = check(value, "x")
    assert np.shares_memory(given, value)
    assert given.flags.writeable
    kept = check(value, "x", frozen=True)
    assert not np.shares_memory(kept, value)
    assert not kept.flags.writeable


def test_one_item_is_enough_unless_more_are_asked():
    assert check_each([3], "sizes", check_integer) == [3]
    with pytest.raises(ValueError, match="sizes must hold at least 1, got 0"):
        check_each([], "sizes", check_integer)
    with pytest.raises(ValueError, match="sizes must hold at least 2, got 1"):
        check_each([3], "sizes", check_integer, least=2)


def test_check_seeds_takes_a_seed_or_a_sequence():
    sequence = np.random.SeedSequence(3)
    assert check_seeds(sequence, "seed") is sequence
    assert check_seeds(3, "seed").entropy == 3
    with pytest.raises(ValueError, match=r"^seed must be at least 0"):
        check_seeds(-1, "seed")
    with pytest.raises(TypeError, match=r"^seed must be an integer"):
        check_seeds(2.0, "seed")

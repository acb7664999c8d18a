"""Gradient descent on the scores: records, conserved sums, momentum, crossings."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training import DataModel, exact_descent, first_crossing

SMALL = DataModel(np.array([0.4, 0.3, 0.2, 0.1]), 6, 0.7)


def test_records_do_not_change_a_run():
    path = exact_descent(SMALL, step_size=1.0, steps=20, record=[3, 9])
    assert np.array_equal(path.scores, exact_descent(SMALL, step_size=1.0, steps=9).scores[[3, 9]])


def test_row_sums_are_conserved_from_any_start():
    start = np.random.default_rng(0).standard_normal((4, 4))
    path = exact_descent(SMALL, step_size=2.0, steps=50, momentum=0.5, start=start)
    assert np.abs(path.scores.sum(axis=2) - start.sum(axis=1)).max() < 1e-13


def test_momentum_is_a_larger_step():
    # One minus beta turns the rate: at equal effective rate the growth marks agree.
    marks = []
    for rate, momentum in ((2.0, 0.0), (0.4, 0.8), (0.4, 0.0)):
        path = exact_descent(
            DataModel.balanced(5, prompt_length=40), step_size=rate, steps=60, momentum=momentum
        )
        marks.append(first_crossing(path.steps, path.target()[:, 0], np.log(5)))
    plain, heavy, slow = marks
    assert abs(heavy - 4 - plain) / plain < 0.05  # beta/(1-beta) = 4 steps of warm-up
    assert np.isnan(slow) or slow > 2 * plain


def test_the_competitor_is_the_first_key_unless_another_is_named():
    path = exact_descent(SMALL, step_size=1.0, steps=3)
    assert np.array_equal(path.competitor(), path.scores[:, :, 0])
    assert np.array_equal(path.competitor(2), path.scores[:, :, 2])
    assert np.ptp(path.scores[-1], axis=1).min() > 1e-3  # the keys differ


def test_first_crossing():
    steps, rising = [0, 2, 4], [0.0, 1.0, 3.0]
    assert first_crossing(steps, rising, 2.0) == 3.0
    assert first_crossing(steps, rising, 1.0) == 2.0
    assert first_crossing(steps, [3.0, 1.0, 0.0], 2.0) == 1.0
    assert first_crossing(steps, rising, 0.0) == 0.0
    assert np.isnan(first_crossing(steps, rising, 5.0))
    assert np.isnan(first_crossing(steps, rising, -1.0))


@pytest.mark.parametrize("record", [[], [0, 0], [3, 2], [-1], [21], [0.5]])
def test_bad_schedule(record):
    wrong = TypeError if record == [0.5] else ValueError
    with pytest.raises(wrong, match="record"):
        exact_descent(SMALL, step_size=1.0, steps=20, record=record)


def test_bad_input():
    with pytest.raises(ValueError, match="momentum"):
        exact_descent(SMALL, step_size=1.0, steps=1, momentum=-0.1)
    with pytest.raises(ValueError, match="start"):
        exact_descent(SMALL, step_size=1.0, steps=1, start=np.zeros((3, 3)))
    with pytest.raises(ValueError, match="increase"):
        first_crossing([0, 0], [1.0, 2.0], 1.5)
    with pytest.raises(ValueError, match="finite"):
        first_crossing([0, 1], [1.0, np.nan], 1.5)

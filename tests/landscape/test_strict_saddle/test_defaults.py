"""What a saddle is made of when nothing is said."""

import sys

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import ErfFeatures
from iclnb.landscape.strict_saddle import axis_saddle, staircase

staircase_module = sys.modules["iclnb.landscape.strict_saddle.staircase"]


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_an_axis_saddle_has_two_idle_inputs_and_a_teacher_of_weight_two():
    saddle = axis_saddle(ErfFeatures(), 3, 2, rng=np.random.default_rng(0))
    teacher = saddle.problem.teacher
    np.testing.assert_array_equal(teacher.w, np.eye(3, 5) * 2)
    np.testing.assert_array_equal(teacher.a, np.eye(3))
    assert saddle.mu.n == 1 + 3 * 2  # one feature learnt, and three neurons for each missing one


def test_the_staircase_starts_with_60_neurons_and_five_idle_inputs(monkeypatch):
    kept = {}

    def stop(problem, start, times):
        kept.update(problem=problem, start=start)
        raise Seen

    monkeypatch.setattr(staircase_module, "integrate", stop)
    with pytest.raises(Seen):
        staircase([0.1, 0.0], times=[0.0, 1.0], rng=np.random.default_rng(0))
    start, teacher = kept["start"], kept["problem"].teacher
    assert (start.n, start.k, start.w.shape[1]) == (60, 2, 7)
    np.testing.assert_array_equal(teacher.w, np.eye(2, 7) * 2)
    assert np.std(start.w[:, 0]) < 0.2
    assert not start.w[:, 1].any()
    assert np.all(np.std(start.w[:, 2:], axis=0) > 0.6)

"""The course of a row, and how many phases it passes through."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training import (
    DataModel,
    balanced,
    imbalanced,
    phase_times,
    population_loss_per_query,
    rare_course,
    rare_turns,
    row_course,
    row_turns,
    turns,
    zipf,
)


def test_the_course_is_the_trajectory():
    t = np.array([0.0, 50.0, 400.0, 3000.0])
    course = rare_course(20, 0.5, times=t, prompt_length=60)
    model = DataModel.imbalanced(20, 0.5, prompt_length=60)
    for i in range(t.size):
        rest = -(course.target[i] + course.dominant[i]) / 18
        scores = np.full((20, 20), rest)
        scores[3, 3], scores[3, 0] = course.target[i], course.dominant[i]
        expected = population_loss_per_query(scores, model)[3]
        assert course.loss[i] == pytest.approx(expected, rel=1e-11)
    assert np.all(np.diff(course.loss) < 0)
    assert np.all(rare_course(20, 0.5, times=t).loss[2:] < course.loss[2:])
    for bad in ([-1.0, 2.0], [0.0], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="times"):
            rare_course(20, 0.5, times=bad)


@pytest.mark.parametrize("prompt_length", [None, 60])
def test_a_rare_row_needs_two_variables(prompt_length):
    """The reduced course is that of the full row, in which no symmetry is used."""
    t = np.array([1.0, 50.0, 400.0, 1500.0])
    full = row_course(imbalanced(12, 0.4), 5, times=t, prompt_length=prompt_length)
    course = rare_course(12, 0.4, times=t, prompt_length=prompt_length)
    keys = [5, 0, 7]
    np.testing.assert_allclose(full.scores[:, keys[:2]].T, course[1:3], rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(full.speeds[:, keys], course.speeds, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(full.attention[:, keys], course.attention, rtol=1e-7)
    np.testing.assert_allclose(
        course.own + course.first + course.others, np.ones(t.size), rtol=1e-12
    )
    np.testing.assert_allclose(course.others, 10 * course.attention[:, 2], rtol=1e-9)


def test_a_push_is_the_speed_of_the_dominant_key():
    t = np.array([0.0, 300.0])
    model, frozen, strong = (rare_course(20, 0.5, times=t, push=x) for x in (1.0, 0.0, 3.0))
    assert np.all(frozen.dominant == 0)
    assert frozen.target[1] > 0
    assert strong.speeds[0, 1] == pytest.approx(3 * model.speeds[0, 1])
    assert strong.dominant[1] < model.dominant[1]
    np.testing.assert_allclose(
        frozen.speeds[:, 0] + frozen.speeds[:, 1] + 18 * frozen.speeds[:, 2], 0, atol=1e-15
    )
    with pytest.raises(ValueError, match="push"):
        rare_course(20, 0.5, times=t, push=-1.0)


@pytest.mark.claim("hcl-four-phases")
@pytest.mark.parametrize(("K", "p1"), [(20.0, 0.35), (200.0, 0.6), (1e5, 0.8)])
def test_a_rare_row_has_four_phases_and_with_a_frozen_rival_fewer(K, p1):
    seen, found = rare_turns(K, p1), phase_times(K, p1)
    assert seen.phases == 4
    assert seen.leads < seen.holds < seen.slows < 1.01 * found.half  # the grid is that fine
    assert seen.leads == pytest.approx(found.switch, rel=0.01)
    assert seen.holds == pytest.approx(found.overtake, rel=0.01)
    assert rare_turns(K, p1, push=0.0).phases in (2, 3)


@pytest.mark.claim("hcl-four-phases")
@pytest.mark.parametrize("prompt_length", [None, 100])
def test_one_phase_or_two_without_a_rival(prompt_length):
    for p1, phases in ((0.5, 1), (0.35, 1), (0.2, 2)):  # one from 1/3 on
        seen = row_turns(imbalanced(12, p1), 0, prompt_length=prompt_length)
        assert seen.phases == phases
    even = row_turns(balanced(12), 4, prompt_length=prompt_length)
    assert even.phases == 2
    if prompt_length is None:
        peak = row_course(balanced(12), 4, times=[even.slows])
        assert peak.attention[0, 4] == pytest.approx(1 / 3, abs=0.01)


def test_every_change_of_an_answer_is_counted():
    """An answer that goes back counts as well; two that change together count once."""
    t = np.arange(7.0)
    speed = np.array([[1, 2], [2, 1], [3, 4], [4, 1], [3, 1], [2, 1], [1, 0.5]], float)
    held = np.array([[1, 2], [1, 2], [1, 2], [1, 2], [2, 1], [2, 1], [2, 1]], float)
    seen = turns(t, speed, held, 0)
    # leads: yes no yes yes yes yes; holds: no no no yes yes yes; slows: no no no yes yes yes
    assert seen.phases == 4
    assert (seen.leads, seen.holds, seen.slows) == (2.5, 3.5, 3.5)
    never = turns(t, speed, held, 1)
    assert np.isnan(never.holds)
    with pytest.raises(ValueError, match="times"):
        turns(t[:2], speed[:2], held[:2], 0)
    with pytest.raises(ValueError, match="attention"):
        turns(t, speed, held[1:], 0)
    with pytest.raises(ValueError, match="k must"):
        turns(t, speed, held, 2)


def test_many_frequencies_have_their_own_counts():
    """Under a Zipf law every feature but the first starts behind a more frequent one."""
    p = zipf(15, 1.0)
    assert [row_turns(p, k).phases for k in (0, 5, 14)] == [2, 4, 4]


def test_bad_rows():
    for bad in ({"times": [0.0]}, {"times": [1.0], "prompt_length": 0}):
        with pytest.raises(ValueError, match=next(iter(reversed(bad)))):
            row_course(balanced(3), 0, **bad)
    with pytest.raises(ValueError, match="k must"):
        row_course(balanced(3), 3, times=[1.0])
    with pytest.raises(ValueError, match="p must"):
        row_course([0.5, 0.6], 0, times=[1.0])

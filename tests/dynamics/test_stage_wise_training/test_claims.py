"""Claims that no identity of the modules holds already."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training import (
    DataModel,
    phase_times,
    plane_flow,
    population_gradient,
    population_loss_per_query,
    rare_course,
    rare_trajectory,
)
from iclnb.dynamics.stage_wise_training.claims import CLAIMS


@pytest.mark.claim("hcl-monotone")
def test_every_target_score_grows_everywhere():
    """Random scores, probabilities, lengths; one token or label noise are where it stops."""
    rng = np.random.default_rng(5)
    for _ in range(40):
        K = int(rng.integers(2, 9))
        model = DataModel(rng.dirichlet(np.full(K, 3.0)), prompt_length=int(rng.integers(2, 30)))
        gradient = population_gradient(rng.normal(scale=4.0, size=(K, K)), model)
        assert np.all(np.diag(gradient) < 0)
    alone = DataModel.balanced(3, prompt_length=1)  # one token takes all attention whatever Q
    assert np.all(population_gradient(rng.normal(size=(3, 3)), alone) == 0)
    noisy = DataModel.balanced(3, prompt_length=6, noise=2.0)
    assert np.diag(population_gradient(12.0 * np.eye(3), noisy)).max() > 0


@pytest.mark.claim("hcl-four-phases")
@pytest.mark.parametrize("p1", [0.3, 0.6])
def test_signs_of_the_velocities_along_the_path(p1):
    """Before the switch the dominant key falls faster than the target grows; after it, slower."""
    K = 200
    times = phase_times(K, p1)
    run = rare_trajectory(K, p1, stop=2 * times.half)
    assert times.switch < times.half_growth < times.half < times.converged
    early, late = (run.at(np.array(t)) for t in ([0.0, 0.9 * times.switch], [1.1 * times.switch]))
    for state in early:
        pull, push = plane_flow(state, K=K, p1=p1)
        assert pull < -push
    pull, push = plane_flow(late[0], K=K, p1=p1)
    assert pull > -push
    assert np.isnan(phase_times(K, 1 / K).switch), "no switch without a dominant feature"


@pytest.mark.claim("hcl-corridor-late")
def test_the_corridor_is_not_reached_at_small_sizes_unless_the_dominant_feature_is_heavy():
    for K in (20.0, 100.0, 1000.0):
        rare = phase_times(K, 0.3)
        assert not rare.corridor_start < rare.half
        heavy = phase_times(K, 0.7)
        assert heavy.corridor_start < heavy.half


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 10
    assert {(c.part, c.chapter) for c in CLAIMS} == {("dynamics", "stage-wise-training")}


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

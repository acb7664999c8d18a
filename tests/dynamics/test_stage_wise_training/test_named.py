"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.descent import exact_descent
from iclnb.dynamics.stage_wise_training.enumeration import enumerated_loss_per_query
from iclnb.dynamics.stage_wise_training.laws import bound_growth_time, predict_corridor_time
from iclnb.dynamics.stage_wise_training.phases import phase_times, rare_trajectory
from iclnb.dynamics.stage_wise_training.population import population_gradient
from iclnb.dynamics.stage_wise_training.reduced import finite_gap_loss


@pytest.mark.claim("hcl-loss-floor")
def test_loss_of_one_gap_by_enumeration():
    model = DataModel(np.array([0.3, 0.175, 0.175, 0.175, 0.175]), 4, 0.6)
    exact = enumerated_loss_per_query(1.7 * np.eye(5), model)[0]
    found = finite_gap_loss(1.7, K=5, p_k=0.3, prompt_length=4, noise=0.6)
    assert found == pytest.approx(exact, rel=1e-10)


@pytest.mark.claim("hcl-conservation")
def test_two_steps_of_descent_with_momentum_by_hand():
    model = DataModel(np.array([0.5, 0.3, 0.2]), 6, 0.7)
    start = np.random.default_rng(0).standard_normal((3, 3))
    one = start - 1.5 * population_gradient(start, model)
    two = one - 1.5 * population_gradient(one, model) + 0.3 * (one - start)
    path = exact_descent(model, step_size=1.5, steps=2, momentum=0.3, start=start)
    np.testing.assert_allclose(path.scores, [start, one, two], atol=1e-13)


@pytest.mark.claim("hcl-balanced-bound")
def test_the_bound_by_value():
    assert bound_growth_time(10.0) == pytest.approx(230.25850929940458, rel=1e-14)
    assert bound_growth_time(7.0) == pytest.approx(49 * 1.9459101490553132, rel=1e-14)


@pytest.mark.claim("hcl-corridor")
@pytest.mark.parametrize("p1", [0.35, 0.7])
def test_corridor_time_of_many_features(p1):
    """While the score falls, only B1' = -q b^2 with b = p1 e^B1 / (1 - p1) is left."""
    K, c = 1e12, (0.3, 0.35)
    found = phase_times(K, p1, corridor=c)
    for time, level in zip((found.corridor_start, found.corridor_end), c):
        assert time == pytest.approx(predict_corridor_time(K, p1, c=level), rel=0.02)


@pytest.mark.claim("hcl-switch-third")
@pytest.mark.claim("hcl-rare-growth")
@pytest.mark.claim("hcl-dominant-score")
@pytest.mark.claim("hcl-corridor-late")
def test_every_mark_by_its_definition():
    K, p1, accuracy, corridor = 60.0, 0.65, 0.02, (0.2, 0.3)
    q = (1 - p1) / (K - 1)
    found = phase_times(K, p1, accuracy=accuracy, corridor=corridor)
    path = rare_trajectory(K, p1, stop=1.01 * max(found[:8]))

    def state(time):
        A, B = path.at(time)[0]
        weights = [q * math.exp(A), p1 * math.exp(B), (K - 2) * q * math.exp(-(A + B) / (K - 2))]
        return A, B, *(np.array(weights) / sum(weights))

    def speeds(time):
        _, _, a, b, c = state(time)
        rise = q * a * ((b + c) ** 2 + b**2 + c**2 / (K - 2))
        return rise, q * b * (a * (2 * b + c) + c * (b - c / (K - 2)))

    tight = {"rel": 1e-6}
    rise, fall = speeds(found.switch)
    assert rise == pytest.approx(fall, **tight)
    assert found.dominant_attention_at_switch == pytest.approx(state(found.switch)[3], **tight)
    _, _, a, b, _ = state(found.overtake)
    assert a == pytest.approx(b, **tight)
    _, B, a, _, _ = state(found.half)
    assert (a, B) == pytest.approx((0.5, found.dominant_score_at_half), **tight)
    assert state(found.half_growth)[0] == pytest.approx(0.5 * math.log(K), **tight)
    assert state(found.growth)[0] == pytest.approx(math.log(K), **tight)
    assert state(found.corridor_start)[1] == pytest.approx(-0.2 * math.log(K), **tight)
    assert state(found.corridor_end)[1] == pytest.approx(-0.3 * math.log(K), **tight)
    *_, b, c = state(found.converged)
    loss = 0.5 * ((b + c) ** 2 + b**2 + c**2 / (K - 2))
    assert loss == pytest.approx(accuracy, **tight)
    assert found.switch < found.overtake < min(found.half, found.growth) < found.converged

"""One variable and the plane against the full matrix; closed form against ODE and descent."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit, logit

from iclnb.dynamics.stage_wise_training.data import DataModel, balanced, imbalanced
from iclnb.dynamics.stage_wise_training.limit import limit_flow, limit_loss_per_query
from iclnb.dynamics.stage_wise_training.population import (
    population_gradient,
    population_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.reduced import (
    clock,
    descend,
    finite_gap_flow,
    finite_gap_loss,
    finite_plane_flow,
    finite_plane_loss,
    gap_flow,
    gap_loss,
    log_odds_at_time,
    plane_attention,
    plane_flow,
    plane_loss,
    plane_rest,
    solve_flow,
    time_to_log_odds,
)

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=50, database=None)


@pytest.mark.parametrize(("K", "p1", "step", "k"), [(12, 1 / 12, 5.0, 3), (30, 0.4, 8.0, 0)])
def test_gap_equals_full_descent(K, p1, step, k):
    p = imbalanced(K, p1)
    full = descend(lambda s: limit_flow(s, p), np.zeros((K, K)), step_size=step, steps=250)
    gap = descend(lambda z: gap_flow(z, K=K, p_k=p[k]), 0.0, step_size=step, steps=250)
    other = 7
    np.testing.assert_allclose(full[:, k, k], (K - 1) * gap / K, atol=1e-12)
    np.testing.assert_allclose(full[:, k, other], -gap / K, atol=1e-12)
    loss = limit_loss_per_query(full[-1], p)[k]
    assert gap_loss(gap[-1], K=K, p_k=p[k]) == pytest.approx(loss, abs=1e-14)


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_finite_gap_equals_full_descent(noise):
    K, N, step = 6, 15, 4.0
    model = DataModel(balanced(K), N, noise)
    full = descend(
        lambda s: -population_gradient(s, model), np.zeros((K, K)), step_size=step, steps=60
    )
    options = {"K": K, "p_k": 1 / K, "prompt_length": N, "noise": noise}
    gap = descend(lambda z: finite_gap_flow(float(z), **options), 0.0, step_size=step, steps=60)
    np.testing.assert_allclose(full[:, 2, 2] - full[:, 2, 4], gap, atol=1e-12)
    assert finite_gap_loss(gap[-1], **options) == pytest.approx(
        population_loss_per_query(full[-1], model)[2], rel=1e-12
    )


def test_plane_equals_full_descent():
    K, p1 = 25, 0.5
    p = imbalanced(K, p1)
    full = descend(lambda s: limit_flow(s, p), np.zeros((K, K)), step_size=20.0, steps=300)
    plane = descend(lambda x: plane_flow(x, K=K, p1=p1), np.zeros(2), step_size=20.0, steps=300)
    np.testing.assert_allclose(full[:, 6, 6], plane[:, 0], atol=1e-12)
    np.testing.assert_allclose(full[:, 6, 0], plane[:, 1], atol=1e-12)
    assert full[-1, 6, 9] == pytest.approx(plane_rest(plane[-1], K=K), abs=1e-12)
    assert plane_loss(plane[-1], K=K, p1=p1) == pytest.approx(
        limit_loss_per_query(full[-1], p)[6], abs=1e-14
    )


@pytest.mark.claim("hcl-few-variables")
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_finite_plane_equals_full_descent(noise):
    K, p1, N = 6, 0.5, 20
    model = DataModel(imbalanced(K, p1), N, noise)
    full = descend(
        lambda s: -population_gradient(s, model), np.zeros((K, K)), step_size=5.0, steps=60
    )
    options = {"K": K, "p1": p1, "prompt_length": N, "noise": noise}
    plane = descend(lambda x: finite_plane_flow(x, **options), np.zeros(2), step_size=5.0, steps=60)
    np.testing.assert_allclose(full[:, 3, [3, 0]], plane, atol=1e-12)
    assert finite_plane_loss(plane[-1], **options) == pytest.approx(
        population_loss_per_query(full[-1], model)[3], rel=1e-12
    )


@DETERMINISTIC
@given(A=st.floats(-5, 20), B=st.floats(-20, 5), row_sum=st.floats(-3, 3), p1=st.floats(0.01, 0.99))
def test_plane_flow_anywhere(A, B, row_sum, p1):
    K = 8
    scores = np.full((K, K), (row_sum - A - B) / (K - 2))
    scores[4, 4], scores[4, 0] = A, B
    flow = limit_flow(scores, imbalanced(K, p1))[4]
    np.testing.assert_allclose(
        plane_flow(np.array([A, B]), K=K, p1=p1, row_sum=row_sum), flow[[4, 0]], atol=1e-15
    )


def test_plane_with_a_balanced_feature_is_the_gap():
    K = 40
    for z in (0.0, 1.0, 6.0):
        state = np.array([(K - 1) * z / K, -z / K])
        pull, push = plane_flow(state, K=K, p1=1 / K)
        assert pull - push == pytest.approx(gap_flow(z, K=K, p_k=1 / K), rel=1e-12)
        assert plane_attention(state, K=K, p1=1 / K).target == pytest.approx(
            expit(z + logit(1 / K)), rel=1e-12
        )


def test_plane_stays_finite_at_extreme_sizes():
    for state in ([0.0, 0.0], [700.0, -800.0], [-5.0, 30.0]):
        assert np.all(np.isfinite(plane_flow(np.array(state), K=1e9, p1=0.5)))
        assert sum(plane_attention(np.array(state), K=1e9, p1=0.5)) == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize(("low", "high"), [(0.01, 0.3), (0.3, 0.9), (0.5, 0.999)])
def test_clock_is_the_integral(low, high):
    integral, _ = quad(lambda a: a**-2.0 * (1 - a) ** -3.0, low, high, epsabs=0, epsrel=1e-12)
    assert clock(logit(high)) - clock(logit(low)) == pytest.approx(integral, rel=1e-11)


@pytest.mark.parametrize(("K", "p_k"), [(10, 0.1), (100, 0.01), (100, 0.5), (20, 0.3), (1e6, 1e-6)])
@pytest.mark.claim("hcl-closed-form")
def test_closed_form_solves_the_ode(K, p_k):
    odds = [logit(0.5), logit(0.9), logit(0.999)]
    marks = [lambda z, goal=goal: z[0] + logit(p_k) - goal for goal in odds]
    times = time_to_log_odds(np.array(odds), K=K, p_k=p_k)
    path = solve_flow(
        lambda z: gap_flow(z, K=K, p_k=p_k),
        np.zeros(1),
        2 * times[-1],
        time_unit=1 / p_k,
        marks=marks,
    )
    reached = times > 0
    np.testing.assert_allclose(path.crossings[reached], times[reached], rtol=1e-8)
    np.testing.assert_allclose(path.at(times[-1:])[0, 0] + logit(p_k), odds[-1], rtol=1e-8)


@pytest.mark.parametrize("p_k", [1 / 20, 0.5])
def test_descent_with_small_steps_follows_the_closed_form(p_k):
    errors = []
    for step in (2.0, 1.0, 0.5):
        steps = int(600 / step)
        gap = descend(lambda z: gap_flow(z, K=20, p_k=p_k), 0.0, step_size=step, steps=steps)
        exact = log_odds_at_time(600.0, K=20, p_k=p_k) - logit(p_k)
        errors.append(abs(float(gap[-1]) - exact))
    assert errors[-1] < 1e-3 * exact
    np.testing.assert_allclose(np.array(errors[:-1]) / errors[1:], 2.0, rtol=0.15)


@DETERMINISTIC
@given(
    log_k=st.floats(math.log(2.0), math.log(1e9)),
    p_k=st.floats(1e-3, 0.9),
    log_t=st.floats(-5.0, 30.0),
)
def test_inverse(log_k, p_k, log_t):
    K, t = math.exp(log_k), math.exp(log_t)
    odds = log_odds_at_time(t, K=K, p_k=p_k)
    # dt/dlog-odds is smallest at small t, where the start F(p_k) is subtracted.
    assert time_to_log_odds(odds, K=K, p_k=p_k) == pytest.approx(t, rel=1e-9, abs=1e-8 / p_k**2)


def test_start_of_the_closed_form():
    late = time_to_log_odds(2.0, K=30, p_k=0.1) - time_to_log_odds(-1.0, K=30, p_k=0.1)
    assert time_to_log_odds(2.0, K=30, p_k=0.1, start=-1.0) == pytest.approx(late, rel=1e-12)
    assert log_odds_at_time(late, K=30, p_k=0.1, start=-1.0) == pytest.approx(2.0, rel=1e-12)
    assert log_odds_at_time(0.0, K=30, p_k=0.1) == pytest.approx(logit(0.1), rel=1e-8)


def test_methods_agree():
    def run(method):
        return solve_flow(
            lambda x: plane_flow(x, K=1e4, p1=0.5),
            np.zeros(2),
            4e8,
            time_unit=2e4,
            method=method,
            marks=[lambda x: plane_attention(x, K=1e4, p1=0.5).target - 0.5],
        )

    first, second = run("DOP853"), run("LSODA")
    assert first.crossings == pytest.approx(second.crossings, rel=1e-7)
    np.testing.assert_allclose(first.states[-1], second.states[-1], rtol=1e-7)
    assert first.times[0] == 0
    assert first.times[-1] == pytest.approx(4e8, rel=1e-12)


def test_a_mark_that_is_never_crossed_is_nan():
    path = solve_flow(lambda x: -x, np.ones(1), 3.0, marks=[lambda x: x[0] - 0.5, lambda x: x[0]])
    assert path.crossings[0] == pytest.approx(math.log(2), rel=1e-9)
    assert math.isnan(path.crossings[1])


def test_bad_input():
    with pytest.raises(ValueError, match="K must"):
        gap_flow(0.0, K=1.0, p_k=0.5)
    with pytest.raises(ValueError, match="p_k"):
        gap_flow(0.0, K=3.0, p_k=1.0)
    with pytest.raises(ValueError, match="K must"):
        plane_flow(np.zeros(2), K=2.0, p1=0.5)
    with pytest.raises(ValueError, match="p1"):
        plane_flow(np.zeros(2), K=5.0, p1=math.nan)
    with pytest.raises(ValueError, match="time must"):
        log_odds_at_time(-1.0, K=5.0, p_k=0.2)
    with pytest.raises(ValueError, match="log_odds"):
        clock(math.nan)
    with pytest.raises(TypeError, match="prompt_length"):
        finite_gap_flow(0.0, K=5.0, p_k=0.2, prompt_length=2.5)
    with pytest.raises(ValueError, match="step_size"):
        descend(lambda x: x, 0.0, step_size=0.0, steps=1)
    with pytest.raises(TypeError, match="steps"):
        descend(lambda x: x, 0.0, step_size=1.0, steps=1.5)
    with pytest.raises(ValueError, match="stop"):
        solve_flow(lambda x: x, np.zeros(1), 0.0)
    with pytest.raises(ValueError, match="start"):
        solve_flow(lambda x: x, np.array([np.nan]), 1.0)

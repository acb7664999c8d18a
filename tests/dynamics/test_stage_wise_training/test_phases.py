"""Phase marks, their laws for many features, and the published bounds."""

import functools
import math

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training.laws import (
    bound_convergence_time,
    bound_corridor_time,
    bound_dominant_time,
    bound_growth_time,
    bound_takeoff_time,
    local_slope,
    predict_convergence_time,
    predict_corridor_time,
    predict_dominant_attention,
    predict_dominant_score_at_half,
    predict_growth_time,
    predict_half_time,
    predict_rare_convergence_time,
    predict_rare_half_time,
    predict_switch_time,
)
from iclnb.dynamics.stage_wise_training.phases import (
    convergence_time,
    growth_time,
    half_time,
    phase_times,
    rare_trajectory,
)
from iclnb.dynamics.stage_wise_training.reduced import (
    descend,
    gap_loss,
    log_odds_at_time,
    plane_attention,
    plane_flow,
    plane_loss,
)

times = functools.cache(phase_times)


def test_half_time_of_a_million_features():
    assert half_time(1e6) / 1e12 == pytest.approx(1.0000409, abs=1e-6)


@pytest.mark.parametrize(
    ("K", "ratio"), [(10, 1.438), (100, 1.130), (1e3, 1.020), (1e4, 1.0027), (1e6, 1.00004)]
)
@pytest.mark.claim("hcl-balanced-growth")
def test_balanced_half_time_has_no_logarithm(K, ratio):
    assert half_time(K) / K**2 == pytest.approx(ratio, rel=5e-4)


def test_balanced_laws():
    for K in (100.0, 1e3, 1e4):
        # What is left of the law is the O(1) term 3 - 5/(2K) + ...
        assert predict_half_time(K) - half_time(K) == pytest.approx(3.0, abs=3 / K)
        assert predict_growth_time(K) / growth_time(K) == pytest.approx(1, abs=1 / K)
    assert local_slope(growth_time, 1e4, 1e6) == pytest.approx(1.9995, abs=2e-4)
    assert local_slope(growth_time, 10, 1000) == pytest.approx(1.90, abs=0.02)


@pytest.mark.parametrize(("K", "p_k"), [(100, None), (100, 0.5), (20, 0.2)])
@pytest.mark.claim("hcl-balanced-tail")
def test_convergence_law(K, p_k):
    odds = []
    for eps in (1e-4, 1e-6, 1e-8):
        measured = convergence_time(eps, K=K, p_k=p_k) - half_time(K, p_k=p_k)
        odds.append(abs(measured / predict_convergence_time(eps, K=K, p_k=p_k) - 1))
    assert odds[0] > odds[1] > odds[2]
    # The next term of F is 2/(1-a), hence a relative error 4 sqrt(2 eps), times O(1).
    assert odds[2] < 6 * math.sqrt(2e-8)


def test_convergence_time_reaches_its_loss():
    t = convergence_time(1e-5, K=30, p_k=0.2)
    z = log_odds_at_time(t, K=30, p_k=0.2) - math.log(0.2 / 0.8)
    assert gap_loss(z, K=30, p_k=0.2) == pytest.approx(1e-5, rel=1e-9)


def test_the_largest_accuracy_is_the_loss_of_no_attention():
    top = 5 / (2 * 4)
    assert convergence_time(0.9999 * top, K=5) < 0
    with pytest.raises(ValueError, match="accuracy"):
        convergence_time(top, K=5)


@pytest.mark.claim("hcl-dominant-one-phase")
def test_dominant_time_does_not_depend_on_the_number_of_features():
    assert convergence_time(1e-2, K=100, p_k=0.5) == pytest.approx(77.9, abs=0.05)
    assert convergence_time(1e-3, K=100, p_k=0.5) == pytest.approx(591.2, abs=0.05)
    many = [convergence_time(1e-3, K=K, p_k=0.5) for K in (1e2, 1e4, 1e8)]
    np.testing.assert_allclose(many, many[-1], rtol=0.02)


@pytest.mark.parametrize(
    ("mark", "slope", "allowed"),
    [
        ("corridor_start", 1.980, 0.002),
        ("corridor_end", 2.020, 0.002),
        ("switch", 2.000, 0.001),
        ("half", 2.000, 0.001),
        ("growth", 2.000, 0.001),
        ("half_growth", 2.000, 0.001),
    ],
)
@pytest.mark.claim("hcl-corridor")
def test_local_slopes_at_a_billion_features(mark, slope, allowed):
    measured = local_slope(lambda K: getattr(times(K, 0.5), mark), 1e8, 1e9)
    assert measured == pytest.approx(slope, abs=allowed)


@pytest.mark.parametrize("p1", [0.3, 0.5, 0.7])
@pytest.mark.claim("hcl-switch-third")
@pytest.mark.claim("hcl-rare-growth")
@pytest.mark.claim("hcl-dominant-score")
def test_rare_laws_for_many_features(p1):
    million = times(1e6, p1)
    assert million.switch / million.half == pytest.approx(0.3343, abs=0.002)
    distances = []
    for K in (1e4, 1e6, 1e8):
        found = times(K, p1)
        distances.append(
            [
                abs(found.half / predict_rare_half_time(K, p1) - 1),
                abs(found.growth / predict_rare_half_time(K, p1) - 1),
                abs(found.switch / predict_switch_time(K, p1) - 1),
                predict_dominant_score_at_half(K, p1) - found.dominant_score_at_half,
            ]
        )
    distances = np.array(distances)
    # Corrections of order K^(-1/2), plus (log K)/K: at least a factor 6 for each factor 100.
    assert np.all(distances[:-1, :3] > 6 * distances[1:, :3])
    # The score's correction is (log K + const)/(2K)^(1/2): take the constant out.
    score = distances[:, 3] * np.sqrt(2 * np.array([1e4, 1e6, 1e8]))
    np.testing.assert_allclose(np.diff(score), math.log(100), rtol=0.05)
    # The derived coefficient of the growth time's correction.
    assert distances[2, 0] * math.sqrt(1e8) == pytest.approx(math.sqrt(2), rel=0.02)


def test_corridor_law():
    for c, mark in ((0.49, "corridor_start"), (0.51, "corridor_end")):
        ratio = [
            getattr(times(K, 0.6), mark) / predict_corridor_time(K, 0.6, c=c) for K in (1e6, 1e8)
        ]
        assert abs(ratio[1] - 1) < abs(ratio[0] - 1) / 5 < 0.01
    # p1 < 1/(1 + sqrt 2): growth ends before the line is met.
    assert math.isnan(times(100.0, 0.3).corridor_start)
    assert math.isnan(times(1e3, 0.3).corridor_start)
    assert times(1e3, 0.5).corridor_start < times(1e3, 0.5).half


@pytest.mark.parametrize("prompt_length", [10, 50])
def test_marks_keep_their_order_on_short_prompts(prompt_length):
    run = phase_times(20, 0.5, prompt_length=prompt_length)
    assert 0 < run.switch < run.half_growth < run.half
    assert run.half > times(20, 0.5).half


@pytest.mark.claim("hcl-power-law")
@pytest.mark.parametrize("p1", [0.3, 0.8])
def test_the_own_attention_bursts(p1):
    """a_k = 1/(K (1 - u)) and a_1 = (2 K u)^(-1/2) at the share u of the growth time."""
    K, u = 1e8, np.array([0.2, 0.6, 0.8])
    path = rare_trajectory(K, p1, stop=K**2 / (1 - p1))
    seen = [plane_attention(x, K=K, p1=p1) for x in path.at(u * K**2 / (1 - p1))]
    own, first = np.array([(a.target, a.dominant) for a in seen]).T
    # The next order is 2 b for a_1 and, for a_k, the delay sqrt(2 u/K) over 1 - u.
    np.testing.assert_allclose(own, 1 / (K * (1 - u)), rtol=2e-3)
    np.testing.assert_allclose(first, 1 / np.sqrt(2 * K * u), rtol=2e-3)


@pytest.mark.claim("hcl-power-law")
def test_power_law_of_the_dominant_attention():
    K, p1 = 1e8, 0.5
    path = rare_trajectory(K, p1, stop=1e16)
    sample = np.array([1e11, 1e12, 1e13, 1e14])
    found = [plane_attention(x, K=K, p1=p1).dominant for x in path.at(sample)]
    excess = found / predict_dominant_attention(sample, K=K, p1=p1) - 1
    # Before the target grows, q t = int db / (b^3 (1-b)^2): relative excess 2b + O(b^2 log b).
    np.testing.assert_allclose(excess[:3], 2 * np.array(found[:3]), rtol=0.1)
    assert excess[3] < 0.01


@pytest.mark.parametrize("K", [100.0, 1000.0])
def test_rare_convergence(K):
    ratios = []
    for eps in (1e-4, 1e-6, 1e-8):
        found = phase_times(K, 0.5, accuracy=eps, stop=1e3 * K**2 + K / eps)
        ratios.append(
            (found.converged - found.half) / predict_rare_convergence_time(eps, K=K, p1=0.5)
        )
    distance = np.abs(np.array(ratios) - 1)
    assert distance[0] > distance[2]
    assert distance[2] < 2 / math.sqrt(K)


def test_marks_are_where_they_say():
    K, p1 = 200.0, 0.5
    found = phase_times(K, p1, accuracy=1e-3)
    path = rare_trajectory(K, p1, stop=1e6)
    numbers = ("dominant_score_at_half", "dominant_attention_at_switch")
    at = {name: path.at(t)[0] for name, t in found._asdict().items() if name not in numbers}
    pull, push = plane_flow(at["switch"], K=K, p1=p1)
    assert pull == pytest.approx(-push, rel=1e-7)
    held = plane_attention(at["switch"], K=K, p1=p1).dominant
    assert found.dominant_attention_at_switch == pytest.approx(held, rel=1e-9)
    own, first, _ = plane_attention(at["overtake"], K=K, p1=p1)
    assert own == pytest.approx(first, rel=1e-7)
    assert plane_attention(at["half"], K=K, p1=p1).target == pytest.approx(0.5, abs=1e-7)
    assert at["half"][1] == pytest.approx(found.dominant_score_at_half, abs=1e-7)
    log_k = math.log(K)
    assert at["growth"][0] == pytest.approx(log_k, abs=1e-7)
    assert at["half_growth"][0] == pytest.approx(log_k / 2, abs=1e-7)
    assert at["corridor_start"][1] == pytest.approx(-0.49 * log_k, abs=1e-7)
    assert at["corridor_end"][1] == pytest.approx(-0.51 * log_k, abs=1e-7)
    assert plane_loss(at["converged"], K=K, p1=p1) == pytest.approx(1e-3, rel=1e-6)


def test_balanced_row_through_the_plane():
    found = phase_times(50.0, 1 / 50, accuracy=1e-3)
    assert found.half == pytest.approx(half_time(50.0), rel=1e-8)
    assert found.growth == pytest.approx(growth_time(50.0), rel=1e-8)
    assert found.converged == pytest.approx(convergence_time(1e-3, K=50.0), rel=1e-8)
    percent = phase_times(50.0, 1 / 50)  # one percent, when nothing is said
    assert percent.converged == pytest.approx(convergence_time(1e-2, K=50.0), rel=1e-8)
    assert math.isnan(found.switch)
    assert math.isnan(found.dominant_attention_at_switch)


def test_book_scale_configuration():
    # K = 20, p1 = 0.5, N = 100; flow time = 5 * steps in the recorded exact descent.
    found = phase_times(20.0, 0.5, accuracy=0.05, prompt_length=100)
    steps = {name: value / 5 for name, value in found._asdict().items()}
    assert steps["switch"] == pytest.approx(86.5, abs=0.5)
    assert steps["growth"] == pytest.approx(272.0, rel=5e-3)
    assert steps["corridor_start"] == pytest.approx(169.4, rel=5e-3)
    assert steps["corridor_end"] == pytest.approx(182.2, rel=5e-3)
    assert steps["converged"] == pytest.approx(553.9, rel=5e-3)


@pytest.mark.claim("hcl-balanced-bound")
def test_bounds_hold_and_are_loose():
    sizes = np.array([1e2, 1e4, 1e6, 1e8])
    growth = np.array([growth_time(K) / bound_growth_time(K) for K in sizes])
    rare = np.array([times(K, 0.5).growth / bound_growth_time(K) for K in sizes])
    fall = np.array([times(K, 0.5).corridor_start / bound_corridor_time(K) for K in sizes])
    takeoff = [
        (times(K, 0.5).growth - times(K, 0.5).half_growth) / bound_takeoff_time(K) for K in sizes
    ]
    for ratio in (growth, rare, fall, takeoff):
        assert np.all(np.diff(ratio) < 0)
    for eps in (1e-2, 1e-4):
        tail = convergence_time(eps, K=100.0) - half_time(100.0)
        assert tail < bound_convergence_time(eps, K=100.0)
        assert convergence_time(eps, K=100.0, p_k=0.5) < bound_dominant_time(eps)


def test_bad_input():
    for function in (half_time, growth_time, predict_half_time, bound_growth_time):
        with pytest.raises(ValueError, match="K must"):
            function(1.0)
        with pytest.raises(ValueError, match="K must"):
            function(math.nan)
    with pytest.raises(ValueError, match="accuracy"):
        convergence_time(0.6, K=10.0)
    with pytest.raises(ValueError, match="p_k"):
        half_time(10.0, p_k=1.5)
    with pytest.raises(ValueError, match="K must"):
        phase_times(2.0, 0.5)
    with pytest.raises(ValueError, match="p1"):
        phase_times(10.0, 1.0)
    with pytest.raises(ValueError, match="accuracy"):
        phase_times(10.0, 0.5, accuracy=0.0)
    with pytest.raises(ValueError, match="corridor"):
        phase_times(10.0, 0.5, corridor=(0.49, -1.0))
    with pytest.raises(TypeError, match="prompt_length"):
        phase_times(10.0, 0.5, prompt_length=10.0)
    with pytest.raises(ValueError, match="noise"):
        phase_times(10.0, 0.5, noise=-1.0)
    with pytest.raises(ValueError, match="times must"):
        predict_dominant_attention(np.array([0.0]), K=10.0, p1=0.5)
    with pytest.raises(ValueError, match="high"):
        local_slope(half_time, 100.0, 10.0)


def test_marks_in_steps_are_those_of_gradient_descent():
    """K = 6: descent with a small step crosses half attention where the flow says."""
    found = phase_times(6, 0.5)
    eta = 0.01
    marks = found.in_steps(eta)
    assert marks.half == found.half / eta
    assert marks.dominant_score_at_half == found.dominant_score_at_half
    flow = functools.partial(plane_flow, K=6, p1=0.5)
    path = descend(flow, np.zeros(2), step_size=eta, steps=int(1.2 * marks.half))
    attention = [plane_attention(state, K=6, p1=0.5).target for state in path]
    step = int(np.argmax(np.array(attention) >= 0.5))
    assert abs(step / marks.half - 1) < 2e-3
    with pytest.raises(ValueError, match="step_size"):
        found.in_steps(0.0)

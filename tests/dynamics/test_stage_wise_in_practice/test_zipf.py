"""The target-free clock: learning times of features of many frequencies."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad, solve_ivp

from iclnb.dynamics.stage_wise_in_practice.zipf import (
    growth_clock,
    leading_loss_times,
    predict_half_times,
    predict_loss_times,
    row_times,
)
from iclnb.dynamics.stage_wise_training.data import balanced, imbalanced, zipf
from iclnb.dynamics.stage_wise_training.laws import predict_rare_half_time
from iclnb.dynamics.stage_wise_training.limit import (
    limit_attention,
    limit_flow,
    limit_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.phases import (
    convergence_time,
    half_time,
    phase_times,
)


def halves(p, features):
    return np.array([row_times(p, int(k), accuracy=0.01).half for k in features])


# The clock


def test_balanced_clock():
    grown = growth_clock(balanced(12))
    assert_allclose(grown.tau, 12 / (1 + 1 / 12) ** 2, rtol=1e-9)
    assert_allclose(grown.spread, 1 / 12, rtol=1e-9)


def test_odds_equation():
    # The exact equation behind the clock, against the exact flow.
    rng = np.random.default_rng(0)
    p, k = zipf(6, 1.0), 3
    scores = rng.standard_normal((6, 6))
    a = limit_attention(scores, p)[k]
    moved = limit_flow(scores, p)[k] / p[k]
    others = np.delete(a, k) / (1 - a[k])
    rho2, rho3 = np.sum(others**2), np.sum(others**3)
    rate = moved[k] - others @ np.delete(moved, k)
    growth = a[k] * (1 + rho2) ** 2
    assert rate == pytest.approx((1 - a[k]) ** 2 * (growth + rho3 - rho2**2), rel=1e-12)
    assert abs(rate / ((1 - a[k]) ** 2 * growth) - 1) > 1e-2


def test_clock_inverts_its_integral():
    # Integrate in the clock's own time and invert by hand.
    p = np.array([0.5, 0.3, 0.2])

    def attention(b):
        weight = p * np.exp(b)
        return weight / weight.sum(), weight.sum()

    def flow(_, b):
        a, _ = attention(b)
        return a * (a @ a - a)

    path = solve_ivp(flow, (0, 50), np.zeros(3), rtol=1e-11, atol=1e-13, dense_output=True)

    def speed(tau):
        a, total = attention(path.sol(tau))
        return (1 + a @ a) ** 2 / total

    grown = growth_clock(p)
    for k in range(3):
        integral = quad(speed, 0, grown.tau[k], limit=200)[0]
        assert integral == pytest.approx(1 / p[k], rel=1e-6)
        a, _ = attention(path.sol(grown.tau[k]))
        assert grown.spread[k] == pytest.approx(a @ a, rel=1e-7)
    assert_allclose(grown.normaliser, p * grown.tau, rtol=1e-14)


def test_clock_does_not_depend_on_the_order():
    p = np.array([0.1, 0.4, 0.2, 0.3])
    sort = np.argsort(p)
    assert_allclose(predict_half_times(p)[sort], predict_half_times(p[sort]), rtol=1e-8)
    assert_allclose(growth_clock(p).spread[sort], growth_clock(p[sort]).spread, rtol=1e-8)


@pytest.mark.parametrize("K", [30, 300])
def test_prediction_is_the_closed_form_for_equal_frequencies(K):
    # Up to the square 2/K^2 by which 1 + 1/K differs from K/(K-1).
    p = balanced(K)
    assert_allclose(predict_half_times(p), half_time(K), rtol=4 / K**2)
    assert_allclose(
        predict_loss_times(p, accuracy=1e-3), convergence_time(1e-3, K=K), rtol=4 / K**2
    )
    assert abs(leading_loss_times(p, accuracy=1e-3)[0] / convergence_time(1e-3, K=K) - 1) > 4 / K**2


@pytest.mark.parametrize("p1", [0.3, 0.5, 0.7])
def test_clock_agrees_with_one_dominant_feature(p1):
    # Against the plane of one rare row, with its own solver; error of second order in K^(-1/2).
    ratio = [
        predict_half_times(imbalanced(K, p1))[-1] / phase_times(K, p1, accuracy=0.01).half
        for K in (100, 1000)
    ]
    assert abs(ratio[0] - 1) < 0.03
    assert abs(ratio[1] - 1) < 0.01
    # Control: the leading law alone.
    assert (
        abs(predict_rare_half_time(100, p1) / phase_times(100, p1, accuracy=0.01).half - 1) > 0.03
    )


# One row of the exact flow


def test_row_times_agree_with_the_full_flow():
    p = zipf(6, 1.0)
    k = 4
    times = row_times(p, k, accuracy=0.02)
    path = solve_ivp(
        lambda _, s: limit_flow(s.reshape(6, 6), p).ravel(), (0, times.loss), np.zeros(36),
        t_eval=times, rtol=1e-10, atol=1e-12,
    )  # fmt: skip
    at_half, at_loss = path.y.T.reshape(2, 6, 6)
    assert limit_attention(at_half, p)[k, k] == pytest.approx(0.5, abs=1e-7)
    assert limit_loss_per_query(at_loss, p)[k] == pytest.approx(0.02, abs=1e-7)


def test_row_times_agree_with_the_closed_form():
    times = row_times(balanced(30), 7, accuracy=1e-3)
    assert times.half == pytest.approx(half_time(30), rel=1e-7)
    assert times.loss == pytest.approx(convergence_time(1e-3, K=30), rel=1e-7)


def test_row_times_at_the_ends():
    assert row_times([0.9, 0.1], 0, accuracy=0.1) == (0.0, 0.0)
    times = row_times([0.6, 0.4], 0, accuracy=0.01)
    assert times.half == 0
    assert times.loss > 0
    times = row_times(balanced(30), 0, accuracy=1e-3, stop=half_time(30) * 1.01)
    assert times.half > 0
    assert np.isnan(times.loss)


# Prediction and measurement


@pytest.mark.claim("hcl-zipf-clock")
@pytest.mark.parametrize(("K", "s"), [(50, 1.0), (200, 0.5), (200, 1.0), (200, 1.5)])
def test_clock_predicts_learning_times(K, s):
    p = zipf(K, s)
    features = np.array([4, 9, 19, K // 2, K - 1])
    times = [row_times(p, int(k), accuracy=1e-3) for k in features]
    half = np.array([t.half for t in times])
    assert_allclose(half, predict_half_times(p)[features], rtol=0.015)
    loss = np.array([t.loss for t in times])
    assert_allclose(loss, predict_loss_times(p, accuracy=1e-3)[features], rtol=0.04)
    # Controls: growth without saturation; a clock that does not slow down.
    growth = growth_clock(p).tau[features] / p[features]
    assert np.abs(half / growth - 1).max() > 0.1
    still = 1 / p[features] ** 2
    assert np.abs(half / still - 1).max() > 0.1


@pytest.mark.parametrize("s", [0.5, 1.0, 1.5])
def test_features_are_learned_in_the_order_of_their_frequencies(s):
    p = zipf(40, s)
    times = [row_times(p, k, accuracy=0.01) for k in range(40)]
    assert np.all(np.diff([t.half for t in times]) > 0)
    assert np.all(np.diff([t.loss for t in times]) > 0)
    shuffled = np.random.default_rng(0).permutation(40)
    assert not np.all(np.diff([times[k].half for k in shuffled]) > 0)


@pytest.mark.parametrize(
    ("K", "s", "slope"), [(50, 1.0, 1.82), (200, 1.0, 1.87), (200, 0.5, 1.91), (200, 1.5, 1.81)]
)
def test_exponent_of_the_half_time(K, s, slope):
    p = zipf(K, s)
    features = np.unique(np.geomspace(4, K, 25).astype(int)) - 1
    fit = np.polyfit(np.log(1 / p[features]), np.log(halves(p, features)), 1)[0]
    assert fit == pytest.approx(slope, abs=0.04)
    assert abs(fit - 2) > 0.04


def test_no_single_exponent():
    # The local exponent of t(eps) falls from near 2 towards 1 as eps does.
    p = zipf(50, 1.0)
    features = np.array([20, 35, 49])

    def slope(times):
        return np.polyfit(np.log(1 / p[features]), np.log(times), 1)[0]

    measured, predicted = [], []
    for epsilon in (1e-1, 1e-2, 1e-3, 1e-4):
        times = [row_times(p, int(k), accuracy=epsilon).loss for k in features]
        measured.append(slope(times))
        predicted.append(slope(predict_loss_times(p, accuracy=epsilon)[features]))
    assert np.all(np.diff(measured) < 0)
    assert_allclose(measured, predicted, atol=0.01)
    assert measured[0] > 1.6
    assert measured[-1] < 1.1


def test_leading_terms():
    # The relative error of the two leading terms falls with epsilon, like its square root.
    p = zipf(50, 1.0)
    errors = [
        abs(leading_loss_times(p, accuracy=e)[49] / row_times(p, 49, accuracy=e).loss - 1)
        for e in (1e-2, 1e-4, 1e-6)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.03
    # Control: the tail with a constant 1/2.
    wrong = leading_loss_times(p, accuracy=0.5e-6)[49]
    assert abs(wrong / row_times(p, 49, accuracy=1e-6).loss - 1) > 0.5


# Bad input


@pytest.mark.parametrize(
    "p", [[0.5, 0.6], [1.0, 0.0], [np.nan, 1.0], [[0.5, 0.5]], [], [-0.5, 1.5]]
)
def test_bad_frequencies(p):
    for call in (
        lambda: growth_clock(p),
        lambda: row_times(p, 0, accuracy=0.01),
        lambda: predict_loss_times(p, accuracy=0.01),
    ):
        with pytest.raises(ValueError, match="p must"):
            call()


def test_bad_arguments():
    p = balanced(3)
    with pytest.raises(ValueError, match="k must"):
        row_times(p, 3, accuracy=0.01)
    with pytest.raises(TypeError, match="k must"):
        row_times(p, 0.5, accuracy=0.01)
    for epsilon in (0.0, 0.125, np.nan):
        with pytest.raises(ValueError, match="accuracy"):
            row_times(p, 0, accuracy=epsilon)
        with pytest.raises(ValueError, match="accuracy"):
            predict_loss_times(p, accuracy=epsilon)
    with pytest.raises(ValueError, match="stop"):
        row_times(p, 0, accuracy=0.01, stop=0.0)

"""The twins of the rare feature's row: proved, refuted next to it, and its bounds on exact runs."""

import math
from fractions import Fraction

import numpy as np
import pytest

from iclnb.dynamics import stage_wise_training as st
from iclnb.dynamics.stage_wise_training import exact
from iclnb.dynamics.stage_wise_training.exact import fading


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (exact.row_speeds, {"push": 2}),
        (exact.row_signs, {"push": 0}),
        (fading.start, {"push": 0}),
        (exact.power_law, {"push": 2}),
        (exact.power_law, {"factor": Fraction(101, 100)}),
        (exact.switch_third, {"push": 2}),
        (exact.switch_third, {"share": Fraction(3, 10)}),
        (exact.corridor, {"push": 2}),
        (exact.corridor, {"factor": Fraction(101, 100)}),
        (exact.rare_growth, {"push": 2}),
        (exact.rare_growth, {"factor": Fraction(11, 10)}),
        (exact.rare_growth, {"factor": Fraction(9, 10)}),
        (exact.dominant_score, {"push": 2}),
        (exact.dominant_score, {"two": False}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


def test_speeds_of_the_row_are_those_of_the_plane():
    """K = 4, scores log 4, -log 9 and log 3/2."""
    p = Fraction(1, 6)
    speeds = exact.row_flow(4 * p, Fraction(1, 18), p * Fraction(3, 2), 2)
    plane = st.plane_flow(np.log([4, 1 / 9]), K=4, p1=0.5)
    assert np.array([p * v for v in speeds[:2]], float) == pytest.approx(plane, rel=1e-13)


def states(K, p1, times):
    """Return tau, y, V, and the attentions a, b at the times, from the library's flow."""
    run = st.rare_course(K, p1, times=times)
    a, b = run.own, run.first
    return np.asarray(times) * (1 - p1) / (K - 1), (1 - a - b) / a, (1 - a) / b, a, b


@pytest.mark.parametrize("p1", [0.25, 0.5, 0.75])
def test_the_bounds_of_the_fading_hold_on_exact_runs(p1):
    K = 1e6 + 2
    M = K - 2
    tau = np.concatenate([[1.0, 30.0], np.linspace(1e3, 0.9 * M, 25)])
    _, y, V, _, _ = states(K, p1, tau * (K - 1) / (1 - p1))
    theta = (math.sqrt(16 + 1.8 * M * (1 + 4 / M)) + 3.5) / M
    assert np.all(y >= (M - (1 + 3 / M) * tau) * (1 - 1e-9))
    integral = (50 + 2 * np.sqrt(2 * tau)) / (1 - theta)
    assert np.all(y <= M - tau + 7.5 + integral)
    assert np.all(np.sqrt(2 * tau) + 7.5 >= V)
    assert np.all(np.sqrt(2 * (1 - theta) * tau) - 5 <= V)


@pytest.mark.parametrize("p1", [0.25, 0.75])
def test_the_bounds_of_the_burst_hold_on_an_exact_run(p1):
    K = 1e8
    M, lam = K - 2, math.log(K - 2)
    found = st.phase_times(K, p1)
    tau = np.linspace(0.05, 1.0, 20) * found.half * (1 - p1) / (K - 1)
    _, _, V, _, _ = states(K, p1, tau * (K - 1) / (1 - p1))
    theta = (math.sqrt(10 * M) + lam + 16) / M
    ell = lam + 7
    assert np.all(np.sqrt(2 * tau) + ell + 9 >= V)
    assert np.all(np.sqrt(2 * (1 - theta) * tau) - 2 * math.sqrt(ell) - 5 <= V)
    excess = (found.half * (1 - p1) / K**2 - 1) * math.sqrt(K / 2)
    assert abs(excess - 1) < 10 * math.log(K) ** 2 / math.sqrt(K)
    law = -0.5 * math.log(2 * K) + math.log((1 - p1) / p1)
    assert abs(found.dominant_score_at_half - law) < 2 * math.log(K) / math.sqrt(K)


@pytest.mark.parametrize("p1", [0.25, 0.6])
def test_the_remainders_of_the_switch_and_the_power_law_hold(p1):
    K = 1e6 + 2
    x = 1e-3
    found = st.phase_times(K, p1)
    assert abs(found.switch * 3 * (1 - p1) / K**2 - 1) < 31 * x
    assert abs(found.dominant_attention_at_switch * math.sqrt(2 * K / 3) - 1) < 40 * x
    u = np.array([0.1, 0.5, 0.9])
    _, _, _, a, b = states(K, p1, u * K**2 / (1 - p1))
    assert np.all(np.abs(b * np.sqrt(2 * K * u) - 1) < 20 * x)
    assert np.all(np.abs(a * K * (1 - u) - 1) < 40 * x)

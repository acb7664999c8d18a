"""The exact twins: proved as stated, refuted when off by little, and tied to the library."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from iclnb.exact import multiply, points, transpose
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape.mean_field_limit import exact
from iclnb.landscape.mean_field_limit.exact import kernels, prompts, variations

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.two_timescale, {"half": 1}),
    (exact.two_timescale, {"half": Fraction(1, 2) + LITTLE}),
    (exact.inner_rate, {"power": 2}),
    (exact.gl_invariance, {"inverted": True}),
    (exact.conservation, {"weighted": False}),
    (exact.minimisers, {"rank": 2}),
    (exact.prompt_loss, {"pairs": 0}),
    (exact.prompt_loss, {"pairs": 1 - LITTLE}),
    (exact.prompt_loss, {"query_noise": 0}),
    (prompts.prompt_order, {"second": 0}),
    (prompts.prompt_order, {"second": 1 + LITTLE}),
    (prompts.reach, {"summed": False}),
    (variations.variations, {"moving": 0}),
    (variations.variations, {"moving": 1 + LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def floats(values):
    return np.array(values, dtype=float)


def test_the_losses_are_those_of_the_library():
    x = points.of_name("bridge")
    small = lambda: Fraction(int(x()) % 19 - 9, 7)  # noqa: E731
    root, C, Gamma = ([[small() for _ in range(3)] for _ in range(3)] for _ in range(3))
    Sigma = multiply(root, transpose(root))
    S0 = [[Fraction(9 if i == j else 1) for j in range(3)] for i in range(3)]
    stats = mf.statistics_of(floats(S0), floats(C), floats(Sigma))
    assert stats.loss == pytest.approx(float(exact.best_loss(S0, C, Sigma)), rel=1e-11)
    value = float(exact.loss_with(S0, C, Sigma, Gamma))
    assert mf.joint_loss(stats, floats(Gamma)) == pytest.approx(value, rel=1e-12)


def test_neurons_in_the_plane_have_the_loss_of_their_covariances():
    """Two neurons by hand: k = 1, kappa = 2 and 3 off by 1, masses 1/3 and 2/3."""
    at = exact.Neurons(points.of_values([1, 2, 5, 7, 2, 1, 0, 3, 4, 6, 9]), 2, 1)
    at.mass = [Fraction(1, 3), Fraction(2, 3)]
    C, Sigma = at.covariances(at.a)
    assert [[at.target[0][0] * Fraction(5, 3) + at.target[1][0] * Fraction(14, 3)]] == C
    kappa = at.kappa
    by_hand = (
        kappa[0][0] * Fraction(25, 9)
        + 2 * kappa[0][1] * Fraction(5 * 14, 9)
        + kappa[1][1] * Fraction(14**2, 9)
    )
    assert Sigma == [[by_hand]]


def test_the_bound_that_is_zero_for_one_feature_is_refuted():
    assert not prompts.prompt_bound().holds


@pytest.mark.parametrize("n", [1, 7])
def test_the_best_attention_is_that_of_the_library(n):
    C, Sigma, M, attention = prompts.example(n)
    stats = mf.statistics_of(9 * np.eye(2), floats(C), floats(Sigma))
    found = mf.optimal_finite_prompt(stats, floats(M), n).Gamma
    np.testing.assert_allclose(found, floats(attention), rtol=1e-12)


def test_kernels_of_gaussian_inputs():
    assert kernels.kernels().holds
    assert not kernels.kernels(shown=1).holds
    assert not kernels.kernels(shown=3).holds


def test_the_sine_against_the_library():
    w, v = np.array([[0.3, -0.5, 0.7]]), np.array([[0.4, 0.2, -0.9]])
    size = np.exp(-0.5 * (np.sum(w[0, :2] ** 2) + np.sum(v[0, :2] ** 2)))
    inner = float(w[0, :2] @ v[0, :2])
    biases = [(np.sin(z[0, 2]), np.cos(z[0, 2])) for z in (w, v)]
    found = kernels.sine(biases[0], biases[1], size, np.exp(inner), np.exp(-inner))
    assert found == pytest.approx(mf.SineFeatures().kernel(w, v)[0, 0], rel=1e-13)

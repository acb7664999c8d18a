"""Label noise: the stationary gap, and softmax attention as Bayes shrinkage."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iclnb.dynamics.stage_wise_in_practice.runs import exact_run
from iclnb.dynamics.stage_wise_in_practice.shrinkage import (
    balanced_bayes_risk,
    balanced_loss,
    balanced_slope,
    hard_attention_risk,
    optimal_gap,
    shrinkage_mass,
)
from iclnb.dynamics.stage_wise_training.data import DataModel, sample_token_prompts
from iclnb.dynamics.stage_wise_training.population import (
    population_gradient,
    population_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.reduced import finite_gap_flow

CASES = [(2, 5, 0.3), (4, 12, 1.0), (10, 100, 0.7), (20, 30, 2.0)]


def symmetric(z, K):
    return z * (np.eye(K) - 1 / K)


@pytest.mark.parametrize(("K", "N", "sigma"), CASES)
@pytest.mark.parametrize("z", [-1.0, 0.0, 2.5, 8.0])
def test_binomial_sum_is_the_population_loss(K, N, sigma, z):
    model = DataModel.balanced(K, prompt_length=N, noise=sigma)
    losses = population_loss_per_query(symmetric(z, K), model)
    ours = balanced_loss(z, K=K, prompt_length=N, noise=sigma)
    assert_allclose(losses, ours, rtol=1e-12)


@pytest.mark.parametrize(("K", "N", "sigma"), CASES)
@pytest.mark.parametrize("z", [-1.0, 0.0, 2.5, 8.0])
def test_slope(K, N, sigma, z):
    size = {"K": K, "prompt_length": N, "noise": sigma}
    slope = balanced_slope(z, **size)
    h = 1e-4
    difference = (balanced_loss(z + h, **size) - balanced_loss(z - h, **size)) / (2 * h)
    assert slope == pytest.approx(difference, rel=1e-6, abs=1e-9)
    flow = finite_gap_flow(z, K=K, p_k=1 / K, prompt_length=N, noise=sigma)
    assert -slope / (K - 1) == pytest.approx(flow, rel=1e-11, abs=1e-15)


@pytest.mark.claim("hcl-bayes-shrinkage")
@pytest.mark.parametrize(("K", "N", "sigma"), CASES)
def test_the_gap_is_stationary_for_the_full_matrix(K, N, sigma):
    model = DataModel.balanced(K, prompt_length=N, noise=sigma)
    z = optimal_gap(K=K, prompt_length=N, noise=sigma)
    assert np.abs(population_gradient(symmetric(z, K), model)).max() < 1e-14
    for other in (z - 0.5, z + 0.5):
        size = {"K": K, "prompt_length": N, "noise": sigma}
        assert balanced_loss(other, **size) > balanced_loss(z, **size)
        assert np.abs(population_gradient(symmetric(other, K), model)).max() > 1e-6


@pytest.mark.claim("hcl-bayes-shrinkage")
@pytest.mark.parametrize(("K", "sigma"), [(10, 1.0), (20, 0.5), (20, 1.0), (50, 1.0)])
def test_spilled_mass(K, sigma):
    def ratio(N):
        z = optimal_gap(K=K, prompt_length=N, noise=sigma)
        return shrinkage_mass(z, K=K, prompt_length=N) / (sigma**2 * (1 - 1 / K))

    assert ratio(400) == pytest.approx(1, abs=0.02)
    # The next order, (3 + sigma^2)/N, is free of K.
    assert (1 - ratio(10**5)) * 10**5 == pytest.approx(3 + sigma**2, rel=2e-3)
    # Controls: the factor 1 - 1/K forgotten; the variance taken for the standard deviation.
    assert abs(ratio(400) * (1 - 1 / K) - 1) > 0.02
    if sigma != 1:
        assert abs(ratio(400) * sigma - 1) > 0.02


def test_numbers_at_ten_features():
    size = {"K": 10, "prompt_length": 400, "noise": 1.0}
    z = optimal_gap(**size)
    assert shrinkage_mass(z, K=10, prompt_length=400) == pytest.approx(0.8911, abs=5e-5)
    bayes = balanced_bayes_risk(**size)
    assert balanced_loss(z, **size) / bayes - 1 == pytest.approx(0.0027, abs=5e-5)
    assert hard_attention_risk(**size) / bayes - 1 == pytest.approx(0.026, abs=5e-4)


@pytest.mark.parametrize(("K", "sigma"), [(5, 1.0), (20, 0.5), (50, 2.0)])
def test_excess_over_bayes(K, sigma):
    def excess(N):
        size = {"K": K, "prompt_length": N, "noise": sigma}
        bayes = balanced_bayes_risk(**size)
        soft = balanced_loss(optimal_gap(**size), **size)
        return soft / bayes - 1, hard_attention_risk(**size) / bayes - 1

    for N in (10 * K, 100 * K):
        soft, hard = excess(N)
        assert 0 < soft < hard
    N = 2 * 10**5
    soft, hard = excess(N)
    assert soft * N == pytest.approx(sigma**2, rel=1e-2)
    assert hard * N == pytest.approx(K * sigma**2, rel=1e-2)
    # Control: the two laws exchanged.
    assert abs(soft * N / (K * sigma**2) - 1) > 0.5


def test_bayes_risk_is_the_risk_of_ridge_regression():
    # The posterior mean over all K coefficients from all tokens, without the decoupling.
    K, N, sigma, size = 4, 9, 0.8, 20000
    children = np.random.SeedSequence(4).spawn(3)
    rngs = dict(zip(("task_rng", "token_rng", "noise_rng"), map(np.random.default_rng, children)))
    model = DataModel.balanced(K, prompt_length=N, noise=sigma)
    prompts = sample_token_prompts(model, np.eye(K), size, **rngs)
    x = prompts.X
    gram = np.einsum("bnd,bne->bde", x, x) + sigma**2 * np.eye(K)
    moment = np.einsum("bnd,bn->bd", x, prompts.y)
    weight = np.linalg.solve(gram, moment[..., None])[..., 0]
    errors = 0.5 * (np.sum(weight * prompts.query, axis=1) - prompts.target) ** 2
    risk = balanced_bayes_risk(K=K, prompt_length=N, noise=sigma)
    deviation = (errors.mean() - risk) / (errors.std(ddof=1) / np.sqrt(size))
    assert abs(deviation) < 4
    hard = hard_attention_risk(K=K, prompt_length=N, noise=sigma)
    assert (hard - errors.mean()) / (errors.std(ddof=1) / np.sqrt(size)) > 8


@pytest.mark.parametrize(("K", "N", "sigma"), CASES)
def test_hard_attention_is_the_limit(K, N, sigma):
    size = {"K": K, "prompt_length": N, "noise": sigma}
    assert balanced_loss(40.0, **size) == pytest.approx(hard_attention_risk(**size), rel=1e-12)


def test_without_noise():
    size = {"K": 5, "prompt_length": 30, "noise": 0.0}
    assert balanced_bayes_risk(**size) == pytest.approx(0.5 * 0.8**30, rel=1e-13)
    assert hard_attention_risk(**size) > balanced_bayes_risk(**size)
    slopes = [balanced_slope(z, **size) for z in np.linspace(-3, 20, 24)]
    assert max(slopes) < 0


def test_noise_delays_growth():
    # 20 features, 100 tokens, rate 5.
    silent, half, one = (
        exact_run(20, 100, noise=sigma, steps=300, every=150)["growth"] for sigma in (0, 0.5, 1)
    )
    assert half / silent - 1 == pytest.approx(0.02, abs=0.005)
    assert one / silent - 1 == pytest.approx(0.08, abs=0.005)


@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        ({"K": 1}, ValueError, "K"),
        ({"K": 2.0}, TypeError, "K"),
        ({"prompt_length": 0}, ValueError, "prompt_length"),
        ({"noise": -1.0}, ValueError, "noise"),
        ({"noise": np.inf}, ValueError, "noise"),
    ],
)
def test_bad_input(change, error, name):
    size = {"K": 5, "prompt_length": 30, "noise": 1.0} | change
    for function in (balanced_bayes_risk, hard_attention_risk, optimal_gap):
        with pytest.raises(error, match=name):
            function(**size)
    with pytest.raises(error, match=name):
        balanced_loss(1.0, **size)
    with pytest.raises(error, match=name):
        balanced_slope(1.0, **size)


def test_bad_gap():
    with pytest.raises(ValueError, match="noise"):
        optimal_gap(K=5, prompt_length=30, noise=0.0)
    with pytest.raises(ValueError, match="prompt_length"):
        optimal_gap(K=5, prompt_length=1, noise=1.0)
    with pytest.raises(ValueError, match="z"):
        balanced_loss(np.inf, K=5, prompt_length=30, noise=1.0)
    with pytest.raises(ValueError, match="z"):
        shrinkage_mass(np.nan, K=5, prompt_length=30)

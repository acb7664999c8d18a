"""Functions that claims name, at one generic case, by a second route."""

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import one_gradient_step as ogs
from iclnb.features.one_gradient_step.runs import alignment_run
from tests.features.correlation import circle, mean_correlation

MIXED = ogs.FiniteLaw([ogs.Link([0.2, 0.5, 1.0, -0.7])])
rng_of = np.random.default_rng


@pytest.mark.claim("idx-gradient")
@pytest.mark.claim("idx-second-moment")
@pytest.mark.claim("idx-odd-links")
@pytest.mark.parametrize("law", [MIXED, ogs.FiniteLaw([ogs.Link.pure(3)])])
def test_both_parts_of_the_gradient_by_differences(law):
    """Infinite prompts: the loss is -2 sum gamma B^2 + gamma (B B^T o K) gamma, over all tasks."""
    rng = rng_of(1)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(3, 2, rng), law)
    w, bias, gamma = rng.normal(size=(2, 3)), np.array([0.4, -0.3]), np.array([0.8, -1.3])
    coefficients = law.links[0].coefficients
    directions = circle(tasks, 8)

    def loss(weights, keep):
        kernel = ogs.relu_kernel(weights, bias=bias)
        total = 0.0
        for beta in directions:
            B = np.array([mean_correlation(*at, beta, coefficients) for at in zip(weights, bias)])
            total += -2 * gamma @ B**2 + keep * (gamma * B) @ kernel @ (gamma * B)
        return total / len(directions)

    shift = 1e-4 * rng.normal(size=w.shape)
    for keep in (False, True):
        found = ogs.expected_gradient(
            tasks, w, bias=bias, Gamma_diagonal=gamma, keep_prediction=keep
        )
        slope = (loss(w + shift, keep) - loss(w - shift, keep)) / 2
        assert slope == pytest.approx(np.sum(found * shift), rel=1e-6)


@pytest.mark.claim("idx-any-length")
def test_streams_in_chunks_are_one_average():
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(4, 2, rng_of(0)), MIXED, noise=0.3)
    w, gamma = sphere_rows(3, 4, rng_of(1)), np.array([0.5, -1.0, 2.0])
    options = {"bias": 0.2, "Gamma_diagonal": gamma, "keep_prediction": True}
    found = ogs.streamed_gradient(
        tasks, w, **options, n_tasks=7, prompt_length=5, chunk=17,
        task_rng=rng_of(2), input_rng=rng_of(3), noise_rng=rng_of(4),
    )  # fmt: skip
    task_rng, input_rng, noise_rng = rng_of(2), rng_of(3), rng_of(4)
    gradients = []
    for size in (3, 3, 1):  # 17 examples hold three prompts of five
        prompts = ogs.sample_single_index_prompts(
            tasks, ogs.sample_tasks(tasks, size, task_rng), 5,
            input_rng=input_rng, noise_rng=noise_rng,
        )  # fmt: skip
        for t in range(size):
            one = type(prompts)(*(None if part is None else part[t : t + 1] for part in prompts))
            gradients.append(ogs.prompt_gradient(one, w, **options))
    np.testing.assert_allclose(found, np.mean(gradients, axis=0), atol=1e-12)


LAYER = {"d": 6, "r": 2, "prompt_length": 12}


@pytest.mark.claim("idx-alignment-law")
@pytest.mark.claim("idx-budget")
@pytest.mark.claim("idx-trade-off")
def test_law_and_budget_from_mean_and_variance():
    """An average of T gradients has the power |mean|^2 + variance / T, inside and in total."""
    options = {**LAYER, "bias": 0.4, "noise": 0.5, "rho2": np.array([0.3])}
    m = ogs.gradient_moments(MIXED, **options)
    inside = float(m.second_inside[0] - m.mean_inside[0])
    total = float(m.second_total[0] - m.mean_total[0])
    for T in (1, 7, 500):
        share = (m.mean_inside[0] + inside / T) / (m.mean_total[0] + total / T)
        assert ogs.alignment_law(MIXED, **options, n_tasks=T) == pytest.approx(share, rel=1e-12)
    found = ogs.noise_to_signal(MIXED, **options)
    assert (total - inside) / found == pytest.approx(m.mean_inside[0], rel=1e-12)


@pytest.mark.claim("idx-theorem-budget")
def test_the_budget_by_hand():
    budget = ogs.sufficient_budget(d=3, r=2, exponent=2)
    assert budget == pytest.approx((3**3 * 2**2, 4.5, 3**5 * 2), rel=1e-15)


@pytest.mark.claim("idx-singular-values")
def test_singular_values_by_the_gram_matrix():
    weights = rng_of(5).normal(size=(4, 7))
    squares = np.linalg.eigvalsh(weights @ weights.T)[::-1]
    np.testing.assert_allclose(ogs.singular_values(weights), np.sqrt(squares), rtol=1e-10)


@pytest.mark.claim("idx-gamma-one")
@pytest.mark.parametrize("gamma", [None, 0.7])
def test_a_run_from_its_streams(gamma):
    sizes = {"n_tasks": 9, "prompt_length": 4, "group": 4}
    found = alignment_run(MIXED, rng_of(6), d=5, r=2, neurons=3, **sizes, Gamma_diagonal=gamma)
    space, first, task_rng, input_rng = rng_of(6).spawn(4)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(5, 2, space), MIXED)
    start = sphere_rows(3, 5, first)
    signs = 1.0 if gamma is None else gamma * first.choice((-1.0, 1.0), 3)
    step = ogs.shared_design_gradient(
        tasks, start, bias=0.0, Gamma_diagonal=signs, **sizes, task_rng=task_rng,
        input_rng=input_rng, keep_prediction=gamma is not None,
    )  # fmt: skip
    inside = step @ tasks.subspace.T
    assert found.found == pytest.approx(np.sum(inside**2) / np.sum(step**2), rel=1e-12)
    rho2 = [np.sum((tasks.subspace @ row) ** 2) for row in start]
    law = ogs.alignment_law(MIXED, d=5, r=2, n_tasks=9, prompt_length=4, rho2=rho2)
    assert found.law == pytest.approx(law, rel=1e-12)


@pytest.mark.claim("idx-rows")
def test_rows_by_hand():
    rows = ogs.normalise_rows([[3.0, 4.0], [0.0, -2.0]], norm=5.0)
    np.testing.assert_allclose(rows, [[3.0, 4.0], [0.0, -5.0]], rtol=1e-15)
    np.testing.assert_allclose(ogs.normalise_rows([[3.0, 4.0]]), [[0.6, 0.8]], rtol=1e-15)

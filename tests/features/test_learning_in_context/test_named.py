"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest

from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.prompts import AttentionData

MIXED = ogs.FiniteLaw([ogs.Link([0.2, 0.5, 1.0, -0.7])])
rng_of = np.random.default_rng


def psd(rng, m=4):
    root = rng.normal(size=(m, m))
    return root @ root.T / m


@pytest.mark.claim("idx-solvers")
def test_conjugate_directions_end_after_as_many_steps_as_unknowns():
    rng = rng_of(5)
    data = AttentionData(rng.normal(size=(30, 3)), rng.normal(size=(30, 4)), rng.normal(size=30))
    found = lic.ridge_iterative(data, penalty=0.2, tol=1e-11)
    np.testing.assert_allclose(found.Gamma, lic.ridge_primal(data, penalty=0.2), atol=1e-9)
    assert found.iterations <= 13  # twelve, and one for rounding


@pytest.mark.claim("idx-affine")
def test_the_risk_over_finitely_many_tasks():
    """Answers Gamma^T c with c of mean b(task) and covariance C(task) / n, features of moment K."""
    rng = rng_of(0)
    b, C, kernel = rng.normal(size=(3, 4)), [psd(rng) for _ in range(3)], psd(rng)
    Gamma = rng.normal(size=(4, 4))
    targets = np.array([1.3, 0.7, 2.1])  # E F^2 of each task
    # The label's part that features see: E[F phi] = b, as for an example of the prompt.
    moments = lic.AttentionMoments(
        float(targets.mean()), b.T @ b / 3, kernel, sum(C) / 3 + b.T @ b / 3
    )
    risk = lic.context_risk(moments, Gamma)
    for n in (1, 5, 40):
        total = 0.0
        for t in range(3):
            second = np.outer(b[t], b[t]) + C[t] / n
            total += targets[t] - 2 * b[t] @ Gamma @ b[t]
            total += np.trace(Gamma.T @ second @ Gamma @ kernel)
        assert float(risk.at(n)) == pytest.approx(total / 3, rel=1e-12)


@pytest.mark.claim("idx-ridge-limit")
@pytest.mark.claim("idx-length-mismatch")
@pytest.mark.parametrize("n", [3, 50.5])
def test_the_best_matrix_is_a_minimum(n):
    rng = rng_of(1)
    signal = psd(rng)
    moments = lic.AttentionMoments(1.7, signal, psd(rng), signal + psd(rng))
    Gamma = lic.best_attention(moments, prompt_length=n, penalty=0.3)

    def objective(matrix):
        return float(lic.context_risk(moments, matrix).at(n)) + 0.3 * np.sum(matrix**2)

    for _ in range(6):
        shift = 1e-4 * rng.normal(size=(4, 4))
        slope = objective(Gamma + shift) - objective(Gamma - shift)
        assert abs(slope) < 1e-12
        assert objective(Gamma + shift) > objective(Gamma)


SIZES = {"neurons": 6, "n_tasks_1": 20, "prompt_length_1": 8, "n_tasks_2": 15}


@pytest.mark.claim("idx-d-flat")
def test_a_run_from_its_streams():
    recipe = lic.Recipe(**SIZES, prompt_length_2=9, penalty=1e-2)
    run = lic.pretraining_run(MIXED, recipe, rng_of(3), d=5, r=2, draws=300)
    space, training, testing = rng_of(3).spawn(3)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(5, 2, space), MIXED)
    layer = lic.pretrain(tasks, recipe, training)
    np.testing.assert_array_equal(run.tasks.subspace, tasks.subspace)
    for name in ("weights", "bias", "Gamma", "start"):
        np.testing.assert_array_equal(getattr(run.layer, name), getattr(layer, name))
    moments = lic.attention_moments(tasks, layer.weights, bias=layer.bias, draws=300, rng=testing)
    for found, expected in zip(run.moments, moments):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    expected = lic.context_risk(moments, layer.Gamma)
    assert run.risk == pytest.approx(expected, rel=1e-12)


@pytest.mark.claim("idx-kernel-bound")
def test_the_kernel_bound_by_hand():
    assert lic.kernel_lower_bound(3, 2) == pytest.approx(8 / 15, rel=1e-14)
    assert lic.kernel_lower_bound(4, 7) == pytest.approx(3 / 4 * (1 - 6 / 9), rel=1e-14)


@pytest.mark.claim("idx-pooled")
@pytest.mark.claim("idx-prompt-ridge")
def test_both_ridges_in_the_other_space():
    """The inverse of the pooled moment; and n numbers in place of m weights, or the reverse."""
    rng = rng_of(2)
    w, bias = rng.normal(size=(5, 3)), rng.normal(size=5)
    X = rng.normal(size=(20, 3))
    phi = np.maximum(X @ w.T + bias, 0)
    inverse = lic.pooled_ridge_matrix(X, w, bias=bias, penalty=0.2, chunk=7)
    np.testing.assert_allclose(
        inverse @ (phi.T @ phi / 20 + 0.2 * np.eye(5)), np.eye(5), atol=1e-12
    )
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(3, 2, rng), MIXED)
    for n in (3, 9):
        prompts = ogs.sample_single_index_prompts(
            tasks, ogs.sample_tasks(tasks, 4, rng), n, input_rng=rng
        )
        answers = lic.prompt_ridge(prompts, w, bias=bias, penalty=0.2)
        for t in range(4):
            seen = np.maximum(prompts.X[t] @ w.T + bias, 0)
            rows = np.vstack([seen, math.sqrt(0.2 * n) * np.eye(5)])
            fit = np.linalg.lstsq(rows, np.append(prompts.y[t], np.zeros(5)), rcond=None)[0]
            query = np.maximum(w @ prompts.query[t] + bias, 0)
            assert answers[t] == pytest.approx(query @ fit, rel=1e-9)


@pytest.mark.claim("idx-risk-bound")
@pytest.mark.claim("idx-table")
def test_the_bounds_by_hand():
    sizes = {"neurons": 2, "n_tasks": 3, "prompt_length": 5, "test_prompt_length": 7}
    bound = lic.paper_bound(r=3, degree=1, **sizes)
    assert bound == pytest.approx(math.sqrt(27 / 2 + 81 * (1 / 3 + 1 / 5 + 1 / 7)), rel=1e-14)
    terms = lic.slide_bound_terms(r=3, degree=1, **sizes)
    by_hand = (math.sqrt(27 / 2), math.sqrt(27.0), 9 * math.sqrt(12 / 35))
    assert tuple(terms) == pytest.approx(by_hand, rel=1e-14)

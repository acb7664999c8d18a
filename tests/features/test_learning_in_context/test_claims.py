"""The claims of the chapter by other routes than its certificates, at small sizes."""

import math

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.prompts import AttentionData
from tests.features.correlation import circle, mean_correlation

HE2 = ogs.FiniteLaw([ogs.Link.pure(2)])
rng_of = np.random.default_rng


@pytest.mark.claim("aar-stage-two-display")
def test_the_display_is_n_times_too_large():
    rng = np.random.default_rng(10)
    X, y, q = rng.standard_normal((9, 3)), rng.standard_normal(9), rng.standard_normal(3)
    shown = lic.stage_two_display(X[None], X, y, q, penalty=0.2)
    extended = np.vstack([X, np.sqrt(9 * 0.2) * np.eye(3)])
    weights = np.linalg.lstsq(extended, np.append(y, np.zeros(3)), rcond=None)[0]
    assert shown.corrected == pytest.approx(q @ weights, rel=1e-12)
    assert shown.printed == pytest.approx(9 * (q @ weights), rel=1e-12)
    pool = rng.standard_normal((50_000, 9, 3))
    many = lic.stage_two_display(pool, X, y, q, penalty=0.2).corrected
    assert many == pytest.approx(q @ X.T @ y / (9 * 1.2), rel=1e-2)


@pytest.mark.claim("idx-solvers")
def test_routes_by_plain_least_squares():
    rng = rng_of(5)
    data = AttentionData(rng.normal(size=(30, 4)), rng.normal(size=(30, 5)), rng.normal(size=30))
    design = np.einsum("ti,tj->tij", data.keys, data.queries).reshape(30, -1)
    stacked = np.vstack([design, math.sqrt(30 * 0.2) * np.eye(20)])
    target = np.concatenate([data.query_label, np.zeros(20)])
    plain = np.linalg.lstsq(stacked, target, rcond=None)[0].reshape(4, 5)
    np.testing.assert_allclose(lic.ridge_primal(data, penalty=0.2), plain, atol=1e-10)
    np.testing.assert_allclose(lic.ridge_dual(data, penalty=0.2), plain, atol=1e-10)
    found = lic.ridge_iterative(data, penalty=0.2, tol=1e-13).Gamma
    np.testing.assert_allclose(found, plain, atol=1e-9)


@pytest.mark.claim("idx-d-flat")
def test_features_inside_the_subspace_do_not_know_the_dimension():
    """The risk of a layer whose weights lie in the subspace is the same in any ambient space."""
    inside, bias = sphere_rows(12, 2, rng_of(6)), rng_of(7).uniform(-1, 1, 12)
    risks = []
    for d in (2, 9):
        tasks = ogs.SingleIndexTasks(ogs.coordinate_subspace(d, 2), HE2)
        w = inside @ tasks.subspace
        moments = lic.attention_moments(tasks, w, bias=bias, draws=2**17, rng=rng_of(8))
        risks.append(
            lic.context_risk(moments, lic.best_attention(moments, prompt_length=20, penalty=1e-4))
        )
    assert abs(risks[0].limit - risks[1].limit) < 1e-2 * risks[0].limit
    assert abs(risks[0].slope / risks[1].slope - 1) < 0.03


@pytest.mark.claim("idx-r-matters")
def test_more_directions_cost_more_examples():
    for n in (10, 100, 1000):
        least = [float(lic.least_error(r, n)) for r in (2, 3, 4, 6)]
        assert np.all(np.diff(least) > 0)
        assert least[2] > 2 * least[0] or n == 10
        assert np.all(np.array(least) < [lic.averaging_error(r, n) for r in (2, 3, 4, 6)])


@pytest.mark.claim("idx-kernel-wins")
def test_quadratic_kernel_interpolates_beyond_its_dimension():
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(5, 2, rng_of(9)), HE2)

    def learner(X, y, queries):
        return lic.kernel_ridge(lic.polynomial_kernel(2), X, y, queries, penalty=1e-9)

    enough = lic.polynomial_dimension(5, 2) + 30
    sizes = {"prompt_length": enough, "n_prompts": 8, "n_queries": 20}
    assert lic.learner_errors(tasks, learner, rng=rng_of(0), **sizes).max() < 1e-6
    assert (
        lic.learner_errors(tasks, learner, rng=rng_of(0), **{**sizes, "prompt_length": 15}).mean()
        > 0.1
    )


@pytest.mark.claim("idx-ridge-limit")
def test_long_prompts_make_the_regression_of_the_features():
    """On the mean correlations, long pretraining prompts give the least-squares predictor."""
    tasks = ogs.SingleIndexTasks(np.eye(2), HE2)
    w, bias = lic.subspace_network(tasks, 8, rng_of(10))
    moments = lic.attention_moments(tasks, w, bias=bias, draws=2**15, rng=rng_of(0))
    Gamma = lic.best_attention(moments, prompt_length=1e7, penalty=1e-13)
    x = rng_of(1).standard_normal((200_000, 2))
    features = lic.network_features(x, w, bias=bias)
    for beta in circle(tasks, 3):
        y = HE2.links[0](x @ beta)
        c = HE2.links[0].coefficients
        B = np.array([mean_correlation(row, b, beta, c) for row, b in zip(w, bias)])
        fitted = features @ np.linalg.lstsq(features, y, rcond=None)[0]
        answers = features @ (Gamma.T @ B)
        assert np.mean((answers - fitted) ** 2) < 2e-3
        assert np.mean(answers**2) > 0.2


@pytest.mark.claim("idx-pooled")
def test_pooled_ridge_pays_for_all_directions():
    tasks = ogs.SingleIndexTasks(np.eye(2, 4), HE2)
    w, bias = lic.subspace_network(tasks, 40, rng_of(11), bias_range=2.0)
    moments = lic.attention_moments(tasks, w, bias=bias, draws=2**15, rng=rng_of(0))
    best = lic.context_risk(
        moments, lic.best_attention(moments, prompt_length=64, penalty=1e-6)
    ).at(64)
    X = rng_of(2).standard_normal((20_000, 4))
    pooled = [
        lic.context_risk(moments, lic.pooled_ridge_matrix(X, w, bias=bias, penalty=p)).at(64)
        for p in (1e-3, 1e-2, 1e-1, 1.0)
    ]
    assert min(pooled) > 1.5 * best


@pytest.mark.claim("idx-prompt-ridge")
def test_ridge_within_the_prompt_beats_a_small_trained_layer():
    recipe = lic.Recipe(
        neurons=48,
        n_tasks_1=6000,
        prompt_length_1=64,
        n_tasks_2=1000,
        prompt_length_2=128,
        penalty=1e-4,
    )
    layer = lic.pretraining_run(HE2, recipe, rng_of(12), d=8, r=2)
    weights, bias = layer.layer.weights, layer.layer.bias
    drawn = ogs.sample_tasks(layer.tasks, 1500, rng_of(0))
    prompts = ogs.sample_single_index_prompts(layer.tasks, drawn, 128, input_rng=rng_of(1))
    gram = [lic.prompt_ridge(prompts, weights, bias=bias, penalty=p) for p in (1e-4, 10.0)]
    errors = [np.mean((answers - prompts.query_label) ** 2) for answers in gram]
    assert errors[0] < layer.risk.at(128) < errors[1]


@pytest.mark.claim("idx-risk-bound")
def test_bounds_lie_within_a_factor_of_each_other_and_above_any_risk():
    sizes = {
        "r": 2,
        "degree": 2,
        "neurons": 96,
        "n_tasks": 2000,
        "prompt_length": 256,
        "test_prompt_length": 128,
    }
    bound, terms = lic.paper_bound(**sizes), lic.slide_bound_terms(**sizes)
    assert bound <= sum(terms) <= math.sqrt(3) * bound + math.sqrt(2) * terms.examples
    assert bound > 1, "at these sizes the bound, with constants one, says nothing"


@pytest.mark.claim("idx-width")
def test_error_of_approximation_by_least_squares():
    tasks = ogs.SingleIndexTasks(np.eye(2), HE2)
    x = rng_of(3).standard_normal((40_000, 2))
    for m in (8, 16):
        w, bias = lic.subspace_network(tasks, m, rng_of(m), bias_range=3.0)
        features = lic.network_features(x, w, bias=bias)
        Y = np.stack([HE2.links[0](x @ beta) for beta in circle(tasks, 8)], axis=1)
        rest = Y - features @ np.linalg.lstsq(features, Y, rcond=None)[0]
        assert abs(np.mean(rest**2) - lic.approximation_error(tasks, w, bias=bias)) < 0.03


@pytest.mark.claim("idx-length-mismatch")
def test_mismatch_of_perfect_features():
    """One direction: the best factor tau / (tau + q/n) has the bias (q/n)^2 / tau, nearly."""
    ideal = lic.ideal_attention(2)
    tau, q = ideal.each, ideal.each_noise
    excess = [tau * (1 - n * tau / (n * tau + q)) ** 2 for n in (100, 200, 400)]
    ratios = np.divide(excess[1:], excess[:-1])
    assert np.all((ratios < 0.27) & (ratios > 0.25))


@pytest.mark.claim("idx-table")
def test_examples_for_a_level_of_the_bound():
    for r in (2, 5):
        n = lic.examples_for_bound(0.1, r=r, degree=2)
        assert abs(r**4 / math.sqrt(n) - 0.1) < 1e-12
        assert abs(n / (r**4 / 0.01) / r**4 - 1) < 1e-12


@pytest.mark.claim("idx-rows")
def test_row_norms_tell_the_aligned_neurons():
    recipe = lic.Recipe(
        neurons=96, n_tasks_1=6000, prompt_length_1=144, n_tasks_2=1, prompt_length_2=1, penalty=1.0
    )
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(12, 2, rng_of(14)), HE2)
    step = ogs.stage_one(
        tasks,
        rng_of(15),
        neurons=recipe.neurons,
        n_tasks=recipe.n_tasks_1,
        prompt_length=recipe.prompt_length_1,
    ).weights
    size, share = np.linalg.norm(step, axis=1), ogs.neuron_alignment(step, tasks.subspace)
    assert np.corrcoef(size, share)[0, 1] > 0.3
    assert ogs.alignment(ogs.normalise_rows(step), tasks.subspace) < ogs.alignment(
        step, tasks.subspace
    )

"""The quadrature against enumeration, sums, finite differences and Monte Carlo."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from iclnb.dynamics.stage_wise_training.attention import (
    gradient_given_counts,
    loss_given_counts,
    predict,
    token_attention,
    weights_from_scores,
)
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    imbalanced,
    orthonormal_features,
    sample_counts,
    sample_token_prompts,
    zipf,
)
from iclnb.dynamics.stage_wise_training.enumeration import (
    count_tables,
    enumerated_gradient,
    enumerated_loss_per_query,
    multinomial_probabilities,
)
from iclnb.dynamics.stage_wise_training.population import (
    ClassRow,
    class_row_gradient,
    class_row_loss,
    population_gradient,
    population_loss,
    population_loss_per_query,
)

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=30, database=None)


def random_case(K, N, noise, scale, seed):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(K)) + 1e-3
    return DataModel(p / p.sum(), N, noise), scale * rng.standard_normal((K, K))


@pytest.mark.parametrize("noise", [0.0, 0.7])
@pytest.mark.parametrize("scale", [0.0, 1.0, 8.0])
@pytest.mark.parametrize(
    ("K", "N"), [(1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (3, 7), (4, 12), (6, 5)]
)
@pytest.mark.claim("hcl-loss-identity")
def test_quadrature_equals_enumeration(K, N, noise, scale):
    model, scores = random_case(K, N, noise, scale, 17 * K + N)
    np.testing.assert_allclose(
        population_loss_per_query(scores, model),
        enumerated_loss_per_query(scores, model),
        rtol=1e-12,
        atol=1e-15,
    )
    np.testing.assert_allclose(
        population_gradient(scores, model), enumerated_gradient(scores, model), rtol=0, atol=1e-14
    )


@DETERMINISTIC
@given(
    K=st.integers(2, 4),
    N=st.integers(1, 6),
    noise=st.floats(0, 2),
    scale=st.floats(0, 30),
    seed=st.integers(0, 1000),
)
def test_quadrature_equals_enumeration_everywhere(K, N, noise, scale, seed):
    model, scores = random_case(K, N, noise, scale, seed)
    np.testing.assert_allclose(
        population_loss_per_query(scores, model),
        enumerated_loss_per_query(scores, model),
        rtol=1e-12,
    )
    gradient = population_gradient(scores, model)
    np.testing.assert_allclose(gradient, enumerated_gradient(scores, model), rtol=0, atol=1e-14)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-14)
    assert noise > 0 or np.all(np.diag(gradient) <= 0)


def test_count_tables_are_complete():
    tables = count_tables(3, 4)
    assert tables.shape == (15, 3)
    assert np.all(tables.sum(axis=1) == 4)
    assert len(np.unique(tables, axis=0)) == 15
    p = np.array([0.2, 0.5, 0.3])
    weight = multinomial_probabilities(tables, p)
    assert weight.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(weight @ tables, 4 * p, rtol=1e-14)
    with pytest.raises(ValueError, match="quadrature"):
        count_tables(30, 30)


def one_class_sums(z, K, p_k, N):
    """Loss L_k, and -dL_k/dS_kk, as sums over the binomial number of target tokens."""
    n = np.arange(N + 1)
    rest, delta, other = N - n, math.exp(-z), 1 / (K - 1)
    weight = binom.pmf(n, N, p_k)
    total = n + delta * rest
    squares = delta**2 * (rest * (1 - other) + rest**2 * other) / total**2
    miss = delta * rest / total
    pull = n / total * (miss**2 + squares)
    return 0.5 * weight @ (miss**2 + squares), weight @ pull


@pytest.mark.parametrize(
    ("z", "K", "p_k", "N"),
    [(0, 20, 0.05, 100), (15, 20, 0.5, 100), (30, 300, 0.4, 10_000), (-20, 50, 0.02, 1000)],
)
def test_large_gaps_keep_relative_accuracy(z, K, p_k, N):
    row = ClassRow(p_k, np.array([(1 - p_k) / (K - 1)]), np.array([K - 1.0]))
    loss, pull = one_class_sums(z, K, p_k, N)
    # The reference's binomial weights are good to about 1e-12 at N = 10 000.
    assert class_row_loss(z, np.zeros(1), row, prompt_length=N) == pytest.approx(loss, rel=1e-10)
    gradient = class_row_gradient(z, np.zeros(1), row, prompt_length=N)
    assert gradient.target == pytest.approx(-p_k * pull, rel=1e-10)
    assert gradient.target + (K - 1) * gradient.classes[0] == pytest.approx(
        0, abs=1e-12 * abs(gradient.target)
    )


def test_classes_equal_the_full_matrix():
    K, N = 9, 30
    model = DataModel(imbalanced(K, 0.3), N, 0.4)
    scores = np.zeros((K, K))
    scores[4] = -0.2
    scores[4, 4], scores[4, 0] = 1.3, -0.9
    q = model.p[1]
    row = ClassRow(q, np.array([0.3, q]), np.array([1.0, K - 2.0]))
    values = np.array([-0.9, -0.2])
    loss = class_row_loss(1.3, values, row, prompt_length=N, noise=0.4)
    assert loss == pytest.approx(population_loss_per_query(scores, model)[4], rel=1e-13)
    gradient = class_row_gradient(1.3, values, row, prompt_length=N, noise=0.4)
    full = population_gradient(scores, model)[4]
    np.testing.assert_allclose(full[[4, 0, 7]], [gradient.target, *gradient.classes], rtol=1e-12)


@pytest.mark.parametrize("noise", [0.0, 0.6])
@pytest.mark.claim("hcl-gradient")
def test_gradient_is_the_derivative_of_the_loss(noise):
    model, scores = random_case(5, 40, noise, 1.5, 3)
    gradient, step = population_gradient(scores, model), 2e-3
    for k, n in [(0, 0), (1, 3), (4, 4), (2, 0)]:
        move = np.zeros((5, 5))
        move[k, n] = step
        values = [population_loss(scores + c * move, model) for c in (2, 1, -1, -2)]
        numeric = (-values[0] + 8 * values[1] - 8 * values[2] + values[3]) / (12 * step)
        assert gradient[k, n] == pytest.approx(numeric, abs=1e-11)


def test_monte_carlo_over_counts():
    model, scores = random_case(6, 50, 0.8, 1.0, 8)
    counts = sample_counts(model, 20_000, np.random.default_rng(1))
    exact, gradient = population_loss_per_query(scores, model), population_gradient(scores, model)
    for k in (0, 3):
        samples = np.column_stack(
            [
                loss_given_counts(scores[k], counts, k, noise=0.8),
                model.p[k] * gradient_given_counts(scores[k], counts, k, noise=0.8),
            ]
        )
        z = (samples.mean(axis=0) - [exact[k], *gradient[k]]) / (
            samples.std(axis=0) / math.sqrt(len(counts))
        )
        assert np.abs(z).max() < 4


def test_monte_carlo_over_raw_prompts():
    model, scores = random_case(4, 15, 0.8, 1.0, 9)
    features = orthonormal_features(4, 5, np.random.default_rng(0))
    data = sample_token_prompts(
        model,
        features,
        40_000,
        task_rng=np.random.default_rng(1),
        token_rng=np.random.default_rng(2),
        noise_rng=np.random.default_rng(3),
    )
    attention = token_attention(weights_from_scores(scores, features), data.X, data.query)
    loss = 0.5 * (predict(attention, data.y) - data.target) ** 2
    exact = population_loss_per_query(scores, model)
    for k in range(4):
        mine = loss[data.query_token == k]
        assert abs(mine.mean() - exact[k]) < 4 * mine.std() / math.sqrt(mine.size)
    assert abs(loss.mean() - population_loss(scores, model)) < 4 * loss.std() / 200


def test_rows_decouple_exactly():
    model, scores = random_case(5, 20, 0.3, 1.0, 4)
    changed = scores.copy()
    changed[0] += np.arange(5)
    before, after = population_gradient(scores, model), population_gradient(changed, model)
    assert np.array_equal(before[1:], after[1:])
    assert not np.array_equal(before[0], after[0])


def test_relabelling_and_shift():
    model, scores = random_case(5, 20, 0.3, 1.0, 5)
    order = np.random.default_rng(0).permutation(5)
    renamed = DataModel(model.p[order], 20, 0.3)
    np.testing.assert_allclose(
        population_gradient(scores[np.ix_(order, order)], renamed),
        population_gradient(scores, model)[np.ix_(order, order)],
        atol=1e-15,
    )
    np.testing.assert_allclose(
        population_loss_per_query(scores + 7.0, model),
        population_loss_per_query(scores, model),
        rtol=1e-12,
    )


def test_equal_competitors_get_equal_gradients():
    model = DataModel.balanced(6, prompt_length=3)
    scores = 25.0 * np.eye(6)
    gradient = population_gradient(scores, model)
    off = gradient[~np.eye(6, dtype=bool)]
    assert np.ptp(off) <= 1e-13 * abs(off[0])
    np.testing.assert_allclose(off * 5, -gradient[0, 0], rtol=1e-12)


@pytest.mark.claim("hcl-loss-floor")
def test_loss_floor_of_absent_features():
    model = DataModel(zipf(5, 1.0), 8)
    for gap in (3.0, 10.0, 40.0):
        loss = population_loss_per_query(gap * np.eye(5), model)
        assert np.all(loss >= 0.5 * (1 - model.p) ** 8)
    # At the floor only prompts without the target err; their attention follows the counts.
    loss = population_loss_per_query(60.0 * np.eye(5), model)
    for k in range(5):
        rest = np.delete(model.p, k) / (1 - model.p[k])
        square = np.sum(rest**2) + np.sum(rest * (1 - rest)) / 8
        assert loss[k] == pytest.approx(0.5 * (1 - model.p[k]) ** 8 * (1 + square), rel=1e-12)


def test_noise_of_uniform_attention():
    clean = DataModel(zipf(5, 1.0), 12)
    noisy = DataModel(zipf(5, 1.0), 12, 1.5)
    difference = population_loss_per_query(np.zeros((5, 5)), noisy) - population_loss_per_query(
        np.zeros((5, 5)), clean
    )
    np.testing.assert_allclose(difference, 0.5 * 1.5**2 / 12, rtol=1e-12)


def test_extreme_spread_and_its_limit():
    model = DataModel.balanced(3, prompt_length=50)
    scores = 590.0 * np.eye(3)
    assert np.all(np.isfinite(population_gradient(scores, model)))
    assert np.all(np.isfinite(population_gradient(-scores, model)))
    with pytest.raises(ValueError, match="differ"):
        population_loss(601.0 * np.eye(3), model)


def test_bad_input():
    model = DataModel.balanced(3, prompt_length=5)
    bad = np.zeros((3, 3))
    bad[1, 2] = np.nan
    for function in (population_loss, population_gradient, enumerated_gradient):
        with pytest.raises(ValueError, match="shape"):
            function(np.zeros((3, 4)), model)
        with pytest.raises(ValueError, match="finite"):
            function(bad, model)
    row = ClassRow(0.5, np.array([0.25]), np.array([2.0]))
    with pytest.raises(ValueError, match="sum to one"):
        class_row_loss(0.0, np.zeros(1), row._replace(target_probability=0.4), prompt_length=5)
    with pytest.raises(ValueError, match="probabilities must have shape"):
        class_row_loss(0.0, np.zeros(2), row, prompt_length=5)
    with pytest.raises(ValueError, match="probabilities must be strictly positive"):
        class_row_loss(0.0, np.zeros(1), row._replace(probabilities=[-0.25]), prompt_length=5)
    for counts in ([[1, 2]], [1, 2, 0]):
        with pytest.raises(ValueError, match="counts must have 3 columns"):
            multinomial_probabilities(counts, [0.2, 0.5, 0.3])
    for counts in ([[3, -1, 0]], [[1, 0.5, 0.5]], [[np.nan, 1, 1]]):
        with pytest.raises(ValueError, match="counts must be whole numbers from zero on"):
            multinomial_probabilities(counts, [0.2, 0.5, 0.3])
    with pytest.raises(ValueError, match="class_scores"):
        class_row_gradient(0.0, np.array([np.inf]), row, prompt_length=5)
    with pytest.raises(TypeError, match="prompt_length"):
        class_row_gradient(0.0, np.zeros(1), row, prompt_length=5.0)
    with pytest.raises(ValueError, match="noise"):
        class_row_gradient(0.0, np.zeros(1), row, prompt_length=5, noise=-1.0)
    with pytest.raises(ValueError, match="multiplicities"):
        class_row_loss(0.0, np.zeros(1), row._replace(multiplicities=[-2.0]), prompt_length=5)

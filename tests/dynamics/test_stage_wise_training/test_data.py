"""The data model, the sampler, and attention over a prompt."""

import math

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training.attention import (
    gradient_given_counts,
    group_attention,
    grouped_attention,
    loss_given_counts,
    predict,
    scores_from_weights,
    token_attention,
    weights_from_scores,
)
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    balanced,
    imbalanced,
    orthonormal_features,
    sample_counts,
    sample_token_prompts,
    zipf,
)


def prompts(model, features, batch, *, task=0, token=1, noise=2):
    return sample_token_prompts(
        model,
        features,
        batch,
        task_rng=np.random.default_rng(task),
        token_rng=np.random.default_rng(token),
        noise_rng=np.random.default_rng(noise),
    )


def test_probability_laws():
    np.testing.assert_allclose(balanced(7), 1 / 7, rtol=1e-15)
    p = imbalanced(11, 0.4)
    assert p[0] == 0.4
    np.testing.assert_allclose(p[1:], 0.06, rtol=1e-14)
    p = zipf(50, 1.5)
    np.testing.assert_allclose(p[0] / p, np.arange(1, 51) ** 1.5, rtol=1e-13)
    for p in (balanced(300), imbalanced(300, 0.9), zipf(300, 1.0)):
        assert abs(math.fsum(p) - 1) < 1e-14


def test_constructors_agree_with_the_laws():
    assert np.array_equal(DataModel.balanced(5, prompt_length=3).p, balanced(5))
    assert np.array_equal(DataModel.imbalanced(5, 0.3, prompt_length=3).p, imbalanced(5, 0.3))
    model = DataModel.zipf(5, 0.7, prompt_length=3, noise=0.5)
    assert np.array_equal(model.p, zipf(5, 0.7))
    assert (model.K, model.prompt_length, model.noise) == (5, 3, 0.5)
    assert not model.p.flags.writeable


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.5, 0.4], "sum to one"),
        ([0.5, 0.5 + 1e-11], "sum to one"),
        ([1.0, 0.0], "positive"),
        ([1.5, -0.5], "positive"),
        ([np.nan, 1.0], "finite"),
        ([[0.5, 0.5]], "shape"),
        ([], "empty"),
    ],
)
def test_bad_probabilities(p, message):
    with pytest.raises(ValueError, match=message):
        DataModel(p, 10)


@pytest.mark.parametrize("value", [2.5, "3", True, None])
def test_counts_must_be_integers(value):
    with pytest.raises(TypeError, match="K"):
        balanced(value)
    with pytest.raises(TypeError, match="prompt_length"):
        DataModel([1.0], value)


def test_domains():
    with pytest.raises(ValueError, match="K"):
        balanced(0)
    with pytest.raises(ValueError, match="K"):
        imbalanced(1, 0.5)
    with pytest.raises(ValueError, match="prompt_length"):
        DataModel([1.0], 0)
    for noise in (-0.1, math.nan, math.inf):
        with pytest.raises(ValueError, match="noise"):
            DataModel([1.0], 5, noise)
    for p1 in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="p1"):
            imbalanced(4, p1)
    for s in (-1.0, math.nan):
        with pytest.raises(ValueError, match="exponent must"):
            zipf(4, s)
    with pytest.raises(ValueError, match="K <= d"):
        orthonormal_features(5, 4, np.random.default_rng(0))


def test_features_are_orthonormal_and_reproducible():
    features = orthonormal_features(6, 9, np.random.default_rng(3))
    np.testing.assert_allclose(features @ features.T, np.eye(6), atol=1e-14)
    assert np.array_equal(features, orthonormal_features(6, 9, np.random.default_rng(3)))


def test_prompts_follow_their_definition():
    model = DataModel.imbalanced(4, 0.5, prompt_length=7)
    features = orthonormal_features(4, 6, np.random.default_rng(0))
    data = prompts(model, features, 5)
    np.testing.assert_array_equal(data.X, features[data.tokens])
    np.testing.assert_allclose(data.y, np.einsum("bnd,bd->bn", data.X, data.tasks), atol=1e-13)
    np.testing.assert_allclose(data.target, np.sum(data.query * data.tasks, axis=1), atol=1e-13)


def test_streams_are_separate():
    features = orthonormal_features(4, 4, np.random.default_rng(0))
    clean = prompts(DataModel.balanced(4, prompt_length=7), features, 5)
    noisy_model = DataModel.balanced(4, prompt_length=7, noise=0.3)
    noisy = prompts(noisy_model, features, 5)
    other_task = prompts(noisy_model, features, 5, task=9)
    other_noise = prompts(noisy_model, features, 5, noise=9)
    for first, second in ((clean, noisy), (noisy, other_task), (noisy, other_noise)):
        assert np.array_equal(first.tokens, second.tokens)
        assert np.array_equal(first.query_token, second.query_token)
    assert np.array_equal(clean.tasks, noisy.tasks)
    other_token = prompts(noisy_model, features, 5, token=9)
    assert np.array_equal(noisy.tasks, other_token.tasks)
    assert not np.array_equal(noisy.tokens, other_token.tokens)
    assert not np.array_equal(noisy.tasks, other_task.tasks)
    assert np.array_equal(clean.target, noisy.target)
    assert not np.array_equal(noisy.y, other_noise.y)


def test_sampled_frequencies():
    model = DataModel.zipf(5, 1.0, prompt_length=40)
    counts = sample_counts(model, 4000, np.random.default_rng(11))
    assert np.all(counts.sum(axis=1) == 40)
    error = np.sqrt(model.p * (1 - model.p) / (40 * 4000))
    assert np.all(np.abs(counts.mean(axis=0) / 40 - model.p) < 4 * error)
    tokens = prompts(model, np.eye(5), 4000).tokens
    frequency = np.bincount(tokens.ravel(), minlength=5) / tokens.size
    assert np.all(np.abs(frequency - model.p) < 4 * error)


def test_bad_features():
    model = DataModel.balanced(3, prompt_length=4)
    with pytest.raises(ValueError, match="features must have shape"):
        prompts(model, np.eye(4), 2)
    with pytest.raises(ValueError, match="orthonormal"):
        prompts(model, 2 * np.eye(3), 2)


def test_the_key_stands_on_the_left():
    rng = np.random.default_rng(5)
    features = orthonormal_features(4, 6, rng)
    weights = rng.standard_normal((6, 6))
    scores = scores_from_weights(weights, features)
    for k in range(4):
        for n in range(4):
            assert scores[k, n] == pytest.approx(features[n] @ weights @ features[k], abs=1e-13)
    np.testing.assert_allclose(
        scores_from_weights(weights_from_scores(scores, features), features), scores, atol=1e-13
    )


def test_token_attention_groups_into_count_attention():
    rng = np.random.default_rng(6)
    model = DataModel.zipf(4, 1.0, prompt_length=9)
    features = orthonormal_features(4, 5, rng)
    weights = 2 * rng.standard_normal((5, 5))
    data = prompts(model, features, 20)
    attention = token_attention(weights, data.X, data.query)
    np.testing.assert_allclose(attention.sum(axis=1), 1, rtol=1e-14)
    grouped = group_attention(attention, data.tokens, 4)
    scores = scores_from_weights(weights, features)
    for b in range(20):
        counts = np.bincount(data.tokens[b], minlength=4)[None]
        expected = grouped_attention(scores[data.query_token[b]], counts)[0]
        np.testing.assert_allclose(grouped[b], expected, atol=1e-13)
    values = data.tasks @ features.T
    np.testing.assert_allclose(
        predict(attention, data.y), np.sum(grouped * values, axis=1), atol=1e-13
    )


def test_gradient_given_counts_is_the_derivative():
    rng = np.random.default_rng(7)
    counts = rng.multinomial(9, zipf(4, 1.0), size=6)
    row, step = rng.standard_normal(4), 1e-3
    gradient = gradient_given_counts(row, counts, 2, noise=0.8)
    for n in range(4):
        move = step * np.eye(4)[n]
        values = [loss_given_counts(row + c * move, counts, 2, noise=0.8) for c in (2, 1, -1, -2)]
        numeric = (-values[0] + 8 * values[1] - 8 * values[2] + values[3]) / (12 * step)
        np.testing.assert_allclose(gradient[:, n], numeric, atol=1e-10)


def test_attention_survives_scores_of_absent_features():
    attention = grouped_attention(np.array([2000.0, 0.0, 1.0]), np.array([[0, 3, 1]]))
    np.testing.assert_allclose(
        attention, [[0, 3 / (3 + math.e), math.e / (3 + math.e)]], rtol=1e-14
    )


def test_bad_attention_input():
    with pytest.raises(ValueError, match="Gamma"):
        scores_from_weights(np.zeros((3, 4)), np.eye(4))
    with pytest.raises(ValueError, match="features"):
        scores_from_weights(np.eye(3), np.full((3, 3), np.nan))
    with pytest.raises(ValueError, match="query"):
        token_attention(np.eye(3), np.zeros((2, 5, 3)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match="counts"):
        grouped_attention(np.zeros(3), np.array([[1, 2]]))
    with pytest.raises(ValueError, match="positive sum"):
        grouped_attention(np.zeros(2), np.array([[0, 0]]))
    with pytest.raises(ValueError, match="k must"):
        loss_given_counts(np.zeros(2), np.array([[1, 1]]), 2)
    for token in (-1, 3):  # the first beyond either end
        with pytest.raises(ValueError, match=r"tokens must lie in 0\.\.2"):
            group_attention(np.ones((1, 2)), np.array([[0, token]]), 3)
    for tokens in ([[0, 1, 2]], [[0.0, 1.0]]):
        with pytest.raises(ValueError, match="tokens must be integers with the shape of attention"):
            group_attention(np.ones((1, 2)), tokens, 3)
    with pytest.raises(ValueError, match="y"):
        predict(np.ones((1, 2)), np.ones((2, 2)))

"""Infinitely long prompts: loss, gradient, conservation, and the approach from finite N."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iclnb.dynamics.stage_wise_training.data import DataModel, balanced, zipf
from iclnb.dynamics.stage_wise_training.limit import (
    limit_attention,
    limit_flow,
    limit_gradient,
    limit_loss,
    limit_loss_per_query,
    limit_row_flow,
)
from iclnb.dynamics.stage_wise_training.population import (
    population_gradient,
    population_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.reduced import descend

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=40, database=None)


def random_case(K, scale, seed):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(K)) + 1e-4
    return p / p.sum(), scale * rng.standard_normal((K, K))


@DETERMINISTIC
@given(K=st.integers(1, 8), scale=st.floats(0, 20), seed=st.integers(0, 1000))
def test_flow_matches_its_definition(K, scale, seed):
    p, scores = random_case(K, scale, seed)
    weight = p * np.exp(scores - scores.max(axis=1, keepdims=True))
    a = weight / weight.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(limit_attention(scores, p), a, atol=1e-15)
    eye = np.eye(K)
    target = np.diag(a)[:, None]
    square = np.sum(a**2, axis=1, keepdims=True)
    expected = p[:, None] * a * (eye - a + square - target)
    flow = limit_flow(scores, p)
    np.testing.assert_allclose(flow, expected, atol=1e-15)
    np.testing.assert_allclose(flow.sum(axis=1), 0, atol=1e-15)
    assert np.all(np.diag(flow) >= 0)
    np.testing.assert_allclose(
        limit_loss_per_query(scores, p), 0.5 * np.sum((a - eye) ** 2, axis=1), atol=1e-15
    )


def test_a_row_moves_by_itself():
    p, scores = random_case(7, 2.0, 3)
    whole = limit_flow(scores, p)
    for k in range(7):
        np.testing.assert_allclose(
            limit_row_flow(scores[k], p, k), whole[k], rtol=1e-12, atol=1e-17
        )
    with pytest.raises(ValueError, match="k must"):
        limit_row_flow(scores[0], p, 7)
    with pytest.raises(ValueError, match="row_scores"):
        limit_row_flow(scores[0, 1:], p, 0)


def test_gradient_is_the_derivative_of_the_loss():
    p, scores = random_case(5, 1.5, 2)
    gradient, step = limit_gradient(scores, p), 2e-3
    for k in range(5):
        for n in range(5):
            move = np.zeros((5, 5))
            move[k, n] = step
            values = [limit_loss(scores + c * move, p) for c in (2, 1, -1, -2)]
            numeric = (-values[0] + 8 * values[1] - 8 * values[2] + values[3]) / (12 * step)
            assert gradient[k, n] == pytest.approx(numeric, abs=1e-11)


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_finite_prompts_approach_the_limit_like_one_over_n(noise):
    p, scores = random_case(4, 1.0, 6)
    distances = []
    for N in (1000, 2000, 4000):
        model = DataModel(p, N, noise)
        gradient = np.abs(population_gradient(scores, model) - limit_gradient(scores, p)).max()
        loss = np.abs(population_loss_per_query(scores, model) - limit_loss_per_query(scores, p))
        distances.append([gradient, loss.max()])
    ratios = np.array(distances[:-1]) / distances[1:]
    # A pure 1/N would give 2; the 1/N^2 term moves the ratio by O(1/(p_min N)).
    np.testing.assert_allclose(ratios, 2.0, atol=0.1)
    np.testing.assert_allclose(ratios[1], 2.0, atol=0.05)


def test_training_conserves_rows_and_decouples_them():
    p, scores = random_case(6, 0.5, 7)
    other = scores.copy()
    other[0] -= np.arange(6)
    path = descend(lambda s: limit_flow(s, p), scores, step_size=2.0, steps=500)
    moved = descend(lambda s: limit_flow(s, p), other, step_size=2.0, steps=500)
    assert np.array_equal(path[:, 1:], moved[:, 1:])
    np.testing.assert_allclose(
        path.sum(axis=2), np.broadcast_to(scores.sum(axis=1), (501, 6)), atol=1e-12
    )
    diagonal = np.diagonal(path, axis1=1, axis2=2)
    assert np.all(np.diff(diagonal, axis=0) > 0)
    assert limit_loss(path[-1], p) < limit_loss(scores, p)


@pytest.mark.claim("hcl-conservation")
def test_finite_training_conserves_rows_and_decouples_them():
    model = DataModel(zipf(5, 1.0), 12, 0.0)
    start = np.zeros((5, 5))
    other = start.copy()
    other[0] -= np.arange(5)
    path = descend(lambda s: -population_gradient(s, model), start, step_size=2.0, steps=150)
    moved = descend(lambda s: -population_gradient(s, model), other, step_size=2.0, steps=150)
    assert np.array_equal(path[:, 1:], moved[:, 1:])
    np.testing.assert_allclose(path.sum(axis=2), 0, atol=1e-12)
    assert np.all(np.diff(np.diagonal(path, axis1=1, axis2=2), axis=0) > 0)


def test_relabelling():
    p, scores = random_case(6, 2.0, 8)
    order = np.random.default_rng(1).permutation(6)
    index = np.ix_(order, order)
    np.testing.assert_allclose(
        limit_flow(scores[index], p[order]), limit_flow(scores, p)[index], atol=1e-16
    )


def test_first_step_from_zero():
    # A_k = p_k^2 ((1-p_k)^2 + sum p_m^2) in one unit of time: about K^-2, and B about -K^-3.
    K = 50
    flow = limit_flow(np.zeros((K, K)), balanced(K))
    expected = ((1 - 1 / K) ** 2 + (K - 1) / K**2) / K**2
    np.testing.assert_allclose(np.diag(flow), expected, rtol=1e-13)
    np.testing.assert_allclose(flow[0, 1:], -expected / (K - 1), rtol=1e-13)


def test_bad_input():
    p = balanced(3)
    for function in (limit_attention, limit_loss_per_query, limit_loss, limit_flow, limit_gradient):
        with pytest.raises(ValueError, match="shape"):
            function(np.zeros((2, 3)), p)
        with pytest.raises(ValueError, match="finite"):
            function(np.full((3, 3), np.nan), p)
        with pytest.raises(ValueError, match="sum to one"):
            function(np.zeros((3, 3)), p * 1.01)

"""Learned spans against true ones, and what the prompts show of the tasks."""

import math

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import learning_the_basis as lb


def test_principal_angles():
    rng = np.random.default_rng(0)
    basis = fs.random_trigonometric_basis(3, 3, 10, rng)
    x, w = basis.quadrature(2)
    true = basis.evaluate(x)
    np.testing.assert_allclose(
        lb.principal_cosines(true, true @ rng.normal(size=(3, 3)), w), 1, atol=1e-12
    )
    low = fs.FourierBasis(4).evaluate(x)  # frequencies 1, 2: orthogonal
    np.testing.assert_allclose(lb.principal_cosines(true, low, w), 0, atol=1e-12)
    # A tilt by a known angle in one direction; a spare function changes nothing.
    angle = 0.3
    tilted = true.copy()
    tilted[:, 2] = math.cos(angle) * true[:, 2] + math.sin(angle) * low[:, 0]
    learned = np.hstack([tilted @ rng.normal(size=(3, 3)), low[:, 1:2]])
    cosines = lb.principal_cosines(true, learned, w)
    np.testing.assert_allclose(cosines, [1, 1, math.cos(angle)], atol=1e-12)
    missed = lb.missed_variance(true, learned, w, [1.0, 0.8, 0.6])
    assert abs(missed - 0.6 * math.sin(angle) ** 2) < 1e-12
    assert np.array_equal(lb.principal_cosines(true, low[:, :1], w)[1:], [0, 0])


def test_prior_estimated_from_the_keys():
    rng = np.random.default_rng(0)
    basis = fs.WalshBasis(7)
    root = rng.normal(size=(7, 7)) / 3
    sigma = root @ root.T
    x, w = basis.quadrature()
    mixed = basis.evaluate(x) @ rng.normal(size=(7, 7))  # features in any scale and rotation
    W = lb.whitening_matrix(mixed, w)
    np.testing.assert_allclose((mixed @ W).T @ (w[:, None] * (mixed @ W)), np.eye(7), atol=1e-10)
    # Exact for a constant variance: feed keys whose second moment is A.
    level = np.trace(sigma) + 0.16
    root = np.linalg.cholesky((1 - 1 / 9) * sigma + level / 9 * np.eye(7))
    found = lb.estimated_covariance(math.sqrt(7) * root.T, level, prompt_length=9)
    np.testing.assert_allclose(found, sigma, atol=1e-10)
    narrow = lb.whitening_matrix(np.hstack([mixed, mixed[:, :2]]), w)
    assert narrow.shape == (9, 7)


TRUE = np.array([[1.0, 0.3], [-0.5, 1.0], [0.7, 1.1]])
SHARES, SIGNED = np.array([0.2, 0.5, 0.3]), np.array([0.8, -0.1, 0.3])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lb.principal_cosines(TRUE, TRUE[:2], SHARES), "learned must have 3 rows, got 2"),
        (lambda: lb.principal_cosines(TRUE, TRUE, SIGNED), "node_weights must be non-negative"),
        (
            lambda: lb.principal_cosines(TRUE @ np.ones((2, 2)), TRUE, SHARES),
            "true functions must be linearly independent",
        ),
        (
            lambda: lb.missed_variance(TRUE, TRUE[:2], SHARES, [1.0, 0.8]),
            "learned must have 3 rows, got 2",
        ),
        (
            lambda: lb.missed_variance(TRUE, TRUE, SIGNED, [1.0, 0.8]),
            "node_weights must be non-negative",
        ),
        (lambda: lb.whitening_matrix(TRUE, SIGNED), "node_weights must be non-negative"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        call()

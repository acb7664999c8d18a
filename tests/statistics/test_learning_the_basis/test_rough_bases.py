"""Rough functions, the risk feature by feature, and a basis learned by second moments."""

import math

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis import rough_bases as rb

NOISE = 0.4


def setting(size=3, n_generic=12):
    functions = rb.rough_basis(size, n_generic, 0.5, np.random.default_rng(2))
    nodes, weights = functions.quadrature(4)
    waves = fs.FourierBasis(n_generic).evaluate(nodes)
    return functions, nodes, weights, functions.evaluate(nodes), waves


@pytest.mark.claim("kns-rate-change")
@pytest.mark.parametrize("which", ["own", "waves"])
def test_the_risk_feature_by_feature_is_that_of_a_matrix(which):
    """By the moments of the chapter before, which know nothing of diagonals."""
    _, _, weights, f, waves = setting()
    variances, features = np.array([0.7, 0.2, 0.1]), {"own": f, "waves": waves}[which]
    moments = rb.feature_moments(features, f, weights, variances)
    full = ni.quadrature_moments(features, f, weights, variances, prompt_length=5, noise=NOISE)
    some = np.linspace(0.1, 0.9, features.shape[1])
    found = rb.diagonal_risk(moments, prompt_length=5, noise=NOISE, multipliers=some)
    assert found == pytest.approx(ni.moments_risk(full, np.diag(some)), rel=1e-12)
    best = rb.diagonal_risk(moments, prompt_length=5, noise=NOISE)
    for change in (0.99, 1.01):
        q = moments.signal
        second = 0.8 * q + 0.2 * (moments.load + NOISE**2)
        near = rb.diagonal_risk(
            moments, prompt_length=5, noise=NOISE, multipliers=change * q / second
        )
        assert near > best
    assert best > ni.optimal_risk(full) - 1e-12


@pytest.mark.claim("kns-rate-change")
def test_the_risk_on_prompts():
    functions, _, weights, f, waves = setting()
    variances = rb.task_variances(3, 1.0)
    moments = rb.feature_moments(waves, f, weights, variances)
    n, draws, rng = 6, 20000, np.random.default_rng(0)
    x = rng.random((draws, n + 1))
    psi = functions.evaluate(x.reshape(-1, 1)).reshape(draws, n + 1, 3)
    values = np.einsum("tik,tk->ti", psi, rng.standard_normal((draws, 3)) * np.sqrt(variances))
    y = values[:, :n] + NOISE * rng.standard_normal((draws, n))
    phi = fs.FourierBasis(12).evaluate(x.reshape(-1, 1)).reshape(draws, n + 1, 12)
    q = np.array([variances @ functions.matrix[:, k] ** 2 for k in range(12)])
    label = np.einsum("q,qk->k", weights * (f**2 @ variances + NOISE**2), waves**2)
    diagonal = q / ((1 - 1 / n) * q + label / n)
    answer = np.einsum("ti,tik,k,tk->t", y, phi[:, :n], diagonal, phi[:, n]) / n
    loss = (answer - values[:, n]) ** 2
    exact = rb.diagonal_risk(moments, prompt_length=n, noise=NOISE)
    assert abs(loss.mean() - exact) < 4 * loss.std() / math.sqrt(draws)


@pytest.mark.claim("kns-rate-change")
def test_rough_functions_are_orthonormal_and_rough():
    """Energy beyond frequency k falls like 1/k for smoothness 1/2: that of the first functions."""
    functions = rb.rough_basis(8, 2048, 0.5, np.random.default_rng(0))
    np.testing.assert_allclose(functions.matrix @ functions.matrix.T, np.eye(8), atol=1e-12)
    beyond = [np.mean(np.sum(functions.matrix[:, 2 * k :] ** 2, axis=1)) for k in (32, 128, 512)]
    assert 3 < beyond[0] / beyond[1] < 6
    smoother = rb.rough_basis(8, 2048, 1.0, np.random.default_rng(0))
    assert np.sum(smoother.matrix[:, 64:] ** 2) < np.sum(functions.matrix[:, 64:] ** 2) / 4
    np.testing.assert_allclose(rb.task_variances(3, 1.0), np.array([216, 27, 8]) / 251)


@pytest.mark.claim("kns-rate-change")
def test_slopes_on_other_bases():
    """At half the sizes and on other bases the two slopes are apart by about a sixth."""
    lengths = [512, 4096]
    waves = fs.FourierBasis(1024)
    nodes, weights = waves.quadrature(4)
    phi, variances, slopes = waves.evaluate(nodes), rb.task_variances(96, 1.0), []
    for seed in range(50, 54):
        psi = phi @ rb.rough_basis(96, 1024, 0.5, np.random.default_rng(seed)).matrix.T
        row = []
        for features in (psi, phi):
            m = rb.feature_moments(features, psi, weights, variances)
            ends = [rb.diagonal_risk(m, prompt_length=n, noise=0.1**0.5) for n in lengths]
            row.append(math.log(ends[1] / ends[0]) / math.log(8))
        slopes.append(row)
    own, generic = np.mean(slopes, axis=0)
    assert own == pytest.approx(-2 / 3, rel=0.05)
    assert generic == pytest.approx(-1 / 2, rel=0.08)


def test_second_moments_find_the_functions():
    _, _, weights, f, waves = setting(3, 8)
    variances = np.array([1.0, 0.6, 0.4])
    found = rb.pretrain(
        waves, f, variances, n_tasks=3000, prompt_length=40, noise=NOISE,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert len(found.variances) >= 3
    np.testing.assert_allclose(found.variances[:3], variances, atol=0.1)
    np.testing.assert_allclose(
        found.directions.T @ found.directions, np.eye(len(found.variances)), atol=1e-12
    )
    assert found.label_square == pytest.approx(2.0 + NOISE**2, rel=0.1)
    within = waves @ found.directions[:, :3]
    seen = np.linalg.svd((f * weights[:, None]).T @ within, compute_uv=False)
    assert seen.min() > 0.95
    lam = found.variances
    np.testing.assert_allclose(
        found.multipliers(10), lam / (0.9 * lam + found.label_square / 10), rtol=1e-12
    )
    np.testing.assert_allclose(found.multipliers(math.inf), 1.0)


def test_halves_of_prompts_one_after_another():
    """One prompt after another, with the same draws."""
    _, _, _, f, waves = setting(2, 4)
    variances, T, n = np.array([0.7, 0.3]), 5, 4
    found = rb.pretrain(
        waves, f, variances, n_tasks=T, prompt_length=n, noise=NOISE, rng=np.random.default_rng(3)
    )
    rng = np.random.default_rng(3)
    at = rng.integers(len(f), size=(T, n))
    beta = rng.standard_normal((T, 2)) * np.sqrt(variances)
    errors = NOISE * rng.standard_normal((T, n))
    second, squares = np.zeros((4, 4)), 0.0
    for t in range(T):
        y = f[at[t]] @ beta[t] + errors[t]
        left, right = (np.mean(y[h, None] * waves[at[t][h]], axis=0) for h in ([0, 1], [2, 3]))
        second += (np.outer(left, right) + np.outer(right, left)) / 2 / T
        squares += np.mean(y**2) / T
    values = np.linalg.eigvalsh(second)
    np.testing.assert_allclose(found.variances, values[values > -values[0]][::-1], rtol=1e-10)
    assert found.label_square == pytest.approx(squares)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"size": 0}, "size"),
        ({"n_generic": 7}, "n_generic"),
        ({"n_generic": 2}, "n_generic"),
        ({"tau": 0.0}, "tau"),
    ],
)
def test_bad_bases(wrong, named):
    with pytest.raises(ValueError, match=named):
        rb.rough_basis(
            **{"size": 3, "n_generic": 8, "tau": 0.5, "rng": np.random.default_rng(0), **wrong}
        )


def test_bad_prompts_and_features():
    _, _, weights, f, waves = setting()
    variances, rng = np.ones(3), np.random.default_rng(0)
    given = {"n_tasks": 4, "prompt_length": 4, "noise": 0.1, "rng": rng}
    assert len(rb.pretrain(waves, f, variances, **{**given, "prompt_length": 2}).directions)
    for name, value in (("prompt_length", 3), ("n_tasks", 0), ("noise", -1.0)):
        with pytest.raises(ValueError, match=name):
            rb.pretrain(waves, f, variances, **{**given, name: value})
    with pytest.raises(ValueError, match="features"):
        rb.feature_moments(2 * waves, f, weights, variances)
    moments = rb.feature_moments(waves, f, weights, variances)
    with pytest.raises(ValueError, match="multipliers"):
        rb.diagonal_risk(moments, prompt_length=4, noise=0.1, multipliers=[1.0])

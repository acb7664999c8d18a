"""V exactly, and the measured excess with its known fluctuations taken off."""

import itertools
import math

import numpy as np
import pytest

from iclnb.prompts import AttentionData
from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import pretraining

NOISE = 0.6
COVARIANCE = np.array([[1.1, 0.3, -0.2], [0.3, 0.7, 0.1], [-0.2, 0.1, 0.4]])


def given(f, query, gamma, inverse, cov):
    """E[e^2 z H^{-1} z] given inputs and query, by the joint law of S and e; z = S x phi_q."""
    n, N = len(f), len(gamma)
    phi, psi = f[:, :N], query[:N]
    S = phi.T @ (f @ cov @ f.T + NOISE**2 * np.eye(n)) @ phi / n**2
    to, with_query = gamma @ psi, phi.T @ f @ cov @ query / n
    common = with_query - S @ to
    error = query @ cov @ query + NOISE**2 - 2 * to @ with_query + to @ S @ to
    weight = np.einsum("kiln,i,n->kl", inverse, psi, psi)
    return np.trace(weight @ S) * error + 2 * common @ weight @ common


def diagonal_inverse(H, N):
    """The inverse of H = A o G as a tensor on the diagonal."""
    out = np.zeros((N,) * 4)
    inverse = np.linalg.inv(H)
    for j, k in itertools.product(range(N), repeat=2):
        out[j, j, k, k] = inverse[j, k]
    return out


def enumerated(functions, nodes, N, n, cov, diagonal):
    """V as the mean over all inputs and queries of a law of a few equal cells."""
    f = functions.evaluate(nodes)
    moments = ni.basis_moments(functions, cov, prompt_length=n, noise=NOISE, n_features=N)
    if diagonal:
        gamma = np.diag(ni.optimal_diagonal(moments))
        inverse = diagonal_inverse(moments.second * moments.query_gram, N)
    else:
        gamma = ni.optimal_gamma(moments)
        inverse = np.einsum(
            "kl,in->kiln", np.linalg.inv(moments.second), np.linalg.inv(moments.query_gram)
        )
    places = itertools.product(range(len(nodes)), repeat=n + 1)
    return np.mean([given(f[list(at[:-1])], f[at[-1]], gamma, inverse, cov) for at in places])


@pytest.mark.claim("kns-full-excess")
@pytest.mark.parametrize("diagonal", [False, True])
@pytest.mark.parametrize(("n", "cells"), [(1, 8), (2, 8), (3, 4), (4, 4), (5, 4)])
def test_V_by_enumeration(n, cells, diagonal):
    """Walsh functions are constant on cells; the covariance is full and the matrices are too."""
    functions = fs.WalshBasis(3)
    nodes = (np.arange(cells) + 0.5)[:, None] / cells
    mixed = fs.CombinedBasis(functions, np.array([[1, 0.5, 0], [0, 1, 0.3], [0.2, 0, 1]]))
    for basis in (functions, mixed):
        moments = ni.basis_moments(basis, COVARIANCE, prompt_length=n, noise=NOISE, n_features=2)
        found = pretraining.exact_sandwich(moments, basis, COVARIANCE, diagonal=diagonal)
        want = enumerated(basis, nodes, 2, n, COVARIANCE, diagonal)
        assert found == pytest.approx(want, rel=1e-10)


SETTING = pretraining.Pretraining(fs.CosineBasis(9), fs.power_law(9, 0.8), 5, NOISE, 4)


@pytest.mark.claim("kns-full-excess")
@pytest.mark.claim("kns-full-to-diagonal")
def test_V_by_sampling():
    found = pretraining.exact_leading(SETTING, 3)
    exact = SETTING.moments.truncate(3)
    data = SETTING.data(40000, seed=7)
    piece = data._replace(keys=data.keys[:, :3], queries=data.queries[:, :3])
    for value, diagonal in ((found.full, False), (found.diagonal, True)):
        sampled = ni.sandwich(exact, piece, diagonal=diagonal)
        assert abs(sampled.value - value) < 4 * sampled.error
        assert sampled.error < 0.05 * value
    sampled = pretraining.leading_excess(SETTING, data, 3)
    assert found[2:] == sampled[2:]


@pytest.mark.claim("kns-u-curve-bottom")
def test_predicted_risk_is_the_optimum_and_its_cost():
    found = pretraining.predicted_risk(SETTING, [2, 3], n_tasks=70)
    laws = [pretraining.exact_leading(SETTING, N) for N in (2, 3)]
    np.testing.assert_allclose(found, [law.best_full + law.full / 70 for law in laws], rtol=1e-12)
    data = SETTING.data(40000, seed=8)
    sampled = [pretraining.leading_excess(SETTING, data, N).full for N in (2, 3)]
    optimum = [ni.optimal_risk(SETTING.moments.truncate(N)) for N in (2, 3)]
    np.testing.assert_allclose((found - optimum) * 70, sampled, rtol=0.1)


def steady_by_sums(prompts, N, diagonal):
    """The definition, with explicit sums over tasks and dense matrices."""
    exact, cov = SETTING.moments.truncate(N), np.diag(SETTING.variances)
    data = pretraining.attention_data(prompts, SETTING.functions.truncate(N))
    gamma = np.diag(ni.optimal_diagonal(exact)) if diagonal else ni.optimal_gamma(exact)
    if diagonal:
        H = exact.second * exact.query_gram
        z = data.keys * data.queries
    else:
        H = np.kron(exact.second, exact.query_gram)
        z = np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(len(data.keys), -1)
    best = np.diag(gamma) if diagonal else gamma.ravel()
    fit = np.linalg.lstsq(z, data.query_label, rcond=None)[0]
    T, inverse = len(z), np.linalg.inv(H)
    e = data.query_label - z @ best
    total = T * (fit - best) @ H @ (fit - best)
    for t, u in itertools.permutations(range(T), 2):
        total -= e[t] * e[u] * (z[t] @ inverse @ z[u]) / T
    triple = 0.0
    for t, u, v in itertools.product(range(T), repeat=3):
        if not t == u == v:
            core = inverse @ (np.outer(z[v], z[v]) - H) @ inverse
            triple += e[t] * e[u] * (z[t] @ core @ z[u]) / T**2
    leverage = np.einsum("ti,ij,tj->t", z, inverse, z)
    total += 2 * triple - np.mean(e**2 * leverage)
    tensor = diagonal_inverse(H, N) if diagonal else inverse.reshape((N,) * 4)
    for X, at in zip(prompts.X, prompts.query):
        f, query = SETTING.functions.evaluate(X), SETTING.functions.evaluate(at[None])[0]
        total += given(f, query, gamma, tensor, cov) / T
    return total


@pytest.mark.claim("kns-diagonal-excess")
@pytest.mark.claim("kns-full-excess")
def test_steady_excess_by_its_sums():
    prompts = SETTING.prompts(24, seed=3)
    found = pretraining.steady_excess(SETTING, prompts, [2, 3])
    for i, N in enumerate((2, 3)):
        for j, diagonal in enumerate((False, True)):
            whole, first, second = (
                steady_by_sums(prompts.rows(rows), N, diagonal)
                for rows in (slice(None), slice(12), slice(12, None))
            )
            assert found[i, j] == pytest.approx(2 * whole - (first + second) / 2, rel=1e-8)
    with pytest.raises(ValueError, match="even"):
        pretraining.steady_excess(SETTING, prompts.rows(slice(3)), [2])


@pytest.mark.claim("kns-diagonal-excess")
def test_steady_excess_has_the_mean_of_the_excess():
    tasks, seeds = 2048, 24
    sets = [SETTING.prompts(tasks, seed=k) for k in range(seeds)]
    steady = np.array([pretraining.steady_excess(SETTING, p, [3])[0] for p in sets])
    exact = SETTING.moments.truncate(3)
    plain = []
    for p in sets:
        data = pretraining.attention_data(p, SETTING.functions.truncate(3))
        full = ni.moments_risk(exact, ni.fit_full(data).Gamma) - ni.optimal_risk(exact)
        best = ni.moments_risk(exact, ni.optimal_diagonal(exact))
        plain.append((full, ni.moments_risk(exact, ni.fit_diagonal(data).Gamma) - best))
    plain = tasks * np.array(plain)
    law = pretraining.exact_leading(SETTING, 3)
    for value, V in zip(steady.T, (law.full, law.diagonal)):
        assert abs(value.mean() / V - 1) < 4 * value.std() / V / math.sqrt(seeds)
    assert (steady.std(axis=0) < 0.5 * plain.std(axis=0)).all()
    # Within the spread of the plain mean.
    error = 4 * plain.std(axis=0) / math.sqrt(seeds)
    assert (np.abs(plain.mean(axis=0) - steady.mean(axis=0)) < error).all()


def test_a_piece_of_prompts_is_what_the_data_show():
    prompts, data = SETTING.prompts(6, seed=11), SETTING.data(6, seed=11)
    seen = pretraining.attention_data(prompts, SETTING.functions.truncate(4))
    for one, other in zip(seen, data):
        np.testing.assert_array_equal(one, other)
    assert isinstance(data, AttentionData)


def test_bad_input():
    exact = SETTING.moments
    with pytest.raises(ValueError, match="at most 3 features"):
        pretraining.exact_sandwich(exact, fs.CosineBasis(3), fs.power_law(3, 0.8))
    endless = exact.at(prompt_length=math.inf)
    with pytest.raises(ValueError, match="prompt_length"):
        pretraining.exact_sandwich(endless, SETTING.functions, SETTING.variances)
    with pytest.raises(ValueError, match="task_covariance"):
        pretraining.exact_sandwich(exact, SETTING.functions, [1.0])

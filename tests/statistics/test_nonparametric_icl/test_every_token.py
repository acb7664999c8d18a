"""Every token as a query: the exact V, the measured excess; and the bound by entropy."""

import itertools
import math

import numpy as np
import pytest

from iclnb.prompts import Prompts
from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import pretraining

NOISE = 0.6
COVARIANCE = np.array([[1.1, 0.3, -0.2], [0.3, 0.7, 0.1], [-0.2, 0.1, 0.4]])
SETTING = pretraining.Pretraining(fs.CosineBasis(9), fs.power_law(9, 0.8), 5, NOISE, 4)


def score_square(f, gamma, left, right, cov):
    """E |g|^2 in the norm of the inverse of A x G given all inputs, g from dense matrices."""
    tokens, N = len(f), len(gamma)
    phi, K = f[:, :N], f @ cov @ f.T + NOISE**2 * np.eye(tokens)
    # The score is a quadratic form in the labels for each entry: g = sum_q e_q S_q phi_q / tokens.
    forms = np.zeros((N, N, tokens, tokens))
    for q in range(tokens):
        key = phi.T / (tokens - 1)
        key[:, q] = 0
        error = np.eye(tokens)[q] - key.T @ gamma @ phi[q]
        forms += np.einsum("ki,l,j->klij", key, phi[q], error) / tokens
    forms = (forms + forms.transpose(0, 1, 3, 2)) / 2
    # Wick: E (y'My)(y'M'y) = tr MK tr M'K + 2 tr MKM'K.
    MK = forms @ K
    trace = np.trace(MK, axis1=2, axis2=3)
    both = np.einsum("klij,mnji->klmn", MK, MK)
    second = np.einsum("kl,mn->klmn", trace, trace) + 2 * both
    return np.einsum("klmn,km,ln->", second, left, right)


@pytest.mark.claim("kns-every-token")
@pytest.mark.parametrize(("n", "cells"), [(1, 8), (2, 4), (3, 4), (4, 4), (5, 2)])
def test_V_of_every_token_by_enumeration(n, cells):
    """Walsh functions are constant on cells; all prompts of a law of few cells."""
    functions = fs.WalshBasis(3 if cells > 2 else 1)
    cov = COVARIANCE[: functions.size, : functions.size]
    size = min(2, functions.size)
    bases = [functions]
    if functions.size == 3:
        mix = np.array([[1, 0.5, 0], [0, 1, 0.3], [0.2, 0, 1]])
        bases.append(fs.CombinedBasis(functions, mix))
    nodes = (np.arange(cells) + 0.5)[:, None] / cells
    for basis in bases:
        exact = ni.basis_moments(basis, cov, prompt_length=n, noise=NOISE, n_features=size)
        gamma = ni.optimal_gamma(exact)
        left, right = np.linalg.inv(exact.second), np.linalg.inv(exact.query_gram)
        f = basis.evaluate(nodes)
        places = itertools.product(range(cells), repeat=n + 1)
        want = np.mean([score_square(f[list(at)], gamma, left, right, cov) for at in places])
        found = pretraining.every_token_sandwich(exact, basis, cov)
        assert found == pytest.approx(want, rel=1e-10)


def test_one_token_more_than_none_is_one_query():
    """With uncorrelated scores V would be that of one query over n + 1; it is more."""
    one = pretraining.exact_leading(SETTING, 3).full
    every = pretraining.every_token_sandwich(
        SETTING.moments.truncate(3), SETTING.functions, SETTING.variances
    )
    assert one / 6 < every < one


def rows_by_hand(prompts, N):
    """Keys, queries, labels of every token, prompt by prompt."""
    keys, queries, labels = [], [], []
    for X, y, at, label in zip(*prompts[:4]):
        phi = SETTING.functions.evaluate(np.vstack([X, at]))[:, :N]
        y = np.append(y, label)
        for q in range(len(y)):
            rest = np.delete(np.arange(len(y)), q)
            keys.append(y[rest] @ phi[rest] / len(rest))
            queries.append(phi[q])
            labels.append(y[q])
    return np.array(keys), np.array(queries), np.array(labels)


def test_rows_of_every_token():
    prompts = SETTING.prompts(3, seed=5)
    data = pretraining.every_token_data(prompts, SETTING.functions.truncate(3))
    for found, want in zip(data[:3], rows_by_hand(prompts, 3)):
        np.testing.assert_allclose(found, want, atol=1e-14)
    one = pretraining.attention_data(prompts, SETTING.functions.truncate(3))
    for found, want in zip(data[:3], one[:3]):
        np.testing.assert_allclose(found[5::6], want, atol=1e-14)


@pytest.mark.claim("kns-entropy-bound")
def test_excess_of_prefixes_by_plain_fits():
    prompts, exact = SETTING.prompts(2500, seed=6), SETTING.moments.truncate(3)
    found = pretraining.prefix_excess(SETTING, prompts, 3, [30, 1100, 2500])
    for row, T in zip(found, (30, 1100, 2500)):
        part = prompts.rows(slice(T))
        sets = (
            pretraining.attention_data(part, SETTING.functions.truncate(3)),
            pretraining.every_token_data(part, SETTING.functions.truncate(3)),
        )
        for value, data in zip(row, sets):
            z = np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(len(data.keys), -1)
            fit = np.linalg.lstsq(z, data.query_label, rcond=None)[0].reshape(3, 3)
            want = ni.moments_risk(exact, fit) - ni.optimal_risk(exact)
            assert value == pytest.approx(want, rel=1e-7)


def steady_by_sums(prompts, N):
    """The definition, with explicit sums over tasks."""
    exact, cov = SETTING.moments.truncate(N), np.diag(SETTING.variances)
    gamma = ni.optimal_gamma(exact)
    inverse = np.linalg.inv(np.kron(exact.second, exact.query_gram))
    keys, queries, labels = rows_by_hand(prompts, N)
    T = len(prompts.y)
    z = np.einsum("tk,tl->tkl", keys, queries).reshape(T, -1, N * N)
    e = labels.reshape(T, -1) - z @ gamma.ravel()
    g = np.einsum("tq,tqp->tp", e, z) / e.shape[1]
    H = np.einsum("tqp,tqr->tpr", z, z) / e.shape[1]
    flat = z.reshape(-1, N * N)
    fit = np.linalg.lstsq(flat, labels, rcond=None)[0]
    total = T * (ni.moments_risk(exact, fit.reshape(N, N)) - ni.optimal_risk(exact))
    for t, u in itertools.permutations(range(T), 2):
        total -= g[t] @ inverse @ g[u] / T
    for t, u, v in itertools.product(range(T), repeat=3):
        if not t == u == v:
            core = inverse @ (H[v] - np.linalg.inv(inverse)) @ inverse
            total += 2 * g[t] @ core @ g[u] / T**2
    total -= np.mean([own @ inverse @ own for own in g])
    left, right = np.linalg.inv(exact.second), np.linalg.inv(exact.query_gram)
    for X, at in zip(prompts.X, prompts.query):
        f = SETTING.functions.evaluate(np.vstack([X, at]))
        total += score_square(f, gamma, left, right, cov) / T
    return total


@pytest.mark.claim("kns-every-token")
def test_steady_every_token_by_its_sums():
    prompts = SETTING.prompts(14, seed=3)
    found = pretraining.steady_every_token(SETTING, prompts, 2)
    parts = [steady_by_sums(prompts.rows(r), 2) for r in (slice(None), slice(7), slice(7, None))]
    assert found == pytest.approx(2 * parts[0] - (parts[1] + parts[2]) / 2, rel=1e-7)


def test_steady_every_token_has_the_mean_of_the_excess():
    tasks, seeds = 1024, 24
    law = pretraining.every_token_sandwich(
        SETTING.moments.truncate(3), SETTING.functions, SETTING.variances
    )
    sets = [SETTING.prompts(tasks, seed=k) for k in range(seeds)]
    steady = np.array([pretraining.steady_every_token(SETTING, p, 3) for p in sets]) / law
    plain = [pretraining.prefix_excess(SETTING, p, 3, [tasks])[0, 1] * tasks / law for p in sets]
    assert abs(steady.mean() - 1) < 4 * steady.std() / math.sqrt(seeds)
    assert steady.std() < np.std(plain)
    assert abs(np.mean(plain) - steady.mean()) < 4 * np.std(plain) / math.sqrt(seeds)


@pytest.mark.claim("kns-entropy-bound")
@pytest.mark.parametrize(("T", "N", "b", "R"), [(300, 3, 1.7, 2.5), (1, 1, 0.4, 60.0)])
def test_the_bound_term_by_term(T, N, b, R):
    """Cover, one centre, and the step from centres to the class, with the proof's constants."""
    D = b * R
    step, kappa = D / T, 0.5
    psi = (math.exp(kappa) - 1 - kappa) / kappa**2
    spread = 4 * (D + b) ** 2
    logs = N * N * math.log(1 + 2 * R / (step / b))
    proof = spread * logs / (kappa * (1 - kappa * psi) * T)
    proof += 2 * step * (D + b) * (1 + 1 / (1 - kappa * psi))
    found = pretraining.entropy_bound(T, N, label_bound=b, kernel_bound=R)
    assert proof <= found <= 1.1 * proof
    # Its order: entries, tasks.
    double = pretraining.entropy_bound(50 * T, 20 * N, label_bound=b, kernel_bound=R)
    again = pretraining.entropy_bound(50 * T, 40 * N, label_bound=b, kernel_bound=R)
    assert again / double == pytest.approx(4, rel=0.01)


@pytest.mark.claim("kns-entropy-bound")
def test_bounded_prompts():
    setting = pretraining.Pretraining(fs.WalshBasis(7), fs.power_law(7, 1.0), 4, NOISE, 3)
    prompts = pretraining.bounded_prompts(setting, 4000, seed=2)
    np.testing.assert_allclose(
        np.abs(prompts.tasks), np.sqrt(setting.variances)[None].repeat(4000, 0)
    )
    values = setting.functions.evaluate(prompts.X.reshape(-1, 1)).reshape(4000, 4, 7)
    off = prompts.y - np.einsum("tij,tj->ti", values, prompts.tasks)
    np.testing.assert_allclose(np.abs(off), NOISE)
    np.testing.assert_allclose(np.abs(prompts.query_label - prompts.target), NOISE)
    assert abs(np.mean(off)) < 4 * NOISE / math.sqrt(off.size)
    assert np.abs(prompts.tasks.mean(axis=0)).max() < 4 / math.sqrt(4000)
    data = pretraining.attention_data(prompts, setting.functions.truncate(3))
    assert np.abs(data.keys).max() <= np.sqrt(setting.variances).sum() + NOISE
    second = data.keys.T @ data.keys / 4000
    np.testing.assert_allclose(second, setting.moments.second, atol=0.08)


@pytest.mark.claim("kns-entropy-bound")
def test_size_of_a_kernel():
    features, Gamma = fs.WalshBasis(3), np.array([[1.0, 2, 0], [0, -1, 0.5], [0, 0, 3]])
    phi = features.evaluate((np.arange(4) + 0.5)[:, None] / 4)
    want = max(abs(u @ Gamma @ v) for u in phi for v in phi)
    assert pretraining.kernel_size(Gamma, features) == pytest.approx(want)


def test_bad_input():
    exact, prompts = SETTING.moments, SETTING.prompts(5, seed=0)
    with pytest.raises(ValueError, match="at most 3 features"):
        pretraining.every_token_sandwich(exact, fs.CosineBasis(3), fs.power_law(3, 0.8))
    with pytest.raises(ValueError, match="prompt_length"):
        pretraining.every_token_sandwich(
            exact.at(prompt_length=math.inf), SETTING.functions, SETTING.variances
        )
    with pytest.raises(ValueError, match="even"):
        pretraining.steady_every_token(SETTING, prompts, 2)
    assert pretraining.prefix_excess(SETTING, prompts, 1, [3, 4]).shape == (2, 2)
    with pytest.raises(ValueError, match="sizes"):
        pretraining.prefix_excess(SETTING, prompts, 1, [4, 4])
    for sizes in ([], [9, 7], [60], [4]):
        with pytest.raises(ValueError, match="sizes"):
            pretraining.prefix_excess(SETTING, prompts, 2, sizes)
    with pytest.raises(TypeError, match="query"):
        pretraining.every_token_data(Prompts(prompts.X, prompts.y), SETTING.functions)
    with pytest.raises(ValueError, match="label_bound"):
        pretraining.entropy_bound(5, 2, label_bound=-1.0, kernel_bound=1.0)
    full = pretraining.Pretraining(fs.CosineBasis(3), COVARIANCE, 2, 0.1, 2)
    with pytest.raises(ValueError, match="variances"):
        pretraining.bounded_prompts(full, 3, seed=0)

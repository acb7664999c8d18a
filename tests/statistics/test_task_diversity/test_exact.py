"""dMMSE, ridge, linear attention, Lu et al.'s curves: exact parts and their second routes."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2, norm

from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity.least_squares import solutions


def prompts(n_prompts=40, prompt_length=6, *, noise=0.5, d=3, pool=None, seed=0):
    names = ("task_rng", "input_rng", "noise_rng")
    streams = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    return td.sample_linear_prompts(
        n_prompts,
        prompt_length,
        noise=noise,
        d=None if pool is not None else d,
        pool=pool,
        **dict(zip(names, streams)),
    )


def test_prompts():
    data = prompts(noise=0.0)
    np.testing.assert_allclose(data.y, np.einsum("bnd,bd->bn", data.X, data.tasks))
    pool = td.sample_pool(5, 3, np.random.default_rng(1))
    same = prompts(pool=pool)
    assert all(any(np.array_equal(w, p) for p in pool) for w in same.tasks)
    # The inputs do not depend on the pool or the noise level.
    np.testing.assert_array_equal(same.X, data.X)


def test_dmmse_by_the_definition():
    data = prompts()
    pool = td.sample_pool(37, 3, np.random.default_rng(1))
    residual = data.y[:, None] - np.einsum("bnd,md->bmn", data.X, pool)
    weight = np.exp(-0.5 * np.sum(residual**2, axis=2) / 0.25)
    weight /= weight.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        td.pool_posterior(data.X, data.y, pool, noise=0.5), weight, atol=1e-12
    )
    for chunk in (1, 5, 4096):
        found = td.dmmse(data.X, data.y, pool, noise=0.5, chunk=chunk)
        np.testing.assert_allclose(found, weight @ pool, atol=1e-12)


def test_dmmse_survives_where_the_naive_form_underflows():
    data = prompts(noise=0.0)
    pool = 30.0 * td.sample_pool(200, 3, np.random.default_rng(1))
    naive = np.exp(
        -0.5
        * np.sum((data.y[:, None] - np.einsum("bnd,md->bmn", data.X, pool)) ** 2, axis=2)
        / 1e-4
    )
    assert np.all(naive.sum(axis=1) == 0)
    for chunk in (3, 4096):
        found = td.dmmse(data.X, data.y, pool, noise=1e-2, chunk=chunk)
        assert np.all(np.isfinite(found))
        # All weight on the most likely task.
        score = td.log_likelihoods(data.X, data.y, pool, noise=1e-2)
        np.testing.assert_allclose(found, pool[np.argmax(score, axis=1)], atol=1e-8)


def test_dmmse_of_a_fine_pool_is_ridge():
    data = prompts(n_prompts=5, prompt_length=3, d=1, noise=1.0)
    # The pool of quantiles of N(0, 1) stands in for the prior itself.
    pool = norm.ppf((np.arange(40000) + 0.5) / 40000)[:, None]
    found = td.dmmse(data.X, data.y, pool, noise=1.0)
    np.testing.assert_allclose(found, td.ridge(data.X, data.y, noise=1.0), atol=2e-3)


def test_ridge_and_prefixes():
    data = prompts()
    w = td.ridge(data.X, data.y, noise=0.5)
    for b in range(3):
        X, y = data.X[b], data.y[b]
        augmented = np.vstack([X, 0.5 * np.eye(3)])
        want = np.linalg.lstsq(augmented, np.concatenate([y, np.zeros(3)]), rcond=None)[0]
        np.testing.assert_allclose(w[b], want, atol=1e-12)
    pool = td.sample_pool(9, 3, np.random.default_rng(1))
    for p in (None, pool):
        found = td.prefix_predictions(data.X, data.y, noise=0.5, pool=p)
        for k in (1, 4):
            X, y = data.X[:, :k], data.y[:, :k]
            w = td.ridge(X, y, noise=0.5) if p is None else td.dmmse(X, y, p, noise=0.5)
            np.testing.assert_allclose(found[:, k], np.sum(w * data.X[:, k], axis=1))
        first = 0.0 if p is None else data.X[:, 0] @ pool.mean(axis=0)
        np.testing.assert_allclose(found[:, 0], first, atol=1e-14)
    a, b = np.ones((4, 5)), np.zeros((4, 5))
    assert td.prediction_distance(a, b, 2) == 0.5
    assert td.task_distance(2 * a, b) == 4.0


def test_each_rule_is_best_on_its_own_tasks():
    pool = td.sample_pool(8, 4, np.random.default_rng(3))
    own = td.dmmse_risk(pool, 10, noise=0.5, draws=2000, seed=0, own_pool=True)
    new = td.dmmse_risk(pool, 10, noise=0.5, draws=2000, seed=0, own_pool=False)
    ridge = td.ridge_risk(4, 10, noise=0.5, draws=2000, rng=np.random.default_rng(0))
    assert own.mean + 4 * own.error < ridge.mean < new.mean - 4 * new.error


def test_ridge_risk_three_ways():
    exact = td.ridge_risk(8, 16, noise=0.5, draws=20000, rng=np.random.default_rng(0))
    data = prompts(20000, 16, d=8, seed=5)
    loss = np.sum((td.ridge(data.X, data.y, noise=0.5) - data.tasks) ** 2, axis=1)
    error = math.hypot(exact.error, loss.std() / math.sqrt(len(loss)))
    assert abs(exact.mean - loss.mean()) < 4 * error
    assert abs(exact.mean - 0.26) < 0.005
    # d = 1: the Gram matrix is chi-square with n degrees of freedom.
    one = td.ridge_risk(1, 5, noise=0.7, draws=20000, rng=np.random.default_rng(0))
    want = quad(lambda q: 0.49 / (q + 0.49) * chi2.pdf(q, 5), 0, np.inf)[0]
    assert abs(one.mean - want) < 4 * one.error
    # The proportional limit.
    big = td.ridge_risk(200, 400, noise=0.5, draws=10, rng=np.random.default_rng(0))
    limit = td.ridge_risk_limit(200, 400, noise=0.5)
    assert abs(limit / (200 / (1 + 400 / (0.25 + limit))) - 1) < 1e-12
    assert abs(big.mean / limit - 1) < 0.02


def test_dmmse_risk_decreases_slowly_in_the_pool():
    risks = []
    for M in (1, 16, 256, 4096):
        pools = [td.sample_pool(M, 8, np.random.default_rng(s)) for s in range(4)]
        found = [
            td.dmmse_risk(p, 16, noise=0.5, draws=128, seed=s, own_pool=False).mean
            for s, p in enumerate(pools)
        ]
        risks.append(np.mean(found))
    assert np.all(np.diff(risks) < 0)
    assert risks[-1] > 4 * 0.26
    # M = 1: |w - w_1|^2 has mean 2 d = 16 over pools.
    values = [
        td.dmmse_risk(
            td.sample_pool(1, 8, np.random.default_rng(s)),
            16,
            noise=0.5,
            draws=200,
            seed=s,
            own_pool=False,
        ).mean
        for s in range(50)
    ]
    assert abs(np.mean(values) - 16) < 4 * np.std(values) / math.sqrt(50)


def test_linear_attention_against_sampling_and_its_published_values():
    identity = np.eye(8)
    best = td.attention_gamma(identity, 16, noise=0.5)
    assert abs(td.attention_risk(best, identity, 16, noise=0.5) - 2.93) < 0.01
    root = np.random.default_rng(0).normal(size=(3, 3))
    S = root @ root.T
    gamma = np.random.default_rng(1).normal(size=(3, 3))
    data = prompts(200000, 4, d=3, seed=7)
    tasks = data.tasks @ root.T
    labels = np.einsum("bnd,bd->bn", data.X, tasks)
    labels += 0.5 * np.random.default_rng(2).normal(size=labels.shape)
    key = np.einsum("bn,bnd->bd", labels, data.X) / 4
    A = td.key_second_moment(S, 4, noise=0.5)
    loss = np.sum((key @ gamma - tasks) ** 2, axis=1)
    assert abs(loss.mean() - td.attention_risk(gamma, S, 4, noise=0.5)) < 4 * loss.std() / 447
    other = np.eye(3)
    move = np.sum((key @ (gamma - other)) ** 2, axis=1) / 3
    found = td.attention_distance(gamma, other, S, 4, noise=0.5)
    assert abs(move.mean() - found) < 4 * move.std() / 447
    np.testing.assert_allclose(A @ td.attention_gamma(S, 4, noise=0.5), S, atol=1e-12)
    # It tends to its own limit, not to ridge.
    for M, low, high in ((4, 0.25, 0.45), (64, 0.008, 0.014)):
        values = []
        for seed in range(20):
            W = td.sample_pool(M, 8, np.random.default_rng(seed))
            tuned = td.attention_gamma(W.T @ W / M, 16, noise=0.5)
            values.append(td.attention_distance(tuned, best, identity, 16, noise=0.5))
        assert low < np.mean(values) < high


def test_lu_published_formula_values():
    table = {0.2: 1.0385, 0.5: 1.2611, 0.85: 3.179, 1.15: 3.668, 1.5: 1.6635, 2.0: 1.2340}
    for tau, value in table.items():
        assert abs(td.icl_error(tau, kappa=0.5, alpha=1.0, noise=0.1) - value) < 6e-4
    for kappa, value in ((1, 0.3390), (5, 0.2657), (10, 0.2653), (50, 0.2651)):
        assert abs(td.icl_error(100.0, kappa=kappa, alpha=100.0, noise=0.5) - value) < 6e-5
    far = td.icl_error(1e9, kappa=1e9, alpha=3.0, noise=0.2)
    assert abs(far - td.saturated_error(alpha=3.0, noise=0.2)) < 1e-7
    for kappa, x in ((0.3, 0.7), (5.0, 2.0)):
        m = td.resolvent(kappa, x)
        assert abs(x * m**2 / kappa + (x + 1 - 1 / kappa) * m - 1) < 1e-12
        assert m > 0


def test_lu_error_of_gamma_against_sampling():
    setting = td.LuSetting(6, 0.5, 0.5, 1.5, 0.3)
    gamma = np.random.default_rng(0).normal(size=(6, 7))
    rng = np.random.default_rng(1)
    tasks = td.sphere_tasks(100000, 6, rng)
    np.testing.assert_allclose(np.sum(tasks**2, axis=1), 6)
    data = td.sample_pretraining(setting, rng, tasks=tasks, n_prompts=100000)
    answer = np.einsum("ti,ij,tj->t", data.queries, gamma, data.keys)
    loss = (data.query_label - answer) ** 2
    error = loss.std() / math.sqrt(len(loss))
    assert abs(loss.mean() - td.new_task_error(gamma, setting)) < 4 * error


@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_ridgeless_against_dense(tau):
    setting = td.LuSetting(7, tau, 0.5, 1.0, 0.1)
    data = td.sample_pretraining(setting, np.random.default_rng(0))
    z = np.einsum("ti,tj->tij", data.queries, data.keys).reshape(len(data.query_label), -1)
    want = np.linalg.lstsq(z, data.query_label, rcond=None)[0].reshape(7, 8)
    np.testing.assert_allclose(td.ridgeless(data), want, atol=1e-7 * np.abs(want).max())


@pytest.mark.parametrize("penalty", [0.0, 0.2])
def test_conjugate_gradients_for_several_labels(penalty):
    """Against a dense solve, column by column; more prompts than are taken at a time."""
    setting = td.LuSetting(7, 4.0, 0.5, 1.0, 0.1)
    data = td.sample_pretraining(setting, np.random.default_rng(3))
    n = len(data.target)
    assert n > 128
    labels = np.column_stack([data.target, np.random.default_rng(4).standard_normal((n, 2))])
    labels = np.column_stack([labels, np.zeros(n)])  # a column that is done at once
    z = np.einsum("ti,tj->tij", data.queries, data.keys).reshape(n, -1)
    normal = z.T @ z / n + penalty / 7 * np.eye(56)
    want = np.linalg.solve(normal, z.T @ labels / n).T.reshape(-1, 7, 8)
    for dense_below in (0, 57):  # by conjugate gradients, by the normal matrix
        found = solutions(data.keys, data.queries, labels, penalty, dense_below=dense_below)
        np.testing.assert_allclose(found, want, atol=1e-8 * np.abs(want).max())


def test_conjugate_gradients_say_when_they_fail():
    twice = np.ones((20, 3))
    with pytest.raises(np.linalg.LinAlgError):
        solutions(twice, np.ones((20, 2)), np.arange(20.0)[:, None], 0.0, dense_below=0)


@pytest.mark.parametrize(
    ("tau", "seeds"), [(0.5, {18: 60, 26: 40, 36: 20}), (2.0, {20: 40, 28: 20, 36: 8})]
)
def test_simulation_tends_to_the_curve(tau, seeds):
    means, errors = [], []
    for d, count in seeds.items():
        setting = td.LuSetting(d, tau, 0.5, 1.0, 0.1)
        values = [
            td.simulated_errors(setting, np.random.default_rng([d, s])).new for s in range(count)
        ]
        means.append(np.mean(values))
        errors.append(np.std(values, ddof=1) / math.sqrt(count))
    result = td.extrapolate(list(seeds), means, errors)
    limit = td.icl_error(tau, kappa=0.5, alpha=1.0, noise=0.1)
    # Four standard errors, and 4 % for the neglected 1/d^2 (about c/d^2 with d near 20).
    allowed = 4 * result.error + 0.04 * limit
    assert abs(result.limit - limit) < allowed
    assert np.all(np.diff(means) < 0)
    wrong = td.icl_error(tau, kappa=0.5, alpha=3.0, noise=0.1)
    assert abs(result.limit - wrong) > allowed


def test_published_simulation_value():
    # Lu et al.'s stored run at d = 100, tau = .2: 1.0466 (the limit is 1.0385).
    setting = td.LuSetting(100, 0.2, 0.5, 1.0, 0.1)
    values = [td.simulated_errors(setting, np.random.default_rng(s)).new for s in range(2)]
    assert abs(np.mean(values) - 1.0466) < 0.02


def test_extrapolation_recovers_polynomials():
    d = np.array([10.0, 20.0, 40.0, 80.0])
    result = td.extrapolate(d, 2 + 3 / d, np.full(4, 0.1))
    assert abs(result.limit - 2) < 1e-12
    assert abs(result.slope - 3) < 1e-10
    result = td.extrapolate(d, 2 + 3 / d - 5 / d**2, np.full(4, 0.1), order=2)
    assert abs(result.limit - 2) < 1e-11
    # The propagated error is the spread of the fit.
    rng = np.random.default_rng(0)
    fits = [td.extrapolate(d, 2 + 3 / d + 0.1 * rng.normal(size=4), [0.1] * 4) for _ in range(2000)]
    assert abs(np.std([f.limit for f in fits]) / fits[0].error - 1) < 0.1


def test_bad_input():
    data = prompts(4)
    pool = td.sample_pool(5, 3, np.random.default_rng(0))
    X, y = data.X, data.y
    rng = np.random.default_rng(0)
    for call, message in (
        (lambda: td.dmmse(X, y, pool, noise=0.0), "noise"),
        (lambda: td.dmmse(X, y, pool[:, :2], noise=0.5), "pool"),
        (lambda: td.dmmse(X, y[:, :3], pool, noise=0.5), "y"),
        (lambda: td.dmmse(X, np.full_like(y, np.nan), pool, noise=0.5), "y"),
        (lambda: td.ridge(X[0], y, noise=0.5), "X"),
        (lambda: td.sample_pool(0, 3, rng), "n_tasks"),
        (lambda: prompts(0), "n_prompts"),
        (lambda: prompts(prompt_length=0), "prompt_length"),
        (lambda: prompts(noise=-1.0), "noise"),
        (lambda: prompts(d=None), "d"),
        (
            lambda: td.sample_linear_prompts(
                3, 4, noise=0.1, d=2, pool=pool, task_rng=rng, input_rng=rng, noise_rng=rng
            ),
            "d must be 3, that of the pool",
        ),
        (
            lambda: td.sample_pretraining(
                td.LuSetting(3, 2.2, 1.4, 1.8, 0.5), rng, tasks=pool[:, :2]
            ),
            "tasks must have 3 columns",
        ),
        (lambda: td.icl_error(1.0, kappa=1, alpha=1, noise=0), "tau"),
        (lambda: td.icl_error(-0.5, kappa=1, alpha=1, noise=0), "tau"),
        (lambda: td.icl_error(0.5, kappa=0, alpha=1, noise=0), "kappa"),
        (lambda: td.LuSetting(5, 1.0, 1.0, 1.0, -0.1), "noise"),
        (lambda: td.LuSetting(0, 1.0, 1.0, 1.0, 0.1), "d"),
        (lambda: td.new_task_error(np.eye(3), td.LuSetting(3, 1, 1, 1, 0.1)), "Gamma"),
        (lambda: td.extrapolate([1.0, 1.0], [1, 2], [1, 1]), "distinct"),
        (lambda: td.extrapolate([1.0, 2.0], [1, 2], [1, 0]), "errors"),
        (lambda: td.extrapolate([1.0, 2.0], [1, 2], [1, 1], order=2), "sizes"),
        (lambda: td.attention_gamma([[1.0, 2.0], [2.0, 1.0]], 5, noise=0.1), "semi-definite"),
        (lambda: td.attention_gamma(np.eye(2), 0, noise=0.1), "prompt_length"),
        (lambda: td.ridge_risk(3, 5, noise=0.1, draws=1, rng=rng), "draws"),
    ):
        with pytest.raises(ValueError, match=message):
            call()

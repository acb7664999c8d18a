"""Closed laws, Bayes, smoothers and softmax attention."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni

NOISE = math.sqrt(0.1)


@pytest.mark.parametrize("s", [0.5, 1.0, 2.0, 3.0])
def test_infinite_sum_against_brute_force(s):
    lam = fs.power_law(10**6, s)
    tail = fs.power_tail(10**6, s)
    for m, kappa in ((0.0, 1.0), (0.5, 2.0), (30.0, 0.01), (1e4, 1.3)):
        brute = np.sum(lam * kappa / (m * lam + kappa)) + tail
        assert abs(ni.shrinkage_sum(m, kappa, s) / brute - 1) < 1e-9


def test_flat_risk_against_brute_force_and_its_truncation():
    for s in (1.0, 2.0):
        trace = fs.power_tail(0, s)
        tau = trace + 0.1
        lam = fs.power_law(200000, s)
        for n in (1.0, 1.0001, 2.0, 100.0, 1e5):
            brute = np.sum(lam * (tau - lam) / (n * lam + tau - lam))
            brute += fs.power_tail(200000, s)
            assert abs(ni.flat_risk(n, s, NOISE) / brute - 1) < 1e-8
        for n in (10, 1000):
            values = [ni.flat_risk(n, s, NOISE, n_features=N) for N in range(1, 30)]
            assert np.all(np.diff(values[:20]) < 0)
            assert values[20] > ni.flat_risk(n, s, NOISE)


def test_published_optimal_risks():
    table = {
        1.0: [0.049269, 0.0125869, 0.00292154, 0.000650724],
        2.0: [0.0140277, 0.00311666, 0.000586964, 0.000102401],
    }
    for s, values in table.items():
        for n, value in zip((1e2, 1e3, 1e4, 1e5), values):
            assert abs(ni.flat_risk(n, s, NOISE) / value - 1) < 1e-5


def test_two_term_law():
    for s in (1.0, 2.0):
        errors = [ni.two_term_law(n, s, NOISE) / ni.flat_risk(n, s, NOISE) - 1 for n in (1e3, 1e5)]
        assert abs(errors[0]) < 2.1e-3
        assert abs(errors[1]) < 2.1e-5
        p = 2 * s + 1
        assert abs(ni.rate_constant(s) - quad(lambda u, p=p: 1 / (1 + u**p), 0, np.inf)[0]) < 1e-7


def test_slopes_are_not_asymptotic_at_feasible_n():
    def slope(f, low, high):
        return math.log(f(high) / f(low)) / math.log(high / low)

    for s, early, late, bayes in ((1.0, -0.626, -0.663, -0.672), (2.0, -0.712, -0.784, -0.790)):
        assert abs(slope(lambda n, s=s: ni.flat_risk(n, s, NOISE), 1e2, 1e5) - early) < 1e-3
        assert abs(slope(lambda n, s=s: ni.flat_risk(n, s, NOISE), 1e5, 1e8) - late) < 1e-3
        found = slope(lambda n, s=s: ni.sollich_power_law(n, s, NOISE), 1e2, 1e5)
        assert abs(found - bayes) < 1e-3


def test_best_number_of_features_for_the_identity():
    assert [ni.identity_best_features(10**k, 1.0, NOISE) for k in (2, 3, 4, 5)] == [4, 9, 19, 42]
    assert [ni.identity_best_features(10**k, 2.0, NOISE) for k in (2, 3, 4, 5)] == [2, 3, 6, 9]
    for s in (1.0, 2.0):
        risks = [ni.identity_risk(N, 1000, s, NOISE) for N in range(1, 60)]
        assert 1 + int(np.argmin(risks)) == ni.identity_best_features(1000, s, NOISE)
        lam = fs.power_law(6, s)
        moments = ni.flat_moments(lam, fs.power_tail(0, s), prompt_length=1000, noise=NOISE)
        assert abs(ni.moments_risk(moments, np.eye(6)) - risks[5]) < 1e-14


def test_ratio_to_bayes():
    limits = [ni.attention_to_bayes_limit(s, NOISE) for s in (1.0, 2.0)]
    np.testing.assert_allclose(limits, [5.53, 6.99], atol=0.005)
    ratio = [ni.flat_risk(n, 1.0, NOISE) / ni.sollich_power_law(n, 1.0, NOISE) for n in (1e1, 1e5)]
    np.testing.assert_allclose(ratio, [2.17, 5.40], atol=0.01)
    far = ni.flat_risk(1e12, 1.0, NOISE) / ni.sollich_power_law(1e12, 1.0, NOISE)
    assert abs(far / limits[0] - 1) < 1e-3


def test_posterior_by_two_routes():
    rng = np.random.default_rng(0)
    phi, y = rng.normal(size=(6, 4)), rng.normal(size=6)
    root = rng.normal(size=(4, 4))
    for sigma in (np.array([1.0, 0.5, 0.2, 0.1]), root @ root.T):
        full = np.diag(sigma) if sigma.ndim == 1 else sigma
        result = ni.posterior(phi, y, sigma, noise=0.3)
        precision = np.linalg.inv(full) + phi.T @ phi / 0.09
        np.testing.assert_allclose(result.covariance, np.linalg.inv(precision), atol=1e-11)
        ridge = ni.ridge_coefficients(phi, y, 0.09 / 6 * np.linalg.inv(full))
        np.testing.assert_allclose(result.mean, ridge, atol=1e-11)
        weights = ni.kernel_ridge_weights(
            phi @ full @ phi.T, np.eye(4) @ full @ phi.T, penalty=0.09 / 6
        )
        np.testing.assert_allclose(weights @ y, result.mean, atol=1e-11)
    # A singular prior never leaves its range.
    result = ni.posterior(phi, y, [1.0, 1.0, 0.0, 0.0], noise=0.3)
    assert np.all(result.mean[2:] == 0)


def test_bayes_between_its_bounds():
    basis, lam = fs.FourierBasis(60), fs.paired_power_law(30, 1.0)
    for n in (4, 32):
        bayes = ni.bayes_risk(
            basis, lam, prompt_length=n, noise=NOISE, draws=200, rng=np.random.default_rng(n)
        )
        assert ni.jensen_bound(lam, prompt_length=n, noise=NOISE) < bayes.mean - 4 * bayes.error
        best = ni.optimal_risk(ni.flat_moments(lam, lam.sum(), prompt_length=n, noise=NOISE))
        assert bayes.mean + 4 * bayes.error < best
        if n == 32:
            sollich = ni.sollich_risk(lam, prompt_length=n, noise=NOISE)
            assert abs(sollich / bayes.mean - 1) < 0.1


def test_sollich_solves_its_equation_and_is_no_bound():
    lam = fs.power_law(500, 1.0)
    eps = ni.sollich_risk(lam, prompt_length=50, noise=NOISE, tail=0.01)
    kappa = 0.1 + eps
    assert abs(0.01 + np.sum(lam * kappa / (50 * lam + kappa)) - eps) < 1e-13
    finite = ni.sollich_risk(fs.power_law(100000, 2.0), prompt_length=80, noise=NOISE)
    assert abs(finite / ni.sollich_power_law(80, 2.0, NOISE) - 1) < 1e-10
    # At s = 3, n = 4 the fixed point (.0410) lies above the exact Bayes risk (.0330) and even above
    # the best linear attention (.0345): an approximation, on either side.
    sollich, best = ni.sollich_power_law(4, 3.0, NOISE), ni.flat_risk(4, 3.0, NOISE)
    assert abs(sollich - 0.0410) < 5e-5
    assert abs(best - 0.0345) < 5e-5
    bayes = ni.bayes_risk(
        fs.WalshBasis(15),
        fs.power_law(15, 3.0),
        prompt_length=4,
        noise=NOISE,
        draws=4000,
        rng=np.random.default_rng(0),
    )
    assert abs(bayes.mean - 0.0330) < 4 * bayes.error + 5e-5
    assert abs(ni.jensen_power_law(100, 1.0, NOISE) - 0.01159) < 1e-5


def test_smoother_risk_against_sampling_and_against_exact_laws():
    rng = np.random.default_rng(3)
    f, g, w = rng.normal(size=(5, 3)), rng.normal(size=(2, 3)), rng.normal(size=(2, 5))
    root = rng.normal(size=(3, 3))
    exact = ni.smoother_risk(w, f, g, root @ root.T, noise=0.5)
    beta = rng.normal(size=(200000, 3)) @ root.T
    labels = beta @ f.T + 0.5 * rng.normal(size=(200000, 5))
    loss = (labels @ w.T - beta @ g.T) ** 2
    assert np.all(np.abs(loss.mean(0) - exact) < 4 * loss.std(0) / math.sqrt(200000))

    basis, lam = fs.FourierBasis(12), fs.paired_power_law(6, 1.0)
    moments = ni.flat_moments(lam, lam.sum(), prompt_length=8, noise=NOISE)
    gamma = ni.optimal_gamma(moments)

    def attention(x, q):
        return ni.linear_attention_weights(basis.evaluate(x), basis.evaluate(q), gamma)

    def bayes(x, q):
        phi = basis.evaluate(x) * lam
        return ni.kernel_ridge_weights(
            phi @ basis.evaluate(x).T, basis.evaluate(q) @ phi.T, penalty=0.1 / len(x)
        )

    settings = {"prompt_length": 8, "noise": NOISE, "draws": 300, "n_queries": 10}
    got = ni.mean_smoother_risk(attention, basis, lam, rng=np.random.default_rng(0), **settings)
    assert abs(got.mean - ni.optimal_risk(moments)) < 4 * got.error
    best = ni.mean_smoother_risk(bayes, basis, lam, rng=np.random.default_rng(0), **settings)
    other = ni.bayes_risk(
        basis, lam, prompt_length=8, noise=NOISE, draws=300, rng=np.random.default_rng(1)
    )
    assert abs(best.mean - other.mean) < 4 * math.hypot(best.error, other.error)
    assert best.mean < got.mean


@pytest.mark.parametrize("n", [1, 2, 3, 20])
def test_softmax_risk_against_sampling(n):
    lam = fs.power_law(12, 1.0) / 2
    a = np.array([1.5, 0.6, -0.3])
    setting = ni.StationarySetting(lam, n, NOISE, n_nodes=64)
    basis = fs.FourierBasis(24)
    exact = ni.softmax_risk(setting, a)

    def weights(x, q):
        return ni.softmax_weights(ni.cosine_scores(a, x[:, 0] - q))

    got = ni.mean_smoother_risk(
        weights,
        basis,
        np.repeat(lam, 2),
        prompt_length=n,
        noise=NOISE,
        draws=1500,
        n_queries=4,
        rng=np.random.default_rng(n),
    )
    assert abs(got.mean - exact) < 4 * got.error
    finer = ni.StationarySetting(lam, n, NOISE, n_nodes=128, log_step=0.06)
    assert abs(ni.softmax_risk(finer, a) / exact - 1) < 1e-9
    gradient = ni.softmax_risk_gradient(setting, a)
    numeric = [
        (ni.softmax_risk(setting, a + 1e-5 * e) - ni.softmax_risk(setting, a - 1e-5 * e)) / 2e-5
        for e in np.eye(3)
    ]
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)


def test_uniform_softmax_is_the_mean():
    lam = fs.power_law(6, 1.0) / 2
    setting = ni.StationarySetting(lam, 7, 0.5, n_nodes=32)
    variance = 2 * lam.sum()
    # Equal weights: R = C(0) + (C(0) + sigma^2)/n, since no function has a mean.
    want = variance + (variance + 0.25) / 7
    assert abs(ni.softmax_risk(setting, np.zeros(2)) - want) < 1e-10
    assert abs(ni.softmax_risk_of_scores(setting, np.full(32, 3.0)) - want) < 1e-10


def test_trained_softmax_overtakes_linear_attention():
    lam = fs.power_law(60, 1.0) / 2
    pairs = np.repeat(lam, 2)
    start = None
    for n, wins in ((4, False), (128, True)):
        trained = ni.train_softmax(ni.StationarySetting(lam, n, NOISE, n_nodes=128), start=start)
        linear = ni.optimal_risk(ni.flat_moments(pairs, pairs.sum(), prompt_length=n, noise=NOISE))
        assert (trained.risk < linear) == wins
        assert trained.risk > ni.jensen_bound(pairs, prompt_length=n, noise=NOISE)
        start = trained.coefficients


def test_bad_input():
    with pytest.raises(ValueError, match="prompt_length must"):
        ni.flat_risk(0.5, 1.0, 0.1)
    with pytest.raises(ValueError, match="s must"):
        fs.power_law(3, 0.0)
    with pytest.raises(ValueError, match="noise"):
        ni.posterior(np.eye(2), [1.0, 1.0], [1.0, 1.0], noise=0.0)
    with pytest.raises(ValueError, match="semi-definite"):
        ni.posterior(np.eye(2), [1.0, 1.0], [1.0, -1.0], noise=0.1)
    with pytest.raises(ValueError, match="prompt_length"):
        ni.StationarySetting(np.ones(2), 0, 0.1)
    with pytest.raises(ValueError, match="n_nodes"):
        ni.StationarySetting(np.ones(20), 3, 0.1, n_nodes=32)
    with pytest.raises(ValueError, match="coefficients"):
        ni.train_softmax(ni.StationarySetting(np.ones(2), 3, 0.1, n_nodes=16), n_coefficients=8)
    setting = ni.StationarySetting(np.ones(2), 3, 0.1, n_nodes=16)
    with pytest.raises(ValueError, match="scores must have 16 entries, got 15"):
        ni.softmax_risk_of_scores(setting, np.ones(15))
    with pytest.raises(ValueError, match="start must have 3 entries, got 2"):
        ni.train_softmax(setting, n_coefficients=3, start=[1.0, 0.5])
    with pytest.raises(ValueError, match=r"cross must have 3 columns, got shape \(4, 2\)"):
        ni.kernel_ridge_weights(np.eye(3), np.ones((4, 2)), penalty=0.1)
    with pytest.raises(ValueError, match="draws"):
        ni.bayes_risk(
            fs.CosineBasis(2),
            [1, 1],
            prompt_length=2,
            noise=0.1,
            draws=1,
            rng=np.random.default_rng(0),
        )
    with pytest.raises(TypeError, match="rng"):
        ni.bayes_risk(fs.CosineBasis(2), [1, 1], prompt_length=2, noise=0.1, draws=2, rng=0)

"""The exact risk: Monte Carlo, quadrature and random search as second routes."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni

NOISE = math.sqrt(0.1)


def streams(seed):
    return {
        f"{name}_rng": np.random.default_rng(child)
        for name, child in zip(("task", "input", "noise"), np.random.SeedSequence(seed).spawn(3))
    }


def z_score(moments, gamma, data):
    loss = (data.answers(gamma) - data.target) ** 2
    error = loss.std(ddof=1) / math.sqrt(len(loss))
    return (loss.mean() - ni.moments_risk(moments, gamma)) / error


FAMILIES = [
    (fs.CosineBasis(10), fs.power_law(10, 1.0)),
    (fs.FourierBasis(10), fs.paired_power_law(5, 1.0)),
    (fs.WalshBasis(10), fs.power_law(10, 1.0)),
    (fs.SplineBasis(2, 3), 0.5 ** np.arange(10.0) + 0.1 * np.ones((10, 10)) * np.eye(10)),
]


@pytest.mark.claim("kns-exact-risk")
@pytest.mark.parametrize(("functions", "sigma"), FAMILIES, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("context", [1, 4, 32])
def test_risk_against_sampled_prompts(functions, sigma, context):
    if sigma.ndim == 2:
        sigma = sigma @ sigma.T  # a full covariance
    moments = ni.basis_moments(functions, sigma, prompt_length=context, noise=NOISE, n_features=4)
    prompts = ni.sample_function_prompts(
        functions, sigma, n_tasks=20000, prompt_length=context, noise=NOISE, **streams(1)
    )
    data = ni.attention_data(prompts, functions.truncate(4))
    random = np.random.default_rng(0).normal(size=(4, 4))
    for gamma in (ni.optimal_gamma(moments), np.eye(4), ni.optimal_diagonal(moments), random):
        assert abs(z_score(moments, gamma, data)) < 4


def test_different_key_and_query_features():
    functions, keys, queries = fs.CosineBasis(8), fs.SplineBasis(2, 1), fs.LegendreBasis(3)
    nodes, weights = fs.SplineBasis(20, 3).quadrature(3)
    sigma = fs.power_law(8, 0.7)
    moments = ni.quadrature_moments(
        keys.evaluate(nodes),
        functions.evaluate(nodes),
        weights,
        sigma,
        prompt_length=5,
        noise=0.4,
        queries=queries.evaluate(nodes),
    )
    prompts = ni.sample_function_prompts(
        functions, sigma, n_tasks=20000, prompt_length=5, noise=0.4, **streams(2)
    )
    data = ni.attention_data(prompts, keys, queries)
    for gamma in (ni.optimal_gamma(moments), np.random.default_rng(1).normal(size=(4, 3))):
        assert abs(z_score(moments, gamma, data)) < 4


@pytest.mark.claim("kns-optimal-gamma")
def test_optimum_is_the_minimum():
    sigma = np.random.default_rng(0).normal(size=(7, 7))
    sigma = sigma @ sigma.T
    moments = ni.basis_moments(
        fs.SplineBasis(3, 2), sigma, prompt_length=6, noise=0.3, n_features=5
    )
    best = ni.optimal_gamma(moments)
    gradient = moments.second @ best @ moments.query_gram - moments.cross
    assert np.abs(gradient).max() < 1e-10
    assert abs(ni.optimal_risk(moments) - ni.moments_risk(moments, best)) < 1e-10
    found = minimize(lambda d: ni.moments_risk(moments, d), np.zeros(5), tol=1e-12)
    diagonal = ni.optimal_diagonal(moments)
    assert ni.moments_risk(moments, diagonal) <= found.fun + 1e-12
    assert abs(found.fun - ni.moments_risk(moments, diagonal)) < 1e-7
    assert not np.allclose(best, best.T)


def test_orthonormal_diagonal_formula():
    moments = ni.cosine_moments(
        fs.power_law(12, 1.0), fs.power_tail(0, 1.0), prompt_length=9, noise=NOISE
    )
    want = np.diag(moments.cross) / np.diag(moments.second)
    np.testing.assert_allclose(ni.optimal_diagonal(moments), want, rtol=1e-12)


def test_cosine_closed_form_against_quadrature():
    lam = fs.power_law(20, 1.3)
    exact = ni.cosine_moments(lam, lam.sum(), prompt_length=7, noise=0.2)
    other = ni.basis_moments(fs.CosineBasis(20), lam, prompt_length=7, noise=0.2)
    for name in ("cross", "mean_second", "load", "key_gram", "query_gram", "second"):
        np.testing.assert_allclose(getattr(exact, name), getattr(other, name), atol=1e-12)
    assert abs(exact.variance - other.variance) < 1e-13
    # Unlisted functions as a constant-variance tail: exact for Walsh functions.
    lam = fs.power_law(15, 1.0)
    walsh = ni.basis_moments(fs.WalshBasis(15), lam, prompt_length=7, noise=0.2, n_features=5)
    short = ni.basis_moments(
        fs.WalshBasis(5), lam[:5], prompt_length=7, noise=0.2, tail=float(lam[5:].sum())
    )
    np.testing.assert_allclose(walsh.second, short.second, atol=1e-13)
    assert abs(walsh.variance - short.variance) < 1e-13


@pytest.mark.claim("kns-flat-optimum")
@pytest.mark.parametrize("basis", [fs.WalshBasis(15), fs.FourierBasis(14)])
def test_flat_families(basis):
    lam = fs.paired_power_law(7, 1.0) if basis.size == 14 else fs.power_law(15, 1.0)
    exact = ni.flat_moments(lam, lam.sum(), prompt_length=11, noise=NOISE)
    other = ni.basis_moments(basis, lam, prompt_length=11, noise=NOISE)
    np.testing.assert_allclose(exact.second, other.second, atol=1e-12)
    tau = lam.sum() + 0.1
    c = tau - lam
    assert abs(ni.optimal_risk(other) - np.sum(lam * c / (11 * lam + c))) < 1e-13


def test_unequal_pairs_are_not_flat():
    lam = fs.power_law(14, 1.0)
    load = ni.basis_moments(fs.FourierBasis(14), lam, prompt_length=11, noise=NOISE).load
    off = np.abs(load - np.diag(np.diag(load))).max()
    assert 0.2 < off < 0.5


def test_load_ratios():
    for basis, lam, want in (
        (fs.CosineBasis(256), fs.power_law(256, 1.0), 1.00),
        (fs.CosineBasis(4), fs.power_law(4, 1.0), 1.12),
    ):
        moments = ni.cosine_moments(lam, fs.power_tail(0, 1.0), prompt_length=1, noise=0.0)
        ratio = np.trace(moments.load) / (basis.size * fs.power_tail(0, 1.0))
        assert abs(ratio - want) < 0.005
    # Legendre polynomials, r = 1: the load stays above N tr Sigma.
    for size, want in ((4, 1.65), (64, 1.56)):
        basis = fs.LegendreBasis(size, constant=False)
        lam = fs.power_law(size, 1.0)
        moments = ni.basis_moments(basis, lam, prompt_length=1, noise=0.0)
        assert abs(np.trace(moments.load) / (size * lam.sum()) - want) < 0.05


def test_risk_terms_add_up_and_keep_their_bounds():
    for s in (1.0, 2.0):
        for n in (10, 300):
            for N in (2, 7, 20):
                lam, trace = fs.power_law(N, s), fs.power_tail(0, s)
                moments = ni.cosine_moments(lam, trace, prompt_length=n, noise=NOISE)
                gamma = ni.kns_gamma(moments.query_gram, lam, prompt_length=n)
                np.testing.assert_allclose(gamma, np.diag(1 / (1 + 1 / (n * lam))), atol=1e-12)
                terms = ni.risk_terms(moments, gamma)
                assert abs(sum(terms[:4]) - terms.total) < 1e-12
                assert abs(terms.total - ni.moments_risk(moments, gamma)) < 1e-14
                assert abs(terms.approximation - fs.power_tail(N, s)) < 1e-12
                assert abs(terms.shrinkage - np.sum(lam / (1 + n * lam) ** 2)) < 1e-12
                g = np.diag(gamma)
                assert abs(terms.noise - 0.1 / n * np.sum(g**2)) < 1e-14
                rates = ni.proposition_terms(N, n, s=s, r=0.5, noise=NOISE)
                assert terms.shrinkage <= rates.shrinkage_bound / 4
                assert terms.noise <= rates.noise_bound
                assert terms.approximation <= rates.approximation / (2 * s)


def test_proposition_display():
    terms = ni.proposition_terms(8, 50, s=1.5, r=1.0, noise=0.3, feature_error=0.01)
    log = math.log(8)
    want = 64 / 50 * log + 8**4 / 2500 * log**2 + 8 / 50 + 8**-3 + 64e-8 + 512e-4
    assert abs(terms.total - want) < 1e-12
    with pytest.raises(ValueError, match="r must"):
        ni.proposition_terms(8, 50, s=1.5, r=0.4, noise=0.3)


def test_best_kernel_never_loses():
    functions = fs.random_trigonometric_basis(3, 3, 10, np.random.default_rng(4))
    sigma = np.array([1.0, 0.8, 0.6])
    nodes, weights = fs.FourierBasis(2 * 60).quadrature(4)  # f/w is no polynomial: a fine rule
    f = functions.evaluate(nodes)
    keys = ni.best_key_features(f, sigma, noise=NOISE)
    plain = ni.quadrature_moments(f, f, weights, sigma, prompt_length=32, noise=NOISE)
    best = ni.quadrature_moments(keys, f, weights, sigma, prompt_length=32, noise=NOISE, queries=f)
    # Key second moment by its own formula: A = (1 - 1/n) H Sigma H + H/n.
    H = keys.T @ (weights[:, None] * f)
    want = (1 - 1 / 32) * H @ np.diag(sigma) @ H + H / 32
    np.testing.assert_allclose(best.second, want, atol=1e-12)
    assert ni.optimal_risk(best) < 0.8 * ni.optimal_risk(plain)
    H_inverse = np.linalg.inv(H)
    gap = plain.load + 0.1 * plain.key_gram - H_inverse
    assert np.linalg.eigvalsh(gap)[0] > 0
    # No other kernel does better: random changes of the keys.
    rng = np.random.default_rng(0)
    for _ in range(5):
        other = keys + 0.05 * rng.normal(size=(1, 3)) * np.cos(2 * np.pi * nodes * rng.integers(9))
        worse = ni.quadrature_moments(
            other, f, weights, sigma, prompt_length=32, noise=NOISE, queries=f
        )
        assert ni.optimal_risk(worse) > ni.optimal_risk(best)
    # With a constant task variance nothing is gained.
    walsh = fs.WalshBasis(7)
    x, w = walsh.quadrature()
    g = walsh.evaluate(x)
    lam = fs.power_law(7, 1.0)
    a = ni.quadrature_moments(g, g, w, lam, prompt_length=5, noise=NOISE)
    k = ni.best_key_features(g, lam, noise=NOISE)
    b = ni.quadrature_moments(k, g, w, lam, prompt_length=5, noise=NOISE, queries=g)
    assert abs(ni.optimal_risk(a) - ni.optimal_risk(b)) < 1e-14


def test_best_kernel_gain_on_cosines():
    lam = fs.power_law(200, 2.0)
    basis = fs.CosineBasis(200)
    nodes, weights = basis.quadrature(4)
    f = basis.evaluate(nodes)
    keys = ni.best_key_features(f, lam, noise=NOISE)
    best = ni.quadrature_moments(keys, f, weights, lam, prompt_length=100, noise=NOISE, queries=f)
    plain = ni.cosine_moments(lam, lam.sum(), prompt_length=100, noise=NOISE)
    assert abs(ni.optimal_risk(plain) / 0.01534 - 1) < 1e-3
    assert abs(ni.optimal_risk(best) / 0.01241 - 1) < 1e-3


def test_bad_input():
    lam = fs.power_law(4, 1.0)
    good = {"prompt_length": 5, "noise": 0.1}
    for context in (0, -1, 2.5, math.nan):
        with pytest.raises((ValueError, TypeError), match="prompt_length"):
            ni.flat_moments(lam, 2.0, prompt_length=context, noise=0.1)
    with pytest.raises(ValueError, match="noise"):
        ni.flat_moments(lam, 2.0, prompt_length=5, noise=-0.1)
    with pytest.raises(ValueError, match="trace"):
        ni.flat_moments(lam, 0.5, **good)
    with pytest.raises(ValueError, match="positive semi-definite"):
        ni.basis_moments(fs.CosineBasis(2), [1.0, -0.1], **good)
    with pytest.raises(ValueError, match="positive semi-definite"):
        ni.basis_moments(fs.CosineBasis(2), [[1.0, 2.0], [2.0, 1.0]], **good)
    with pytest.raises(ValueError, match="symmetric"):
        ni.basis_moments(fs.CosineBasis(2), [[1.0, 0.2], [0.0, 1.0]], **good)
    with pytest.raises(ValueError, match="features"):
        ni.basis_moments(fs.CosineBasis(2), [1.0, 1.0], n_features=3, **good)
    moments = ni.flat_moments(lam, 2.0, **good)
    with pytest.raises(ValueError, match="Gamma"):
        ni.moments_risk(moments, np.eye(3))
    with pytest.raises(ValueError, match="size"):
        moments.truncate(5)
    with pytest.raises(ValueError, match="weights"):
        ni.quadrature_moments(np.eye(3), np.eye(3), [0.5, 0.5, 0.5], np.ones(3), **good)
    keys, values = np.random.default_rng(0).normal(size=(2, 4, 3))
    wide = ni.quadrature_moments(
        keys, values[:, :2], [0.1, 0.2, 0.3, 0.4], [1.0, 0.5], queries=values[:, :2], **good
    )
    with pytest.raises(ValueError, match="moments must have as many keys as queries"):
        ni.optimal_diagonal(wide)
    for kwargs in ({"keys": keys[:3]}, {"keys": keys, "queries": keys[:3]}):
        with pytest.raises(ValueError, match="keys, queries and functions must have one row"):
            ni.quadrature_moments(
                function_values=values, node_weights=np.full(4, 0.25),
                task_covariance=np.ones(3), **kwargs, **good,
            )  # fmt: skip
    with pytest.raises(
        ValueError, match=r"label variance v \+ noise\^2 must be positive at every point"
    ):
        ni.best_key_features([[0.0, 0.0], [1.0, 2.0]], [1.0, 0.5], noise=0.0)
    with pytest.raises(ValueError, match="Gamma must have 4 entries on its diagonal"):
        ni.moments_risk(moments, np.ones(3))
    with pytest.raises(ValueError, match="weight"):
        ni.kns_gamma(np.eye(4), lam, prompt_length=5, prior_weight=0.0)

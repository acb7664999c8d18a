"""The claims of the chapter by other routes than its certificates."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import pretraining
from iclnb.statistics.nonparametric_icl.risk import decomposition, slide_rates
from iclnb.statistics.nonparametric_icl.rivals import comparison

NOISE = math.sqrt(0.1)


@pytest.mark.claim("kns-proposition-terms")
@pytest.mark.claim("kns-plug-in")
@pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("n", [1, 30, 5000])
def test_terms_against_the_matrices(s, n):
    sizes = [1, 3, 17]
    for weight in (1.0, 0.1, 1.7):
        curves = decomposition.risk_curves(
            sizes, prompt_length=n, s=s, noise=NOISE, prior_weight=weight
        )
        for i, N in enumerate(sizes):
            lam, trace = fs.power_law(N, s), fs.power_tail(0, s)
            moments = ni.flat_moments(lam, trace, prompt_length=n, noise=NOISE)
            gamma = ni.kns_gamma(np.eye(N), lam, prompt_length=n, prior_weight=weight)
            terms = ni.risk_terms(moments, gamma)
            got = [curves.approximation, curves.shrinkage, curves.fluctuation, curves.noise]
            np.testing.assert_allclose([g[i] for g in got], terms[:4], atol=1e-12)
            assert abs(curves.total[i] - terms.total) < 1e-12
            assert abs(curves.optimum[i] - ni.optimal_risk(moments)) < 1e-12
            assert abs(curves.identity[i] - ni.identity_risk(N, n, s, NOISE)) < 1e-12
            if weight == 1.0:
                assert terms.shrinkage <= N / (4 * n)
                assert terms.noise <= 0.1 * N / n
                rates = ni.proposition_terms(N, n, s=s, r=0.5, noise=NOISE)
                assert terms.approximation <= rates.approximation / (2 * s)


@pytest.mark.claim("kns-plug-in")
def test_plug_in_by_its_first_order_condition():
    """The best g_j is n lambda/(n lambda + tau - lambda): c = tau up to the variance itself."""
    s, n, N = 1.5, 1e5, 200
    tau = fs.power_tail(0, s) + 0.49
    lam = fs.power_law(N, s)
    moments = ni.flat_moments(lam, fs.power_tail(0, s), prompt_length=n, noise=0.7)
    best = n * lam / (n * lam + tau - lam)
    np.testing.assert_allclose(ni.optimal_diagonal(moments), best, rtol=1e-12)
    loss = {
        c: decomposition.risk_curves([N], prompt_length=n, s=s, noise=0.7, prior_weight=c).total[0]
        for c in (0.5 * tau, tau, 2 * tau)
    }
    assert loss[tau] < min(loss[0.5 * tau], loss[2 * tau])
    assert loss[tau] / ni.optimal_risk(moments) - 1 < 1e-4


@pytest.mark.claim("kns-two-terms")
@pytest.mark.parametrize("s", [1.0, 2.0, 3.0])
def test_second_term_by_itself(s):
    """n (first term - exact) tends to tau/2 + tr Sigma."""
    trace = fs.power_tail(0, s)
    want = (trace + 0.1) / 2 + trace
    got = [n * (ni.leading_law(n, s, NOISE) - ni.flat_risk(n, s, NOISE)) for n in (1e3, 1e5)]
    assert abs(got[1] / want - 1) < abs(got[0] / want - 1) < 0.05
    assert abs(got[1] / want - 1) < 1e-3


@pytest.mark.claim("kns-rate")
@pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
def test_rate_by_truncation(s):
    """With Gamma = I and its best N, found by search, the risk has the exponent too."""
    risks = []
    for n in (10**5, 10**8):
        tau = fs.power_tail(0, s) + 0.1
        top = math.floor(2 * ((n + 1) / tau) ** (1 / (2 * s + 1)))
        lam = fs.power_law(top, s)
        all_sizes = fs.power_tail(0, s) - np.cumsum(lam) + np.cumsum(tau - lam) / n
        assert np.argmin(all_sizes) + 1 == ni.identity_best_features(n, s, NOISE)
        risks.append(all_sizes.min())
    slope = math.log(risks[1] / risks[0]) / math.log(10**3)
    assert abs(slope + ni.minimax_exponent(s)) < 0.02


@pytest.mark.claim("kns-bayes-factor")
def test_factor_by_the_integral_constant():
    """Both risks have the constant c_p; only the level under the root differs."""
    for s in (1.0, 2.0):
        p, level = 2 * s + 1, 0.1
        exponent = 2 * s / p
        bayes = ni.rate_constant(s) * (level / 1e14) ** exponent
        assert abs(ni.jensen_power_law(1e14, s, NOISE) / bayes - 1) < 1e-3
        linear = ni.rate_constant(s) * ((fs.power_tail(0, s) + level) / 1e14) ** exponent
        assert abs(linear / bayes / ni.attention_to_bayes_limit(s, NOISE) - 1) < 1e-12


@pytest.mark.claim("kns-softmax-closer")
def test_softmax_against_linear_on_the_same_inputs():
    lam = fs.power_law(20, 1.0) / 2
    basis, pairs, n = fs.FourierBasis(40), np.repeat(lam, 2), 32
    table = comparison.compare_attention(lam, [8, 16, n], noise=NOISE, n_coefficients=8, n_nodes=64)
    trained = ni.train_softmax(ni.StationarySetting(lam, n, NOISE, n_nodes=64), n_coefficients=8)
    gamma = ni.optimal_gamma(ni.flat_moments(pairs, pairs.sum(), prompt_length=n, noise=NOISE))

    def softmax(x, q):
        return ni.softmax_weights(ni.cosine_scores(trained.coefficients, x[:, 0] - q))

    def linear(x, q):
        return ni.linear_attention_weights(basis.evaluate(x), basis.evaluate(q), gamma)

    settings = {"prompt_length": n, "noise": NOISE, "draws": 400, "n_queries": 8}
    got = [
        ni.mean_smoother_risk(way, basis, pairs, rng=np.random.default_rng(0), **settings)
        for way in (softmax, linear)
    ]
    assert got[0].mean + 4 * got[0].error < got[1].mean - 4 * got[1].error
    assert abs(got[0].mean - table.softmax[-1]) < 4 * got[0].error + 1e-3 * got[0].mean
    assert abs(got[1].mean - table.linear[-1]) < 4 * got[1].error
    assert np.all(table.jensen < table.bayes)
    assert np.all(table.bayes < table.softmax)


@pytest.mark.claim("kns-scarce-printed")
@pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
def test_scarce_rate_by_the_derivative(s):
    """2 s N^{-2s-1} = 2 N/T has the root N = (s T)^{1/(2s+2)}."""
    for T in (1e3, 1e7):
        root = brentq(lambda N, T=T: s * N ** (-2 * s - 1) - N / T, 1e-3, 1e6, xtol=1e-12)
        assert abs(root / (s * T) ** (1 / (2 * s + 2)) - 1) < 1e-9
        assert abs(slide_rates.scarce_features(T, s) / root - 1) < 1e-6
    found = slide_rates.scarce_estimation_exponent(s)
    assert abs(found - 1 / (2 * s + 2)) < 1e-8
    assert abs(found - 2 / (2 * s + 2)) > 0.1
    # At T = n^{(2s+2)/(2s+1)} both choices of N agree, and so do the right terms.
    n = 1e6
    T = n ** ((2 * s + 2) / (2 * s + 1))
    terms = slide_rates.bound_terms(T ** (1 / (2 * s + 2)), prompt_length=n, n_tasks=T, s=s)
    assert abs(terms.estimation / n ** (-2 * s / (2 * s + 1)) - 1) < 1e-9
    assert abs(terms.pretraining / terms.approximation - 1) < 1e-9
    with pytest.raises(ValueError, match="high"):
        slide_rates.scarce_estimation_exponent(1.0, low=10.0, high=1.0)


SETTING = pretraining.Pretraining(fs.CosineBasis(24), fs.power_law(24, 1.0), 16, NOISE, 16)


@pytest.mark.claim("kns-full-to-diagonal")
def test_leading_terms_grow_as_the_square_and_as_the_first_power():
    """V/p of both kinds is the residual variance up to a factor that hardly depends on N."""
    data = SETTING.data(8192, seed=1)
    laws = {N: pretraining.leading_excess(SETTING, data, N) for N in (4, 8, 16)}
    for N, law in laws.items():
        assert 1.0 < law.full / ((0.1 + law.best_full) * N**2) < 1.6
        assert 1.0 < law.diagonal / ((0.1 + law.best_diagonal) * N) < 1.9
    assert 1.6 < laws[16].full / laws[16].diagonal / (laws[8].full / laws[8].diagonal) < 2.4


@pytest.mark.claim("kns-u-curve-bottom")
def test_predicted_risk_against_the_mean_of_fits():
    sizes, tasks = [1, 2, 4, 6, 8, 10], 1024
    law = pretraining.predicted_risk(SETTING, sizes, n_tasks=tasks)
    draws = [SETTING.data(tasks, seed=k) for k in range(8)]
    curve = pretraining.median_curve(SETTING, draws, sizes, n_tasks=tasks)
    np.testing.assert_allclose(curve.risk[:5], law[:5], rtol=0.15)
    assert abs(int(np.argmin(curve.risk)) - int(np.argmin(law))) <= 1
    small = pretraining.predicted_risk(SETTING, sizes, n_tasks=64)
    assert np.argmin(small) < np.argmin(law)
    with pytest.raises(ValueError, match="tasks"):
        pretraining.prefix(draws[0], tasks + 1)


@pytest.mark.claim("kns-memorisation")
@pytest.mark.claim("kns-peak")
def test_interpolation_threshold():
    setting = pretraining.Pretraining(fs.CosineBasis(24), fs.power_law(24, 1.0), 64, NOISE, 16)
    draws = [setting.data(144, seed=k) for k in range(5)]
    curve = pretraining.median_curve(setting, draws, [4, 8, 11, 12, 14, 16], n_tasks=144)
    assert np.all(curve.train[:3] > 1e-3)
    assert np.all(curve.train[3:] < 1e-9)
    assert np.argmax(curve.risk) == 3
    assert curve.risk[3] > 10 > curve.risk[-1]
    plain = pretraining.median_curve(setting, draws, [12], n_tasks=144, diagonal=True)
    assert plain.risk[0] < 1
    assert plain.train[0] > 1e-2


def test_bad_input():
    with pytest.raises(ValueError, match="sizes"):
        decomposition.risk_curves([], prompt_length=5, s=1.0, noise=0.1)
    with pytest.raises(ValueError, match="prompt_length"):
        decomposition.risk_curves([2], prompt_length=0.5, s=1.0, noise=0.1)
    with pytest.raises(ValueError, match="weight"):
        decomposition.risk_curves([2], prompt_length=5, s=1.0, noise=0.1, prior_weight=0.0)
    with pytest.raises(ValueError, match="prompt_lengths"):
        comparison.compare_attention([0.5], [], noise=0.1)
    with pytest.raises(ValueError, match="semi-definite"):
        pretraining.Pretraining(fs.CosineBasis(2), np.array([1.0, -1.0]), 4, 0.1, 2)
    with pytest.raises(ValueError, match="features"):
        slide_rates.bound_terms(0.0, prompt_length=1.0, n_tasks=1.0, s=1.0)

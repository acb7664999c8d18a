"""The claims of the chapter by other routes than its certificates."""

import math

import numpy as np
import pytest
from scipy.interpolate import BSpline
from scipy.optimize import brentq

from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import (
    comparison,
    cosine_products,
    decomposition,
    pretraining,
    readouts,
    slide_rates,
)

NOISE = math.sqrt(0.1)


@pytest.mark.claim("kns-proposition-terms")
@pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("n", [1, 30, 5000])
def test_terms_against_the_matrices(s, n):
    sizes = [1, 3, 17]
    for weight in (1.0, 0.1, 1.7):
        curves = decomposition.risk_curves(sizes, context=n, s=s, noise=NOISE, weight=weight)
        for i, N in enumerate(sizes):
            lam, trace = ni.power_law(N, s), ni.power_tail(0, s)
            moments = ni.flat_moments(lam, trace, context=n, noise=NOISE)
            gamma = ni.kns_gamma(np.eye(N), lam, context=n, weight=weight)
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
    tau = ni.power_tail(0, s) + 0.49
    lam = ni.power_law(N, s)
    moments = ni.flat_moments(lam, ni.power_tail(0, s), context=n, noise=0.7)
    best = n * lam / (n * lam + tau - lam)
    np.testing.assert_allclose(ni.optimal_diagonal(moments), best, rtol=1e-12)
    loss = {
        c: decomposition.risk_curves([N], context=n, s=s, noise=0.7, weight=c).total[0]
        for c in (0.5 * tau, tau, 2 * tau)
    }
    assert loss[tau] < min(loss[0.5 * tau], loss[2 * tau])
    assert loss[tau] / ni.optimal_risk(moments) - 1 < 1e-4


@pytest.mark.claim("kns-two-terms")
@pytest.mark.parametrize("s", [1.0, 2.0, 3.0])
def test_second_term_by_itself(s):
    """n (first term - exact) tends to tau/2 + tr Sigma."""
    trace = ni.power_tail(0, s)
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
        tau = ni.power_tail(0, s) + 0.1
        top = math.floor(2 * ((n + 1) / tau) ** (1 / (2 * s + 1)))
        lam = ni.power_law(top, s)
        all_sizes = ni.power_tail(0, s) - np.cumsum(lam) + np.cumsum(tau - lam) / n
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
        linear = ni.rate_constant(s) * ((ni.power_tail(0, s) + level) / 1e14) ** exponent
        assert abs(linear / bayes / ni.attention_to_bayes_limit(s, NOISE) - 1) < 1e-12


@pytest.mark.claim("kns-softmax-closer")
def test_softmax_against_linear_on_the_same_inputs():
    lam = ni.power_law(20, 1.0) / 2
    basis, pairs, n = ni.FourierBasis(40), np.repeat(lam, 2), 32
    table = comparison.compare_attention(lam, [8, 16, n], noise=NOISE, coefficients=8, grid=64)
    trained = ni.train_softmax(ni.StationarySetting(lam, n, NOISE, grid=64), coefficients=8)
    gamma = ni.optimal_gamma(ni.flat_moments(pairs, pairs.sum(), context=n, noise=NOISE))

    def softmax(x, q):
        return ni.softmax_weights(ni.cosine_scores(trained.coefficients, x[:, 0] - q))

    def linear(x, q):
        return ni.linear_attention_weights(basis.evaluate(x), basis.evaluate(q), gamma)

    settings = {"context": n, "noise": NOISE, "draws": 400, "queries": 8}
    got = [
        ni.mean_smoother_risk(way, basis, pairs, rng=np.random.default_rng(0), **settings)
        for way in (softmax, linear)
    ]
    assert got[0].mean + 4 * got[0].error < got[1].mean - 4 * got[1].error
    assert abs(got[0].mean - table.softmax[-1]) < 4 * got[0].error + 1e-3 * got[0].mean
    assert abs(got[1].mean - table.linear[-1]) < 4 * got[1].error
    assert np.all(table.jensen < table.bayes)
    assert np.all(table.bayes < table.softmax)


@pytest.mark.claim("kns-best-keys")
def test_best_keys_on_sampled_prompts():
    """Keys f/w by hand, on prompts; the true basis with its best Gamma has a third more risk."""
    functions = ni.random_trigonometric_basis(3, 3, 10, np.random.default_rng(4))
    sigma = np.array([1.0, 0.8, 0.6])
    x, weights = ni.FourierBasis(120).quadrature(4)
    f = functions.evaluate(x)
    keys = ni.best_key_features(f, sigma, noise=NOISE)
    best = ni.quadrature_moments(keys, f, weights, sigma, context=32, noise=NOISE, queries=f)
    plain = ni.quadrature_moments(f, f, weights, sigma, context=32, noise=NOISE)
    gamma = ni.optimal_gamma(best)
    rngs = [np.random.default_rng(k) for k in range(3)]
    prompts = ni.sample_prompts(
        functions,
        sigma,
        tasks=20000,
        context=32,
        noise=NOISE,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), rngs)),
    )
    values = functions.evaluate(prompts.inputs.reshape(-1, 1))
    w = values**2 @ sigma + 0.1
    S = np.einsum("ti,tik->tk", prompts.labels, (values / w[:, None]).reshape(20000, 32, 3)) / 32
    loss = (
        np.einsum("tk,tk->t", S @ gamma, functions.evaluate(prompts.query)) - prompts.target
    ) ** 2
    assert abs(loss.mean() - ni.optimal_risk(best)) < 4 * loss.std() / math.sqrt(20000)
    assert ni.optimal_risk(best) < 0.75 * ni.optimal_risk(plain)


@pytest.mark.claim("kns-refinement-printed")
def test_refinement_by_scipy():
    for m in (1, 2, 3, 4):
        element = BSpline.basis_element(np.arange(m + 2), extrapolate=False)

        def spline(x, element=element):
            return np.nan_to_num(element(x))

        x = np.linspace(-2, m + 3, 1001) + 1e-9
        right = sum(math.comb(m + 1, k) * spline(2 * x - k) for k in range(m + 2)) / 2**m
        np.testing.assert_allclose(right, spline(x), atol=1e-12)
        printed = sum(math.comb(m, r) * spline(2 * x - r + m / 2) for r in range(m + 1)) * 2 ** (
            1 - m
        )
        assert np.abs(printed - spline(x)).max() > 0.4


@pytest.mark.claim("kns-near-orthonormal")
def test_gram_range_by_the_symbol():
    """Inner shifts: eigenvalues of the banded Toeplitz matrix lie in the range of its symbol."""
    theta = np.linspace(0, np.pi, 721)
    for m, lowest in ((1, 1 / 3), (2, 2 / 15), (3, 17 / 315)):
        overlaps = [ni.cardinal_bspline(m + 1 + k, 2 * m + 1) for k in range(-m, m + 1)]
        symbol = sum(g * np.cos(k * theta) for k, g in zip(range(-m, m + 1), overlaps))
        assert abs(symbol.min() - lowest) < 1e-12
        gram = ni.SplineBasis(m, 6).gram()
        inner = np.linalg.eigvalsh(gram[m:-m, m:-m])
        assert lowest - 1e-12 < inner[0]
        assert inner[-1] < 1 + 1e-12
        whole = [ni.gram_eigenvalues(ni.SplineBasis(m, a))[0] for a in (5, 6, 7)]
        assert np.ptp(whole) < 1e-3 * whole[0]


@pytest.mark.claim("kns-anisotropic-count")
def test_anisotropic_count_in_closed_form():
    for a in ((1, 2, 3, 4), (1, 1), (0.5, 3)):
        for G in (0, 1, 5, 12):
            want = math.prod(2 ** (math.floor(G / ai + 1e-9) + 1) - 1 for ai in a)
            assert ni.function_count(a, G, mixed=False) == want
    assert abs(ni.rate_exponent((1, 2, 3, 4), mixed=False) - 12 / 25) < 1e-15


@pytest.mark.claim("kns-product-printed")
def test_products_of_cosines():
    x = np.random.default_rng(0).random((200000, 4))
    used = [3, 0, 0, 0]
    printed = cosine_products.cosine_product(x, used, as_printed=True)
    right = cosine_products.cosine_product(x, used)
    np.testing.assert_allclose(printed, 2**1.5 * right)
    assert abs(np.mean(right**2) - 1) < 0.01
    # The corrected product is a function of the basis; a sine has the phase one.
    basis = ni.FourierBasis(7, constant=True)
    np.testing.assert_allclose(right, basis.evaluate(x[:, 0])[:, 5], atol=1e-12)
    sine = cosine_products.cosine_product(x[:, :1], [2], [1.0])
    np.testing.assert_allclose(sine, basis.evaluate(x[:, 0])[:, 4], atol=1e-12)
    # All frequencies positive: successive products stay at distance sqrt 2.
    steps = [cosine_products.cosine_product(x[:, :d], [1] * d) for d in (1, 2)]
    assert abs(np.mean((steps[1] - steps[0]) ** 2) - 2) < 0.03
    assert cosine_products.product_norm([0]) == 1.0
    with pytest.raises(ValueError, match="frequencies"):
        cosine_products.product_norm([-1])
    with pytest.raises(ValueError, match="phases"):
        cosine_products.cosine_product(x, used, [0.0])


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
    terms = slide_rates.bound_terms(T ** (1 / (2 * s + 2)), context=n, tasks=T, s=s)
    assert abs(terms.estimation / n ** (-2 * s / (2 * s + 1)) - 1) < 1e-9
    assert abs(terms.pretraining / terms.approximation - 1) < 1e-9
    with pytest.raises(ValueError, match="high"):
        slide_rates.scarce_estimation_exponent(1.0, low=10.0, high=1.0)


SETTING = pretraining.Pretraining(ni.CosineBasis(24), ni.power_law(24, 1.0), 16, NOISE, 16)


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
    fresh = SETTING.data(8192, seed=99)
    law = pretraining.predicted_risk(SETTING, fresh, sizes, tasks=tasks)
    draws = [SETTING.data(tasks, seed=k) for k in range(8)]
    curve = pretraining.median_curve(SETTING, draws, sizes, tasks=tasks)
    np.testing.assert_allclose(curve.risk[:5], law[:5], rtol=0.15)
    assert abs(int(np.argmin(curve.risk)) - int(np.argmin(law))) <= 1
    small = pretraining.predicted_risk(SETTING, fresh, sizes, tasks=64)
    assert np.argmin(small) < np.argmin(law)
    with pytest.raises(ValueError, match="tasks"):
        pretraining.prefix(fresh, 8193)


@pytest.mark.claim("kns-diagonal-excess")
def test_excesses_are_those_of_the_fits():
    data = SETTING.data(600, seed=3)
    exact = SETTING.moments.truncate(5)
    piece = ni.AttentionData(data.keys[:, :5], data.queries[:, :5], data.labels, data.targets)
    design = piece.keys * piece.queries
    gamma = np.linalg.lstsq(design, piece.labels, rcond=None)[0]
    want = ni.population_risk(exact, gamma)
    want -= ni.population_risk(exact, ni.optimal_diagonal(exact))
    assert abs(pretraining.diagonal_excess(SETTING, data, 5) - want) < 1e-10
    both = pretraining.measured_excess(SETTING, data, 5)
    full = ni.population_risk(exact, ni.fit_conjugate(piece).gamma) - ni.optimal_risk(exact)
    assert abs(both.full - full) < 1e-9
    assert both.diagonal == pretraining.diagonal_excess(SETTING, data, 5)
    # 24 seeds against V/T.
    leading = pretraining.leading_excess(SETTING, SETTING.data(8192, seed=4), 8).diagonal
    runs = [
        pretraining.diagonal_excess(SETTING, SETTING.data(2048, seed=50 + k), 8) for k in range(24)
    ]
    ratio = 2048 * np.array(runs) / leading
    assert abs(ratio.mean() - 1) < 4 * ratio.std(ddof=1) / math.sqrt(24) + 0.05


@pytest.mark.claim("kns-memorisation")
@pytest.mark.claim("kns-peak")
def test_interpolation_threshold():
    setting = pretraining.Pretraining(ni.CosineBasis(24), ni.power_law(24, 1.0), 64, NOISE, 16)
    draws = [setting.data(144, seed=k) for k in range(5)]
    curve = pretraining.median_curve(setting, draws, [4, 8, 11, 12, 14, 16], tasks=144)
    assert np.all(curve.train[:3] > 1e-3)
    assert np.all(curve.train[3:] < 1e-9)
    assert np.argmax(curve.risk) == 3
    assert curve.risk[3] > 10 > curve.risk[-1]
    plain = pretraining.median_curve(setting, draws, [12], tasks=144, diagonal=True)
    assert plain.risk[0] < 1
    assert plain.train[0] > 1e-2


@pytest.mark.claim("kns-learned-basis")
def test_readouts():
    """A readout of the true span is nearly Bayes; outside the span there is a floor."""
    basis = ni.random_trigonometric_basis(3, 3, 10, np.random.default_rng(0))
    sigma = np.array([1.0, 0.8, 0.6])
    x, w = basis.quadrature(4)
    rngs = map(np.random.default_rng, range(3))
    prompts = ni.sample_prompts(
        basis,
        sigma,
        tasks=512,
        context=32,
        noise=NOISE,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), rngs)),
    )
    mix = np.random.default_rng(5).normal(size=(3, 3))

    def risk(way, n):
        settings = {"noise": NOISE, "draws": 60, "queries": 20}
        rng = np.random.default_rng(n)
        return readouts.readout_risk(way, basis, sigma, context=n, rng=rng, **settings)

    same = readouts.pretrained_readout(
        lambda v: basis.evaluate(v) @ mix, prompts, x, w, noise=NOISE
    )
    bayes = readouts.Readout(basis.evaluate, sigma, 0.1)
    scratch = readouts.scratch_readout(ni.FourierBasis(40), variance=2.4, noise=NOISE)
    assert 1.0 <= risk(same, 32).mean / risk(bayes, 32).mean < 1.1
    assert risk(scratch, 32).mean > 10 * risk(same, 32).mean
    # One of three directions missing: no prompt removes its variance.
    lame = readouts.pretrained_readout(
        lambda v: basis.evaluate(v)[:, :2], prompts, x, w, noise=NOISE
    )
    missed = ni.missed_variance(basis.evaluate(x), basis.evaluate(x)[:, :2], w, sigma)
    assert abs(missed - 0.6) < 1e-12
    found = risk(lame, 256)
    assert found.mean > missed - 4 * found.error
    assert risk(scratch, 256).mean < 0.1
    curve = readouts.risk_curve(bayes, basis, sigma, contexts=[8, 64], noise=NOISE, seed=1)
    again = readouts.risk_curve(bayes, basis, sigma, contexts=[8, 64], noise=NOISE, seed=1)
    np.testing.assert_array_equal(curve, again)
    assert curve[1] < curve[0]


def test_bad_input():
    with pytest.raises(ValueError, match="sizes"):
        decomposition.risk_curves([], context=5, s=1.0, noise=0.1)
    with pytest.raises(ValueError, match="context"):
        decomposition.risk_curves([2], context=0.5, s=1.0, noise=0.1)
    with pytest.raises(ValueError, match="weight"):
        decomposition.risk_curves([2], context=5, s=1.0, noise=0.1, weight=0.0)
    with pytest.raises(ValueError, match="contexts"):
        comparison.compare_attention([0.5], [], noise=0.1)
    with pytest.raises(ValueError, match="semi-definite"):
        pretraining.Pretraining(ni.CosineBasis(2), np.array([1.0, -1.0]), 4, 0.1, 2)
    with pytest.raises(ValueError, match="features"):
        slide_rates.bound_terms(0.0, context=1.0, tasks=1.0, s=1.0)

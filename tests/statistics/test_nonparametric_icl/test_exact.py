"""The exact twins: proved as stated, refuted when off by little; their values by other routes."""

from fractions import Fraction

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import exact, pretraining
from iclnb.statistics.nonparametric_icl.exact import pretraining as pretraining_twin
from iclnb.statistics.nonparametric_icl.exact.steps import one_after_another

LITTLE = Fraction(1, 10**9)
NOISE = np.sqrt(0.1)

NEAR_MISSES = [
    (exact.exact_risk, {"pairs": 0}),
    (exact.exact_risk, {"pairs": 1 - LITTLE}),
    (exact.optimal_gamma, {"symmetric": True}),
    (exact.flat_optimum, {"own": 0}),
    (exact.flat_optimum, {"own": 1 - LITTLE}),
    (exact.terms, {"part": 5}),
    (exact.terms, {"least": Fraction(1, 2)}),
    (exact.plug_in, {"factor": Fraction(101, 100)}),
    (exact.two_terms, {"trace": Fraction(101, 100)}),
    (exact.two_terms, {"trace": Fraction(99, 100)}),
    (exact.bayes_factor, {"signal": True}),
    (exact.memorisation, {"more": 1}),
    (exact.full_to_diagonal, {"power": 0}),
    (exact.full_to_diagonal, {"power": 2}),
    (exact.scarce, {"printed": True}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def test_one_failing_step_fails_the_whole():
    good, bad = exact.plug_in, lambda: exact.plug_in(2)
    assert one_after_another([good, good], where="both").where == "both"
    assert not one_after_another([good, bad, good], where="all").holds
    relied = one_after_another([exact.two_terms, good], where="both").relies_on
    assert relied == exact.two_terms().relies_on != ()
    with pytest.raises(ValueError, match="steps"):
        one_after_another([], where="nothing")


@pytest.mark.claim("kns-exact-risk")
@pytest.mark.parametrize("n", [1, 2])
def test_the_enumerated_risk_on_a_drawn_prompt_law(n):
    weights, functions, variances, keys, queries, gamma = (
        np.array(part, float) for part in exact.small_law()
    )
    rng = np.random.default_rng(n)
    xs = rng.choice(3, size=(400_000, n + 1), p=weights)
    tasks = rng.normal(size=(len(xs), 2)) * np.sqrt(variances)
    F = np.einsum("tk,tik->ti", tasks, functions[xs])
    y = F[:, :n] + 0.5 * rng.normal(size=(len(xs), n))
    S = np.einsum("ti,tik->tk", y, keys[xs[:, :n]]) / n
    loss = (np.einsum("tk,kl,tl->t", S, gamma, queries[xs[:, n]]) - F[:, n]) ** 2
    found = float(exact.risk_of_small_law(n))
    assert abs(loss.mean() - found) < 5 * loss.std() / np.sqrt(len(loss))


@pytest.mark.claim("kns-optimal-gamma")
def test_the_best_matrix_of_three_hats():
    hats = ni.basis_moments(fs.SplineBasis(1, 1), [1.0, 0.5, 0.25], prompt_length=9, noise=0.5)
    found = np.array(exact.spline_gamma(9), float)
    np.testing.assert_allclose(found, ni.optimal_gamma(hats), rtol=1e-12)


@pytest.mark.claim("kns-flat-optimum")
@pytest.mark.claim("kns-plug-in")
def test_sums_over_a_spectrum():
    spectrum = [Fraction(1, j**3) for j in range(1, 6)]
    moments = ni.flat_moments(np.array(spectrum[:2], float), float(sum(spectrum)),
                              prompt_length=7, noise=0.5)  # fmt: skip
    least = exact.flat_least(spectrum, 2, Fraction(1, 4), 7)
    assert float(least) == pytest.approx(ni.optimal_risk(moments), rel=1e-13)
    for n, s, N in ((3, 1.0, 4), (50, 2.0, 9)):
        q = round(2 * s + 1)
        lam = fs.power_law(N, s)
        tau = fs.power_tail(0, s) + 0.1
        g = n * lam / (n * lam + tau)
        known = fs.power_tail(N, s) + np.sum(lam * (1 - g) ** 2 + (tau - lam) * g**2 / n)
        assert float(exact.plug_in_risk(n, q, N)) == pytest.approx(known, rel=1e-13)


@pytest.mark.claim("kns-two-terms")
@pytest.mark.claim("kns-bayes-factor")
@pytest.mark.parametrize("q", [3, 5])
def test_whole_sums_by_brute_force(q):
    j, n = np.arange(1.0, 40_001), 150
    rest = (j[-1] + 0.5) ** (1.0 - q) / (q - 1)  # beyond, every summand is the variance itself
    tau = np.sum(j**-q) + rest + 0.1
    terms = (tau - j**-q) / (n - 1 + tau * j**q)
    assert float(exact.flat_risk(n, q)) == pytest.approx(terms.sum() + rest, rel=1e-9)
    terms = 0.1 / (n + 0.1 * j**q)
    assert float(exact.least_bayes(n, q)) == pytest.approx(terms.sum() + rest, rel=1e-9)


@pytest.mark.claim("kns-proposition-terms")
def test_parts_term_by_term():
    found = exact.parts([Fraction(1), Fraction(1, 8)], Fraction(1, 4), 10)
    g = np.array([10 / 11, 1.25 / 2.25])
    known = [(1 - g[0]) ** 2 + (1 - g[1]) ** 2 / 8, np.sum(g**2) / 40]
    np.testing.assert_allclose(np.array(found, float), known, rtol=1e-14)


@pytest.mark.claim("kns-memorisation")
def test_the_solution_without_training_error():
    keys, queries, labels = (np.array(part, float) for part in exact.prompts(3, 9))
    Gamma = np.array(exact.interpolating(3), float).reshape(3, 3)
    answers = np.einsum("tk,kl,tl->t", keys, Gamma, queries)
    np.testing.assert_allclose(answers, labels, atol=1e-12)


@pytest.mark.claim("kns-full-to-diagonal")
def test_walsh_pays_the_number_of_features_and_cosines_do_not():
    walsh, cosines = (
        pretraining.Pretraining(basis, fs.power_law(31, 1.0), 8, NOISE, 8)
        for basis in (fs.WalshBasis(31), fs.CosineBasis(31))
    )
    for setting, same in ((walsh, True), (cosines, False)):
        full, thin, *_ = pretraining.leading_excess(setting, setting.data(64, seed=3), 8)
        assert (abs(full / thin - 8) < 1e-11) is same


@pytest.mark.parametrize("width", [1, 3])
def test_the_sandwich_of_any_rows(width):
    """Least squares, and the mean of e^2 z' H^-1 z, in floats."""
    rng = np.random.default_rng(width)
    z = rng.integers(-9, 10, (7, width)) + 0.5
    y = rng.integers(-9, 10, 7)
    rows = [([Fraction(v) for v in row], Fraction(int(label))) for row, label in zip(z, y)]
    found = pretraining_twin._sandwich(rows, Fraction(1, 7))
    error = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
    share = np.einsum("ti,ij,tj->t", z, np.linalg.inv(z.T @ z / 7), z)
    assert float(found) == pytest.approx(np.mean(error**2 * share), rel=1e-12)

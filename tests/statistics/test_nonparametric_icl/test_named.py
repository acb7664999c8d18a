"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import BSpline
from scipy.special import zeta

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl import pretraining

SETTING = pretraining.Pretraining(fs.CosineBasis(9), fs.power_law(9, 0.8), 5, 0.6, 4)


@pytest.mark.claim("kns-flat-optimum")
@pytest.mark.parametrize("n", [6.5, 1.0004])
def test_flat_risk_term_by_term(n):
    """The sum of lambda_j c_j / (n lambda_j + c_j), and two orders of its remainder."""
    s, noise, p = 1.5, 0.7, 4.0
    tau = zeta(p) + noise**2

    def best(j):
        variance = j**-p
        rest = tau - variance
        return variance * rest / (n * variance + rest)

    head = math.fsum(best(j) for j in range(1, 1001))
    tail = zeta(p, 1001) - n / tau * zeta(2 * p, 1001)
    assert ni.flat_risk(n, s, noise) == pytest.approx(head + tail, rel=1e-11)
    some = math.fsum(best(j) for j in range(1, 6)) + zeta(p, 6)
    assert ni.flat_risk(n, s, noise, n_features=5) == pytest.approx(some, rel=1e-12)


@pytest.mark.claim("kns-two-terms")
def test_two_terms_by_quadrature():
    s, noise, n = 0.8, 0.6, 37.0
    constant = quad(lambda u: 1 / (1 + u**2.6), 0, math.inf)[0]
    trace = zeta(2.6)
    tau = trace + 0.36
    want = constant * (tau / n) ** (1.6 / 2.6) - (1.5 * trace + 0.18) / n
    assert ni.two_term_law(n, s, noise) == pytest.approx(want, rel=1e-8)


def dense(data, N, diagonal=False):
    """Keys times queries of the first N features, in one matrix."""
    if diagonal:
        return data.keys[:, :N] * data.queries[:, :N]
    pairs = np.einsum("tk,tl->tkl", data.keys[:, :N], data.queries[:, :N])
    return pairs.reshape(len(pairs), -1)


def normal_equations(N, diagonal=False):
    """H and b of the exact risk g H g - 2 b g + trace, and that trace."""
    exact = SETTING.moments.truncate(N)
    if diagonal:
        return exact.second * exact.query_gram, np.diag(exact.cross), exact.variance
    return np.kron(exact.second, exact.query_gram), exact.cross.ravel(), exact.variance


def exact_risk(gamma, N, diagonal=False):
    """The exact risk as a quadratic form in the unknowns."""
    H, b, trace = normal_equations(N, diagonal)
    return gamma @ H @ gamma - 2 * b @ gamma + trace


def best_of(N, diagonal=False):
    """The minimiser of the exact risk."""
    return np.linalg.solve(*normal_equations(N, diagonal)[:2])


def fitted(data, N, diagonal=False):
    """Training loss and exact risk of the least-squares fit."""
    z = dense(data, N, diagonal)
    gamma = np.linalg.lstsq(z, data.query_label, rcond=None)[0]
    return np.mean((z @ gamma - data.query_label) ** 2), exact_risk(gamma, N, diagonal)


@pytest.mark.claim("kns-memorisation")
@pytest.mark.parametrize("diagonal", [False, True])
def test_a_curve_of_dense_fits(diagonal):
    data = SETTING.data(40, seed=1)
    curve = ni.u_curve(data, SETTING.moments, [2, 3], diagonal=diagonal)
    np.testing.assert_array_equal(curve.sizes, [2, 3])
    train, risk = zip(*(fitted(data, N, diagonal) for N in (2, 3)))
    np.testing.assert_allclose(curve.train, train, rtol=1e-9)
    np.testing.assert_allclose(curve.risk, risk, rtol=1e-9)
    optimum = [exact_risk(best_of(N, diagonal), N, diagonal) for N in (2, 3)]
    np.testing.assert_allclose(curve.optimum, optimum, rtol=1e-9)


@pytest.mark.claim("kns-peak")
@pytest.mark.parametrize("diagonal", [False, True])
def test_the_middle_of_three_fits(diagonal):
    draws = [SETTING.data(40, seed=k) for k in (2, 3, 4)]
    curve = pretraining.median_curve(SETTING, draws, [2, 3], n_tasks=30, diagonal=diagonal)
    for i, N in enumerate((2, 3)):
        fits = [fitted(data.rows(slice(30)), N, diagonal) for data in draws]
        assert curve.train[i] == pytest.approx(sorted(fit[0] for fit in fits)[1], rel=1e-9)
        assert curve.risk[i] == pytest.approx(sorted(fit[1] for fit in fits)[1], rel=1e-9)
        best = exact_risk(best_of(N, diagonal), N, diagonal)
        assert curve.optimum[i] == pytest.approx(best, rel=1e-9)


def leading(data, N, diagonal=False):
    """The mean of e^2 z H^{-1} z over the tasks, the label's noise integrated."""
    z, H = dense(data, N, diagonal), normal_equations(N, diagonal)[0]
    error = data.target - z @ best_of(N, diagonal)
    leverage = [row @ np.linalg.solve(H, row) for row in z]
    return np.mean((error**2 + 0.36) * leverage)


@pytest.mark.claim("kns-full-to-diagonal")
def test_leading_terms_by_dense_matrices():
    data = SETTING.data(50, seed=5)
    found = pretraining.leading_excess(SETTING, data, 3)
    want = (leading(data, 3), leading(data, 3, True), exact_risk(best_of(3), 3))
    assert found[:3] == pytest.approx(want, rel=1e-9)
    assert found.best_diagonal == pytest.approx(exact_risk(best_of(3, True), 3, True), rel=1e-9)


@pytest.mark.claim("kns-besov-rate")
def test_moments_of_besov_tasks_by_sampled_tasks():
    """The keys' correlations with the task, with splines of scipy on a fine grid."""
    found = ni.besov_moments(0.8, degree=1, resolution=1, levels=1, prompt_length=6, noise=0.3)
    x = (np.arange(6000) + 0.5) / 6000

    def level(k):
        hat = BSpline.basis_element(np.arange(3), extrapolate=False)
        return [2 ** (k / 2) * np.nan_to_num(hat(2**k * x - b)) for b in range(-1, 2**k)]

    tasks = [f for k in range(3) for f in level(k)]
    spread = np.concatenate([np.full(2**k + 1, 2.0 ** (-2.6 * k)) for k in range(3)])
    keys = level(1)
    cross = np.array([[np.mean(p * f) for f in tasks] for p in keys])
    v = sum(s * f**2 for s, f in zip(spread, tasks, strict=True))
    np.testing.assert_allclose(found.cross, cross * spread @ cross.T, rtol=1e-5)
    load = np.array([[np.mean(v * p * q) for q in keys] for p in keys])
    np.testing.assert_allclose(found.load, load, atol=1e-6)
    assert found.variance == pytest.approx(v.mean(), rel=1e-6)
    assert (found.prompt_length, found.noise) == (6, 0.3)
    settings = {"degree": 1, "resolution": 1, "levels": 1, "prompt_length": 6, "noise": 0.3}
    damped = ni.besov_moments(0.8, summable=True, **settings)
    coefficients = np.concatenate([np.full(2**k + 1, (k + 1.0) ** -2) for k in range(3)])
    smaller = cross * (spread * coefficients) @ cross.T
    np.testing.assert_allclose(damped.cross, smaller, rtol=1e-5)

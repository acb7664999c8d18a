"""Small noise, few examples, large inputs: nothing is lost to rounding."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from iclnb.statistics import task_diversity as td


def rng(seed=3):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("noise", [0.3, 1e-4, 1e-7, 1e-9])
def test_ridge_on_a_line(noise):
    level = Fraction(noise) ** 2
    right = [float(c / (5 + level)) for c in (1, 2)]
    np.testing.assert_allclose(td.ridge([[[1.0, 2.0]]], [[1.0]], noise=noise), [right], rtol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(3, 8), (5, 6), (6, 6), (9, 4)])
def test_ridge_tends_to_the_least_norm_solution_or_least_squares(n, d):
    X, y = rng().standard_normal((2, n, d)), rng(4).standard_normal((2, n))
    right = np.stack([np.linalg.lstsq(a, b, rcond=None)[0] for a, b in zip(X, y, strict=True)])
    np.testing.assert_allclose(td.ridge(X, y, noise=1e-7), right, rtol=1e-7)


def test_the_risk_of_ridge_on_few_examples_is_what_they_do_not_show():
    few = td.ridge_risk(8, 5, noise=1e-8, draws=40, rng=rng())
    assert few.mean == pytest.approx(3.0, abs=1e-12)
    assert few.error < 1e-12
    both = [td.ridge_risk(*dn, noise=0.7, draws=3000, rng=rng()).mean for dn in ((7, 3), (7, 7))]
    assert both[0] > 4 > both[1]


def quadratic(d, n, noise):
    with mpmath.workdps(60):
        level = mpmath.mpf(noise) ** 2
        b = level + n - d
        return float((-b + mpmath.sqrt(b * b + 4 * d * level)) / 2)


@pytest.mark.parametrize(
    ("d", "n", "noise"),
    [(8, 1e6, 0.5), (8, 1e10, 0.5), (1000, 1e6, 1e-4), (8, 16, 1e-8), (20, 3, 1e-6), (7, 7, 0.3)],
)
def test_the_limit_of_ridge_keeps_its_digits(d, n, noise):
    assert td.ridge_risk_limit(d, n, noise=noise) == pytest.approx(
        quadratic(d, n, noise), rel=1e-12
    )


@pytest.mark.parametrize("kappa", [1e-7, 0.3, 1.7, 1e6])
@pytest.mark.parametrize("x", [1e-9, 0.4, 3e7])
def test_the_resolvent_keeps_its_digits(kappa, x):
    with mpmath.workdps(60):
        k, z = mpmath.mpf(kappa), mpmath.mpf(x)
        b = z + 1 - 1 / k
        right = float((-b + mpmath.sqrt(b * b + 4 * z / k)) * k / (2 * z))
    assert td.resolvent(kappa, x) == pytest.approx(right, rel=1e-12)


def test_tasks_that_differ_in_the_eighth_digit():
    found = td.pool_posterior([[[1e8]]], [[1e8]], [[1.0], [1 + 1e-8]], noise=1.0)
    assert found[0, 1] == pytest.approx(1 / (1 + np.exp(0.5)), rel=1e-7)


def test_both_forms_of_the_likelihood_agree():
    X, y = rng().standard_normal((3, 6, 4)), rng(5).standard_normal((3, 6))
    pool = rng(6).standard_normal((7, 4))
    gap = np.diff(td.log_likelihoods(X, y, pool, noise=3e-4), axis=1)  # by expanded squares
    residual = -0.5 * np.sum((y[:, None] - pool @ X.transpose(0, 2, 1)) ** 2, axis=2)
    np.testing.assert_allclose(gap, np.diff(residual, axis=1) / 9e-8, rtol=1e-6)
    small = np.diff(td.log_likelihoods(X, y, pool, noise=3e-6), axis=1)  # by the residuals
    np.testing.assert_allclose(small * 9e-12, np.diff(residual, axis=1), rtol=1e-12)

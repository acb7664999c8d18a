"""Neurons on a line, the variations in the masses, and prompts that are all written out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad

from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape.hessian_escape import second_variation
from iclnb.landscape.mean_field_limit.exact import variations as exact_variations
from iclnb.landscape.mean_field_limit.particles import cloud, particle_scan
from iclnb.landscape.mean_field_limit.prompts import enumerated

ERF = mf.ErfFeatures()


def test_the_feature_of_the_cloud():
    """By quadrature over w, and by 10^5 drawn neurons at 4.5 standard errors."""
    drawn = particle_scan.correlated_law(1, 1)(10**5, np.random.default_rng(0))
    for x in (-2.0, 0.3, 1.0):
        value = quad(
            lambda w, x=x: (
                w
                * float(ERF.evaluate(np.array([[x]]), np.array([[w]]))[0, 0])
                * np.exp(-0.5 * w * w)
            ),
            -12,
            12,
        )[0]
        assert cloud.cloud_feature(x) == pytest.approx(value / np.sqrt(2 * np.pi), abs=1e-9)
        spread = float(cloud.cloud_spread(x))
        seen = ERF.evaluate(np.array([[x]]), drawn.w)[0] * drawn.a[:, 0]
        assert abs(seen.mean() - cloud.cloud_feature(x)) < 4.5 * spread / np.sqrt(10**5)
        assert seen.std() == pytest.approx(spread, rel=0.02)
        assert spread > 1.02 * float(cloud.cloud_spread(x, noise=0.0)) > 0.0
    assert cloud.cloud_spread(0.0) == 0.0


def test_the_density_is_that_of_the_draws():
    """It integrates to one and has the covariances 1, 1 and 1 + tau^2."""
    w, a = np.meshgrid(np.linspace(-6, 6, 241), np.linspace(-7, 7, 281))
    mass = cloud.cloud_density(w, a) * 0.05**2
    moments = [mass.sum(), (mass * w**2).sum(), (mass * w * a).sum(), (mass * a**2).sum()]
    np.testing.assert_allclose(moments, [1.0, 1.0, 1.0, 1.09], atol=1e-6)
    with pytest.raises(ValueError, match="noise"):
        cloud.cloud_density(0.0, 0.0, noise=0.0)


@pytest.mark.claim("mfl-variations")
def test_the_variations_are_those_of_the_library():
    problem = mf.Problem(ERF, mf.axis_teacher(2, 3, weight=2.0))
    mu = mf.correlated_start(5, 2, 3, rng=np.random.default_rng(0))
    mu = mf.Measure(mu.a, mu.w, [0.1, 0.15, 0.2, 0.25, 0.3])
    target = ERF.kernel(mu.w, problem.teacher.w) @ problem.teacher.outer
    at = exact_variations.given(
        mu.p.tolist(),
        mu.a.tolist(),
        ERF.kernel(mu.w, mu.w).tolist(),
        target.tolist(),
        problem.s0.tolist(),
    )
    first, second = map(np.array, exact_variations.displays(at))
    np.testing.assert_allclose(first, mf.first_variation(problem, mu, mu.a, mu.w), atol=1e-14)
    np.testing.assert_allclose(
        second, second_variation(problem, mu, mu.a, mu.w, mu.a, mu.w), atol=1e-13
    )
    assert mu.p @ np.diag(second) / 2 == pytest.approx(mf.sampling_bias(problem, mu), rel=1e-12)


@pytest.mark.claim("mfl-variations")
def test_near_misses_of_the_variations():
    assert exact_variations.variations().holds
    for wrong in (0, 1 + Fraction(1, 10**9)):
        assert not exact_variations.variations(wrong).holds


@pytest.mark.claim("mfl-prompt-loss")
@pytest.mark.parametrize("n", [1, 2, 4])
def test_all_prompts(n):
    rng = np.random.default_rng(n)
    nodes = mf.Nodes(rng.standard_normal((3, 2)), np.array([0.1, 0.3, 0.6]))
    problem = mf.Problem(mf.SampledFeatures(mf.TANH, nodes), mf.axis_teacher(2, 2))
    mu = mf.correlated_start(7, 2, 2, rng=rng)
    gamma = rng.standard_normal((2, 2))
    moment, stats = mf.fourth_moment(problem, mu, nodes), mf.statistics(problem, mu)
    found = enumerated.enumerated_prompt_loss(problem, mu, nodes, gamma, n, noise=0.4)
    formula = mf.finite_prompt_loss(stats, gamma, moment, n, noise=0.4)
    assert found == pytest.approx(formula, rel=1e-12)
    other = mf.finite_prompt_loss(stats, gamma, moment, n + 1, noise=0.4)
    assert abs(found / other - 1.0) > 1e-4
    with pytest.raises(ValueError, match="a million"):
        enumerated.enumerated_prompt_loss(problem, mu, nodes, gamma, 13)


@pytest.mark.claim("mfl-prompt-bound")
def test_one_feature_costs_something():
    """At k = 1 the printed bound is zero; the cost is not, and is below the constant over n."""
    problem = mf.Problem(ERF, mf.axis_teacher(1, 2, weight=1.0))
    mu = mf.correlated_start(9, 1, 2, rng=np.random.default_rng(1))
    stats, moment = (
        mf.statistics(problem, mu),
        mf.fourth_moment(problem, mu, mf.gauss_hermite(2, 60)),
    )
    gap = mf.optimal_finite_prompt(stats, moment, 50).loss - stats.loss
    assert 0.0 < gap < (np.trace(moment @ np.linalg.inv(stats.sig)) - 0.0) / 100

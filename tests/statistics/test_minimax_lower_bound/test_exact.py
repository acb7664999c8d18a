"""The exponents: proved as stated, refuted when off by little, and those of the library."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad

from iclnb.statistics import minimax_lower_bound as lb
from iclnb.statistics.minimax_lower_bound import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.radii, {"more": LITTLE}),
    (exact.threshold, {"pretraining": 1 + LITTLE}),
    (exact.estimator_two, {"parameters": 0}),
    (exact.estimator_two, {"parameters": 1 + LITTLE}),
    (exact.pays, {"more": LITTLE}),
    (exact.fano_constant, {"factor": Fraction(102, 100)}),
    (exact.fano_constant, {"factor": Fraction(98, 100)}),
    (exact.logarithm, {"shift": Fraction(1, 100)}),
    (exact.logarithm, {"shift": Fraction(-1, 100)}),
    (exact.two_point, {"factor": 2}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def test_what_is_printed_and_its_correction():
    assert not exact.remark().holds
    assert exact.remark(corrected=True).holds
    assert not exact.projection().holds
    assert exact.projection(square=True).holds


@pytest.mark.claim("mlb-pretraining-pays")
@pytest.mark.parametrize(("s", "theta"), [(1.0, 2.0), (0.7, 3.0), (2.0, 0.8)])
def test_the_exponent_of_the_estimator_by_a_search_over_its_size(s, theta):
    """max over u of min(2su, 1-u, x-pu) on a fine grid, at and below the two thresholds."""
    p = 1 + theta * (1 + s)
    for x, rate in (
        (lb.estimator_two_threshold(s, theta), lb.task_exponent(s)),
        (lb.pretraining_pays_threshold(s, theta), lb.basis_exponent(theta)),
    ):
        for less in (0.0, 0.01):
            grid = (i / 40000 for i in range(40001))
            best = max(min(2 * s * u, 1 - u, x - less - p * u) for u in grid)
            assert (abs(best - rate) < 2e-3 * p) if less == 0 else (best < rate - 1e-3)


@pytest.mark.claim("mlb-two-point")
@pytest.mark.parametrize("q", [Fraction(1, 3), Fraction(3, 2)])
def test_the_risk_of_a_sign_by_its_posterior_mean(q):
    def error(z):
        return np.tanh(q + np.sqrt(float(q)) * z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

    known = 1 - quad(error, -12, 12, epsabs=1e-13)[0]
    assert float(exact.sign_left(q)) == pytest.approx(known, rel=1e-11)


@pytest.mark.claim("mlb-two-point")
def test_the_bound_where_no_sign_is_reached():
    j = np.arange(1.0, 2000.0)
    rho = j**-4.5
    total = np.sum(rho**2 * lb.two_point_risk(rho))
    assert float(exact.by_signs(4)) == pytest.approx(total, rel=1e-9)


@pytest.mark.claim("mlb-fano-constant")
@pytest.mark.parametrize("s", [1, 2])
def test_fano_by_a_search_over_cubes(s):
    n = 10**6
    values = [float(exact.cube(n, s, N)) for N in range(9, 600)]
    assert max(values) == pytest.approx(lb.fano_bound(n, float(s), np.sqrt(0.1)).value, rel=1e-12)


@pytest.mark.claim("mlb-logarithm")
def test_the_correction_is_one_over_the_logarithm():
    for theta in (1, 2, 4):
        rough = lb.power_entropy(float(theta), logarithm=True)
        for inverse in (3, 50, 10**6):
            m = float(exact.examples_for(theta, inverse))
            assert lb.critical_radius(rough, m) == pytest.approx(1 / inverse, rel=1e-12)
            ends = [lb.critical_radius(rough, m * c) for c in (0.999, 1.001)]
            local = 2 * np.log(ends[1] / ends[0]) / np.log(1.001 / 0.999)
            assert 1 / 12 < (local + 2 / (2 + theta)) * np.log(m) < 1


@pytest.mark.parametrize("s", [1, 2])
def test_the_limit_of_fano_by_a_search_and_an_integral(s):
    """max over u of (1 - 4/log 2 u^-q)/(8 u^2s), over the integral of 1/(1 + u^q)."""
    q = 2 * s + 1
    u = np.linspace(1.0, 12.0, 400_001)
    best = np.max((1 - 4 / np.log(2) * u**-q) / (8 * u ** (2 * s)))
    wanted = best / quad(lambda v: 1 / (1 + v**q), 0, np.inf, epsrel=1e-12)[0]
    assert float(exact.fano_limit(s)) == pytest.approx(wanted, rel=1e-8)

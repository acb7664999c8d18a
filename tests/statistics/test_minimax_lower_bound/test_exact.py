"""The exponents: proved as stated, refuted when off by little, and those of the library."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.statistics import minimax_lower_bound as lb
from iclnb.statistics.minimax_lower_bound import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.radii, {"more": LITTLE}),
    (exact.threshold, {"pretraining": 1 + LITTLE}),
    (exact.estimator_two, {"parameters": 0}),
    (exact.estimator_two, {"parameters": 1 + LITTLE}),
    (exact.pays, {"more": LITTLE}),
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

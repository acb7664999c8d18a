"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.statistics.nonparametric_icl import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.exact_risk, {"pairs": 0}),
    (exact.exact_risk, {"pairs": 1 - LITTLE}),
    (exact.optimal_gamma, {"symmetric": True}),
    (exact.flat_optimum, {"own": 0}),
    (exact.flat_optimum, {"own": 1 - LITTLE}),
    (exact.shrinkage_bound, {"part": 5}),
    (exact.noise_bound, {"least": Fraction(1, 5)}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds

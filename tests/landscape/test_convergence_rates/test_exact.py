"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.convergence_rates import exact
from iclnb.landscape.convergence_rates.exact import attained

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.path_slope, {"factor": 2}),
    (exact.path_slope, {"factor": 1 + LITTLE}),
    (exact.descent, {"factor": 1 + LITTLE}),
    (exact.effective, {"factor": 1 + LITTLE}),
    (exact.seeding, {"power": 1}),
    (exact.iid_overlap, {"shift": 1}),
    (attained.accelerated_speed, {"factor": 1 + LITTLE}),
    (attained.descent_attained, {"shift": 0}),
    (exact.restart, {"power": 1}),
    (attained.second_power, {"constant": 16 - LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds

"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.convergence_rates import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.path_slope, {"factor": 2}),
    (exact.path_slope, {"factor": 1 + LITTLE}),
    (exact.descent, {"factor": 1 + LITTLE}),
    (exact.effective, {"factor": 1 + LITTLE}),
    (exact.seeding, {"power": 1}),
    (exact.iid_overlap, {"shift": 1}),
    (exact.accelerated_speed, {"factor": 1 + LITTLE}),
    (exact.restart, {"power": 1}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds

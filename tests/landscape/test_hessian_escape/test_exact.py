"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.hessian_escape import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.second_variation, {"mixed": 1}),
    (exact.second_variation, {"mixed": 2 + LITTLE}),
    (exact.negative_directions, {"projected": False}),
    (exact.curvature_bound, {"slopes": 0}),
    (exact.curvature_bound, {"slopes": 2 - LITTLE}),
    (exact.blocks_agree, {"critical_point": False}),
    (exact.replicas, {"factor": 2}),
    (exact.replicas, {"factor": 1 + LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds

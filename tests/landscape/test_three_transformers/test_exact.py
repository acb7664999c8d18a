"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.three_transformers import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.joint_conserved, {"symmetric": False}),
    (exact.envelope, {"best": False}),
    (exact.noise_floor, {"fourth": 2}),
    (exact.noise_floor, {"fourth": 3 - LITTLE}),
    (exact.self_scaling, {"power": 1}),
    (exact.best_attention, {"centred": False}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds

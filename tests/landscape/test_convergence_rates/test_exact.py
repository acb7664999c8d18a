"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.convergence_rates import exact
from iclnb.landscape.convergence_rates.exact import attained, fields, levels

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
    (fields.smooth_overlap, {"together": 0}),
    (levels.accelerated_phase, {"factor": Fraction(9, 8)}),
    (levels.curvature, {"factor": 1 + LITTLE}),
    (attained.second_power, {"constant": 16 - LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def test_the_overlap_of_a_constant_field_is_that_of_the_mean():
    mass, u = [Fraction(1, 4), Fraction(3, 4)], [[Fraction(2), Fraction(1)], [Fraction(-2), 5]]
    mean = [sum(p * v[c] for p, v in zip(mass, u, strict=True)) for c in range(2)]
    for found in (fields.drawn, fields.displayed):
        assert found(mass, [[1, 1], [1, 1]], u) == sum(v * v for v in mean) / 2


def test_the_bound_of_the_loss_by_hand():
    grown = 4 + 8 * Fraction(1, 4) * Fraction(3, 12)
    assert levels.later(Fraction(1, 4), 1, 3, 2, 6) == 1 / grown

"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.exact.points import of_name
from iclnb.landscape.hessian_escape import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.second_variation, {"mixed": 1}),
    (exact.second_variation, {"mixed": 2 + LITTLE}),
    (exact.negative_directions, {"projected": False}),
    (exact.curvature_bound, {"slopes": 0}),
    (exact.curvature_bound, {"slopes": 2 - LITTLE}),
    (exact.blocks_agree, {"critical_point": False}),
    (exact.linear_velocity, {"signed": False}),
    (exact.replicas, {"factor": 2}),
    (exact.replicas, {"factor": 1 + LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def test_the_kernel_alone_is_not_enough_at_rest():
    assert not exact.at_rest().holds
    assert exact.at_rest(local=True).holds


def test_a_residual_is_uncorrelated():
    at = exact.Atoms(of_name("residual"), 1, 1, 4)
    seen = [[Fraction(i), Fraction(i * i)] for i in range(1, 5)]
    left = at.residual([Fraction(v) for v in (1, 0, 2, 5)], seen)
    for c in range(2):
        assert sum(p * z * row[c] for p, z, row in zip(at.law, left, seen, strict=True)) == 0
    assert any(left)


def test_the_features_of_one_atom_by_hand():
    at = exact.Atoms(of_name("features"), 1, 1, 2)
    y, w, c = at.X[1], at.w[0], at.cubic
    s = w[0] * y[0] + w[1] * y[1]
    moved = at.vw[0][0] * y[0] + at.vw[0][1] * y[1]
    value, slope = c[0] * s + c[1] * s**2 + c[2] * s**3, c[0] + 2 * c[1] * s + 3 * c[2] * s**2
    h = at.features()[1][0]
    assert h[0] == at.mass[0] * at.a[0][0] * value
    assert h[1] == at.mass[0] * (at.va[0][0] * value + at.a[0][0] * slope * moved)

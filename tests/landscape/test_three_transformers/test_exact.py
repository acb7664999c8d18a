"""The exact twins: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import pytest

from iclnb.landscape.three_transformers import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.joint_conserved, {"symmetric": False}),
    (exact.envelope, {"best": False}),
    (exact.literal_loss, {"pairs": 2}),
    (exact.least_error, {"missing": Fraction(21, 20)}),
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


def test_one_prompt_by_hand():
    f, h, Gamma = [[1, 2], [3, -1]], [[2], [5]], [[Fraction(1, 3)]]
    found = exact.one_prompt(f, h, (0, 0, 1), (1, 1), Gamma)  # labels 3, 3, 2; heard 6
    assert found == Fraction(1, 2) * (6 * 5 * Fraction(1, 3) - 2) ** 2


def test_unexplained_is_the_loss_of_the_best_readout():
    """One feature of two, h = f_1 + f_2 + a residual of variance 1: 1 - tr of 2 / 3."""
    found = exact.unexplained([[Fraction(1)], [Fraction(1)]], [[Fraction(3)]], Fraction(1))
    assert found == Fraction(1, 2) * (2 - Fraction(2, 3))

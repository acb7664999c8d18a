"""The exact twins: proved as stated, refuted when off by little; their pieces by other routes."""

from fractions import Fraction

import numpy as np
import pytest

from iclnb.dynamics import stage_wise_in_practice as sp
from iclnb.dynamics import stage_wise_training as st
from iclnb.dynamics.stage_wise_in_practice import exact

P = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (exact.loss_floor, {"fewer": 1}),
        (exact.bayes_shrinkage, {"whole": True}),
        (exact.untied_conservation, {"keys": False}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


def test_the_floor_by_hand_and_above_it_the_loss_of_one_token():
    """With a token alone nothing can be shared."""
    p = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    assert exact.floor(p, 3) == Fraction(3, 32)
    assert exact.floor(p, 3, 1) == Fraction(3, 16)
    assert st.finite_gap_loss(60.0, K=3, p_k=0.5, prompt_length=1) == pytest.approx(0.5)


def test_the_ray_is_that_of_the_library():
    u, variance, size, length = Fraction(2, 7), Fraction(1, 4), 3, 2
    z = -np.log(float(u))
    defined = sum(
        exact.noisy_by_definition(u, size, length, own, Fraction(1, 2)) for own in range(3)
    )
    loss = sp.balanced_loss(z, K=size, prompt_length=length, noise=0.5)
    assert float(defined / size**length) == pytest.approx(loss, rel=1e-13)
    slope = sp.balanced_slope(z, K=size, prompt_length=5, noise=0.5)
    assert float(-u * exact.ray_slope(u, size, 5, variance)) == pytest.approx(slope, rel=1e-12)
    gap = sp.optimal_gap(K=size, prompt_length=6, noise=0.5)
    assert float(exact.optimal(size, 6, variance)) == pytest.approx(gap, rel=1e-12)
    assert exact.ray_loss(u, Fraction(3), 2, 0, variance) == variance / 4  # two own labels


@pytest.mark.parametrize("length", [9**4, 12**4])
def test_the_remainder_of_the_shrinkage_is_generous(length):
    """At K = 2, from N = 8^4 on."""
    gap = sp.optimal_gap(K=2, prompt_length=length, noise=1.0)
    mass = sp.shrinkage_mass(gap, K=2, prompt_length=length)
    assert abs(0.5 / mass - 1) < 3 * length**-0.25 + 2 / length


def test_a_step_of_separate_matrices_is_the_library_s():
    bases = [[Fraction(3, 2), Fraction(2), Fraction(1, 3)], [Fraction(5, 4), Fraction(1, 2), 3]]
    queries = [[1, 2, -1], [2, -1, 1]]
    rows = [[bases[0][n] ** queries[0][k] * bases[1][n] ** queries[1][k] for n in range(3)]
            for k in range(3)]  # fmt: skip
    keys = np.log(np.array(bases, float))
    p = np.array(P, float)
    run = sp.untied_descent(
        lambda s: st.limit_gradient(s, p), np.array(queries, float), keys, step_size=1.0, steps=1
    )
    moved = exact.by_keys(queries, rows, P, P)
    assert np.array(moved, float) == pytest.approx(keys - run.keys[1], rel=1e-11)
    slopes = exact.by_scores(rows, P, P)
    assert np.array(slopes, float) == pytest.approx(
        st.limit_gradient(np.log(np.array(rows, float)), p), rel=1e-11
    )

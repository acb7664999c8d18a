"""The exact twins: proved as stated, refuted when off by little; their pieces by other routes."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from iclnb.dynamics import stage_wise_training as st
from iclnb.dynamics.stage_wise_training import exact
from iclnb.dynamics.stage_wise_training.exact import times
from iclnb.dynamics.stage_wise_training.exact.chains import chain
from iclnb.exact import Proof
from iclnb.exact.balls import ball

ROWS = [
    [Fraction(3), Fraction(1, 2), Fraction(4, 3)],
    [Fraction(2, 5), Fraction(1), Fraction(7, 4)],
    [Fraction(5), Fraction(1, 3), Fraction(2)],
]
P = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (exact.loss_identity, {"others": False}),
        (exact.gradient, {"norm": 2}),
        (exact.conservation, {"rows_kept": False}),
        (exact.monotone, {"own": False}),
        (exact.monotone, {"shortest": 1}),
        (exact.few_variables, {"alike": False}),
        (exact.closed_form, {"logs": 2}),
        (exact.balanced_growth, {"constant": Fraction(151, 100)}),
        (exact.balanced_growth, {"constant": Fraction(149, 100)}),
        (exact.balanced_bound, {"order": Fraction(19, 10)}),
        (exact.balanced_tail, {"factor": Fraction(19, 20)}),
        (exact.balanced_tail, {"factor": Fraction(20, 19)}),
        (exact.dominant_time, {"factor": Fraction(19, 20)}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


def test_loss_and_gradient_by_definition_are_those_of_the_quadrature():
    model = st.DataModel(np.array(P, float), prompt_length=3)
    scores = np.log(np.array(ROWS, float))
    losses = [exact.loss_by_definition(ROWS[k], P, 3, k) for k in range(3)]
    assert np.array(losses, float) == pytest.approx(
        st.population_loss_per_query(scores, model), rel=1e-13
    )
    slopes = [[exact.gradient_by_definition(ROWS, P, 3, k, n) for n in range(3)] for k in range(3)]
    assert np.array(slopes, float) == pytest.approx(
        st.population_gradient(scores, model), rel=1e-12
    )


def test_a_step_by_definition_is_one_of_descent():
    model = st.DataModel(np.array(P, float), prompt_length=2)
    scores = np.log(np.array(ROWS, float))
    start = [Fraction(float(v)) for v in scores[0]]
    moved = exact.step(start, ROWS, P, 2, Fraction(7))
    path = st.exact_descent(model, step_size=7.0, steps=1, start=scores)
    assert np.array(moved, float) == pytest.approx(path.scores[1, 0], rel=1e-12)


def test_the_clock_is_the_integral():
    low, high = flint.fmpq(1, 12), flint.fmpq(2, 3)
    with flint.ctx.workprec(113):
        whole = flint.acb.integral(lambda a, _: 1 / (a**2 * (1 - a) ** 3), low, high)
        rise = exact.clock(ball(Fraction(2, 3))) - exact.clock(ball(Fraction(1, 12)))
        assert abs(whole.real - rise) < flint.arb("1e-25")


def test_times_of_the_library_are_the_twins():
    assert float(exact.time_to(Fraction(1, 2), 12, Fraction(1, 12))) == pytest.approx(
        st.half_time(12), rel=1e-13
    )
    for size in (10, 37):
        grown = float(exact.growth_over_square(ball(Fraction(1, size))))
        assert grown * size**2 == pytest.approx(st.growth_time(size), rel=1e-13)


def test_the_score_at_the_end_of_growth_lies_between_its_ends():
    """F is 4 for infinitely many features and 25.4 for two."""
    spare = ("0.1187", "0.5912")
    assert times.grown_between(low=Fraction("3.9"), high=Fraction(26), spare=spare).holds
    assert not times.grown_between(low=Fraction("4.1"), high=Fraction(26), spare=spare).holds
    with pytest.raises(ValueError, match=r"piece 199\d of 2000 decides nothing"):
        times.grown_between(Fraction("3.9"), Fraction("25.35"), spare)


def test_a_chain_stops_at_what_fails_and_keeps_what_was_used():
    good = [Proof(True, "finite", "here", "equal", (word,)) for word in ("one", "two")]
    bad = Proof(False, "finite", "there", "different")
    assert chain(lambda: good[0], lambda: good[1]).relies_on == ("one", "two")
    assert chain(lambda: good[0], lambda: bad, lambda: 1 / 0) is bad
    with pytest.raises(ValueError, match="steps is empty"):
        chain()

"""The exact twins: proved as stated, refuted when off by little; their pieces by other routes."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from iclnb.exact import sphere_moment
from iclnb.features import information_exponent as ie
from iclnb.features import one_gradient_step as ogs
from iclnb.features.information_exponent import exact
from iclnb.features.information_exponent.exact import flows
from iclnb.features.one_gradient_step import relu_coefficients

LARGER = Fraction(101, 100)


@pytest.mark.claim("ie-blind-degrees")
def test_blind_from_three_on_and_not_from_one():
    assert exact.blind().holds
    assert not exact.blind(first=1).holds
    assert not exact.blind(offset=2).holds


def test_its_pieces_are_those_of_the_library():
    assert [exact.hermite(i) for i in (0, 1, 4)] == [[1], [0, 1], [3, 0, -6, 0, 1]]
    by_moments = sum(c * exact.half_moment(k + 1) for k, c in enumerate(exact.hermite(1)) if c)
    assert float(by_moments) == pytest.approx(relu_coefficients(0.0, 1)[1], abs=1e-15)
    with pytest.raises(ValueError, match="power must be even"):
        exact.half_moment(3)


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (exact.supervised_signal, {"shift": 0}),
        (exact.context_signal, {"shift": 0}),
        (exact.correction, {"next_seen": False}),
        (exact.step_cost, {"factor": LARGER}),
        (exact.pretraining_cost, {"factor": LARGER}),
        (exact.flow_time, {"factor": LARGER}),
        (exact.context_flow, {"factor": LARGER}),
        (exact.easy_flow, {"coefficient": Fraction(26, 100)}),
        (exact.equal_signs, {"neuron": False}),
        (exact.equal_signs, {"factors": 4}),
        (exact.polynomials, {"power": 2}),
        (exact.polynomials, {"factor": LARGER}),
        (exact.bump, {"damping": LARGER}),
        (exact.product_time, {"factors": 2}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


def rationals(values):
    return [Fraction(float(v)) for v in values]


def test_the_twins_of_the_signals_are_the_library_in_a_small_dimension():
    link = ogs.Link(np.array([0.0, 0.4, -0.3, 0.2]))
    law = ogs.FiniteLaw([link])
    c, a = rationals(link.coefficients), rationals(relu_coefficients(-0.4, 6))
    for d in (2, 5):
        one = float(exact.supervised_square(c, a, Fraction(1, d)))
        assert one == pytest.approx(ie.supervised_signal(link, d=d, bias=-0.4) ** 2, rel=1e-12)
        second = [[u * v for v in c] for u in c]
        many = float(exact.context_square(second, a, 2, Fraction(1, d)))
        assert many == pytest.approx(ie.in_context_signal(law, d=d, r=2, bias=-0.4) ** 2, rel=1e-12)


@pytest.mark.parametrize("exponent", [1, 3])
def test_the_twins_of_the_costs_are_the_library_in_a_small_dimension(exponent):
    link, d = ogs.Link.pure(exponent), 60
    c, a = rationals(link.coefficients), rationals(relu_coefficients(0.3, 2 * exponent + 4))
    b = rationals(ogs.squared_relu_coefficients(0.3, 2 * exponent))
    above, below = exact.examples(c, a, Fraction(1, d))
    wanted = ie.examples_for_direction(link, 0.5, d=d, bias=0.3)
    assert float(d * above / below) == pytest.approx(wanted, rel=1e-11)
    above, below = exact.tasks(c, a, b, 4, 3, Fraction(1, d))
    wanted = ogs.tasks_for_alignment(
        ogs.FiniteLaw([link]), 0.5, d=d, r=3, prompt_length=4, bias=0.3
    )
    assert float(d * above / below) == pytest.approx(wanted, rel=1e-11)


def test_the_mean_over_directions_by_the_moments_of_the_circle():
    """E[<w, beta>^3 beta_1] = mu_4 |w|^2 w_1, both sides as exact numbers."""
    w = Fraction(2, 3), Fraction(-1, 5)
    words = [(i, j, k) for i in range(2) for j in range(2) for k in range(2)]
    mean = sum(w[i] * w[j] * w[k] * sphere_moment((i, j, k, 0), 2) for i, j, k in words)
    assert mean == sphere_moment((0,) * 4, 2) * (w[0] ** 2 + w[1] ** 2) * w[0]


@pytest.mark.parametrize("exponent", [3, 4, 7, 8])
def test_the_time_over_its_law_by_a_rigorous_integral(exponent):
    z, end = flint.fmpq(1, 50), flint.fmpq(9, 10)
    with flint.ctx.workprec(113):
        time = flint.acb.integral(lambda s, _: 1 / (s ** (exponent - 1) * (1 - s * s)), z, end)
        law = flint.arb(z) ** (exponent - 2) * (exponent - 2)
        ball = exact.ratio(exponent, Fraction(1, 50))
        assert abs(time.real * law - ball) < flint.arb("1e-25")


def test_the_flow_on_a_product_moves_on_the_sphere():
    w = [Fraction(3, 13), Fraction(-4, 13), Fraction(12, 13)]
    moved = exact.three(w, Fraction(2))
    assert sum(u * v for u, v in zip(w, moved, strict=True)) == 0
    assert moved[0] == 2 * w[1] * w[2] - 6 * w[0] ** 2 * w[1] * w[2]


@pytest.mark.parametrize(
    ("proof", "powers"), [("easy_flow", [1, 2]), ("flow_time", [3, 4, 5, 6, 7, 8])]
)
def test_the_speed_is_proved_for_each_power_that_is_named(proof, powers, monkeypatch):
    seen, speeds = [], flows._speeds
    monkeypatch.setattr(flows, "_speeds", lambda power: seen.append(power) or speeds(power))
    assert getattr(flows, proof)().holds
    assert seen == powers

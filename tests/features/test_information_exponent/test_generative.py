"""Transforms of the labels: coefficients by integration, steps by drawing whole vectors."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from iclnb.features import information_exponent as ie
from iclnb.features import one_gradient_step as ogs


def gaussian_mean(function, low=-np.inf, high=np.inf):
    return quad(lambda x: function(x) * norm.pdf(x), low, high, epsabs=1e-13, limit=200)[0]


@pytest.mark.claim("ie-generative")
@pytest.mark.parametrize("coefficients", [(0, 0, 0, 1.5), (0.3, 0, -1, 0.4, 0.2)])
def test_powers_of_a_label_by_integration(coefficients):
    link = ogs.Link(np.array(coefficients))
    found = ie.power_table(link, 3, 4)
    for j in (1, 2, 3):
        for k, he in enumerate([[1], [0, 1], [-1, 0, 1], [0, -3, 0, 1], [3, 0, -6, 0, 1]]):
            whole = gaussian_mean(lambda x: float(link(x)) ** j * np.polyval(he[::-1], x))  # noqa: B023
            assert found[j - 1, k] == pytest.approx(whole, rel=1e-8, abs=1e-8)


@pytest.mark.claim("ie-generative-four")
@pytest.mark.parametrize("damping", [1.0, 0.6])
def test_powers_of_the_bump_by_integration(damping):
    found = ie.bump_table(3, 4, damping=damping)
    for j in (1, 2, 3):
        for k, he in enumerate([[1], [0, 1], [-1, 0, 1], [0, -3, 0, 1], [3, 0, -6, 0, 1]]):
            whole = gaussian_mean(
                lambda x: (x * x * math.exp(-damping * x * x)) ** j * np.polyval(he[::-1], x)  # noqa: B023
            )
            assert found[j - 1, k] == pytest.approx(whole, rel=1e-9, abs=1e-11)


def test_least_degree_seen():
    assert [ie.least_degree(ie.power_table(ogs.Link.pure(Q), 1, Q)) for Q in (2, 3, 4, 5)] == [
        2,
        3,
        4,
        5,
    ]
    assert [ie.least_degree(ie.power_table(ogs.Link.pure(Q), 3, Q)) for Q in (2, 3, 4, 5)] == [
        2,
        1,
        2,
        1,
    ]
    assert ie.least_degree(ie.bump_table(6, 6)) == 4
    assert ie.least_degree(ie.bump_table(6, 6, damping=0.9)) == 2
    with pytest.raises(ValueError, match="table"):
        ie.least_degree([[1.0, 0.0, 0.0]])


@pytest.mark.claim("ie-tail-step")
@pytest.mark.parametrize("two_sided", [False, True])
def test_the_series_of_a_tail_by_integration(two_sided):
    t = 1.3
    c, e = ie.tail_series(t, 4, two_sided=two_sided)
    sides = [(t, np.inf), (-np.inf, -t)][: 2 if two_sided else 1]
    p = sum(gaussian_mean(lambda x: 1.0, *side) for side in sides)
    polynomials = [[1], [0, 1], [-1, 0, 1], [0, -3, 0, 1], [3, 0, -6, 0, 1]]
    for k, he in enumerate(polynomials):
        inside = sum(gaussian_mean(lambda x: np.polyval(he[::-1], x), *side) for side in sides)  # noqa: B023
        whole = float(k == 0)
        assert c[k] == pytest.approx(inside - p * whole, abs=1e-12)
        assert e[k] == pytest.approx((1 - 2 * p) * inside + p * p * whole, abs=1e-12)
    x = np.array([-2.0, 0.0, 1.2, 1.4])
    inside = (np.abs(x) if two_sided else x) > t
    np.testing.assert_allclose(ie.tail_label(x, t, two_sided=two_sided), inside - p, atol=1e-14)


@pytest.mark.claim("ie-tail-step")
@pytest.mark.claim("ie-tail-power")
def test_steps_by_drawing_whole_vectors():
    """Mean squares in five dimensions: the reduced law, vectors, and the moments in closed form."""
    d, n, bias, t, draws = 5, 7, 0.4, 0.8, 60_000
    rng = np.random.default_rng(0)
    w = rng.standard_normal((draws, d))
    w /= np.linalg.norm(w, axis=1, keepdims=True)
    x = rng.standard_normal((draws, n, d))
    f = (x[:, :, 0] > t) - norm.sf(t)
    g = np.mean((f * (np.einsum("tnd,td->tn", x, w) + bias > 0))[:, :, None] * x, axis=1)
    whole = np.array([g[:, 0] ** 2, np.sum(g**2, axis=1)]).T

    def label(z):
        return (z > t) - norm.sf(t)

    options = {"d": d, "bias": bias, "neurons": draws // 4}
    reduced = ie.sampled_steps(label, prompt_length=n, rng=np.random.default_rng(1), **options)
    error = np.sqrt(whole.var(axis=0) / draws + reduced.var(axis=0) / len(reduced))
    assert np.all(np.abs(whole.mean(axis=0) - reduced.mean(axis=0)) < 4 * error)
    m = ie.label_moments(*ie.tail_series(t, 60), d=d, bias=bias)
    mean, second = (
        np.array([m.mean_along, m.mean_total]),
        np.array([m.second_along, m.second_total]),
    )
    expected = mean + (second - mean) / n
    assert np.all(np.abs(whole.mean(axis=0) - expected) < 4 * whole.std(axis=0) / draws**0.5)
    assert np.all(np.abs(expected / reduced.mean(axis=0) - 1) < 0.05)


def test_steps_of_examples_drawn_in_pieces():
    """Seven examples, three at a time: the vectors of each neuron, written out."""
    found = ie.sampled_steps(
        np.cos, d=5, prompt_length=7, bias=0.4, neurons=3, rng=np.random.default_rng(4), chunk=3
    )
    rng = np.random.default_rng(4)
    for row in found:
        first = rng.standard_normal()
        turn = np.arctan2(np.sqrt(rng.chisquare(4)), first)
        x = np.concatenate([rng.standard_normal((2, size)).T for size in (3, 3, 1)])
        pull = np.cos(x[:, 0]) * (x @ [np.cos(turn), np.sin(turn)] > -0.4)
        rest = np.sqrt(np.sum(pull**2) * rng.chisquare(3)) / 7
        step = np.array([*np.mean(pull[:, None] * x, axis=0), rest])
        np.testing.assert_allclose(row, [step[0] ** 2, step @ step], rtol=1e-12)


@pytest.mark.claim("ie-tail-power")
def test_moments_from_two_lengths():
    mean, second = np.array([0.2, 0.5]), np.array([3.0, 11.0])
    short, long = (mean + (second - mean) / n for n in (4, 9))
    found = ie.moments_from_steps(short, long, (4, 9))
    np.testing.assert_allclose(found, [0.2, 0.5, 3.0, 11.0], rtol=1e-12)
    n = ie.examples_for_label(found._replace(mean_total=0.25), 0.5)
    assert (0.2 + 2.8 / n) / (0.25 + 10.75 / n) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="prompt_lengths"):
        ie.moments_from_steps(short, long, (9, 4))


def test_moments_of_a_polynomial_label_are_those_of_its_link():
    link = ogs.Link(np.array([0, 0, 0.3, 0.4, 0.5]))
    squares = ogs.square_coefficients(link.coefficients)
    found = ie.label_moments(link.coefficients, squares, d=9, bias=0.7)
    np.testing.assert_allclose(found, ie.direction_moments(link, d=9, bias=0.7), rtol=1e-12)
    with pytest.raises(ValueError, match="squares"):
        ie.label_moments([0.0, 1.0], [1.0], d=9)


def test_bad_arguments():
    with pytest.raises(ValueError, match="damping"):
        ie.bump_table(2, 4, damping=0.0)
    with pytest.raises(ValueError, match="threshold"):
        ie.tail_series(-1.0, 4)
    with pytest.raises(ValueError, match="d must be"):
        ie.sampled_steps(np.abs, d=2, prompt_length=3, neurons=1, rng=np.random.default_rng(0))

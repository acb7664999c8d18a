"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from iclnb.statistics import minimax_lower_bound as lb


@pytest.mark.claim("mlb-basis-radius")
def test_radii_of_powers_in_closed_form():
    """eps^2 m = eps^-a has the root eps^2 = m^(-2/(2 + a))."""
    found = lb.squared_radii(
        7.0, 4.0, basis_entropy=lambda eps: eps**-2.5, coefficient_entropy=lambda eps: eps**-0.7
    )
    assert found == pytest.approx((35.0 ** (-2 / 4.5), 7.0 ** (-2 / 2.7)), rel=1e-9)


@pytest.mark.claim("mlb-logarithm")
def test_entropy_at_a_number():
    plain, longer = lb.power_entropy(1.5), lb.power_entropy(1.5, logarithm=True)
    assert plain(0.25) == pytest.approx(8.0, rel=1e-14)
    assert longer(0.25) == pytest.approx(8.0 * math.log(math.e + 4.0), rel=1e-14)


def sign_risk(t):
    """g(t) = E exp(-t^2 (1 + W^2) / 2), W of density sech(pi w / 2) / 2."""
    w = np.linspace(-30.0, 30.0, 1201)
    density = 0.5 / np.cosh(np.pi * w / 2) * (w[1] - w[0])
    return np.exp(-np.multiply.outer(np.square(t), 1 + w**2) / 2) @ density


@pytest.mark.claim("mlb-two-point")
def test_the_bound_coordinate_by_coordinate():
    """Beyond J the summand t^2 g(t) is t^2 - t^4."""
    n, s, noise, J = 40.0, 0.9, 0.6, 2000
    best = minimize_scalar(lambda t: -(t**2) * sign_risk(t), bounds=(0.5, 2.5), method="bounded")
    t = math.sqrt(n) / noise * np.arange(1.0, J + 1) ** -1.4
    terms = np.where(t > best.x, -best.fun, t**2 * sign_risk(t))
    beyond = (J + 0.5) ** -1.8 / 1.8 - n / noise**2 * (J + 0.5) ** -4.6 / 4.6
    want = noise**2 / n * math.fsum(terms) + beyond
    assert lb.coordinate_bound(n, s, noise) == pytest.approx(want, rel=1e-7)


@pytest.mark.claim("mlb-fano-constant")
def test_the_best_cube_by_search():
    """Half of the least distance, squared, times one minus information over entropy."""
    n, s, noise = 900.0, 0.8, 0.5

    def bound(c, N):
        distance = N / 8 * (2 * c * N ** (-s - 0.5)) ** 2
        information, entropy = n * distance / noise**2, N / 8 * math.log(2)
        return distance / 4 * (1 - (information + math.log(2)) / entropy)

    def best(N):
        inner = minimize_scalar(lambda c: -bound(c, N), bounds=(0, 1), method="bounded").x
        return max((bound(c, N), N, c) for c in (inner, 1.0))

    value, N, c = max(best(N) for N in range(9, 300))
    found = lb.fano_bound(n, s, noise)
    assert found[0] == pytest.approx(value, rel=1e-8)
    assert found[1] == N
    assert found[2] == pytest.approx(c, rel=1e-3)

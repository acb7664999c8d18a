"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest

from iclnb.features.information_exponent import (
    MonomialTarget,
    online_hitting_steps,
    seen_degrees,
    staircase_flow,
)


@pytest.mark.claim("ie-blind-degrees")
def test_degrees_by_the_roots_of_hermite_polynomials():
    """Degree i >= 2 is blind where He_{i-2} vanishes at the bias."""
    assert seen_degrees(8, bias=0.0) == (1, 2, 4, 6, 8)
    assert seen_degrees(8, bias=0.7) == tuple(range(1, 9))
    assert seen_degrees(8, bias=1.0) == (1, 2, 3, 5, 6, 7, 8)  # He_2(1) = 0
    assert seen_degrees(6, bias=math.sqrt(3)) == (1, 2, 3, 4, 6)  # He_3(3^(1/2)) = 0


@pytest.mark.claim("ie-online-steps")
def test_three_chains_as_vectors():
    """Exponent 3 in R^5: the same draws as coordinates along w, along the signal, and the rest."""
    d, eta, level, chains, steps = 5, 0.11, 0.7, 3, 250
    found = online_hitting_steps(
        3, d=d, step_size=eta, level=level, steps=steps, chains=chains,
        rng=np.random.default_rng(4),
    )  # fmt: skip
    rng = np.random.default_rng(4)
    g = rng.standard_normal(chains)
    s = g / np.sqrt(g**2 + rng.chisquare(d - 1, chains))
    w = np.zeros((chains, d))
    w[:, 0], w[:, 1] = s, np.sqrt(1 - s**2)
    g1, g2 = rng.standard_normal((2, steps, chains))
    rest = np.sqrt(rng.chisquare(d - 2, (steps, chains)))
    signal, reached = np.eye(d)[0], np.full(chains, np.inf)
    for k in range(steps):
        for i in range(chains):
            across = signal - (signal @ w[i]) * w[i]
            across /= np.linalg.norm(across)
            basis = np.linalg.svd(np.stack([w[i], across]))[2]
            x = g1[k, i] * w[i] + g2[k, i] * across + rest[k, i] * basis[-1]
            z, label = w[i] @ x, x[0]
            slope = 3 * (z**2 - 1) / math.sqrt(6) * (label**3 - 3 * label) / math.sqrt(6)
            moved = w[i] + eta * slope * (x - z * w[i])
            w[i] = moved / np.linalg.norm(moved)
            if abs(w[i, 0]) >= level and np.isinf(reached[i]):
                reached[i] = k + 1
    assert np.isfinite(reached).all()
    assert found.tolist() == reached.tolist()


@pytest.mark.claim("ie-product-signs")
@pytest.mark.claim("ie-product-generic")
def test_start_speed_and_crossings_of_a_product():
    a, start, level = np.array([0, 0, 0, 0.8]), np.array([0.3, 0.2, 0.25]), 0.4
    times = np.linspace(0, 0.02, 3)
    path = staircase_flow(
        MonomialTarget.product(3), a, d=30, times=[*times, 40.0], level=level, start=start
    )
    np.testing.assert_allclose(path.times, [*times, 40.0])
    np.testing.assert_allclose(path.coordinates[0], start, rtol=1e-12)
    speed = (path.coordinates[2] - path.coordinates[0]) / 0.02
    middle = path.coordinates[1]
    product = 0.8 * np.prod(middle)
    np.testing.assert_allclose(speed, product / middle - 3 * product * middle, rtol=1e-5)
    assert np.isfinite(path.crossings).all()
    for i, crossing in enumerate(path.crossings):
        there = staircase_flow(
            MonomialTarget.product(3), a, d=30, times=[0.0, crossing], start=start
        )
        assert abs(there.coordinates[-1, i]) == pytest.approx(level, rel=1e-8)
    plain = staircase_flow(MonomialTarget.product(3), a, d=30, times=[0.0, 1.0])
    np.testing.assert_allclose(plain.coordinates[0], 30**-0.5, rtol=1e-12)

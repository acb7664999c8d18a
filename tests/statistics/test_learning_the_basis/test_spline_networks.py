"""A spline by layers of ReLU: the error on fine grids, and the bound by the best lines."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics.learning_the_basis import exact
from iclnb.statistics.learning_the_basis import spline_networks as sn


@pytest.mark.claim("kns-spline-network")
@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_the_error_of_the_network_on_a_fine_grid(depth):
    x = np.linspace(-0.5, 3.5, 4 * 2 ** (depth + 3) + 1)
    found = sn.network_values(sn.spline_network(depth), x) - fs.cardinal_bspline(x, 2)
    assert np.abs(found).max() == 4.0 ** -(depth + 1)
    inside = (x > 0) & (x < 1)
    assert np.abs(found[inside]).max() == 4.0 ** -(depth + 1) / 2
    assert np.abs(found[(x <= 0) | (x >= 3)]).max() == 0


@pytest.mark.claim("kns-spline-network")
def test_the_network_is_an_interpolant_of_the_stated_size():
    for depth in (1, 2, 5):
        network = sn.spline_network(depth)
        assert [len(bias) for _, bias in network] == [7, *[5] * (depth - 1), 1]
        knots = np.arange(-1, 3 * 2**depth + 2) / 2**depth
        x = np.random.default_rng(depth).uniform(0, 3, 200)
        straight = np.interp(x, knots, fs.cardinal_bspline(knots, 2))
        np.testing.assert_allclose(sn.network_values(network, x), straight, atol=1e-14)


@pytest.mark.claim("kns-spline-network")
def test_proved_as_stated_and_refuted_next_to_it():
    assert exact.spline_by_networks().holds
    assert not exact.spline_by_networks(side=2).holds
    assert exact.missed_by_network(2) == Fraction(1, 64)


def best_with_pieces(breaks):
    """Error of the best discontinuous piecewise line with these breaks: half a second difference.

    On one cell a line misses |c| h^2 / 8; over a knot of the spline at least that of the longer
    part. An easier task than that of a network, so a lower bound for it.
    """
    worst = 0.0
    for left, right in pairwise(breaks):
        for cell, c in ((0, 0.5), (1, 1.0), (2, 0.5)):
            h = max(0.0, min(right, cell + 1) - max(left, cell))
            worst = max(worst, c * h**2 / 8)
    return worst


@pytest.mark.claim("kns-spline-network")
@pytest.mark.parametrize("pieces", [3, 6, 17])
def test_no_choice_of_pieces_is_below_the_bound(pieces):
    rng = np.random.default_rng(pieces)
    tried = [np.sort(np.r_[0, rng.uniform(0, 3, pieces - 1), 3]) for _ in range(400)]
    density = np.sqrt(np.array([0.5, 1, 0.5]))
    reached = np.r_[0, np.cumsum(density)]
    tried.append(np.interp(np.linspace(0, reached[-1], pieces + 1), reached, [0, 1, 2, 3]))
    least = min(map(best_with_pieces, tried))
    bound = sn.least_spline_error(pieces)
    assert least > bound
    assert best_with_pieces(tried[-1]) < bound * ((pieces + 2) / pieces) ** 2 * 1.001


@pytest.mark.claim("kns-spline-network")
def test_pieces_of_a_random_network():
    """At most (w + 1)^L, counted on a fine grid."""
    rng = np.random.default_rng(4)
    for width, depth in ((3, 1), (3, 2), (2, 3)):
        sizes, counts = [1, *[width] * depth, 1], []
        for _ in range(20):
            network = [(rng.normal(size=(b, a)), rng.normal(size=b)) for a, b in pairwise(sizes)]
            x = np.linspace(-4, 4, 20001)
            slopes = np.diff(sn.network_values(network, x)) / np.diff(x)
            changes = np.abs(np.diff(slopes)) > 1e-9
            counts.append(1 + np.sum(changes[1:] & ~changes[:-1]) + changes[0])
        assert max(counts) <= (width + 1) ** depth
        assert max(counts) > (width + 1) * (depth > 1)


def test_bad_sizes():
    with pytest.raises(ValueError, match="depth"):
        sn.spline_network(0)
    with pytest.raises(ValueError, match="pieces"):
        sn.least_spline_error(0)

"""The exact twins: proved as stated, refuted when off by little, and tied to the library."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss
from iclnb.landscape.strict_saddle import exact
from iclnb.landscape.strict_saddle.exact.completion import completion
from iclnb.landscape.strict_saddle.path import path_loss

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.path, {"slopes": 1}),
    (exact.path, {"slopes": 2 + LITTLE}),
    (exact.rotation, {"transposed": False}),
    (exact.levels, {"power": 2}),
    (exact.curvature, {"on_kernel": False}),
    (exact.jump, {"missing": 1}),
    (exact.ridge, {"missing": 2 + LITTLE}),
    (exact.ridge, {"missing": 1}),
    (exact.swap, {"learnt": 1}),
    (completion, {"learnt": 1}),
]


@pytest.mark.parametrize("twin", [*dict.fromkeys(twin for twin, _ in NEAR_MISSES), exact.no_slope])
def test_as_stated(twin):
    assert twin().holds


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_the_trace_inequality(size):
    assert exact.trace_inequality(size).holds
    assert not exact.trace_inequality(size, factor=1 + LITTLE).holds  # equal eigenvalues attain it


def floats(values):
    return np.array(values, dtype=float)


def test_the_loss_of_a_mixture_is_that_of_the_library():
    S0, C, Sigma, R = exact.example()
    series = exact.loss_on_path(S0, C, Sigma, R)
    stats = mf.statistics_of(floats(S0), floats(C), floats(Sigma))
    closed = ss.path_derivatives(stats, floats(R))
    wanted = [float(series[0]), float(series[1]), float(2 * series[2])]
    np.testing.assert_allclose(closed, wanted, rtol=1e-11)
    assert path_loss(stats, floats(R), 0.0) == pytest.approx(wanted[0], rel=1e-12)


def test_the_swap_brings_one_feature_and_nothing_else(monkeypatch):
    """Stretching what is learnt would leave the curvature as it is, so that the proof is blind."""
    seen, path = [], exact.loss_on_path

    def kept(S0, C, Sigma, R):
        seen.append(R)
        return path(S0, C, Sigma, R)

    monkeypatch.setattr(exact, "loss_on_path", kept)
    assert exact.swap().holds
    assert seen[-1] == [[0, 0, 1], [0, 0, 0]]

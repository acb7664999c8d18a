"""The two-parameter slice: its loss by covariances, its flow by integration, its levels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss

R0 = 0.7


@pytest.mark.parametrize(("u", "v"), [(0.3, -0.8), (1.2, 0.4), (-0.5, 1.5)])
def test_the_loss_is_that_of_the_covariances(u, v):
    C = R0 * np.diag([np.cos(v), np.sin(u)])
    stats = mf.statistics_of(R0 * np.eye(2), C, R0 * np.eye(2))
    assert ss.slice_loss(u, v, r0=R0) == pytest.approx(stats.loss, rel=1e-12)


def test_the_levels():
    half = np.pi / 2
    corners = ss.slice_loss([0.0, 0.0, half, half], [half, 0.0, 0.0, half], r0=R0)
    np.testing.assert_allclose(corners, R0 / 2 * np.array([2, 1, 0, 1]), atol=1e-15)


@pytest.mark.parametrize(("u0", "v0"), [(0.02, 1.3), (-0.4, -0.2), (0.0, 0.9)])
def test_the_flow_descends_the_loss(u0, v0):
    times = np.array([0.0, 0.7, 2.5, 6.0])

    def down(_, state):
        step = 1e-6
        u, v = state
        slope_u = ss.slice_loss(u + step, v, r0=R0) - ss.slice_loss(u - step, v, r0=R0)
        slope_v = ss.slice_loss(u, v + step, r0=R0) - ss.slice_loss(u, v - step, r0=R0)
        return [-slope_u / (2 * step), -slope_v / (2 * step)]

    run = solve_ivp(down, (0, 6), [u0, v0], t_eval=times, rtol=1e-9, atol=1e-11)
    path = ss.slice_flow(u0, v0, times, r0=R0)
    np.testing.assert_allclose(path.u, run.y[0], atol=1e-7)
    np.testing.assert_allclose(path.v, run.y[1], atol=1e-7)
    np.testing.assert_allclose(path.loss, ss.slice_loss(path.u, path.v, r0=R0), rtol=1e-14)


@pytest.mark.parametrize("u0", [1e-6, -0.03, 0.5])
def test_half_way_down_at_the_escape_time(u0):
    at = ss.slice_escape_time(u0, r0=R0)
    assert abs(ss.slice_flow(u0, 0.0, [at], r0=R0).u[0]) == pytest.approx(np.pi / 4, rel=1e-9)


def test_the_mirror_and_beyond():
    assert ss.slice_escape_time(0.0) == np.inf
    assert ss.slice_escape_time(1.0) == 0.0
    assert ss.slice_flow(0.0, 1.0, [1e3]).u[0] == 0.0
    assert ss.slice_flow(1e-300, 1.0, [1e4]).u[0] == pytest.approx(np.pi / 2)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ss.slice_loss(0.1, 0.2, r0=0.0), "r0"),
        (lambda: ss.slice_loss(np.nan, 0.2), "u"),
        (lambda: ss.slice_flow(2.0, 0.2, [1.0]), "u0"),
        (lambda: ss.slice_flow(0.1, 0.2, [-1.0]), "times"),
        (lambda: ss.slice_escape_time(-1.6), "u0"),
    ],
)
def test_bad_input(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@pytest.mark.parametrize("outside", [-1.58, 1.58, np.pi / 2, -np.pi / 2])
def test_a_start_outside_of_the_slice_is_refused_and_one_inside_is_not(outside):
    inside = np.copysign(1.56, outside)
    assert ss.slice_flow(inside, 0.3, [0.0]).u[0] == pytest.approx(inside)
    with pytest.raises(ValueError, match=r"u0 must lie in \(-1\.5708, 1\.5708\)"):
        ss.slice_flow(outside, 0.3, [0.0])
    with pytest.raises(ValueError, match="v0 must lie in"):
        ss.slice_flow(0.3, outside, [0.0])

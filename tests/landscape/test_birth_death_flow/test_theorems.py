"""The three decay theorems along a flow: their parts by the chapter that derives them."""

import numpy as np
import pytest

from iclnb.landscape import birth_death_flow as bd
from iclnb.landscape import convergence_rates as cr

from .test_plane import as_particles
from .test_scheme import OUTER, start


@pytest.fixture(scope="module")
def flow():
    plane, state = start()
    return plane, bd.grid_flow(plane, state, np.linspace(0.0, 8.0, 17), turnover=0.1)


@pytest.mark.claim("bdf-descent")
def test_slack_is_speed_over_the_bound(flow):
    plane, run = flow
    slack = bd.descent_slack(run)
    for at in (0, 5, 12):
        seen = cr.decay(*as_particles(plane, run.states[at]))
        floor = cr.descent_decay_bound(seen.delta, seen.ratio)
        assert slack[at] == pytest.approx(run.speed[at] / floor, rel=1e-9)
    close = bd.grid_flow(plane, run.states[6], [0.0, 0.01, 0.02], turnover=0.1)
    fall = (close.loss[0] - close.loss[2]) / 0.02  # the speed is that at which the loss falls
    assert close.speed[1] == pytest.approx(fall, rel=1e-3)
    assert np.all(slack > 1.0)


@pytest.mark.claim("bdf-phase")
def test_phase_begins_at_the_level_and_is_the_integral(flow):
    plane, run = flow
    phase = bd.accelerated_phase(run, plane.r0)
    begun = np.argmax(run.loss <= plane.r0 / 4)
    assert begun > 0
    assert len(phase.times) == len(run.times) - begun
    assert phase.times[0] == 0.0
    assert phase.loss[0] == run.loss[begun]
    assert phase.ratio == run.ratio[begun:].max()
    margin = plane.r0 / 2 - phase.loss[0]
    slope = np.diff(1.0 / phase.bound) / np.diff(phase.times)
    np.testing.assert_allclose(slope, 8.0 * margin / phase.ratio, rtol=1e-6)
    assert np.all(phase.loss <= phase.bound)
    later = bd.accelerated_phase(run, plane.r0, fraction=0.01)
    assert later.loss[0] <= 0.01 * plane.r0 / 2 < run.loss[len(run.times) - len(later.times) - 1]


@pytest.mark.claim("bdf-saddle")
def test_the_eigenvalue_is_the_rate_of_growth():
    """A start a little off the right angle: the correlation grows at the rate of the eigenvalue."""
    plane = bd.circle_plane(30, 64)
    rest = bd.product_state(plane, OUTER, bd.Bump(np.pi / 2, 0.5))
    seen = bd.saddle_curvature(plane, rest)
    state = (1 - 1e-6) * rest + 1e-6 * bd.product_state(plane, OUTER, bd.Bump(0.4, 0.5))
    run = bd.grid_flow(plane, state, [0.0, 0.2, 0.4])
    grown = np.sqrt(plane.r0 / 2 - run.loss)
    assert np.log(grown[2] / grown[1]) / 0.2 == pytest.approx(-seen.lowest, rel=0.03)
    law = rest.sum(axis=0)
    assert seen.ratio == pytest.approx(np.max(plane.teacher_law / law))
    assert seen.bound == pytest.approx(-(plane.r0**2) / seen.ratio, rel=1e-9)
    assert seen.path * bd.plane_fields(plane, rest).sig == pytest.approx(-(plane.r0**2))
    g0, sig = plane.target, bd.plane_fields(plane, rest).sig
    bent = (np.roll(g0, -1) - np.roll(g0, 1)) / (2 * plane.spacing[1])
    by_hand = law @ g0**2 + plane.outer_weights**2 @ rest @ bent**2
    assert -seen.lowest * sig == pytest.approx(by_hand, rel=0.02)
    upwind = bd.saddle_curvature(plane, rest, order=1)
    assert upwind.lowest == pytest.approx(seen.lowest, rel=0.02)
    assert upwind.lowest != seen.lowest
    assert bd.saddle_curvature(plane, rest, order=2) == seen


def test_bad_input(flow):
    plane, run = flow
    with pytest.raises(ValueError, match="fraction"):
        bd.accelerated_phase(run, plane.r0, fraction=1.0)
    with pytest.raises(ValueError, match="r0"):
        bd.accelerated_phase(run, 0.0)
    with pytest.raises(ValueError, match="solved"):
        bd.accelerated_phase(run, plane.r0, fraction=1e-12)
    with pytest.raises(ValueError, match="state"):
        bd.saddle_curvature(plane, start()[1])
    rest = bd.product_state(plane, OUTER, bd.Bump(np.pi / 2, 0.5))
    with pytest.raises(ValueError, match="order"):
        bd.saddle_curvature(plane, rest, order=3)

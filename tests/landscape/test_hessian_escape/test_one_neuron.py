"""One neuron and its mirror, and two neurons on the way to a saddle."""

from __future__ import annotations

import numpy as np
import pytest

from iclnb.landscape.hessian_escape import Hessian, lowest
from iclnb.landscape.hessian_escape.one_neuron import (
    neuron_curvature,
    neuron_escape_times,
    neuron_loss,
    neuron_path,
)
from iclnb.landscape.hessian_escape.spectrum import curvature_bound, density_ratio, path_velocity
from iclnb.landscape.hessian_escape.tilted import tilt_scan, tilted_pair
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    axis_teacher,
    integrate,
    loss,
    statistics,
)
from iclnb.landscape.strict_saddle import missing_feature_saddle, path_derivatives

ERF = ErfFeatures()
TASK = Problem(ERF, axis_teacher(1, 2, weight=2.0))


def _neuron(w):
    return Measure([[1.0]], [w])


def test_the_loss_and_the_curvature_are_those_of_the_library():
    for w in ([0.7, -0.4], [0.0, 1.1], [-2.0, 0.3]):
        found = float(neuron_loss(*w))
        assert found == pytest.approx(loss(TASK, _neuron(w)) / (TASK.r0 / 2), abs=1e-13)
    for w2 in (-0.5, 1.1):
        value = lowest(Hessian(TASK, _neuron([0.0, w2])), rng=np.random.default_rng(0)).value
        assert neuron_curvature(w2) == pytest.approx(value, rel=1e-10)
    assert neuron_loss(2.0, 0.0) == pytest.approx(0.0, abs=1e-14)
    assert neuron_loss(0.0, 0.8) == 1.0


def test_the_flow_is_that_of_the_library():
    run = neuron_path(0.2, 1.0, time=12.0, steps=300)
    other = integrate(TASK, _neuron([0.2, 1.0]), [0.0, 6.0, 12.0], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(run.w[[0, 150, 300]], other.w[:, 0], atol=1e-6)
    np.testing.assert_allclose(run.loss[[0, 150, 300]] * TASK.r0 / 2, other.loss, atol=1e-8)


@pytest.mark.claim("esc-mirror")
def test_the_mirror_and_its_two_sides():
    """Exactly zero stays; the sides are images; a hundredth costs log 100 over the curvature."""
    assert np.all(neuron_path(0.0, 1.0, time=40.0).w[:, 0] == 0.0)
    times = neuron_escape_times([-1e-4, 0.0, 1e-4, 1e-6, 1.5], 1.0)
    assert times[1] == np.inf
    assert times[0] == times[2]
    assert times[4] == 0.0
    wait = np.log(100.0) / -neuron_curvature(1.0)
    assert times[3] - times[2] == pytest.approx(wait, rel=1e-4)
    for bad in (lambda: neuron_loss(0.0, 0.0), lambda: neuron_path(0.0, 0.0, time=1.0)):
        with pytest.raises(ValueError, match="not both be zero"):
            bad()
    with pytest.raises(ValueError, match="w2"):
        neuron_curvature(0.0)
    with pytest.raises(ValueError, match="level"):
        neuron_escape_times(0.1, 1.0, level=1.0)


@pytest.mark.claim("esc-curvature-printed")
def test_the_line_without_the_slope_is_false():
    """At three sizes of the inner weights; with the slope it holds, and nearly with equality."""
    for weight in (3.0, 10.0, 1000.0):
        scan = tilt_scan(weight, [1.06, 1.2, np.pi / 2])
        assert scan.eigenvalue[0] > 0.7 * scan.curvature[0]
        assert np.all(scan.eigenvalue <= scan.bound)
        assert scan.bound[2] == pytest.approx(scan.curvature[2], rel=1e-9)
        assert scan.bound[2] < 0.9 * scan.eigenvalue[2]
    problem, mu = tilted_pair(3.0, 1.06)
    assert np.trace(mu.moment) == pytest.approx(1.0, rel=1e-12)
    assert density_ratio(mu, problem.teacher) == pytest.approx(1 / 0.98, rel=1e-12)
    with pytest.raises(ValueError, match="share"):
        tilted_pair(3.0, 1.0, share=1.0)


@pytest.mark.claim("esc-curvature-bound")
@pytest.mark.parametrize("seed", range(6))
def test_the_form_of_h_at_the_velocity_of_the_path(seed):
    """At random measures and matrices: the form, the size of v, and the bound."""
    rng = np.random.default_rng(seed)
    saddle = missing_feature_saddle(ERF, 2, 1, rng=rng)
    mu = Measure(saddle.mu.a + rng.standard_normal(saddle.mu.a.shape), saddle.mu.w, saddle.mu.p)
    hessian, R = Hessian(saddle.problem, mu), np.linalg.qr(rng.standard_normal((2, 2)))[0]
    v, path = path_velocity(mu, saddle.problem.teacher, R), path_derivatives(hessian.stats, R)
    assert hessian.inner(v, hessian.apply(v)) == pytest.approx(
        path.curvature - 2.0 * path.slope, rel=1e-9, abs=1e-12
    )
    assert hessian.inner(v, v) <= density_ratio(mu, saddle.problem.teacher) * (1 + 1e-12)
    low = np.linalg.eigvalsh(hessian.dense())[0]
    assert low <= curvature_bound(saddle.problem, mu, R) + 1e-12
    away = Measure(mu.a, mu.w + 1e-3, mu.p)
    with pytest.raises(ValueError, match="every inner weight"):
        path_velocity(away, saddle.problem.teacher, R)
    assert statistics(saddle.problem, mu).loss > 0.0

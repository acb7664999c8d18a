"""Growth at the rate of the smallest eigenvalue; who escapes, when, and who does not."""

import numpy as np
import pytest
import scipy.stats

from iclnb.landscape.hessian_escape import (
    Hessian,
    VelocityField,
    amplitude,
    escape_time,
    growth,
    linear_growth,
    lowest,
    one_neuron,
    perturbation,
    reflection_defect,
    symmetric_perturbation,
)
from iclnb.landscape.hessian_escape.law import escape_law
from iclnb.landscape.mean_field_limit import ErfFeatures, Measure, Problem, integrate
from iclnb.landscape.strict_saddle import axis_saddle, missing_feature_saddle


def _saddle(k, m, seed=0, mixed=False):
    saddle = missing_feature_saddle(
        ErfFeatures(), k, m, rng=np.random.default_rng([k, m, seed]), mixed=mixed
    )
    hessian = Hessian(saddle.problem, saddle.mu)
    return saddle, hessian, lowest(hessian, rng=np.random.default_rng(0))


@pytest.mark.claim("esc-growth-rate")
@pytest.mark.parametrize(("k", "m"), [(1, 1), (2, 1), (3, 1), (3, 2)])
def test_the_growth_rate_is_the_eigenvalue(k, m):
    """To 1e-6 at eps = 1e-6, with an error quadratic in eps at a mirror-symmetric saddle."""
    saddle, hessian, pair = _saddle(k, m)
    speed = abs(pair.value)

    def error(eps):
        out = growth(
            saddle.problem, hessian, pair.field, epsilon=eps, time=3.0 / speed, steps=300, every=100
        )
        return abs(out.rate / speed - 1.0)

    assert error(1e-6) < 1e-6
    assert abs(np.log10(error(1e-4) / error(1e-5)) - 2.0) < 0.1


def test_at_a_saddle_without_the_mirror_the_error_is_linear():
    saddle, hessian, pair = _saddle(3, 2, mixed=True)
    speed, errors = abs(pair.value), []
    for eps in (1e-5, 1e-6):
        out = growth(
            saddle.problem, hessian, pair.field, epsilon=eps, time=3.0 / speed, steps=300, every=100
        )
        errors.append(abs(out.rate / speed - 1.0))
    assert abs(np.log10(errors[0] / errors[1]) - 1.0) < 0.1


@pytest.mark.claim("esc-linear-velocity")
def test_the_flow_follows_the_linear_equation():
    """A random perturbation, its component along the lowest eigenvector."""
    saddle, hessian, pair = _saddle(2, 1)
    eps, time = 1e-6, 2.0 / abs(pair.value)
    v = perturbation(hessian, rng=np.random.default_rng(1))
    out = growth(
        saddle.problem, hessian, pair.field, epsilon=eps, time=time, steps=200, every=100, field=v
    )
    linear = linear_growth(hessian, v, out.times)
    moved = [hessian.inner(pair.field, u) * eps for u in linear]
    np.testing.assert_allclose(out.amplitude, moved, rtol=1e-4)
    # negative control: with half the rate the end is off by the factor e
    slow = hessian.inner(pair.field, linear_growth(hessian, v, 0.5 * out.times)[-1]) * eps
    assert abs(out.amplitude[-1] / slow - np.e) < 1e-3
    start = saddle.mu.moved(eps * v.a, eps * v.w)
    assert amplitude(hessian, pair.field, start) == pytest.approx(out.amplitude[0], rel=1e-9)


@pytest.mark.claim("esc-random-escape")
@pytest.mark.parametrize("seed", range(3))
def test_random_perturbations_escape_at_the_rate_of_the_lowest_eigenvalue(seed):
    """log(L_saddle - L)/2 grows at |lambda_min|; the loss ends far below the saddle."""
    saddle, hessian, pair = _saddle(2, 1, seed)
    speed, rng = abs(pair.value), np.random.default_rng(seed)
    v = perturbation(hessian, rng=rng)
    times = np.linspace(0.0, 60.0, 601) / speed
    run = integrate(
        saddle.problem, saddle.mu.moved(1e-6 * v.a, 1e-6 * v.w), times, rtol=1e-10, atol=1e-14
    )
    fall = hessian.stats.loss - run.loss
    window = (fall > 1e-9 * hessian.stats.loss) & (fall < 1e-6 * hessian.stats.loss)
    slope = np.polyfit(times[window], 0.5 * np.log(fall[window]), 1)[0]
    assert np.count_nonzero(window) >= 20
    assert 0.999 < slope / speed < 1.001
    assert run.loss[-1] < 0.1 * hessian.stats.loss
    # the time is log(1/(overlap eps)) over the rate, plus a number of order one
    offset = escape_time(times, run.loss, hessian.stats.loss) * speed
    offset -= np.log(1.0 / (abs(hessian.inner(pair.field, v)) * 1e-6))
    assert abs(offset) < 3.0


@pytest.mark.claim("esc-escape-time")
def test_the_escape_time_moves_by_the_logarithm_of_the_size():
    saddle, hessian, pair = _saddle(2, 1)
    speed, found = abs(pair.value), []
    v = perturbation(hessian, rng=np.random.default_rng(5))
    times = np.linspace(0.0, 30.0, 601) / speed
    for eps in (1e-4, 1e-6):
        run = integrate(
            saddle.problem, saddle.mu.moved(eps * v.a, eps * v.w), times, rtol=1e-10, atol=1e-14
        )
        found.append(escape_time(times, run.loss, hessian.stats.loss) * speed)
    assert abs(found[1] - found[0] - np.log(100.0)) < 0.01


@pytest.mark.claim("esc-escape-law")
def test_the_law_of_escape_times_from_paths_of_their_own():
    """Each time read off a path at three parts of a hundred, and the law of an arcsine."""
    epsilon, pace = 1e-4, -one_neuron.neuron_curvature(0.8)
    turned = np.random.default_rng(11).uniform(0.0, 2.0 * np.pi, 200)

    def out(angle):
        w1, w2 = epsilon * np.cos(angle), 0.8 + epsilon * np.sin(angle)
        path = one_neuron.neuron_path(w1, w2, time=40.0, steps=100)
        return pace * np.interp(-0.97, -path.loss, np.linspace(0.0, 40.0, 101))

    times, first = np.array([out(x) for x in turned]), out(0.0)
    found = scipy.stats.kstest(times, lambda s: escape_law(s, earliest=first))
    assert found.pvalue > 0.01
    assert scipy.stats.kstest(1.02 * times, lambda s: escape_law(s, earliest=first)).pvalue < 1e-6
    assert escape_law(first - 0.01, earliest=first) == 0.0
    for s in (0.1, 1.0, 4.0):  # one minus the share of the circle on which the cosine is smaller
        angles = np.linspace(0.0, 2.0 * np.pi, 200_001)
        share = np.mean(np.abs(np.cos(angles)) >= np.exp(-s))
        assert abs(escape_law(first + s, earliest=first) - share) < 1e-4


@pytest.mark.claim("esc-roundoff")
@pytest.mark.claim("esc-mirror")
@pytest.mark.parametrize("seed", range(4))
def test_the_mirror_is_never_left_and_rounding_leaves_it_elsewhere(seed):
    """Inside the mirror set: stuck. With 1e-10 of noise, or in a rotated frame: gone."""
    rng = np.random.default_rng(seed)
    saddle = axis_saddle(ErfFeatures(), 3, 1, rng=rng)
    hessian = Hessian(saddle.problem, saddle.mu)
    times = np.array([0.0, 200.0]) / abs(lowest(hessian, rng=rng).value)
    level = saddle.problem.r0 / 2.0
    inside = symmetric_perturbation(hessian, 0, rng=rng)
    start = saddle.mu.moved(0.3 * inside.a, 0.3 * inside.w)
    stuck = integrate(saddle.problem, start, times)
    assert stuck.loss[0] > 1.005 * level
    assert 1.0 - 1e-12 < stuck.loss[-1] / level < 1.001
    assert reflection_defect(stuck.measure(-1), 0) == 0.0
    v = perturbation(hessian, rng=rng)
    noisy = integrate(saddle.problem, start.moved(1e-10 * v.a, 1e-10 * v.w), times)
    assert noisy.loss[-1] < 0.0105 * level
    q = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    teacher = saddle.problem.teacher
    turned = Problem(ErfFeatures(), Measure(teacher.a, teacher.w @ q))
    rotated = integrate(turned, Measure(start.a, start.w @ q), times)
    assert rotated.loss[-1] < 0.1 * level


def test_the_perturbations_have_unit_norm():
    saddle = axis_saddle(ErfFeatures(), 2, 1, rng=np.random.default_rng(0))
    hessian, rng = Hessian(saddle.problem, saddle.mu), np.random.default_rng(1)
    for v in (
        perturbation(hessian, rng=rng),
        perturbation(hessian, rng=rng, inner_only=True),
        symmetric_perturbation(hessian, 0, rng=rng),
    ):
        assert abs(hessian.inner(v, v) - 1.0) < 1e-14
    assert np.all(perturbation(hessian, rng=rng, inner_only=True).a == 0.0)


def test_escape_time():
    times = np.array([0.0, 1.0, 2.0])
    assert escape_time(times, [1.0, 1.0, 0.8], 1.0, fraction=0.1) == pytest.approx(1.5)
    assert escape_time(times, [1.0, 1.0, 1.0], 1.0) == np.inf
    assert escape_time(times, [0.5, 0.4, 0.3], 1.0) == 0.0
    with pytest.raises(ValueError, match="one entry per time"):
        escape_time(times, [1.0], 1.0)


def test_bad_escapes():
    saddle, hessian, pair = _saddle(1, 1)
    with pytest.raises(ValueError, match="epsilon"):
        growth(saddle.problem, hessian, pair.field, epsilon=0.0, time=1.0, steps=1)
    with pytest.raises(ValueError, match="steps"):
        growth(saddle.problem, hessian, pair.field, epsilon=1e-3, time=1.0, steps=0)
    still = VelocityField(np.zeros_like(saddle.mu.a), np.zeros_like(saddle.mu.w))
    with pytest.raises(ValueError, match="field must have a component along direction"):
        growth(saddle.problem, hessian, pair.field, epsilon=1e-3, time=1.0, steps=2, field=still)
    with pytest.raises(ValueError, match="coordinate"):
        symmetric_perturbation(hessian, 99, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="coordinate"):
        reflection_defect(saddle.mu, -1)
    with pytest.raises(TypeError, match="rng"):
        perturbation(hessian, rng=None)

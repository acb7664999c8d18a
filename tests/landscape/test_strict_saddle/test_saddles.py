"""Constructed critical points, the singular saddle, the weak one, and unequal strengths."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    ProbitFeatures,
    Problem,
    SingularCovarianceError,
    axis_teacher,
    dissipation,
    first_variation,
    integrate,
    loss,
    particle_gradients,
    statistics,
    whitened_teacher,
)
from iclnb.landscape.strict_saddle import (
    axis_saddle,
    curvature,
    curvature_direction,
    missing_feature_saddle,
    path_derivatives,
    path_loss,
    slope,
    steepest_descent,
    subset_saddle,
    swap_curvature,
    swap_direction,
    weak_critical_point,
    zero_feature_saddle,
)


@pytest.mark.parametrize("mixed", [True, False])
def test_the_first_variation_vanishes_everywhere(mixed):
    """Not only on the support: at neurons drawn anew."""
    rng = np.random.default_rng(0)
    saddle = missing_feature_saddle(ErfFeatures(), 3, 2, rng=rng, mixed=mixed)
    problem, mu = saddle.problem, saddle.mu
    a, w = rng.standard_normal((40, 3)), 2.0 * rng.standard_normal((40, mu.w.shape[1]))
    np.testing.assert_allclose(first_variation(problem, mu, a, w), 0.0, atol=1e-15)
    assert dissipation(mu, particle_gradients(problem, mu)) < 1e-30
    assert abs(np.trace(mu.moment) - 1.0) < 1e-14
    # the missing features are general combinations of the true ones
    residual = statistics(problem, mu).residual
    assert np.max(np.abs(residual - np.diag(np.diag(residual)))) > 1e-3 * problem.r0
    # negative control: off the saddle it does not
    off = Measure(mu.a, mu.w + 0.1 * rng.standard_normal(mu.w.shape), mu.p)
    assert np.max(np.abs(first_variation(problem, off, a, w))) > 1e-4


@pytest.mark.claim("saddle-mirror")
def test_axis_saddle():
    saddle = axis_saddle(ErfFeatures(), 3, 2, rng=np.random.default_rng(0))
    stats = statistics(saddle.problem, saddle.mu)
    assert abs(stats.loss / (saddle.problem.r0 / 2) - 2.0) < 1e-12
    assert np.all(saddle.mu.w[:, :2] == 0.0)
    assert curvature_direction(stats).value < -1e-3
    # from inside the mirror set the loss stays above the level, whatever the features
    rng = np.random.default_rng(1)
    w = rng.standard_normal((30, 5))
    w[:, :2] = 0.0
    assert loss(saddle.problem, Measure(rng.standard_normal((30, 3)), w)) >= stats.loss


@pytest.mark.claim("saddle-jump")
@pytest.mark.claim("saddle-ridge")
def test_zero_feature_saddle():
    """L = m r0/2 at the point, 0 beside it; with a ridge the curvature is -r0^2 m / ridge."""
    rng = np.random.default_rng(2)
    teacher = whitened_teacher(
        ErfFeatures(), rng.standard_normal((9, 3)), rng.standard_normal((9, 4))
    )
    problem = Problem(ErfFeatures(), teacher)
    for m in (1, 2):
        saddle = zero_feature_saddle(problem, m)
        stats = statistics(problem, saddle.mu)
        assert stats.rank == 3 - m
        assert abs(stats.loss / (problem.r0 / 2) - m) < 1e-12
        for s in (1e-6, 1e-3, 0.5):
            assert path_loss(stats, np.eye(3), s) < 1e-12
        with pytest.raises(SingularCovarianceError):
            slope(stats, np.eye(3))
        with pytest.raises(SingularCovarianceError):
            path_derivatives(stats, np.eye(3))
        r = np.diag((np.arange(3) >= 3 - m).astype(float))
        for ridge in (1e-2, 1e-3, 1e-4, 1e-5):
            at = path_derivatives(stats, r, penalty=ridge)
            # the learnt part of the loss also changes: by the ridge, at bounded rate
            kept = (3 - m) * problem.r0**2 * ridge / (problem.r0 + ridge) ** 2
            expected = -m * problem.r0**2 / ridge
            assert abs(at.curvature - expected) < 6.0 * kept + 1e-9 * abs(expected)


@pytest.mark.claim("saddle-particles")
def test_weak_critical_point():
    """At rest on its own support, yet with a direction of descent: particles are not covered."""
    rng = np.random.default_rng(3)
    teacher = whitened_teacher(
        ErfFeatures(), np.array([[1.0], [0.6], [-0.8]]), 1.5 * rng.standard_normal((3, 2))
    )
    problem = Problem(ErfFeatures(), teacher)
    weak = weak_critical_point(problem, [0.5, 0.2])
    stats = statistics(problem, weak.mu)
    grad = particle_gradients(problem, weak.mu)
    assert np.max(np.abs(grad.w)) < 1e-12
    assert np.max(np.abs(grad.a)) < 1e-14
    level = stats.loss / (problem.r0 / 2)
    assert 1e-3 < level < 1.0 - 1e-3
    assert steepest_descent(stats).value < -1e-4 * problem.r0
    still = integrate(problem, weak.mu, [0.0, 100.0])
    assert abs(still.loss[-1] - still.loss[0]) < 1e-12
    # a neuron elsewhere does feel a force
    others = rng.standard_normal((20, 2))
    assert np.max(np.abs(first_variation(problem, weak.mu, np.ones((20, 1)), others))) > 1e-4


@pytest.mark.claim("saddle-swap")
@pytest.mark.parametrize("normal", [0, 1, 2])
def test_unequal_strengths(normal):
    """Each swap's curvature, by the formula in u, by the general one and by differences."""
    strengths, learnt = [3.0, 2.0, 1.0, 0.5], [normal, 3]
    stats = subset_saddle(strengths, learnt)
    absent = [j for j in range(4) if j not in learnt]
    assert abs(stats.loss - 0.5 * sum(strengths[j] for j in absent)) < 1e-14
    assert np.linalg.norm(stats.residual @ stats.b) < 1e-14
    for out in learnt:
        for into in absent:
            r = swap_direction(strengths, learnt, out, into)
            expected = swap_curvature(strengths, out, into)
            assert abs(curvature(stats, r) - expected) < 1e-13
            assert abs(path_derivatives(stats, r).curvature - expected) < 1e-13
            h = 1e-3
            fall = 2.0 * (path_loss(stats, r, h / (1 + h)) - stats.loss) / h**2
            assert abs(fall - expected) < 1e-4
            assert (expected < 0.0) == (strengths[into] > strengths[out])
    # the point that has learnt the strongest features has no direction of descent among the swaps
    top = subset_saddle(strengths, [0, 1])
    for out, into in ((0, 2), (0, 3), (1, 2), (1, 3)):
        assert curvature(top, swap_direction(strengths, [0, 1], out, into)) > 0.0


def test_unequal_strengths_of_a_network():
    """The same with an actual teacher whose features have strengths from its outer weights."""
    teacher = Measure(np.diag([1.0, 2.0, 3.0]), np.eye(3))
    problem = Problem(ErfFeatures(), teacher)
    s = np.diag(problem.s0)
    mu = teacher.push([[1.0 / np.sqrt(s[0]), 0.0, 0.0]])
    stats = statistics(problem, mu)
    expected = swap_curvature(s, 0, 2)
    assert abs(curvature(stats, [[0.0, 0.0, 1.0]]) - expected) < 1e-12
    with pytest.raises(ValueError, match="isotropic"):
        _ = problem.r0


def test_bad_saddles():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="odd"):
        missing_feature_saddle(ProbitFeatures(), 2, 1, rng=rng)
    with pytest.raises(ValueError, match="odd"):
        axis_saddle(ProbitFeatures(), 2, 1, rng=rng)
    with pytest.raises(ValueError, match="m must be at most k"):
        missing_feature_saddle(ErfFeatures(), 2, 3, rng=rng)
    with pytest.raises(ValueError, match="m must be at least 1"):
        missing_feature_saddle(ErfFeatures(), 2, 0, rng=rng)
    with pytest.raises(ValueError, match="k must be at least 1"):
        missing_feature_saddle(ErfFeatures(), 0, 1, rng=rng)
    for few in ({"teacher_neurons": 2}, {"idle_neurons": 1}):
        with pytest.raises(ValueError, match="teacher_neurons and idle_neurons must be at least"):
            missing_feature_saddle(ErfFeatures(), 3, 2, rng=rng, **few)
    with pytest.raises(ValueError, match="at most idle"):
        axis_saddle(ErfFeatures(), 3, 3, rng=rng, idle=2)
    with pytest.raises(TypeError, match="rng"):
        missing_feature_saddle(ErfFeatures(), 2, 1, rng=0)
    with pytest.raises(ValueError, match="exactly one feature"):
        weak_critical_point(Problem(ErfFeatures(), axis_teacher(2, 2)), [1.0, 1.0])
    one = Problem(ErfFeatures(), axis_teacher(1, 2))
    with pytest.raises(ValueError, match=r"^w must have shape \(2,\)"):
        weak_critical_point(one, [0.4, 0.3, 0.2])
    with pytest.raises(ValueError, match=r"^w must not be zero"):
        weak_critical_point(one, [0.0, 0.0])
    with pytest.raises(ValueError, match="at least k"):
        axis_teacher(3, 2)
    with pytest.raises(ValueError, match="positive"):
        subset_saddle([1.0, 0.0], [0])
    with pytest.raises(ValueError, match="distinct"):
        subset_saddle([1.0, 2.0], [0, 0])
    for learnt in ([], [[0]], [0.0], 0):
        with pytest.raises(ValueError, match="learnt must be a non-empty list of indices"):
            subset_saddle([1.0, 2.0], learnt)
    with pytest.raises(ValueError, match="missing feature"):
        swap_direction([1.0, 2.0], [0], 0, 0)
    for out, into in ((0, 2), (-1, 0)):
        with pytest.raises(ValueError, match="out and into must be indices of strengths"):
            swap_curvature([1.0, 2.0], out, into)
    with pytest.raises(ValueError, match="m must be at most k, got 3 > 2"):
        zero_feature_saddle(Problem(ErfFeatures(), axis_teacher(2, 2)), 3)

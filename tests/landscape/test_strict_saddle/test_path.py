"""The path to the teacher: value, slope and curvature by several routes; the best directions."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    ProbitFeatures,
    Problem,
    SingularCovarianceError,
    loss,
    random_measure,
    statistics,
    statistics_of,
    whitened_teacher,
)
from iclnb.landscape.strict_saddle import (
    curvature,
    curvature_direction,
    missing,
    missing_feature_saddle,
    path_derivatives,
    path_loss,
    path_measure,
    saddle_curvature,
    slope,
    steepest_descent,
)


def _case(k=3, k0=3, features=None, seed=0):
    rng = np.random.default_rng(seed)
    features = features or ErfFeatures()
    teacher = whitened_teacher(
        features, rng.standard_normal((3 * k0, k0)), rng.standard_normal((3 * k0, 4))
    )
    return Problem(features, teacher), random_measure(3 * k, k, 4, rng=rng), rng


def _orthogonal(rng, k):
    return np.linalg.qr(rng.standard_normal((k, k)))[0]


@pytest.mark.parametrize(("k", "k0"), [(1, 1), (3, 3), (2, 4), (3, 2)])
def test_the_path_in_covariances_is_the_path_of_measures(k, k0):
    problem, mu, rng = _case(k, k0, ProbitFeatures())
    stats, r = statistics(problem, mu), rng.standard_normal((k, k0))
    for s in (0.0, 0.2, 0.9):
        mixture = path_measure(problem, mu, r, s)
        assert abs(path_loss(stats, r, s) - loss(problem, mixture)) < 1e-13
        assert abs(mixture.p.sum() - 1.0) < 1e-14


@pytest.mark.claim("saddle-path")
@pytest.mark.parametrize(("k", "k0"), [(1, 1), (3, 3), (2, 4)])
@pytest.mark.parametrize("ridge", [0.0, 0.01])
def test_slope_and_curvature_against_differences(k, k0, ridge):
    problem, mu, rng = _case(k, k0)
    stats, r, h = statistics(problem, mu), rng.standard_normal((k, k0)), 1e-4
    for s in (0.1, 0.6):
        at = path_derivatives(stats, r, s, penalty=ridge)
        low, here, high = (path_loss(stats, r, s + x, penalty=ridge) for x in (-h, 0.0, h))
        # the truncation error is h^2 times a fourth derivative of size up to a few hundred
        scale = max(abs(at.curvature), abs(at.slope), 1e-2)
        assert abs(at.loss - here) < 1e-14
        assert abs((high - low) / (2 * h) - at.slope) < 1e-5 * scale
        assert abs((high - 2 * here + low) / h**2 - at.curvature) < 1e-4 * scale


@pytest.mark.claim("saddle-path")
@pytest.mark.parametrize(("k", "k0"), [(1, 1), (3, 3), (2, 4), (4, 2)])
def test_the_two_formulas_at_the_start_agree(k, k0):
    problem, mu, rng = _case(k, k0)
    stats = statistics(problem, mu)
    for _ in range(20):
        r = rng.standard_normal((k, k0))
        at = path_derivatives(stats, r)
        assert abs(at.slope - slope(stats, r)) < 1e-12 * max(1.0, abs(at.slope))
        assert abs(at.curvature - curvature(stats, r)) < 1e-12 * max(1.0, abs(at.curvature))


def test_the_slope_is_the_first_variation_against_the_teacher():
    """Third route: int dL/dmu d(R # mu0)."""
    from iclnb.landscape.mean_field_limit import first_variation

    problem, mu, rng = _case()
    r = rng.standard_normal((3, 3))
    pushed = problem.teacher.push(r)
    value = pushed.p @ first_variation(problem, mu, pushed.a, pushed.w)
    assert abs(value - slope(statistics(problem, mu), r)) < 1e-13


@pytest.mark.claim("saddle-rotation")
def test_the_steepest_descent():
    problem, mu, rng = _case()
    stats = statistics(problem, mu)
    best = steepest_descent(stats)
    np.testing.assert_allclose(best.R @ best.R.T, np.eye(3), atol=1e-13)
    assert abs(slope(stats, best.R) - best.value) < 1e-14
    nuclear = np.linalg.norm(stats.residual @ stats.b, "nuc")
    assert abs(best.value + nuclear) < 1e-14
    for _ in range(1000):
        r = _orthogonal(rng, 3) @ np.diag(rng.uniform(-1.0, 1.0, 3)) @ _orthogonal(rng, 3)
        assert slope(stats, r) > best.value
        assert slope(stats, _orthogonal(rng, 3)) > best.value
    # negative control: outside the convex hull one does go lower
    assert slope(stats, 1.1 * best.R) < best.value
    # the formula's R, not its transpose
    assert slope(stats, best.R.T) > best.value + 1e-6


@pytest.mark.claim("saddle-curvature")
@pytest.mark.claim("saddle-best-curvature")
@pytest.mark.parametrize(("k", "m"), [(1, 1), (2, 1), (3, 2), (4, 3), (3, 3)])
def test_the_best_curvature_at_a_saddle(k, m):
    saddle = missing_feature_saddle(ErfFeatures(), k, m, rng=np.random.default_rng([k, m]))
    stats, rng = statistics(saddle.problem, saddle.mu), np.random.default_rng(0)
    best = curvature_direction(stats)
    scale = abs(best.value)
    assert np.linalg.norm(best.R, 2) < 1.0 + 1e-12
    assert abs(curvature(stats, best.R) - best.value) < 1e-11 * scale
    assert abs(path_derivatives(stats, best.R).curvature - best.value) < 1e-11 * scale
    assert min(curvature(stats, _orthogonal(rng, k)) for _ in range(500)) > best.value - 1e-12
    # the closed form along every R, in or out of the convex hull
    for _ in range(20):
        r = rng.standard_normal((k, k))
        along = curvature(stats, r)
        assert abs(saddle_curvature(stats, r) - along) < 1e-11 * max(scale, abs(along))
    # what R does to the complement of range P does not matter
    found = missing(stats)
    rest_p = np.linalg.svd(found.residual.T)[2][m:].T
    rest_c = np.linalg.svd(found.kernel.T)[2][m:].T
    for _ in range(5):
        inner = rng.standard_normal((k - m, k - m))
        r = best.R + rest_c @ inner @ rest_p.T
        assert abs(curvature(stats, r) - best.value) < 1e-11 * scale
    # and it is the curvature of the loss itself: even and flat to first order in u
    h = 1e-3
    u = [path_loss(stats, best.R, x / (1 + x)) for x in (h, 2 * h)]
    extrapolated = (16.0 * (u[0] - stats.loss) / h**2 - (u[1] - stats.loss) / h**2) * 2.0 / 12.0
    assert abs(extrapolated - best.value) < 1e-3 * scale


def test_bad_paths():
    problem, mu, _ = _case()
    stats = statistics(problem, mu)
    with pytest.raises(ValueError, match="R must have shape"):
        slope(stats, np.eye(2))
    with pytest.raises(ValueError, match="s must lie in"):
        path_loss(stats, np.eye(3), -0.1)
    with pytest.raises(ValueError, match="R must be finite"):
        path_derivatives(stats, np.full((3, 3), np.nan))
    with pytest.raises(ValueError, match="PB = 0"):
        curvature_direction(stats)
    flat = statistics(problem, mu.push(np.diag([1.0, 1.0, 0.0])))
    for function in (steepest_descent, curvature_direction, missing):
        with pytest.raises(SingularCovarianceError, match="singular"):
            function(flat)
    with pytest.raises(SingularCovarianceError):
        slope(flat, np.eye(3))
    with pytest.raises(ValueError, match="misses 0 true features and has 0 useless"):
        curvature_direction(statistics(problem, problem.teacher))
    with pytest.raises(ValueError, match="as many learnt as true"):
        curvature_direction(statistics(problem, Measure(mu.a[:, :2], mu.w)))
    uneven = statistics_of(np.diag([2.0, 3.0]), np.diag([1.0, 2.0]), np.eye(2))
    with pytest.raises(ValueError, match="stats must belong to an isotropic teacher"):
        curvature_direction(uneven)


def test_a_saddle_of_features_of_very_different_size_needs_a_larger_tolerance():
    """One direction of feature space shrunk by e: the curvature grows like 1/e^2."""
    rng = np.random.default_rng(0)
    saddle = missing_feature_saddle(ErfFeatures(), 3, 1, rng=rng, mixed=False)
    turn = _orthogonal(rng, 3)

    def shrunk(e):
        return statistics(saddle.problem, saddle.mu.push(turn @ np.diag([1.0, 1.0, e]) @ turn.T))

    with pytest.raises(ValueError, match=r"to tol = 1e-09, got relative size .* raise tol"):
        curvature_direction(shrunk(1e-5))
    value = [curvature_direction(shrunk(e), tol=1e-6).value for e in (1e-4, 1e-5)]
    assert value[1] / value[0] == pytest.approx(100.0, rel=1e-5)
    assert value[1] <= saddle_curvature(shrunk(1e-5), np.eye(3), tol=1e-6) < 0

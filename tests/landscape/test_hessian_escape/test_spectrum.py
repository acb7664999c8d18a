"""Eigenvalues at saddles: Lanczos and dense, the Morse index, the theorem's bound."""

import numpy as np
import pytest

from iclnb.landscape.hessian_escape import (
    Hessian,
    curvature_bound,
    density_ratio,
    lowest,
    morse_index,
)
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    axis_teacher,
    loss,
    mix,
)
from iclnb.landscape.strict_saddle import axis_saddle, curvature_direction, missing_feature_saddle

SADDLES = [(k, m, seed) for k, m in ((1, 1), (2, 1), (2, 2), (3, 2), (4, 1)) for seed in range(4)]


def _saddle(k, m, seed, **options):
    return missing_feature_saddle(
        ErfFeatures(), k, m, rng=np.random.default_rng([k, m, seed]), **options
    )


@pytest.mark.claim("esc-negative-directions")
@pytest.mark.claim("esc-curvature-bound")
@pytest.mark.parametrize(("k", "m", "seed"), SADDLES)
def test_twenty_saddles(k, m, seed):
    """m^2 negative directions; lambda_min <= L''/R; Lanczos agrees with the dense matrix."""
    saddle = _saddle(k, m, seed)
    hessian, rng = Hessian(saddle.problem, saddle.mu), np.random.default_rng(0)
    assert morse_index(hessian) == m * m
    values = np.linalg.eigvalsh(hessian.dense())
    pair = lowest(hessian, rng=rng)
    assert abs(pair.value / values[0] - 1.0) < 1e-9
    assert abs(hessian.inner(pair.field, pair.field) - 1.0) < 1e-12
    image = hessian.apply(pair.field)
    np.testing.assert_allclose(image.w, pair.value * pair.field.w, atol=1e-8 * abs(pair.value))
    assert density_ratio(saddle.mu, saddle.problem.teacher) == pytest.approx(2.0, abs=1e-12)
    best = curvature_direction(hessian.stats)
    bound = curvature_bound(saddle.problem, saddle.mu, best.R)
    assert abs(bound / (best.value / 2.0) - 1.0) < 1e-9
    assert pair.value <= bound < 0.0


@pytest.mark.claim("esc-negative-directions")
def test_four_missing_features():
    assert morse_index(Hessian(*_saddle(4, 4, 0)[:2])) == 16


def test_a_minimiser_has_no_negative_direction():
    problem = _saddle(3, 1, 0).problem
    assert morse_index(Hessian(problem, problem.teacher)) == 0


def test_mirror_saddles_have_negative_directions_too():
    for m in (1, 2):
        saddle = axis_saddle(ErfFeatures(), 3, m, rng=np.random.default_rng(m))
        hessian = Hessian(saddle.problem, saddle.mu)
        assert morse_index(hessian) == m * m
        field = lowest(hessian, rng=np.random.default_rng(0)).field
        # they move the coordinates that the saddle does not look at, and nothing else
        assert np.max(np.abs(field.w[:, m:])) < 1e-8
        assert np.max(np.abs(field.a)) < 1e-8


@pytest.mark.claim("esc-replicas")
def test_copies_leave_the_spectrum():
    """H is an object of the measure, not of the number of particles."""
    saddle, values = _saddle(2, 1, 0), []
    for copies in (1, 3):
        mu = saddle.mu
        many = Measure(
            np.tile(mu.a, (copies, 1)), np.tile(mu.w, (copies, 1)), np.tile(mu.p, copies) / copies
        )
        values.append(lowest(Hessian(saddle.problem, many), rng=np.random.default_rng(0)).value)
    assert abs(values[1] / values[0] - 1.0) < 1e-11


def test_the_matrix_free_operator_is_symmetric():
    saddle = _saddle(3, 2, 0)
    hessian, rng = Hessian(saddle.problem, saddle.mu), np.random.default_rng(0)
    moved = Hessian(
        saddle.problem,
        Measure(saddle.mu.a, saddle.mu.w + 0.3 * rng.standard_normal(saddle.mu.w.shape)),
    )
    for operator in (hessian.operator(), moved.operator(), moved.operator(full=True)):
        x, y = rng.standard_normal((2, hessian.size))
        left, right = y @ operator.matvec(x), x @ operator.matvec(y)
        assert abs(left - right) < 1e-12 * np.linalg.norm(x) * np.linalg.norm(y)


@pytest.mark.claim("esc-curvature-bound")
@pytest.mark.parametrize("seed", [2, 3])
def test_the_bound_off_a_critical_point_has_both_derivatives_of_the_loss(seed):
    """L' and L'' by a polynomial through losses along the path, at a measure where L' is not 0."""
    rng, teacher = np.random.default_rng(seed), axis_teacher(2, 3)
    problem = Problem(ErfFeatures(), teacher)
    loose = Measure(rng.normal(size=(3, 2)), rng.normal(size=(3, 3)), [0.5, 0.3, 0.2])
    mu = mix(teacher.push([[0.3, 0.8], [-0.9, 0.2]]), loose, 0.4)
    R = 0.97 * np.linalg.qr(rng.normal(size=(2, 2)))[0]
    s = np.linspace(0.0, 8e-3, 9)
    losses = [loss(problem, mix(mu, teacher.push(R), x)) for x in s]
    *_, half, slope, _ = np.polyfit(s, losses, 6)
    assert abs(slope) > 5e-4
    wanted = (2 * half - 2 * slope) / density_ratio(mu, teacher)
    assert wanted < -0.05
    assert curvature_bound(problem, mu, R) == pytest.approx(wanted, rel=1e-6)


def _independent(mu):
    """Return the measure with outer weights that make independent features."""
    return Measure(np.eye(3)[:, :2] + 0.5, mu.w, mu.p)


def test_the_density_ratio():
    teacher = axis_teacher(2, 3)
    mu = Measure(np.ones((3, 2)), np.vstack([teacher.w, [[0.0, 0.0, 1.0]]]), [0.2, 0.5, 0.3])
    assert density_ratio(mu, teacher) == pytest.approx(2.5, abs=1e-12)
    away = Measure(mu.a, mu.w + 1e-6, mu.p)
    assert density_ratio(away, teacher) == np.inf
    problem = Problem(ErfFeatures(), teacher)
    assert curvature_bound(problem, _independent(away), np.eye(2)) == 0.0
    with pytest.raises(ValueError, match="inner weights"):
        density_ratio(Measure(np.ones((1, 1)), np.ones((1, 1))), teacher)
    with pytest.raises(ValueError, match="spectral norm"):
        curvature_bound(problem, _independent(mu), 2.0 * np.eye(2))
    loud = Problem(ErfFeatures(), axis_teacher(2, 3, outer=2.0))
    with pytest.raises(ValueError, match="at most 1"):
        curvature_bound(loud, _independent(mu), np.eye(2))
    with pytest.raises(TypeError, match="rng"):
        lowest(Hessian(Problem(ErfFeatures(), teacher), teacher), rng=1)

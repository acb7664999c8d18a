"""The gradient flow: descent, conservation, invariances, plateaus, the two-timescale limit."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    SingularCovarianceError,
    axis_teacher,
    correlated_start,
    dissipation,
    inner_gradient,
    integrate,
    integrate_joint,
    joint_loss,
    loss,
    particle_gradients,
    rk4,
    statistics,
    whitened_teacher,
)


def _case(seed=0, n=30):
    rng = np.random.default_rng(seed)
    teacher = whitened_teacher(
        ErfFeatures(), rng.standard_normal((8, 2)), rng.standard_normal((8, 5))
    )
    return Problem(ErfFeatures(), teacher), correlated_start(n, 2, 5, rng=rng)


def test_the_loss_falls_at_the_rate_of_the_dissipation():
    problem, mu = _case()
    run = rk4(problem, mu, step_size=0.01, steps=200)
    assert np.all(np.diff(run.loss) < 0.0)
    slope = (run.loss[101] - run.loss[99]) / 0.02
    now = run.measure(100)
    assert abs(slope + dissipation(now, particle_gradients(problem, now))) < 1e-6 * abs(slope)


def test_the_moment_is_conserved():
    """To the integrator's error with an adaptive method, closer with fixed small steps."""
    problem, mu = _case()
    adaptive = integrate(problem, mu, [0.0, 20.0])
    assert np.max(np.abs(adaptive.measure(-1).moment - mu.moment)) < 1e-6
    fixed = rk4(problem, mu, step_size=0.05, steps=400, every=400)
    assert np.max(np.abs(fixed.measure(-1).moment - mu.moment)) < 1e-9
    # negative control: the moment of the inner weights is not conserved
    assert np.max(np.abs(fixed.w[-1].T @ fixed.w[-1] - mu.w.T @ mu.w)) > 1e-2


def test_two_integrators_agree_and_rk4_has_order_four():
    problem, mu = _case()
    exact = integrate(problem, mu, [0.0, 4.0], rtol=1e-12, atol=1e-13).loss[-1]
    errors = [
        abs(rk4(problem, mu, step_size=4.0 / n, steps=n, every=n).loss[-1] - exact)
        for n in (20, 40)
    ]
    assert errors[1] < 1e-6 * exact
    assert 10.0 < errors[0] / errors[1] < 25.0


def test_rotations_of_features_and_inputs_commute_with_the_flow():
    problem, mu = _case()
    rng = np.random.default_rng(3)
    r, q = (np.linalg.qr(rng.standard_normal((n, n)))[0] for n in (2, 5))
    plain = rk4(problem, mu, step_size=0.05, steps=20, every=20)
    turned = Problem(ErfFeatures(), Measure(problem.teacher.a, problem.teacher.w @ q))
    other = rk4(turned, Measure(mu.a @ r.T, mu.w @ q), step_size=0.05, steps=20, every=20)
    np.testing.assert_allclose(other.a[-1], plain.a[-1] @ r.T, atol=1e-12)
    np.testing.assert_allclose(other.w[-1], plain.w[-1] @ q, atol=1e-12)
    # negative control: the loss is invariant under all of GL(k), the flow is not
    shear = np.array([[1.0, 1.0], [0.0, 1.0]])
    sheared = rk4(problem, mu.push(shear), step_size=0.05, steps=20, every=20)
    assert abs(loss(problem, mu.push(shear)) - plain.loss[0]) < 1e-12
    assert np.max(np.abs(sheared.a[-1] - plain.a[-1] @ shear.T)) > 1e-3


def test_copies_and_weights_describe_the_same_flow():
    problem, mu = _case(n=10)
    weights = np.repeat([1.0, 3.0], 5) / 20.0
    heavy = rk4(problem, Measure(mu.a, mu.w, weights), step_size=0.1, steps=10, every=10)
    index = np.concatenate([np.arange(5), np.repeat(np.arange(5, 10), 3)])
    many = rk4(problem, Measure(mu.a[index], mu.w[index]), step_size=0.1, steps=10, every=10)
    assert abs(heavy.loss[-1] - many.loss[-1]) < 1e-13


def test_staircase():
    """Plateaus at 3, 2, 1 in units of r0/2; an exact zero coordinate stays at 1."""
    problem = Problem(ErfFeatures(), axis_teacher(3, 8, weight=2.0, outer=2.0))
    half, times = problem.r0 / 2.0, np.linspace(0.0, 150.0, 301)
    for scale, low, high in (((0.1, 1e-3, 1e-5), 0.0, 0.01), ((0.1, 1e-3, 0.0), 1.0, 1.005)):
        mu = correlated_start(
            60, 3, 8, rng=np.random.default_rng(0), input_scale=np.r_[scale, np.ones(5)]
        )
        run = integrate(problem, mu, times)
        level = run.loss / half
        assert low < level[-1] < high
        assert np.all(np.diff(level) < 0.0)
        for plateau in (3, 2, 1):
            assert np.count_nonzero(np.abs(level - plateau) < 0.05) >= 4
    assert np.all(run.w[-1][:, 2] == 0.0)


@pytest.mark.claim("mfl-fast-attention")
def test_the_joint_flow_follows_the_two_timescale_flow_when_attention_is_fast():
    """The distance falls as one over the speed."""
    problem, mu = _case(n=10)
    start = np.linalg.inv(statistics(problem, mu).sig)
    limit = integrate(problem, mu, [0.0, 1.0], rtol=1e-11, atol=1e-12).loss[-1]
    gaps = []
    for speed in (1e6, 4e6):
        run = integrate_joint(problem, mu, start, [0.0, 1.0], speed=speed, rtol=1e-11, atol=1e-12)
        value = joint_loss(statistics(problem, run.measure(-1)), run.Gamma[-1])
        assert abs(value - run.loss[-1]) < 1e-13
        gaps.append(run.loss[-1] - limit)
    assert 3.5 < gaps[0] / gaps[1] < 4.5
    away = start + 0.5 * np.max(np.abs(start)) * np.ones((2, 2))
    moving = integrate_joint(problem, mu, away, [0.0, 1e-4], speed=7.0, rtol=1e-12, atol=1e-14)
    speed = (moving.Gamma[1] - away) / 1e-4
    wanted = -7.0 * inner_gradient(statistics(problem, mu), away)
    np.testing.assert_allclose(speed, wanted, rtol=1e-3)
    frozen = integrate_joint(problem, mu, start, [0.0, 0.1], speed=0.0)
    np.testing.assert_allclose(frozen.Gamma[-1], start, atol=0)


def test_bad_flows():
    problem, mu = _case(n=5)
    for times, words in (([1.0], "at least 2"), ([0.0, 0.0], "increase"), ([1.0, 0.0], "increase")):
        with pytest.raises(ValueError, match=f"times must.*({words})"):
            integrate(problem, mu, times)
    with pytest.raises(SingularCovarianceError):
        integrate(problem, mu.push(np.diag([1.0, 0.0])), [0.0, 1.0])
    with pytest.raises(ValueError, match="multiple of every"):
        rk4(problem, mu, step_size=0.1, steps=3, every=2)
    with pytest.raises(ValueError, match="step_size"):
        rk4(problem, mu, step_size=0.0, steps=3)
    with pytest.raises(ValueError, match="Gamma"):
        integrate_joint(problem, mu, np.eye(3), [0.0, 1.0])
    with pytest.raises(ValueError, match="rtol"):
        integrate(problem, mu, [0.0, 1.0], rtol=0.0)

"""What starts, teachers and flows take when nothing is said."""

import numpy as np

from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape.mean_field_limit.slowest import slowest_start

ERF = mf.ErfFeatures()


def place():
    rng = np.random.default_rng(2)
    mu = mf.Measure(rng.standard_normal((4, 2)), rng.standard_normal((4, 3)))
    return mf.Problem(ERF, mf.axis_teacher(2, 3, weight=1.7)), mu


def test_a_teacher_looks_at_the_axes_with_weight_one():
    teacher = mf.axis_teacher(2, 3)
    np.testing.assert_array_equal(teacher.w, np.eye(2, 3))
    np.testing.assert_array_equal(teacher.a, np.eye(2))


def test_the_outer_weights_of_a_start_have_noise_three_tenths():
    mixing = np.array([[0.3, -1.2, 0.4], [0.9, 0.1, 0.7]])
    start = mf.correlated_start(5, 2, 3, rng=np.random.default_rng(6), mixing=mixing)
    stream = np.random.default_rng(6)
    w = stream.standard_normal((5, 3))
    np.testing.assert_allclose(start.w, w)
    np.testing.assert_allclose(start.a, w @ mixing.T + 0.3 * stream.standard_normal((5, 2)))


def test_attention_moves_at_the_speed_of_its_gradient():
    """A short step of the joint flow against the gradient in Gamma by central differences."""
    problem, mu = place()
    Gamma, short, step = np.array([[0.6, -0.2], [0.1, 0.9]]), 1e-4, 1e-5
    run = mf.integrate_joint(problem, mu, Gamma, [0.0, short], rtol=1e-10, atol=1e-13)
    slope = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            d = step * np.outer(np.eye(2)[i], np.eye(2)[j])
            up, down = (mf.joint_gradients(problem, mu, Gamma + s * d).loss for s in (1, -1))
            slope[i, j] = (up - down) / (2 * step)
    np.testing.assert_allclose((run.Gamma[1] - Gamma) / short, -slope, rtol=2e-2)


def test_the_slowest_start_is_off_by_the_norm_of_the_inverse():
    problem, mu = place()
    stats = mf.statistics(problem, mu)
    inverse = np.linalg.inv(stats.sig)
    apart = slowest_start(stats) - inverse
    values = np.linalg.svd(apart, compute_uv=False)
    np.testing.assert_allclose(values[0], np.linalg.norm(inverse, 2), rtol=1e-9)
    assert values[1] < 1e-9 * values[0]

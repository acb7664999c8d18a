"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from iclnb.landscape.hessian_escape import Hessian, VelocityField, perturbation, second_variation
from iclnb.landscape.hessian_escape.linearised import linear_error, rate_errors
from iclnb.landscape.hessian_escape.spectrum import EigenPair
from iclnb.landscape.hessian_escape.tilted import tilt_scan, tilted_pair
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    axis_teacher,
    loss,
    mix,
    particle_gradients,
)

PROBLEM = Problem(ErfFeatures(), axis_teacher(1, 2, weight=1.7))
MU = Measure([[0.8], [-0.5], [1.1]], [[0.6, 0.9], [-1.2, 0.4], [0.3, -0.7]], [0.5, 0.2, 0.3])
FIELD = VelocityField(
    np.array([[0.4], [-0.9], [0.7]]), np.array([[0.5, -0.3], [1.1, 0.2], [-0.6, 0.8]])
)


def joined(field):
    return np.concatenate([field.a.ravel(), field.w.ravel()])


def parts(y):
    return y[:3].reshape(3, 1), y[3:].reshape(3, 2)


def solved(velocity, start, time):
    return solve_ivp(lambda _, y: velocity(y), (0, time), start, "DOP853", rtol=1e-8, atol=1e-9).y[
        :, -1
    ]


def product_of(x, y):
    """The inner product in L^2(mu), atom by atom."""
    weight = np.concatenate([MU.p, np.repeat(MU.p, 2)])
    return float(np.sum(weight * x * y))


def flow(epsilon, time):
    """The velocity (theta_t - theta) / epsilon by an adaptive method."""

    def velocity(y):
        grad = particle_gradients(PROBLEM, Measure(*parts(y), MU.p))
        return -joined(grad)

    return (solved(velocity, joined(MU) + epsilon * joined(FIELD), time) - joined(MU)) / epsilon


@pytest.mark.claim("esc-linear-velocity")
def test_the_flow_and_its_linear_equation_by_an_adaptive_method():
    """At a measure that moves by itself, with one time and with two."""
    hessian = Hessian(PROBLEM, MU)
    moved = flow(0.3, 0.9)
    for end in (None, 0.5):
        linear = solved(
            lambda y: -joined(hessian.apply(VelocityField(*parts(y)))), joined(FIELD), end or 0.9
        )
        gap = moved - linear
        found = linear_error(
            PROBLEM, hessian, FIELD, epsilon=0.3, time=0.9, steps=60, linear_time=end
        )
        want = math.sqrt(product_of(gap, gap) / product_of(linear, linear))
        assert found == pytest.approx(want, rel=1e-6)


@pytest.mark.claim("esc-growth-error")
def test_errors_of_rates_by_an_adaptive_method():
    found = rate_errors(PROBLEM, Hessian(PROBLEM, MU), EigenPair(-4.0, FIELD), [0.3, 0.5], steps=40)
    v = joined(FIELD)
    for error, epsilon in zip(found, (0.3, 0.5)):
        rate = math.log(abs(product_of(flow(epsilon, 0.75), v)) / product_of(v, v)) / 0.75
        assert error == pytest.approx(abs(rate / 4.0 - 1.0), rel=1e-6)


@pytest.mark.claim("esc-random-escape")
@pytest.mark.parametrize("inner_only", [False, True])
def test_a_perturbation_from_its_stream(inner_only):
    found = perturbation(Hessian(PROBLEM, MU), rng=np.random.default_rng(1), inner_only=inner_only)
    normal = np.random.default_rng(1).standard_normal(9)
    if inner_only:
        normal[:3] = 0.0
    np.testing.assert_allclose(joined(found), normal / math.sqrt(product_of(normal, normal)))


@pytest.mark.claim("esc-curvature-printed")
def test_a_scan_of_tilts_by_differences():
    """The operator from differences of its kernel, slope and curvature from the loss."""
    found = tilt_scan(2.0, [1.1, 1.4], share=0.7)
    for i, tilt in enumerate((1.1, 1.4)):
        problem, mu = tilted_pair(2.0, tilt, share=0.7)
        theta, h = np.concatenate([mu.a, mu.w], axis=1), 1e-3
        steps = h * np.eye(3)
        near = np.array([x + s * step for x in theta for step in steps for s in (1, -1)])
        kernel = second_variation(problem, mu, near[:, :1], near[:, 1:], near[:, :1], near[:, 1:])
        signs = np.kron(np.eye(6), [1.0, -1.0]) / (2 * h)
        root = np.sqrt(np.repeat(mu.p, 3))
        matrix = signs @ kernel @ signs.T * np.outer(root, root)
        assert found.eigenvalue[i] == pytest.approx(np.linalg.eigvalsh(matrix)[0], rel=1e-4)
        s = 0.05 * (1 - np.cos(np.linspace(0, np.pi, 9)))
        values = [loss(problem, mix(mu, problem.teacher, x)) for x in s]
        curve = np.polynomial.Polynomial.fit(s, values, 8)
        slope, curvature = curve.deriv()(0.0), curve.deriv(2)(0.0)
        assert found.curvature[i] == pytest.approx(curvature * 0.7, rel=1e-5)
        assert found.bound[i] == pytest.approx((curvature - 2 * slope) * 0.7, rel=1e-5)
        assert found.bound[i] < -0.01

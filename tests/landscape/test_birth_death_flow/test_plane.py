"""The plane of neurons: its numbers against particles and against quadrature."""

import numpy as np
import pytest

from iclnb.landscape import birth_death_flow as bd
from iclnb.landscape import mean_field_limit as mf

OUTER, INNER = bd.Bump(0.9, 0.25), bd.Bump(1.5, 0.4)


def as_particles(plane, state, length=2.0):
    """Return the same state as a problem and a measure of the chapter on the mean-field limit."""
    angle = plane.inner_weights
    w = length * np.stack([np.cos(angle), np.sin(angle)], 1) if plane.periodic else angle[:, None]
    teacher = mf.Measure(np.ones((len(w), 1)), w, plane.teacher_law)
    a = np.repeat(plane.outer_weights, len(w))[:, None]
    mass = state.ravel() / state.sum()
    return mf.Problem(mf.ErfFeatures(), teacher), mf.Measure(
        a, np.tile(w, (len(plane.outer_weights), 1)), mass
    )


@pytest.mark.parametrize("plane", [bd.circle_plane(6, 12), bd.line_plane(5, 6)])
def test_fields_are_those_of_the_atoms(plane):
    state = bd.product_state(plane, OUTER, INNER)
    problem, mu = as_particles(plane, state)
    fields, stats = bd.plane_fields(plane, state), mf.statistics(problem, mu)
    assert fields.loss == pytest.approx(stats.loss, rel=1e-10)
    assert fields.b == pytest.approx(float(stats.b[0, 0]), rel=1e-10)
    assert fields.sig == pytest.approx(float(stats.sig[0, 0]), rel=1e-10)
    assert plane.r0 == pytest.approx(problem.r0, rel=1e-12)
    z = mf.witness(problem, mu, problem.teacher.w)[:, 0]
    np.testing.assert_allclose(fields.z, z, atol=1e-12)


def test_the_kernel_on_the_circle_by_quadrature():
    from scipy.special import erf

    x, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    first, second = np.meshgrid(x, x, indexing="ij")
    plane = bd.circle_plane(2, 8, inner_length=1.3)
    seen = [
        erf(1.3 * (np.cos(w) * first + np.sin(w) * second)) for w in plane.inner_weights[[1, 4]]
    ]
    value = weight @ (seen[0] * seen[1]) @ weight
    assert plane.overlaps[1, 4] == pytest.approx(value, abs=1e-6)


def test_laws_and_states():
    plane = bd.circle_plane(10, 24)
    state = bd.product_state(plane, OUTER, INNER)
    assert state.shape == (21, 24)
    assert state.sum() == pytest.approx(1.0)
    a, w = plane.outer_weights[12], plane.inner_weights[17]
    hump = np.exp(-0.5 * ((a - 0.9) / 0.25) ** 2) * np.exp((np.cos(w - 1.5) - 1) / 0.16)
    other = np.exp(-0.5 * ((plane.outer_weights[14] - 0.9) / 0.25) ** 2) * np.exp(
        (np.cos(plane.inner_weights[15] - 1.5) - 1) / 0.16
    )
    assert state[12, 17] / state[14, 15] == pytest.approx(hump / other)
    assert plane.outer_weights[10] == 0.0
    assert plane.outer_weights[-1] == 3.0
    line = bd.line_plane(3, 8, span=2.0)
    assert line.spacing == pytest.approx((1.0, 0.25))
    assert line.inner_weights[0] == -2.0
    np.testing.assert_allclose(bd.Bump(1.0, 0.5).at(np.array([1.0, 1.5]), False), [1, np.exp(-0.5)])


def test_what_is_taken_when_nothing_is_said():
    said = bd.circle_plane(4, 8, reach=3.0, inner_length=2.0, teacher_law=bd.Bump(0, 6**-0.5))
    plain = bd.circle_plane(4, 8)
    for name in ("outer_weights", "overlaps", "teacher_law"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(said, name))
    said, plain = (
        bd.line_plane(4, 8, reach=3.0, span=4.0, teacher_law=bd.Bump(2.0, 0.3)),
        (bd.line_plane(4, 8)),
    )
    for name in ("outer_weights", "inner_weights", "teacher_law"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(said, name))


def start_and_rate(shape):
    return bd.product_state(bd.circle_plane(2, 4), OUTER, INNER), np.ones(shape)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: bd.Bump(0.0, 0.0), "width"),
        (lambda: bd.circle_plane(0, 8), "n_outer"),
        (lambda: bd.circle_plane(4, 3), "n_inner"),
        (lambda: bd.circle_plane(4, 8, reach=-1.0), "reach"),
        (lambda: bd.circle_plane(4, 8, inner_length=0.0), "inner_length"),
        (lambda: bd.line_plane(4, 8, span=0.0), "span"),
        (
            lambda: bd.Plane(np.arange(4.0), np.arange(4.0), np.eye(4), np.full(4, 0.25), True),
            "outer_weights",
        ),
        (
            lambda: bd.Plane(
                np.arange(-1.0, 2), np.array([0, 1, 3, 4.0]), np.eye(4), np.full(4, 0.25), True
            ),
            "inner_weights",
        ),
        (
            lambda: bd.Plane(np.arange(-1.0, 2), np.arange(4.0), np.eye(4), np.full(4, 0.3), True),
            "teacher_law",
        ),
        (
            lambda: bd.Plane(
                np.arange(-1.0, 2), np.arange(3.0), np.eye(3), np.full(3, 1 / 3), True
            ),
            "inner_weights",
        ),
        (lambda: bd.plane_fields(bd.circle_plane(2, 4), np.ones((5, 3))), "state"),
        (lambda: bd.loss_slope(bd.circle_plane(2, 4), *start_and_rate((5, 3))), "moving"),
        (lambda: bd.outer_speed(bd.circle_plane(2, 4), np.ones((3, 4))), "state"),
        (lambda: bd.line_particles(OUTER, INNER, n_nodes=1), "n_nodes"),
        (lambda: bd.plane_fields(bd.circle_plane(2, 4), np.zeros((5, 4))), "state"),
    ],
)
def test_bad_input(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_particles_stand_evenly_to_four_widths():
    law = bd.Bump(1.5, 0.2)
    problem, mu = bd.line_particles(
        bd.Bump(-0.4, 0.3), bd.Bump(0.7, 0.5), teacher_law=law, n_nodes=5
    )
    at = np.linspace(-4, 4, 5)
    mass = np.exp(-(at**2) / 2)
    np.testing.assert_allclose(mu.a[:, 0].reshape(5, 5)[:, 2], -0.4 + 0.3 * at, rtol=1e-13)
    np.testing.assert_allclose(mu.w[:, 0].reshape(5, 5)[3], 0.7 + 0.5 * at, rtol=1e-13)
    whole = np.outer(mass, mass) / mass.sum() ** 2
    np.testing.assert_allclose(mu.p.reshape(5, 5), whole, rtol=1e-12)
    far = (problem.teacher.w[:, 0] - 1.5) / 0.2
    np.testing.assert_allclose(far, np.linspace(-4, 4, 41), atol=1e-12)
    law = np.exp(-(far**2) / 2)
    np.testing.assert_allclose(problem.teacher.p, law / law.sum(), rtol=1e-12)

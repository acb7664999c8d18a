"""The flow along characteristics, against particles of another chapter and against cells."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from iclnb.landscape import birth_death_flow as bd
from iclnb.landscape import mean_field_limit as mf

OUTER, INNER = bd.Bump(0.9, 0.25), bd.Bump(1.2, 0.5)


def particles(stop, n=6, length=2.0, teacher=(0.0, 6**-0.5)):
    """Return the loss at ``stop`` of the nodes of the same rule, by the gradients in the plane."""
    x, mass = np.polynomial.hermite_e.hermegauss(n)
    angle = 2 * np.pi / (4 * n) * np.arange(4 * n)
    law = INNER.at(angle, True)
    p = np.outer(mass / mass.sum(), law / law.sum()).ravel()
    a, at = (g.ravel() for g in np.meshgrid(0.9 + 0.25 * x, angle, indexing="ij"))
    around = 2 * np.pi / 64 * np.arange(64)
    taught = bd.Bump(*teacher).at(around, True)
    weights = lambda w: length * np.stack([np.cos(w), np.sin(w)], axis=1)  # noqa: E731
    problem = mf.Problem(
        mf.ErfFeatures(), mf.Measure(np.ones((64, 1)), weights(around), taught / taught.sum())
    )

    def velocity(_, y):
        a, at = y.reshape(2, -1)
        grad = mf.particle_gradients(problem, mf.Measure(a[:, None], weights(at), p))
        side = length * (-np.sin(at) * grad.w[:, 0] + np.cos(at) * grad.w[:, 1])
        return -np.concatenate([grad.a[:, 0], side])

    out = solve_ivp(velocity, (0.0, stop), np.concatenate([a, at]), "DOP853", rtol=1e-8, atol=1e-10)
    a, at = out.y[:, -1].reshape(2, -1)
    return mf.loss(problem, mf.Measure(a[:, None], weights(at), p)), problem.r0


@pytest.mark.claim("bdf-loss")
def test_the_loss_is_that_of_particles():
    run = bd.characteristic_flow(OUTER, INNER, stop=3.0, steps=60, n_nodes=6)
    loss, r0 = particles(3.0)
    assert run.loss[-1] == pytest.approx(loss, rel=1e-5)
    assert run.r0 == pytest.approx(r0, rel=1e-9)
    assert run.times[-1] == 3.0
    assert len(run.loss) == 61
    assert np.all(np.diff(run.loss) < 0)


@pytest.mark.parametrize("length", [0.05, 0.3, 1.3])
def test_neurons_of_another_length_and_another_teacher(length):
    """Short neurons have few Fourier coefficients, long ones many; the teacher is not even."""
    said = bd.Bump(0.7, 0.4)
    run = bd.characteristic_flow(
        OUTER, INNER, stop=0.6, steps=12, inner_length=length, teacher_law=said, n_nodes=6
    )
    loss, r0 = particles(0.6, 6, length, (0.7, 0.4))
    assert run.loss[-1] == pytest.approx(loss, rel=1e-5)
    assert run.r0 == pytest.approx(r0, rel=1e-9)


@pytest.mark.claim("bdf-ratio")
def test_the_density_is_a_law_that_agrees_with_the_cells():
    run = bd.characteristic_flow(OUTER, INNER, stop=3.0, steps=60, n_nodes=16)
    plane = bd.circle_plane(60, 96)
    cells = bd.grid_flow(plane, bd.product_state(plane, OUTER, INNER), [0.0, 3.0])
    seen = bd.inner_density(run, plane.inner_weights, 60)
    assert seen.sum() * plane.spacing[1] == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(seen, cells.law[1] / plane.spacing[1], atol=0.01)
    ratio = np.max(plane.teacher_law / plane.spacing[1] / seen)
    assert ratio == pytest.approx(cells.ratio[1], rel=0.05)
    first = bd.inner_density(run, plane.inner_weights, 0)
    hump = INNER.at(plane.inner_weights, True)
    np.testing.assert_allclose(first, hump / hump.sum() / plane.spacing[1], rtol=1e-3)


@pytest.mark.claim("bdf-ratio")
def test_moments_of_the_density_are_those_of_the_nodes():
    """The mean of cos w at the end, forwards along the nodes and backwards over the density."""
    run = bd.characteristic_flow(OUTER, INNER, stop=2.0, steps=80, n_nodes=16)
    w = 2 * np.pi / 128 * np.arange(128)
    density = bd.inner_density(run, w, 80)
    loss, slope = [], []
    for s in (0.0, 0.3):  # a law is told by its Fourier coefficients: here the first and the third
        loss.append(np.sum(density * np.cos(w - s)) * 2 * np.pi / 128)
        slope.append(np.sum(density * np.cos(3 * (w - s))) * 2 * np.pi / 128)
    plane = bd.circle_plane(90, 144)
    cells = bd.grid_flow(plane, bd.product_state(plane, OUTER, INNER), [0.0, 2.0]).law[1]
    at = plane.inner_weights
    np.testing.assert_allclose(loss, [cells @ np.cos(at - s) for s in (0.0, 0.3)], atol=2e-3)
    np.testing.assert_allclose(slope, [cells @ np.cos(3 * (at - s)) for s in (0.0, 0.3)], atol=5e-3)


def test_what_is_taken_when_nothing_is_said():
    plain = bd.characteristic_flow(OUTER, INNER, stop=0.2, steps=2)
    said = bd.characteristic_flow(
        OUTER, INNER, stop=0.2, steps=2, inner_length=2.0, teacher_law=bd.Bump(0, 6**-0.5),
        n_nodes=24,
    )  # fmt: skip
    np.testing.assert_array_equal(plain.loss, said.loss)
    at = np.array([0.0, 1.0])
    said = bd.inner_density(plain, at, 2, n_nodes=81, reach=4.0)
    np.testing.assert_array_equal(bd.inner_density(plain, at, 2), said)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"stop": 0.0}, "stop"), ({"steps": 3}, "steps"), ({"n_nodes": 1}, "n_nodes"),
     ({"inner_length": 0.0}, "inner_length")],
)  # fmt: skip
def test_bad_input(change, named):
    with pytest.raises(ValueError, match=named):
        bd.characteristic_flow(OUTER, INNER, **{"stop": 0.1, "steps": 2, **change})


def test_bad_places():
    run = bd.characteristic_flow(OUTER, INNER, stop=0.1, steps=2, n_nodes=4)
    for bad, named in (((1,), "index"), ((3,), "index")):
        with pytest.raises(ValueError, match=named):
            bd.inner_density(run, [0.0], *bad)
    with pytest.raises(ValueError, match="n_nodes"):
        bd.inner_density(run, [0.0], 2, n_nodes=2)
    with pytest.raises(ValueError, match="reach"):
        bd.inner_density(run, [0.0], 2, reach=0.0)

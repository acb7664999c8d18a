"""Claims that no identity of the modules holds already, and the small modules behind them."""

import numpy as np
import pytest

from iclnb.landscape.hessian_escape import (
    Hessian,
    VelocityField,
    growth,
    lowest,
    perturbation,
)
from iclnb.landscape.hessian_escape.claims import CLAIMS
from iclnb.landscape.hessian_escape.law import escape_run
from iclnb.landscape.hessian_escape.linearised import linear_error, rate_errors
from iclnb.landscape.hessian_escape.mirror import mirror_fates
from iclnb.landscape.hessian_escape.symmetry import replicate, rotate_inputs
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    loss,
    particle_gradients,
    whitened_teacher,
)
from iclnb.landscape.strict_saddle import (
    axis_saddle,
    missing_feature_saddle,
    weak_critical_point,
)

ERF = ErfFeatures()


def _twins():
    """Return one neuron at rest between two teacher neurons, and two copies of it."""
    problem = Problem(ERF, whitened_teacher(ERF, np.ones((2, 1)), 2.0 * np.eye(2)))
    weak = weak_critical_point(problem, [1.0, 0.5])
    return problem, weak.mu, replicate(weak.mu, 2)


def _saddle(k=2, m=1, mixed=False):
    saddle = missing_feature_saddle(ERF, k, m, rng=np.random.default_rng([k, m]), mixed=mixed)
    hessian = Hessian(saddle.problem, saddle.mu)
    return saddle, hessian, lowest(hessian, rng=np.random.default_rng(0))


@pytest.mark.claim("esc-lemma-at-rest")
def test_two_copies_of_a_neuron_at_rest_part():
    """By second differences of the loss: the kernel has no negative direction, the loss has one."""
    problem, mu, twins = _twins()
    np.testing.assert_allclose(np.abs(mu.w), 1.0 / np.sqrt(5.0), atol=1e-9)
    assert np.max(np.abs(particle_gradients(problem, twins).w)) < 1e-12
    hessian = Hessian(problem, twins)
    assert np.linalg.eigvalsh(hessian.dense())[0] > -1e-14
    apart = VelocityField(np.zeros((2, 1)), np.array([[1.0, -1.0], [-1.0, 1.0]]) / np.sqrt(2.0))
    h = 1e-4
    bent = loss(problem, twins.moved(h * apart.a, h * apart.w)) - loss(problem, twins)
    value = lowest(hessian, rng=np.random.default_rng(0), full=True).value
    # together the copies may not move that way: the measure is a minimiser of its own kind
    assert abs(2.0 * bent / h**2 / value - 1.0) < 1e-5
    assert np.linalg.eigvalsh(Hessian(problem, mu).dense(full=True))[0] > -1e-14
    out = growth(problem, hessian, apart, epsilon=1e-6, time=3.0 / -value, steps=300, every=300)
    assert abs(out.rate / -value - 1.0) < 1e-6


@pytest.mark.claim("esc-blocks-agree")
@pytest.mark.parametrize(("k", "m"), [(1, 1), (3, 2), (3, 3)])
def test_the_local_block_is_absent_at_saddles_and_present_at_rest(k, m):
    saddle = missing_feature_saddle(ERF, k, m, rng=np.random.default_rng([k, m]))
    hessian = Hessian(saddle.problem, saddle.mu)
    np.testing.assert_allclose(hessian.dense(full=True), hessian.dense(), atol=1e-14)
    problem, mu, _ = _twins()
    rest = Hessian(problem, mu)
    assert np.max(np.abs(rest.dense(full=True) - rest.dense())) > 1e-2


@pytest.mark.claim("esc-linear-velocity")
@pytest.mark.parametrize("mixed", [False, True])
def test_the_distance_to_the_linear_flow_is_of_first_order(mixed):
    saddle, hessian, pair = _saddle(mixed=mixed)
    field = perturbation(hessian, rng=np.random.default_rng(1))
    run = {"time": 1.0 / -pair.value, "steps": 100}
    gaps = [linear_error(saddle.problem, hessian, field, epsilon=e, **run) for e in (1e-4, 1e-5)]
    assert gaps[0] < 1e-3
    assert abs(gaps[0] / gaps[1] - 10.0) < 0.1
    wrong = linear_error(saddle.problem, hessian, field, epsilon=1e-5, linear_time=0.0, **run)
    assert wrong > 0.1


@pytest.mark.claim("esc-growth-error")
def test_the_orders_of_the_rate():
    for mixed, order in ((False, 2.0), (True, 1.0)):
        saddle, hessian, pair = _saddle(3, 2, mixed)
        errors = rate_errors(saddle.problem, hessian, pair, [1e-5, 1e-6], steps=600)
        assert abs(np.log10(errors[0] / errors[1]) - order) < 0.05
    with pytest.raises(ValueError, match="negative eigenvalue"):
        rate_errors(saddle.problem, hessian, pair._replace(value=1.0), [1e-5])


@pytest.mark.claim("esc-escape-time")
def test_one_number_for_all_starts():
    """From both ends of the unstable manifold, with and without other parts."""
    saddle, hessian, pair = _saddle()
    v = perturbation(hessian, rng=np.random.default_rng(3))
    back = VelocityField(-pair.field.a, -pair.field.w)
    run = {"time": 16.0, "steps": 320}
    offsets = [
        np.subtract(*escape_run(saddle.problem, hessian, pair, f, epsilon=1e-4, **run)[:2])
        for f in (pair.field, back, v)
    ]
    np.testing.assert_allclose(offsets, offsets[0], atol=0.01)
    short = escape_run(saddle.problem, hessian, pair, v, epsilon=1e-4, time=2.0, steps=40)
    assert short.time == np.inf
    assert 0.99 < short.remaining < 1.0
    with pytest.raises(ValueError, match="negative eigenvalue"):
        escape_run(saddle.problem, hessian, pair._replace(value=0.0), v, epsilon=1e-4)
    with pytest.raises(ValueError, match="pair must have a negative eigenvalue"):
        rate_errors(saddle.problem, hessian, pair._replace(value=0.5), [0.1])


@pytest.mark.claim("esc-replicas")
def test_copies_add_the_local_block_only():
    """Spectrum of n copies: that of H with zeros; of H + H' with n - 1 times that of H'."""
    rng = np.random.default_rng(2)
    problem, _, _ = _twins()
    mu = Measure(rng.standard_normal((3, 1)), rng.standard_normal((3, 2)), [0.5, 0.3, 0.2])
    one, three = Hessian(problem, mu), Hessian(problem, replicate(mu, 3))
    local = np.linalg.eigvalsh(one.dense(full=True) - one.dense())
    for full, more in ((False, np.zeros(18)), (True, np.tile(local, 2))):
        values = np.concatenate([np.linalg.eigvalsh(one.dense(full=full)), more])
        ours = np.linalg.eigvalsh(three.dense(full=full))
        np.testing.assert_allclose(ours, np.sort(values), atol=1e-12)


@pytest.mark.claim("esc-mirror")
@pytest.mark.claim("esc-roundoff")
def test_three_fates():
    saddle = axis_saddle(ERF, 2, 1, rng=np.random.default_rng(1))
    out = mirror_fates(saddle, rng=np.random.default_rng(2), time=150.0, records=16)
    assert out.defect == 0.0
    assert np.all(out.stuck >= 1.0 - 1e-12)
    assert out.stuck[-1] < 1.01
    assert out.noisy[-1] < 0.5
    assert out.rotated[-1] < 0.5
    np.testing.assert_allclose(out.rotated[0], out.stuck[0], rtol=1e-12)
    off = saddle._replace(mu=saddle.mu.moved(np.zeros_like(saddle.mu.a), 0.1 + 0 * saddle.mu.w))
    with pytest.raises(ValueError, match="in the mirror"):
        mirror_fates(off, rng=np.random.default_rng(0))


def test_the_three_fates_begin_at_the_loss_of_the_saddle():
    """Undisturbed, each of the three stays there, in units of half of r0."""
    saddle = axis_saddle(ERF, 3, 2, rng=np.random.default_rng(4))
    out = mirror_fates(
        saddle, rng=np.random.default_rng(5), inside=0.0, outside=0.0, time=0.5, records=3
    )
    share = loss(saddle.problem, saddle.mu) / (0.5 * saddle.problem.r0)
    assert abs(saddle.problem.r0 - 2.0) > 0.1  # the unit is none of 1
    for course in (out.stuck, out.noisy, out.rotated):
        np.testing.assert_allclose(course, share, rtol=1e-9)
    np.testing.assert_allclose(out.times, [0.0, 0.25, 0.5], rtol=1e-15)


def test_rotations_leave_the_loss_and_the_spectrum():
    saddle, hessian, pair = _saddle()
    q = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 6)))[0]
    turned = rotate_inputs(saddle.problem, saddle.mu, q)
    assert abs(loss(*turned) - hessian.stats.loss) < 1e-15
    value = lowest(Hessian(*turned), rng=np.random.default_rng(0)).value
    assert abs(value / pair.value - 1.0) < 1e-9
    with pytest.raises(ValueError, match="orthogonal"):
        rotate_inputs(saddle.problem, saddle.mu, 2.0 * q)
    with pytest.raises(ValueError, match="copies"):
        replicate(saddle.mu, 0)


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 6
    assert {(c.part, c.chapter) for c in CLAIMS} == {("landscape", "hessian-escape")}
    assert all(c.id.startswith("esc-") for c in CLAIMS)

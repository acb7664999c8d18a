"""Functions that claims name, at one generic case, by a second route."""

import numpy as np
import pytest
from scipy.stats import binom

from iclnb.landscape.hessian_escape import Hessian, VelocityField
from iclnb.landscape.mean_field_limit import (
    LOGISTIC,
    ErfFeatures,
    Measure,
    Nodes,
    Problem,
    SampledFeatures,
    axis_teacher,
    first_variation,
    integrate,
    loss,
    mix,
    particle_gradients,
    sampling_bias,
    sampling_spread,
    whitened_teacher,
)
from iclnb.landscape.mean_field_limit.particles.particle_scan import (
    expand_flow,
    sample_fluctuation,
)

rng_of = np.random.default_rng
MU = Measure([[0.8, 0.3], [-0.5, 1.2], [1.1, -0.1]], [[0.6, 0.9], [-1.2, 0.1], [0.3, -0.7]],
             [0.5, 0.2, 0.3])  # fmt: skip


@pytest.mark.claim("mfl-gl-invariance")
def test_the_loss_by_least_squares_on_a_sample():
    x = rng_of(0).normal(size=(15, 2))
    teacher = Measure(rng_of(1).normal(size=(4, 2)), rng_of(2).normal(size=(4, 2)))

    def features(mu):
        neurons = [1 / (1 + np.exp(-x @ w)) for w in mu.w]
        return sum(p * np.outer(s, a) for p, a, s in zip(mu.p, mu.a, neurons))

    true, learnt = features(teacher), features(MU)
    miss = true - learnt @ np.linalg.lstsq(learnt, true, rcond=None)[0]
    problem = Problem(SampledFeatures(LOGISTIC, Nodes(x, np.full(15, 1 / 15))), teacher)
    assert loss(problem, MU) == pytest.approx(np.sum(miss**2) / 30, rel=1e-9)


@pytest.mark.claim("mfl-initial-bias")
def test_the_bias_by_putting_more_mass_on_each_atom():
    """d/ds of dL/dmu at theta along (1-s) mu + s delta_theta is its value plus d2L there."""
    rng = rng_of(3)
    teacher = whitened_teacher(ErfFeatures(), rng.normal(size=(5, 2)), rng.normal(size=(5, 2)))
    problem = Problem(ErfFeatures(), teacher)
    s = 0.02 * (1 - np.cos(np.linspace(0, np.pi, 7)))
    total = 0.0
    for p, a, w in zip(MU.p, MU.a[:, None], MU.w[:, None]):
        values = [float(first_variation(problem, mix(MU, Measure(a, w), x), a, w)[0]) for x in s]
        total += p * (np.polynomial.Polynomial.fit(s, values, 6).deriv()(0.0) - values[0])
    assert sampling_bias(problem, MU) == pytest.approx(total / 2, rel=1e-5)


FLOW = Problem(ErfFeatures(), axis_teacher(1, 2, weight=1.7))
TWO = Measure([[0.9], [0.4]], [[0.7, 0.5], [-0.3, 0.8]], [0.35, 0.65])


def end(p):
    """The loss after the flow of 0.8 from the masses p."""
    return integrate(FLOW, Measure(TWO.a, TWO.w, p), [0.0, 0.8], rtol=1e-9, atol=1e-12).loss[-1]


@pytest.mark.claim("mfl-chaos-bias")
@pytest.mark.claim("mfl-chaos-spread")
def test_the_constants_of_a_law_on_two_neurons_by_enumeration():
    """All outcomes of N draws, N = 40 000 and 80 000, with Richardson's extrapolation.

    The loss at the end is a polynomial in the first mass, fitted where outcomes are likely.
    """
    mass = 0.35 + 0.05 * np.cos(np.linspace(0, np.pi, 13))
    fit = np.polynomial.Polynomial.fit(mass, [end([m, 1 - m]) for m in mass], 10)
    assert fit(0.3821) == pytest.approx(end([0.3821, 0.6179]), rel=1e-7)
    limit, found = end(TWO.p), []
    for n in (40_000, 80_000):
        count = np.arange(int(0.31 * n), int(0.39 * n))
        weight, values = binom.pmf(count, n, 0.35), fit(count / n)
        found.append([n * (weight @ (values - limit)), n * (weight @ (values - limit) ** 2)])
    bias, square = 2 * np.array(found[1]) - np.array(found[0])
    out = expand_flow(FLOW, TWO, 0.8, steps=40)
    assert out.loss == pytest.approx(limit, rel=1e-6)
    assert out.bias == pytest.approx(bias, rel=1e-3)
    assert out.spread == pytest.approx(np.sqrt(square), rel=1e-3)


@pytest.mark.claim("mfl-chaos-bias")
@pytest.mark.claim("mfl-chaos-spread")
def test_the_first_order_by_the_linearised_equation():
    """v' = -(H + H')v - grad of the change of the potential, along the flow; then dL at the end."""
    problem = Problem(ErfFeatures(), axis_teacher(2, 3, weight=1.7))
    q, steps, h = np.array([0.5, -0.4, -0.1]), 40, 0.8 / 40
    mu = Measure(MU.a, np.c_[MU.w, [0.2, -0.4, 0.5]], MU.p)

    def slope(state):
        now = Measure(state[0][:, :2], state[0][:, 2:], mu.p)
        joined = [
            np.hstack(particle_gradients(problem, Measure(now.a, now.w, mu.p + s * q))[:2])
            for s in (1e-5, -1e-5)
        ]
        field = VelocityField(state[1][:, :2], state[1][:, 2:])
        bent = np.hstack(Hessian(problem, now).apply_full(field))
        here = np.hstack(particle_gradients(problem, now)[:2])
        return np.stack([-here, -bent - (joined[0] - joined[1]) / 2e-5])

    state = np.stack([np.hstack([mu.a, mu.w]), np.zeros((3, 5))])
    for _ in range(steps):
        one = slope(state)
        two = slope(state + h / 2 * one)
        three = slope(state + h / 2 * two)
        state = state + h / 6 * (one + 2 * two + 2 * three + slope(state + h * three))
    now = Measure(state[0][:, :2], state[0][:, 2:], mu.p)
    pull = np.hstack(particle_gradients(problem, now)[:2])
    change = q @ first_variation(problem, now, now.a, now.w) + mu.p @ np.sum(
        pull * state[1], axis=1
    )
    out = expand_flow(problem, mu, 0.8, steps=20)
    assert q @ out.first == pytest.approx(change, rel=1e-5)
    assert mu.p @ out.first == pytest.approx(0.0, abs=1e-15)


@pytest.mark.claim("mfl-chaos-bias")
@pytest.mark.claim("mfl-chaos-spread")
def test_the_expansion_at_time_zero_is_that_of_the_loss():
    problem = Problem(ErfFeatures(), axis_teacher(2, 2, weight=1.7))
    out = expand_flow(problem, MU, 0.0)
    np.testing.assert_allclose(out.first, first_variation(problem, MU, MU.a, MU.w), atol=1e-5)
    assert out.bias == pytest.approx(sampling_bias(problem, MU), rel=1e-3)
    assert out.spread == pytest.approx(sampling_spread(problem, MU), rel=1e-3)
    # the third order beside the quadratic one, in a direction that is none of the differences
    q, h = np.array([0.3, 0.1, -0.4]), 1e-2
    p = [loss(problem, Measure(MU.a, MU.w, MU.p + s * q)) for s in (h, 0.0, -h)]
    assert q @ out.second @ q == pytest.approx((p[0] - 2 * p[1] + p[2]) / h**2, rel=5e-3)
    with pytest.raises(ValueError, match="epsilon"):
        expand_flow(problem, MU, 0.0, epsilon=0.2)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_sampled_fluctuations_draw_by_draw(scale):
    """The estimator by hand, with the right expansion and without any."""
    right = expand_flow(FLOW, TWO, 0.8, steps=80)
    used = right._replace(first=scale * right.first, second=scale * right.second)
    found = sample_fluctuation(FLOW, TWO, 0.8, 30, used, runs=4, draws=6, rng=rng_of(4), steps=80)
    rng, known = rng_of(4), []
    masses = [rng.multinomial(30, TWO.p, size=size) / 30 for size in (6, 4)]
    for p in np.concatenate(masses):
        x = p - TWO.p
        known.append(used.first @ p + x @ used.second @ x / 2)
    ends = [end(p) - right.loss for p in masses[1]]
    bias = sum(k - used.first @ p for k, p in zip(known, masses[0])) / 6
    bias += sum(e - k for e, k in zip(ends, known[6:])) / 4
    square = (
        sum(k**2 for k in known[:6]) / 6 + sum(e**2 - k**2 for e, k in zip(ends, known[6:])) / 4
    )
    assert found.bias == pytest.approx(30 * bias, rel=1e-4)
    assert found.spread == pytest.approx(np.sqrt(30 * (square - bias**2)), rel=1e-4)
    with pytest.raises(ValueError, match="expansion"):
        sample_fluctuation(
            FLOW, TWO, 0.8, 30, used._replace(first=np.zeros(3)), runs=1, draws=2, rng=rng
        )

"""Functions that claims name, at one generic case, by a second route."""

import numpy as np
import pytest

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
    sampling_bias,
    whitened_teacher,
)
from iclnb.landscape.mean_field_limit.particles.particle_scan import scan_bias, scan_spread

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


def start(n, rng):
    """Atoms whose outer weights follow the first inner weight."""
    w = rng.standard_normal((n, 2))
    return Measure(w[:, :1] + 0.3, w)


def end(mu):
    """The loss after the flow of 0.1."""
    return integrate(FLOW, mu, [0.0, 0.1], rtol=1e-4).loss[-1]


@pytest.mark.claim("mfl-chaos-bias")
def test_a_scan_of_the_bias_run_by_run():
    found = scan_bias(FLOW, start, 0.1, (4, 6), groups=2, runs=2, rng=rng_of(4))
    values = []
    for stream in rng_of(4).spawn(4):
        for n in (4, 6):
            mu = start(n, stream)
            halves = [end(Measure(mu.a[i : i + n // 2], mu.w[i : i + n // 2])) for i in (0, n // 2)]
            values.append(sum(halves) / 2 - end(mu))
    want = [[(values[i] + values[i + 2]) / 2 for i in (j, j + 1)] for j in (0, 4)]
    np.testing.assert_allclose(found, want, rtol=1e-9)


@pytest.mark.claim("mfl-chaos-spread")
def test_a_scan_of_the_spread_run_by_run():
    found = scan_spread(FLOW, start, 0.1, (4, 6), groups=2, runs=3, rng=rng_of(5))
    streams = rng_of(5).spawn(6)
    for column, n in enumerate((4, 6)):
        values = [end(start(n, stream)) for stream in streams]
        for group in range(2):
            three = values[3 * group : 3 * group + 3]
            want = np.sqrt(sum((x - sum(three) / 3) ** 2 for x in three) / 2)
            assert found[group, column] == pytest.approx(want, rel=1e-9)

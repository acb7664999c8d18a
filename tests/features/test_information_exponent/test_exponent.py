"""One-step signals, flows on the sphere, the staircase."""

import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from iclnb.draws import sphere_rows
from iclnb.features.information_exponent import (
    MonomialTarget,
    costs,
    flow_time,
    in_context_exponent,
    in_context_flow_time,
    in_context_signal,
    log_slopes,
    overlap_speed,
    pure_correlation,
    pure_flow_time,
    sampled_in_context_power,
    sampled_supervised_power,
    seen_degrees,
    staircase_flow,
    supervised_exponent,
    supervised_signal,
)
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SphereLaw,
    hermite_polynomials,
    relu_coefficients,
    sphere_moment,
)

EXPONENTIAL = np.ones(8)  # Hermite coefficients of exp(z - 1/2)


@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_slopes_in_the_dimension(q):
    link, dims = Link.pure(q), [1024, 4096]
    supervised = log_slopes(dims, [supervised_signal(link, d=d, bias=0.7) for d in dims])
    law = FiniteLaw([link])
    context = log_slopes(dims, [in_context_signal(law, d=d, r=2, bias=0.7) for d in dims])
    assert abs(supervised[0] - supervised_exponent(q)) < 0.02
    assert abs(context[0] - in_context_exponent(q)) < 0.03
    assert abs(context[0] - 2 * supervised[0] + 0.5) < 0.06


@pytest.mark.parametrize("q", [2, 3, 4])
def test_leading_constants(q):
    """Signals over their leading powers tend to one."""
    a, fact = relu_coefficients(0.7, q)[q], math.factorial
    for d, tolerance in ((100, 0.6), (100_000, 6e-4)):
        c = math.sqrt(fact(q))
        leading = abs(c * a) / fact(q - 1) * math.sqrt(sphere_moment(2 * q - 2, d))
        assert abs(supervised_signal(Link.pure(q), d=d, bias=0.7) / leading - 1) < tolerance
        # c^2 a^2 / (Q! (Q-1)!) mu_2Q rho^(2Q-1)
        third = math.prod((2 + 2 * j) / (d + 2 * j) for j in range(2 * q - 1))
        leading = c**2 * a**2 / (fact(q) * fact(q - 1)) * sphere_moment(2 * q, 2)
        found = in_context_signal(FiniteLaw([Link.pure(q)]), d=d, r=2, bias=0.7)
        assert abs(found / (leading * math.sqrt(third)) - 1) < tolerance


@pytest.mark.parametrize("link", [Link.pure(2), Link([0.2, 0.5, 0.0, 1.0])])
def test_supervised_signal_by_quadrature(link):
    """d = 3: s is uniform on [-1, 1]; the projection by two-dimensional quadrature."""
    bias = 0.7
    nodes, weights = np.polynomial.legendre.leggauss(150)
    z = -bias + (13 + bias) / 2 * (nodes + 1)
    pz = (13 + bias) / 2 * weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    g, pg = np.polynomial.hermite_e.hermegauss(20)
    pg = pg / math.sqrt(2 * math.pi)

    def along(s):
        index = s * z[:, None] + math.sqrt(1 - s * s) * g[None, :]
        return pz @ (link(index) * index) @ pg

    s, ps = np.polynomial.legendre.leggauss(16)
    expected = math.sqrt(sum(p * along(x) ** 2 for x, p in zip(s, ps)) / 2)
    assert abs(supervised_signal(link, d=3, bias=bias) - expected) < 1e-12


def test_sampled_signals():
    values = np.concatenate(
        [
            sampled_supervised_power(
                Link.pure(2), d=8, bias=0.7, draws=4000, neurons=50, rng=np.random.default_rng(k)
            ).mean(keepdims=True)
            for k in range(40)
        ]
    )
    exact = supervised_signal(Link.pure(2), d=8, bias=0.7) ** 2
    error = values.std(ddof=1) / math.sqrt(40)
    assert abs(values.mean() - exact) < 4 * error
    assert error < 0.1 * exact
    values = np.array(
        [
            sampled_in_context_power(
                SphereLaw(2, 2),
                d=4,
                r=2,
                bias=0.0,
                n_tasks=1500,
                prompt_length=64,
                neurons=20,
                rng=np.random.default_rng(k),
            ).mean()
            for k in range(40)
        ]
    )
    exact = in_context_signal(SphereLaw(2, 2), d=4, r=2, bias=0.0) ** 2
    error = values.std(ddof=1) / math.sqrt(40)
    assert abs(values.mean() - exact) < 4 * error
    assert error < 0.2 * exact


def test_what_no_bias_hides():
    assert seen_degrees(8, bias=0.0) == (1, 2, 4, 6, 8)
    assert seen_degrees(8, bias=0.7) == tuple(range(1, 9))
    assert seen_degrees(5, bias=1.0) == (1, 2, 3, 5)  # He_2(1) = 0
    for q in (3, 5):
        assert supervised_signal(Link.pure(q), d=20) == 0
        assert in_context_signal(FiniteLaw([Link.pure(q)]), d=20, r=2) == 0
        assert supervised_signal(Link.pure(q), d=20, bias=0.3) > 0
    assert supervised_signal(Link.pure(4), d=20) > 0


@pytest.mark.claim("ie-flow-easy")
@pytest.mark.parametrize("q", [1, 2, 3, 4, 5])
def test_flow_times(q):
    start, end = 0.05, 0.9
    direct = quad(lambda s: s ** (1 - q) / (q * (1 - s * s)), start, end, epsrel=1e-12)[0]
    assert abs(pure_flow_time(q, start=start, end=end) / direct - 1) < 1e-11
    c = np.zeros(q + 1)
    c[q] = math.sqrt(math.factorial(q))
    assert abs(flow_time(c, c, start=start, end=end) / direct - 1) < 1e-9


def test_flow_in_the_ambient_space():
    """Projected gradient flow in R^5 reaches the overlap at the predicted time."""
    c, a = np.array([0, 0.3, 1.0, 0.5]), relu_coefficients(0.2, 3)
    beta = np.eye(5)[0]
    w = sphere_rows(1, 5, np.random.default_rng(0))[0]
    w *= np.sign(w[0])

    def speed(_, v):
        s = v @ beta
        slope = sum(c[i] * a[i] / math.factorial(i - 1) * s ** (i - 1) for i in (1, 2, 3)) * beta
        return slope - (v @ slope) * v

    def reached(_, v):
        return v[0] - 0.8

    reached.terminal = True
    path = solve_ivp(speed, (0, 100), w, events=reached, rtol=1e-11, atol=1e-13)
    assert abs(path.t_events[0][0] - flow_time(c, a, start=w[0], end=0.8)) < 1e-7
    step = speed(0, w)[0]
    np.testing.assert_allclose(overlap_speed(c, a, w[0]), step, rtol=1e-13)


def test_flow_exponents_of_the_notes():
    for q, noted in ((1, 0.02), (2, 0.15), (3, 0.49), (4, 0.98)):
        times = [pure_flow_time(q, start=d**-0.5, end=0.9) for d in (64, 1024)]
        assert abs(log_slopes([64, 1024], times)[0] - noted) < 0.01
    for q in (2, 3):
        times = [
            in_context_flow_time(q, r=2, start=math.sqrt(2 / d), end=0.9) for d in (10**5, 10**6)
        ]
        assert abs(log_slopes([1, 10], times)[0] - (q - 1)) < 0.01


def test_in_context_flow_in_the_ambient_space():
    q, r, d = 2, 2, 4
    w = np.array([0.2, -0.1, 0.5, math.sqrt(0.7)])
    moment = sphere_moment(2 * q, r)

    def speed(_, v):
        slope = np.zeros(d)
        rho2 = v[:r] @ v[:r]
        slope[:r] = 2 * q * moment * rho2 ** (q - 1) * v[:r]
        return slope - (v @ slope) * v

    def reached(_, v):
        return v[:r] @ v[:r] - 0.81

    reached.terminal = True
    path = solve_ivp(speed, (0, 1000), w, events=reached, rtol=1e-11, atol=1e-13)
    start = float(np.linalg.norm(w[:r]))
    expected = in_context_flow_time(q, r=r, start=start, end=0.9)
    assert abs(path.t_events[0][0] - expected) < 1e-7 * expected


def test_a_blocked_flow_takes_forever():
    assert flow_time([0, 0, 1.0], [0, 0, -1.0], start=0.1, end=0.5) == math.inf
    assert flow_time([0, -0.01, 1.0], [0, 1.0, 1.0], start=0.001, end=0.5) == math.inf


def test_staircase():
    """Numbers of the notes, for the neuron exp(z - 1/2), all of whose coefficients are one."""
    times = np.linspace(0, 40, 401)
    stairs = staircase_flow(MonomialTarget.staircase(3), EXPONENTIAL, d=256, times=times)
    np.testing.assert_allclose(stairs.crossings[:2], [0.23, 0.74], atol=0.02)
    assert stairs.crossings[2] == np.inf
    assert abs(stairs.coordinates[-1, 2] - 0.218) < 1e-3
    pure = staircase_flow(MonomialTarget.product(3), EXPONENTIAL, d=256, times=times)
    np.testing.assert_allclose(pure.crossings, 13.5, atol=0.15)
    np.testing.assert_allclose(pure.coordinates[-1], 3**-0.5, atol=1e-6)
    # exact time of the product: w' = w^2 (1 - 3 w^2)
    exact = quad(lambda w: 1 / (w**2 * (1 - 3 * w**2)), 1 / 16, 0.3, epsrel=1e-12)[0]
    assert abs(pure.crossings[0] - exact) < 1e-6
    assert (MonomialTarget.staircase(3).exponent, MonomialTarget.product(3).exponent) == (1, 3)


def test_a_relu_of_positive_bias_never_finds_the_product():
    """a_3 = -b phi(b) is negative at b = 0.7: the product's flow runs to zero, not up."""
    a = relu_coefficients(0.7, 3)
    assert a[3] < 0
    path = staircase_flow(MonomialTarget.product(3), a, d=256, times=np.linspace(0, 40, 3))
    assert np.all(np.isinf(path.crossings))
    assert np.all(np.diff(path.coordinates[:, 0]) < 0)


def test_correlations_of_monomials():
    """E[x_1 x_2 x_3 sigma(w.x)] = a_3 w_1 w_2 w_3 by product quadrature, sigma a cubic."""
    c = np.array([0.3, -0.5, 1.0, 0.8])
    x, p = np.polynomial.hermite_e.hermegauss(8)
    p = p / p.sum()
    grid = np.stack(np.meshgrid(x, x, x, indexing="ij"), axis=-1)
    weight = p[:, None, None] * p[None, :, None] * p[None, None, :]
    w = np.array([0.6, -0.48, 0.64])
    sigma = np.tensordot(c / [1, 1, 2, 6], hermite_polynomials(grid @ w, 3), axes=1)
    for support in ((0,), (0, 2), (0, 1, 2)):
        target = MonomialTarget({support: 1.0})
        expected = c[len(support)] * np.prod(w[list(support)])
        assert abs(np.sum(weight * target(grid) * sigma) - expected) < 1e-13
        slope = target.correlation_gradient(w[: target.coordinates], c)
        assert abs(slope @ w[: target.coordinates] - len(support) * expected) < 1e-14


def test_costs():
    assert costs(d=16, r=2, exponent=2, degree=3) == (4096, 16, 64, 4096, 4096, 256)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: costs(d=2, r=3, exponent=2, degree=3), "r must not exceed d"),
        (lambda: costs(d=4, r=3, exponent=4, degree=3), "exponent 4 is above the degree 3"),
        (lambda: in_context_signal(SphereLaw(2, 2), d=2, r=3), "r must not exceed d"),
        (lambda: supervised_signal(Link.pure(2), d=0), "d must be at least"),
        (lambda: pure_flow_time(0, start=0.1, end=0.2), "exponent"),
        (lambda: pure_flow_time(2, start=0.3, end=0.2), "below end"),
        (lambda: flow_time([0, 1.0], [1.0], start=0.1, end=0.2), "coefficients"),
        (lambda: overlap_speed([0, 1.0], [1.0, 1.0], 1.5), "s must lie"),
        (lambda: log_slopes([1, 1], [1, 2]), "increase"),
        (lambda: log_slopes([1, 2], [0, 2]), "positive"),
        (lambda: MonomialTarget({(0, 0): 1.0}), "distinct"),
        (lambda: MonomialTarget({}), "empty"),
        (
            lambda: staircase_flow(MonomialTarget.product(3), np.ones(3), d=9, times=[0, 1]),
            "every number of factors",
        ),
        (
            lambda: staircase_flow(MonomialTarget.product(3), np.ones(4), d=2, times=[0, 1]),
            "d must be",
        ),
        (
            lambda: staircase_flow(MonomialTarget.product(3), np.ones(4), d=9, times=[1, 0]),
            "increase",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_bad_types():
    with pytest.raises(TypeError, match="link must be a Link"):
        supervised_signal([0, 1.0], d=3)
    with pytest.raises(TypeError, match="exponent must be an integer"):
        supervised_exponent(2.0)


def test_the_landscape_is_what_the_flow_climbs():
    """Its slope on the sphere is the speed of the course; in context it is E_beta[B^2]."""
    s, h = np.array([0.1, 0.4, 0.7]), 1e-6
    for q in (1, 2, 3):
        slope = (pure_correlation(q, s + h) - pure_correlation(q, s - h)) / (2 * h)
        pure = Link.pure(q).coefficients
        np.testing.assert_allclose(slope * (1 - s * s), overlap_speed(pure, pure, s), rtol=1e-8)
        angle = 2 * np.pi * np.arange(64) / 64
        mean = np.mean(np.outer(s, np.cos(angle)) ** (2 * q), axis=1)
        np.testing.assert_allclose(pure_correlation(q, s, r=2), mean, rtol=1e-12)
    with pytest.raises(ValueError, match="s must lie"):
        pure_correlation(2, [1.5])

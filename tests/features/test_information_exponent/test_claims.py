"""Claims of the chapter, each by a route of its own."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from iclnb.draws import sphere_rows
from iclnb.features.information_exponent import (
    MonomialTarget,
    direction_alignment,
    direction_moments,
    examples_for_direction,
    flow_course,
    in_context_asymptote,
    in_context_flow_time,
    in_context_signal,
    leading_examples,
    leading_pretraining,
    log_slopes,
    online_exponent,
    online_hitting_steps,
    online_step_size,
    pure_flow_time,
    sampled_in_context_power,
    sampled_supervised_power,
    staircase_flow,
    supervised_asymptote,
    supervised_signal,
)
from iclnb.features.information_exponent.claims import CLAIMS
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    alignment_law,
    coordinate_subspace,
    expected_gradient,
    leading_gradient,
    relu_coefficients,
    sphere_moment,
)

MIXED = Link([0, 0, 1.0, 0.5, -0.4])


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 6
    assert {(c.part, c.chapter) for c in CLAIMS} == {("features", "information-exponent")}


@pytest.mark.claim("ie-supervised-signal")
@pytest.mark.parametrize("link", [Link.pure(1), Link.pure(3), MIXED, Link([0, 0, 0, 1, 0.5, 1.4])])
def test_supervised_constant_by_extrapolation(link):
    """Richardson's extrapolation of signal d^-p in 1/d, without the formula."""
    law = supervised_asymptote(link, bias=0.7)
    one, two = (supervised_signal(link, d=d, bias=0.7) * d**-law.power for d in (20_000, 40_000))
    assert abs((2 * two - one) / law.constant - 1) < 1e-6


@pytest.mark.claim("ie-context-signal")
def test_context_constant_by_the_population_gradient():
    """Neurons with one projection: the gradient's length is the leading term at small rho."""
    tasks = SingleIndexTasks(coordinate_subspace(40, 3), SphereLaw(2, 4))
    w = np.zeros((5, 40))
    w[:, :3] = 1e-3 * sphere_rows(5, 3, np.random.default_rng(0))
    w[:, 3] = np.sqrt(1 - 1e-6)
    options = {"bias": 0.7, "Gamma_diagonal": -0.25}
    exact = expected_gradient(tasks, w, **options, keep_prediction=False)[:, :3]
    leading = leading_gradient(tasks, w, **options)[:, :3]
    np.testing.assert_allclose(np.linalg.norm(exact, axis=1), np.linalg.norm(leading, axis=1), 1e-4)
    law = in_context_asymptote(SphereLaw(2, 4), r=3, bias=0.7)
    moment = math.sqrt(3 * 5 * 7)  # rho^3 has the second moment 3 * 5 * 7 / d^3
    size = np.linalg.norm(leading, axis=1) / 1e-9
    np.testing.assert_allclose(size * moment, law.constant, rtol=1e-9)


@pytest.mark.claim("ie-local-slope")
@pytest.mark.parametrize("bias", [0.3, 0.7])
def test_corrections_of_mixed_links(bias):
    """Local slopes against p + kappa/d: the error falls like 1/d^2."""
    for law in (FiniteLaw([MIXED]), SphereLaw(2, 4), SphereLaw(3, 3)):
        asymptote = in_context_asymptote(law, r=3, bias=bias)
        errors = []
        for d in (1000, 4000):
            sides = [in_context_signal(law, d=x, r=3, bias=bias) for x in (d - 1, d + 1)]
            errors.append(log_slopes([d - 1, d + 1], sides)[0] - asymptote.slope(d))
        assert abs(errors[0]) < 0.02 * abs(asymptote.correction) / 10
        assert errors[0] / errors[1] == pytest.approx(16, rel=0.2)
    asymptote = supervised_asymptote(MIXED, bias=bias)
    sides = [supervised_signal(MIXED, d=x, bias=bias) for x in (9990, 10010)]
    slope = log_slopes([9990, 10010], sides)[0]
    assert (slope - asymptote.power) * 10_000 == pytest.approx(asymptote.correction, rel=5e-3)


@pytest.mark.claim("ie-local-slope")
@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_corrections_of_pure_links_as_printed(q):
    a = relu_coefficients(0.7, q + 2)
    ratio = a[q + 2] / (q * a[q])
    sup = (q - 1) * (q - 2) / 2 - (2 * q - 1) * ratio
    icl = (2 * q - 1) * (q - 1) - (2 + 4 * q - 2) * ratio
    link = Link.pure(q)
    assert supervised_asymptote(link, bias=0.7).correction == pytest.approx(sup, rel=1e-12)
    found = in_context_asymptote(FiniteLaw([link]), r=2, bias=0.7).correction
    assert found == pytest.approx(icl, rel=1e-12)


@pytest.mark.claim("ie-supervised-signal")
def test_sampled_supervised_power_is_unbiased():
    settings = {"d": 5, "draws": 400, "neurons": 40}
    streams = map(np.random.default_rng, range(30))
    values = [sampled_supervised_power(Link.pure(1), **settings, rng=g).mean() for g in streams]
    error = np.std(values, ddof=1) / math.sqrt(30)
    assert abs(np.mean(values) - supervised_signal(Link.pure(1), d=5) ** 2) < 4 * error
    assert error < 0.05 * np.mean(values)


def test_supervised_power_of_samples_drawn_in_pieces():
    """Eleven samples in each half, four at a time, each with its gradient."""
    link = Link([0.3, -0.7, 0.4])
    options = {"d": 4, "bias": 0.3, "draws": 11, "neurons": 5}
    found = sampled_supervised_power(link, **options, rng=np.random.default_rng(6), chunk=4)
    rng = np.random.default_rng(6)
    w = sphere_rows(5, 4, rng)
    halves = []
    for _ in range(2):
        x = rng.standard_normal((11, 4))
        label = 0.3 - 0.7 * x[:, 0] + 0.2 * (x[:, 0] ** 2 - 1)
        slopes = [[v * (u @ z > -0.3) * z[0] for v, z in zip(label, x, strict=True)] for u in w]
        halves.append(np.mean(slopes, axis=1))
    np.testing.assert_allclose(found, halves[0] * halves[1], rtol=1e-12)


@pytest.mark.claim("ie-context-signal")
def test_sampled_context_power_is_unbiased():
    law = FiniteLaw([Link.pure(1)])
    settings = {"d": 4, "r": 2, "n_tasks": 400, "prompt_length": 16, "neurons": 20}
    streams = map(np.random.default_rng, range(30))
    values = [sampled_in_context_power(law, **settings, rng=g).mean() for g in streams]
    error = np.std(values, ddof=1) / math.sqrt(30)
    assert abs(np.mean(values) - in_context_signal(law, d=4, r=2) ** 2) < 4 * error
    assert error < 0.15 * np.mean(values)


@pytest.mark.claim("ie-blind-degrees")
def test_no_bias_no_odd_degree():
    tasks = SingleIndexTasks(coordinate_subspace(6, 2), SphereLaw(3, 3))
    w = sphere_rows(4, 6, np.random.default_rng(0))
    blind, seeing = (
        expected_gradient(tasks, w, bias=b, Gamma_diagonal=-0.25, keep_prediction=False)
        for b in (0, 0.2)
    )
    assert np.abs(blind).max() < 1e-15
    assert np.abs(seeing).max() > 1e-6
    for q in (3, 5):
        with pytest.raises(ValueError, match=f"does not see degree {q}"):
            supervised_asymptote(Link.pure(q))


@pytest.mark.claim("ie-step-cost")
def test_alignment_of_one_step_by_simulation():
    """Ratio of means over neurons and samples, against the exact moments."""
    link, d, n, bias, rng = MIXED.normalised(), 6, 50, 0.4, np.random.default_rng(0)
    above, below = [], []
    for _ in range(4000):
        w = sphere_rows(1, d, rng)[0]
        x = rng.standard_normal((n, d))
        g = (link(x[:, 0]) * (x @ w + bias > 0)) @ x / n
        above.append(g[0] ** 2)
        below.append(g @ g)
    predicted = direction_alignment(link, d=d, prompt_length=n, bias=bias)
    rest = np.array(above) - predicted * np.array(below)
    assert abs(rest.mean()) < 4 * rest.std() / math.sqrt(4000)
    assert rest.std() / math.sqrt(4000) < 0.02 * np.mean(below)
    n_half = examples_for_direction(link, 0.5, d=40, bias=bias)
    assert direction_alignment(link, d=40, prompt_length=n_half, bias=bias) == pytest.approx(
        0.5, rel=1e-12
    )
    far = examples_for_direction(link, 0.3, d=10**6, bias=bias)
    assert far / leading_examples(link, 0.3, d=10**6, bias=bias) == pytest.approx(1, abs=1e-4)


def test_moments_of_one_example_by_quadrature():
    """d = 1: beta and w are on one line, and everything is an integral over x."""
    link, bias = MIXED, 0.4
    found = direction_moments(link, d=1, bias=bias)

    def normal(x):
        return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    first, second = [], []
    for sign in (1, -1):
        low, high = (-bias, 12.0) if sign == 1 else (-12.0, bias)
        first.append(quad(lambda x: float(link(x)) * x * normal(x), low, high, epsabs=1e-13)[0])
        second.append(quad(lambda x: float(link(x)) ** 2 * x * x * normal(x), low, high)[0])
    np.testing.assert_allclose(found[:2], np.mean(np.square(first)), rtol=1e-10)
    np.testing.assert_allclose(found[2:], np.mean(second), rtol=1e-7)


@pytest.mark.claim("ie-pretraining-cost")
@pytest.mark.parametrize("n", [1, 8])
def test_the_pretraining_budget_gives_its_alignment(n):
    for law in (SphereLaw(2, 3), FiniteLaw([Link.pure(3)])):
        for target in (0.3, 0.6):
            budget = float(leading_pretraining(law, target, d=50_000, r=2, bias=0.7))
            found = alignment_law(law, d=50_000, r=2, n_tasks=budget / n, prompt_length=n, bias=0.7)
            assert found == pytest.approx(target, abs=2e-3)
            assert (
                alignment_law(law, d=50_000, r=2, n_tasks=budget / n / 9, prompt_length=n, bias=0.7)
                < target / 2
            )


@pytest.mark.claim("ie-flow-time")
@pytest.mark.parametrize("q", [3, 4, 5])
def test_flow_time_by_integration(q):
    d = 400

    def reached(_, s):
        return s[0] - 0.9

    reached.terminal = True
    path = solve_ivp(lambda _, s: q * s ** (q - 1) * (1 - s * s), (0, 1e5), [d**-0.5],
                     events=reached, rtol=1e-10, atol=1e-13)  # fmt: skip
    found = pure_flow_time(q, start=d**-0.5, end=0.9)
    assert found == pytest.approx(path.t_events[0][0], rel=1e-7)
    assert found * q * (q - 2) / d ** ((q - 2) / 2) == pytest.approx(1, abs=0.15)


@pytest.mark.claim("ie-flow-easy")
def test_easy_flow_times():
    for d in (10**3, 10**9):
        assert pure_flow_time(1, start=d**-0.5, end=0.9) < math.atanh(0.9)
        rest = pure_flow_time(2, start=d**-0.5, end=0.9) - math.log(d) / 4
        assert rest == pytest.approx(0.5 * math.log(0.9 / math.sqrt(0.19)), abs=1 / d)


@pytest.mark.claim("ie-context-flow")
@pytest.mark.parametrize("r", [1, 2, 5])
def test_context_flow_time_law(r):
    for q in (2, 3):
        scaled = [
            in_context_flow_time(q, r=r, start=(r / d) ** 0.5, end=0.9)
            * 4 * q * (q - 1) * sphere_moment(2 * q, r) * (r / d) ** (q - 1)
            for d in (10**4, 10**6)
        ]  # fmt: skip
        assert abs(scaled[1] - 1) < abs(scaled[0] - 1) < 0.05
        assert abs(scaled[1] - 1) < 1e-3


@pytest.mark.parametrize("r", [None, 3])
def test_the_course_solves_its_equation(r):
    q = 2
    course = flow_course(q, start=0.05, end=0.9, records=2000, r=r)
    power, size = (q - 1, q) if r is None else (2 * q - 1, 2 * q * sphere_moment(2 * q, r))
    middle = 0.5 * (course.overlaps[1:] + course.overlaps[:-1])
    speed = np.diff(course.overlaps) / np.diff(course.times)
    np.testing.assert_allclose(speed, size * middle**power * (1 - middle**2), rtol=1e-3)
    assert course.overlaps[-1] == 0.9
    with pytest.raises(ValueError, match="below end"):
        flow_course(q, start=0.5, end=0.4)
    with pytest.raises(ValueError, match="records"):
        flow_course(q, start=0.1, records=0)


@pytest.mark.claim("ie-online-steps")
def test_the_chain_is_the_ascent_in_the_full_space():
    """Hitting steps of the one-dimensional chain and of vectors in R^6 have one mean."""
    q, d, step, level, runs = 2, 6, 0.02, 0.8, 1500
    chain = online_hitting_steps(q, d=d, step_size=step, level=level, steps=4000, chains=runs,
                                 rng=np.random.default_rng(0))  # fmt: skip
    rng = np.random.default_rng(1)
    w = sphere_rows(runs, d, rng)
    full = np.where(np.abs(w[:, 0]) >= level, 0.0, np.inf)
    for k in range(1, 4001):
        x = rng.standard_normal((runs, d))
        z = np.sum(w * x, axis=1)
        kick = step * (x[:, 0] ** 2 - 1) / math.sqrt(2) * 2 * z / math.sqrt(2)
        w = w + kick[:, None] * (x - z[:, None] * w)
        w /= np.linalg.norm(w, axis=1, keepdims=True)
        full[np.isinf(full) & (np.abs(w[:, 0]) >= level)] = k
        if np.all(np.isfinite(full)):
            break
    assert np.all(np.isfinite(chain))
    assert np.all(np.isfinite(full))
    error = math.hypot(chain.std(), full.std()) / math.sqrt(runs)
    assert abs(chain.mean() - full.mean()) < 4 * error
    assert error < 0.05 * full.mean()


def test_online_settings():
    assert [online_exponent(q) for q in (1, 2, 3, 4)] == [1, 1, 2, 3]
    assert online_step_size(3, d=16) == pytest.approx(0.1 / 64)
    assert online_step_size(1, d=16, factor=1.0) == pytest.approx(1 / 16)
    options = {"d": 9, "step_size": 1e-9, "level": 0.5, "steps": 3, "chains": 200}
    either = online_hitting_steps(3, **options, rng=np.random.default_rng(0))
    right = online_hitting_steps(3, **options, rng=np.random.default_rng(0), positive_start=True)
    np.testing.assert_array_equal(either, right)  # the level is for |s|
    assert set(np.unique(either)) == {0.0, np.inf}


@pytest.mark.claim("ie-staircase")
def test_first_steps_of_the_stairs_by_euler():
    """Midpoint steps of the flow from the equator, written out."""
    w, h, crossed = np.zeros(3), 1e-4, [None, None]

    def speed(w):
        slope = np.array([1 + w[1] + w[1] * w[2], w[0] + w[0] * w[2], w[0] * w[1]])
        return slope - (w @ slope) * w

    for k in range(12_000):
        w = w + h * speed(w + h / 2 * speed(w))
        for i in (0, 1):
            if crossed[i] is None and w[i] >= 0.3:
                crossed[i] = (k + 1) * h
    stairs = MonomialTarget.staircase(3)
    found = staircase_flow(stairs, np.ones(4), d=4, times=[0, 40], start=np.zeros(3))
    np.testing.assert_allclose(found.crossings[:2], crossed, atol=2e-4)
    far = staircase_flow(stairs, np.ones(4), d=10**10, times=[0, 40])
    np.testing.assert_allclose(far.crossings[:2], found.crossings[:2], rtol=1e-4)


@pytest.mark.claim("ie-product")
def test_the_product_waits_for_the_root_of_d():
    for d in (100, 10_000):
        exact = quad(lambda w: 1 / (w**2 * (1 - 3 * w**2)), d**-0.5, 0.3, epsrel=1e-12)[0]
        found = staircase_flow(MonomialTarget.product(3), np.ones(4), d=d, times=[0, 2 * d**0.5])
        np.testing.assert_allclose(found.crossings, exact, rtol=1e-7)
    assert exact / math.sqrt(d) == pytest.approx(1, abs=0.03)


@pytest.mark.claim("ie-product-signs")
@pytest.mark.parametrize("bias", [0.7, -0.7])
def test_signs_from_equal_magnitudes(bias):
    a = relu_coefficients(bias, 3)
    for signs in itertools.product((1, -1), repeat=3):
        path = staircase_flow(MonomialTarget.product(3), a, d=25, times=[0, 60],
                              start=np.array(signs) / 5)  # fmt: skip
        assert np.isfinite(path.crossings).all() == (a[3] * np.prod(signs) > 0)
        np.testing.assert_allclose(np.abs(path.coordinates[-1]), abs(path.coordinates[-1, 0]))


@pytest.mark.claim("ie-product-generic")
def test_the_squares_keep_their_order_and_the_least_crosses():
    """C rises, the 1 - 3 w_i^2 share one factor, and the signs end with C > 0."""
    a = np.array([0, 0, 0, -1.0])
    times = np.linspace(0, 200, 4001)
    path = staircase_flow(MonomialTarget.product(3), a, d=36, times=times,
                          start=[0.2, 0.15, 0.1])  # fmt: skip
    w = path.coordinates
    C = -np.prod(w, axis=1)
    assert C[0] < 0 < C[-1]
    assert np.all(np.diff(C) > -1e-9)
    factor = (1 - 3 * w**2) / (1 - 3 * w[0] ** 2)
    np.testing.assert_allclose(factor, factor[:, :1] * np.ones(3), atol=1e-6)
    assert factor.max() > 1.01
    rate = np.gradient(w**2, times, axis=0)[1:-1]
    np.testing.assert_allclose(rate, (2 * C[:, None] * (1 - 3 * w**2))[1:-1], atol=2e-4)
    assert np.sign(w[-1]).tolist() == [1, 1, -1]
    np.testing.assert_allclose(np.abs(w[-1]), 3**-0.5, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: supervised_asymptote(Link([0.1, 0.0, 1.0])), "centred"),
        (lambda: in_context_asymptote(FiniteLaw([Link([0.1, 0.0, 1.0])]), r=2), "centred"),
        (lambda: in_context_asymptote(SphereLaw(2, 2), r=0), "r must be"),
        (lambda: supervised_asymptote(Link.pure(2)).leading(0.0), "d must be positive"),
        (lambda: supervised_asymptote(Link.pure(2)).slope([4.0, -1.0]), "d must be positive"),
        (lambda: examples_for_direction(Link.pure(2), 1.0, d=4), "level"),
        (lambda: leading_examples(Link.pure(2), 0.0, d=4), "level"),
        (lambda: leading_pretraining(SphereLaw(2, 2), 2.0, d=4, r=2), "level"),
        (lambda: direction_alignment(Link.pure(2), d=4, prompt_length=0.0), "prompt_length must"),
        (lambda: online_exponent(0), "exponent"),
        (lambda: online_step_size(2, d=4, factor=0.0), "factor"),
        (lambda: staircase_flow(MonomialTarget.product(3), np.ones(4), d=9, times=[0, 1],
                                start=[1.0, 1.0, 0.0]), "norm at most one"),
        (lambda: staircase_flow(MonomialTarget.product(3), np.ones(4), d=9, times=[0, 1],
                                start=[1.0, 0.0]), "start must have shape"),
    ],
)  # fmt: skip
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"d": 2}, "d must"), ({"level": 1.0}, "level"), ({"share": 0.0}, "share"),
     ({"step_size": 0.0}, "step_size"), ({"steps": 0}, "steps"), ({"chains": 0}, "chains")],
)  # fmt: skip
def test_bad_online_input(change, message):
    options = {"d": 9, "step_size": 0.1, "level": 0.5, "steps": 3, "chains": 2} | change
    with pytest.raises(ValueError, match=message):
        online_hitting_steps(3, **options, rng=np.random.default_rng(0))


def test_a_start_above_the_level_has_crossed_at_once():
    path = staircase_flow(MonomialTarget.product(3), np.ones(4), d=9, times=[0, 1], level=0.3)
    np.testing.assert_array_equal(path.crossings, 0.0)


def test_an_unreachable_direction_takes_infinitely_many_examples():
    assert examples_for_direction(Link.pure(3), 0.5, d=20) == math.inf

"""The decay theorems: bounds, where they are attained, and the flow on a dictionary."""

import numpy as np
import pytest

from iclnb.landscape import convergence_rates as cr
from iclnb.landscape import hessian_escape as he
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss

ERF = mf.ErfFeatures()


def pair(seed, k=2):
    return cr.dictionary_measure(ERF, k, rng=np.random.default_rng(seed))


def test_rate_is_the_fall_of_the_loss(torch_erf):
    problem, mu = pair(0)
    out = cr.decay(problem, mu)
    gradient = torch_erf(problem, mu).gradient()
    weights = np.concatenate([np.repeat(mu.p, 2), np.repeat(mu.p, mu.w.shape[1])])
    assert out.rate == pytest.approx(np.sum(gradient**2 / weights), rel=1e-10)
    grad, h = mf.particle_gradients(problem, mu), 1e-6
    steps = [mf.loss(problem, mu.moved(-s * grad.a, -s * grad.w)) for s in (h, -h)]
    assert out.rate == pytest.approx((steps[1] - steps[0]) / (2 * h), rel=1e-6)
    assert 0 < out.outer < out.rate


@pytest.mark.claim("rate-descent")
@pytest.mark.parametrize("k", [1, 3])
def test_descent_bound_by_a_scan_of_rotations(k):
    # delta from a search over O(k) instead of the singular values
    rng = np.random.default_rng(7)
    for seed in range(5):
        problem, mu = pair(seed, k)
        stats, out = mf.statistics(problem, mu), cr.decay(problem, mu)
        drawn = [np.linalg.qr(rng.standard_normal((k, k)))[0] for _ in range(200)]
        delta = -min(ss.slope(stats, r) for r in drawn)
        assert delta <= out.delta * (1 + 1e-12)
        assert out.rate >= out.outer >= cr.descent_decay_bound(out.delta, out.ratio)
        assert out.rate >= cr.descent_decay_bound(max(delta, 0.0), out.ratio)


def test_only_the_inner_weights_count():
    problem, mu = pair(3)
    other = mf.Measure(mu.a + np.random.default_rng(0).standard_normal(mu.a.shape), mu.w, mu.p)
    assert he.density_ratio(mu, problem.teacher) == he.density_ratio(other, problem.teacher)
    assert np.isfinite(cr.decay(problem, other).ratio)


@pytest.mark.claim("rate-descent-attained")
@pytest.mark.parametrize("ratio", [1.5, 40.0])
def test_descent_bound_is_attained(ratio):
    seen = [cr.decay(*cr.slow_measure(ratio, e)) for e in (1e-2, 1e-3, 1e-4)]
    assert all(x.ratio == pytest.approx(ratio, rel=1e-12) for x in seen)
    excess = np.array([x.rate * x.ratio / x.delta**2 for x in seen]) - 1
    assert np.all(excess > 0)
    # second order in eps
    assert np.allclose(excess[:-1] / excess[1:], 100.0, rtol=0.05)


@pytest.mark.claim("rate-effective-ratio")
def test_effective_ratio_against_least_norm():
    problem, mu = pair(1)
    nodes = mf.sample(mu.w.shape[1], 4000, rng=np.random.default_rng(0))
    # least squares on sampled inputs: an independent route to the same representation
    x = nodes.x
    design = ERF.evaluate(x, mu.w) * np.sqrt(mu.p)
    target = problem.teacher.features(ERF, x)
    u = np.linalg.lstsq(design, target, rcond=None)[0]
    assert np.abs(design @ u - target).max() < 1e-10
    eff = cr.effective_ratio(problem, mu, relative_penalty=1e-10)
    assert eff.ratio == pytest.approx(np.sum(u**2), rel=1e-3)
    assert eff.residual < 1e-8
    out = cr.decay(problem, mu)
    assert eff.delta == pytest.approx(out.delta, rel=1e-5)
    assert eff.ratio <= out.ratio
    assert out.rate >= eff.delta**2 / eff.ratio


def test_effective_bound_holds_for_any_ridge_and_any_particles():
    problem, _ = pair(2)
    d = problem.teacher.w.shape[1]
    mu = mf.random_measure(30, 2, d, rng=np.random.default_rng(0))
    assert cr.decay(problem, mu).ratio == np.inf
    seen = [cr.effective_ratio(problem, mu, relative_penalty=r) for r in (1e-1, 1e-3, 1e-5)]
    assert np.all(np.diff([x.ratio for x in seen]) > 0)
    assert np.all(np.diff([x.residual for x in seen]) < 0)
    rate = cr.decay(problem, mu).outer
    assert all(rate >= x.delta**2 / x.ratio for x in seen)


@pytest.mark.claim("rate-accelerated-speed")
def test_accelerated_speed_of_probit_neurons():
    # another activation, with a constant mode
    held = []
    for seed in range(30):
        problem, mu = cr.dictionary_measure(mf.ProbitFeatures(), 1, rng=np.random.default_rng(seed))
        out = cr.decay(problem, mu)
        floor = cr.accelerated_decay_bound(out.loss, problem.r0, out.ratio, sup_norm=1.0)
        held.append(out.rate >= floor)
    assert all(held)


@pytest.mark.claim("rate-accelerated-speed")
@pytest.mark.parametrize("angle", [0.3, 1.2])
def test_the_speed_of_steep_measures(angle):
    for ratio in (10.0, 300.0):
        problem, mu = cr.steep_measure(angle, ratio=ratio, weight=1e5)
        out = cr.decay(problem, mu)
        floor = cr.accelerated_decay_bound(out.loss, problem.r0, out.ratio, sup_norm=1.0)
        assert out.ratio == pytest.approx(ratio)
        assert mu.p @ np.sum(mu.a**2, axis=1) == pytest.approx(1.0)
        assert out.rate / floor == pytest.approx(1 / (1 - 1 / ratio), rel=2e-3)
        # the angle between two signs
        known = 0.5 * (1 - (1 - 2 * angle / np.pi) ** 2)
        assert out.loss == pytest.approx(known, abs=1e-4)


def test_slope_towards_by_mixing():
    problem, mu = pair(4)
    nu = mf.random_measure(7, 2, mu.w.shape[1], rng=np.random.default_rng(1))
    h = 1e-5
    steps = [mf.loss(problem, mf.mix(mu, nu, s)) for s in (0.0, h, 2 * h)]
    by_steps = (-3 * steps[0] + 4 * steps[1] - steps[2]) / (2 * h)
    assert cr.slope_towards(problem, mu, nu) == pytest.approx(by_steps, rel=1e-6)
    with pytest.raises(ValueError, match="nu"):
        cr.slope_towards(problem, mu, mf.Measure(nu.a[:, :1], nu.w, nu.p))


@pytest.mark.claim("rate-accelerated-phase")
def test_the_bounds_begin_with_the_speeds_that_they_integrate():
    loss, r0, ratio, size = 0.2, 0.9, 3.0, 1.3
    for bound, slope in (
        (cr.loss_bound, 2 * loss * np.sqrt(r0 - 2 * loss) / size),
        (cr.printed_loss_bound, 4 * loss * (r0 / 2 - loss) / size**2),
    ):
        late = bound([1e-6], loss, r0, ratio=ratio, sup_norm=size)[0]
        assert (loss - late) / 1e-6 == pytest.approx(slope**2 / ratio, rel=1e-4)


@pytest.mark.claim("rate-all-scales")
def test_the_flow_with_errors_on_all_scales():
    times = np.array([0.0, 0.5, 2.0, 8.0])
    run = cr.regime_flow(times, scales=2, ratio=2.0, start=0.1, factor=4.0)
    # the same flow of erf neurons of large weight
    problem = mf.Problem(ERF, mf.axis_teacher(1, 3, weight=300.0))
    p = np.concatenate([[0.5], run.masses])
    assert p.sum() == pytest.approx(1.0)
    assert run.masses[0] / run.masses[1] == pytest.approx(4.0)
    a = np.sqrt(np.array([0.1, 0.45, 0.45]) / p)[:, None]
    other = cr.dictionary_flow(problem, mf.Measure(a, 300.0 * np.eye(3), p), times, rtol=1e-7)
    assert run.loss == pytest.approx(other.loss, rel=0.03)
    assert np.all(np.isnan(run.envelope) | (run.envelope >= run.loss - 1e-12))
    # a plateau, and an exponential with the rate of the last mass
    times = np.array([0.0, 5.0, 8.0, 10.0])
    waiting = cr.regime_flow(times, scales=1, start=1e-20)
    assert waiting.loss[1] == pytest.approx(0.5, rel=1e-3)
    end = cr.regime_flow(times, scales=1, start=0.9).loss
    assert np.log(end[2] / end[3]) / 2 == pytest.approx(2.0, rel=1e-2)  # 2 rho p with p = 1/2


@pytest.mark.claim("rate-all-scales")
@pytest.mark.parametrize(
    ("scales", "factor", "start", "ratio"), [(14, 2.0, 0.995, 2.0), (10, 3.0, 0.99, 2.5)]
)
def test_the_constant_of_all_scales_is_the_mean_over_one_scale(scales, factor, start, ratio):
    """Of T L(T) on the flow, T over one factor in the middle; there B is 1 % from its end."""
    setting = {"scales": scales, "ratio": ratio, "start": start, "factor": factor}
    masses = cr.regime_flow([0.0, 1.0], **setting).masses
    times = factor ** (np.arange(40) / 40) / (2 * ratio * masses[scales // 2])
    run = cr.regime_flow([0.0, *times], **setting)
    constant = cr.regime_constant(scales=scales, start=start, factor=factor)
    assert np.mean(times * run.loss[1:]) == pytest.approx(constant, rel=0.03)


def test_accelerated_bound_is_zero_above_the_phase():
    assert cr.accelerated_decay_bound(0.6, 1.0, 2.0, sup_norm=1.0) == 0.0
    assert cr.accelerated_decay_bound(0.2, 1.0, np.inf, sup_norm=1.0) == 0.0
    assert cr.accelerated_decay_bound(0.25, 1.0, 2.0, sup_norm=1.0) == pytest.approx(0.0625)


@pytest.mark.claim("rate-accelerated-phase")
def test_loss_bound_contains_the_solution_of_the_inequality():
    # integrate y' = -4 y^2 (r0 - 2y) / rho, the slowest flow that the speed allows
    r0, ratio, y, t, h = 0.8, 3.0, 0.3, 0.0, 1e-2
    for _ in range(20000):
        middle = y - 0.5 * h * 4 * y**2 * (r0 - 2 * y) / ratio
        y, t = y - h * 4 * middle**2 * (r0 - 2 * middle) / ratio, t + h
    bound = cr.loss_bound([t], 0.3, r0, ratio=ratio, sup_norm=1.0)[0]
    assert y <= bound <= ratio / (8 * 0.1 * t)
    assert cr.printed_loss_bound([t], 0.3, r0, ratio=ratio, sup_norm=1.0)[0] >= bound


@pytest.mark.claim("rate-accelerated-phase")
def test_dictionary_flow_obeys_the_bound_and_conserves():
    problem, mu = pair(208)
    start = cr.decay(problem, mu)
    assert start.loss < problem.r0 / 2
    times = np.array([0.0, 1.0, 10.0, 100.0])
    run = cr.dictionary_flow(problem, mu, times)
    assert np.all(np.diff(run.loss) < 0)
    assert np.allclose(run.last.moment, mu.moment, atol=1e-6)
    assert np.array_equal(run.last.w, mu.w)
    floor = cr.loss_bound(times, start.loss, problem.r0, ratio=start.ratio, sup_norm=1.0)
    assert np.all(run.loss <= floor * (1 + 1e-9))
    # the speed at the start is the part of the outer weights
    short = cr.dictionary_flow(problem, mu, [0.0, 1e-4]).loss
    assert (short[0] - short[1]) / 1e-4 == pytest.approx(start.outer, rel=1e-2)


def test_a_measure_at_rest_breaks_the_bound_without_a_ratio():
    problem = mf.Problem(ERF, mf.whitened_teacher(ERF, np.ones((2, 1)), 2 * np.eye(2)))
    mu = ss.weak_critical_point(problem, [1.0, 0.5]).mu
    out = cr.decay(problem, mu)
    assert out.ratio == np.inf
    assert out.rate < 1e-18
    assert out.delta > 0.01
    assert 0 < out.loss < problem.r0 / 2


@pytest.mark.claim("rate-second-power")
def test_diffuse_measures():
    for ratio in (2.0, 5.0):
        seen = [
            cr.decay(*cr.diffuse_measure(m, ratio=ratio, weight=20.0 * m)) for m in (64, 256, 1024)
        ]
        scaled = np.array([x.rate / (16 * x.loss**2) for x in seen])
        assert np.all(np.diff(np.abs(scaled - 1)) < 0)
        assert scaled[-1] == pytest.approx(1.0, abs=0.02)
        assert seen[-1].loss == pytest.approx((ratio - 1) / 2048, rel=0.01)
        assert seen[-1].ratio == pytest.approx(ratio)


@pytest.mark.claim("rate-curvature")
def test_reweighted_saddles_stay_critical():
    base = ss.missing_feature_saddle(ERF, 3, 2, rng=np.random.default_rng(0))
    for share in (0.7, 0.01):
        problem, mu, m = cr.reweighted(base, share)
        stats = mf.statistics(problem, mu)
        assert stats.loss == pytest.approx(m * problem.r0 / 2, rel=1e-9)
        assert he.density_ratio(mu, problem.teacher) == pytest.approx(1 / share)
        dense = np.linalg.eigvalsh(he.Hessian(problem, mu).dense())[0]
        assert dense <= -4 * m * stats.loss**2 * share
    survey = cr.ratio_survey([(2, 1)], [0.5, 0.1], rng=np.random.default_rng(1))
    assert survey.ratio == pytest.approx(np.array([[2.0, 10.0]]))
    assert np.all(survey.lowest <= survey.curvature)
    assert np.all(survey.curvature <= survey.level)
    signs = cr.sign_survey([1, 3], 0.01, weight=1e5)
    assert signs.ratio == pytest.approx(np.full((2, 1), 100.0))
    assert np.all(signs.lowest <= signs.level)
    assert signs.lowest == pytest.approx(signs.level, rel=0.03)


@pytest.mark.claim("rate-tail")
def test_tail_against_runge_kutta():
    seen = cr.tail_flow([5.0, 20.0], rng=np.random.default_rng(0), k=2, d=4, neurons=20)
    rng = np.random.default_rng(0)
    raw = rng.standard_normal((10, 2)), rng.standard_normal((10, 4))
    problem = mf.Problem(ERF, mf.whitened_teacher(ERF, *raw))
    start = mf.with_unit_moment(mf.correlated_start(20, 2, 4, rng=rng))
    run = mf.rk4(problem, start, step_size=0.02, steps=1000, every=250)
    assert seen.level == pytest.approx(run.loss[[1, 4]] / (problem.r0 / 2), rel=1e-4)
    assert np.all(seen.slack[np.isfinite(seen.slack)] > 1)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: cr.slow_measure(1.0, 0.1), "ratio"),
        (lambda: cr.steep_measure(0.0, ratio=2.0, weight=1.0), "angle"),
        (lambda: cr.steep_measure(0.5, ratio=1.0, weight=1.0), "ratio"),
        (lambda: cr.regime_flow([0.0, 1.0], scales=0), "scales"),
        (lambda: cr.regime_flow([1.0, 2.0], scales=2), "zero"),
        (lambda: cr.regime_flow([0.0, 1.0], scales=2, start=1.0), "start"),
        (lambda: cr.regime_constant(scales=2, start=0.5, factor=1.0), "factor"),
        (lambda: cr.sign_survey([], 0.5, weight=1.0), "sizes"),
        (lambda: cr.slow_measure(2.0, 1.0), "epsilon"),
        (lambda: cr.diffuse_measure(0, ratio=2.0, weight=1.0), "idle"),
        (lambda: cr.descent_decay_bound(-1.0, 2.0), "delta"),
        (lambda: cr.descent_decay_bound(1.0, 0.0), "ratio"),
        (lambda: cr.loss_bound([1.0], 0.6, 1.0, ratio=2.0, sup_norm=1.0), "loss"),
        (lambda: cr.loss_bound([-1.0], 0.2, 1.0, ratio=2.0, sup_norm=1.0), "times"),
        (lambda: cr.effective_ratio(*pair(0), relative_penalty=0.0), "relative_penalty"),
        (lambda: cr.dictionary_flow(*pair(0), [1.0, 0.0]), "times"),
        (lambda: cr.tail_flow([0.0, 1.0], rng=np.random.default_rng(0)), "times"),
        (lambda: cr.ratio_survey([], [0.5], rng=np.random.default_rng(0)), "sizes"),
        (
            lambda: cr.reweighted(ss.axis_saddle(ERF, 2, 1, rng=np.random.default_rng(0)), 0.5),
            "saddle",
        ),
    ],
)
def test_bad_input(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_an_atom_without_weight_is_refused():
    problem, mu = pair(0)
    p = mu.p.copy()
    p[:2] = 0.0, p[0] + p[1]
    with pytest.raises(ValueError, match="mu must give every atom a positive weight"):
        cr.effective_ratio(problem, mf.Measure(mu.a, mu.w, p))


def test_singular_covariance_is_named():
    problem, mu = pair(0)
    flat = mf.Measure(np.zeros_like(mu.a), mu.w, mu.p)
    with pytest.raises(mf.SingularCovarianceError):
        cr.decay(problem, flat)
    with pytest.raises(mf.SingularCovarianceError):
        cr.effective_ratio(problem, flat)
    with pytest.raises(mf.SingularCovarianceError):
        cr.dictionary_flow(problem, flat, [0.0, 1.0])

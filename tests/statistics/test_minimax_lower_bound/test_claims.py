"""The claims of the chapter, each by a route other than the notebook's, and the two new modules."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import minimax_lower_bound as lb
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.minimax_lower_bound import sequence_model, thresholds
from iclnb.statistics.minimax_lower_bound.claims import CLAIMS

NOISE = math.sqrt(0.1)
PAIRS = [(1.0, 2.0), (2.0, 4.0), (0.8, 3.0)]


@pytest.mark.claim("mlb-basis-radius")
@pytest.mark.parametrize("s", [0.7, 1.0, 2.5])
def test_the_radius_balances_information_and_entropy(s):
    for n in (3.0, 1e5):
        square = n ** -lb.task_exponent(s)
        assert n * square == pytest.approx(square ** (-1 / (2 * s)), rel=1e-12)
        assert lb.critical_radius(lb.power_entropy(1 / s), n) ** 2 == pytest.approx(square)


@pytest.mark.claim("mlb-basis-radius")
def test_tasks_and_examples_count_alike_for_the_basis():
    entropies = {
        "basis_entropy": lb.power_entropy(2.0),
        "coefficient_entropy": lb.power_entropy(1.0),
    }
    one = lb.squared_radii(100.0, 99.0, **entropies)
    other = lb.squared_radii(10.0, 999.0, **entropies)
    assert one.basis == pytest.approx(other.basis, rel=1e-12)
    assert one.basis == pytest.approx((100.0 * 100.0) ** -0.5, rel=1e-12)
    assert one.coefficients < other.coefficients


@pytest.mark.claim("mlb-logarithm")
def test_the_local_exponent_by_implicit_differentiation():
    """eps^2 m = eps^-a L(eps): d log eps^2 / d log m = -2 / (2 + a - d log L / d log eps)."""
    entropy = lb.power_entropy(2.0, logarithm=True)
    seen = []
    for m in (1e3, 1e9, 1e30):
        eps = lb.critical_radius(entropy, m)
        inner = math.e + 1 / eps
        pull = -(1 / eps) / (inner * math.log(inner))
        predicted = -2 / (4 - pull)
        slope = thresholds.growth_exponent(
            lambda x: lb.critical_radius(entropy, x) ** 2, m, factor=1.001
        )
        assert slope == pytest.approx(predicted, abs=1e-4)
        seen.append(slope)
    assert -0.5 < seen[-1] < seen[1] < -0.45


def test_the_larger_term_wins_without_pretraining():
    for s, theta in [*PAIRS, (1.0, 0.5)]:
        radii = lb.squared_radii(
            1e30,
            0,
            basis_entropy=lb.power_entropy(theta),
            coefficient_entropy=lb.power_entropy(1 / s),
        )
        assert (radii.basis > radii.coefficients) == (s * theta > 1)
        assert lb.scratch_rate(1e30, s=s, theta=theta) == pytest.approx(radii.bound, rel=1e-2)


@pytest.mark.claim("mlb-threshold")
def test_the_threshold_in_the_symbols_of_the_paper():
    for alpha, tau, d in ((2.0, 0.5, 1.0), (3.0, 1.5, 2.0)):
        printed = (alpha - tau) * d / ((2 * alpha + d) * tau)
        assert lb.lower_bound_threshold(alpha / d, d / tau) == pytest.approx(printed)
        n = 1e5
        solved = thresholds.tasks_of_the_bound(n, alpha / d, d / tau)
        assert solved == pytest.approx(n**printed, rel=1e-9)


@pytest.mark.claim("mlb-pretraining-pays")
def test_estimator_two_crosses_the_line_of_no_pretraining_once():
    for s, theta in PAIRS:
        x = lb.pretraining_pays_threshold(s, theta)
        n = 1e40
        scratch = lb.scratch_rate(n, s=s, theta=theta)
        assert lb.estimator_two_rate(n, n ** (x + 0.1), s=s, theta=theta) < 0.5 * scratch
        assert lb.estimator_two_rate(n, n ** (x - 0.1), s=s, theta=theta) > 2 * scratch


@pytest.mark.claim("mlb-open-gap")
def test_the_gap_is_never_closed():
    rng = np.random.default_rng(0)
    for s, theta in rng.uniform(0.5, 4.0, size=(40, 2)):
        gap = lb.estimator_two_threshold(s, theta) - lb.lower_bound_threshold(s, theta)
        assert gap == pytest.approx(1 + (1 + theta) / (2 * s + 1))
        assert gap > 1
        if lb.pretraining_helps(s, theta):
            pays = lb.pretraining_pays_threshold(s, theta)
            assert pays < lb.estimator_two_threshold(s, theta) + 1e-12


@pytest.mark.claim("mlb-remark-tau")
def test_only_the_corollary_depends_on_ratios():
    def printed(scale):
        return thresholds.remark_exponent(alpha=2.0 * scale, d=scale)

    def corrected(scale):
        return thresholds.corollary_exponent(alpha=2.0 * scale, tau=0.5 * scale, d=scale)

    assert corrected(1.0) == pytest.approx(corrected(3.0))
    assert printed(3.0) - printed(1.0) > 1
    assert corrected(1.0) == pytest.approx(lb.estimator_two_threshold(2.0, 2.0))
    same = thresholds.corollary_exponent(alpha=2.0, tau=1.0, d=3.0)
    assert same == pytest.approx(thresholds.remark_exponent(alpha=2.0, d=3.0))


@pytest.mark.claim("mlb-class-square")
def test_the_printed_class_lies_between_bounds_of_the_faster_rate():
    """Upper (projection) and lower (two points) bound of the class |b_j| <= j^(-2s-1), s = 1."""
    n = np.array([1e4, 1e6, 1e8])
    upper = np.array([sequence_model.projection_risk(m, 3.0, NOISE) for m in n])
    lower = np.array([lb.coordinate_bound(m, 2.5, NOISE) for m in n])
    assert np.all(lower < upper)
    assert np.all(upper < 4 * lower)
    assert np.all(np.diff(np.log(upper * n ** (2 / 3))) < -0.5)
    square = np.array([sequence_model.projection_risk(m, 1.5, NOISE) for m in n]) * n ** (2 / 3)
    assert np.ptp(np.log(square)) < 0.02


@pytest.mark.claim("mlb-two-point")
def test_the_two_point_bound_is_below_the_exact_minimax_risk_of_simple_rules():
    """Monte Carlo: even the Bayes rule of the two-point prior does not do better."""
    rng = np.random.default_rng(0)
    n, s = 50.0, 1.0
    t = np.minimum(np.sqrt(fs.power_law(2000, s) * n) / NOISE, lb.best_amplitude(lb.two_point_risk))
    sign = rng.choice([-1.0, 1.0], size=(400, 2000))
    seen = t * sign + rng.normal(size=sign.shape)
    loss = np.sum((t * (np.tanh(t * seen) - sign)) ** 2, axis=1) * NOISE**2 / n
    error = loss.std(ddof=1) / math.sqrt(len(loss))
    value = lb.coordinate_bound(n, s, NOISE) - fs.power_tail(2000, s)
    assert abs(loss.mean() - value) < 4 * error + 1e-6
    assert lb.coordinate_bound(n, s, NOISE) < sequence_model.linear_minimax_risk(n, s, NOISE)


@pytest.mark.claim("mlb-two-point")
def test_the_risk_of_a_sign_is_a_mean_of_exponentials():
    """E exp(-q (1 + W^2) / 2), W of density sech(pi w / 2) / 2: hence convex in q."""
    w = np.linspace(-30.0, 30.0, 6001)
    density = 0.5 / np.cosh(np.pi * w / 2) * (w[1] - w[0])
    for q in (0.0, 0.1, 1.0, 4.0):
        mean = density @ np.exp(-q * (1 + w**2) / 2)
        assert float(lb.two_point_risk(math.sqrt(q))) == pytest.approx(mean, abs=1e-10)


@pytest.mark.claim("mlb-hidden-function")
@pytest.mark.parametrize("tasks", [0, 3, 12])
def test_the_bound_with_a_hidden_function_is_the_risk_of_its_own_prior(tasks):
    """Sequence model, prompt by prompt: the Bayes rule of the signs, by Monte Carlo."""
    rng, n, s, theta, count = np.random.default_rng(tasks), 20.0, 1.0, 3.0, 600
    loss, tail = np.zeros(2000), 0.0
    for smooth, prompts in ((s, 1), (1 / theta, tasks + 1)):
        top = np.arange(1.0, count + 1) ** (-smooth - 0.5)
        best = lb.best_amplitude(lb.two_point_risk) * NOISE / math.sqrt(n * prompts)
        size = np.minimum(top, best)
        sign = rng.choice([-1.0, 1.0], size=(2000, count))
        seen = sum(
            size * sign + NOISE / math.sqrt(n) * rng.normal(size=sign.shape) for _ in range(prompts)
        )
        answer = size * np.tanh(size * seen * n / NOISE**2)
        loss += np.sum((answer - size * sign) ** 2, axis=1)
        beyond = np.arange(count + 1.0, 2e6) ** (-smooth - 0.5)
        level = np.minimum(beyond * math.sqrt(n * prompts) / NOISE, 2.0)
        near = np.interp(level, np.linspace(0, 2, 400), lb.two_point_risk(np.linspace(0, 2, 400)))
        tail += np.sum(beyond**2 * near) + 2e6 ** (-2 * smooth) / (2 * smooth)
    value = lb.hidden_bound(n, tasks, s=s, theta=theta, noise=NOISE).total
    assert abs(loss.mean() + tail - value) < 4 * loss.std() / math.sqrt(len(loss)) + 1e-4 * value
    reached = lb.hidden_linear_risk(n, tasks, s=s, theta=theta, noise=NOISE).total
    assert value < reached < 1.5 * value


def test_the_tasks_until_the_hidden_function_costs_as_little():
    need = lb.tasks_until_known(100.0, s=1.0, theta=2.0, noise=NOISE)
    parts = lb.hidden_bound(100.0, need, s=1.0, theta=2.0, noise=NOISE)
    assert parts.hidden == pytest.approx(parts.coefficients, rel=1e-8)
    assert 22 < need < 23
    assert lb.tasks_until_known(100.0, s=1.0, theta=0.9, noise=NOISE) < 0
    slope = thresholds.growth_exponent(
        lambda n: lb.tasks_until_known(n, s=1.0, theta=2.0, noise=NOISE), 1e8
    )
    assert slope == pytest.approx(lb.lower_bound_threshold(1.0, 2.0), abs=2e-3)


@pytest.mark.claim("mlb-fano-constant")
@pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
def test_the_constant_of_fano_by_optimisation_and_quadrature(s):
    k = 4 / math.log(2)
    top = minimize_scalar(
        lambda u: -(u ** (-2 * s)) * (1 - k * u ** (-2 * s - 1)) / 8,
        bounds=(1.0, 60.0),
        options={"xatol": 1e-10},
    )
    v = np.linspace(-40.0, 40.0, 8001)  # log v
    below = np.sum(np.exp(v) / (1 + np.exp((2 * s + 1) * v))) * (v[1] - v[0])
    assert sequence_model.fano_over_linear(s) == pytest.approx(-top.fun / below, rel=1e-5)


def test_no_linear_attention_is_below_van_trees():
    for s in (0.6, 1.0, 2.0):
        table = lb.bound_table([1.0, 10.0, 1e3, 1e6], s, NOISE)
        assert np.all(np.diff(table.attention_over_van_trees) > 0)
        assert np.all(table.attention_over_van_trees > 1)
        assert table.attention_over_van_trees[-1] < ni.attention_to_bayes_limit(s, NOISE)


def test_the_linear_risk_in_constant_time_is_the_sum():
    for s, n in ((2.0, 10.0), (1.0, 1e5), (0.5, 100.0), (0.25, 30.0)):
        found = sequence_model.linear_minimax_risk(n, s, NOISE)
        assert found == pytest.approx(lb.van_trees_bound(n, s, NOISE), rel=1e-10)


def test_a_packing_of_signs_and_its_numbers():
    signs = lb.separated_signs(64, 40, np.random.default_rng(0))
    apart = np.sum(signs[:, None] != signs[None], axis=2) + 64 * np.eye(40)
    assert apart.min() >= 8
    assert signs.shape == (40, 64)
    assert set(signs.flat) == {-1.0, 1.0}
    cube = lb.cube_of_signs(30.0, 1.0, 0.5, 64, 0.8)
    size = 0.8 * 64**-1.5
    assert cube.distance == pytest.approx(math.sqrt(8 * (2 * size) ** 2))
    assert cube.information == pytest.approx(30.0 * cube.distance**2 / 0.5**2)
    assert cube.entropy == pytest.approx(8 * math.log(2))
    assert cube.bound == pytest.approx(
        cube.distance**2 / 4 * (1 - (cube.information + math.log(2)) / cube.entropy)
    )


@pytest.mark.claim("mlb-class-square")
def test_the_projection_is_the_best_one():
    for n, p in ((100.0, 1.5), (1e4, 3.0)):
        level = NOISE**2 / n
        j = np.arange(1, 200001.0)
        tails = np.concatenate(
            [[np.sum(j ** (-2 * p))], np.sum(j ** (-2 * p)) - np.cumsum(j ** (-2 * p))]
        )
        risks = tails[:1000] + np.arange(1000) * level
        assert sequence_model.projection_risk(n, p, NOISE) == pytest.approx(risks.min(), rel=1e-6)
        linear = sequence_model.linear_minimax_risk(n, p - 0.5, NOISE)
        assert linear < sequence_model.projection_risk(n, p, NOISE) < 3 * linear


def test_tasks_needed():
    assert thresholds.tasks_needed(lambda T: 5 / T, 0.1) == pytest.approx(50.0)
    assert thresholds.tasks_needed(lambda T: 5 / T, 100.0) == pytest.approx(0.05)
    assert thresholds.growth_exponent(lambda n: 3 * n**1.5, 10.0) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: thresholds.tasks_needed(lambda T: 1 + 1 / T, 0.5), "accuracy"),
        (lambda: thresholds.tasks_needed(lambda T: 1 / T, 0.0), "accuracy"),
        (lambda: thresholds.growth_exponent(lambda n: n, -1.0), "prompt_length must"),
        (lambda: thresholds.growth_exponent(lambda n: n, 1.0, factor=1.0), "factor"),
        (lambda: thresholds.remark_exponent(alpha=0.0, d=1), "alpha"),
        (lambda: thresholds.corollary_exponent(alpha=1.0, tau=0.0, d=1), "tau"),
        (lambda: sequence_model.projection_risk(10, 0.5, 0.1), "power"),
        (lambda: sequence_model.projection_risk(10, 1.0, 0.0), "noise"),
        (lambda: sequence_model.fano_over_linear(0.0), "s must"),
        (lambda: sequence_model.linear_minimax_risk(0.0, 1.0, 0.1), "prompt_length"),
        (lambda: lb.separated_signs(8, 3, np.random.default_rng(0)), "count"),
        (lambda: lb.cube_of_signs(10, 1.0, 0.1, 7), "n_features"),
        (lambda: lb.hidden_bound(10, -1, s=1, theta=1, noise=0.1), "n_tasks"),
        (lambda: lb.hidden_linear_risk(10, 1, s=1, theta=0, noise=0.1), "theta"),
        (lambda: lb.tasks_until_known(0, s=1, theta=1, noise=0.1), "prompt_length"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_claims_are_distinct():
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)

"""Radii, rates, Fano, Assouad and van Trees, each by a second route."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import minimax_lower_bound as lb
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.minimax_lower_bound import sequence_model

NOISE = math.sqrt(0.1)


@pytest.mark.parametrize("s", [0.5, 1.0, 2.0, 3.0])
def test_radii_of_power_entropies_are_the_rates(s):
    for n in (1.0, 1e2, 1e7):
        eps = lb.critical_radius(lb.power_entropy(1 / s), n)
        assert abs(eps**2 * n * eps ** (1 / s) - 1) < 1e-11
        assert abs(eps**2 / n ** -lb.task_exponent(s) - 1) < 1e-11
    theta = 2.0
    radii = lb.squared_radii(
        1e3,
        99.0,
        basis_entropy=lb.power_entropy(theta),
        coefficient_entropy=lb.power_entropy(1 / s),
    )
    want = lb.lower_bound_rate(1e3, 100.0, s=s, theta=theta)
    assert abs(radii.bound / want - 1) < 1e-11


def test_a_logarithm_shifts_the_slope():
    m = np.geomspace(1e3, 1e9, 25)
    slopes = {}
    entropies = {
        "power": lb.power_entropy(2.0),
        "shifted": lb.power_entropy(2.0, logarithm=True),
        "plain": lambda eps: eps**-2 * max(math.log(1 / eps), 1e-3),
    }
    for name, entropy in entropies.items():
        square = [2 * math.log(lb.critical_radius(entropy, x)) for x in m]
        slopes[name] = np.polyfit(np.log(m), square, 1)[0]
    assert abs(slopes["power"] + 0.5) < 1e-10
    assert abs(slopes["plain"] + 0.461) < 1e-3
    assert -0.475 < slopes["shifted"] < -0.46


def test_thresholds():
    assert abs(lb.lower_bound_threshold(1, 2) - 1 / 3) < 1e-15
    assert abs(lb.estimator_two_threshold(1, 2) - 7 / 3) < 1e-15
    assert abs(lb.lower_bound_threshold(2, 4) - 1.4) < 1e-15
    assert abs(lb.estimator_two_threshold(2, 4) - 3.4) < 1e-15
    assert abs(lb.estimator_one_threshold(1) - 4 / 3) < 1e-15


@pytest.mark.parametrize(("s", "theta"), [(1.0, 2.0), (2.0, 4.0), (0.7, 3.0)])
def test_thresholds_solve_their_equations(s, theta):
    n = 1e6
    x = lb.lower_bound_threshold(s, theta)
    assert abs((n * n**x) ** -lb.basis_exponent(theta) / n ** -lb.task_exponent(s) - 1) < 1e-10
    x = lb.estimator_two_threshold(s, theta)
    N = n ** (1 / (2 * s + 1))
    assert abs(N ** (1 + theta * (1 + s)) / n**x / N ** (-2 * s) - 1) < 1e-9
    x = lb.estimator_one_threshold(s)
    assert abs(N**2 / n**x / N ** (-2 * s) - 1) < 1e-10
    # From the threshold on, the estimator has the rate of a known basis, up to the factor 3.
    for extra in (0.0, 0.5, 2.0):
        for rate in (
            lb.estimator_two_rate(
                n, n ** (lb.estimator_two_threshold(s, theta) + extra), s=s, theta=theta
            ),
            lb.estimator_one_rate(n, n ** (lb.estimator_one_threshold(s) + extra), s=s),
        ):
            assert 1 <= rate / n ** -lb.task_exponent(s) <= 3 + 1e-9
    # Where pretraining starts to pay.
    x = lb.pretraining_pays_threshold(s, theta)
    scratch = lb.scratch_rate(n, s=s, theta=theta)
    best = min(
        N ** (-2 * s) + N / n + N ** (1 + theta * (1 + s)) / n**x for N in np.geomspace(1, n, 4000)
    )
    assert 0.5 < best / scratch < 3.5
    worse = min(
        N ** (-2 * s) + N / n + N ** (1 + theta * (1 + s)) / n ** (x - 0.5)
        for N in np.geomspace(1, n, 4000)
    )
    assert worse > 2 * scratch


def test_estimator_rates_are_near_their_best_size():
    s, theta = 1.0, 2.0
    for n, tasks in itertools.product((1e2, 1e4, 1e6), (1e1, 1e4, 1e9)):
        N = np.geomspace(1, 1e6, 20000)
        best = np.min(N ** (-2 * s) + N / n + N**2 / tasks)
        assert 1 - 1e-6 <= lb.estimator_one_rate(n, tasks, s=s) / best < 2.5
        best = np.min(N ** (-2 * s) + N / n + N ** (1 + theta * (1 + s)) / tasks)
        assert 1 - 1e-6 <= lb.estimator_two_rate(n, tasks, s=s, theta=theta) / best < 2.5
        # No estimator beats the lower bound by more than constants.
        assert lb.estimator_two_rate(n, tasks, s=s, theta=theta) > 0.9 * n ** -lb.task_exponent(s)


def test_scarce_tasks_and_the_misprint():
    s, n, tasks = 1.0, 1e9, 1e6
    N = tasks ** (1 / (2 * s + 2))
    want = tasks ** (-s / (s + 1)) * 2 + tasks ** (1 / (2 * s + 2)) / n
    assert abs(lb.estimator_one_rate(n, tasks, s=s) - want) < 1e-12
    assert N / n < tasks ** (2 / (2 * (s + 1))) / n


def test_when_pretraining_helps():
    assert lb.pretraining_helps(1.0, 2.0)
    assert not lb.pretraining_helps(1.0, 0.9)
    assert lb.pretraining_pays_threshold(1.0, 0.9) is None
    assert lb.scratch_rate(100.0, s=1.0, theta=0.9) == 100.0 ** (-2 / 3)
    assert lb.scratch_rate(100.0, s=1.0, theta=2.0) == 100.0**-0.5


def test_fano_over_all_cubes():
    for s, n in ((1.0, 100.0), (2.0, 1000.0), (0.5, 30.0)):
        best = lb.fano_bound(n, s, NOISE)
        direct = lb.fano_bound_of_cube(n, s, NOISE, best.n_features, best.amplitude)
        assert abs(best.value - direct) < 1e-12 * best.value
        for N in range(8, 120):
            for c in np.linspace(0.1, 1.0, 10):
                assert lb.fano_bound_of_cube(n, s, NOISE, N, float(c)) <= best.value * (1 + 1e-12)
        assert best.value <= ni.flat_risk(n, s, NOISE)


def test_varshamov_gilbert_packing_exists():
    # Greedy packing of the cube {0, 1}^N at distance N/8: more than 2^(N/8) words.
    N = 16
    words = np.array(list(itertools.product((0, 1), repeat=N)), dtype=np.int8)[:4096]
    kept = []
    for word in words:
        if all(np.sum(word != other) >= N / 8 for other in kept):
            kept.append(word)
        if len(kept) > 2 ** (N / 8):
            break
    assert len(kept) > 2 ** (N / 8)


def test_two_point_risk_by_quadrature_and_simulation():
    rng = np.random.default_rng(0)
    for t in (0.0, 0.3, 1.2, 2.5):
        y = np.linspace(-30, 30, 200001)
        density = norm.pdf(y - t) * 0.5 + norm.pdf(y + t) * 0.5
        square = np.sum(np.tanh(t * y) ** 2 * density) * (y[1] - y[0])
        assert abs(float(lb.two_point_risk(t)) - (1 - square)) < 1e-10
        sign = rng.choice([-1.0, 1.0], 400000)
        loss = (np.tanh(t * (t * sign + rng.normal(size=sign.size))) - sign) ** 2
        assert abs(loss.mean() - lb.two_point_risk(t)) <= 4 * loss.std() / math.sqrt(loss.size)
    # Both risks are convex in the signal-to-noise ratio, as random inputs require.
    q = np.linspace(0, 9, 300)
    for risk in (lb.two_point_risk, lb.sign_error):
        assert np.all(np.diff(risk(np.sqrt(q)), 2) > 0)
        best = minimize_scalar(lambda t, r=risk: -(t**2) * float(r(t)), bounds=(0.2, 2.8)).x
        assert abs(lb.best_amplitude(risk) - best) < 1e-4


def test_coordinate_bound_by_brute_force():
    for s in (1.0, 2.0):
        for risk in (lb.two_point_risk, lb.sign_error):
            n = 50.0
            lam = fs.power_law(50000, s)
            t = np.minimum(np.sqrt(lam * n / 0.1), lb.best_amplitude(risk))
            brute = sum(np.sum(b**2 * risk(b)) for b in np.array_split(t, 100)) * 0.1 / n
            brute += float(risk(0.0)) * fs.power_tail(50000, s)
            assert abs(lb.coordinate_bound(n, s, NOISE, risk=risk) / brute - 1) < 1e-5


def test_published_table():
    table = lb.bound_table([1e2, 1e4, 1e6], 1.0, NOISE)
    np.testing.assert_allclose(table.fano, [7.2e-5, 5.2e-6, 2.65e-7], rtol=0.01)
    np.testing.assert_allclose(table.van_trees, [1.159e-2, 5.563e-4, 2.600e-5], rtol=1e-3)
    np.testing.assert_allclose(table.attention, [4.927e-2, 2.922e-3, 1.423e-4], rtol=1e-3)
    np.testing.assert_allclose(table.attention_over_van_trees, [4.25, 5.25, 5.47], atol=0.01)
    np.testing.assert_allclose(table.attention_over_fano, [680, 560, 536], rtol=0.003)
    ratio = table.two_point / table.van_trees
    assert np.all((ratio > 0.695) & (ratio < 0.71))
    late = lb.bound_table([1e10], 1.0, NOISE)
    limit = ni.attention_to_bayes_limit(1.0, NOISE)
    assert abs(late.attention_over_van_trees[0] / limit - 1) < 2e-3


def test_van_trees_is_below_the_bayes_risk_and_the_matrix_form_agrees():
    lam = fs.power_law(31, 1.0)
    value = lb.van_trees_of(np.diag(1 / lam), 20 / 0.1 * np.eye(31))
    assert abs(value - ni.jensen_bound(lam, prompt_length=20, noise=NOISE)) < 1e-14
    bayes = ni.bayes_risk(
        fs.WalshBasis(31),
        lam,
        prompt_length=20,
        noise=NOISE,
        draws=200,
        rng=np.random.default_rng(0),
    )
    assert value < bayes.mean - 4 * bayes.error
    assert abs(lb.van_trees_bound(20, 1.0, NOISE) - value - fs.power_tail(31, 1.0)) < 2e-4


def test_bad_input():
    for call in (
        lambda: lb.critical_radius(lb.power_entropy(1.0), 0.0),
        lambda: lb.power_entropy(0.0),
        lambda: lb.squared_radii(
            10, -1, basis_entropy=lb.power_entropy(1), coefficient_entropy=lb.power_entropy(1)
        ),
        lambda: lb.lower_bound_rate(0, 1, s=1, theta=1),
        lambda: lb.estimator_one_rate(10, 0, s=1),
        lambda: lb.task_exponent(0.0),
        lambda: lb.fano_bound(0.0, 1.0, 0.1),
        lambda: lb.fano_bound(10.0, 1.0, 0.0),
        lambda: lb.fano_bound_of_cube(10, 1.0, 0.1, 7, 1.0),
        lambda: lb.fano_bound_of_cube(10, 1.0, 0.1, 9, 1.5),
        lambda: lb.coordinate_bound(-1.0, 1.0, 0.1),
        lambda: lb.two_point_risk(-1.0),
        lambda: lb.van_trees_of(np.zeros((2, 2)), np.zeros((2, 2))),
        lambda: lb.bound_table([], 1.0, 0.1),
        lambda: lb.critical_radius(lambda eps: 1e300 / (1 + eps), 1e-90),
    ):
        with pytest.raises(ValueError, match=r"must|entropy"):
            call()


@pytest.mark.parametrize(
    ("entropy", "n", "words"),
    [
        (lambda eps: 0.0, 5.0, "above 1e-100"),
        (lambda eps: eps**3, 5.0, "above 1e-100"),
        (lambda eps: 1e300, 1e-90, "below 1e100"),
    ],
)
def test_an_entropy_without_a_radius(entropy, n, words):
    with pytest.raises(ValueError, match=f"^entropy has no critical radius {words}"):
        lb.critical_radius(entropy, n)


def test_an_entropy_that_comes_down_to_zero():
    """log(1/eps) is that of the paper; it is negative beyond one."""
    for m in (2.0, 1e3, 1e6):
        root = lb.critical_radius(lambda eps: eps**-2 * math.log(1 / eps), m)
        assert root < 1
        assert root**4 * m == pytest.approx(math.log(1 / root), rel=1e-12)
    shifted = lb.critical_radius(lb.power_entropy(2.0, logarithm=True), 1e6)
    assert 1.01 < shifted**2 / root**2 < 1.02


def test_the_published_proposition_by_its_conditions():
    """Every inequality of the proposition, and no better bound nearby."""
    for n, s, noise in ((300.0, 1.0, 0.4), (4e3, 0.7, 0.9), (2e6, 2.0, 0.3)):
        found = lb.proposition_bound(n, s, noise)
        N, K, D = found.n_features, found.known, found.places
        square = found.value / D
        # Gilbert: a vector rules out those that differ from it in fewer than D places
        ruled_out = sum(math.comb(N, i) for i in range(D))
        packing = N * math.log(2) - math.log(ruled_out)
        assert packing >= 4 * math.log(2)
        assert K * math.log(2) <= packing / 8
        assert n / (2 * noise**2) * (N - K) * square <= K * math.log(2) * (1 + 1e-12)
        assert square <= N ** (-2 * s - 1) * (1 + 1e-12)
        for size, places in ((N, D + 1), (N, D - 1), (N + 3, D), (N - 3, D)):
            few = size * math.log(2) + math.log1p(-places / size) * (size - places)
            few += math.log(places / size) * places
            known = math.floor(few / (8 * math.log(2)))
            told = 2 * noise**2 * known * math.log(2) / (n * (size - known))
            assert places * min(size ** (-2 * s - 1), told) < 1.15 * found.value
        assert found.value < lb.coordinate_bound(n, s, noise)


def test_a_packing_as_large_as_gilbert_says():
    """Greedily, among all sign vectors of 10 places: those that differ in 3 places or more."""
    words = range(2**10)
    kept: list[int] = []
    for word in words:
        if all((word ^ other).bit_count() >= 3 for other in kept):
            kept.append(word)
    share = 0.3
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert len(kept) >= math.exp(10 * (math.log(2) - entropy))


def test_what_the_proposition_loses():
    """The page: 45 times below the best linear method for s = 1, twice as good as Fano's."""
    for n in (1e2, 1e4, 1e6, 1e8):
        value = lb.proposition_bound(n, 1.0, math.sqrt(0.1)).value
        linear = sequence_model.linear_minimax_risk(n, 1.0, math.sqrt(0.1))
        assert 44 < linear / value < 46.5
        assert 2 < value / lb.fano_bound(n, 1.0, math.sqrt(0.1)).value < 4


@pytest.mark.parametrize("at", range(3))
def test_bad_input_of_the_proposition(at):
    values = [100.0, 1.0, 0.3]
    values[at] = 0.0
    with pytest.raises(ValueError, match=("prompt_length", "s ", "noise")[at]):
        lb.proposition_bound(*values)

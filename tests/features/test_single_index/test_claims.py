"""The claims of the chapter by other routes than its certificates, at small sizes."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from iclnb.features import single_index as si

HE2 = si.FiniteLaw([si.Link.pure(2)])
rng_of = np.random.default_rng


def circle(tasks, count=24):
    angle = 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(angle), np.sin(angle)]) @ tasks.basis


def mean_correlation(row, bias, beta, coefficients):
    """E[y relu(w.x + b)] by quadrature over w.x, the link averaged over what is left."""
    size = np.linalg.norm(row)
    s = row @ beta / size
    g, p = np.polynomial.hermite_e.hermegauss(20)

    def at(z):
        index = s * z + math.sqrt(max(1 - s * s, 0.0)) * g
        return norm.pdf(z) * (size * z + bias) * (si.Link(coefficients)(index) @ p) / p.sum()

    return quad(at, -bias / size, 12, epsabs=1e-13)[0]


@pytest.mark.claim("idx-hermite")
def test_coefficients_are_integrals_of_the_neuron():
    for bias in (-0.6, 0.0, 1.3):
        coefficients = si.relu_coefficients(bias, 5)
        for i in range(6):
            value = quad(
                lambda z, i=i, b=bias: norm.pdf(z) * (z + b) * si.hermite_polynomials(z, i)[i],
                -bias, 14, epsabs=1e-12,
            )[0]  # fmt: skip
            assert abs(value - coefficients[i]) < 1e-10


@pytest.mark.claim("idx-gradient")
def test_gradient_is_that_of_the_mean_square_of_b():
    rng = rng_of(0)
    tasks = si.SingleIndexTasks(si.random_subspace(3, 2, rng), HE2)
    row, bias = rng.normal(size=3), 0.4
    exact = si.population_gradient(tasks, row[None], bias=bias, gamma=1.0, keep_prediction=False)

    def square(w):
        c = HE2.links[0].coefficients
        return np.mean([mean_correlation(w, bias, beta, c) ** 2 for beta in circle(tasks, 6)])

    for axis in range(3):
        e = 1e-4 * np.eye(3)[axis]
        slope = (square(row + e) - square(row - e)) / 2e-4
        assert abs(-2 * slope - exact[0, axis]) < 1e-7


@pytest.mark.claim("idx-any-length")
@pytest.mark.parametrize("n", [1, 5])
def test_one_task_averages_to_the_same_gradient_at_any_length(n):
    rng = rng_of(n)
    tasks = si.SingleIndexTasks(np.eye(2, 3), HE2)
    w = si.sphere_rows(4, 3, rng)
    exact = si.population_gradient(tasks, w, bias=0.3, gamma=1.0, keep_prediction=False)
    parts = []
    for _ in range(40):
        prompts = si.sample_prompts(tasks, si.sample_tasks(tasks, 15_000, rng), n, rng=rng)
        drawn = si.prompt_gradient(prompts, w, bias=0.3, gamma=1.0, keep_prediction=False)
        parts.append(np.sum(drawn * exact) / np.sum(exact**2))
    error = np.std(parts, ddof=1) / np.sqrt(40)
    assert abs(np.mean(parts) - 1) < 4.5 * error
    assert error < 0.1


@pytest.mark.claim("idx-leading-term")
@pytest.mark.parametrize("q", [2, 4])
def test_leading_term_of_the_signal_alone(q):
    """E[B^2] -> (a_Q c_Q / Q!)^2 E<w, beta>^(2Q) for small projections, and its slope."""
    law, r = si.FiniteLaw([si.Link.pure(q)]), 3
    tasks = si.SingleIndexTasks(np.eye(r, 5), law)
    rho = 1e-2
    w = np.zeros((1, 5))
    w[0, 0], w[0, 4] = rho, math.sqrt(1 - rho**2)
    a = si.relu_coefficients(0.7, q)[q]
    c = math.sqrt(math.factorial(q))
    moment = math.prod(range(1, 2 * q, 2)) / math.prod(range(r, r + 2 * q, 2))
    signal = (a * c / math.factorial(q)) ** 2 * moment * rho ** (2 * q)
    leading = si.leading_gradient(tasks, w, bias=0.7, gamma=1.0)
    assert abs(leading[0, 0] / (-2 * 2 * q * signal / rho) - 1) < 1e-12
    assert np.all(leading[0, 1:] == 0)


@pytest.mark.claim("idx-second-moment")
def test_sampled_gradients_with_random_signs():
    """The sign of a task multiplies its labels and its query: the product is unchanged."""
    rng = rng_of(2)
    tasks = si.SingleIndexTasks(np.eye(2, 4), HE2)
    w, gamma = si.sphere_rows(5, 4, rng), rng.normal(size=5)
    prompts = si.sample_prompts(tasks, si.sample_tasks(tasks, 30, rng), 7, rng=rng)
    signs = rng.choice((-1.0, 1.0), 30)
    turned = prompts._replace(y=signs[:, None] * prompts.y, targets=signs * prompts.targets)
    for keep in (False, True):
        one = si.prompt_gradient(prompts, w, bias=0.2, gamma=gamma, keep_prediction=keep)
        other = si.prompt_gradient(turned, w, bias=0.2, gamma=gamma, keep_prediction=keep)
        np.testing.assert_allclose(one, other, atol=1e-14)


@pytest.mark.claim("idx-floor")
def test_floor_from_sampled_starts():
    tasks = si.SingleIndexTasks(np.eye(3, 12), HE2)
    w = si.sphere_rows(40_000, 12, rng_of(3))
    gradient = si.population_gradient(tasks, w, bias=0.0, gamma=1.0, keep_prediction=False)
    assert abs(1 - si.alignment(gradient, tasks.basis) - si.he2_floor(12, 3)) < 0.002


@pytest.mark.claim("idx-alignment-law")
def test_law_from_sampled_moments():
    """One task's gradient, sampled: its moments give the law without the closed form."""
    rng, d, n, T1 = rng_of(4), 6, 12, 500
    tasks = si.SingleIndexTasks(np.eye(2, d), HE2)
    w = si.sphere_rows(1, d, rng)
    prompts = si.sample_prompts(tasks, si.sample_tasks(tasks, 200_000, rng), n, rng=rng)
    z, zq = prompts.X @ w[0], prompts.queries @ w[0]
    pull = np.einsum("ti,tid->td", prompts.y * (z > 0), prompts.X) / n
    back = np.mean(prompts.y * np.maximum(z, 0), axis=1) * (zq > 0)
    g = prompts.targets[:, None] * (
        np.maximum(zq, 0)[:, None] * pull + back[:, None] * prompts.queries
    )
    mean, second = g.mean(axis=0) ** 2, (g**2).mean(axis=0)
    power = mean + (second - mean) / T1
    rho2 = np.sum(w[:, :2] ** 2, axis=1)
    law = si.alignment_law(HE2, d=d, r=2, T1=T1, n=n, rho2=rho2)
    assert abs(power[:2].sum() / power.sum() - law) < 0.03


@pytest.mark.claim("idx-budget")
def test_noise_and_signal_of_the_leading_order():
    """T1 = .548 d^4 (r + 2)^2 / (r n) + .131 (r + 2) d^2, from the leading terms by hand."""
    d, r = 4096, 3
    for n in (d, d**2, 8 * d**2):
        leading = 0.548 * d**4 * (r + 2) ** 2 / (r * n) + 0.131 * (r + 2) * d**2
        found = si.noise_to_signal(HE2, d=d, r=r, n=n, rho2=[r / d])
        assert abs(found / leading - 1) < 0.01


@pytest.mark.claim("idx-theorem-budget")
def test_budget_of_the_theorem_leaves_noise_of_the_size_of_the_floor():
    budget = si.sufficient_budget(d=48, r=3, exponent=2)
    law = si.alignment_law(HE2, d=48, r=3, T1=budget.T1, n=int(budget.n))
    floor = si.he2_floor(48, 3)
    assert floor < 1 - law < floor + 1 / 48
    short = si.alignment_law(HE2, d=48, r=3, T1=budget.T1 / 48**2, n=int(budget.n))
    assert 1 - short > 3 * floor


@pytest.mark.claim("idx-trade-off")
def test_trade_off_ends_where_examples_exceed_tasks():
    d = 32
    short = [n * si.noise_to_signal(HE2, d=d, r=2, n=n) for n in (1, 16)]
    assert abs(short[1] / short[0] - 1) < 0.01
    long = [si.noise_to_signal(HE2, d=d, r=2, n=n) for n in (100 * d**2, 10_000 * d**2)]
    assert 0.9 < long[1] / long[0] <= 1
    assert 0.05 < long[1] / d**2 < 1


@pytest.mark.claim("idx-singular-values")
def test_population_step_has_r_large_singular_values():
    for r in (1, 2, 4):
        tasks = si.SingleIndexTasks(si.random_subspace(30, r, rng_of(r)), HE2)
        w = si.sphere_rows(200, 30, rng_of(9))
        step = si.population_gradient(tasks, w, bias=0.0, gamma=1.0, keep_prediction=False)
        values = si.singular_values(step)
        assert np.argmax(values[:-1] / values[1:]) == r - 1


@pytest.mark.claim("idx-solvers")
def test_routes_by_plain_least_squares():
    rng = rng_of(5)
    data = si.AttentionData(rng.normal(size=(30, 4)), rng.normal(size=(30, 5)), rng.normal(size=30))
    design = np.einsum("ti,tj->tij", data.G, data.F).reshape(30, -1)
    stacked = np.vstack([design, math.sqrt(30 * 0.2) * np.eye(20)])
    target = np.concatenate([data.targets, np.zeros(20)])
    plain = np.linalg.lstsq(stacked, target, rcond=None)[0].reshape(4, 5)
    np.testing.assert_allclose(si.ridge_primal(data, penalty=0.2), plain, atol=1e-10)
    np.testing.assert_allclose(si.ridge_dual(data, penalty=0.2), plain, atol=1e-10)
    found = si.ridge_iterative(data, penalty=0.2, tolerance=1e-13).Gamma
    np.testing.assert_allclose(found, plain, atol=1e-9)


@pytest.mark.claim("idx-d-flat")
def test_features_inside_the_subspace_do_not_know_the_dimension():
    """The risk of a layer whose weights lie in the subspace is the same in any ambient space."""
    inside, bias = si.sphere_rows(12, 2, rng_of(6)), rng_of(7).uniform(-1, 1, 12)
    risks = []
    for d in (2, 9):
        tasks = si.SingleIndexTasks(si.coordinate_subspace(d, 2), HE2)
        w = inside @ tasks.basis
        moments = si.attention_moments(tasks, w, bias=bias, samples=2**17, rng=rng_of(8))
        risks.append(si.context_risk(moments, si.best_attention(moments, n=20, penalty=1e-4)))
    assert abs(risks[0].limit - risks[1].limit) < 1e-2 * risks[0].limit
    assert abs(risks[0].slope / risks[1].slope - 1) < 0.03


@pytest.mark.claim("idx-r-matters")
def test_more_directions_cost_more_examples():
    for n in (10, 100, 1000):
        least = [float(si.least_error(r, n)) for r in (2, 3, 4, 6)]
        assert np.all(np.diff(least) > 0)
        assert least[2] > 2 * least[0] or n == 10
        assert np.all(np.array(least) < [si.averaging_error(r, n) for r in (2, 3, 4, 6)])


@pytest.mark.claim("idx-kernel-wins")
def test_quadratic_kernel_interpolates_beyond_its_dimension():
    tasks = si.SingleIndexTasks(si.random_subspace(5, 2, rng_of(9)), HE2)

    def learner(X, y, queries):
        return si.kernel_ridge(si.polynomial_kernel(2), X, y, queries, penalty=1e-9)

    enough = si.polynomial_dimension(5, 2) + 30
    sizes = {"n": enough, "prompts": 8, "queries": 20}
    assert si.learner_errors(tasks, learner, rng=rng_of(0), **sizes).max() < 1e-6
    assert si.learner_errors(tasks, learner, rng=rng_of(0), **{**sizes, "n": 15}).mean() > 0.1


@pytest.mark.claim("idx-ridge-limit")
def test_long_prompts_make_the_regression_of_the_features():
    """On the mean correlations, long pretraining prompts give the least-squares predictor."""
    tasks = si.SingleIndexTasks(np.eye(2), HE2)
    w, bias = si.subspace_network(tasks, 8, rng_of(10))
    moments = si.attention_moments(tasks, w, bias=bias, samples=2**15, rng=rng_of(0))
    Gamma = si.best_attention(moments, n=1e7, penalty=1e-13)
    x = rng_of(1).standard_normal((200_000, 2))
    features = si.network_features(x, w, bias=bias)
    for beta in circle(tasks, 3):
        y = HE2.links[0](x @ beta)
        c = HE2.links[0].coefficients
        B = np.array([mean_correlation(row, b, beta, c) for row, b in zip(w, bias)])
        fitted = features @ np.linalg.lstsq(features, y, rcond=None)[0]
        answers = features @ (Gamma.T @ B)
        assert np.mean((answers - fitted) ** 2) < 2e-3
        assert np.mean(answers**2) > 0.2


@pytest.mark.claim("idx-pooled")
def test_pooled_ridge_pays_for_all_directions():
    tasks = si.SingleIndexTasks(np.eye(2, 4), HE2)
    w, bias = si.subspace_network(tasks, 40, rng_of(11), bias_range=2.0)
    moments = si.attention_moments(tasks, w, bias=bias, samples=2**15, rng=rng_of(0))
    best = si.context_risk(moments, si.best_attention(moments, n=64, penalty=1e-6)).at(64)
    X = rng_of(2).standard_normal((20_000, 4))
    pooled = [
        si.context_risk(moments, si.pooled_ridge_matrix(X, w, bias=bias, penalty=p)).at(64)
        for p in (1e-3, 1e-2, 1e-1, 1.0)
    ]
    assert min(pooled) > 1.5 * best


@pytest.mark.claim("idx-prompt-ridge")
def test_ridge_within_the_prompt_beats_a_small_trained_layer():
    recipe = si.Recipe(m=48, T1=6000, n1=64, T2=1000, n2=128, penalty=1e-4)
    layer = si.trial(HE2, recipe, rng_of(12), d=8, r=2)
    weights, bias = layer.layer.weights, layer.layer.bias
    drawn = si.sample_tasks(layer.tasks, 1500, rng_of(0))
    prompts = si.sample_prompts(layer.tasks, drawn, 128, rng=rng_of(1))
    gram = [si.prompt_ridge(prompts, weights, bias=bias, penalty=p) for p in (1e-4, 10.0)]
    errors = [np.mean((answers - prompts.targets) ** 2) for answers in gram]
    assert errors[0] < layer.risk.at(128) < errors[1]


@pytest.mark.claim("idx-risk-bound")
def test_bounds_lie_within_a_factor_of_each_other_and_above_any_risk():
    sizes = {"r": 2, "degree": 2, "m": 96, "T2": 2000, "n": 256, "n_star": 128}
    bound, terms = si.paper_bound(**sizes), si.slide_bound_terms(**sizes)
    assert bound <= sum(terms) <= math.sqrt(3) * bound + math.sqrt(2) * terms.examples
    assert bound > 1, "at these sizes the bound, with constants one, says nothing"


@pytest.mark.claim("idx-width")
def test_error_of_approximation_by_least_squares():
    tasks = si.SingleIndexTasks(np.eye(2), HE2)
    x = rng_of(3).standard_normal((40_000, 2))
    for m in (8, 16):
        w, bias = si.subspace_network(tasks, m, rng_of(m), bias_range=3.0)
        features = si.network_features(x, w, bias=bias)
        Y = np.stack([HE2.links[0](x @ beta) for beta in circle(tasks, 8)], axis=1)
        rest = Y - features @ np.linalg.lstsq(features, Y, rcond=None)[0]
        assert abs(np.mean(rest**2) - si.approximation_error(tasks, w, bias=bias)) < 0.03


@pytest.mark.claim("idx-length-mismatch")
def test_mismatch_of_perfect_features():
    """One direction: the best factor tau / (tau + q/n) has the bias (q/n)^2 / tau, nearly."""
    ideal = si.ideal_attention(2)
    tau, q = ideal.each, ideal.each_noise
    excess = [tau * (1 - n * tau / (n * tau + q)) ** 2 for n in (100, 200, 400)]
    ratios = np.divide(excess[1:], excess[:-1])
    assert np.all((ratios < 0.27) & (ratios > 0.25))


@pytest.mark.claim("idx-table")
def test_examples_for_a_level_of_the_bound():
    for r in (2, 5):
        n = si.examples_for_bound(0.1, r=r, degree=2)
        assert abs(r**4 / math.sqrt(n) - 0.1) < 1e-12
        assert abs(n / (r**4 / 0.01) / r**4 - 1) < 1e-12


@pytest.mark.claim("idx-gamma-one")
def test_prediction_part_of_short_prompts_is_not_that_of_long_ones():
    """Mean gradients of short prompts with gamma = 1 differ from the infinite-length formula."""
    rng = rng_of(13)
    tasks = si.SingleIndexTasks(np.eye(2, 4), HE2)
    w, gamma = si.sphere_rows(6, 4, rng), rng.choice((-1.0, 1.0), 6)
    exact = si.population_gradient(tasks, w, bias=0.0, gamma=gamma)
    distance = {}
    for n, T in ((4, 40_000), (200, 4000)):
        parts = [
            si.prompt_gradient(
                si.sample_prompts(tasks, si.sample_tasks(tasks, T // 10, rng), n, rng=rng),
                w, bias=0.0, gamma=gamma,
            )
            for _ in range(10)
        ]  # fmt: skip
        error = np.linalg.norm(np.std(parts, axis=0, ddof=1)) / np.sqrt(10)
        distance[n] = np.linalg.norm(np.mean(parts, axis=0) - exact), error
    assert distance[4][0] > 5 * distance[4][1]
    assert distance[200][0] < 0.2 * distance[4][0]


@pytest.mark.claim("idx-rows")
def test_row_norms_tell_the_aligned_neurons():
    recipe = si.Recipe(m=96, T1=6000, n1=144, T2=1, n2=1, penalty=1.0)
    tasks = si.SingleIndexTasks(si.random_subspace(12, 2, rng_of(14)), HE2)
    _, step = si.stage_one(tasks, recipe, rng_of(15))
    size, share = np.linalg.norm(step, axis=1), si.neuron_alignment(step, tasks.basis)
    assert np.corrcoef(size, share)[0, 1] > 0.3
    assert si.alignment(si.normalise_rows(step), tasks.basis) < si.alignment(step, tasks.basis)


@pytest.mark.claim("idx-odd-links")
def test_odd_links_need_biases():
    tasks = si.SingleIndexTasks(np.eye(2, 5), si.FiniteLaw([si.Link.pure(3)]))
    row = rng_of(16).normal(size=5)
    c = tasks.law.links[0].coefficients
    for beta in circle(tasks, 3):
        assert abs(mean_correlation(row, 0.0, beta, c)) < 1e-10
        assert abs(mean_correlation(row, 0.7, beta, c)) > 1e-4

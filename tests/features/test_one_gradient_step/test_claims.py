"""The claims of the chapter by other routes than its certificates, at small sizes."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from iclnb.draws import sphere_rows
from iclnb.features import one_gradient_step as ogs
from tests.features.correlation import circle, mean_correlation

HE2 = ogs.FiniteLaw([ogs.Link.pure(2)])
rng_of = np.random.default_rng


@pytest.mark.claim("idx-hermite")
def test_coefficients_are_integrals_of_the_neuron():
    for bias in (-0.6, 0.0, 1.3):
        coefficients = ogs.relu_coefficients(bias, 5)
        for i in range(6):
            value = quad(
                lambda z, i=i, b=bias: norm.pdf(z) * (z + b) * ogs.hermite_polynomials(z, i)[i],
                -bias,
                14,
                epsabs=1e-12,
            )[0]
            assert abs(value - coefficients[i]) < 1e-10


@pytest.mark.claim("idx-gradient")
def test_gradient_is_that_of_the_mean_square_of_b():
    rng = rng_of(0)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(3, 2, rng), HE2)
    row, bias = rng.normal(size=3), 0.4
    exact = ogs.expected_gradient(
        tasks, row[None], bias=bias, Gamma_diagonal=1.0, keep_prediction=False
    )

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
    tasks = ogs.SingleIndexTasks(np.eye(2, 3), HE2)
    w = sphere_rows(4, 3, rng)
    exact = ogs.expected_gradient(tasks, w, bias=0.3, Gamma_diagonal=1.0, keep_prediction=False)
    parts = []
    for _ in range(40):
        prompts = ogs.sample_single_index_prompts(
            tasks, ogs.sample_tasks(tasks, 15_000, rng), n, input_rng=rng
        )
        drawn = ogs.prompt_gradient(prompts, w, bias=0.3, Gamma_diagonal=1.0, keep_prediction=False)
        parts.append(np.sum(drawn * exact) / np.sum(exact**2))
    error = np.std(parts, ddof=1) / np.sqrt(40)
    assert abs(np.mean(parts) - 1) < 4.5 * error
    assert error < 0.1


@pytest.mark.claim("idx-leading-term")
@pytest.mark.parametrize("q", [2, 4])
def test_leading_term_of_the_signal_alone(q):
    """E[B^2] -> (a_Q c_Q / Q!)^2 E<w, beta>^(2Q) for small projections, and its slope."""
    law, r = ogs.FiniteLaw([ogs.Link.pure(q)]), 3
    tasks = ogs.SingleIndexTasks(np.eye(r, 5), law)
    rho = 1e-2
    w = np.zeros((1, 5))
    w[0, 0], w[0, 4] = rho, math.sqrt(1 - rho**2)
    a = ogs.relu_coefficients(0.7, q)[q]
    c = math.sqrt(math.factorial(q))
    moment = math.prod(range(1, 2 * q, 2)) / math.prod(range(r, r + 2 * q, 2))
    signal = (a * c / math.factorial(q)) ** 2 * moment * rho ** (2 * q)
    leading = ogs.leading_gradient(tasks, w, bias=0.7, Gamma_diagonal=1.0)
    assert abs(leading[0, 0] / (-2 * 2 * q * signal / rho) - 1) < 1e-12
    assert np.all(leading[0, 1:] == 0)


@pytest.mark.claim("idx-second-moment")
def test_sampled_gradients_with_random_signs():
    """The sign of a task multiplies its labels and its query: the product is unchanged."""
    rng = rng_of(2)
    tasks = ogs.SingleIndexTasks(np.eye(2, 4), HE2)
    w, gamma = sphere_rows(5, 4, rng), rng.normal(size=5)
    prompts = ogs.sample_single_index_prompts(
        tasks, ogs.sample_tasks(tasks, 30, rng), 7, input_rng=rng
    )
    signs = rng.choice((-1.0, 1.0), 30)
    turned = prompts._replace(y=signs[:, None] * prompts.y, query_label=signs * prompts.query_label)
    for keep in (False, True):
        one = ogs.prompt_gradient(prompts, w, bias=0.2, Gamma_diagonal=gamma, keep_prediction=keep)
        other = ogs.prompt_gradient(turned, w, bias=0.2, Gamma_diagonal=gamma, keep_prediction=keep)
        np.testing.assert_allclose(one, other, atol=1e-14)


@pytest.mark.claim("idx-floor")
def test_floor_from_sampled_starts():
    tasks = ogs.SingleIndexTasks(np.eye(3, 12), HE2)
    w = sphere_rows(40_000, 12, rng_of(3))
    gradient = ogs.expected_gradient(tasks, w, bias=0.0, Gamma_diagonal=1.0, keep_prediction=False)
    assert abs(1 - ogs.alignment(gradient, tasks.subspace) - ogs.he2_floor(12, 3)) < 0.002


@pytest.mark.claim("idx-alignment-law")
def test_law_from_sampled_moments():
    """One task's gradient, sampled: its moments give the law without the closed form."""
    rng, d, n, T1 = rng_of(4), 6, 12, 500
    tasks = ogs.SingleIndexTasks(np.eye(2, d), HE2)
    w = sphere_rows(1, d, rng)
    prompts = ogs.sample_single_index_prompts(
        tasks, ogs.sample_tasks(tasks, 200_000, rng), n, input_rng=rng
    )
    z, zq = prompts.X @ w[0], prompts.query @ w[0]
    pull = np.einsum("ti,tid->td", prompts.y * (z > 0), prompts.X) / n
    back = np.mean(prompts.y * np.maximum(z, 0), axis=1) * (zq > 0)
    g = prompts.query_label[:, None] * (
        np.maximum(zq, 0)[:, None] * pull + back[:, None] * prompts.query
    )
    mean, second = g.mean(axis=0) ** 2, (g**2).mean(axis=0)
    power = mean + (second - mean) / T1
    rho2 = np.sum(w[:, :2] ** 2, axis=1)
    law = ogs.alignment_law(HE2, d=d, r=2, n_tasks=T1, prompt_length=n, rho2=rho2)
    assert abs(power[:2].sum() / power.sum() - law) < 0.03


@pytest.mark.claim("idx-budget")
def test_noise_and_signal_of_the_leading_order():
    """T1 = .548 d^4 (r + 2)^2 / (r n) + .131 (r + 2) d^2, from the leading terms by hand."""
    d, r = 4096, 3
    for n in (d, d**2, 8 * d**2):
        leading = 0.548 * d**4 * (r + 2) ** 2 / (r * n) + 0.131 * (r + 2) * d**2
        found = ogs.noise_to_signal(HE2, d=d, r=r, prompt_length=n, rho2=[r / d])
        assert abs(found / leading - 1) < 0.01


@pytest.mark.claim("idx-theorem-budget")
def test_budget_of_the_theorem_leaves_noise_of_the_size_of_the_floor():
    budget = ogs.sufficient_budget(d=48, r=3, exponent=2)
    law = ogs.alignment_law(
        HE2, d=48, r=3, n_tasks=budget.n_tasks, prompt_length=int(budget.prompt_length)
    )
    floor = ogs.he2_floor(48, 3)
    assert floor < 1 - law < floor + 1 / 48
    short = ogs.alignment_law(
        HE2, d=48, r=3, n_tasks=budget.n_tasks / 48**2, prompt_length=int(budget.prompt_length)
    )
    assert 1 - short > 3 * floor


@pytest.mark.claim("idx-trade-off")
def test_trade_off_ends_where_examples_exceed_tasks():
    d = 32
    short = [n * ogs.noise_to_signal(HE2, d=d, r=2, prompt_length=n) for n in (1, 16)]
    assert abs(short[1] / short[0] - 1) < 0.01
    long = [
        ogs.noise_to_signal(HE2, d=d, r=2, prompt_length=n) for n in (100 * d**2, 10_000 * d**2)
    ]
    assert 0.9 < long[1] / long[0] <= 1
    assert 0.05 < long[1] / d**2 < 1


@pytest.mark.claim("idx-singular-values")
def test_population_step_has_r_large_singular_values():
    for r in (1, 2, 4):
        tasks = ogs.SingleIndexTasks(ogs.random_subspace(30, r, rng_of(r)), HE2)
        w = sphere_rows(200, 30, rng_of(9))
        step = ogs.expected_gradient(tasks, w, bias=0.0, Gamma_diagonal=1.0, keep_prediction=False)
        values = ogs.singular_values(step)
        assert np.argmax(values[:-1] / values[1:]) == r - 1


@pytest.mark.claim("idx-gamma-one")
def test_prediction_part_of_short_prompts_is_not_that_of_long_ones():
    """Mean gradients of short prompts with gamma = 1 differ from the infinite-length formula."""
    rng = rng_of(13)
    tasks = ogs.SingleIndexTasks(np.eye(2, 4), HE2)
    w, gamma = sphere_rows(6, 4, rng), rng.choice((-1.0, 1.0), 6)
    exact = ogs.expected_gradient(tasks, w, bias=0.0, Gamma_diagonal=gamma, keep_prediction=True)
    distance = {}
    for n, T in ((4, 40_000), (200, 4000)):
        parts = [
            ogs.prompt_gradient(
                ogs.sample_single_index_prompts(
                    tasks, ogs.sample_tasks(tasks, T // 10, rng), n, input_rng=rng
                ),
                w,
                bias=0.0,
                Gamma_diagonal=gamma,
                keep_prediction=True,
            )
            for _ in range(10)
        ]
        error = np.linalg.norm(np.std(parts, axis=0, ddof=1)) / np.sqrt(10)
        distance[n] = np.linalg.norm(np.mean(parts, axis=0) - exact), error
    assert distance[4][0] > 5 * distance[4][1]
    assert distance[200][0] < 0.2 * distance[4][0]


@pytest.mark.claim("idx-odd-links")
def test_odd_links_need_biases():
    tasks = ogs.SingleIndexTasks(np.eye(2, 5), ogs.FiniteLaw([ogs.Link.pure(3)]))
    row = rng_of(16).normal(size=5)
    c = tasks.law.links[0].coefficients
    for beta in circle(tasks, 3):
        assert abs(mean_correlation(row, 0.0, beta, c)) < 1e-10
        assert abs(mean_correlation(row, 0.7, beta, c)) > 1e-4

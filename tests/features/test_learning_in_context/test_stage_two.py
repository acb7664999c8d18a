"""Stage II, predictions in context, baselines, and the terms of the bound."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from iclnb.draws import sphere_rows
from iclnb.features.learning_in_context import (
    approximation_error,
    big_step_network,
    examples_for_bound,
    gaussian_kernel,
    in_context_error,
    kernel_ridge,
    network_attention,
    network_data,
    network_features,
    paper_bound,
    polynomial_dimension,
    polynomial_kernel,
    pooled_ridge_matrix,
    prompt_ridge,
    ridge_dual,
    ridge_from_features,
    ridge_iterative,
    ridge_objective,
    ridge_primal,
    sample_network_data,
    slide_bound_terms,
)
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    first_step,
    random_subspace,
    sample_single_index_prompts,
    sample_tasks,
    shared_design_gradient,
    sufficient_budget,
)
from iclnb.prompts import AttentionData

HE2 = FiniteLaw([Link.pure(2)])
rng_of = np.random.default_rng


def problem(m=12, T=60, seed=0):
    rng = rng_of(seed)
    tasks = SingleIndexTasks(random_subspace(5, 2, rng), HE2, noise=0.1)
    w, b = sphere_rows(m, 5, rng), rng.uniform(-1, 1, m)
    data = sample_network_data(
        tasks,
        w,
        bias=b,
        n_tasks=T,
        prompt_length=20,
        task_rng=rng_of(1),
        input_rng=rng_of(2),
        noise_rng=rng_of(3),
    )
    return tasks, w, b, data


@pytest.mark.parametrize(("T", "penalty"), [(60, 0.05), (300, 1e-3), (300, 1e-5)])
def test_three_solvers_agree(T, penalty):
    *_, data = problem(T=T)
    primal, dual = ridge_primal(data, penalty=penalty), ridge_dual(data, penalty=penalty)
    scale = np.linalg.norm(primal)
    assert np.linalg.norm(primal - dual) < 1e-8 * scale
    iterative = ridge_iterative(data, penalty=penalty, tol=1e-12, iterations=3000)
    assert np.linalg.norm(iterative.Gamma - primal) < 1e-7 * scale
    assert iterative.residual <= 1e-12


@pytest.mark.parametrize("precondition", [True, False])
def test_conjugate_gradients_end_after_as_many_steps_as_unknowns(precondition):
    rng = rng_of(7)
    data = AttentionData(rng.normal(size=(40, 4)), rng.normal(size=(40, 3)), rng.normal(size=40))
    found = ridge_iterative(data, penalty=0.3, tol=1e-10, precondition=precondition)
    assert found.iterations <= 4 * 3
    exact = ridge_primal(data, penalty=0.3)
    np.testing.assert_allclose(found.Gamma, exact, atol=1e-9 * np.abs(exact).max())


def test_preconditioner_saves_iterations():
    *_, data = problem(T=2000)
    with_it = ridge_iterative(data, penalty=1e-5)
    without = ridge_iterative(data, penalty=1e-5, precondition=False, iterations=20000)
    assert 4 * with_it.iterations < without.iterations


def test_ridge_is_the_minimum():
    rng = rng_of(4)
    data = AttentionData(rng.normal(size=(15, 3)), rng.normal(size=(15, 2)), rng.normal(size=15))
    best = minimize(
        lambda v: ridge_objective(data, v.reshape(3, 2), penalty=0.3), np.zeros(6), tol=1e-12
    )
    Gamma = ridge_primal(data, penalty=0.3)
    np.testing.assert_allclose(best.x.reshape(3, 2), Gamma, atol=1e-5)
    base = ridge_objective(data, Gamma, penalty=0.3)
    for _ in range(20):
        assert ridge_objective(data, Gamma + 0.01 * rng.normal(size=(3, 2)), penalty=0.3) > base


def test_iterative_gives_up_and_zero_targets():
    *_, data = problem()
    with pytest.raises(RuntimeError, match="after 2 iterations"):
        ridge_iterative(data, penalty=1e-6, iterations=2)
    zero = ridge_iterative(data._replace(query_label=np.zeros(60)), penalty=0.1)
    assert zero.iterations == 0
    assert np.all(zero.Gamma == 0)


def test_attention_written_out():
    rng = rng_of(5)
    tasks = SingleIndexTasks(random_subspace(4, 2, rng), SphereLaw(2, 3))
    prompts = sample_single_index_prompts(tasks, sample_tasks(tasks, 3, rng), 6, input_rng=rng)
    w, b, Gamma = rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=(5, 5))
    values = network_attention(prompts, w, bias=b, Gamma=Gamma)
    ridge = prompt_ridge(prompts, w, bias=b, penalty=0.2)
    for t in range(3):
        phi = np.array([[max(w[j] @ x + b[j], 0) for j in range(5)] for x in prompts.X[t]])
        query = np.maximum(w @ prompts.query[t] + b, 0)
        expected = sum(prompts.y[t, i] * phi[i] @ Gamma @ query for i in range(6)) / 6
        assert abs(values[t] - expected) < 1e-12
        # the slides' formula with the right 1/n: linear attention with the prompt's own matrix
        own = np.linalg.inv(phi.T @ phi / 6 + 0.2 * np.eye(5))
        assert abs(ridge[t] - (phi.T @ prompts.y[t] / 6) @ own @ query) < 1e-12
        single = prompts.rows(slice(t, t + 1))
        assert abs(network_attention(single, w, bias=b, Gamma=own)[0] - ridge[t]) < 1e-12
    pooled = pooled_ridge_matrix(prompts.X.reshape(-1, 4), w, bias=b, penalty=0.2, chunk=4)
    phi = network_features(prompts.X.reshape(-1, 4), w, bias=b)
    np.testing.assert_allclose(
        pooled, np.linalg.inv(phi.T @ phi / 18 + 0.2 * np.eye(5)), atol=1e-11
    )


def test_ridge_in_either_space():
    rng = rng_of(6)
    for n, m in ((20, 7), (7, 20)):
        phi, y, query = rng.normal(size=(n, m)), rng.normal(size=n), rng.normal(size=(3, m))
        weights = np.linalg.solve(phi.T @ phi / n + 0.1 * np.eye(m), phi.T @ y / n)
        np.testing.assert_allclose(
            ridge_from_features(phi, y, query, penalty=0.1), query @ weights, atol=1e-11
        )


def test_chunks_change_nothing_but_the_numbers():
    tasks, w, b, data = problem(T=60)
    again = sample_network_data(
        tasks,
        w,
        bias=b,
        n_tasks=60,
        prompt_length=20,
        task_rng=rng_of(1),
        input_rng=rng_of(2),
        noise_rng=rng_of(3),
    )
    np.testing.assert_array_equal(again.keys, data.keys)
    prompts = sample_single_index_prompts(
        tasks, sample_tasks(tasks, 60, rng_of(1)), 20, input_rng=rng_of(2), noise_rng=rng_of(3)
    )
    np.testing.assert_allclose(network_data(prompts, w, bias=b).keys, data.keys, atol=1e-14)


def test_data_of_chunks_one_after_another():
    """The links are drawn, so that it matters how many directions stand before them."""
    rng = rng_of(8)
    tasks = SingleIndexTasks(random_subspace(5, 3, rng), SphereLaw(2, 3), noise=0.4)
    w, b = rng.normal(size=(4, 5)), rng.normal(size=4)
    streams = {name: rng_of([8, i]) for i, name in enumerate(("task_rng", "input_rng"))}
    found = sample_network_data(
        tasks, w, bias=b, n_tasks=5, prompt_length=6, **streams, noise_rng=rng_of(9), chunk=16
    )
    one, two, three, rows = rng_of([8, 0]), rng_of([8, 1]), rng_of(9), []
    for size in (2, 2, 1):  # sixteen examples hold two prompts of six
        prompts = sample_single_index_prompts(
            tasks, sample_tasks(tasks, size, one), 6, input_rng=two, noise_rng=three
        )
        for X, y, query, label in zip(*prompts[:4], strict=True):
            keys = np.mean(
                [v * np.maximum(w @ x + b, 0) for x, v in zip(X, y, strict=True)], axis=0
            )
            rows.append((keys, np.maximum(w @ query + b, 0), label))
    for column, expected in zip(found, zip(*rows, strict=True), strict=False):
        np.testing.assert_allclose(column, np.array(expected), rtol=1e-12, atol=1e-14)


def test_kernel_ridge_in_feature_space():
    rng = rng_of(7)
    X, y, query = rng.normal(size=(9, 3)), rng.normal(size=9), rng.normal(size=(4, 3))

    def monomials(x):  # the features of (1 + <x, z>/d)^2
        columns = [np.ones(len(x))] + [math.sqrt(2 / 3) * x[:, i] for i in range(3)]
        columns += [x[:, i] * x[:, j] / 3 for i in range(3) for j in range(3)]
        return np.column_stack(columns)

    expected = ridge_from_features(monomials(X), y, monomials(query), penalty=0.02)
    found = kernel_ridge(polynomial_kernel(2), X, y, query, penalty=0.02)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    gram = gaussian_kernel(0.7)(X, X)
    explicit = np.exp(-np.sum((X[:, None] - X[None]) ** 2, -1) / (2 * 3 * 0.49))
    np.testing.assert_allclose(gram, explicit, atol=1e-14)
    tiny = kernel_ridge(gaussian_kernel(), X, y, X, penalty=1e-13)
    np.testing.assert_allclose(tiny, y, atol=1e-8)


def krr_error(d, n, seed):
    rng = rng_of(seed)
    tasks = SingleIndexTasks(random_subspace(d, 2, rng), HE2)
    errors = []
    for _ in range(4):
        drawn = sample_tasks(tasks, 1, rng)
        X, query = rng.normal(size=(n, d)), rng.normal(size=(64, d))
        label = lambda z, c=drawn: HE2.links[0](z @ c.directions[0])  # noqa: E731
        found = kernel_ridge(polynomial_kernel(2), X, label(X), query, penalty=1e-10)
        errors.append(np.mean((found - label(query)) ** 2))
    return np.mean(errors)


def test_polynomial_kernel_interpolates_beyond_its_dimension():
    assert polynomial_dimension(16, 2) == 153
    assert krr_error(16, 256, 0) < 1e-3
    assert krr_error(64, 512, 0) > 0.8


def test_two_layer_network():
    rng = rng_of(8)
    tasks = SingleIndexTasks(random_subspace(6, 2, rng), HE2)
    drawn = sample_tasks(tasks, 1, rng)
    X, query = rng.normal(size=(800, 6)), rng.normal(size=(200, 6))
    y, target = (HE2.links[0](x @ drawn.directions[0]) for x in (X, query))
    found = big_step_network(X, y, query, neurons=100, penalty=1e-3, rng=rng_of(1))
    assert np.mean((found - target) ** 2) < 0.4
    np.testing.assert_array_equal(
        found, big_step_network(X, y, query, neurons=100, penalty=1e-3, rng=rng_of(1))
    )
    with pytest.raises(ValueError, match="vanishes"):
        big_step_network(X, 0 * y, query, neurons=10, penalty=1e-3, rng=rng_of(1))


def test_approximation_error_against_regression():
    rng = rng_of(9)
    tasks = SingleIndexTasks(np.eye(2, 4), SphereLaw(2, 3))
    w, b = np.zeros((30, 4)), rng.uniform(-1, 1, 30)
    w[:, :2] = sphere_rows(30, 2, rng)
    few = approximation_error(tasks, w[:8], bias=b[:8])
    many = approximation_error(tasks, w, bias=b)
    assert 0 < many < few < 1
    # Monte Carlo: least squares of many tasks on many inputs
    X = rng.normal(size=(200_000, 4))
    phi = network_features(X, w[:8], bias=b[:8])
    nodes = tasks.law.nodes()[0]
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    directions = np.column_stack([np.cos(angles), np.sin(angles), 0 * angles, 0 * angles])
    labels = np.column_stack([Link(c)(X @ beta) for c in nodes[:4] for beta in directions])
    solution = np.linalg.lstsq(phi.T @ phi / len(X), phi.T @ labels / len(X), rcond=None)[0]
    residual = np.mean((labels - phi @ solution) ** 2)
    pure = FiniteLaw([Link(c) for c in nodes[:4]], np.full(4, 0.25))
    exact = approximation_error(SingleIndexTasks(np.eye(2, 4), pure), w[:8], bias=b[:8])
    assert abs(residual - exact) < 0.02
    # a link inside the span is represented without error
    linear = SingleIndexTasks(np.eye(1, 4), FiniteLaw([Link([0.0, 1.0])]))
    pair = np.array([[1.0, 0, 0, 0], [-1.0, 0, 0, 0]])
    assert abs(approximation_error(linear, pair, bias=0.0)) < 1e-13


def test_bound_terms():
    terms = slide_bound_terms(
        r=2, degree=2, neurons=64, n_tasks=1000, prompt_length=100, test_prompt_length=50
    )
    np.testing.assert_allclose(
        terms, [8 / 8, math.sqrt(256 / 1000), 16 * math.sqrt(0.03)], rtol=1e-14
    )
    bound = paper_bound(
        r=2, degree=2, neurons=64, n_tasks=1000, prompt_length=100, test_prompt_length=50
    )
    assert abs(bound - math.sqrt(sum(t**2 for t in terms))) < 1e-13
    assert sum(terms) / math.sqrt(3) <= bound <= sum(terms)
    assert examples_for_bound(0.5, r=3, degree=2) == 3**8 / 0.25
    budget = sufficient_budget(d=10, r=2, exponent=2)
    assert budget == (4000.0, 50.0, 200000.0)


def test_in_context_error_of_the_notes():
    """d = 32, r = 2, n* = 256, m = 128: below 0.16, as Algorithm 1 with these sizes should be."""
    d, m = 32, 128
    tasks = SingleIndexTasks(random_subspace(d, 2, rng_of(20)), HE2)
    start = sphere_rows(m, d, rng_of(21))
    gradient = shared_design_gradient(
        tasks,
        start,
        bias=0.0,
        Gamma_diagonal=1.0,
        n_tasks=32 * d * d,
        prompt_length=d * d,
        group=256,
        task_rng=rng_of(22),
        input_rng=rng_of(23),
    )
    w = first_step(start, gradient, rms=0.7)
    bias = rng_of(24).uniform(-1, 1, m)
    data = sample_network_data(
        tasks,
        w,
        bias=bias,
        n_tasks=3000,
        prompt_length=512,
        task_rng=rng_of(25),
        input_rng=rng_of(26),
    )
    check = sample_network_data(
        tasks,
        w,
        bias=bias,
        n_tasks=500,
        prompt_length=512,
        task_rng=rng_of(27),
        input_rng=rng_of(28),
    )
    best = min(
        (ridge_dual(data, penalty=penalty) for penalty in (1e-6, 1e-5, 1e-4, 1e-3)),
        key=lambda G: np.mean((check.query_label - check.answers(G)) ** 2),
    )
    errors = {
        n: in_context_error(
            tasks,
            w,
            bias=bias,
            Gamma=best,
            prompt_length=n,
            n_prompts=500,
            task_rng=rng_of(29),
            input_rng=rng_of(30),
        ).mean()
        for n in (16, 256)
    }
    assert errors[256] < 0.16
    assert errors[16] > 2 * errors[256]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: ridge_primal(d, penalty=0.0), "penalty"),
        (
            lambda d: ridge_dual(d._replace(queries=d.queries[:5]), penalty=1.0),
            "queries must have shape",
        ),
        (lambda d: ridge_iterative(d, penalty=1.0, tol=0.0), "tol"),
        (lambda d: d.answers(np.ones((2, 2))), "Gamma must have shape"),
        (
            lambda d: kernel_ridge(gaussian_kernel(), d.keys, d.query_label, d.keys, penalty=-1),
            "penalty",
        ),
        (lambda d: gaussian_kernel(0.0), "length"),
        (lambda d: polynomial_kernel(0), "degree"),
        (lambda d: sufficient_budget(d=2, r=3, exponent=2), "r must not exceed d"),
        (
            lambda d: slide_bound_terms(
                r=2, degree=2, neurons=0, n_tasks=1, prompt_length=1, test_prompt_length=1
            ),
            "neurons must be",
        ),
        (lambda d: network_features(np.ones((2, 3)), np.ones((4, 5)), bias=0.0), "last axis"),
        (lambda d: examples_for_bound(0.0, r=2, degree=2), "accuracy"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(problem()[3])

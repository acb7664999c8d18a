"""The population gradient against quadrature, differences and Monte Carlo."""

import inspect

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import one_gradient_step as ogs
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    alignment,
    expected_gradient,
    leading_gradient,
    own_signal_moment,
    prediction_second_moment,
    prompt_gradient,
    random_subspace,
    relu_kernel,
    sample_single_index_prompts,
    sample_tasks,
    signal_second_moment,
    sphere_quadrature,
)


def correlation(c, w, b, beta):
    """E[y relu(w.x + b)] by two-dimensional Gauss quadrature split at the kink."""
    norm = np.linalg.norm(w)
    s = w @ beta / norm
    kink = -b / norm
    nodes, weights = np.polynomial.legendre.leggauss(120)
    half = (13 - kink) / 2
    z = kink + half * (nodes + 1)
    dz = half * weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    g, dg = np.polynomial.hermite_e.hermegauss(30)
    index = s * z[:, None] + np.sqrt(max(1 - s * s, 0)) * g[None, :]
    link = Link(c)(index) @ (dg / np.sqrt(2 * np.pi))
    return dz @ (link * (norm * z + b))


def circle(tasks, count=64):
    angle = 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(angle), np.sin(angle)]) @ tasks.subspace


LAWS = {
    "he2": FiniteLaw([Link.pure(2)]),
    "he234": FiniteLaw([Link([0, 0, 1.0, -0.7, 0.5]), Link([0.3, 0.4, 0.2, 1.0])], [0.3, 0.7]),
    "he23": SphereLaw(2, 3),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("bias", [0.0, 0.7])
def test_correlation_part_by_quadrature_and_differences(name, bias):
    rng = np.random.default_rng(1)
    tasks = SingleIndexTasks(random_subspace(4, 2, rng), LAWS[name], noise=0.3)
    w = rng.normal(size=(2, 4))
    gamma = np.array([1.3, -0.4])
    gradient = expected_gradient(tasks, w, bias=bias, Gamma_diagonal=gamma, keep_prediction=False)
    table, chances = LAWS[name].nodes()

    def square(row):
        return sum(
            p * np.mean([correlation(c, row, bias, beta) ** 2 for beta in circle(tasks, 12)])
            for c, p in zip(table, chances)
        )

    values = own_signal_moment(tasks, w, bias=bias).value
    for j in range(2):
        assert abs(square(w[j]) - values[j]) < 1e-11
    step, j = 1e-4, 1
    for axis in range(4):
        e = step * np.eye(4)[axis]
        slope = (
            8 * (square(w[j] + e) - square(w[j] - e))
            - (square(w[j] + 2 * e) - square(w[j] - 2 * e))
        ) / (12 * step)
        assert abs(-2 * gamma[j] * slope - gradient[j, axis]) < 1e-10


def test_prediction_part_by_differences():
    rng = np.random.default_rng(2)
    tasks = SingleIndexTasks(random_subspace(5, 3, rng), LAWS["he234"])
    w, b, gamma = rng.normal(size=(4, 5)), rng.normal(size=4), rng.normal(size=4)
    w[1] *= 3
    whole = expected_gradient(tasks, w, bias=b, Gamma_diagonal=gamma, keep_prediction=True)
    part = whole - expected_gradient(tasks, w, bias=b, Gamma_diagonal=gamma, keep_prediction=False)
    step = 1e-4
    for j, axis in ((0, 0), (1, 3), (3, 4)):
        values = []
        for k in (-2, -1, 1, 2):
            shifted = w.copy()
            shifted[j, axis] += k * step
            values.append(prediction_second_moment(tasks, shifted, bias=b, Gamma_diagonal=gamma))
        slope = (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * step)
        assert abs(slope - part[j, axis]) < 2e-8 * max(1, abs(slope))


def test_pair_moments_by_quadrature():
    rng = np.random.default_rng(3)
    tasks = SingleIndexTasks(random_subspace(4, 2, rng), LAWS["he234"])
    w, b = rng.normal(size=(3, 4)), np.array([0.4, -0.9, 0.0])
    table, chances = LAWS["he234"].nodes()
    expected = np.zeros((3, 3))
    for c, p in zip(table, chances):
        for beta in circle(tasks, 12):
            B = np.array([correlation(c, row, bias, beta) for row, bias in zip(w, b)])
            expected += p * np.outer(B, B) / 12
    np.testing.assert_allclose(signal_second_moment(tasks, w, bias=b).value, expected, atol=1e-11)
    gamma = np.array([1.0, -2.0, 0.5])
    energy = gamma @ (expected * relu_kernel(w, bias=b)) @ gamma
    assert abs(prediction_second_moment(tasks, w, bias=b, Gamma_diagonal=gamma) - energy) < 1e-10


@pytest.mark.parametrize("keep", [False, True])
def test_population_against_monte_carlo(keep):
    """Sampled gradients average to the closed form; long prompts where the prediction is kept."""
    rng = np.random.default_rng(4)
    tasks = SingleIndexTasks(random_subspace(3, 2, rng), LAWS["he2"], noise=0.2)
    w, b, gamma = sphere_rows(2, 3, rng), np.array([0.5, -0.2]), np.array([0.8, -1.1])
    parts = []
    for _ in range(40):
        drawn = sample_tasks(tasks, 600, rng)
        prompts = sample_single_index_prompts(
            tasks, drawn, 400 if keep else 64, input_rng=rng, noise_rng=rng
        )
        parts.append(
            prompt_gradient(prompts, w, bias=b, Gamma_diagonal=gamma, keep_prediction=keep)
        )
    parts = np.array(parts)
    exact = expected_gradient(tasks, w, bias=b, Gamma_diagonal=gamma, keep_prediction=keep)
    error = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
    allowance = 0.01 if keep else 0.0  # the term of order 1/n of the prediction part
    assert np.all(np.abs(parts.mean(axis=0) - exact) < 4.5 * error + allowance)
    if not keep:
        assert np.max(np.abs(exact) / error) > 10  # the check has power


def test_leading_term():
    """He2, no bias: the closed formula 3 rho^2 / (r (r + 2)) (2 P w - rho^2 w)."""
    rng = np.random.default_rng(5)
    for d, r in ((8, 2), (40, 3)):
        tasks = SingleIndexTasks(random_subspace(d, r, rng), LAWS["he2"])
        w = sphere_rows(5, d, rng)
        inside = w @ tasks.subspace.T @ tasks.subspace
        rho2 = np.sum(inside**2, axis=1, keepdims=True)
        a2, c2 = 1 / np.sqrt(2 * np.pi), np.sqrt(2)
        # c_2 / 2! times He_2: the square of c_2 / 2 stands where the slides have c_2 squared.
        expected = -4 * a2**2 * (c2 / 2) ** 2 * 3 * rho2 / (r * (r + 2)) * (2 * inside - rho2 * w)
        exact = expected_gradient(tasks, w, bias=0.0, Gamma_diagonal=1.0, keep_prediction=False)
        np.testing.assert_allclose(exact, expected, atol=1e-15)
        leading = leading_gradient(tasks, w, bias=0.0, Gamma_diagonal=1.0)
        np.testing.assert_allclose(
            leading,
            expected + 4 * a2**2 * (c2 / 2) ** 2 * 3 * rho2 / (r * (r + 2)) * (-rho2 * w),
            atol=1e-15,
        )


@pytest.mark.parametrize("q", [2, 3, 4])
def test_leading_term_for_any_exponent(q):
    """As the weights leave the subspace the exact gradient tends to its leading term."""
    tasks = SingleIndexTasks(np.eye(2, 6), FiniteLaw([Link.pure(q)]))
    ratios = []
    for rho in (0.1, 0.03, 0.01):
        w = np.zeros((1, 6))
        w[0, 0], w[0, 4] = rho, np.sqrt(1 - rho**2)
        exact = expected_gradient(tasks, w, bias=0.7, Gamma_diagonal=1.0, keep_prediction=False)
        ratios.append(exact[0, 0] / leading_gradient(tasks, w, bias=0.7, Gamma_diagonal=1.0)[0, 0])
    distance = np.abs(np.array(ratios) - 1)
    assert distance[2] < 1e-3
    assert distance[0] > distance[1] > distance[2]


def test_a_neuron_with_itself_is_the_diagonal_of_all_pairs():
    rng = np.random.default_rng(8)
    tasks = SingleIndexTasks(random_subspace(5, 2, rng), LAWS["he234"])
    w, b = rng.normal(size=(3, 5)), rng.normal(size=3)
    pairs, own = signal_second_moment(tasks, w, bias=b), own_signal_moment(tasks, w, bias=b)
    both = pairs.inside + pairs.inside_other
    for table, found in ((pairs.value, own.value), (both, own.inside), (pairs.own, own.own)):
        np.testing.assert_allclose(np.diag(table), found, rtol=1e-12)
    assert np.all(np.abs(np.diag(pairs.inside)) < 0.9 * np.abs(own.inside))


def test_exact_and_sampled_gradients_drop_the_prediction_by_default():
    functions = (
        expected_gradient,
        prompt_gradient,
        ogs.streamed_gradient,
        ogs.shared_design_gradient,
        ogs.shared_prompt_gradient,
    )
    for function in functions:
        assert inspect.signature(function).parameters["keep_prediction"].default is False


def test_symmetries():
    rng = np.random.default_rng(6)
    basis = random_subspace(6, 3, rng)
    w, b, gamma = sphere_rows(4, 6, rng), rng.normal(size=4), rng.normal(size=4)
    law = LAWS["he234"]
    tasks = SingleIndexTasks(basis, law)
    gradient = expected_gradient(tasks, w, bias=b, Gamma_diagonal=gamma, keep_prediction=True)
    turn = random_subspace(6, 6, rng)
    turned = expected_gradient(
        SingleIndexTasks(basis @ turn.T, law),
        w @ turn.T,
        bias=b,
        Gamma_diagonal=gamma,
        keep_prediction=True,
    )
    np.testing.assert_allclose(turned, gradient @ turn.T, atol=1e-14)
    # Random sign of a pure link: the square of c_Q alone enters.
    fixed = SingleIndexTasks(basis, FiniteLaw([Link.pure(2)]))
    signed = SingleIndexTasks(basis, SphereLaw(2, 2))
    np.testing.assert_allclose(
        expected_gradient(fixed, w, bias=b, Gamma_diagonal=gamma, keep_prediction=True),
        expected_gradient(signed, w, bias=b, Gamma_diagonal=gamma, keep_prediction=True),
        atol=1e-15,
    )
    # Scaling: relu is homogeneous, so the prediction of (t w, t b) is t^2 times that of (w, b).
    doubled = expected_gradient(
        tasks, 2 * w, bias=2 * b, Gamma_diagonal=gamma, keep_prediction=False
    )
    single = expected_gradient(tasks, w, bias=b, Gamma_diagonal=gamma, keep_prediction=False)
    np.testing.assert_allclose(doubled, 2 * single, atol=1e-14)


def test_odd_links_without_bias_give_nothing():
    tasks = SingleIndexTasks(np.eye(2, 5), FiniteLaw([Link.pure(3)]))
    w = sphere_rows(7, 5, np.random.default_rng(0))
    assert np.all(
        expected_gradient(tasks, w, bias=0.0, Gamma_diagonal=1.0, keep_prediction=True) == 0
    )
    assert (
        alignment(expected_gradient(tasks, w, bias=0.7, Gamma_diagonal=1.0), tasks.subspace) > 0.5
    )


def test_bad_input():
    tasks = SingleIndexTasks(np.eye(2, 5), LAWS["he2"])
    with pytest.raises(ValueError, match="weights must have shape"):
        expected_gradient(tasks, np.ones((3, 4)), bias=0.0, Gamma_diagonal=1.0)
    with pytest.raises(ValueError, match="no zero row"):
        expected_gradient(tasks, np.zeros((3, 5)), bias=0.0, Gamma_diagonal=1.0)
    with pytest.raises(ValueError, match="orthonormal rows"):
        SingleIndexTasks(np.ones((3, 2)), LAWS["he2"])
    with pytest.raises(ValueError, match="r must not exceed d"):
        random_subspace(3, 4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="orthonormal"):
        SingleIndexTasks(np.ones((2, 3)), LAWS["he2"])
    with pytest.raises(ValueError, match="degree"):
        sphere_quadrature(3, -1)

"""Functions that claims name, at one generic case, by a second route."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.attention_as_regression import trained

COVARIANCE = np.array([[1.5, 0.4, 0.0], [0.4, 0.8, 0.1], [0.0, 0.1, 0.5]])


@pytest.mark.claim("aar-gradient-flow")
def test_the_flow_by_its_start_and_speed():
    tasks = aar.LinearTasks(COVARIANCE, np.diag([1.0, 0.5, 2.0]), noise=0.4)
    shape, h = COVARIANCE @ COVARIANCE, 1e-3
    times = [0.0, 2.0 - h, 2.0, 2.0 + h]
    flow = aar.gradient_flow(tasks, prompt_length=7, start=0.3, direction=shape, times=times)
    assert flow.times.tolist() == times
    assert flow.u[0] == pytest.approx(0.3, rel=1e-12)
    np.testing.assert_allclose(flow.U[0], 0.3 * shape / np.sqrt(np.sum(shape**2)), rtol=1e-12)
    u, U = flow.u[2], flow.U[2]
    slope = aar.risk_gradient(tasks, u * U, prompt_length=7) / 2
    assert (flow.u[3] - flow.u[1]) / (2 * h) == pytest.approx(-np.sum(U * slope), rel=1e-4)
    np.testing.assert_allclose((flow.U[3] - flow.U[1]) / (2 * h), -u * slope, atol=1e-5)


@pytest.mark.claim("aar-zfb-risk")
def test_the_excess_from_mean_and_covariance_of_the_correlation():
    """The answer is c^T Gamma^-1 x with E c = Lambda a and Cov c = Sigma / M."""
    rng = np.random.default_rng(0)
    a, root = rng.standard_normal(3), rng.standard_normal((3, 3))
    spread = root @ root.T
    inverse = np.linalg.inv(trained.zhang_matrix(COVARIANCE, prompt_length=4))
    off = inverse @ COVARIANCE @ a - a
    for M in (3, 11):
        expected = off @ COVARIANCE @ off
        expected += np.trace(inverse @ spread @ inverse @ COVARIANCE) / M
        found = trained.trained_risk(COVARIANCE, a, spread, prompt_length=4, test_prompt_length=M)
        assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.claim("icl-generalisation")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_constant_by_enumeration(n):
    """One dimension: every Gaussian moment of the prompt, the task and the query by quadrature."""
    tasks = aar.LinearTasks([[1.7]], [[0.6]], noise=0.45)
    x, weights = np.polynomial.hermite_e.hermegauss(7)
    weights = weights / weights.sum()
    gamma = float(aar.best_gamma(tasks, prompt_length=n)[0, 0])
    top = bottom = 0.0
    for w, p in zip(x * 0.6**0.5, weights, strict=True):
        products = (1.7 * w * x[:, None] ** 2 + 1.7**0.5 * 0.45 * np.outer(x, x)).ravel()
        chance = np.outer(weights, weights).ravel()
        sums, mass = np.zeros(1), np.ones(1)
        for _ in range(n):
            sums, mass = np.add.outer(sums, products).ravel(), np.outer(mass, chance).ravel()
        powers = [(sums / n) ** j for j in range(5)]
        c2 = mass @ powers[2]
        missed = w**2 * c2 - 2 * w * gamma * (mass @ powers[3]) + gamma**2 * (mass @ powers[4])
        top += p * (3 * 1.7 * missed + 0.45**2 * c2)
        bottom += p * c2
    found = aar.pretraining_constant(tasks, prompt_length=n)
    assert found == pytest.approx(top / bottom, rel=1e-9)


def test_the_constant_of_nothing():
    with pytest.raises(ValueError, match=r"^tasks must have a signal or noise"):
        aar.pretraining_constant(aar.LinearTasks(np.eye(2), np.zeros((2, 2))), prompt_length=3)


@pytest.mark.claim("icl-generalisation")
def test_the_estimate_of_the_excess_prompt_by_prompt():
    """Least squares on the entries of c x', with the second moment of z as a Kronecker product."""
    rng = np.random.default_rng(3)
    tasks = aar.LinearTasks([[1.4, 0.3], [0.3, 0.6]], np.diag([0.5, 1.2]), noise=0.6)
    law = {"input_covariance": tasks.input_covariance, "task_covariance": tasks.task_covariance}
    prompts = icl.sample_gaussian_prompts(9, 5, rng, noise=0.6, **law)
    z = np.array([np.kron(X.T @ y / 5, q) for X, y, q in zip(*prompts[:3], strict=True)])
    best = aar.best_gamma(tasks, prompt_length=5).ravel()
    H = np.kron(aar.correlation_moment(tasks, prompt_length=5), tasks.input_covariance)
    fit = np.linalg.lstsq(z, prompts.query_label, rcond=None)[0]
    e = prompts.query_label - z @ best
    excess = (fit - best) @ H @ (fit - best)
    g, weights = e @ z / 9, np.linalg.inv(H)
    replaced = np.mean([a**2 * (row @ weights @ row) for a, row in zip(e, z, strict=True)])
    expected = 9 * (excess - g @ weights @ g) + replaced
    assert aar.excess_estimate(tasks, prompts) == pytest.approx(expected, rel=1e-9)

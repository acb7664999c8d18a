"""Training by gradient flow, and the theorems of Zhang, Frei and Bartlett."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.attention_as_regression import trained

COVARIANCE = np.array([[1.5, 0.4, 0.0], [0.4, 0.8, 0.1], [0.0, 0.1, 0.5]])


@pytest.mark.claim("aar-gradient-flow")
@pytest.mark.parametrize("N", [3, 50])
def test_small_steps_of_descent_end_at_the_theorem(N):
    """Plain gradient descent on (u, U) in place of the integrator; rank one at the start."""
    tasks = aar.LinearTasks(COVARIANCE, np.eye(3))
    v = np.array([1.0, 0.5, -0.5])
    u, U = 0.4, 0.4 * np.outer(v, v) / (v @ v)
    for _ in range(40_000):
        slope = aar.risk_gradient(tasks, u * U, prompt_length=N) / 2
        u, U = u - 0.01 * np.sum(U * slope), U - 0.01 * u * slope
    goal = np.linalg.inv((1 + 1 / N) * COVARIANCE + np.trace(COVARIANCE) / N * np.eye(3))
    assert u * U == pytest.approx(goal, abs=1e-8)
    assert u**2 == pytest.approx(np.linalg.norm(goal), rel=0.05)


def test_the_flow_conserves_its_balance_and_lowers_the_risk():
    tasks = aar.LinearTasks(COVARIANCE, np.eye(3))
    times = np.linspace(0, 40, 81)
    flow = aar.gradient_flow(tasks, prompt_length=10, start=0.3, direction=np.eye(3), times=times)
    assert flow.u**2 - np.sum(flow.U**2, axis=(1, 2)) == pytest.approx(np.zeros(81), abs=1e-9)
    risks = [aar.population_risk(tasks, G, prompt_length=10) for G in flow.Gamma]
    assert np.all(np.diff(risks) <= 1e-12)


@pytest.mark.parametrize("seed", [0, 1])
def test_with_noise_and_another_prior_the_flow_still_ends_at_the_best_matrix(seed):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((3, 3))
    tasks = aar.LinearTasks(COVARIANCE, root @ root.T / 3 + 0.2 * np.eye(3), noise=0.6)
    flow = aar.gradient_flow(tasks, prompt_length=9, start=0.3, direction=np.eye(3), times=[2000.0])
    assert flow.Gamma[-1] == pytest.approx(aar.best_gamma(tasks, prompt_length=9), abs=1e-7)


def test_the_zero_blocks_of_the_parameters_stay_zero():
    """The gradient of the full model, on prompts with w and -w, vanishes off the two blocks."""
    rng = np.random.default_rng(4)
    n, d, T = 5, 3, 40
    X, q = rng.standard_normal((T, n, d)), rng.standard_normal((T, d))
    w = rng.standard_normal((T, d))
    X, q, w = np.tile(X, (2, 1, 1)), np.tile(q, (2, 1)), np.vstack([w, -w])
    y, target = np.einsum("tid,td->ti", X, w), np.sum(w * q, axis=1)
    tokens = np.zeros((2 * T, d + 1, n + 1))
    tokens[:, :d, :n], tokens[:, d, :n] = X.transpose(0, 2, 1), y
    tokens[:, :d, n] = q
    gram = tokens @ tokens.transpose(0, 2, 1) / n
    Theta = rng.standard_normal((d, d))
    pv, kq = np.zeros((d + 1, d + 1)), np.zeros((d + 1, d + 1))
    pv[d, d], kq[:d, :d] = 0.4, 0.4 * Theta @ Theta.T
    last = np.einsum("a,tab,bc,tc->t", pv[d], gram, kq, tokens[:, :, n]) - target
    by_value = np.einsum("t,tab,bc,tc->a", last, gram, kq, tokens[:, :, n]) / (2 * T)
    by_score = np.einsum("t,a,tab,tc->bc", last, pv[d], gram, tokens[:, :, n]) / (2 * T)
    assert by_value[:d] == pytest.approx(np.zeros(d), abs=1e-12)
    assert by_score[d] == pytest.approx(np.zeros(d + 1), abs=1e-12)
    assert by_score[:, d] == pytest.approx(np.zeros(d + 1), abs=1e-12)
    assert np.abs(by_score[:d, :d]).max() > 0.01


def sampled_prompts(rng, count, M, label):
    root = np.linalg.cholesky(COVARIANCE)
    x = rng.standard_normal((count, M + 1, 3)) @ root.T
    return x, label(x, rng)


@pytest.mark.claim("aar-zfb-risk")
@pytest.mark.parametrize(("N", "M"), [(4, 12), (12, 4)])
def test_the_theorem_on_labels_that_are_not_linear(N, M):
    """y = a.x + 0.5 (x_1^2 - Var) + noise: a and Cov(xy) by hand, the risk by sampling."""
    rng = np.random.default_rng(5)
    a, tau = np.array([0.7, -0.3, 0.4]), 0.3
    s = COVARIANCE[0, 0]

    def label(x, rng):
        return x @ a + 0.5 * (x[..., 0] ** 2 - s) + tau * rng.standard_normal(x.shape[:-1])

    # E[x x^T (x_1^2 - s)^2] = 2 s^2 C + 8 s c c^T, c the first column (Isserlis)
    c = COVARIANCE[:, 0]
    spread = aar.linear_label_covariance(COVARIANCE, a, noise=tau)
    spread = spread + 0.25 * (2 * s**2 * COVARIANCE + 8 * s * np.outer(c, c))
    floor = 0.25 * 2 * s**2 + tau**2  # of the best linear predictor
    matrix = np.linalg.inv(trained.zhang_matrix(COVARIANCE, prompt_length=N))
    errors = []
    for _ in range(20):
        x, y = sampled_prompts(rng, 10_000, M, label)
        c_t = np.einsum("tid,ti->td", x[:, :-1], y[:, :-1]) / M
        errors.append(np.mean((np.sum((c_t @ matrix) * x[:, -1], axis=1) - y[:, -1]) ** 2))
    predicted = floor + trained.trained_risk(
        COVARIANCE, a, spread, prompt_length=N, test_prompt_length=M
    )
    assert abs(np.mean(errors) - predicted) < 5 * np.std(errors, ddof=1) / np.sqrt(20)
    exchanged = floor + trained.trained_risk(
        COVARIANCE, a, spread, prompt_length=M, test_prompt_length=N
    )
    assert abs(np.mean(errors) - exchanged) > 10 * np.std(errors, ddof=1) / np.sqrt(20)


@pytest.mark.claim("aar-length-floor")
def test_the_floor_is_the_bias_and_falls_as_one_over_n_squared():
    a = np.array([1.0, -1.0, 0.5])
    for N in (5, 20, 1000):
        matrix = np.linalg.inv(trained.zhang_matrix(COVARIANCE, prompt_length=N))
        bias = matrix.T @ COVARIANCE @ a - a
        floor = aar.mismatch_floor(COVARIANCE, a, prompt_length=N)
        assert floor == pytest.approx(bias @ COVARIANCE @ bias, rel=1e-9)
    ratio = aar.mismatch_floor(COVARIANCE, a, prompt_length=10**4) / aar.mismatch_floor(
        COVARIANCE, a, prompt_length=10**5
    )
    assert ratio == pytest.approx(100, rel=1e-2)


def test_the_start_that_the_theorem_allows():
    norm = np.linalg.eigvalsh(trained.zhang_matrix(COVARIANCE, prompt_length=7))[-1]
    start = trained.largest_start(COVARIANCE, prompt_length=7)
    assert start**2 * norm * np.sqrt(3) == pytest.approx(2.0)


def test_averaged_over_tasks_the_theorem_is_the_risk_of_the_best_matrix():
    tasks = aar.LinearTasks(COVARIANCE, np.eye(3))
    risk = np.sum(
        [
            trained.trained_risk(
                COVARIANCE,
                a,
                aar.linear_label_covariance(COVARIANCE, a),
                prompt_length=8,
                test_prompt_length=8,
            )
            for a in np.eye(3)
        ]
    )
    best = aar.best_gamma(tasks, prompt_length=8)
    assert risk == pytest.approx(aar.population_risk(tasks, best, prompt_length=8), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"start": 0.0}, "start"),
        ({"direction": np.zeros((3, 3))}, "direction"),
        ({"direction": np.ones((2, 2))}, "direction"),
        ({"direction": -np.eye(3)}, "direction"),
        ({"times": [1.0, 0.5]}, "times"),
        ({"times": [-1.0, 0.5]}, "times"),
        ({"prompt_length": 0}, "prompt_length"),
    ],
)
def test_bad_flow(change, match):
    tasks = aar.LinearTasks(COVARIANCE, np.eye(3))
    given = {
        "prompt_length": 5,
        "start": 0.2,
        "direction": np.eye(3),
        "times": [0.0, 1.0],
        **change,
    }
    with pytest.raises(ValueError, match=match):
        aar.gradient_flow(tasks, **given)


def test_bad_theorem():
    with pytest.raises(ValueError, match="task"):
        trained.trained_risk(COVARIANCE, [1.0], np.eye(3), prompt_length=5, test_prompt_length=5)
    with pytest.raises(ValueError, match="label_covariance"):
        trained.trained_risk(
            COVARIANCE, np.ones(3), np.eye(2), prompt_length=5, test_prompt_length=5
        )
    with pytest.raises(ValueError, match="prompt_length"):
        aar.mismatch_floor(COVARIANCE, np.ones(3), prompt_length=0)


def test_the_number_prompt_is_not_answered_by_a_fixed_matrix():
    X, y, query = icl.number_prompt()
    told = aar.LinearTasks(X.T @ X / 5, np.eye(2))
    answer = icl.linear_attention(X, y, query, aar.best_gamma(told, prompt_length=5))
    assert 20 < answer < 25

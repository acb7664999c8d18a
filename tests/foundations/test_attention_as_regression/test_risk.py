"""Exact risk, best matrix and Bayes risk, by routes that do not share their formulas."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl


def spd(rng, d):
    root = rng.standard_normal((d, d))
    return root @ root.T / d + 0.2 * np.eye(d)


@pytest.fixture
def law():
    rng = np.random.default_rng(1)
    return aar.LinearTasks(spd(rng, 3), spd(rng, 3), noise=0.7)


def enumerated_risk(tasks, Gamma, n):
    """The risk by pairs of examples, with Isserlis' formula entry by entry."""
    S, B, d = tasks.input_covariance, tasks.task_covariance, tasks.d
    fourth = np.einsum("ab,cd->abcd", S, S)
    fourth = fourth + np.einsum("ac,bd->abcd", S, S) + np.einsum("ad,bc->abcd", S, S)
    one = np.einsum("abcd,bc->ad", fourth, B) + tasks.noise**2 * S  # y_i x_i with itself
    two = S @ B @ S  # two different examples
    second = (n * one + n * (n - 1) * two) / n**2
    total = sum(B[a, b] * S[a, b] for a in range(d) for b in range(d))
    total -= 2 * np.trace(Gamma.T @ S @ B @ S)
    return total + np.trace(second @ Gamma @ S @ Gamma.T)


def test_the_plug_in_is_ridge_on_the_mean_second_moment():
    """By hand: [[a, b], [b, c]] has the inverse [[c, -b], [-b, a]] / (ac - bb)."""
    tasks = aar.LinearTasks(
        np.array([[2.0, 0.5], [0.5, 1.5]]), np.array([[0.8, 0.2], [0.2, 0.3]]), noise=0.7
    )
    per_example = 0.49 / 6  # noise variance over the number of examples
    a, b, c = (
        2 + per_example * 0.3 / 0.2,
        0.5 - per_example * 0.2 / 0.2,
        1.5 + per_example * 0.8 / 0.2,
    )
    by_hand = np.array([[c, -b], [-b, a]]) / (a * c - b * b)
    np.testing.assert_allclose(aar.plug_in_gamma(tasks, prompt_length=6), by_hand, rtol=1e-13)


@pytest.mark.claim("aar-exact-risk")
@pytest.mark.parametrize("n", [1, 2, 30])
def test_the_risk_pair_by_pair(law, n):
    Gamma = np.random.default_rng(2).standard_normal((3, 3))
    assert aar.population_risk(law, Gamma, prompt_length=n) == pytest.approx(
        enumerated_risk(law, Gamma, n), rel=1e-12
    )
    assert (
        abs(aar.population_risk(law, Gamma.T, prompt_length=n) - enumerated_risk(law, Gamma, n))
        > 0.1
    )


def test_the_risk_at_infinite_length_is_that_of_the_mean(law):
    Gamma = np.linalg.inv(law.input_covariance)
    assert aar.population_risk(law, Gamma, prompt_length=np.inf) == pytest.approx(0.0, abs=1e-12)
    far = aar.population_risk(law, Gamma, prompt_length=10**9)
    assert far == pytest.approx(0.0, abs=1e-7)
    assert aar.population_risk(law, np.zeros((3, 3)), prompt_length=5) == pytest.approx(law.signal)


@pytest.mark.claim("aar-best-gamma")
def test_least_squares_over_many_prompts_finds_the_best_matrix(law):
    best = aar.best_gamma(law, prompt_length=6)
    prompts = icl.sample_gaussian_prompts(
        200_000,
        6,
        np.random.default_rng(3),
        input_covariance=law.input_covariance,
        task_covariance=law.task_covariance,
        noise=law.noise,
    )
    learnt = icl.pretrained_gamma(prompts)
    excess = aar.population_risk(law, learnt, prompt_length=6) - aar.population_risk(
        law, best, prompt_length=6
    )
    assert 0 < excess < 2e-3 * law.signal
    plug_in = aar.population_risk(law, aar.plug_in_gamma(law, prompt_length=6), prompt_length=6)
    assert plug_in > 1.05 * aar.population_risk(law, best, prompt_length=6)


def test_the_best_matrix_is_the_printed_inverse(law):
    S, B = law.input_covariance, law.task_covariance
    printed = np.linalg.inv(1.25 * S + (law.signal + 0.49) / 4 * np.linalg.inv(B))
    assert aar.best_gamma(law, prompt_length=4) == pytest.approx(printed, rel=1e-11)
    assert aar.risk_gradient(law, printed, prompt_length=4) == pytest.approx(
        np.zeros((3, 3)), abs=1e-11
    )
    flat = aar.LinearTasks(S, np.diag([1.0, 0.0, 0.0]), noise=0.1)
    assert np.isfinite(aar.best_gamma(flat, prompt_length=4)).all()


def test_isotropic_tasks_have_the_risk_of_the_exercise():
    tasks = aar.LinearTasks.isotropic(7, noise=0.3)
    gamma = 1 / (1 + 1 / 11 + 7 / 11 * 1.09)
    assert aar.best_gamma(tasks, prompt_length=11) == pytest.approx(gamma * np.eye(7), abs=1e-12)
    risk = aar.population_risk(tasks, gamma * np.eye(7), prompt_length=11)
    assert risk == pytest.approx(1 - gamma, abs=1e-12)


@pytest.mark.claim("aar-posterior-mean")
def test_the_posterior_mean_by_conditioning_and_by_ridge(law):
    rng = np.random.default_rng(4)
    X, y, queries = rng.standard_normal((5, 3)), rng.standard_normal(5), rng.standard_normal((2, 3))
    B = law.task_covariance
    precision = np.linalg.inv(B) + X.T @ X / 0.49  # posterior of the weights
    mean = queries @ np.linalg.solve(precision, X.T @ y / 0.49)
    assert aar.posterior_mean(X, y, queries, tasks=law) == pytest.approx(mean, abs=1e-12)
    Gamma = icl.ridge_gamma(X, penalty=aar.bayes_penalty(law, prompt_length=5))
    assert icl.linear_attention(X, y, queries, Gamma) == pytest.approx(mean, abs=1e-12)


def test_no_other_penalty_beats_bayes(law):
    X = np.random.default_rng(5).standard_normal((6, 3))
    P = aar.bayes_penalty(law, prompt_length=6)
    least = aar.ridge_risk_given_inputs(X, penalty=P, tasks=law)
    # at the optimum the risk is the posterior variance
    posterior = np.linalg.inv(np.linalg.inv(law.task_covariance) + X.T @ X / 0.49)
    assert least == pytest.approx(np.sum(posterior * law.input_covariance), rel=1e-12)
    for other in (0.9 * P, 1.1 * P, P + 0.1 * np.diag([1, 0, 0]), 0.49 / 6 * np.eye(3)):
        assert aar.ridge_risk_given_inputs(X, penalty=other, tasks=law) > least


def test_the_averaged_ridge_risk_is_the_average(law):
    kappa = np.array([0.1, 0.49, 3.0])
    fast = aar.ridge_risks(
        law, kappa / 5, prompt_length=5, n_prompts=40, rng=np.random.default_rng(6)
    )
    rng = np.random.default_rng(6)
    root = np.linalg.cholesky(law.input_covariance)  # another root: the same law, other draws
    inverse = np.linalg.inv(law.task_covariance)
    slow = [
        [
            aar.ridge_risk_given_inputs(X, penalty=k / 5 * inverse, tasks=law)
            for X in rng.standard_normal((4000, 5, 3)) @ root.T
        ]
        for k in kappa
    ]
    many = aar.ridge_risks(
        law, kappa / 5, prompt_length=5, n_prompts=4000, rng=np.random.default_rng(7)
    )
    error = np.std(slow, axis=1) / np.sqrt(4000)
    assert np.all(np.abs(np.mean(slow, axis=1) - many) < 6 * error)
    assert np.all(np.abs(fast / many - 1) < 0.5)


@pytest.mark.claim("aar-nearly-bayes")
def test_the_price_by_both_bounds_and_by_sampling(law):
    price = aar.price_of_a_fixed_gamma(law)
    n = 10**6
    risk = aar.population_risk(law, aar.best_gamma(law, prompt_length=n), prompt_length=n)
    low, high = aar.bayes_risk_bounds(law, prompt_length=n)
    assert risk / high < price * 1.001
    assert risk / low == pytest.approx(price, rel=1e-3)
    assert risk / high == pytest.approx(price, rel=1e-3)
    low, high = aar.bayes_risk_bounds(law, prompt_length=20)
    bayes = aar.ridge_risks(
        law, [0.49 / 20], prompt_length=20, n_prompts=2000, rng=np.random.default_rng(8)
    )[0]
    assert low < bayes < high


def test_the_lower_bound_for_tasks_in_a_plane():
    """A singular covariance of the tasks: the bound is that of regression on the plane alone."""
    rng = np.random.default_rng(4)
    plane, half = np.linalg.qr(rng.standard_normal((3, 2)))[0], rng.standard_normal((2, 2))
    inside = half @ half.T + 0.3 * np.eye(2)
    root = rng.standard_normal((3, 3))
    inputs = root @ root.T + 0.2 * np.eye(3)
    tasks = aar.LinearTasks(inputs, plane @ inside @ plane.T, 0.7)
    low = aar.bayes_risk_bounds(tasks, prompt_length=9).low
    seen = plane.T @ inputs @ plane
    posterior = np.linalg.inv(np.linalg.inv(inside) + 9 / 0.49 * seen)
    assert low == pytest.approx(np.sum(posterior * seen), rel=1e-10)


@pytest.mark.claim("aar-ridge-identity")
def test_ridge_is_linear_attention_with_features_of_any_scale():
    rng = np.random.default_rng(9)
    for n, d in ((1, 3), (3, 3), (40, 5)):
        X = rng.standard_normal((n, d)) * 10.0 ** rng.uniform(-1, 1, d)
        y, q, Lam = rng.standard_normal(n), rng.standard_normal(d), spd(rng, d)
        left = y @ X @ np.linalg.inv(X.T @ X + n * Lam) @ q
        right = np.mean([y[i] * X[i] @ np.linalg.inv(X.T @ X / n + Lam) @ q for i in range(n)])
        assert left == pytest.approx(right, rel=1e-9)
        Gamma = icl.ridge_gamma(X, penalty=Lam)
        assert icl.linear_attention(X, y, q, Gamma) == pytest.approx(left, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda t: aar.LinearTasks(np.diag([1.0, 0.0]), np.eye(2)), ValueError, "input_covariance"),
        (lambda t: aar.LinearTasks(np.eye(2), np.eye(3)), ValueError, "task_covariance"),
        (lambda t: aar.LinearTasks(np.eye(2), -np.eye(2)), ValueError, "task_covariance"),
        (lambda t: aar.LinearTasks(np.eye(2), np.eye(2), noise=-1), ValueError, "noise"),
        (lambda t: aar.population_risk(t, np.eye(2), prompt_length=3), ValueError, "Gamma"),
        (lambda t: aar.population_risk(t, np.eye(3), prompt_length=0), ValueError, "prompt_length"),
        (
            lambda t: aar.population_risk(t, np.eye(3), prompt_length=2.5),
            TypeError,
            "prompt_length",
        ),
        (lambda t: aar.bayes_risk_bounds(t, prompt_length=4), ValueError, "prompt_length"),
        (
            lambda t: aar.ridge_risks(
                t, [0.0], prompt_length=4, n_prompts=2, rng=np.random.default_rng(3)
            ),
            ValueError,
            "penalties",
        ),
        (
            lambda t: aar.ridge_risk_given_inputs(np.ones((2, 3)), penalty=0, tasks=t),
            ValueError,
            "full column rank",
        ),
        (
            lambda t: aar.plug_in_gamma(
                aar.LinearTasks(np.eye(2), np.diag([1, 0])), prompt_length=3
            ),
            ValueError,
            "task_covariance",
        ),
        (
            lambda t: aar.posterior_mean(
                np.eye(2), [1, 1], [1, 1], tasks=aar.LinearTasks(np.eye(2), np.eye(2))
            ),
            ValueError,
            "noise",
        ),
    ],
)
def test_bad_input(law, call, error, match):
    with pytest.raises(error, match=match):
        call(law)


class TestPosteriorSd:
    def test_it_is_that_of_the_weights(self):
        rng = np.random.default_rng(3)
        X, query, root = rng.normal(size=(5, 3)), rng.normal(size=(7, 3)), rng.normal(size=(3, 3))
        prior = root @ root.T
        tasks = aar.LinearTasks(np.eye(3), prior, noise=0.7)
        covariance = np.linalg.inv(np.linalg.inv(prior) + X.T @ X / 0.7**2)
        direct = np.sqrt(np.einsum("qi,ij,qj->q", query, covariance, query))
        np.testing.assert_allclose(aar.posterior_sd(X, query, tasks=tasks), direct, rtol=1e-12)

    def test_without_an_example_it_is_the_prior(self):
        tasks = aar.LinearTasks.isotropic(2, noise=0.3)
        given = aar.posterior_sd(np.empty((0, 2)), [3.0, 4.0], tasks=tasks)
        assert given == pytest.approx(5 / np.sqrt(2), rel=1e-14)

    def test_a_draw_of_the_error(self):
        rng = np.random.default_rng(4)
        tasks = aar.LinearTasks(np.eye(2), np.diag([2.0, 0.5]), noise=0.6)
        X, query = rng.normal(size=(4, 2)), np.array([1.5, -0.7])
        weights = rng.normal(size=(20_000, 2)) * np.sqrt([2.0, 0.5])
        labels = weights @ X.T + 0.6 * rng.normal(size=(20_000, 4))
        told = np.array([aar.posterior_mean(X, y, query, tasks=tasks) for y in labels[:2000]])
        error = np.std(told - weights[:2000] @ query)
        assert error == pytest.approx(float(aar.posterior_sd(X, query, tasks=tasks)), rel=0.06)

    def test_bad_input(self):
        with pytest.raises(ValueError, match=r"tasks\.noise"):
            aar.posterior_sd([[1.0]], [1.0], tasks=aar.LinearTasks(np.eye(1), np.eye(1)))
        with pytest.raises(TypeError, match="tasks"):
            aar.posterior_sd([[1.0]], [1.0], tasks=2)
        with pytest.raises(ValueError, match="query"):
            aar.posterior_sd([[1.0]], [1.0, 2.0], tasks=aar.LinearTasks.isotropic(1, noise=1.0))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: aar.bayes_penalty(t, prompt_length=4),
        lambda t: aar.ridge_risks(
            t, [0.3], prompt_length=4, n_prompts=2, rng=np.random.default_rng(3)
        ),
        aar.price_of_a_fixed_gamma,
    ],
)
def test_a_prior_of_lower_rank_is_refused(call):
    tasks = aar.LinearTasks(np.eye(2), np.ones((2, 2)), noise=0.5)
    with pytest.raises(ValueError, match=r"tasks\.task_covariance must be positive definite"):
        call(tasks)

"""Finite prompts: the fourth-moment formula against a closed form and against simulation."""

import itertools

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    Measure,
    Nodes,
    Problem,
    SineFeatures,
    finite_prompt_loss,
    fourth_moment,
    gauss_hermite,
    joint_loss,
    optimal_finite_prompt,
    sample,
    statistics,
    whitened_teacher,
)


def _case():
    rng = np.random.default_rng(1)
    features = SineFeatures()
    teacher = whitened_teacher(
        features, rng.standard_normal((4, 2)), 0.7 * rng.standard_normal((4, 3))
    )
    mu = Measure(rng.standard_normal((3, 2)), 0.7 * rng.standard_normal((3, 3)))
    return Problem(features, teacher), mu


def _sine_moment(w):
    """E of a product of four sines: the sixteen sign combinations of a Gaussian phase."""
    total = 0.0
    for signs in itertools.product((1.0, -1.0), repeat=4):
        v = np.tensordot(signs, w, axes=1)
        total += np.prod(signs) * np.exp(-0.5 * v[:-1] @ v[:-1]) * np.cos(v[-1]) / 16.0
    return total


def test_the_fourth_moment():
    problem, mu = _case()
    teacher = problem.teacher
    gram = teacher.outer @ teacher.outer.T
    expected = np.zeros((2, 2))
    for i, j in np.ndindex(teacher.n, teacher.n):
        for u, v in np.ndindex(mu.n, mu.n):
            value = _sine_moment(np.stack([teacher.w[i], teacher.w[j], mu.w[u], mu.w[v]]))
            expected += gram[i, j] * value * np.outer(mu.outer[u], mu.outer[v])
    ours = fourth_moment(problem, mu, gauss_hermite(2, 60))
    np.testing.assert_allclose(ours, expected, atol=1e-14)


@pytest.mark.claim("mfl-prompt-loss")
def test_the_loss_of_simulated_prompts():
    """Mean over 20000 prompts of five noisy pairs, within 4.5 standard errors."""
    problem, mu = _case()
    rng = np.random.default_rng(2)
    gamma, n, noise, prompts = np.array([[1.0, 0.3], [-0.2, 2.0]]), 5, 0.4, 20_000
    x = sample(2, prompts * (n + 1), rng=rng).x
    h = mu.features(problem.features, x).reshape(prompts, n + 1, 2)
    f0 = problem.teacher.features(problem.features, x).reshape(prompts, n + 1, 2)
    v = rng.standard_normal((prompts, 2))
    y = np.einsum("pnk,pk->pn", f0, v) + noise * rng.standard_normal((prompts, n + 1))
    guess = np.einsum("pn,pnk,kl,pl->p", y[:, :n], h[:, :n], gamma, h[:, n]) / n
    values = 0.5 * (y[:, n] - guess) ** 2
    exact = finite_prompt_loss(
        statistics(problem, mu),
        gamma,
        fourth_moment(problem, mu, gauss_hermite(2, 60)),
        n,
        noise=noise,
    )
    assert abs(values.mean() - exact) < 4.5 * values.std() / np.sqrt(prompts)
    # negative control: the loss of infinite prompts is many standard errors away
    infinite = joint_loss(statistics(problem, mu), gamma)
    assert abs(values.mean() - infinite) > 20 * values.std() / np.sqrt(prompts)


def test_the_best_attention_for_finite_prompts():
    problem, mu = _case()
    stats, moment = statistics(problem, mu), fourth_moment(problem, mu, gauss_hermite(2, 60))
    best = optimal_finite_prompt(stats, moment, 7, noise=0.3)
    assert abs(finite_prompt_loss(stats, best.Gamma, moment, 7, noise=0.3) - best.loss) < 1e-14
    rng = np.random.default_rng(0)
    for _ in range(10):
        step = 1e-3 * rng.standard_normal((2, 2))
        other = finite_prompt_loss(stats, best.Gamma + step, moment, 7, noise=0.3)
        back = finite_prompt_loss(stats, best.Gamma - step, moment, 7, noise=0.3)
        assert min(other, back) > best.loss
        assert abs(other - back) < 1e-9 * best.loss


def test_the_distance_to_the_limit_is_of_order_one_over_n():
    problem, mu = _case()
    stats, moment = statistics(problem, mu), fourth_moment(problem, mu, gauss_hermite(2, 60))
    gaps = [optimal_finite_prompt(stats, moment, n).loss - stats.loss for n in (10**4, 10**5)]
    assert gaps[1] > 0.0
    assert abs(np.log10(gaps[0] / gaps[1]) - 1.0) < 0.01
    # label noise shifts the limit by tau^2 / 2
    noisy = optimal_finite_prompt(stats, moment, 10**9, noise=0.5).loss
    assert abs(noisy - stats.loss - 0.125) < 1e-7


def test_bad_prompts():
    problem, mu = _case()
    stats = statistics(problem, mu)
    with pytest.raises(ValueError, match="prompt_length must be at least 1"):
        optimal_finite_prompt(stats, np.eye(2), 0)
    with pytest.raises(ValueError, match="moment"):
        optimal_finite_prompt(stats, np.eye(3), 1)
    with pytest.raises(ValueError, match="one entry per node"):
        fourth_moment(problem, mu, Nodes(np.ones((3, 2)), np.ones(2)))
    with pytest.raises(ValueError, match="noise"):
        finite_prompt_loss(stats, np.eye(2), np.eye(2), 1, noise=-1.0)

"""The Bayes meta-learner by densities of scipy, by ridge regression, and at its two ends."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import learning_the_basis as lb

VARIANCES, NOISE = np.array([1.3, 0.4]), 0.45


def candidates(count=3):
    make = fs.random_trigonometric_basis
    return [make(2, 1, 3, np.random.default_rng(b)) for b in range(count)]


def streams(first=0):
    names = ("basis", "task", "input", "noise")
    return {f"{name}_rng": np.random.default_rng(first + i) for i, name in enumerate(names)}


@pytest.mark.claim("kns-bayes-meta")
def test_evidence_by_the_normal_density():
    rng = np.random.default_rng(8)
    values, labels = rng.normal(size=(3, 5, 2)), rng.normal(size=5)
    told, mean = lb.prompt_evidence(values, labels, VARIANCES, noise=NOISE)
    for b, f in enumerate(values):
        kernel = f @ np.diag(VARIANCES) @ f.T + NOISE**2 * np.eye(5)
        density = multivariate_normal(np.zeros(5), kernel).logpdf(labels)
        assert told[b] == pytest.approx(density, rel=1e-12)
        ridge = np.diag(VARIANCES) @ f.T @ np.linalg.solve(kernel, labels)
        np.testing.assert_allclose(mean[b], ridge, rtol=1e-10)


@pytest.mark.claim("kns-bayes-meta")
def test_two_runs_by_hand():
    """Prompt by prompt, basis by basis, with the same draws: products of densities."""
    bases = candidates()
    found = lb.meta_risks(
        bases, VARIANCES, n_tasks=2, prompt_length=4, noise=NOISE, draws=2, **streams()
    )
    basis_rng, task_rng, input_rng, noise_rng = streams().values()
    nodes, weights = fs.FourierBasis(6).quadrature(2)
    for run in range(2):
        true = basis_rng.integers(3)
        beta = task_rng.standard_normal((3, 2)) * np.sqrt(VARIANCES)
        X = input_rng.random((3, 4, 1))
        xi = noise_rng.standard_normal((3, 4)) * NOISE
        y = [bases[true].evaluate(X[t]) @ beta[t] + xi[t] for t in range(3)]

        def density(b, t, X=X, y=y):
            f = bases[b].evaluate(X[t])
            kernel = f * VARIANCES @ f.T + NOISE**2 * np.eye(4)
            return multivariate_normal(np.zeros(4), kernel).pdf(y[t])

        answers = []
        for b in range(3):
            f = bases[b].evaluate(X[2])
            kernel = f * VARIANCES @ f.T + NOISE**2 * np.eye(4)
            coefficients = VARIANCES * (f.T @ np.linalg.solve(kernel, y[2]))
            answers.append(bases[b].evaluate(nodes) @ coefficients)
        target = bases[true].evaluate(nodes) @ beta[2]
        assert found.known[run] == pytest.approx(weights @ (answers[true] - target) ** 2)
        for seen in range(3):
            used = [*range(seen), 2]
            p = np.array([np.prod([density(b, t) for t in used]) for b in range(3)])
            p = p / p.sum()
            mixed = sum(p[b] * answers[b] for b in range(3))
            assert found.posterior[run, seen] == pytest.approx(p[true], rel=1e-9)
            assert found.learner[run, seen] == pytest.approx(weights @ (mixed - target) ** 2)


@pytest.mark.claim("kns-bayes-meta")
def test_one_candidate_is_bayes_and_many_tasks_tell_it():
    few = {"prompt_length": 3, "noise": NOISE, "draws": 60}
    alone = lb.meta_risks(candidates(1), VARIANCES, n_tasks=1, **few, **streams())
    np.testing.assert_allclose(alone.learner, np.repeat(alone.known[:, None], 2, axis=1))
    assert np.all(alone.posterior == 1.0)
    many = lb.meta_risks(candidates(4), VARIANCES, n_tasks=12, **few, **streams(20))
    assert many.posterior[:, 0].mean() < 0.6
    assert many.posterior[:, -1].mean() > 0.97
    assert many.learner[:, 0].mean() > 1.3 * many.known.mean()
    assert many.learner[:, -1].mean() < 1.1 * many.known.mean()


def test_probabilities_of_far_apart_likelihoods():
    found = lb.posterior_of_bases([[-2000.0, -2001.0, -5000.0], [3.0, 3.0, 3.0]])
    odds = 1 / (1 + np.exp(-1.0))
    np.testing.assert_allclose(found, [[odds, 1 - odds, 0.0], [1 / 3] * 3], rtol=1e-12)


OTHER = fs.random_trigonometric_basis(2, 1, 4, np.random.default_rng(0))
SKEW = fs.CombinedBasis(fs.FourierBasis(4), [[1.0, 0.3, 0, 0], [0.2, 1.0, 0, 0]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"candidates": []}, "candidates must hold at least one"),
        ({"candidates": [*candidates(2), OTHER]}, "candidates must be orthonormal comb"),
        ({"candidates": [SKEW]}, "candidates must be orthonormal"),
        ({"variances": [1.0, 0.4, 0.1]}, "variances must be 2 positive"),
        ({"variances": [1.0, 0.0]}, "variances must be 2 positive"),
        ({"n_tasks": -1}, "n_tasks"),
        ({"prompt_length": 0}, "prompt_length"),
        ({"noise": 0.0}, "noise"),
        ({"draws": 0}, "draws"),
    ],
)
def test_bad_input(change, words):
    good = {"candidates": candidates(2), "variances": VARIANCES, "n_tasks": 1, "prompt_length": 2}
    with pytest.raises(ValueError, match=rf"^{words}"):
        lb.meta_risks(**{**good, "noise": 0.3, "draws": 2, **change}, **streams())


def test_bad_evidence():
    with pytest.raises(ValueError, match=r"^log_likelihoods must be finite"):
        lb.posterior_of_bases([np.nan, 0.0])
    with pytest.raises(ValueError, match=r"^values must be"):
        lb.prompt_evidence(np.ones((2, 3)), np.ones(3), VARIANCES, noise=0.3)
    with pytest.raises(ValueError, match=r"^variances must be 2 positive"):
        lb.prompt_evidence(np.ones((2, 3, 2)), np.ones(3), [1.0], noise=0.3)

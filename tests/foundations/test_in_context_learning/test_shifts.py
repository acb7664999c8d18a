"""Votes against the readers they stand for; risks by sampled tasks; the evaluation of shifts."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.in_context_learning import readers, shifts

RNG = np.random.default_rng(3)
X, QUERY = RNG.standard_normal((5, 7, 3)), RNG.standard_normal((5, 3))
LABELS = RNG.standard_normal((5, 7))
TASKS = np.array([[0.5, 0.1, 0.0], [0.1, 0.3, 0.1], [0.0, 0.1, 0.7]])


def answered(votes):
    return np.sum(votes * LABELS, axis=1)


@pytest.mark.claim("icl-shift-ridge")
@pytest.mark.claim("icl-shift-scaled")
def test_votes_are_those_of_the_readers():
    prompts = list(zip(X, LABELS, QUERY))
    ridge = [float(icl.ridge_prediction(*p, penalty=0.2)) for p in prompts]
    np.testing.assert_allclose(
        answered(readers.ridge_votes(X, QUERY, penalty=0.2)), ridge, rtol=1e-9
    )
    G = RNG.standard_normal((3, 3))
    one = [float(icl.linear_attention(*p, G)) for p in prompts]
    np.testing.assert_allclose(answered(readers.layer_votes(X, QUERY, Gamma=G)), one, rtol=1e-9)
    deep = [icl.gradient_descent_forward(*p, layers=5, step_size=0.3)[-1] for p in prompts]
    votes = readers.descent_votes(X, QUERY, layers=5, step_size=0.3)
    np.testing.assert_allclose(answered(votes), deep, rtol=1e-9)
    votes = readers.softmax_votes(X, QUERY, temperature=1.5, factor=1.2)
    powers = np.exp(np.einsum("tnd,td->tn", X, QUERY) / 1.5)
    soft = 1.2 * np.sum(powers * LABELS, axis=1) / powers.sum(axis=1)
    np.testing.assert_allclose(answered(votes), soft, rtol=1e-9)


def test_the_risk_given_the_inputs_is_a_mean_over_tasks_and_noise():
    rng = np.random.default_rng(0)
    votes = 0.2 * rng.standard_normal((1, 7))
    w = rng.multivariate_normal(np.zeros(3), TASKS, 200_000)
    y = w @ X[0].T + 0.4 * rng.standard_normal((200_000, 7))
    squares = (y @ votes[0] - w @ QUERY[0]) ** 2
    exact = readers.risk_given_inputs(X[:1], QUERY[:1], votes, task_covariance=TASKS, noise=0.4)
    assert abs(squares.mean() - exact[0]) < 5 * squares.std() / np.sqrt(200_000)


@pytest.mark.claim("icl-shift-risk")
def test_the_risk_of_one_layer_under_another_law():
    rng = np.random.default_rng(1)
    root, G = rng.standard_normal((2, 3, 3))
    cov, ask = root @ root.T, np.diag([2.0, 0.5, 0.0])
    options = {"input_covariance": cov, "task_covariance": TASKS, "noise": 0.4}
    closed = shifts.shifted_risk(G, **options, query_covariance=ask, prompt_length=6)
    x = rng.standard_normal((200_000, 6, 3)) @ root.T
    q = rng.standard_normal((200_000, 3)) * np.sqrt(np.diag(ask))
    votes = readers.layer_votes(x, q, Gamma=G)
    found = readers.risk_given_inputs(x, q, votes, task_covariance=TASKS, noise=0.4)
    assert abs(found.mean() - closed) < 5 * found.std() / np.sqrt(len(found))
    assert found.std() / np.sqrt(len(found)) < 0.02 * closed
    law = aar.LinearTasks(cov, TASKS, noise=0.4)
    for n in (1, 6, np.inf):
        same = shifts.shifted_risk(G, **options, query_covariance=cov, prompt_length=n)
        assert same == pytest.approx(aar.population_risk(law, G, prompt_length=n), rel=1e-12)
    long = shifts.shifted_risk(
        np.linalg.inv(cov), **options, query_covariance=ask, prompt_length=np.inf
    )
    assert abs(long) < 1e-12


@pytest.mark.claim("icl-shift-scaled")
@pytest.mark.parametrize("s", [0.5, 1.3, 2.0])
def test_layers_multiply_the_error(s):
    design = s * np.linalg.qr(np.random.default_rng(4).standard_normal((8, 3)))[0] * np.sqrt(8)
    for layers in (1, 2, 7):
        votes = readers.descent_votes(design[None], QUERY[:1], layers=layers, step_size=0.4)
        read = votes[0] @ design
        np.testing.assert_allclose(QUERY[0] - read, (1 - 0.4 * s**2) ** layers * QUERY[0])


def test_what_is_tuned_is_at_its_least():
    known = {"task_covariance": TASKS, "noise": 0.5}
    rng = np.random.default_rng(5)
    x, q = rng.standard_normal((3000, 9, 3)), rng.standard_normal((3000, 3))

    def risk(votes):
        return np.mean(readers.risk_given_inputs(x, q, votes, **known))

    step = readers.tuned_step(x, q, layers=3, **known)
    around = [
        risk(readers.descent_votes(x, q, layers=3, step_size=c * step)) for c in (0.95, 1.0, 1.05)
    ]
    assert around[1] < min(around[0], around[2])
    soft = readers.tuned_softmax(x, q, **known)
    for name in ("temperature", "factor"):
        near = [
            risk(
                readers.softmax_votes(
                    x, q, **soft._replace(**{name: c * getattr(soft, name)})._asdict()
                )
            )
            for c in (0.9, 1.0, 1.1)
        ]
        assert near[1] < min(near[0], near[2])


@pytest.mark.claim("icl-shift-ridge")
def test_the_evaluation():
    """One layer as in closed form; ridge at its best where the law is the old one, never far."""
    seen = shifts.evaluate_shifts(
        d=5, prompt_length=12, noise=0.5, layers=4, n_prompts=4000, rng=np.random.default_rng(2)
    )
    names = [shift.name for shift in shifts.SHIFTS]
    assert seen.risk.shape == seen.error.shape == (len(names), len(shifts.READERS))
    one = shifts.READERS.index("one layer")
    known = np.isfinite(seen.exact)
    assert known.sum() == len(names) - 2
    moving = known & (seen.error[:, one] > 1e-12)
    scores = (seen.risk[moving, one] - seen.exact[moving]) / seen.error[moving, one]
    assert np.abs(scores).max() < 5
    ridge = seen.risk[:, 0] / seen.least
    assert ridge.max() < 1.4
    assert ridge.min() > 1 - 1e-12
    untouched = [i for i, s in enumerate(shifts.SHIFTS) if s.tasks == s.noise == 1.0]
    np.testing.assert_allclose(ridge[untouched], 1.0, rtol=1e-9)
    old = shifts.SHIFTS[0]
    rows = shifts._draw(old, 20_000, 12, 5, np.random.default_rng(7))
    votes = readers.ridge_votes(*rows, penalty=0.25 * 5 / 12)
    law = {"task_covariance": np.eye(5) / 5, "noise": 0.5}
    again = np.mean(readers.risk_given_inputs(*rows, votes, **law))
    assert abs(again - seen.risk[0, 0]) < 6 * seen.error[0, 0]
    posterior = [  # by the formula of the posterior covariance of the tasks
        q @ np.linalg.inv(5 * np.eye(5) + x.T @ x / 0.25) @ q
        for x, q in zip(*(r[:500] for r in rows))
    ]
    np.testing.assert_allclose(
        readers.risk_given_inputs(rows[0][:500], rows[1][:500], votes[:500], **law),
        posterior,
        rtol=1e-9,
    )
    apart = seen.risk[names.index("query orthogonal to the examples"), :3]
    np.testing.assert_allclose(apart, 1.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: readers.ridge_votes(X, QUERY, penalty=0.0), "penalty"),
        (lambda: readers.layer_votes(X, QUERY[:3], Gamma=np.eye(3)), "query"),
        (lambda: readers.descent_votes(X, QUERY, layers=0, step_size=0.1), "layers"),
        (lambda: readers.softmax_votes(X, QUERY, temperature=0.0, factor=1.0), "temperature"),
        (
            lambda: readers.risk_given_inputs(X, QUERY, LABELS, task_covariance=TASKS, noise=-1.0),
            "noise",
        ),
        (
            lambda: shifts.evaluate_shifts(
                d=1, prompt_length=4, noise=0.5, layers=2, n_prompts=5, rng=RNG
            ),
            "d must",
        ),
    ],
)
def test_bad_values(make, words):
    with pytest.raises(ValueError, match=words):
        make()

"""The published size: the gradient that serves a group at once, and a small layer."""

import numpy as np
import pytest

from iclnb import scale
from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs


def he(u):
    return (u**2 - 1) / np.sqrt(2)


@pytest.mark.parametrize("r", [1, 3])
def test_one_product_for_all_tasks_of_a_group(r):
    rng = np.random.default_rng(1)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(7, r, rng), ogs.Link.pure(2))
    W, b, gamma = rng.normal(size=(5, 7)), rng.normal(size=5), rng.normal(size=5)
    found = lic.quadratic_gradient(
        tasks, W, bias=b, Gamma_diagonal=gamma, n_tasks=6, prompt_length=11,
        rng=np.random.default_rng(2), chunk=4,
    )  # fmt: skip
    rng = np.random.default_rng(2)
    beta = sphere_rows(6, r, rng) @ tasks.subspace
    query = rng.standard_normal((6, 7))
    X = rng.standard_normal((11, 7))  # in whatever chunks
    labels, answers = he(beta @ X.T), he(np.sum(beta * query, axis=1))
    expected = ogs.shared_prompt_gradient(
        X, labels, query, answers, W, bias=b, Gamma_diagonal=gamma
    )
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


def test_a_small_layer():
    sizes = {"d": 6, "neurons": 40, "n_tasks_1": 3000, "prompt_length_1": 200, "n_tasks_2": 300}
    run = lic.published_layer(
        seed=0, **sizes, prompt_length_2=100, penalties=(0.01, 1e4), group=500, n_prompts=60,
        prompt_lengths=(20, 400),
    )  # fmt: skip
    assert run["alignment"] > 0.6 > 2 / 6
    assert run["norm"][0] > 100 * run["norm"][1]
    (short, long), useless = run["risk"]
    assert long < short
    # So large a penalty leaves no answer: the risk is E y^2 = 1, within five errors.
    assert np.all(np.abs(np.array(useless) - 1) < 5 * np.array(run["error"][1]))


def test_a_layer_of_five_neurons_step_by_step():
    """Groups of three tasks, the last of one; ridge on 25 features; one answer at a time."""
    d, r, m, n = 4, 2, 5, 6
    space, first, one, two, three, test = np.random.default_rng(3).spawn(6)
    subspace = ogs.random_subspace(d, r, space)
    start = sphere_rows(m, d, first)
    bias, signs = first.uniform(-1, 1, m), np.array([-1.0, 1.0])[first.integers(0, 2, m)]
    assert set(signs) == {-1.0, 1.0}
    gradient = 0.0
    for size in (3, 3, 1):
        beta = sphere_rows(size, r, one) @ subspace
        query, X = one.standard_normal((size, d)), one.standard_normal((n, d))
        labels, answers = he(beta @ X.T), he(np.sum(beta * query, axis=1))
        gradient = gradient + size * ogs.shared_prompt_gradient(
            X, labels, query, answers, start, bias=bias, Gamma_diagonal=signs
        )
    weights = -0.7 * gradient / np.sqrt(np.sum(gradient**2) / m)
    bias = two.uniform(-np.log(d), np.log(d), m)

    def features(beta, X, query, length):
        keys = he(X[:length] @ beta) @ np.maximum(X[:length] @ weights.T + bias, 0) / length
        return np.outer(keys, np.maximum(weights @ query + bias, 0)).ravel()

    beta, X = sphere_rows(9, r, two) @ subspace, three.standard_normal((9, 8, d))
    rows = np.array([features(b, x[:-1], x[-1], 7) for b, x in zip(beta, X, strict=True)])
    labels = he(np.sum(beta * X[:, -1], axis=1))
    fits = [np.linalg.solve(rows.T @ rows / 9 + v * np.eye(25), rows.T @ labels / 9)
            for v in (0.02, 0.3)]  # fmt: skip
    beta = sphere_rows(4, r, test) @ subspace
    errors = np.empty((2, 2, 4))
    for k in range(4):
        X, query = test.standard_normal((6, d))[:5], test.standard_normal((16, d))
        for i, fit in enumerate(fits):
            for j, length in enumerate((2, 5)):
                missed = [fit @ features(beta[k], X, q, length) - he(beta[k] @ q) for q in query]
                errors[i, j, k] = np.mean(np.square(missed))
    run = lic.published_layer(
        seed=3, d=d, r=r, neurons=m, n_tasks_1=7, prompt_length_1=n, n_tasks_2=9,
        prompt_length_2=7, penalties=(0.02, 0.3), group=3, n_prompts=4, prompt_lengths=(2, 5),
    )  # fmt: skip
    inside = np.sum((weights @ subspace.T) ** 2) / np.sum(weights**2)
    assert run["alignment"] == pytest.approx(inside, abs=6e-6)  # five digits are kept
    np.testing.assert_allclose(run["norm"], [m * np.linalg.norm(f) for f in fits], atol=6e-4)
    np.testing.assert_allclose(run["risk"], errors.mean(axis=2), atol=6e-6)
    np.testing.assert_allclose(run["error"], errors.std(axis=2, ddof=1) / 2, atol=6e-6)


@pytest.mark.parametrize(
    ("name", "value"), [("penalties", (0.0,)), ("prompt_lengths", (0,)), ("group", 0)]
)
def test_what_cannot_be(name, value):
    with pytest.raises(ValueError, match=name):
        lic.published_layer(seed=0, **{name: value})


def test_what_the_page_says_of_the_stored_run():
    (point,) = scale.required("published-layer").results["points"]
    found, lengths = point["result"], np.array([16, 32, 64, 128, 256, 512, 1024])
    risk = np.array(found["risk"])
    assert risk.shape == (3, 7)
    assert np.all(np.diff(risk, axis=0) > 0)  # the smallest penalty is the best
    over = risk / lic.least_error(2, lengths)
    assert np.all((over[0, :5] > 3.5) & (over[0, :5] < 4.9))
    assert 5.5 < over[0, -1] < 6.0
    assert np.all((over > 3.5) & (over < 8))
    assert np.all(risk < lic.averaging_error(2, lengths))

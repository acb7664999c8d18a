"""Learners of one prompt, and the probe: each by a second route."""

import numpy as np
import pytest

from iclnb import scale
from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.features.low_dimensional_gpt2 import paper, probing
from iclnb.features.low_dimensional_gpt2 import prompt_learners as learners
from iclnb.pytorch import torch

SMALL = {"layers": 1, "width": 8, "heads": 2, "batch_size": 4, "prompt_length": 5}
SMALL |= {"step_size": 0.01, "warmup": 3}


def prompts(T=6, n=5, d=4, seed=0):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((T, n, d)),
        rng.standard_normal((T, n)),
        rng.standard_normal((T, d)),
        rng.standard_normal(T),
    )


@pytest.mark.claim("gpt2-kernel-given")
def test_the_query_prediction_by_sampling_directions():
    law = ogs.FiniteLaw(
        [ogs.Link(np.array([0.2, 0.5, 0.7, 0.1, 0.6])), ogs.Link(np.array([0, 0, -0.3]))],
        [0.7, 0.3],
    )
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(5, 3, np.random.default_rng(1)), law)
    X = np.random.default_rng(2).standard_normal((4, 5))
    drawn = ogs.sample_tasks(tasks, 200_000, np.random.default_rng(3))
    z = X @ drawn.directions.T
    c = ogs.coefficient_mean(law)
    he = np.array([1 + 0 * z, z, z**2 - 1, z**3 - 3 * z, z**4 - 6 * z**2 + 3])
    values = np.einsum("i,iqt->qt", c / [1, 1, 2, 6, 24], he)
    error = values.std(axis=1) / values.shape[1] ** 0.5
    found = learners.query_prediction(tasks, X)
    assert np.all(np.abs(found - values.mean(axis=1)) < 4 * error)
    square = paper.make_tasks(5, 3, 0)
    shown = (np.sum((X @ square.subspace.T) ** 2, axis=1) / 3 - 1) / 2**0.5
    np.testing.assert_allclose(learners.query_prediction(square, X), shown, rtol=1e-12, atol=1e-13)
    with pytest.raises(ValueError, match="X must"):
        learners.query_prediction(tasks, X[:, :4])


@pytest.mark.claim("gpt2-kernel")
@pytest.mark.claim("gpt2-kernel-given")
def test_ridge_on_all_prompts_is_ridge_on_each():
    X, y, query, target = prompts()
    kernel = lic.polynomial_kernel(3)
    found = learners.ridge_errors(X, y, query, target, penalties=(0.1, 2.0), degree=3)
    for row, penalty in zip(found, (0.1, 2.0), strict=True):
        for t in range(6):
            one = lic.kernel_ridge(kernel, X[t], y[t], query[t][None], penalty=penalty)[0]
            assert row[t] == pytest.approx((one - target[t]) ** 2, rel=1e-9)


def test_an_error_by_its_ratio_to_silence():
    found = learners.least([[1.0, 3.0, 8.0], [0.5, 1.5, 4.0]], [1.0, 2.0, 3.0], 0.8)
    ratio, rest = 1.0, np.array([-0.5, -0.5, 1.0])  # mean 2 over mean 2, and what is left of it
    assert found == pytest.approx((0.8 * ratio, 0.8 * rest.std(ddof=1) / 3**0.5 / 2))


@pytest.mark.claim("gpt2-network")
def test_descent_by_automatic_differentiation():
    X, y, query, target = prompts(T=3)
    m, rate, steps = 7, 0.05, 4
    found = learners.descend(
        X, y, query, target, neurons=m, step_size=rate, steps=steps, rng=np.random.default_rng(5)
    )
    rng = np.random.default_rng(5)
    W = rng.standard_normal((3, 4, m)) * (2 / 4) ** 0.5
    a = rng.standard_normal((3, m)) * (2 / m) ** 0.5
    for t in range(3):
        start = [torch.tensor(v, dtype=torch.float64) for v in (W[t], np.zeros(m), a[t])]
        theta = [v.clone().requires_grad_() for v in start]

        def network(x, p):
            x = torch.as_tensor(x)
            return torch.relu(x @ p[0] + p[1]) @ p[2]

        for step in range(steps + 1):
            answer = network(query[t], theta) - network(query[t], start)
            assert found[step, t] == pytest.approx(
                float(answer.detach() - target[t]) ** 2, rel=1e-9
            )
            fit = network(X[t], theta) - network(X[t], start)
            loss = torch.mean((fit - torch.as_tensor(y[t])) ** 2)
            slopes = torch.autograd.grad(loss, theta)
            theta = [(p - rate * g).detach().requires_grad_() for p, g in zip(theta, slopes)]


def test_baselines_are_plain_numbers():
    found = learners.prompt_baselines(
        4, 2, 0, prompt_lengths=(3, 5), n_prompts=40, steps=5, neurons=3
    )
    assert len(found["kernel"]) == len(found["kernel_given_error"]) == 2
    assert isinstance(found["network_given"], float)
    assert found["lengths"] == [3, 5]


def best(errors, silent, mean):
    """Return the least mean error, as a multiple of that of silence, and its standard error."""
    row = min(np.array(errors), key=np.mean)
    ratio = row.sum() / silent.sum()
    spread = np.sum((row - ratio * silent) ** 2) / len(row) / (len(row) - 1)
    return mean * ratio, mean * spread**0.5 / np.mean(silent)


def test_baselines_prompt_by_prompt():
    """60 prompts, the network on the first three of the longest; d, r and mean are not one."""
    d, r, lengths = 5, 3, (3, 6)
    found = learners.prompt_baselines(
        d, r, 4, prompt_lengths=lengths, n_prompts=60, steps=7, neurons=3
    )
    subspace = ogs.random_subspace(d, r, scale.rng(4, "subspace"))
    he = lambda u: (u**2 - 1) / 2**0.5  # noqa: E731
    average = lambda x: (np.sum((x @ subspace.T) ** 2, axis=-1) / r - 1) / 2**0.5  # noqa: E731
    kernel = lic.polynomial_kernel(2)
    for i, n in enumerate(lengths):
        rng = scale.rng(4, f"prompts {n}")
        beta = sphere_rows(60, r, rng) @ subspace
        X = rng.standard_normal((60, n + 1, d))
        y, X, query = he(np.einsum("tnd,td->tn", X, beta)), X[:, :-1], X[:, -1]
        for name, mean in (("", 1.0), ("_given", 1 - 1 / r)):
            if name:  # the mean square of what the predictor leaves: 1 - 1/r
                y = y - np.column_stack([average(X), average(query)])
            errors = [
                [
                    lic.kernel_ridge(kernel, x, z[:-1], q[None], penalty=penalty)[0] - z[-1]
                    for x, z, q in zip(X, y, query, strict=True)
                ]
                for penalty in (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
            ]
            value, spread = best(np.square(errors), y[:, -1] ** 2, mean)
            assert found[f"kernel{name}"][i] == pytest.approx(value, abs=6e-6)
            assert found[f"kernel{name}_error"][i] == pytest.approx(spread, abs=6e-6)
            if n == 6:
                runs = [
                    learners.descend(
                        X[:3], y[:3, :-1], query[:3], y[:3, -1], neurons=3, step_size=rate,
                        steps=7, rng=scale.rng(4, f"network {rate}"),
                    )
                    for rate in (0.03, 0.1, 0.3)
                ]  # fmt: skip
                value, spread = best(np.concatenate(runs), y[:3, -1] ** 2, mean)
                assert found[f"network{name}"] == pytest.approx(value, abs=6e-6)
                assert found[f"network{name}_error"] == pytest.approx(spread, abs=6e-6)


def test_among_what_the_baselines_choose(monkeypatch):
    """The best is all that is returned: what else was tried is seen from within."""
    tried = {"penalties": [], "step_size": []}

    def spy(function, word):
        def run(*given, **options):
            tried[word].append(options[word])
            return function(*given, **options)

        return run

    monkeypatch.setattr(learners, "ridge_errors", spy(learners.ridge_errors, "penalties"))
    monkeypatch.setattr(learners, "descend", spy(learners.descend, "step_size"))
    learners.prompt_baselines(4, 2, 0, prompt_lengths=(3,), n_prompts=40, steps=2, neurons=2)
    np.testing.assert_allclose(tried["penalties"], 2 * [[0.001, 0.01, 0.1, 1, 10, 100]])
    assert tried["step_size"] == 2 * [0.03, 0.1, 0.3]


@pytest.mark.claim("gpt2-probe")
def test_the_probe_on_matrices_that_are_known():
    S = np.eye(5)[:2]
    inside = probing.probe(np.array([[3.0, 1, 0, 0, 0], [1, -2, 0, 0, 0], [1, 1, 0, 0, 0]]), S)
    assert inside.share == pytest.approx(1)
    np.testing.assert_allclose(inside.cosines, 1, rtol=1e-12)
    angle = 0.3
    turned = np.array([[0, 5 * np.cos(angle), 5 * np.sin(angle), 0, 0], [2.0, 0, 0, 0, 0]])
    found = probing.probe(np.vstack([turned, [0, 0, 0, 0, 0.1]]), S)
    np.testing.assert_allclose(found.cosines, [1, np.cos(angle)], rtol=1e-9)
    assert found.share == pytest.approx((4 + 25 * np.cos(angle) ** 2) / 29.01)
    with pytest.raises(ValueError, match="rows"):
        probing.probe(np.ones((1, 5)), S)


@pytest.mark.claim("gpt2-long")
@pytest.mark.claim("gpt2-probe")
def test_a_probed_run_is_the_run_that_is_not_stopped():
    probed = probing.probed_course(4, 2, 3, steps=12, every=4, final=8, n_prompts=64, **SMALL)
    whole = paper.course(4, 2, 3, steps=12, every=4, n_prompts=64, **SMALL)
    for name in ("steps", "none", "last", "mean", "standard_error"):
        assert probed[name] == whole[name], name
    assert probed["window"][-1] == pytest.approx(np.mean(whole["last"][-2:]), abs=1e-5)
    assert np.shape(probed["cosines"]) == (3, 2)
    with pytest.raises(ValueError, match="every"):
        probing.probed_course(4, 2, 3, steps=10, every=4, **SMALL)


def test_stored_runs_are_read():
    long = probing.stored_probes(16, 3)
    assert long.cosines.shape == (len(long.seeds), long.steps.size, 3)
    assert long.exits(10.0).tolist() == [long.steps[0]] * len(long.seeds)
    assert long.found(-1.0).tolist() == [long.steps[0]] * len(long.seeds)
    alone = learners.stored_baselines(16, 2)
    assert alone.kernel.shape == alone.lengths.shape
    for read in (probing.stored_probes, learners.stored_baselines):
        with pytest.raises(KeyError, match="d = 3"):
            read(3, 2)

"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
import torch
import torch._dynamo  # optimisers load it: once, not in every process of the audit
from scipy.linalg import subspace_angles

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis import figure_settings, learning_runs, network, readouts

NAMES = ("task_rng", "input_rng", "noise_rng")


@pytest.mark.claim("kns-best-keys")
def test_best_keys_point_by_point():
    f = np.array([[0.5, -1.2], [1.4, 0.3], [-0.7, 0.9]])
    variances, mixed = np.array([0.8, 0.3]), np.array([[0.8, 0.2], [0.2, 0.3]])
    for covariance in (variances, mixed):
        found = ni.best_key_features(f, covariance, noise=0.6, tail=0.25)
        for row, (a, b) in zip(found, f):
            variance = 0.8 * a * a + 0.3 * b * b
            variance += 0.0 if covariance is variances else 2 * 0.2 * a * b
            np.testing.assert_allclose(row, np.array([a, b]) / (variance + 0.25 + 0.36))


def sampled_risk(readout, basis, variances, n, noise, draws, n_queries, rng):
    """Mean and error over inputs of the risk of the posterior mean in the features."""
    values, vectors = np.linalg.eigh(readout.covariance)
    root, risks = vectors * np.sqrt(np.maximum(values, 0.0)), []
    for _ in range(draws):
        x = rng.random((n + n_queries, basis.d))
        psi, f = readout.features(x) @ root, basis.evaluate(x)
        precision = np.eye(len(root)) + psi[:n].T @ psi[:n] / readout.noise**2
        w = psi[n:] @ np.linalg.solve(precision, psi[:n].T) / readout.noise**2
        miss = w @ f[:n] - f[n:]
        risks.append(np.mean(miss**2 @ variances + noise**2 * np.sum(w**2, axis=1)))
    return np.mean(risks), np.std(risks, ddof=1) / math.sqrt(draws)


@pytest.mark.claim("kns-learned-basis")
def test_risk_of_a_readout_draw_by_draw():
    basis = fs.random_trigonometric_basis(3, 3, 6, np.random.default_rng(0))
    variances, covariance = np.array([1.0, 0.8, 0.6]), np.array([[0.9, 0.2], [0.2, 0.5]])
    way = readouts.Readout(lambda x: basis.evaluate(x)[:, :2], covariance, 0.4)
    settings = {"prompt_length": 5, "noise": 0.3, "draws": 4, "n_queries": 3}
    found = readouts.readout_risk(way, basis, variances, rng=np.random.default_rng(1), **settings)
    want = sampled_risk(way, basis, variances, 5, 0.3, 4, 3, np.random.default_rng(1))
    np.testing.assert_allclose(found, want, rtol=1e-10)


@pytest.mark.claim("kns-learned-seeds")
@pytest.mark.claim("kns-one-query")
@pytest.mark.parametrize("kind", [{}, {"every_token": False, "batch_size": 4}])
def test_a_learning_run_from_its_parts(kind):
    T, seed, n, length, noise = 9, 3, 6, 5, math.sqrt(0.1)
    of_basis, of_tests, *streams = np.random.SeedSequence([seed, 7]).spawn(5)
    variances = np.array([1.0, 0.8, 0.6])
    basis = fs.random_trigonometric_basis(3, 3, 10, np.random.default_rng(of_basis))
    prompts = ni.sample_function_prompts(
        basis, variances, n_tasks=T, prompt_length=n, noise=noise,
        **dict(zip(NAMES, map(np.random.default_rng, streams))),
    )  # fmt: skip
    training = network.Training(steps=3, seed=seed, **kind)
    model = network.learn_basis(prompts, network.Architecture(), training).model
    nodes = (np.arange(512)[:, None] + 0.5) / 512
    learned, true = network.feature_values(model, nodes), basis.evaluate(nodes)
    ways = {
        "learned": readouts.pretrained_readout(
            lambda x: network.feature_values(model, x), prompts, nodes, np.full(512, 1 / 512),
            noise=noise,
        ),
        "scratch": readouts.Readout(fs.FourierBasis(40).evaluate, 2.4 / 40 * np.eye(40), noise),
        "bayes": readouts.Readout(basis.evaluate, np.diag(variances), noise),
    }  # fmt: skip
    found = learning_runs.learning_run(
        T, seed, prompt_length=n, steps=3, prompt_lengths=(2, length), **kind
    )
    cosines = np.sort(np.cos(subspace_angles(true, learned)))[::-1]
    np.testing.assert_allclose(found["cosines"], cosines, atol=1e-3)
    missed = true - learned @ np.linalg.lstsq(learned, true, rcond=None)[0]
    assert found["missed"] == pytest.approx(np.mean(missed**2, axis=0) @ variances, rel=1e-2)
    child = np.random.SeedSequence(int(of_tests.generate_state(1)[0])).spawn(2)[1]
    for name, way in ways.items():
        rng = np.random.default_rng(child)
        want, _ = sampled_risk(way, basis, variances, length, noise, 40, 25, rng)
        assert found[name][1] == pytest.approx(want, rel=1e-2), name


@pytest.mark.claim("kns-figure-settings")
@pytest.mark.parametrize("every_token", [False, True])
def test_a_figure_run_step_by_step(every_token):
    """Adam on the answers sum_i y_i phi(x_i) Gamma phi(x_q) / n, written out."""
    sizes = {"prompt_length": 3, "n_tasks": 7, "epochs": 2, "batch_size": 4, "n_test_tasks": 5}
    found = figure_settings.figure_run(
        "linear", 2, **sizes, step_size=0.01, every_token=every_token
    )
    functions, variances = figure_settings.wavelet_tasks(2)
    streams = map(np.random.default_rng, np.random.SeedSequence([2, 1]).spawn(3))
    given = {"prompt_length": 3, "noise": math.sqrt(0.1), **dict(zip(NAMES, streams))}
    seen, fresh = (
        ni.sample_function_prompts(functions, variances, n_tasks=T, **given) for T in (7, 5)
    )
    generator = torch.Generator().manual_seed(2)
    model = figure_settings.MODELS["linear"](generator, 32)

    def answer(X, y, query):
        keys = model.phi(2 * torch.tensor(X) - 1)
        last = model.phi(2 * torch.tensor(query) - 1)
        return (torch.tensor(y) @ keys) @ model.Gamma @ last / len(y)

    def squares(t):
        tokens, labels = np.vstack([seen.X[t], seen.query[t]]), np.append(seen.y[t], 0)
        labels[-1] = seen.query_label[t]
        places = range(4) if every_token else [3]
        parts = [
            answer(np.delete(tokens, i, 0), np.delete(labels, i), tokens[i]) - labels[i]
            for i in places
        ]
        return torch.stack(parts).square().mean()

    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(2):
        losses = []
        for batch in torch.randperm(7, generator=generator).split(4):
            parts = torch.stack([squares(int(t)) for t in batch])
            optimiser.zero_grad()
            parts.mean().backward()
            optimiser.step()
            losses += parts.tolist()
        assert found["train"][epoch] == pytest.approx(np.mean(losses), rel=1e-3)
        with torch.no_grad():
            triples = zip(fresh.X, fresh.y, fresh.query)
            answers = np.array([float(answer(*triple)) for triple in triples])
        assert found["test"][epoch] == pytest.approx(
            np.mean((answers - fresh.target) ** 2), rel=1e-3
        )
    assert found["zero"] == pytest.approx([np.mean(fresh.target**2)], rel=1e-4)

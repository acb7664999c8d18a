"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
import torch
import torch._dynamo  # optimisers load it: once, not in every process of the audit

from iclnb.quadrature import product_rule
from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity import (
    exact_curves,
    pool_runs,
    trainable,
    transformer,
    transition,
)

NAMES = ("task_rng", "input_rng", "noise_rng")
POOL = np.array([[0.7, -1.1], [1.6, 0.4], [-0.3, 0.9], [-1.2, -0.8], [0.2, 1.5]])


def streams(seed):
    """Three generators for tasks, inputs and noise."""
    return dict(zip(NAMES, map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))))


def memory(X, y, pool, noise):
    """The posterior mean under the pool for one prompt, task by task."""
    weights = [math.exp(-sum((b - a @ w) ** 2 for a, b in zip(X, y)) / 2 / noise**2) for w in pool]
    return sum(p * w for p, w in zip(weights, pool)) / sum(weights)


def rule(X, y, noise):
    """The posterior mean under N(0, I) for one prompt, by the n x n matrix."""
    return X.T @ np.linalg.solve(X @ X.T + noise**2 * np.eye(len(y)), y)


def prompts(count, length, seed, pool=None):
    return td.sample_linear_prompts(count, length, noise=0.6, d=2, pool=pool, **streams(seed))


@pytest.mark.claim("tdv-dmmse")
@pytest.mark.parametrize("chunk", [2, 9])
def test_dmmse_task_by_task(chunk):
    data = prompts(4, 3, 1)
    found = td.dmmse(data.X, data.y, POOL, noise=0.6, chunk=chunk)
    want = [memory(X, y, POOL, 0.6) for X, y in zip(data.X, data.y)]
    np.testing.assert_allclose(found, want, rtol=1e-10)


def memory_risk(pool, draws, seed, own):
    """Mean squared error of dMMSE prompt by prompt, and its error."""
    data = prompts(draws, 3, seed, pool if own else None)
    losses = [
        np.sum((memory(X, y, pool, 0.6) - w) ** 2) for X, y, w in zip(data.X, data.y, data.tasks)
    ]
    return np.mean(losses), np.std(losses, ddof=1) / math.sqrt(draws)


@pytest.mark.claim("tdv-slow-decay")
@pytest.mark.parametrize("own", [True, False])
def test_risk_of_dmmse_prompt_by_prompt(own):
    found = td.dmmse_risk(POOL, 3, noise=0.6, draws=300, seed=2, own_pool=own)
    np.testing.assert_allclose(found, memory_risk(POOL, 300, 2, own), rtol=1e-10)


def best_attention(S, n, noise):
    """The least-squares matrix in the eigenvectors of S."""
    values, vectors = np.linalg.eigh(S)
    shrunk = values / ((1 + 1 / n) * values + (values.sum() + noise**2) / n)
    return (vectors * shrunk) @ vectors.T


@pytest.mark.claim("tdv-attention-ratio")
def test_the_best_attention_by_its_eigenvectors():
    S = np.array([[1.3, 0.4, -0.2], [0.4, 0.7, 0.1], [-0.2, 0.1, 0.5]])
    found = td.attention_gamma(S, 6, noise=0.7)
    np.testing.assert_allclose(found, best_attention(S, 6, 0.7), rtol=1e-12)


@pytest.mark.claim("tdv-two-rules")
def test_curves_pool_by_pool():
    found = exact_curves.pool_curves(
        [2, 4], d=2, prompt_length=3, noise=0.6, pools=3, draws=20, seed=5
    )
    np.testing.assert_array_equal(found.sizes, [2, 4])
    for k, M in enumerate((2, 4)):
        rows = []
        for i in range(3):
            pool = np.random.default_rng([5, i]).standard_normal((M, 2))
            S = np.mean([np.outer(w, w) for w in pool], axis=0)
            G = best_attention(S, 3, 0.6)
            A = (1 + 1 / 3) * np.eye(2) + (2 + 0.36) / 3 * np.eye(2)
            attention = 2 - 2 * np.trace(G) + np.trace(G.T @ A @ G)
            rows.append([*(memory_risk(pool, 20, i, own)[0] for own in (False, True)), attention])
        (new, own, attention), error = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1)
        error /= math.sqrt(3)
        want = (new, error[0], own, error[1], attention)
        np.testing.assert_allclose([column[k] for column in found[1:]], want, rtol=1e-10)


@pytest.mark.claim("tdv-lu-many-prompts")
def test_a_simulated_error_by_dense_least_squares():
    setting = td.LuSetting(3, 2.2, 1.4, 1.8, 0.5)
    rng = np.random.default_rng(3)
    data = td.sample_pretraining(setting, rng, tasks=td.sphere_tasks(4, 3, rng))
    design = np.einsum("ti,tj->tij", data.queries, data.keys).reshape(len(data.keys), 12)
    Gamma = np.linalg.lstsq(design, data.query_label, rcond=None)[0].reshape(3, 4)
    length, rho = 5, 0.25
    H = np.diag([1 + 1 / length + 3 * (1 + rho) / length] * 3 + [(1 + rho) ** 2 * 1.4])
    want = 1 + rho - 2 / 3 * np.trace(Gamma[:, :3]) + np.trace(Gamma @ H @ Gamma.T) / 3
    found = td.simulated_errors(setting, np.random.default_rng(3)).new
    assert found == pytest.approx(want, rel=1e-9)


@pytest.mark.claim("tdv-lu-stored-runs")
@pytest.mark.claim("tdv-lu-diversity")
def test_a_study_of_sizes_by_the_normal_equations():
    setting, counts = {"kappa": 1.4, "alpha": 1.8, "noise": 0.5}, {3: 4, 4: 3, 6: 3}
    points = [{"d": d, "count": n, "result": td.size_run(d, 2.2, count=n, **setting)}
              for d, n in counts.items()]  # fmt: skip
    errors = td.pooled(points)
    found = td.size_study(errors, order=1)
    runs = []
    for d, count in counts.items():
        at = td.LuSetting(d, 2.2, **setting)
        rngs = [np.random.default_rng([d, i]) for i in range(count)]
        runs.append([td.simulated_errors(at, rng).new for rng in rngs])
    means = np.array([sum(run) / len(run) for run in runs])
    spread = np.array([np.std(run, ddof=1) / math.sqrt(len(run)) for run in runs])
    np.testing.assert_array_equal(errors.sizes, [3, 4, 6])
    np.testing.assert_allclose(errors.means, means, rtol=1e-7)
    np.testing.assert_allclose(errors.standard_errors, spread, rtol=1e-7)
    design = np.column_stack([np.ones(3), 1 / errors.sizes])
    normal = np.linalg.inv(design.T @ (design / spread[:, None] ** 2))
    limit, slope = normal @ design.T @ (means / spread**2)
    want = (limit, math.sqrt(normal[0, 0]), slope, slope, 1)
    np.testing.assert_allclose(found.fit, want, rtol=1e-6)


SMALL = trainable.TrainingSetting(
    d=2, prompt_length=3, noise=0.6, unrolled=2, width=5, steps=13, batch_size=4, step_size=0.02
)


@pytest.mark.claim("tdv-slide-ridge")
def test_training_of_the_small_model_step_by_step():
    """A rise over one step, then a cosine over twelve; the gradient is cut at norm one."""
    found = trainable.train(SMALL, POOL, seed=4)
    model = trainable.UnrolledModel(SMALL, torch.Generator().manual_seed(4))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=0.0)
    given = streams(4)
    for step in range(13):
        data = td.sample_linear_prompts(4, 3, noise=0.6, pool=POOL, **given)
        miss = model(torch.tensor(data.X), torch.tensor(data.y)) - torch.tensor(data.tasks)
        loss = (miss**2).sum() / 4
        assert found.losses[step] == pytest.approx(loss.item(), rel=1e-9)
        optimiser.zero_grad()
        loss.backward()
        norm = math.sqrt(sum(float((p.grad**2).sum()) for p in model.parameters()))
        for parameter in model.parameters():
            parameter.grad /= max(1.0, norm + 1e-6)
        done = max(0, step - 1) / 12
        optimiser.param_groups[0]["lr"] = 0.02 * math.cos(math.pi * done / 2) ** 2
        optimiser.step()
    assert len(found.losses) == 13


@pytest.mark.claim("tdv-transition")
def test_a_transition_from_its_models():
    found = transition.transition(SMALL, (2, 4), seed=6, draws=7)
    np.testing.assert_array_equal(found.sizes, [2, 4])
    whole = np.random.default_rng(6).standard_normal((4, 2))
    for k, M in enumerate((2, 4)):
        model = trainable.train(SMALL, whole[:M], seed=6).model
        columns, risks = [], []
        for pool in (whole[:M], None):
            data = prompts(7, 3, 7, pool)
            with torch.no_grad():
                guess = model(torch.tensor(data.X), torch.tensor(data.y)).numpy()
            pairs = list(zip(data.X, data.y))
            near = [memory(*pair, whole[:M], 0.6) for pair in pairs]
            columns.append(np.mean((guess - near) ** 2))
            columns.append(np.mean((guess - [rule(*pair, 0.6) for pair in pairs]) ** 2))
            risks.append(2 * np.mean((guess - data.tasks) ** 2))
        got = [column[k] for column in found[1:]]
        np.testing.assert_allclose(got, columns + risks, rtol=1e-9)


TINY = {"d": 2, "prompt_length": 3, "layers": 1, "width": 4, "heads": 2, "noise": 0.6}
TINY |= {"steps": 5, "batch_size": 6, "step_size": 0.01}


@pytest.mark.claim("tdv-paper-threshold")
def test_training_of_the_transformer_step_by_step():
    """The rate rises and falls linearly: 2, 4, 5, 4, 2 fifths of its highest value."""
    setting = transformer.TransformerSetting(**TINY)
    found = transformer.train_transformer(setting, POOL, seed=8)
    model = transformer.CausalTransformer(setting, torch.Generator().manual_seed(8))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.0)
    given = streams(8)
    for step, fifths in enumerate((2, 4, 5, 4, 2)):
        data = td.sample_linear_prompts(6, 3, noise=0.6, pool=POOL, **given)
        X, y = (torch.tensor(part, dtype=torch.float32) for part in (data.X, data.y))
        loss = sum((model(X, y)[:, k] - y[:, k]).square().mean() for k in range(3)) / 3
        assert found.losses[step] == pytest.approx(loss.item(), rel=1e-4)
        optimiser.zero_grad()
        loss.backward()
        optimiser.param_groups[0]["lr"] = 0.01 * fifths / 5
        optimiser.step()
    assert len(found.losses) == 5


def before(X, y, answer):
    """Predictions of every label from the examples before it."""
    return [[answer(x[:k], b[:k]) @ x[k] for k in range(len(b))] for x, b in zip(X, y)]


@pytest.mark.claim("tdv-transformer")
def test_a_pool_run_from_its_model():
    found = pool_runs.pool_run(3, 9, draws=5, records=2, **TINY)
    pool = np.random.default_rng(9).standard_normal((3, 2))
    setting = transformer.TransformerSetting(**TINY)
    model, losses = transformer.train_transformer(setting, pool, seed=9)
    want = {}
    for kind, given in (("pool", pool), ("new", None)):
        data = prompts(5, 3, [9, 1], given)
        with torch.no_grad():
            seen = (torch.tensor(part, dtype=torch.float32) for part in (data.X, data.y))
            guess = model(*seen).numpy()
        ridge = before(data.X, data.y, lambda X, y: rule(X, y, 0.6))
        near = before(data.X, data.y, lambda X, y: memory(X, y, pool, 0.6))
        truth = [X @ w for X, w in zip(data.X, data.tasks)]
        want[f"{kind}_ridge"] = np.mean((guess - ridge) ** 2) / 2
        want[f"{kind}_dmmse"] = np.mean((guess - near) ** 2) / 2
        want[f"{kind}_error"] = np.mean((guess - truth) ** 2)
        want["ridge_error"] = np.mean(np.subtract(ridge, truth) ** 2)
    assert found.pop("loss") == pytest.approx([losses[:3].mean(), losses[3:].mean()], abs=1e-3)
    assert found == pytest.approx(want, rel=1e-3)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_errors_on_whole_prompts_by_quadrature(length):
    """Every example drawn: three nodes an axis are exact for what has degree four in each."""
    setting = td.LuSetting(2, 1.0, 1.5, length / 2, 0.7)
    assert setting.prompt_length == length
    Gamma = np.array([[0.8, -0.3, 0.25], [0.15, 0.6, -0.4]])
    angles = np.array([0.4, 1.3, 3.1])
    pool = math.sqrt(2) * np.column_stack([np.cos(angles), np.sin(angles)])
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    rule = product_rule([(nodes, weights / weights.sum())] * (3 * length + 2))
    X = rule.nodes[:, : 2 * length].reshape(-1, length, 2) / math.sqrt(2)
    query, noise = rule.nodes[:, -2:] / math.sqrt(2), 0.7 * rule.nodes[:, 2 * length : -2]

    def error(w):
        y = X @ w + noise
        keys = [2 / length * np.einsum("pl,pli->pi", y, X), np.mean(y**2, axis=1)[:, None]]
        answers = np.sum(query * (np.hstack(keys) @ Gamma.T), axis=1)
        return rule.weights @ (query @ w - answers) ** 2 + 0.7**2

    want = np.mean([error(w) for w in pool])
    assert td.pool_task_error(Gamma, setting, pool) == pytest.approx(want, rel=1e-12)
    around = np.arange(5) * math.tau / 5 + 0.2  # degree four on the circle
    circle = math.sqrt(2) * np.column_stack([np.cos(around), np.sin(around)])
    want = np.mean([error(w) for w in circle])
    assert td.new_task_error(Gamma, setting) == pytest.approx(want, rel=1e-12)

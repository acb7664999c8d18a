"""The trainable models: derivation checks and a short training; no long run."""

import numpy as np
import pytest
import torch

from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity.trainable import (
    TrainingSetting,
    UnrolledModel,
    crossing,
    distances,
    estimates,
    train,
)
from iclnb.statistics.task_diversity.transformer import (
    CausalTransformer,
    TransformerSetting,
    train_transformer,
    transformer_predictions,
)
from tools.paper import FULL, RUNS


def prompts(batch, context, dimension, seed=0):
    names = ("task_rng", "input_rng", "noise_rng")
    streams = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    return td.sample_linear_prompts(
        batch, context, noise=0.5, d=dimension, **dict(zip(names, streams))
    )


def test_unrolled_steps_are_gradient_descent():
    setting = TrainingSetting(d=3, unrolled=200)
    model = UnrolledModel(setting, torch.Generator().manual_seed(0))
    data = prompts(20, 16, 3)
    # The perceptron starts at zero; with P = I/2 and many steps the answer is least squares.
    want = [np.linalg.lstsq(X, y, rcond=None)[0] for X, y in zip(data.X, data.y)]
    assert np.median(np.abs(estimates(model, data) - want)) < 1e-6
    short = UnrolledModel(TrainingSetting(d=3, unrolled=2), torch.Generator().manual_seed(0))
    X, y = data.X[0], data.y[0]
    c, S = X.T @ y / 16, X.T @ X / 16
    w = 0.5 * c
    w = w + 0.5 * (c - S @ w)
    np.testing.assert_allclose(estimates(short, data)[0], w, atol=1e-13)


def test_training_moves_towards_the_pool_and_is_reproducible():
    setting = TrainingSetting(steps=250, width=48, batch_size=128)
    pool = td.sample_pool(4, 4, np.random.default_rng(0))
    trained = train(setting, pool, seed=1)
    again = train(setting, pool, seed=1)
    np.testing.assert_array_equal(trained.losses, again.losses)
    result = distances(trained.model, setting, pool, draws=2000, seed=5)
    # Four tasks are memorised first: nearer to dMMSE than to ridge on both kinds of tasks.
    assert result.pool_dmmse < result.pool_ridge
    free = train(setting, None, seed=1)
    other = distances(free.model, setting, pool, draws=2000, seed=5)
    assert other.new_ridge < 0.1 * other.new_dmmse
    assert other.new_ridge < result.new_ridge
    assert result.pool_risk < other.pool_risk


def test_crossing():
    M = [4.0, 16.0, 64.0]
    assert crossing(M, [1.0, 2.0, 4.0], [4.0, 2.0, 1.0]) == pytest.approx(16.0)
    assert crossing(M, [1.0, 1.0, 4.0], [4.0, 4.0, 1.0]) == pytest.approx(32.0)
    assert crossing(M, [1.0, 1.0, 1.0], [4.0, 4.0, 4.0]) is None


def test_transformer_is_causal_and_trains():
    setting = TransformerSetting(
        d=2, prompt_length=5, layers=2, width=16, heads=2, steps=60, batch_size=64, step_size=1e-2
    )
    torch.manual_seed(0)
    state = torch.get_rng_state()
    result = train_transformer(setting, None, seed=0)
    assert torch.equal(torch.get_rng_state(), state)  # the global generator is not touched
    assert result.losses[-10:].mean() < result.losses[:10].mean()
    data = prompts(8, 5, 2)
    base = transformer_predictions(result.model, data)
    assert base.shape == (8, 5)
    changed = data.y.copy()
    changed[:, 3] += 10.0
    moved = transformer_predictions(result.model, data._replace(y=changed))
    np.testing.assert_allclose(moved[:, :4], base[:, :4], atol=1e-6)
    assert np.abs(moved[:, 4] - base[:, 4]).max() > 1e-4
    torch.manual_seed(123)
    again = CausalTransformer(setting, torch.Generator().manual_seed(0))
    torch.manual_seed(456)
    twin = CausalTransformer(setting, torch.Generator().manual_seed(0))
    for first, second in zip(again.parameters(), twin.parameters()):
        assert torch.equal(first, second)
    paper = TransformerSetting()
    assert (paper.layers, paper.width, paper.heads, paper.d) == (8, 128, 2, 8)


def test_the_start_of_gpt2_is_smaller_where_the_residual_stream_is_written():
    shape = {"d": 2, "prompt_length": 3, "layers": 8, "width": 16, "heads": 2}
    plain, scaled = (
        dict(
            CausalTransformer(
                TransformerSetting(**shape, residual_start=published),
                torch.Generator().manual_seed(5),
            ).named_parameters()
        )
        for published in (False, True)
    )
    smaller = [name for name in plain if not torch.equal(plain[name], scaled[name])]
    assert len(smaller) == 2 * 8  # one map after attention and one after the perceptron, per block
    for name in smaller:
        assert name.endswith(("out_proj.weight", "linear2.weight"))
        torch.testing.assert_close(scaled[name], plain[name] / 4)
    stacked = torch.cat([scaled[name].ravel() for name in smaller])
    assert stacked.std().item() == pytest.approx(0.02 / 16**0.5, rel=0.03)


def test_the_published_configuration_starts_as_published():
    assert all(point["residual_start"] for point in FULL["task-diversity-paper"].points)
    stored = [p for p in RUNS["task-diversity-transformer"].points if "residual_start" in p]
    assert not stored


def test_bad_input():
    for bad in ({"steps": 0}, {"d": -1}, {"noise": 0.0}, {"step_size": -1.0}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            TrainingSetting(**bad)
    with pytest.raises(ValueError, match="heads"):
        TransformerSetting(width=10, heads=3)
    with pytest.raises(ValueError, match="to_dmmse must have shape"):
        crossing([1.0, 2.0], [1.0], [1.0])

"""A stack of Transformers on pools is its Transformers, one by one."""

import numpy as np
import pytest
import torch

from iclnb.stacks.blocks import stack_parameters, stacked_forward
from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity.pool_runs import pool_run, pool_stack, stacked_pool_run
from iclnb.statistics.task_diversity.pool_stack import PoolStack, transformer_shape
from iclnb.statistics.task_diversity.transformer import (
    CausalTransformer,
    TransformerSetting,
    alternating,
    draw_prompts,
    memory_predictions,
    prompt_generator,
    train_transformer,
)

TINY = {"d": 2, "prompt_length": 3, "layers": 2, "width": 8, "heads": 2, "batch_size": 16,
        "steps": 12, "step_size": 1e-2, "on_device": True}  # fmt: skip
SETTING = TransformerSetting(**TINY)
POOLS, SEEDS = [4, None, 7], [0, 1, 1]


def stack(**changes):
    setting = TransformerSetting(**{**TINY, **changes})
    return PoolStack(setting, POOLS, SEEDS, records=3, chunk=3)


def never(step, seconds):
    return False


def test_the_outputs_are_those_of_the_models_in_float64():
    models = []
    for seed in (1, 2, 3):
        model = CausalTransformer(SETTING, torch.Generator().manual_seed(seed)).double()
        with torch.no_grad():  # far from the start, so that no branch is negligible
            for parameter in model.parameters():
                noise = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed))
                parameter += 0.3 * noise
        models.append(model)
    X = torch.randn(3, 4, 3, 2, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    y = X[..., 0] ** 2
    tokens = torch.stack([alternating(X[s], y[s]) for s in range(3)])
    parameters = stack_parameters([model.state_dict() for model in models])
    out = stacked_forward(parameters, transformer_shape(SETTING), tokens, torch.arange(6))
    for s, model in enumerate(models):
        torch.testing.assert_close(out[s, :, ::2], model(X[s], y[s]), rtol=1e-11, atol=1e-11)
        assert (model(X[s], y[s])).abs().min() > 1e-3
    with pytest.raises(ValueError, match="same names and shapes"):
        stack_parameters([models[0].state_dict(), {}])
    with pytest.raises(ValueError, match="empty"):
        stack_parameters([])


def test_each_run_is_the_run_alone():
    runs = stack()
    assert runs.train(never)
    assert runs.every == 4
    for i in range(3):
        alone, losses = train_transformer(SETTING, runs.pools[i], seed=SEEDS[i])
        np.testing.assert_allclose(runs.losses(i), losses.reshape(3, 4).mean(1), rtol=1e-5)
        for name, value in alone.state_dict().items():  # float32, Adam divides by small roots
            torch.testing.assert_close(runs.model_state(i)[name], value, rtol=1e-3, atol=1e-4)


def test_records_are_joined_to_pieces():
    """A run can be stopped at records; a piece of the loss may hold several."""
    runs = stack()
    runs.every = 2
    runs.train(never)
    assert [row[0] for row in runs.records[0]] == [2, 4, 6, 8, 10, 12]
    whole = stack()
    whole.train(never)
    np.testing.assert_allclose(runs.losses(0), whole.losses(0), rtol=1e-12)
    assert PoolStack(TransformerSetting(on_device=True), [4], [0], records=50).every == 1000


def test_stopped_in_the_middle_and_gone_on_is_not_stopped():
    whole, first, second = stack(), stack(), stack()
    whole.train(never)
    assert not first.train(lambda step, seconds: step == 8)
    second.load([first.state(i) for i in range(3)])
    assert second.train(never)
    for name, value in whole.parameters.items():
        assert torch.equal(value, second.parameters[name])
    assert [whole.losses(i) for i in range(3)] == [second.losses(i) for i in range(3)]
    assert first.identity(0) != first.identity(2)


def test_a_stacked_run_measures_what_the_run_alone_does():
    shared = {**TINY, "records": 3, "draws": 200}
    points = [{"n_tasks": M, "seed": s, **shared} for M, s in zip(POOLS, SEEDS)]
    runs = pool_stack(points, device="cpu")
    runs.train(never)
    for i, point in enumerate(points):
        alone, together = pool_run(**point), stacked_pool_run(runs, i, draws=200)
        assert together.keys() == alone.keys()
        for name, value in alone.items():
            np.testing.assert_allclose(together[name], value, rtol=1e-3, atol=1e-4)
    with pytest.raises(ValueError, match="differ in n_tasks and seed only"):
        pool_stack([points[0], {**points[1], "steps": 24}], device="cpu")


def test_prompts_on_the_device_have_the_law_of_the_pool():
    pool = torch.tensor([[1.0, 2.0], [-3.0, 0.5]])
    setting = TransformerSetting(d=2, prompt_length=3, batch_size=500, on_device=True)
    X, y = draw_prompts(setting, pool, 20, prompt_generator(0, "cpu"))
    residuals = torch.stack([y - X @ task for task in pool])  # (2, steps, B, n)
    own = residuals.square().sum(-1).argmin(0)
    rest = torch.gather(residuals, 0, own[None, ..., None].expand(1, 20, 500, 3))[0]
    # 30 000 numbers, of standard error about .002 (and the choice of the task makes less of it)
    assert 0.45 < rest.std() < 0.505
    assert abs(own.double().mean() - 0.5) < 0.03
    assert abs(X.std() - 1) < 0.02
    _, labels = draw_prompts(setting, None, 20, prompt_generator(0, "cpu"))
    assert abs(labels.square().mean() - 2.25) < 0.1  # d + noise^2


def test_dmmse_of_all_prefixes_at_once_is_dmmse():
    rng = np.random.default_rng(3)
    pool = td.sample_pool(50, 4, rng)
    prompts = td.sample_linear_prompts(
        30, 7, noise=0.3, pool=pool, task_rng=rng, input_rng=rng, noise_rng=rng
    )
    found = memory_predictions(prompts.X, prompts.y, pool, noise=0.3)
    exact = td.prefix_predictions(prompts.X, prompts.y, noise=0.3, pool=pool)
    np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-9)


def test_mixed_precision_is_close_and_not_the_same():
    single, mixed = stack(), stack(precision="bfloat16")
    for runs in (single, mixed):
        runs.train(never)
    for i in range(3):
        np.testing.assert_allclose(mixed.losses(i), single.losses(i), rtol=0.05)
        assert mixed.losses(i) != single.losses(i)
        pool = single.pools[i]
        losses = train_transformer(mixed.setting, pool, seed=SEEDS[i]).losses
        np.testing.assert_allclose(losses.reshape(3, 4).mean(1), mixed.losses(i), rtol=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pools": [4]}, "as many"),
        ({"records": 5}, "records must divide the 12 steps, got 5"),
        ({"setting": TransformerSetting(steps=12)}, "on the device"),
    ],
)
def test_what_cannot_be_stacked_is_refused(change, message):
    given = {"setting": SETTING, "pools": POOLS, "seeds": SEEDS, "records": 3, **change}
    with pytest.raises(ValueError, match=message):
        PoolStack(given.pop("setting"), given.pop("pools"), given.pop("seeds"), **given)
    with pytest.raises(ValueError, match="precision"):
        TransformerSetting(precision="half")

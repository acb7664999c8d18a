"""Transformers on pools: what one run measures."""

import numpy as np
import pytest

from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity.pool_runs import pool_run, stored_runs
from iclnb.statistics.task_diversity.transformer import TransformerSetting
from tools.paper import FULL

TINY = {"d": 2, "prompt_length": 3, "layers": 1, "width": 8, "heads": 2, "batch_size": 16}


def test_an_untrained_model_answers_nearly_zero_and_stands_where_zero_stands():
    found = pool_run(5, 3, draws=4000, steps=1, step_size=1e-9, **TINY)
    pool = td.sample_pool(5, 2, np.random.default_rng(3))
    streams = {f"{name}_rng": np.random.default_rng(i) for i, name in enumerate(("task", "input"))}
    for kind, given in (("pool", pool), ("new", None)):
        prompts = td.sample_linear_prompts(
            20000,
            3,
            noise=0.5,
            d=2,
            pool=given,
            noise_rng=np.random.default_rng(9),
            **streams,
        )
        ridge = td.prefix_predictions(prompts.X, prompts.y, noise=0.5)
        memory = td.prefix_predictions(prompts.X, prompts.y, noise=0.5, pool=pool)
        for rule, values in (("ridge", ridge), ("dmmse", memory)):
            zero = td.prediction_distance(np.zeros_like(values), values, 2)
            assert abs(found[f"{kind}_{rule}"] / zero - 1) < 0.1
    assert len(found["loss"]) == 1


def test_unlimited_tasks_have_no_dmmse():
    found = pool_run(None, 0, draws=10, steps=2, **TINY)
    assert {name for name in found if "dmmse" in name or "pool" in name} == set()
    assert found["new_ridge"] > 0


def test_training_brings_the_model_nearer_to_the_rule_of_its_pool():
    short, long = (
        pool_run(1, 0, draws=500, records=2, steps=steps, step_size=1e-2, **TINY)
        for steps in (1, 150)
    )
    assert long["pool_dmmse"] < 0.3 * short["pool_dmmse"]
    again = pool_run(1, 0, draws=500, records=2, steps=150, step_size=1e-2, **TINY)
    assert again == long


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"n_tasks": 0}, "n_tasks"),
        ({"seed": -1}, "seed"),
        ({"draws": 0}, "draws"),
        ({"heads": 3}, "width"),
        ({"records": 0}, "records"),
    ],
)
def test_bad_input(wrong, named):
    with pytest.raises(ValueError, match=named):
        pool_run(**{"n_tasks": 2, "seed": 0, "steps": 1, **TINY, **wrong})


@pytest.mark.claim("tdv-transformer")
def test_a_tiny_transformer_with_two_tasks_is_nearer_to_dmmse():
    setting = {**TINY, "prompt_length": 4, "width": 16, "batch_size": 64, "step_size": 5e-3}
    found = pool_run(2, 5, draws=1000, records=4, steps=500, **setting)
    for kind in ("pool", "new"):
        assert found[f"{kind}_dmmse"] < 0.6 * found[f"{kind}_ridge"]


@pytest.mark.claim("tdv-transformer")
def test_the_stored_runs_stand_where_the_two_rules_allow():
    """The triangle inequality with the distance of the two rules, computed anew."""
    runs = stored_runs()
    rng = np.random.default_rng(0)
    for i, seed in enumerate(runs.seeds):
        for k, M in enumerate(runs.sizes.astype(int)):
            if np.isnan(runs.new_ridge[i, k]):
                continue
            pool = td.sample_pool(M, 4, np.random.default_rng(seed))
            for kind, given in (("pool", pool), ("new", None)):
                prompts = td.sample_linear_prompts(
                    2000,
                    8,
                    noise=0.5,
                    d=4,
                    pool=given,
                    task_rng=rng,
                    input_rng=rng,
                    noise_rng=rng,
                )
                seen = (prompts.X, prompts.y)
                rules = [td.prefix_predictions(*seen, noise=0.5, pool=p) for p in (None, pool)]
                apart = td.prediction_distance(*rules, 4) ** 0.5
                sides = [
                    getattr(runs, f"{kind}_{rule}")[i, k] ** 0.5 for rule in ("dmmse", "ridge")
                ]
                assert abs(sides[0] - sides[1]) < 1.05 * apart
                assert sum(sides) > 0.95 * apart
    # Ridge is the Bayes rule of new tasks.
    assert not (runs.new_error <= runs.ridge_error).any()
    few, many = runs.sizes == 4, runs.sizes >= 64
    assert (runs.new_dmmse < runs.new_ridge)[:, few].all()
    assert not (runs.new_dmmse <= runs.new_ridge)[:, many].any()
    assert np.isfinite(runs.new_ridge[0]).all()
    assert (runs.leaning()[:, :, few] == -1).all()
    for kind in ("pool", "new"):
        assert all(4 < M < 64 for M in runs.crossings(kind))
    with pytest.raises(ValueError, match="kind"):
        runs.crossings("old")


def test_the_published_configuration_can_be_named():
    run = FULL["task-diversity-paper"]
    assert run.function == f"{pool_run.__module__}.{pool_run.__name__}"
    full = [point for point in run.points if point["steps"] == 500_000]
    assert sorted(point["n_tasks"] for point in full) == [2**k for k in range(1, 21)]
    short = [point for point in run.points if point not in full]
    assert sorted(point["n_tasks"] for point in short) == [2**k for k in range(4, 19)]
    for point in run.points:
        own = {k: v for k, v in point.items() if k not in ("n_tasks", "seed", "records", "device")}
        setting = TransformerSetting(**own)
        assert (setting.layers, setting.width, setting.heads) == (8, 128, 2)
        assert (setting.d, setting.prompt_length, setting.noise) == (8, 16, 0.5)
        assert setting.batch_size == 256

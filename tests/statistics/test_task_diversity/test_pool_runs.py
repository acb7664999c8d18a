"""Transformers on pools: what one run measures."""

import numpy as np
import pytest

from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity.pool_runs import pool_run

TINY = {"dimension": 2, "context": 3, "layers": 1, "width": 8, "heads": 2, "batch": 16}


def test_an_untrained_model_answers_nearly_zero_and_stands_where_zero_stands():
    found = pool_run(5, 3, draws=4000, steps=1, learning_rate=1e-9, **TINY)
    pool = td.sample_pool(5, 2, np.random.default_rng(3))
    streams = {f"{name}_rng": np.random.default_rng(i) for i, name in enumerate(("task", "input"))}
    for kind, given in (("pool", pool), ("new", None)):
        prompts = td.sample_linear_prompts(
            20000,
            3,
            noise=0.5,
            dimension=2,
            pool=given,
            noise_rng=np.random.default_rng(9),
            **streams,
        )
        ridge = td.prefix_predictions(prompts.inputs, prompts.labels, noise=0.5)
        memory = td.prefix_predictions(prompts.inputs, prompts.labels, noise=0.5, pool=pool)
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
        pool_run(1, 0, draws=500, records=2, steps=steps, learning_rate=1e-2, **TINY)
        for steps in (1, 150)
    )
    assert long["pool_dmmse"] < 0.3 * short["pool_dmmse"]
    again = pool_run(1, 0, draws=500, records=2, steps=150, learning_rate=1e-2, **TINY)
    assert again == long


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"tasks": 0}, "tasks"),
        ({"seed": -1}, "seed"),
        ({"draws": 0}, "draws"),
        ({"heads": 3}, "width"),
        ({"records": 0}, "records"),
    ],
)
def test_bad_input(wrong, named):
    with pytest.raises(ValueError, match=named):
        pool_run(**{"tasks": 2, "seed": 0, "steps": 1, **TINY, **wrong})

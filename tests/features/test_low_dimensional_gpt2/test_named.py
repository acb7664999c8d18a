"""Functions that claims name, at one generic case, by a second route."""

import time

import numpy as np
import pytest
import torch
import torch._dynamo  # optimisers load it: once, not in every process of the audit

from iclnb import scale
from iclnb.features.low_dimensional_gpt2 import no_context_error
from iclnb.features.low_dimensional_gpt2.decoder import DecoderConfig
from iclnb.features.low_dimensional_gpt2.layouts import interleaved, joint
from iclnb.features.low_dimensional_gpt2.paper import NAME, course, make_tasks, stored_course
from iclnb.features.low_dimensional_gpt2.plateau import plateau_exit
from iclnb.features.low_dimensional_gpt2.training import TrainingConfig, context_errors, train
from iclnb.features.one_gradient_step import FiniteLaw, Link


@pytest.mark.claim("gpt2-no-context")
def test_the_plateau_of_one_direction_by_hand():
    """r = 1: the sign of the task is unknown, so the odd part of the label is lost."""
    law = FiniteLaw([Link([0.3, 0.5, 0.8, -1.2])])
    expected = 0.5**2 + 1.2**2 / 6 + 0.7**2
    assert no_context_error(law, 1, noise=0.7) == pytest.approx(expected, rel=1e-13)


@pytest.mark.claim("gpt2-one-block")
def test_the_tokens_of_two_examples_and_a_query():
    X = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]])
    tokens = interleaved(X, torch.tensor([[7.0, 8.0, 9.0]]))
    rows = [[1, 2, 0], [0, 0, 7], [3, 4, 0], [0, 0, 8], [5, 6, 0]]
    assert tokens.values.tolist() == [rows]
    assert tokens.positions.tolist() == [0, 1, 2, 3, 4]
    assert tokens.mask is None
    assert tokens.readout.tolist() == [0, 2, 4]
    assert tokens.span == 5


@pytest.mark.claim("gpt2-tokens")
@pytest.mark.claim("gpt2-exit")
def test_the_first_step_below_a_level():
    steps, errors = [10, 20, 30, 40], [0.9, 0.5, 0.2, 0.4]
    assert plateau_exit(steps, errors, level=0.6) == 20.0
    assert plateau_exit(steps, errors, level=0.5) == 30.0  # below, not at
    assert plateau_exit(steps, errors, level=0.1) == float("inf")


@pytest.mark.claim("gpt2-dimension")
@pytest.mark.claim("gpt2-rank")
def test_a_course_from_its_parts(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(time, "process_time", iter((10.0, 12.5)).__next__)
        found = course(
            3, 2, 5, layers=1, width=16, heads=2, batch_size=4, prompt_length=5, step_size=1e-2,
            steps=6, warmup=2, every=3, n_prompts=20,
        )  # fmt: skip
    config = TrainingConfig(
        DecoderConfig(3, 16, 1, 2, 5), batch_size=4, prompt_length=5, step_size=1e-2, steps=6,
        seed=5, warmup=2, every=3,
    )  # fmt: skip
    tasks = make_tasks(3, 2, 5)
    model, log = train(config, tasks, joint)
    errors = context_errors(
        model, tasks, joint, n_prompts=20, prompt_length=5,
        generator=torch.Generator().manual_seed(scale.child_seed(5, "test prompts")),
        rng=scale.rng(5, "test links"),
    )  # fmt: skip
    assert found["steps"] == [3, 6]
    assert found["tokens"] == 6 * 4 * 9
    assert found["cpu_seconds"] == 2.5
    for name, expected in (
        ("none", log.errors[:, 0]),
        ("last", log.errors[:, -1]),
        ("mean", errors.mean),
        ("standard_error", errors.standard_error),
    ):
        np.testing.assert_allclose(found[name], expected, atol=6e-6)


@pytest.mark.claim("gpt2-larger")
def test_a_stored_course_is_what_the_file_says():
    found = stored_course(16, 2, width=128)
    points = [
        point
        for point in scale.stored(NAME).results["points"]
        if (point["d"], point["r"], point["width"], point.get("degree", 2)) == (16, 2, 128, 2)
    ]
    assert found.seeds == tuple(point["seed"] for point in points)
    assert found.steps.tolist() == points[0]["result"]["steps"]
    for name in ("none", "last", "mean", "standard_error"):
        assert getattr(found, name).tolist() == [point["result"][name] for point in points]

"""A stack of decoders is its decoders, one by one."""

import numpy as np
import pytest
import torch

from iclnb.features.low_dimensional_gpt2 import DecoderConfig
from iclnb.features.low_dimensional_gpt2.checkpoints import load_checkpoint, save_checkpoint
from iclnb.features.low_dimensional_gpt2.layouts import interleaved, joint, pair
from iclnb.features.low_dimensional_gpt2.paper import (
    course,
    course_stack,
    make_tasks,
    stacked_course,
)
from iclnb.features.low_dimensional_gpt2.sampling import sample_batch, sample_stack
from iclnb.features.low_dimensional_gpt2.stack import DecoderStack
from iclnb.features.low_dimensional_gpt2.training import TrainingConfig, train
from iclnb.features.one_gradient_step import SingleIndexTasks, SphereLaw

SCHEDULE = {"batch_size": 4, "prompt_length": 5, "step_size": 1e-2, "steps": 12, "warmup": 3,
            "every": 4, "precision": "float64"}  # fmt: skip
TASKS = (
    make_tasks(3, 2, 0),
    make_tasks(5, 2, 1, degree=4),
    SingleIndexTasks(np.eye(1, 4), SphereLaw(2, 3), noise=0.3),
)
#: Rounding of float64, through twelve steps of Adam, which divides by roots of small numbers.
CLOSE = {"rtol": 1e-9, "atol": 1e-11}


def settings(**changes):
    schedule = SCHEDULE | changes
    return [
        TrainingConfig(DecoderConfig(one.d, 8, 2, 2, 9), seed=seed, **schedule)
        for one, seed in zip(TASKS, (1, 2, 1))
    ]


def stack(layout=joint, **changes):
    return DecoderStack(settings(**changes), TASKS, layout, chunk=3)


def stop_at(step):
    return lambda reached, seconds: reached >= step


def never(step, seconds):
    return False


def same(model, other):
    ours, theirs = model.state_dict(), other.state_dict()
    assert ours.keys() == theirs.keys()
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], **CLOSE)


@pytest.mark.parametrize("layout", [joint, pair, interleaved])
def test_each_run_is_the_run_alone(layout):
    """Three values of d and r, two seeds, three laws, one with noise; warm-up, windows, tokens."""
    runs = stack(layout)
    assert runs.train(never)
    for i, (setting, tasks) in enumerate(zip(settings(), TASKS)):
        alone, together = train(setting, tasks, layout), runs.trained(i)
        same(alone.model, together.model)
        np.testing.assert_allclose(together.log.errors, alone.log.errors, rtol=1e-9)
        np.testing.assert_array_equal(together.log.steps, alone.log.steps)
        np.testing.assert_array_equal(together.log.tokens, alone.log.tokens)


def test_the_columns_that_a_smaller_input_does_not_have_stay_zero():
    runs = stack()
    runs.train(never)
    weight = runs.parameters["read_in.weight"].detach()
    assert weight.shape == (3, 8, 6)
    for i, tasks in enumerate(TASKS):
        assert torch.all(weight[i, :, tasks.d : 5] == 0)
        assert torch.all(weight[i, :, : tasks.d] != 0)


def test_draws_are_those_of_the_runs_alone_whatever_the_chunk():
    def sources():
        return (
            [torch.Generator().manual_seed(i) for i in range(3)],
            [np.random.default_rng(i) for i in range(3)],
        )

    generators, rngs = sources()
    drawn = [
        sample_stack(TASKS, 4, 5, steps=k, generators=generators, rngs=rngs, dtype=torch.float64)
        for k in (1, 4)
    ]
    X, y = (torch.cat(parts) for parts in zip(*drawn))
    assert X.shape == (5, 3, 4, 5, 5)
    generators, rngs = sources()
    for t in range(5):
        for s, tasks in enumerate(TASKS):
            alone = sample_batch(
                tasks, 4, 5, generator=generators[s], rng=rngs[s], dtype=torch.float64
            )
            assert torch.equal(X[t, s, :, :, : tasks.d], alone.X)
            assert torch.all(X[t, s, :, :, tasks.d :] == 0)
            torch.testing.assert_close(y[t, s], alone.y, rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="as many"):
        sample_stack(TASKS, 4, 5, steps=1, generators=generators[:2], rngs=rngs)


def test_stopped_in_the_middle_and_gone_on_is_not_stopped():
    whole, first = stack(), stack()
    whole.train(never)
    assert not first.train(stop_at(8))
    assert first.step == 8
    second = stack()
    second.load([first.state(i) for i in range(3)])
    assert second.train(never)
    for name, value in whole.parameters.items():
        assert torch.equal(value, second.parameters[name])
    for i in range(3):
        assert [row[3] for row in whole.records[i]] == [row[3] for row in second.records[i]]


def test_a_checkpoint_goes_from_a_stack_to_a_run_alone_and_back(tmp_path):
    setting, tasks = settings()[1], TASKS[1]
    whole = train(setting, tasks, joint)
    runs = stack()
    runs.train(stop_at(4))
    path = tmp_path / "one.pt"
    save_checkpoint(path, runs.identity(1), runs.state(1))
    short = settings(steps=8)[1]
    alone = train(short, tasks, joint, checkpoint=path, save_every=100)
    assert alone.log.steps.tolist() == [4, 8]
    other = DecoderStack([setting], [tasks], joint, chunk=5)
    other.load([load_checkpoint(path, other.identity(0))])
    assert other.step == 8
    assert other.train(never)
    same(whole.model, other.trained(0).model)
    np.testing.assert_allclose(other.trained(0).log.errors, whole.log.errors, rtol=1e-9)


def test_a_stacked_course_is_the_course():
    shared = {"layers": 1, "width": 16, "heads": 2, "batch_size": 4, "prompt_length": 5,
              "step_size": 1e-2, "steps": 6, "warmup": 2, "every": 3, "n_prompts": 20}  # fmt: skip
    points = [{"d": 3, "r": 2, "seed": 5, **shared}, {"d": 4, "r": 1, "seed": 6, **shared}]
    points[1]["degree"] = 3
    runs = course_stack(points, device="cpu")
    runs.train(never)
    for i, point in enumerate(points):
        alone, together = course(**point), stacked_course(runs, i, n_prompts=20)
        del alone["cpu_seconds"]
        assert together.keys() == alone.keys()
        for name, value in alone.items():  # float32, and rounded to five digits
            np.testing.assert_allclose(together[name], value, rtol=1e-4, atol=2e-5)


def test_mixed_precision_is_close_and_not_the_same():
    single, mixed = (stack(precision=one) for one in ("float32", "bfloat16"))
    for runs in (single, mixed):
        runs.train(stop_at(4))
    assert mixed.parameters["read_in.weight"].dtype == torch.float32
    for ours, theirs in zip(mixed.records, single.records):
        np.testing.assert_allclose(ours[0][3], theirs[0][3], rtol=0.1, atol=0.05)
        assert ours[0][3] != theirs[0][3]


def test_what_cannot_be_stacked_is_refused():
    mine = settings()
    with pytest.raises(ValueError, match="at least one"):
        DecoderStack([], [], joint)
    with pytest.raises(ValueError, match="share all but d and seed"):
        DecoderStack([mine[0], settings(steps=13)[1]], TASKS[:2], joint)
    with pytest.raises(ValueError, match="d = 5, the decoder reads 3"):
        DecoderStack([mine[0]], [TASKS[1]], joint)
    runs = stack()
    runs.train(stop_at(4))
    states = [runs.state(i) for i in range(3)]
    with pytest.raises(ValueError, match="one of each run, all at one step"):
        stack().load(states[:2])
    states[0]["step"] = 8
    with pytest.raises(ValueError, match="one of each run, all at one step"):
        stack().load(states)

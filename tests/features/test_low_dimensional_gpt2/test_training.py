"""Training: the objective, resumption, foreign checkpoints, and that something is learnt."""

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from iclnb.features.low_dimensional_gpt2 import DecoderConfig
from iclnb.features.low_dimensional_gpt2.checkpoints import (
    CheckpointMismatchError,
    load_checkpoint,
    save_checkpoint,
)
from iclnb.features.low_dimensional_gpt2.decoder import Decoder, predict
from iclnb.features.low_dimensional_gpt2.layouts import interleaved, joint, pair
from iclnb.features.low_dimensional_gpt2.sampling import sample_batch
from iclnb.features.low_dimensional_gpt2.training import (
    TrainingConfig,
    context_errors,
    published_training,
    run_identity,
    train,
)
from iclnb.features.one_gradient_step import FiniteLaw, Link, SingleIndexTasks, SphereLaw

TASKS = SingleIndexTasks(np.eye(2, 3), SphereLaw(2, 3), noise=0.1)


def config(**changes):
    settings = {"decoder": DecoderConfig(3, 8, 1, 2, 12), "batch_size": 4, "prompt_length": 5,
                "step_size": 1e-2, "steps": 12, "seed": 3, "warmup": 3, "every": 4,
                "precision": "float64"}  # fmt: skip
    return TrainingConfig(**(settings | changes))


def weights(trained):
    return torch.cat([p.detach().flatten() for p in trained.model.parameters()])


@pytest.mark.parametrize("layout", [joint, pair, interleaved])
def test_training_is_reproducible_and_logged(layout):
    seen = []
    first = train(config(), TASKS, layout, on_record=lambda step, errors: seen.append(step))
    second = train(config(), TASKS, layout)
    assert torch.equal(weights(first), weights(second))
    assert seen == [4, 8, 12] == first.log.steps.tolist()
    np.testing.assert_array_equal(first.log.errors, second.log.errors)
    assert first.log.errors.shape == (3, 5)
    length = 5 if layout is pair else 9
    assert first.log.tokens.tolist() == [4 * 4 * length] * 3
    assert first.log.tokens_per_second > 0
    np.testing.assert_allclose(first.log.loss, first.log.errors.mean(1))
    other = train(config(seed=4), TASKS, layout)
    assert not torch.equal(weights(first), weights(other))


def test_interrupted_run_gives_the_same_numbers(tmp_path):
    path = tmp_path / "run.pt"
    whole = train(config(), TASKS, joint, checkpoint=tmp_path / "whole.pt", save_every=4)

    class Stop(Exception):
        pass

    def stop(step, errors):
        if step == 8:
            raise Stop

    with pytest.raises(Stop):
        train(config(), TASKS, joint, checkpoint=path, save_every=4, on_record=stop)
    assert load_checkpoint(path, run_identity(config(), TASKS, joint))["step"] == 4
    resumed = train(config(), TASKS, joint, checkpoint=path, save_every=4)
    assert torch.equal(weights(whole), weights(resumed))
    np.testing.assert_array_equal(whole.log.errors, resumed.log.errors)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    # finished: nothing is left to do; more steps continue; fewer are refused
    again = train(config(), TASKS, joint, checkpoint=path)
    assert torch.equal(weights(again), weights(whole))
    longer = train(config(steps=16), TASKS, joint, checkpoint=path, save_every=4)
    straight = train(config(steps=16), TASKS, joint)
    assert torch.equal(weights(longer), weights(straight))
    with pytest.raises(ValueError, match="steps = 8, but the checkpoint is at step 16"):
        train(config(steps=8), TASKS, joint, checkpoint=path)


@pytest.mark.parametrize(
    ("changes", "tasks", "layout", "name"),
    [
        ({"step_size": 2e-2}, TASKS, joint, "step_size: 0.01 in the file, 0.02 here"),
        ({"seed": 5}, TASKS, joint, "seed"),
        ({"decoder": DecoderConfig(3, 16, 1, 2, 12)}, TASKS, joint, "decoder.width"),
        ({}, TASKS, pair, "layout: 'joint' in the file, 'pair' here"),
        ({}, SingleIndexTasks(np.eye(2, 3), SphereLaw(2, 4), noise=0.1), joint, "tasks.law"),
        ({}, SingleIndexTasks(np.eye(2, 3), SphereLaw(2, 3)), joint, "tasks.noise"),
        ({}, SingleIndexTasks(np.eye(3)[1:], SphereLaw(2, 3), 0.1), joint, "tasks.subspace"),
    ],
)
def test_foreign_checkpoints_are_refused_by_name(tmp_path, changes, tasks, layout, name):
    path = tmp_path / "run.pt"
    train(config(steps=2), TASKS, joint, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(CheckpointMismatchError, match=name):
        train(config(**changes), tasks, layout, checkpoint=path)
    assert path.read_bytes() == before


def test_broken_checkpoints(tmp_path):
    path = tmp_path / "run.pt"
    path.write_bytes(b"no checkpoint")
    with pytest.raises(CheckpointMismatchError, match=r"run\.pt is not a readable checkpoint"):
        load_checkpoint(path, {})
    torch.save({"weights": 1}, path)
    with pytest.raises(CheckpointMismatchError, match="not a checkpoint of this format"):
        load_checkpoint(path, {})
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none.pt", {})
    save_checkpoint(path, {"a": 1, "b": (1, 2)}, {"x": 3})
    assert load_checkpoint(path, {"a": 1, "b": [1, 2]}) == {"x": 3}
    with pytest.raises(CheckpointMismatchError, match=r"a: 1 in the file, None here; c: None"):
        load_checkpoint(path, {"b": [1, 2], "c": 0})


class Trap:
    """What makes a directory as soon as it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_no_checkpoint_runs_what_it_holds(tmp_path):
    path, made = tmp_path / "run.pt", tmp_path / "made"
    torch.save({"format": 1, "identity": "{}", "state": Trap(made)}, path)
    with pytest.raises(CheckpointMismatchError, match=r"run\.pt is not a readable checkpoint"):
        load_checkpoint(path, {})
    assert not made.exists()
    torch.load(path, weights_only=False)
    assert made.exists()  # so it was a trap


def test_first_step_descends_the_loss_over_all_prefixes():
    """Adam's first step moves every weight by the rate against the sign of the gradient."""
    before = train(config(steps=1, step_size=1e-12, warmup=0), TASKS, joint)
    after = train(config(steps=1, step_size=1e-3, warmup=0), TASKS, joint)
    move = weights(after) - weights(before)
    assert move.abs().max() <= 1e-3 * (1 + 1e-6)
    assert (move.abs() > 0.99e-3).double().mean() > 0.5
    np.testing.assert_array_equal(before.log.errors, after.log.errors)
    warm = train(config(steps=1, step_size=1e-3, warmup=4), TASKS, joint)
    assert abs((weights(warm) - weights(before)).abs().max().item() - 0.25e-3) < 1e-6


def test_learns_from_examples():
    """d = r = 1, He_2 with a random sign: one example is enough, none is no use."""
    tasks = SingleIndexTasks(np.eye(1), SphereLaw(2, 2))
    run = config(decoder=DecoderConfig(1, 32, 2, 2, 6), batch_size=64, prompt_length=6, steps=400,
                 step_size=3e-3, warmup=20, every=100, precision="float32")  # fmt: skip
    trained = train(run, tasks, joint)
    errors = context_errors(trained.model, tasks, joint, n_prompts=2000, prompt_length=6,
                            generator=torch.Generator().manual_seed(0),
                            rng=np.random.default_rng(0))  # fmt: skip
    assert abs(errors.mean[0] - 1) < 5 * errors.standard_error[0]
    assert errors.mean[5] < 0.3
    assert trained.log.loss[-1] < 0.7 * trained.log.loss[0]


def test_errors_are_those_of_the_predictions():
    model = Decoder(config().decoder, generator=torch.Generator().manual_seed(0)).double()
    settings = {"n_prompts": 10, "prompt_length": 4, "batch_size": 10}
    found = context_errors(model, TASKS, pair, generator=torch.Generator().manual_seed(1),
                           rng=np.random.default_rng(2), **settings)  # fmt: skip
    x, y = sample_batch(TASKS, 10, 4, generator=torch.Generator().manual_seed(1),
                        rng=np.random.default_rng(2), dtype=torch.float64)  # fmt: skip
    squares = ((predict(model, x, y, pair) - y) ** 2).detach().numpy()
    np.testing.assert_allclose(found.mean, squares.mean(0), rtol=1e-13)
    np.testing.assert_allclose(
        found.standard_error, squares.std(0, ddof=1) / np.sqrt(10), rtol=1e-13
    )


def test_mixed_precision_is_close():
    single = train(config(precision="float32"), TASKS, joint)
    mixed = train(config(precision="bfloat16"), TASKS, joint)
    assert mixed.model.read_in.weight.dtype == torch.float32
    np.testing.assert_allclose(mixed.log.errors[0], single.log.errors[0], rtol=0.1, atol=0.05)
    assert not np.array_equal(mixed.log.errors, single.log.errors)


def test_bad_input():
    with pytest.raises(ValueError, match="d = 3, the decoder reads 4"):
        train(config(decoder=DecoderConfig(4, 8, 1, 2, 12)), TASKS, joint)
    for changes, message in (
        ({"precision": "half"}, "precision"), ({"prompt_length": 0}, "prompt_length"),
        ({"step_size": 0.0}, "step_size"), ({"batch_size": 0}, "batch_size"),
        ({"seed": -1}, "seed"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            config(**changes)
    with pytest.raises(FloatingPointError, match="not finite"):
        train(config(), SingleIndexTasks(np.eye(2, 3), FiniteLaw([Link([0, 0, 1e200])])), joint)
    with pytest.raises(TypeError, match="layout must be a function"):
        train(config(), TASKS, functools.partial(joint))
    with pytest.raises(TypeError, match="decoder"):
        config(decoder=None)


def test_published_training():
    run = published_training(DecoderConfig(3, 8, 1, 2, 12), prompt_length=64, seed=0)
    assert (run.batch_size, run.steps, run.step_size) == (8, 100_000, 1e-4)


def test_packages_do_not_import_torch():
    code = (
        "import sys, iclnb.features.learning_in_context, iclnb.features.information_exponent, "
        "iclnb.features.low_dimensional_gpt2; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

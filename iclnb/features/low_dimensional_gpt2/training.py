r"""Training the decoder on fresh single-index tasks, with the loss over all prefixes.

.. math:: \frac1{Bn}\sum_{t=1}^B\sum_{i=0}^{n-1}(\hat y_{t,i}-y_{t,i})^2,

label i predicted from i examples; Adam, a constant learning rate after a linear warm-up. Every step
draws new tasks, so the recorded errors are unbiased for the model of their window. A run that is
interrupted and resumed gives the same numbers as one that is not.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded
from iclnb.pytorch import torch

from .checkpoints import load_checkpoint, save_checkpoint
from .config import DecoderConfig
from .decoder import Decoder, predict
from .layouts import Layout
from .sampling import sample_batch

__all__ = [
    "ContextErrors",
    "Trained",
    "TrainingConfig",
    "TrainingLog",
    "context_errors",
    "published_training",
    "run_identity",
    "train",
]


@guarded
@dataclass(frozen=True)
class TrainingConfig:
    """A run.

    Parameters
    ----------
    decoder : DecoderConfig
    batch_size, prompt_length : int
        Prompts a step, and labelled inputs a prompt.
    step_size : float
    steps : int
        Steps in all; a checkpoint may be continued with more of them.
    seed : int
        Source of weights, links and prompts.
    warmup : int
        Steps over which the learning rate rises linearly.
    every : int
        Steps that are averaged in one record.
    precision : {"float32", "float64", "bfloat16"}
        bfloat16 is autocast: weights and optimiser stay in float32.
    """

    decoder: DecoderConfig
    batch_size: int
    prompt_length: int
    step_size: float
    steps: int
    seed: int
    warmup: int = 0
    every: int = 100
    precision: Literal["float32", "float64", "bfloat16"] = "float32"

    def __post_init__(self) -> None:
        for name in ("batch_size", "prompt_length", "steps", "every"):
            check_integer(getattr(self, name), name)
        check_integer(self.seed, "seed", least=0)
        check_integer(self.warmup, "warmup", least=0)
        check_number(self.step_size, "step_size", low=0.0, strict=True)
        if self.precision not in ("float32", "float64", "bfloat16"):
            raise ValueError(f"precision must be float32, float64 or bfloat16: {self.precision!r}")


@guarded
def published_training(decoder: DecoderConfig, *, prompt_length: int, seed: int) -> TrainingConfig:
    """Adam of rate 1e-4, batches of 8, 100,000 steps (Oko et al., second-hand)."""
    return TrainingConfig(
        decoder, batch_size=8, prompt_length=prompt_length, step_size=1e-4, steps=100_000,
        seed=seed,
        every=1000,
    )  # fmt: skip


class TrainingLog(NamedTuple):
    """Records (K,): last step of the window, tokens and seconds in it; errors (K, n) by number of
    examples, averaged over the window."""

    steps: FloatArray
    tokens: FloatArray
    seconds: FloatArray
    errors: FloatArray

    @property
    def loss(self) -> FloatArray:
        """Training loss of each window, (K,)."""
        return self.errors.mean(axis=1)

    @property
    def tokens_per_second(self) -> float:
        """Over the whole run, the drawing of prompts included."""
        return float(self.tokens.sum() / self.seconds.sum())


class Trained(NamedTuple):
    """The model and its log."""

    model: Decoder
    log: TrainingLog


@guarded
def run_identity(
    setting: TrainingConfig, tasks: SingleIndexTasks, layout: Layout
) -> dict[str, object]:
    """What a checkpoint must agree with: everything but the number of steps."""
    if not hasattr(layout, "__name__"):
        raise TypeError("layout must be a function with a name")
    nodes, weights = tasks.law.nodes()
    digest = hashlib.sha256(np.ascontiguousarray(tasks.subspace).tobytes()).hexdigest()[:16]
    settings = asdict(setting)
    decoder = settings.pop("decoder")
    settings.pop("steps")
    return {
        **{f"decoder.{name}": value for name, value in decoder.items()},
        **settings,
        "layout": layout.__name__,
        "tasks.d": tasks.d,
        "tasks.r": tasks.r,
        "tasks.subspace": digest,
        "tasks.law": [type(tasks.law).__name__, nodes.tolist(), weights.tolist()],
        "tasks.noise": tasks.noise,
    }


def generators_of(seed: int, device: torch.device) -> tuple[torch.Generator, ...]:
    """Generators of a run: of the initial weights on the CPU, and of the prompts on the device."""
    first, second = np.random.SeedSequence(seed).generate_state(2, np.uint64)
    start = torch.Generator().manual_seed(int(first >> 1))
    return start, torch.Generator(device).manual_seed(int(second >> 1))


@guarded
def train(
    setting: TrainingConfig,
    tasks: SingleIndexTasks,
    layout: Layout,
    *,
    device: torch.device | str = "cpu",
    checkpoint: Path | str | None = None,
    save_every: int = 1000,
    on_record: Callable[[int, FloatArray], None] | None = None,
) -> Trained:
    """Train, from a checkpoint if there is one.

    Parameters
    ----------
    setting : TrainingConfig
    tasks : SingleIndexTasks
        Of the decoder's input dimension.
    layout : callable
        One of :mod:`.layouts`.
    device : device
        The numbers drawn differ between kinds of device.
    checkpoint : path, optional
        Read at the start if the file exists, written every ``save_every`` steps and at the end.
        Saving closes a record's window early.
    on_record : callable, optional
        Called with the step and the errors (n,) of every record.

    Raises
    ------
    CheckpointMismatchError
        If the checkpoint is of another configuration; the message names what differs.
    ValueError
        If dimensions do not agree, or the checkpoint is beyond ``setting.steps``.
    FloatingPointError
        If the loss is not finite.
    """
    if tasks.d != setting.decoder.d:
        raise ValueError(f"tasks have d = {tasks.d}, the decoder reads {setting.decoder.d}")
    save_every = check_integer(save_every, "save_every")
    device = torch.device(device)
    dtype = torch.float64 if setting.precision == "float64" else torch.float32
    identity = run_identity(setting, tasks, layout)
    start, generator = generators_of(setting.seed, device)
    rng = np.random.default_rng(np.random.SeedSequence(setting.seed, spawn_key=(1,)))
    model = Decoder(setting.decoder, generator=start).to(device=device, dtype=dtype)
    optimiser = torch.optim.Adam(model.parameters(), lr=setting.step_size)
    done, records = 0, []
    path = None if checkpoint is None else Path(checkpoint)
    if path is not None and path.exists():
        state = load_checkpoint(path, identity)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        generator.set_state(state["generator"])
        rng.bit_generator.state = state["rng"]
        done, records = state["step"], state["records"]
        if done > setting.steps:
            raise ValueError(f"steps = {setting.steps}, but the checkpoint is at step {done}")
    shape = torch.zeros(1, setting.prompt_length, tasks.d)
    per_step = setting.batch_size * layout(shape, shape[:, :, 0]).values.shape[1]
    window = torch.zeros(setting.prompt_length, dtype=torch.float64, device=device)
    tokens, opened, clock = 0, done, time.perf_counter()
    for step in range(done, setting.steps):
        rate = setting.step_size * min(1.0, (step + 1) / max(1, setting.warmup))
        for group in optimiser.param_groups:
            group["lr"] = rate
        X, y = sample_batch(
            tasks,
            setting.batch_size,
            setting.prompt_length,
            generator=generator,
            rng=rng,
            dtype=dtype,
        )
        with torch.autocast(device.type, torch.bfloat16, enabled=setting.precision == "bfloat16"):
            prediction = predict(model, X, y, layout)
        squares = (prediction.to(dtype) - y) ** 2
        optimiser.zero_grad(set_to_none=True)
        squares.mean().backward()
        optimiser.step()
        window += squares.detach().mean(dim=0)
        tokens += per_step
        count = step + 1
        save = path is not None and (count % save_every == 0 or count == setting.steps)
        if save or count % setting.every == 0 or count == setting.steps:
            errors = (window / (count - opened)).cpu().numpy()
            if not np.all(np.isfinite(errors)):
                raise FloatingPointError(f"the loss is not finite near step {count}")
            now = time.perf_counter()
            records.append([count, tokens, now - clock, errors.tolist()])
            if on_record is not None:
                on_record(count, errors)
            window.zero_()
            tokens, opened, clock = 0, count, now
        if save:
            save_checkpoint(path, identity, {
                "step": count, "model": model.state_dict(), "optimiser": optimiser.state_dict(),
                "generator": generator.get_state(), "rng": rng.bit_generator.state,
                "records": records,
            })  # fmt: skip
    columns = [np.array(column, dtype=np.float64) for column in zip(*records)]
    return Trained(model, TrainingLog(*columns))


class ContextErrors(NamedTuple):
    """Mean squared error by number of examples, (n,), and its standard error over prompts."""

    mean: FloatArray
    standard_error: FloatArray


@guarded
@torch.no_grad()
def context_errors(
    model: Decoder,
    tasks: SingleIndexTasks,
    layout: Layout,
    *,
    n_prompts: int,
    prompt_length: int,
    generator: torch.Generator,
    rng: np.random.Generator,
    batch_size: int = 256,
) -> ContextErrors:
    """Errors on fresh prompts, entry i after i examples (i = 0..examples - 1).

    Parameters
    ----------
    n_prompts : int
        At least two.
    generator : torch.Generator
        On the device of the model.
    rng : numpy Generator
        Of the links.
    """
    n_prompts = check_integer(n_prompts, "n_prompts", least=2)
    batch_size = check_integer(batch_size, "batch_size")
    dtype = next(model.parameters()).dtype
    parts = []
    for start in range(0, n_prompts, batch_size):
        X, y = sample_batch(
            tasks, min(batch_size, n_prompts - start), prompt_length,
            generator=generator, rng=rng, dtype=dtype,
        )  # fmt: skip
        parts.append(((predict(model, X, y, layout) - y) ** 2).double().cpu().numpy())
    squares = np.concatenate(parts)
    return ContextErrors(squares.mean(axis=0), squares.std(axis=0, ddof=1) / np.sqrt(n_prompts))

r"""Runs that the site has no time for: two sizes over d, r and seeds, and the published settings.

Subspaces are drawn anew for each seed. The link is :math:`\mathrm{He}_2/\sqrt2` for ``degree=2``,
else a random one of degrees 2 to ``degree``, see
:class:`~iclnb.features.one_gradient_step.links.SphereLaw`.
``python -m tools.paper low-dimensional-gpt2`` makes the committed results, :func:`stored_course`
reads them.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer
from iclnb.features.one_gradient_step import FiniteLaw, Link, SingleIndexTasks, SphereLaw
from iclnb.features.one_gradient_step import random_subspace as draw_subspace
from iclnb.kinds import guarded
from iclnb.pytorch import torch

from .config import DecoderConfig, published_decoder
from .layouts import joint
from .plateau import plateau_exit
from .stack import DecoderStack
from .training import Trained, TrainingConfig, context_errors, published_training, train

__all__ = [
    "LINKS",
    "NAME",
    "PAIRS",
    "PUBLISHED",
    "Course",
    "StoppedRuns",
    "course",
    "course_stack",
    "make_tasks",
    "published_points",
    "published_speed",
    "stacked_course",
    "stored_course",
    "stored_published",
]

#: Name of the committed result.
NAME = "low-dimensional-gpt2"

#: Name of the committed result with random links.
LINKS = "low-dimensional-gpt2-links"

#: Name of the committed result at the published settings, made on a card.
PUBLISHED = "low-dimensional-gpt2-published"


@guarded
def make_tasks(d: int, r: int, seed: int, *, degree: int = 2) -> SingleIndexTasks:
    """Tasks on a random subspace: the link He_2/sqrt(2), or random ones of degrees 2 to P."""
    law = FiniteLaw([Link.pure(2)]) if degree == 2 else SphereLaw(2, degree)
    return SingleIndexTasks(draw_subspace(d, r, scale.rng(seed, "subspace")), law)


@guarded
def course(
    d: int,
    r: int,
    seed: int,
    *,
    layers: int,
    width: int,
    heads: int,
    batch_size: int,
    prompt_length: int,
    step_size: float,
    steps: int,
    warmup: int = 0,
    degree: int = 2,
    every: int = 50,
    n_prompts: int = 4096,
    device: str = "cpu",
    precision: str = "float32",
    checkpoint: str | None = None,
) -> dict[str, Any]:
    """Train one decoder on joint tokens; return its course as plain data.

    Parameters
    ----------
    d, r, seed : int
        Inputs, subspace, and the source of subspace, weights and prompts.
    layers, width, heads, batch_size, prompt_length, step_size, steps, warmup, every, precision
        As in :class:`~.training.TrainingConfig`.
    degree : int
        2 for the fixed link, more for random ones.
    n_prompts : int
        Fresh prompts on which the trained model is measured.
    device, checkpoint : str
        As in :func:`~iclnb.features.low_dimensional_gpt2.training.train`.

    Returns
    -------
    dict
        ``steps`` and, of each record, the error without examples (``none``) and after all of them
        (``last``); ``mean`` and ``standard_error`` of the trained model by number of examples;
        ``tokens`` and ``cpu_seconds`` of the training.
    """
    tasks = make_tasks(d, r, seed, degree=degree)
    setting = TrainingConfig(
        DecoderConfig(d, width, layers, heads, prompt_length),
        batch_size=batch_size, prompt_length=prompt_length,
        step_size=step_size, steps=steps, seed=seed, warmup=warmup,
        every=every, precision=precision,
    )  # fmt: skip
    before = time.process_time()
    trained = train(setting, tasks, joint, device=device, checkpoint=checkpoint)
    spent = time.process_time() - before
    found = measured_course(setting, tasks, trained, n_prompts=n_prompts, device=device)
    return {**found, "cpu_seconds": round(spent, 1)}


def measured_course(
    setting: TrainingConfig,
    tasks: SingleIndexTasks,
    trained: Trained,
    *,
    n_prompts: int,
    device: torch.device | str,
) -> dict[str, Any]:
    """What :func:`course` returns of a trained decoder, without the seconds."""
    model, log = trained
    found = context_errors(
        model, tasks, joint, n_prompts=n_prompts, prompt_length=setting.prompt_length,
        generator=torch.Generator(device).manual_seed(
            scale.child_seed(setting.seed, "test prompts")
        ),
        rng=scale.rng(setting.seed, "test links"),
    )  # fmt: skip
    rounded = {
        "none": log.errors[:, 0], "last": log.errors[:, -1],
        "mean": found.mean, "standard_error": found.standard_error,
    }  # fmt: skip
    return {
        "steps": log.steps.astype(int).tolist(),
        **{name: np.round(values, 5).tolist() for name, values in rounded.items()},
        "tokens": int(log.tokens.sum()),
    }


@guarded
def course_stack(
    points: Sequence[dict[str, Any]], *, device: str, compiled: bool = False
) -> DecoderStack:
    """The stack of several points of :func:`course`, which may differ in d, r, seed and degree."""
    own = ("d", "r", "seed", "degree", "n_prompts", "device", "checkpoint")
    settings, tasks = [], []
    for point in points:
        d, r, seed = (point[name] for name in own[:3])
        rest = {k: v for k, v in point.items() if k not in own}
        width, layers, heads = (rest.pop(name) for name in ("width", "layers", "heads"))
        decoder = DecoderConfig(d, width, layers, heads, rest["prompt_length"])
        settings.append(TrainingConfig(decoder, seed=seed, **{"every": 50, **rest}))
        tasks.append(make_tasks(d, r, seed, degree=point.get("degree", 2)))
    return DecoderStack(settings, tasks, joint, device=device, compiled=compiled)


@guarded
def stacked_course(stack: DecoderStack, i: int, *, n_prompts: int = 4096) -> dict[str, Any]:
    """What :func:`course` returns, without its seconds, of run i of a stack that is trained."""
    return measured_course(
        stack.settings[i], stack.tasks[i], stack.trained(i),
        n_prompts=n_prompts, device=stack.device,
    )  # fmt: skip


#: Pairs (d, r) that are prepared for Oko et al.'s Figures 1 and 2, whose own are known in part:
#: r = 8 and d = 16, 32 in Figure 1; one r with several d and one d with several r in Figure 2.
PAIRS = ((16, 4), (32, 4), (64, 4), (128, 4), (64, 2), (64, 8), (32, 8), (16, 8))


@guarded
def published_points(
    *, degree: int = 4, seed: int = 0, prompt_length: int = 100, device: str = "cuda"
) -> list[dict[str, Any]]:
    """Points of :func:`course` at the published settings of Oko et al., for a GPU.

    12 layers, width 256, 8 heads, Adam of rate 1e-4, batches of 8, 100,000 steps; links of degree
    four, as Figure 2 is captioned, or three, as in the text and in Figure 1. The pairs (d, r) are
    ``PAIRS``; the number of examples, the tokens, the link's law and the precision are ours.
    """
    check_integer(prompt_length, "prompt_length")
    check_integer(degree, "degree", least=2)
    check_integer(seed, "seed", least=0)
    shared = {
        "seed": seed, "layers": 12, "width": 256, "heads": 8,
        "batch_size": 8, "prompt_length": prompt_length,
        "step_size": 1e-4, "steps": 100_000, "degree": degree, "every": 1000,
        "device": device, "precision": "bfloat16",
    }  # fmt: skip
    return [{"d": d, "r": r, **shared} for d, r in PAIRS]


@guarded
def published_speed(steps: int, *, d: int = 16, prompt_length: int = 100) -> dict[str, Any]:
    """Train the published decoder for a few steps on the CPU; return tokens a second and a step.

    Tokens a second are those of the fastest step after the first, by the time of the processor.
    """
    setting = published_training(
        published_decoder(d, positions=prompt_length), prompt_length=prompt_length, seed=0
    )
    times = [time.process_time()]
    log = train(
        replace(setting, steps=steps, every=1), make_tasks(d, 8, 0, degree=3), joint,
        on_record=lambda step, errors: times.append(time.process_time()),
    ).log  # fmt: skip
    tokens = int(log.tokens[0])
    speed = tokens / float(np.min(np.diff(times)[1:]))
    return {"tokens_per_second": round(speed), "tokens_per_step": tokens}


class Course(NamedTuple):
    """Courses of S seeds: steps (K,); errors without examples and after all, (S, K); the trained
    models' errors by number of examples, (S, n), and their standard errors; seeds (S,)."""

    steps: FloatArray
    none: FloatArray
    last: FloatArray
    mean: FloatArray
    standard_error: FloatArray
    seeds: tuple[int, ...]

    def exits(self, level: float) -> FloatArray:
        """Step at which each seed's error after all examples is first below ``level``, (S,)."""
        return np.array([plateau_exit(self.steps, last, level=level) for last in self.last])


@guarded
def stored_course(d: int, r: int, *, width: int, degree: int = 2) -> Course:
    """Return the committed courses of one setting; random links have runs of their own.

    Raises
    ------
    FileNotFoundError
        If the package holds no result.
    KeyError
        If it holds none of this setting.
    """
    found = scale.required(NAME if degree == 2 else LINKS)
    wanted = {"d": d, "r": r, "width": width}
    chosen = [
        p for p in found.results["points"]
        if p.get("degree", 2) == degree and all(p[k] == v for k, v in wanted.items())
    ]  # fmt: skip
    if not chosen:
        raise KeyError(f"no stored course of d = {d}, r = {r}, width = {width}, degree = {degree}")
    runs = [p["result"] for p in chosen]
    columns = (np.array([run[k] for run in runs]) for k in Course._fields[1:-1])
    return Course(np.array(runs[0]["steps"]), *columns, tuple(p["seed"] for p in chosen))


class StoppedRuns(NamedTuple):
    """Runs at the published settings that time has stopped.

    The pairs (d, r) of S runs; the steps (K,), and the mean error over all positions of a prompt
    between one and the next, (S, K); errors of the models as they stand by number of examples,
    (S, n), and their standard errors; the steps of the whole schedule, those that were taken, and
    the seconds of the card for all of them.
    """

    pairs: tuple[tuple[int, int], ...]
    steps: FloatArray
    loss: FloatArray
    mean: FloatArray
    standard_error: FloatArray
    schedule: int
    done: int
    seconds: float


def stored_published() -> StoppedRuns:
    """Return the committed runs at the published settings that were stopped.

    Raises
    ------
    FileNotFoundError
        If the package holds no result.
    KeyError
        If none of it was stopped.
    """
    rows = scale.required(PUBLISHED).results["unfinished"]
    if not rows:
        raise KeyError("no run at the published settings was stopped")
    runs = [row["result"] for row in rows]
    return StoppedRuns(
        tuple((row["d"], row["r"]) for row in rows),
        np.array(runs[0]["steps"]),
        np.array([row["loss"] for row in rows]),
        np.array([run["mean"] for run in runs]),
        np.array([run["standard_error"] for run in runs]),
        rows[0]["steps"],
        rows[0]["steps_done"],
        sum(run["device_seconds"] for run in runs),
    )

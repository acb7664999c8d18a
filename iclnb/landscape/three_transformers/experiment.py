"""The experiment of the figure: panels, models and seeds, and the scan of step sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded

from .setting import BIASED, DEGENERATE, MISSPECIFIED, STANDARD, WIDE, draw
from .tasks import task_error
from .training import ATTENTION, MODIFIED, STATIC, Batches, Course, Optimiser, train

__all__ = [
    "MODELS",
    "PANELS",
    "VARIANTS",
    "Band",
    "Runs",
    "StepScan",
    "band",
    "run_panels",
    "scan_steps",
    "task_floors",
]

#: Settings of the panels; panel (d) tests the models of panel (a).
PANELS = {"a": STANDARD, "b": DEGENERATE, "c": MISSPECIFIED}
#: The same, the other reading of panel (c) and panel (a) with biases.
VARIANTS = {**PANELS, "wide": WIDE, "biased": BIASED}
MODELS = {"attention": ATTENTION, "static": STATIC, "modified": MODIFIED}

Key = tuple[str, str]

#: What a course records, in the order of :class:`Runs`.
WHAT = ("training", "loss", "own", "tasks")


class Runs(NamedTuple):
    """Errors at ``steps`` (T,) of several ``seeds``, by (panel, model).

    ``training`` (seeds, T): loss on the batches since the last record, over the power of the
    teacher; ``loss`` (seeds, T): two-timescale loss, over the same; ``own`` (seeds, T): the loss
    that the model descends; ``tasks`` (seeds, T, 3): nonlinear tasks over their variance.
    """

    steps: FloatArray
    seeds: tuple[int, ...]
    training: Mapping[Key, FloatArray]
    loss: Mapping[Key, FloatArray]
    own: Mapping[Key, FloatArray]
    tasks: Mapping[Key, FloatArray]

    def final(self, panel: str, kind: str) -> FloatArray:
        """Return the two-timescale loss at the end, shape ``(seeds,)``."""
        return self.loss[panel, kind][:, -1]

    def excess(self, panel: str, kind: str, *, place: int = -1) -> FloatArray:
        """Return the same less the least possible value, at the record ``place``."""
        return self.loss[panel, kind][:, place] - VARIANTS[panel].floor


class Band(NamedTuple):
    """Mean over seeds and the ends of its 95 % interval, each of shape (T, ...)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


class StepScan(NamedTuple):
    """Error after training, by step size: ``error`` and ``diverged`` have shape (models, rates).

    The error of a run that diverged is that of its start.
    """

    step_sizes: FloatArray
    error: FloatArray
    diverged: FloatArray
    moment: FloatArray


@guarded
def band(values: ArrayLike) -> Band:
    """Return mean and Student's interval over the seeds, the first axis of ``values``.

    Raises
    ------
    ValueError
        If there are fewer than two seeds.
    """
    values = check_array(np.atleast_1d(values), "values")
    if len(values) < 2:
        raise ValueError("values must hold at least two seeds")
    mean = values.mean(axis=0)
    half = stdtrit(len(values) - 1, 0.975) * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return Band(mean, mean - half, mean + half)


@guarded
def run_panels(
    *,
    seeds: Iterable[int],
    steps: int,
    panels: Sequence[str] = tuple(PANELS),
    optimiser: Optimiser | None = None,
    batches: Batches | None = None,
    records: int = 26,
) -> Runs:
    """Train the three models on each panel and seed.

    Raises
    ------
    RuntimeError
        If a run diverges.
    """
    seeds = tuple(seeds)
    done: dict[Key, list[Course]] = {(p, m): [] for p in panels for m in MODELS}
    options = {"steps": steps, "optimiser": optimiser, "batches": batches, "records": records}
    for seed in seeds:
        for panel in panels:
            trial = draw(VARIANTS[panel], seed)
            for name, model in MODELS.items():
                out = train(trial, model, seed=seed, **options)
                if out.diverged:
                    raise RuntimeError(f"{name} diverged on panel {panel}, seed {seed}")
                done[panel, name].append(out)
    some = next(iter(done.values()))[0]
    return Runs(
        some.steps,
        seeds,
        *(
            {key: np.array([getattr(c, what) for c in courses]) for key, courses in done.items()}
            for what in WHAT
        ),
    )


@guarded
def scan_steps(
    step_sizes: Sequence[float],
    *,
    start_size: float,
    seed: int,
    steps: int,
    gamma_step_size: float = 0.02,
    batches: Batches | None = None,
) -> StepScan:
    r"""Train attention and static, in this order, with each step size, on panel (a).

    ``start_size`` is the c of :math:`\Sigma=c^2I`, :math:`\Gamma=c^{-2}I` at the start.
    """
    step_sizes = check_array(step_sizes, "step_sizes", (None,))
    size = check_number(start_size, "start_size", low=0.0, strict=True)
    trial = draw(replace(STANDARD, start_size=size), seed)
    out = [
        [
            train(
                trial,
                model,
                seed=seed,
                steps=steps,
                records=2,
                batches=batches,
                optimiser=Optimiser(step_size=float(step_size), gamma_step_size=gamma_step_size),
            )
            for step_size in step_sizes
        ]
        for model in (ATTENTION, STATIC)
    ]
    error, diverged, moment = (
        np.array([[pick(c) for c in row] for row in out])
        for pick in (lambda c: c.loss[-1], lambda c: c.diverged, lambda c: c.moment[-1])
    )
    return StepScan(step_sizes, error, diverged, moment)


@guarded
def task_floors(seeds: Iterable[int], *, panel: str = "a", constant: bool = False) -> FloatArray:
    """Return the errors (seeds, 3) of the tasks from the true features themselves.

    ``constant`` adds the constant one to the features.
    """
    rows = []
    for seed in seeds:
        trial = draw(VARIANTS[panel], seed)
        used = trial.true[:, np.any(trial.true != 0.0, axis=0)]
        if constant:
            used = np.concatenate([used, np.ones((len(used), 1))], axis=1)
        rows.append(task_error(trial.tasks, used).total)
    return np.array(rows)

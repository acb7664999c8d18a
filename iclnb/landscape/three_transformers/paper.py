r"""The run at the paper's size: 10 000 prompts of 1 000 pairs, tasks drawn and not integrated out.

One pass in batches of ten prompts with one query each, so 1 000 steps. Sizes of the source: d, k,
neurons, prompts and pairs; step sizes, batch, number of passes, teacher and start are chosen here.
The results are committed as ``three-transformers`` and read back by :func:`stored_runs`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from iclnb import scale

from .experiment import MODELS, PANELS, Runs
from .setting import draw
from .training import Batches, Optimiser, train

__all__ = ["NAME", "course", "points", "run", "stored_runs"]

#: Name of the committed result.
NAME = "three-transformers"
CONFIGURATION = {"version": 1}


def course(
    panel: str,
    model: str,
    seed: int,
    *,
    steps: int = 1000,
    prompts: int = 10,
    pairs: int = 1000,
    rate: float = 0.002,
    gamma_rate: float = 0.002,
    records: int = 61,
) -> dict[str, Any]:
    """Return one training course as plain data; ``panel`` and ``model`` are names."""
    if panel not in PANELS or model not in MODELS:
        raise ValueError(f"panel must be one of {list(PANELS)}, model one of {list(MODELS)}")
    out = train(
        draw(PANELS[panel], seed),
        MODELS[model],
        seed=seed,
        steps=steps,
        optimiser=Optimiser(rate=rate, gamma_rate=gamma_rate),
        batches=Batches(prompts, pairs, single=True),
        records=records,
    )
    return {
        "steps": out.steps.tolist(),
        "loss": out.loss.tolist(),
        "own": out.own.tolist(),
        "tasks": out.tasks.tolist(),
        "diverged": out.diverged,
    }


def points(seeds: Iterable[int] = range(3)) -> list[dict[str, Any]]:
    """Return the points of the sweep, one seed after another."""
    return [{"panel": p, "model": m, "seed": s} for s in seeds for p in PANELS for m in MODELS]


def run(
    store: str | os.PathLike[str], *, seeds: Iterable[int] = range(3), workers: int = 1
) -> Path:
    """Run what is not yet in ``store``, commit the small result, and return its file."""
    todo = points(seeds)
    options = {"store": store, "configuration": CONFIGURATION}
    scale.sweep(course, todo, workers=workers, description=NAME, **options)
    kept = scale.records(course, todo, **options)
    rows = [
        {**point, **{k: np.round(record.result[k], 6).tolist() for k in ("loss", "own", "tasks")}}
        for point, record in zip(todo, kept)
    ]
    body = {"steps": kept[0].result["steps"], "runs": rows}
    return scale.publish(NAME, body, provenance=[record.provenance for record in kept])


def stored_runs() -> Runs:
    """Return the committed result.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.stored(NAME)
    if found is None:
        raise FileNotFoundError(f"no stored result {NAME!r}; make it with run()")
    rows = found.results["runs"]
    seeds = tuple(sorted({row["seed"] for row in rows}))
    by_point = {(r["panel"], r["model"], r["seed"]): r for r in rows}
    values = [
        {
            (p, m): np.array([by_point[p, m, s][quantity] for s in seeds])
            for p in PANELS
            for m in MODELS
        }
        for quantity in ("loss", "own", "tasks")
    ]
    return Runs(np.array(found.results["steps"]), seeds, *values)

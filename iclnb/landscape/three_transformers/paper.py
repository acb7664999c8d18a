r"""The run at the paper's size: 10 000 prompts of 1 000 pairs, tasks drawn and not integrated out.

One pass in batches of ten prompts with one query each, so 1 000 steps. Sizes of the source: d, k,
neurons, prompts and pairs; step sizes, batch, number of passes, teacher and start are chosen here.
``python -m tools.paper three-transformers`` makes the committed results, :func:`stored_runs` reads
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from iclnb import scale
from iclnb.kinds import guarded

from .experiment import MODELS, PANELS, Runs
from .setting import draw
from .training import Batches, Optimiser, train

__all__ = ["NAME", "course", "points", "stored_runs"]

#: Name of the committed result.
NAME = "three-transformers"


@guarded
def course(
    panel: str,
    kind: str,
    seed: int,
    *,
    steps: int = 1000,
    n_prompts: int = 10,
    prompt_length: int = 1000,
    step_size: float = 0.002,
    gamma_step_size: float = 0.002,
    records: int = 61,
) -> dict[str, Any]:
    """Return one training course as plain data; ``panel`` and ``kind`` are names."""
    if panel not in PANELS or kind not in MODELS:
        raise ValueError(f"panel must be one of {list(PANELS)}, kind one of {list(MODELS)}")
    out = train(
        draw(PANELS[panel], seed),
        MODELS[kind],
        seed=seed,
        steps=steps,
        optimiser=Optimiser(step_size=step_size, gamma_step_size=gamma_step_size),
        batches=Batches(n_prompts, prompt_length, single=True),
        records=records,
    )
    errors = {name: getattr(out, name) for name in ("loss", "own", "tasks")}
    rounded = {name: np.round(values, 6).tolist() for name, values in errors.items()}
    return {"steps": out.steps.tolist(), **rounded, "diverged": out.diverged}


@guarded
def points(seeds: Iterable[int] = range(3)) -> list[dict[str, Any]]:
    """Return the points of the sweep, one seed after another."""
    return [{"panel": p, "kind": m, "seed": s} for s in seeds for p in PANELS for m in MODELS]


def stored_runs() -> Runs:
    """Return the committed result.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.stored(NAME)
    if found is None:
        raise FileNotFoundError(f"no stored result {NAME!r}: python -m tools.paper {NAME} makes it")
    done = {(r["panel"], r["kind"], r["seed"]): r["result"] for r in found.results["points"]}
    seeds = tuple(sorted({seed for _, _, seed in done}))
    keys = [(panel, model) for panel in PANELS for model in MODELS]
    loss, own, tasks = (
        {key: np.array([done[*key, seed][what] for seed in seeds]) for key in keys}
        for what in ("loss", "own", "tasks")
    )
    return Runs(np.array(next(iter(done.values()))["steps"]), seeds, loss, own, tasks)

r"""The run at the paper's size: 10 000 prompts of 1 000 pairs, tasks drawn and not integrated out.

One pass in batches of ten prompts with one query each, so 1 000 steps. Sizes of the source: d, k,
neurons, prompts and pairs; step sizes, batch, number of passes, teacher and start are chosen here.
``python -m tools.paper three-transformers`` makes the committed results, :func:`stored_runs` reads
them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from iclnb import scale
from iclnb.kinds import guarded

from .experiment import MODELS, VARIANTS, WHAT, Key, Runs
from .setting import draw
from .training import Batches, Optimiser, train

__all__ = ["NAME", "course", "stored_runs"]

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
    if panel not in VARIANTS or kind not in MODELS:
        raise ValueError(f"panel must be one of {list(VARIANTS)}, kind one of {list(MODELS)}")
    out = train(
        draw(VARIANTS[panel], seed),
        MODELS[kind],
        seed=seed,
        steps=steps,
        optimiser=Optimiser(step_size=step_size, gamma_step_size=gamma_step_size),
        batches=Batches(n_prompts, prompt_length, single=True),
        records=records,
    )
    rounded = {name: np.round(getattr(out, name), 6).tolist() for name in WHAT}
    return {"steps": out.steps.tolist(), **rounded, "diverged": out.diverged}


def stored_runs() -> Runs:
    """Return the committed result; ``seeds`` are those of panel (a), the others have fewer.

    All begin with seed 0.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.required(NAME)
    done: dict[Key, dict[int, dict[str, Any]]] = {}
    for r in found.results["points"]:
        done.setdefault((r["panel"], r["kind"]), {})[r["seed"]] = r["result"]
    arrays = (
        {
            key: np.array([course[what] for _, course in sorted(of.items())])
            for key, of in done.items()
        }
        for what in WHAT
    )
    first = done["a", "static"]
    return Runs(np.array(next(iter(first.values()))["steps"]), tuple(sorted(first)), *arrays)

"""The runs at paper scale: what the site does not have the time for.

``python -m tools.paper [NAME ...]`` runs them, point by point, over all seeds; a run that is
stopped goes on where it was, from ``runs/``. Each leaves one small file in
``iclnb/scale/results``, which the chapters show beside their quick results. ``--scheduler ADDRESS``
runs the points on a Dask cluster.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from iclnb import scale
from tools.notebooks import ROOT


@dataclass(frozen=True)
class Run:
    """One run: a public function, the points at which to call it, and a reference call."""

    function: str
    points: tuple[Mapping[str, Any], ...]
    reference: tuple[str, Mapping[str, Any]] | None = None


_STAGES = {
    "K": 50,
    "prompt_length": 750,
    "learning_rate": 10.0,
    "steps": 1000,
    "early": 20,
    "every": 20,
}

_SMALL = {"layers": 2, "width": 64, "heads": 2, "batch": 32, "examples": 24}
_SMALL |= {"learning_rate": 3e-3, "steps": 1000, "warmup": 100}
_LARGE = {"layers": 4, "width": 128, "heads": 4, "batch": 32, "examples": 32}
_LARGE |= {"learning_rate": 2e-3, "steps": 1200, "warmup": 100}

RUNS: dict[str, Run] = {
    "stage-wise-sgd": Run(
        "iclnb.dynamics.stage_wise_training.runs.sgd_run",
        tuple({**_STAGES, "seed": seed} for seed in range(20)),
        ("iclnb.dynamics.stage_wise_training.runs.exact_run", _STAGES),
    ),
    "three-transformers": Run(
        "iclnb.landscape.three_transformers.paper.course",
        tuple(
            {"panel": panel, "model": model, "seed": seed}
            for seed in range(3)
            for panel in "abc"
            for model in ("attention", "static", "modified")
        ),
    ),
    "low-dimensional-gpt2": Run(
        "iclnb.features.low_dimensional_gpt2.paper.course",
        tuple(
            {"d": d, "r": r, "seed": seed, **_SMALL}
            for seed in range(8)
            for d, r in ((8, 2), (16, 2), (64, 2), (16, 3))
        )
        + tuple(
            {"d": d, "r": r, "seed": 0, **_LARGE} for d, r in ((16, 2), (16, 4), (32, 2), (16, 8))
        ),
    ),
}


def resolve(name: str) -> Callable[..., Any]:
    """Return the function of a dotted name."""
    module, _, function = name.rpartition(".")
    return getattr(import_module(module), function)


def execute(
    name: str,
    run: Run,
    *,
    store: Path,
    workers: int = 1,
    scheduler: str | None = None,
    directory: Path | None = None,
) -> Path:
    """Run what is not stored yet, publish the results, and return the published file.

    The file holds ``points`` (each with its ``result``) and, if there is one, the ``reference``.
    """
    function = resolve(run.function)
    options = {"store": store, "workers": workers, "scheduler": scheduler}
    scale.sweep(function, run.points, description=name, **options)
    done = scale.records(function, run.points, store=store)
    results: dict[str, Any] = {
        "points": [{**point, "result": d.result} for point, d in zip(run.points, done)]
    }
    origins = [d.provenance for d in done]
    if run.reference is not None:
        dotted, keywords = run.reference
        results["reference"] = resolve(dotted)(**keywords)
    return scale.publish(name, results, provenance=origins, directory=directory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.paper")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(RUNS)}; default: all")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--scheduler", default=None)
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(RUNS))
    if unknown:
        parser.error(f"unknown run {', '.join(unknown)}; there are {', '.join(RUNS)}")
    for name in options.names or RUNS:
        written = execute(
            name,
            RUNS[name],
            store=ROOT / "runs" / name,
            workers=options.workers,
            scheduler=options.scheduler,
        )
        print(f"written {written.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

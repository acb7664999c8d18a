"""The runs at paper scale: what the site does not have the time for.

``python -m tools.paper [NAME ...]`` runs them, point by point, over all seeds; a run that is
stopped goes on where it was, from ``runs/``. Each leaves one small file in
``iclnb/scale/results``, which the chapters show beside their quick results. ``--scheduler ADDRESS``
runs the points on a Dask cluster. ``--check`` computes one random point of each stored run again.
``--device cuda --minutes M`` does the sources' full sizes on a graphics card, see `tools.stacks`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from iclnb import scale
from tools import stacks
from tools.recompute import check

ROOT = Path(__file__).resolve().parents[1]  # a machine with a card need not have nbformat


@dataclass(frozen=True)
class Run:
    """One run: a public function, the points at which to call it, and a reference call."""

    function: str
    points: tuple[Mapping[str, Any], ...]
    reference: tuple[str, Mapping[str, Any]] | None = None


_STAGES = {
    "K": 50,
    "prompt_length": 750,
    "step_size": 10.0,
    "steps": 1000,
    "early": 20,
    "every": 20,
}

_SMALL = {"layers": 2, "width": 64, "heads": 2, "batch_size": 32, "prompt_length": 24}
_SMALL |= {"step_size": 3e-3, "steps": 1000, "warmup": 100}
_LARGE = {"layers": 4, "width": 128, "heads": 4, "batch_size": 32, "prompt_length": 32}
_LARGE |= {"step_size": 2e-3, "steps": 1200, "warmup": 100}

# The sweeps of KNS's Figures 3a to 3c, without the reference that they share.
_SWEPT: tuple[Mapping[str, int], ...] = tuple(
    {name: value}
    for name, values in (
        ("n_features", (4, 8, 16, 64)),
        ("prompt_length", (64, 128, 256, 1024)),
        ("n_tasks", (51, 128, 256, 1024, 2048)),
    )
    for value in values
)

_POOLS = {"d": 4, "prompt_length": 8, "layers": 2, "width": 32, "heads": 2}
_POOLS |= {"batch_size": 128, "step_size": 2e-3, "steps": 5000}

_STEEP = {"kappa": 0.5, "alpha": 3.0, "noise": 0.3**0.5, "per_unknown": True, "probes": 8}
_CHUNKS = {80: 2, 60: 8, 40: 32, 30: 128, 20: 512}
_SIZES: tuple[tuple[Mapping[str, float], tuple[int, ...]], ...] = (
    ({"tau": 0.3}, (64, 128, 512, 1024, 2048)),
    ({"tau": 0.8}, (128, 512, 2048, 4096)),
    ({"tau": 1.2}, (64, 384, 2048, 4096)),
    ({"tau": 3.0}, (16, 128, 512, 1024, 2048)),
    ({"tau": 1.0, "penalty": 0.1}, (48, 192, 768, 1536, 2048)),
)
_DESCENT = {"d": 100, "kappa": 0.5, "alpha": 1.0, "noise": 0.1, "count": 2}
_DIVERSITY = {"d": 50, "tau": 100.0, "alpha": 100.0, "noise": 0.5, "count": 4}

_PUBLISHED = {"d": 32, "r": 2, "neurons": 8000, "n_tasks_1": 100_000, "prompt_length_1": 10_000}
_PUBLISHED |= {"n_tasks_2": 3000, "prompt_length_2": 512, "group": 2048}

_SEEDS = {"a": 5, "c": 5, "b": 5, "wide": 2}

# One choice changed at a time; some cannot change every model.
_CHOICES: tuple[Mapping[str, float], ...] = (
    {},
    *({"step_size": s, "gamma_step_size": s} for s in (0.001, 0.004)),
    *({"gamma_step_size": s} for s in (0.0005, 0.008)),
    {"momentum": 0.0},
    *({"batch_size": b} for b in (2, 50)),
    *({"start_size": alpha} for alpha in (0.5, 2.0)),
    *({"start_spread": s} for s in (0.25, 1.0)),
    *({"teacher_neurons": n} for n in (5, 40)),
    *({"teacher_norm": w} for w in (1.0, 4.0)),
    {"bias": 1.0},
    *({"share": beta} for beta in (0.0, 0.05)),
    *({"epsilon": e} for e in (0.0, 0.05)),
)
_ONLY = {"gamma_step_size": "attention", "share": "modified", "epsilon": "modified"}

RUNS: dict[str, Run] = {
    "stage-wise-sgd": Run(
        "iclnb.dynamics.stage_wise_in_practice.runs.sgd_run",
        tuple({**_STAGES, "batch_size": 256, "seed": seed} for seed in range(20)),
        ("iclnb.dynamics.stage_wise_in_practice.runs.exact_run", _STAGES),
    ),
    "three-transformers": Run(
        "iclnb.landscape.three_transformers.paper.course",
        tuple(
            {"panel": panel, "kind": kind, "seed": seed}
            for panel, seeds in _SEEDS.items()
            for seed in range(seeds)
            for kind in ("attention", "static", "modified")
        ),
    ),
    "three-transformers-choices": Run(
        "iclnb.landscape.three_transformers.choices.changed_course",
        tuple(
            {"kind": kind, "seed": seed, **changed}
            for seed in range(3)
            for changed in _CHOICES
            for kind in ("attention", "static", "modified")
            if kind == _ONLY.get(next(iter(changed), ""), kind)
        ),
    ),
    "low-dimensional-gpt2": Run(
        "iclnb.features.low_dimensional_gpt2.paper.course",
        tuple(
            {"d": d, "r": r, "seed": seed, **_SMALL}
            for seed in range(8)
            for d, r in ((16, 2), (64, 2), (256, 2), (16, 3))
        )
        + tuple({"d": d, "r": r, "seed": 0, **_LARGE} for d, r in ((16, 2), (16, 4))),
        ("iclnb.features.low_dimensional_gpt2.paper.published_speed", {"steps": 3}),
    ),
    "low-dimensional-gpt2-links": Run(
        "iclnb.features.low_dimensional_gpt2.paper.course",
        tuple(
            {"d": 16, "r": 2, "seed": seed, **_SMALL, "steps": 4000, "degree": degree}
            for seed in range(2)
            for degree in (3, 4)
        ),
    ),
    "low-dimensional-gpt2-alone": Run(
        "iclnb.features.low_dimensional_gpt2.prompt_learners.prompt_baselines",
        tuple(
            {"d": d, "r": r, "seed": 0, "n_prompts": 2000}
            for d, r in ((16, 2), (64, 2), (16, 8), (32, 8))
        ),
    ),
    "low-dimensional-gpt2-long": Run(
        "iclnb.features.low_dimensional_gpt2.probing.probed_course",
        tuple(
            {"d": 16, "r": 3, "seed": seed, **_SMALL, "steps": 4000, "every": 25}
            for seed in range(3)
        ),
    ),
    "published-layer": Run(
        "iclnb.features.learning_in_context.published.published_layer",
        ({"seed": 0, **_PUBLISHED},),
    ),
    "rank-powers": Run(
        "iclnb.features.learning_in_context.rank_powers.rank_run",
        tuple(
            {"r": r, "neurons": m, "seed": seed}
            for m, ranks in ((512, (2, 3, 4, 6, 8, 12)), (1024, (8, 12)))
            for seed in range(8)
            for r in ranks
        ),
    ),
    "learned-basis": Run(
        "iclnb.statistics.learning_the_basis.learning_runs.learning_run",
        tuple({"n_tasks": T, "seed": seed} for T in (32, 512) for seed in range(1, 9)),
    ),
    "learned-basis-fresh": Run(
        "iclnb.statistics.learning_the_basis.learning_runs.learning_run",
        tuple({"n_tasks": 512, "seed": seed} for seed in range(9, 17)),
    ),
    "learned-basis-tasks": Run(
        "iclnb.statistics.learning_the_basis.learning_runs.learning_run",
        tuple(
            {"n_tasks": T, "seed": seed, "every_token": every, "steps": 3200, "batch_size": 128}
            for every, sizes in ((False, (32, 512, 2048, 8192)), (True, (32, 512, 2048)))
            for T in sizes
            for seed in (1, 2, 3)
        ),
    ),
    "learned-basis-figures": Run(
        "iclnb.statistics.learning_the_basis.figure_settings.figure_run",
        tuple(
            {"kind": "linear", "seed": seed, **more}
            for more in ({}, {"every_token": True})
            for seed in range(10)
        )
        + tuple({"kind": "softmax", "seed": seed} for seed in range(10))
        + ({"kind": "encoder", "seed": 0, "n_test_tasks": 512},)
        + tuple(
            {"kind": kind, "seed": seed, **more, "n_test_tasks": 512}
            for seed in range(3)
            for kind in ("linear", "softmax")
            for more in _SWEPT
        ),
    ),
    "task-diversity-transformer": Run(
        "iclnb.statistics.task_diversity.pool_runs.pool_run",
        tuple(
            {"n_tasks": M, "seed": seed, **_POOLS}
            for seed, sizes in ((0, (4, 16, 64, 256, 1024, 4096, None)), (1, (4, 16, 64, 256)))
            for M in sizes
        ),
    ),
    "task-diversity-sizes": Run(
        "iclnb.statistics.task_diversity.finite_size.size_run",
        tuple(
            {"d": d, **more, **_STEEP, "first": first, "count": count}
            for row, (d, count) in enumerate(_CHUNKS.items())
            for more, seeds in _SIZES
            if row < len(seeds)
            for first in range(0, seeds[row], count)
        )
        + tuple(
            {"tau": tau, **_DESCENT, "first": first}
            for tau in (0.2, 0.5, 0.85, 1.15, 1.5, 2.0)
            for first in range(0, 24, 2)
        )
        + tuple(
            {"kappa": kappa, **_DIVERSITY, "first": first}
            for kappa in (1.0, 5.0, 10.0, 50.0)
            for first in range(0, 16, 4)
        ),
    ),
    "task-diversity-large": Run(
        "iclnb.statistics.task_diversity.finite_size.size_run",
        tuple(
            {"d": 120, "tau": 3.0, **_STEEP, "first": first, "count": 2}
            for first in range(0, 16, 2)
        ),
    ),
}

#: Runs at the source's full size for which no results are committed: run only if named.
FULL: dict[str, Run] = {
    name: Run(
        f"{kind.function.__module__}.{kind.function.__name__}",
        tuple(p for group in stacks.PLAN if group.name == name for p in group.points),
    )
    for name, kind in stacks.KINDS.items()
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


def check_all(names: Iterable[str], *, seed: int) -> int:
    """Compute one point of each stored run again; return 1 if one is not as stored."""
    right = True
    for name in names:
        kept = scale.stored(name)
        if kept is None:
            print(f"{name}: nothing is stored")
            continue
        good, text = check(resolve({**RUNS, **FULL}[name].function), kept, seed=seed)
        print(text, flush=True)
        right &= good
    return 0 if right else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.paper")
    parser.add_argument(
        "names",
        nargs="*",
        help=f"of {', '.join(RUNS)}; default: all of these. By name only: {', '.join(FULL)}",
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--scheduler", default=None)
    parser.add_argument("--check", action="store_true", help="one random point of each, again")
    parser.add_argument("--seed", type=int, default=None, help="which points; default: by the day")
    card = parser.add_argument_group("the sources' full sizes, several models at once")
    card.add_argument("--device", default=None, help="cuda, or cpu")
    card.add_argument("--minutes", type=float, default=10.0, help="until all is written")
    card.add_argument("--stack", type=int, default=8, help="models at once")
    card.add_argument("--eager", action="store_true", help="without torch.compile")
    card.add_argument("--tiny", action="store_true", help="models of a few numbers, on the CPU")
    card.add_argument("--runs", type=Path, default=ROOT / "runs", help="points and checkpoints")
    card.add_argument("--results", type=Path, default=None, help="the small files; default: iclnb")
    options = parser.parse_args(arguments)
    every = {**RUNS, **FULL}
    unknown = sorted(set(options.names) - set(every))
    if unknown:
        parser.error(f"unknown run {', '.join(unknown)}; there are {', '.join(every)}")
    if options.device is not None:
        return stacks.main(options)
    if options.check:
        day = date.today().toordinal()
        return check_all(options.names or RUNS, seed=day if options.seed is None else options.seed)
    for name in options.names or RUNS:
        written = execute(
            name,
            every[name],
            store=ROOT / "runs" / name,
            workers=options.workers,
            scheduler=options.scheduler,
        )
        print(f"written {written.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

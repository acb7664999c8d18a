r"""The causal Transformer at several pool sizes: how far it stands from dMMSE and from ridge.

Distances are those of Raventós et al. (2023),
:math:`\Delta=E\frac1{nd}\sum_k(\hat y_k-\hat y'_k)^2` over all positions of a prompt, on prompts of
the pool's tasks and of new ones. One call is one training run; ``python -m tools.paper
task-diversity-transformer`` makes the committed results, a reduction that one core can run, and
``... task-diversity-paper`` would run the paper's configuration (on a GPU).

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.pool_stack import PoolStack
from iclnb.statistics.task_diversity.predictors import prediction_distance, prefix_predictions
from iclnb.statistics.task_diversity.prompts import sample_linear_prompts, sample_pool
from iclnb.statistics.task_diversity.trainable import crossing
from iclnb.statistics.task_diversity.transformer import (
    CausalTransformer,
    TransformerSetting,
    memory_predictions,
    train_transformer,
    transformer_predictions,
)

__all__ = [
    "NAME",
    "PoolRuns",
    "pool_run",
    "pool_stack",
    "stacked_pool_run",
    "stored_runs",
]

#: Name of the committed result.
NAME = "task-diversity-transformer"


@guarded
def pool_run(
    n_tasks: int | None, seed: int, *, draws: int = 4096, records: int = 40, **setting: Any
) -> dict[str, Any]:
    r"""Train one Transformer on a pool and measure it.

    Parameters
    ----------
    n_tasks : int or None
        M; None draws a new task for every prompt. Pools of one seed are nested: the first M rows of
        one draw from N(0, I).
    seed : int
        Of the pool, the initial weights and the training prompts.
    draws : int
        Test prompts of either kind.
    records : int
        Pieces of equal length over which the training loss is averaged.
    **setting
        Fields of :class:`.transformer.TransformerSetting`; the paper's configuration by default.

    Returns
    -------
    dict
        ``pool_dmmse, pool_ridge, new_dmmse, new_ridge`` (:math:`\Delta`; those that do not exist
        without a pool are left out), ``pool_error, new_error`` (squared error per position against
        the noiseless label), ``ridge_error`` (that of ridge on the new n_tasks) and ``loss``.
    """
    shape = TransformerSetting(**setting)
    seed = check_integer(seed, "seed", least=0)
    draws, records = check_integer(draws, "draws"), check_integer(records, "records")
    pool = None
    if n_tasks is not None:
        count = check_integer(n_tasks, "n_tasks")
        pool = sample_pool(count, shape.d, np.random.default_rng(seed))
    model, losses = train_transformer(shape, pool, seed=seed)
    pieces = np.array_split(losses, min(records, shape.steps))
    return _measured(shape, model, pool, seed, draws, [float(piece.mean()) for piece in pieces])


def _measured(
    shape: TransformerSetting,
    model: CausalTransformer,
    pool: FloatArray | None,
    seed: int,
    draws: int,
    loss: Sequence[float],
) -> dict[str, Any]:
    """What is kept of a trained model."""
    found: dict[str, Any] = {}
    for kind in ("pool", "new") if pool is not None else ("new",):
        streams = np.random.SeedSequence([seed, 1]).spawn(3)
        names = ("task_rng", "input_rng", "noise_rng")
        prompts = sample_linear_prompts(
            draws,
            shape.prompt_length,
            noise=shape.noise,
            d=shape.d,
            pool=pool if kind == "pool" else None,
            **{name: np.random.default_rng(s) for name, s in zip(names, streams)},
        )
        guess = transformer_predictions(model, prompts)
        truth = np.einsum("bnd,bd->bn", prompts.X, prompts.tasks)
        seen = (prompts.X, prompts.y)
        ridge = prefix_predictions(*seen, noise=shape.noise)
        found[f"{kind}_ridge"] = prediction_distance(guess, ridge, shape.d)
        found[f"{kind}_error"] = float(np.mean((guess - truth) ** 2))
        if pool is not None:
            if shape.on_device:
                memory = memory_predictions(*seen, pool, noise=shape.noise, device=shape.device)
            else:
                memory = prefix_predictions(*seen, noise=shape.noise, pool=pool)
            found[f"{kind}_dmmse"] = prediction_distance(guess, memory, shape.d)
        if kind == "new":
            found["ridge_error"] = float(np.mean((ridge - truth) ** 2))
    rounded = {name: float(f"{value:.5g}") for name, value in found.items()}
    return {**rounded, "loss": [round(value, 4) for value in loss]}


@guarded
def pool_stack(
    points: Sequence[dict[str, Any]], *, device: str, compiled: bool = False
) -> PoolStack:
    """The stack of several points of :func:`pool_run`, which may differ in n_tasks and seed."""
    own = ("n_tasks", "seed", "draws")
    rest = [{k: v for k, v in point.items() if k not in own} for point in points]
    if not points or any(one != rest[0] for one in rest):
        raise ValueError("points must be at least one, and differ in n_tasks and seed only")
    setting = TransformerSetting(
        **{k: v for k, v in rest[0].items() if k not in ("records", "device")}, device=device
    )
    pools, seeds = ([point[name] for point in points] for name in ("n_tasks", "seed"))
    return PoolStack(setting, pools, seeds, records=rest[0].get("records", 40), compiled=compiled)


@guarded
def stacked_pool_run(stack: PoolStack, i: int, *, draws: int = 4096) -> dict[str, Any]:
    """What :func:`pool_run` returns, of run i of a stack that is trained."""
    draws = check_integer(draws, "draws")
    pool, seed = stack.pools[i], stack.seeds[i]
    return _measured(stack.setting, stack.model(i), pool, seed, draws, stack.losses(i))


class PoolRuns(NamedTuple):
    """Stored runs: pool sizes (k,), seeds (s,), and arrays (s, k) of distances and errors.

    ``limit`` holds the distance to ridge of the runs with unlimited tasks, on new tasks, (s,).
    """

    sizes: FloatArray
    seeds: tuple[int, ...]
    pool_dmmse: FloatArray
    pool_ridge: FloatArray
    new_dmmse: FloatArray
    new_ridge: FloatArray
    new_error: FloatArray
    ridge_error: FloatArray
    limit: FloatArray
    setting: dict[str, Any]

    def leaning(self) -> FloatArray:
        r"""Signs of :math:`\log(\Delta_{dMMSE}/\Delta_{ridge})`, (2, s, k): pool, then new tasks.

        -1: nearer to dMMSE; +1: nearer to ridge; nan: no run.
        """
        pairs = (self.pool_dmmse, self.pool_ridge), (self.new_dmmse, self.new_ridge)
        return np.sign([np.log(dmmse / ridge) for dmmse, ridge in pairs])

    def crossings(self, kind: str) -> list[float | None]:
        """The M at which both distances are equal, seed by seed; ``kind`` is "pool" or "new"."""
        if kind not in ("pool", "new"):
            raise ValueError(f"kind must be 'pool' or 'new', got {kind!r}")
        found = []
        for pair in zip(getattr(self, f"{kind}_dmmse"), getattr(self, f"{kind}_ridge")):
            there = np.isfinite(pair[0])
            found.append(crossing(self.sizes[there], *(values[there] for values in pair)))
        return found


def stored_runs() -> PoolRuns:
    """Return the committed runs; what a seed does not have is nan.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.required(NAME)
    points = found.results["points"]
    done = {(p["n_tasks"], p["seed"]): p["result"] for p in points}
    sizes = sorted({M for M, _ in done if M is not None})
    seeds = tuple(sorted({s for _, s in done}))

    def table(name: str) -> FloatArray:
        rows = [[done.get((M, s), {}).get(name, np.nan) for M in sizes] for s in seeds]
        return np.array(rows)

    names = ("pool_dmmse", "pool_ridge", "new_dmmse", "new_ridge", "new_error", "ridge_error")
    limit = np.array([done.get((None, s), {}).get("new_ridge", np.nan) for s in seeds])
    setting = {k: v for k, v in points[0].items() if k not in ("n_tasks", "seed", "result")}
    return PoolRuns(np.array(sizes, dtype=float), seeds, *map(table, names), limit, setting)

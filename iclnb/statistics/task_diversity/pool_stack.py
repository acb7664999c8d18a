r"""Several pools at once: the same runs as :func:`.pool_runs.pool_run`, for a graphics card.

Runs may differ in the pool and the seed, not in the setting. Their prompts are drawn on the device.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from iclnb.arguments import check_integer
from iclnb.kinds import guarded
from iclnb.pytorch import torch
from iclnb.stacks.blocks import StackShape, stacked_forward
from iclnb.stacks.runs import StackedRuns
from iclnb.statistics.task_diversity.prompts import sample_pool
from iclnb.statistics.task_diversity.transformer import (
    CausalTransformer,
    TransformerSetting,
    alternating,
    draw_prompts,
    prompt_generator,
    triangle,
)

__all__ = ["PoolStack", "transformer_shape"]

_LONGEST = 1000
"""Steps between two records, at most: a run can be stopped at records only."""


@guarded
def transformer_shape(setting: TransformerSetting) -> StackShape:
    """The size of a CausalTransformer, and the names of its parameters."""
    parts = ("norm1.{}", "self_attn.in_proj_{}", "self_attn.out_proj.{}", "norm2.{}", "linear1.{}",
             "linear2.{}")  # fmt: skip
    return StackShape(
        setting.layers, setting.width, setting.heads, "none", "read.{}", "position",
        tuple(f"blocks.layers.{{}}.{part}" for part in parts), "norm.{}", "write.{}",
    )  # fmt: skip


class PoolStack(StackedRuns):
    """Transformers on pools that are trained together.

    Parameters
    ----------
    setting : TransformerSetting
        With ``on_device``; its device is where the stack is.
    pools : sequence
        Of each run: the number M of tasks, or None for a new task in every prompt.
    seeds : sequence of int
        Of each run, as :func:`.pool_runs.pool_run` takes it.
    records : int
        Pieces of equal length over which losses are averaged; a divisor of the steps.
    chunk : int
        Steps that are drawn at a time; the numbers do not depend on it.
    compiled : bool
        Whether ``torch.compile`` makes the block's kernels.

    Raises
    ------
    ValueError
        If there is no run, prompts are not drawn on the device, or ``records`` does not divide.
    """

    @guarded
    def __init__(
        self,
        setting: TransformerSetting,
        pools: Sequence[int | None],
        seeds: Sequence[int],
        *,
        records: int = 40,
        chunk: int = 50,
        compiled: bool = False,
    ) -> None:
        if not len(pools) == len(seeds) > 0:
            raise ValueError("pools and seeds must be as many, at least one")
        if not setting.on_device:
            raise ValueError("setting must draw the prompts on the device")
        if setting.steps % check_integer(records, "records"):
            raise ValueError(f"records must divide the {setting.steps} steps, got {records}")
        self.setting, self.sizes, self.seeds = setting, tuple(pools), tuple(seeds)
        self.n_records = records
        self.pools = [
            None if M is None else sample_pool(M, setting.d, np.random.default_rng(seed))
            for M, seed in zip(pools, seeds)
        ]
        self.shape = transformer_shape(setting)
        self.steps, self.step_size = setting.steps, setting.step_size
        piece = setting.steps // records
        self.every = next(k for k in range(min(piece, _LONGEST), 0, -1) if piece % k == 0)
        self.batch_size, self.length = setting.batch_size, 2 * setting.prompt_length
        self.generators = [prompt_generator(seed, setting.device) for seed in seeds]
        starts = [
            CausalTransformer(setting, torch.Generator().manual_seed(seed)).state_dict()
            for seed in seeds
        ]
        super().__init__(
            starts,
            device=setting.device,
            dtype=torch.float32,
            bfloat16=setting.precision == "bfloat16",
            chunk=chunk,
            compiled=compiled,
        )
        self._pools = [
            None if pool is None else torch.as_tensor(pool, dtype=torch.float32, device=self.device)
            for pool in self.pools
        ]

    def _rate(self, step: int) -> float:
        return self.step_size * triangle(self.setting, step)

    def _draw(self, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        drawn = [
            draw_prompts(self.setting, pool, steps, generator)
            for pool, generator in zip(self._pools, self.generators)
        ]
        X, y = zip(*drawn)
        return torch.stack(X, dim=1), torch.stack(y, dim=1)

    @guarded
    def identity(self, i: int) -> dict[str, object]:
        """What a checkpoint of run i must agree with."""
        setting = asdict(replace(self.setting, device="cpu"))
        own = {"n_tasks": self.sizes[i], "seed": self.seeds[i], "records": self.n_records}
        return {**setting, **own}

    @guarded
    def errors(
        self, parameters: Mapping[str, torch.Tensor], X: torch.Tensor, y: torch.Tensor
    ) -> torch.Tensor:
        """Squared errors (S, B, n) on inputs (S, B, n, d) and labels (S, B, n)."""
        tokens = alternating(X.flatten(0, 1), y.flatten(0, 1)).unflatten(0, X.shape[:2])
        index = torch.arange(self.length, device=self.device)
        out = stacked_forward(parameters, self.shape, tokens, index, block=self.block)
        return (out[:, :, ::2].to(y.dtype) - y) ** 2

    @guarded
    def model(self, i: int) -> CausalTransformer:
        """Run i's model."""
        model = CausalTransformer(self.setting, torch.Generator()).to(self.device)
        model.load_state_dict(self.model_state(i))
        return model

    @guarded
    def losses(self, i: int) -> list[float]:
        """Mean loss of run i in each piece that is over."""
        means: list[Any] = [np.mean(errors) for _, _, _, errors in self.records[i]]
        size = self.steps // self.n_records // self.every
        return [float(np.mean(means[k : k + size])) for k in range(0, len(means), size)]

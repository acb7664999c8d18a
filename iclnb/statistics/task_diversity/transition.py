r"""The small model trained at several pool sizes: where it leaves dMMSE for ridge.

Pools are nested: the first M tasks of one draw. This module imports torch; the package does not
import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.prompts import sample_pool
from iclnb.statistics.task_diversity.trainable import (
    TrainingSetting,
    crossing,
    distances,
    train,
)


class Transition(NamedTuple):
    """Per pool size (k,): distances to either rule on the pool's and on new tasks, and risks."""

    sizes: FloatArray
    pool_dmmse: FloatArray
    pool_ridge: FloatArray
    new_dmmse: FloatArray
    new_ridge: FloatArray
    pool_risk: FloatArray
    new_risk: FloatArray

    def leaning(self) -> FloatArray:
        r"""Signs of :math:`\log(\Delta_{dMMSE}/\Delta_{ridge})`, (2, k): pool, then new tasks.

        -1: nearer to dMMSE; +1: nearer to ridge.
        """
        return np.sign(
            [
                np.log(self.pool_dmmse / self.pool_ridge),
                np.log(self.new_dmmse / self.new_ridge),
            ]
        )

    def crossings(self) -> tuple[float | None, float | None]:
        """The M at which the two distances are equal, on the pool's and on new tasks."""
        return (
            crossing(self.sizes, self.pool_dmmse, self.pool_ridge),
            crossing(self.sizes, self.new_dmmse, self.new_ridge),
        )


@guarded
def transition(
    setting: TrainingSetting, sizes: Sequence[int], *, seed: int, draws: int
) -> Transition:
    """Train one model for each pool size, from one initialisation and one stream of inputs."""
    pool = sample_pool(max(sizes), setting.d, np.random.default_rng(seed))
    rows = []
    for M in sizes:
        model = train(setting, pool[:M], seed=seed).model
        rows.append([M, *distances(model, setting, pool[:M], draws=draws, seed=seed + 1)])
    return Transition(*np.array(rows, dtype=np.float64).T)

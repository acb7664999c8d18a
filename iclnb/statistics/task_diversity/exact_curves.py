r"""Risks against the size of the pool, over several pools: what dMMSE and linear attention do.

Means over pools, with the standard error of that mean. Risk :math:`E|\hat w-w|^2`, not divided by
d.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.prompts import sample_pool
from iclnb.statistics.task_diversity.risks import attention_gamma, attention_risk, dmmse_risk


class PoolCurves(NamedTuple):
    """Each (k,): pool sizes; mean risk and its standard error of dMMSE on new tasks and on the
    pool; mean risk on new tasks of linear attention tuned to the pool."""

    sizes: FloatArray
    new: FloatArray
    new_error: FloatArray
    own: FloatArray
    own_error: FloatArray
    attention: FloatArray


@guarded
def pool_curves(
    sizes: Sequence[int],
    *,
    d: int,
    prompt_length: int,
    noise: float,
    pools: int,
    draws: int,
    seed: int,
) -> PoolCurves:
    """Draw ``pools`` pools (at least two) of each size M and measure.

    The prompts of pool number i are the same at every M.
    """
    d = check_integer(d, "d")
    pools = check_integer(pools, "pools", least=2)
    rows = []
    for M in sizes:
        found = []
        for i in range(pools):
            pool = sample_pool(M, d, np.random.default_rng([seed, i]))
            risks = [
                dmmse_risk(pool, prompt_length, noise=noise, draws=draws, seed=i, own_pool=own).mean
                for own in (False, True)
            ]
            Gamma = attention_gamma(pool.T @ pool / M, prompt_length, noise=noise)
            found.append([*risks, attention_risk(Gamma, np.eye(d), prompt_length, noise=noise)])
        mean = np.mean(found, axis=0)
        error = np.std(found, axis=0, ddof=1) / math.sqrt(pools)
        rows.append([M, mean[0], error[0], mean[1], error[1], mean[2]])
    return PoolCurves(*np.array(rows, dtype=np.float64).T)

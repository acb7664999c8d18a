r"""Linear-regression prompts from a finite pool of tasks, or from all of them.

Raventós et al. (2023): :math:`x\sim N(0,I_d)`, :math:`y=w^\top x+\sigma\xi`; pretraining tasks are
drawn uniformly from a pool :math:`w^{(1)},\dots,w^{(M)}` that was itself drawn from
:math:`N(0,I_d)`. Their setting: d = 8, n = 16, :math:`\sigma^2=1/4`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.statistics.nonparametric_icl.checks import (
    Array,
    array,
    generator,
    non_negative,
    positive_integer,
)


class LinearPrompts(NamedTuple):
    """B prompts: tasks (B, d), inputs (B, n, d), labels (B, n), noisy."""

    tasks: Array
    inputs: Array
    labels: Array


def sample_pool(count: int, dimension: int, rng: np.random.Generator) -> Array:
    """M tasks from N(0, I_d), shape (M, d)."""
    shape = (positive_integer(count, "count"), positive_integer(dimension, "dimension"))
    return generator(rng, "rng").standard_normal(shape)


def sample_linear_prompts(
    batch: int,
    context: int,
    *,
    noise: float,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
    dimension: int | None = None,
    pool: ArrayLike | None = None,
) -> LinearPrompts:
    r"""Draw prompts whose tasks come from a pool (M, d), or from :math:`N(0,I_d)` without one.

    Parameters
    ----------
    batch, context : int
        B and n, at least one.
    noise : float
        :math:`\sigma\ge0`.
    task_rng, input_rng, noise_rng : Generator
        Read independently of one another.
    dimension : int, optional
        d; required without a pool, and must not contradict it.

    Raises
    ------
    ValueError
        If neither or contradictory ``dimension`` and ``pool`` are given.
    """
    batch = positive_integer(batch, "batch")
    context = positive_integer(context, "context")
    noise = non_negative(noise, "noise")
    if pool is None:
        if dimension is None:
            raise ValueError("dimension is required without a pool")
        tasks = sample_pool(batch, dimension, generator(task_rng, "task_rng"))
    else:
        pool = array(pool, "pool", 2)
        if dimension is not None and dimension != pool.shape[1]:
            raise ValueError(f"dimension must be {pool.shape[1]}, that of the pool")
        tasks = pool[generator(task_rng, "task_rng").integers(len(pool), size=batch)]
    inputs = generator(input_rng, "input_rng").standard_normal((batch, context, tasks.shape[1]))
    labels = np.einsum("bnd,bd->bn", inputs, tasks)
    labels += noise * generator(noise_rng, "noise_rng").standard_normal(labels.shape)
    return LinearPrompts(tasks, inputs, labels)

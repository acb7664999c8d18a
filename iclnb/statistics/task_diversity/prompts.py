r"""Linear-regression prompts from a finite pool of tasks, or from all of them.

Raventós et al. (2023): :math:`x\sim N(0,I_d)`, :math:`y=w^\top x+\sigma\xi`; pretraining tasks are
drawn uniformly from a pool :math:`w^{(1)},\dots,w^{(M)}` that was itself drawn from
:math:`N(0,I_d)`. Their setting: d = 8, n = 16, :math:`\sigma^2=1/4`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number


class LinearPrompts(NamedTuple):
    """B prompts: tasks (B, d), inputs (B, n, d), labels (B, n), noisy."""

    tasks: FloatArray
    inputs: FloatArray
    labels: FloatArray


def sample_pool(count: int, dimension: int, rng: np.random.Generator) -> FloatArray:
    """M tasks from N(0, I_d), shape (M, d)."""
    shape = (check_integer(count, "count"), check_integer(dimension, "dimension"))
    return check_generator(rng, "rng").standard_normal(shape)


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
    batch = check_integer(batch, "batch")
    context = check_integer(context, "context")
    noise = check_number(noise, "noise", low=0.0)
    if pool is None:
        if dimension is None:
            raise ValueError("dimension is required without a pool")
        tasks = sample_pool(batch, dimension, check_generator(task_rng, "task_rng"))
    else:
        pool = check_array(pool, "pool", (None, None))
        if dimension is not None and dimension != pool.shape[1]:
            raise ValueError(f"dimension must be {pool.shape[1]}, that of the pool")
        tasks = pool[check_generator(task_rng, "task_rng").integers(len(pool), size=batch)]
    check_generator(input_rng, "input_rng")
    inputs = input_rng.standard_normal((batch, context, tasks.shape[1]))
    labels = np.einsum("bnd,bd->bn", inputs, tasks)
    labels += noise * check_generator(noise_rng, "noise_rng").standard_normal(labels.shape)
    return LinearPrompts(tasks, inputs, labels)

r"""Linear-regression prompts from a finite pool of tasks, or from all of them.

Raventós et al. (2023): :math:`x\sim N(0,I_d)`, :math:`y=w^\top x+\sigma\xi`; pretraining tasks are
drawn uniformly from a pool :math:`w^{(1)},\dots,w^{(M)}` that was itself drawn from
:math:`N(0,I_d)`. Their setting: d = 8, n = 16, :math:`\sigma^2=1/4`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts


@guarded
def sample_pool(n_tasks: int, d: int, rng: np.random.Generator) -> FloatArray:
    """M tasks from N(0, I_d), shape (M, d)."""
    shape = (check_integer(n_tasks, "n_tasks"), check_integer(d, "d"))
    return check_generator(rng, "rng").standard_normal(shape)


@guarded
def sample_linear_prompts(
    n_prompts: int,
    prompt_length: int,
    *,
    noise: float,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
    d: int | None = None,
    pool: ArrayLike | None = None,
) -> Prompts:
    r"""Draw prompts whose tasks come from a pool (M, d), or from :math:`N(0,I_d)` without one.

    Parameters
    ----------
    n_prompts, prompt_length : int
        B and n, at least one.
    noise : float
        :math:`\sigma\ge0`.
    task_rng, input_rng, noise_rng : Generator
        Read independently of one another.
    d : int, optional
        d; required without a pool, and must not contradict it.

    Raises
    ------
    ValueError
        If neither or contradictory ``d`` and ``pool`` are given.
    """
    n_prompts = check_integer(n_prompts, "n_prompts")
    prompt_length = check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0)
    if pool is None:
        if d is None:
            raise ValueError("d is required without a pool")
        tasks = sample_pool(n_prompts, d, check_generator(task_rng, "task_rng"))
    else:
        pool = check_array(pool, "pool", (None, None))
        if d is not None and d != pool.shape[1]:
            raise ValueError(f"d must be {pool.shape[1]}, that of the pool")
        tasks = pool[check_generator(task_rng, "task_rng").integers(len(pool), size=n_prompts)]
    check_generator(input_rng, "input_rng")
    X = input_rng.standard_normal((n_prompts, prompt_length, tasks.shape[1]))
    y = np.einsum("bnd,bd->bn", X, tasks)
    y += noise * check_generator(noise_rng, "noise_rng").standard_normal(y.shape)
    return Prompts(X, y, tasks=tasks)

r"""Tasks in the plane: a pool, one prompt, and what the two rules make of it.

The posterior of ridge, :math:`N(\hat w,\sigma^2(X^\top X+\sigma^2I)^{-1})`, is an ellipse; that of
a pool is a weight on each of its points. Pools and prompts are nested: a smaller M or n takes the
first of the same draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.predictors import pool_posterior, ridge
from iclnb.statistics.task_diversity.prompts import sample_pool

LARGEST = 1024
"""Largest pool and longest prompt that are drawn."""


class PlaneAnswers(NamedTuple):
    """A pool (M, 2), its weights (M,), the prompt's task (2,), both answers (2,), an ellipse."""

    pool: FloatArray
    weights: FloatArray
    task: FloatArray
    memory: FloatArray
    ridge: FloatArray
    ellipse: FloatArray


@guarded
def answers_in_the_plane(
    pool_size: int, prompt_length: int, *, noise: float, seed: int, own_pool: bool
) -> PlaneAnswers:
    r"""Draw a pool and one prompt in two dimensions, and answer by either rule.

    Parameters
    ----------
    pool_size, prompt_length : int
        M and n, from 1 to 1024.
    noise : float
        :math:`\sigma>0`.
    seed : int
        Of pool, task, inputs and noise.
    own_pool : bool
        True: the prompt's task is the first one of the pool; False: a new one.

    Returns
    -------
    PlaneAnswers
        The ellipse has 65 points at two standard deviations of the posterior of ridge.
    """
    M = check_integer(pool_size, "pool_size", least=1, most=LARGEST)
    n = check_integer(prompt_length, "prompt_length", least=1, most=LARGEST)
    noise = check_number(noise, "noise", low=0.0, strict=True)
    rng = np.random.default_rng(check_integer(seed, "seed", least=0))
    pool = sample_pool(LARGEST, 2, rng)[:M]
    new = rng.standard_normal(2)
    X, xi = rng.standard_normal((LARGEST, 2))[None, :n], rng.standard_normal(LARGEST)[None, :n]
    task = pool[0] if own_pool else new
    y = X @ task + noise * xi
    weights = pool_posterior(X, y, pool, noise=noise)[0]
    middle = ridge(X, y, noise=noise)[0]
    spread = noise**2 * np.linalg.inv(X[0].T @ X[0] + noise**2 * np.eye(2))
    turn = np.linspace(0, 2 * np.pi, 65)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    ellipse = middle + 2 * (np.linalg.cholesky(spread) @ circle).T
    return PlaneAnswers(pool, weights, task, weights @ pool, middle, ellipse)

r"""Risks of ridge, dMMSE and one-layer linear attention on linear tasks, as exact as they get.

Risk is :math:`E|\hat w-w|^2`, the excess at a N(0, I) query, not divided by d. For ridge and
N(0, I) tasks it is :math:`E_X\,\mathrm{tr}\,\sigma^2(X^\top X+\sigma^2I)^{-1}`: only the inputs are
sampled. For n and d large with their ratio fixed it solves

.. math:: e=\frac d{1+n/(\sigma^2+e)} .

Linear attention :math:`\hat w=\Gamma^\top\frac1nX^\top y` on tasks of second moment S:

.. math:: A=(1+\tfrac1n)S+\tfrac{\mathrm{tr}S+\sigma^2}nI,\qquad\Gamma^*=A^{-1}S,\qquad
          R=\mathrm{tr}S-2\,\mathrm{tr}(\Gamma^\top S)+\mathrm{tr}(\Gamma^\top A\Gamma).

Tuned to M tasks, :math:`S=W^\top W/M`, it tends to its own limit at M = infinity: no transition
from dMMSE to ridge, since it is neither. Derived here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_number,
    check_psd,
)
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.rivals.bayes import Estimate
from iclnb.statistics.task_diversity.predictors import dmmse
from iclnb.statistics.task_diversity.prompts import sample_linear_prompts


@guarded
def ridge_risk(
    d: int, prompt_length: int, *, noise: float, draws: int, rng: np.random.Generator
) -> Estimate:
    """Exact risk of ridge on N(0, I) tasks, averaged over ``draws`` input sets."""
    d = check_integer(d, "d")
    n = check_integer(prompt_length, "prompt_length")
    draws = check_integer(draws, "draws", least=2)
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    X = check_generator(rng, "rng").standard_normal((draws, n, d))
    gram = "bni,bnj->bij" if n >= d else "bni,bmi->bnm"  # the smaller one: no zeros to round
    eigenvalues = np.linalg.eigvalsh(np.einsum(gram, X, X))
    risks = np.sum(level / (np.maximum(eigenvalues, 0.0) + level), axis=1) + max(d - n, 0)
    return Estimate(float(risks.mean()), float(risks.std(ddof=1) / math.sqrt(draws)))


@guarded
def ridge_risk_limit(d: float, prompt_length: float, *, noise: float) -> float:
    r"""The proportional limit, :math:`e=d/(1+n/(\sigma^2+e))`, solved as a quadratic."""
    d = check_number(d, "d", low=0.0, strict=True)
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    level = check_number(noise, "noise", low=0.0) ** 2
    b = level + n - d
    root = math.sqrt(b * b + 4 * d * level)
    return 2 * d * level / (b + root) if b > 0 else 0.5 * (root - b)


@guarded
def dmmse_risk(
    pool: ArrayLike,
    prompt_length: int,
    *,
    noise: float,
    draws: int,
    seed: int,
    own_pool: bool,
) -> Estimate:
    r"""Monte Carlo risk of dMMSE on its own pool or on new N(0, I) tasks.

    Parameters
    ----------
    pool : array (M, d)
    own_pool : bool
        True: test tasks from the pool; False: new ones.
    seed : int
        Tasks, inputs and noise come from three child streams; the inputs do not depend on the pool.
    """
    W = check_array(pool, "pool", (None, None))
    draws = check_integer(draws, "draws", least=2)
    seed = check_integer(seed, "seed", least=0)
    streams = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    prompts = sample_linear_prompts(
        draws,
        prompt_length,
        noise=noise,
        d=W.shape[1],
        pool=W if own_pool else None,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), streams)),
    )
    losses = []
    for start in range(0, draws, 256):
        cut = slice(start, start + 256)
        guess = dmmse(prompts.X[cut], prompts.y[cut], W, noise=noise)
        losses.append(np.sum((guess - prompts.tasks[cut]) ** 2, axis=1))
    values = np.concatenate(losses)
    return Estimate(float(values.mean()), float(values.std(ddof=1) / math.sqrt(draws)))


@guarded
def key_second_moment(
    task_covariance: ArrayLike, prompt_length: int, *, noise: float
) -> FloatArray:
    r""":math:`A=(1+\frac1n)S+\frac{\mathrm{tr}S+\sigma^2}nI` for N(0, I) inputs, shape (d, d)."""
    S = check_psd(task_covariance, "task_covariance")
    n = check_integer(prompt_length, "prompt_length")
    extra = np.trace(S) + check_number(noise, "noise", low=0.0) ** 2
    return (1 + 1 / n) * S + extra / n * np.eye(len(S))


@guarded
def attention_gamma(task_covariance: ArrayLike, prompt_length: int, *, noise: float) -> FloatArray:
    r""":math:`\Gamma^*=A^{-1}S`, the best linear attention for tasks of second moment S."""
    S = check_array(task_covariance, "task_covariance", (None, None))
    return np.linalg.solve(key_second_moment(S, prompt_length, noise=noise), S)


@guarded
def attention_risk(
    Gamma: ArrayLike, task_covariance: ArrayLike, prompt_length: int, *, noise: float
) -> float:
    """Exact risk of any Gamma (d, d) on tasks of the given second moment (I for new tasks)."""
    A = key_second_moment(task_covariance, prompt_length, noise=noise)
    Gamma = check_array(Gamma, "Gamma", A.shape)
    S = check_array(task_covariance, "task_covariance", (None, None))
    value = np.trace(S) - 2 * np.sum(Gamma * S) + np.sum((A @ Gamma) * Gamma)
    return float(value)


@guarded
def attention_distance(
    first: ArrayLike,
    second: ArrayLike,
    task_covariance: ArrayLike,
    prompt_length: int,
    *,
    noise: float,
) -> float:
    r""":math:`E|\hat w-\hat w'|^2/d=\mathrm{tr}(D^\top AD)/d`, D the difference of two Gammas."""
    A = key_second_moment(task_covariance, prompt_length, noise=noise)
    D = check_array(first, "first", A.shape) - check_array(second, "second", A.shape)
    return float(np.sum((A @ D) * D) / len(A))

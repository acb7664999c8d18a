r"""The exact Bayes meta-learner: finitely many bases may be the true one.

One of B bases :math:`f^{(1)},\dots,f^{(B)}` is drawn, each with the same probability; it serves all
tasks, :math:`F_t=\sum_j\beta_{t,j}f_j`, with normal coefficients :math:`\beta_t\sim N(0,\Lambda)`.
Given T prompts of n examples and the prompt of a new task, the posterior is known in closed form:

.. math:: p(b\mid D)\propto\prod_{t\le T+1}N\big(y_t;0,K_t^{(b)}+\sigma^2I\big),\qquad
          K_t^{(b)}=f^{(b)}(X_t)\,\Lambda f^{(b)}(X_t)^\top ,

and the answer is the mean of the B ridge regressions under it. No method has less risk in the mean.
Derived here; B = 1 is Bayes with the basis known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import CombinedBasis
from iclnb.statistics.nonparametric_icl.covariances import check_variances


class MetaRisks(NamedTuple):
    """Squared errors, prompt by prompt; T counts the pretraining tasks from zero on.

    ``learner`` (draws, T + 1) is that of the meta-learner, ``known`` (draws,) that of Bayes with
    the basis known, ``posterior`` (draws, T + 1) the posterior probability of the true basis.
    """

    learner: FloatArray
    known: FloatArray
    posterior: FloatArray


@guarded
def posterior_of_bases(log_likelihoods: ArrayLike) -> FloatArray:
    r"""Return :math:`p_b\propto e^{\ell_b}` along the last axis, without overflow."""
    logs = np.asarray(log_likelihoods, dtype=float)
    if logs.ndim == 0 or not np.all(np.isfinite(logs)):
        raise ValueError("log_likelihoods must be finite, one for each basis")
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@guarded
def prompt_evidence(
    values: ArrayLike, y: ArrayLike, variances: ArrayLike, *, noise: float
) -> tuple[FloatArray, FloatArray]:
    r"""Return log-likelihood (B,) and posterior mean (B, k) of one prompt under each basis.

    Parameters
    ----------
    values : array (B, n, k)
        The functions of each basis at the inputs.
    y : array (n,)
        The labels.
    variances : array (k,)
        The diagonal of :math:`\Lambda`, positive.
    noise : float
        :math:`\sigma>0`.
    """
    f = np.asarray(values, dtype=float)
    y = np.asarray(y, dtype=float)
    if f.ndim != 3 or y.shape != (f.shape[1],):
        raise ValueError(f"values must be (B, n, k) for {y.shape} labels, got {f.shape}")
    lam = check_variances(variances, "variances")
    if lam.shape != (f.shape[2],) or lam.min() <= 0:
        raise ValueError(f"variances must be {f.shape[2]} positive numbers")
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    information = np.swapaxes(f, 1, 2) @ f / level + np.diag(1 / lam)
    pulled = np.einsum("bnk,n->bk", f, y) / level
    mean = np.linalg.solve(information, pulled[..., None])[..., 0]
    log_determinant = np.linalg.slogdet(information)[1] + np.sum(np.log(lam))
    log_determinant = log_determinant + len(y) * np.log(2 * np.pi * level)
    squares = y @ y / level - np.sum(pulled * mean, axis=1)
    return -0.5 * (log_determinant + squares), mean


@guarded
def meta_risks(
    candidates: Sequence[CombinedBasis],
    variances: ArrayLike,
    *,
    n_tasks: int,
    prompt_length: int,
    noise: float,
    draws: int,
    basis_rng: np.random.Generator,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
) -> MetaRisks:
    r"""Simulate the meta-learner after 0, 1, ..., T pretraining tasks, on common random numbers.

    Parameters
    ----------
    candidates : sequence of CombinedBasis
        The B candidates: orthonormal combinations of k functions of one orthonormal basis.
    variances : array (k,)
        The diagonal of :math:`\Lambda`, positive.
    n_tasks : int
        T, the largest number of pretraining tasks.
    prompt_length : int
        n, examples of each prompt, the new one included.
    noise : float
        :math:`\sigma>0`.
    draws : int
        How often a basis, its tasks and their prompts are drawn.
    basis_rng, task_rng, input_rng, noise_rng : numpy.random.Generator
        Streams of the true basis, the coefficients, the inputs and the noise.

    Raises
    ------
    ValueError
        If the candidates do not combine the same functions, are not orthonormal, or a number is
        out of range.
    """
    if not candidates:
        raise ValueError("candidates must hold at least one candidate")
    sizes = {(one.basis.size, one.size, one.d) for one in candidates}
    if len(sizes) != 1 or not all(one.orthonormal and one.basis.orthonormal for one in candidates):
        raise ValueError("candidates must be orthonormal combinations of the same functions")
    functions, mixes = candidates[0].basis, np.stack([one.matrix for one in candidates])
    lam = check_variances(variances, "variances")
    if lam.shape != (mixes.shape[1],) or lam.min() <= 0:
        raise ValueError(f"variances must be {mixes.shape[1]} positive numbers")
    tasks = check_integer(n_tasks, "n_tasks", least=0)
    n, draws = check_integer(prompt_length, "prompt_length"), check_integer(draws, "draws")
    noise = check_number(noise, "noise", low=0.0, strict=True)
    learner, posterior = np.empty((draws, tasks + 1)), np.empty((draws, tasks + 1))
    known = np.empty(draws)
    for run in range(draws):
        true = int(basis_rng.integers(len(candidates)))
        beta = task_rng.standard_normal((tasks + 1, len(lam))) * np.sqrt(lam)
        inputs = input_rng.random((tasks + 1, n, functions.d))
        shakes = noise * noise_rng.standard_normal((tasks + 1, n))
        told = np.zeros((tasks + 1, len(candidates)))
        for t in range(tasks + 1):
            values = functions.evaluate(inputs[t]) @ np.swapaxes(mixes, 1, 2)
            labels = values[true] @ beta[t] + shakes[t]
            told[t], mean = prompt_evidence(values, labels, lam, noise=noise)
        # the last prompt is that of the new task; it counts with any number of the others
        before = np.concatenate([np.zeros((1, len(candidates))), np.cumsum(told[:-1], axis=0)])
        weights = posterior_of_bases(before + told[-1])
        answers = np.einsum("tb,bk,bkj->tj", weights, mean, mixes)
        truth = beta[-1] @ mixes[true]
        learner[run] = np.sum((answers - truth) ** 2, axis=1)
        known[run] = np.sum((mean[true] - beta[-1]) ** 2)
        posterior[run] = weights[:, true]
    return MetaRisks(learner, known, posterior)

r"""Pretraining: the matrix of linear attention learnt from many tasks, a prompt each.

With :math:`c_t=X_t^\top y_t/n` the answer to prompt t is linear in :math:`\Gamma`,
:math:`\hat y_t=c_t^\top\Gamma x_{q,t}=\langle\Gamma,c_tx_{q,t}^\top\rangle`. The empirical ICL risk
of the slides,

.. math:: \hat R(\Gamma)=\frac1T\sum_{t=1}^T\big(y_{q,t}-c_t^\top\Gamma x_{q,t}\big)^2 ,

is therefore least squares with :math:`d^2` unknowns and one equation for each prompt. Whatever is
learnt of the tasks must fit into :math:`\Gamma`, since nothing else is kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.foundations.in_context_learning.arguments import psd_root
from iclnb.kinds import guarded
from iclnb.prompts import Prompts, check_prompts


@guarded
def sample_gaussian_prompts(
    n_tasks: int,
    prompt_length: int,
    rng: np.random.Generator,
    *,
    input_covariance: ArrayLike,
    task_covariance: ArrayLike,
    noise: float,
) -> Prompts:
    r"""Draw T prompts, each with a task of its own.

    :math:`w_t\sim N(0,\Sigma_\beta)`, :math:`x\sim N(0,\Sigma_x)`,
    :math:`y=w_t^\top x+\sigma\xi` with :math:`\xi\sim N(0,1)`, all independent.

    Parameters
    ----------
    n_tasks, prompt_length : int
        T and n, at least 1.
    rng : numpy.random.Generator
        The source of randomness.
    input_covariance, task_covariance : array_like, shape (d, d)
        :math:`\Sigma_x` and :math:`\Sigma_\beta`, symmetric positive semidefinite.
    noise : float
        :math:`\sigma\ge0`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.

    Notes
    -----
    Source: slides, "Mathematical formulation of in-context learning", with linear functions.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    prompt_length = check_integer(prompt_length, "prompt_length")
    d = len(check_array(input_covariance, "input_covariance", (None, None)))
    spread = psd_root(input_covariance, "input_covariance", d)
    prior = psd_root(task_covariance, "task_covariance", d)
    noise = check_number(noise, "noise", low=0.0)
    check_generator(rng, "rng")
    tasks = rng.standard_normal((n_tasks, d)) @ prior.T
    X = rng.standard_normal((n_tasks, prompt_length + 1, d)) @ spread.T
    values = np.einsum("tid,td->ti", X, tasks)
    y = values + noise * rng.standard_normal(values.shape)
    return Prompts(X[:, :-1], y[:, :-1], X[:, -1], y[:, -1], values[:, -1], tasks)


@guarded
def pretrained_gamma(prompts: Prompts, *, penalty: float = 0.0) -> FloatArray:
    r"""Minimise :math:`\hat R(\Gamma)+\rho\|\Gamma\|_F^2`; without a penalty, take the least norm.

    Parameters
    ----------
    prompts : Prompts
        The pretraining data, with the labels of their queries.
    penalty : float
        :math:`\rho\ge0`, beside the mean of squares.

    Returns
    -------
    ndarray, shape (d, d)
        The key stands on the left of the matrix, the query on its right.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together or are not finite, or the penalty is negative.

    Notes
    -----
    Source: slides, "Empirical ICL risk", with fixed features. With :math:`T\le d^2` prompts in
    general position the minimum is zero: every training answer is learnt by heart.
    """
    X, y, query, label, *_ = check_prompts(prompts, "prompts", needs=("query", "query_label"))
    T, d = query.shape
    penalty = check_number(penalty, "penalty", low=0.0)
    correlations = np.einsum("tid,ti->td", X, y) / X.shape[1]
    design = (correlations[:, :, None] * query[:, None, :]).reshape(T, d * d)
    if penalty > 0:
        design = np.vstack([design, np.sqrt(T * penalty) * np.eye(d * d)])
        label = np.concatenate([label, np.zeros(d * d)])
    return np.linalg.lstsq(design, label, rcond=None)[0].reshape(d, d)


@guarded
def answers(prompts: Prompts, Gamma: ArrayLike) -> FloatArray:
    r"""Return the answers of one matrix to all prompts, shape (T,).

    :math:`\hat y_t=\frac1n\sum_iy_{i,t}x_{i,t}^\top\Gamma x_{q,t}`, with ``Gamma`` of shape
    (d, d). Other arguments and errors as in :func:`pretrained_gamma`.
    """
    X, y, query, *_ = check_prompts(prompts, "prompts")
    d = query.shape[1]
    Gamma = check_array(Gamma, "Gamma", (d, d))
    correlations = np.einsum("tid,ti->td", X, y) / X.shape[1]
    return np.sum((correlations @ Gamma) * query, axis=1)

r"""Ridge regression in the prompt: the posterior mean, its risk, and what a fixed matrix loses.

For :math:`w\sim N(0,\Sigma_\beta)` and Gaussian noise the posterior mean of :math:`w^\top x_q` is

.. math:: k_q^\top(K+\sigma^2I)^{-1}y,\qquad K=X\Sigma_\beta X^\top,\quad k_q=X\Sigma_\beta x_q ,

which is ridge regression with the penalty :math:`\Lambda=\frac{\sigma^2}n\Sigma_\beta^{-1}` beside
the mean of squares, and so linear attention with :math:`\Gamma=(S+\Lambda)^{-1}`. Given the inputs,
ridge regression with any penalty has the risk

.. math::
    R(\Lambda\mid X)=\mathrm{tr}\big(M^{-1}(P\Sigma_\beta P+\sigma^2X^\top X)M^{-1}\Sigma_x\big),
    \qquad P=n\Lambda,\quad M=X^\top X+P ,

the squared bias and the variance. Averaged over X it has no closed form; Jensen's inequality bounds
it from below and least squares from above,

.. math::
    \mathrm{tr}\big((\Sigma_\beta^{-1}+n\Sigma_x/\sigma^2)^{-1}\Sigma_x\big)
    \le R_{\mathrm{Bayes}}(n)\le\frac{\sigma^2d}{n-d-1}\quad(n>d+1).

Derived here; all of it is textbook material.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_number,
)
from iclnb.foundations.attention_as_regression.risk import LinearTasks
from iclnb.foundations.in_context_learning.arguments import prompt_arrays, psd_root
from iclnb.kinds import guarded


class Interval(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float


@guarded
def posterior_mean(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, *, tasks: LinearTasks
) -> FloatArray:
    r"""Bayes' answer :math:`k_q^\top(K+\sigma^2I)^{-1}y`, by the kernel, without a weight vector.

    Parameters
    ----------
    X, y, query : array_like, shapes (n, d), (n,), (..., d)
        The prompt.
    tasks : LinearTasks
        Prior and noise; the noise must be positive.

    Returns
    -------
    ndarray, shape (...)
        The posterior means.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    X, y, query = prompt_arrays(X, y, query)
    check_array(X, "X", (None, tasks.d))
    noise = check_number(tasks.noise, "tasks.noise", low=0.0, strict=True)
    kernel = X @ tasks.task_covariance @ X.T + noise**2 * np.eye(len(X))
    return (query @ tasks.task_covariance @ X.T) @ np.linalg.solve(kernel, y)


@guarded
def posterior_sd(X: ArrayLike, query: ArrayLike, *, tasks: LinearTasks) -> FloatArray:
    r"""Standard deviation of :math:`w^\top x_q` given the prompt.

    .. math:: \big(x_q^\top\Sigma_\beta x_q-k_q^\top(K+\sigma^2I)^{-1}k_q\big)^{1/2} ;

    the labels do not matter to it. Textbook.

    Parameters
    ----------
    X, query : array_like, shapes (n, d), (..., d)
        Inputs of the examples, none or more, and queries.
    tasks : LinearTasks
        Prior and noise; the noise must be positive.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    check_instance(tasks, "tasks", LinearTasks)
    noise = check_number(tasks.noise, "tasks.noise", low=0.0, strict=True)
    query = check_array(query, "query", (..., tasks.d))
    prior = np.einsum("...i,ij,...j->...", query, tasks.task_covariance, query)
    if np.size(X) == 0:
        return np.sqrt(prior)
    X = check_array(X, "X", (None, tasks.d))
    cross = query @ tasks.task_covariance @ X.T
    kernel = X @ tasks.task_covariance @ X.T + noise**2 * np.eye(len(X))
    told = np.einsum("...i,...i->...", cross, np.linalg.solve(kernel, cross[..., None])[..., 0])
    return np.sqrt(np.maximum(prior - told, 0.0))


def _need_definite(tasks: LinearTasks) -> None:
    if np.linalg.matrix_rank(tasks.task_covariance, hermitian=True) < tasks.d:
        raise ValueError("tasks.task_covariance must be positive definite")


@guarded
def bayes_penalty(tasks: LinearTasks, *, prompt_length: int) -> FloatArray:
    r"""The penalty of the posterior mean, :math:`\frac{\sigma^2}n\Sigma_\beta^{-1}`, shape (d, d).

    It stands beside the mean of n squares, n being ``prompt_length``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or :math:`\Sigma_\beta` is singular.
    """
    _need_definite(check_instance(tasks, "tasks", LinearTasks))
    n = check_integer(prompt_length, "prompt_length")
    return tasks.noise**2 / n * np.linalg.inv(tasks.task_covariance)


@guarded
def ridge_risk_given_inputs(X: ArrayLike, *, penalty: ArrayLike, tasks: LinearTasks) -> float:
    r"""Risk :math:`R(\Lambda\mid X)` of ridge regression, exact given the inputs of the prompt.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs; the risk does not depend on the labels.
    penalty : float or array_like, shape (d, d)
        :math:`\Lambda`, symmetric positive semidefinite, beside the mean of squares.
    tasks : LinearTasks
        Law of the tasks and of the query.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or :math:`X^\top X+n\Lambda` is singular.
    """
    check_instance(tasks, "tasks", LinearTasks)
    X = check_array(X, "X", (None, tasks.d))
    factor = psd_root(penalty, "penalty", tasks.d)
    P, gram = len(X) * (factor @ factor.T), X.T @ X
    if np.linalg.matrix_rank(gram + P, hermitian=True) < tasks.d:
        raise ValueError("X has not full column rank, and the penalty does not make up for it")
    inverse = np.linalg.inv(gram + P)
    spread = P @ tasks.task_covariance @ P + tasks.noise**2 * gram
    return float(np.sum((inverse @ spread @ inverse) * tasks.input_covariance))


@guarded
def ridge_risks(
    tasks: LinearTasks,
    penalties: ArrayLike,
    *,
    prompt_length: int,
    n_prompts: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Risk of ridge regression with :math:`\Lambda=\lambda\,\Sigma_\beta^{-1}`, over inputs.

    Parameters
    ----------
    tasks : LinearTasks
        The law; :math:`\Sigma_\beta` positive definite. Bayes is :math:`\lambda=\sigma^2/n`.
    penalties : array_like, shape (m,)
        :math:`\lambda>0`, beside the mean of squares.
    prompt_length, n_prompts : int
        n, and the number of inputs X that the average is taken over.
    rng : numpy.random.Generator
        The source of randomness; all penalties see the same inputs.

    Returns
    -------
    ndarray, shape (m,)
    """
    check_instance(tasks, "tasks", LinearTasks)
    penalties = check_array(penalties, "penalties", (None,))
    if np.any(penalties <= 0):
        raise ValueError("penalties must be positive")
    n, n_prompts = (
        check_integer(prompt_length, "prompt_length"),
        check_integer(n_prompts, "n_prompts"),
    )
    check_generator(rng, "rng")
    _need_definite(tasks)
    kappa = n * penalties
    prior = psd_root(tasks.task_covariance, "task_covariance", tasks.d)
    spread = psd_root(tasks.input_covariance, "input_covariance", tasks.d)
    query = prior.T @ tasks.input_covariance @ prior
    total = np.zeros(len(kappa))
    for _ in range(n_prompts):
        X = rng.standard_normal((n, tasks.d)) @ spread.T @ prior
        e, V = np.linalg.eigh(X.T @ X)
        share = np.sum(V * (query @ V), axis=0)
        e = np.maximum(e, 0.0)
        total += ((kappa[:, None] ** 2 + tasks.noise**2 * e) / (e + kappa[:, None]) ** 2) @ share
    return total / n_prompts


@guarded
def bayes_risk_bounds(tasks: LinearTasks, *, prompt_length: int) -> Interval:
    r"""Bounds on the Bayes risk: Jensen's from below, least squares' from above.

    .. math:: \mathrm{tr}\Big[\Sigma_\beta\big(I+\tfrac n{\sigma^2}\Sigma_x\Sigma_\beta\big)^{-1}
              \Sigma_x\Big]\ \le\ R_{\mathrm{Bayes}}\ \le\ \frac{\sigma^2d}{n-d-1}

    ``prompt_length`` is an integer n > d + 1, and the noise is positive; the covariance of the
    tasks may be singular.
    """
    n = check_integer(prompt_length, "prompt_length", least=tasks.d + 2)
    check_number(tasks.noise, "tasks.noise", low=0.0, strict=True)
    beta, inputs = tasks.task_covariance, tasks.input_covariance
    seen = np.eye(tasks.d) + n / tasks.noise**2 * (inputs @ beta)
    low = np.sum(np.linalg.solve(seen.T, beta) * inputs)
    return Interval(float(low), tasks.noise**2 * tasks.d / (n - tasks.d - 1))


@guarded
def price_of_a_fixed_gamma(tasks: LinearTasks) -> float:
    r"""Limit of :math:`R_n(\Gamma^*_n)/R_{\mathrm{Bayes}}(n)` as the prompts grow.

    .. math:: 1+\Big(1+\frac1d\Big)\frac{\mathrm{tr}(\Sigma_\beta\Sigma_x)}{\sigma^2} .

    For invertible :math:`\Sigma_\beta` and positive noise. The fixed matrix pays for the
    fluctuations of the prompt's second moment as if the signal itself were noise. Derived here:
    both risks are of order 1/n, :math:`R_n(\Gamma^*_n)\approx\frac1n\mathrm{tr}
    (\mathrm{Cov}(xy)\Sigma_x^{-1})` and :math:`R_{\mathrm{Bayes}}\approx\sigma^2d/n`.
    """
    _need_definite(check_instance(tasks, "tasks", LinearTasks))
    noise = check_number(tasks.noise, "tasks.noise", low=0.0, strict=True)
    return 1 + (1 + 1 / tasks.d) * tasks.signal / noise**2

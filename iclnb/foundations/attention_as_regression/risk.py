r"""The exact risk of linear attention on Gaussian prompts, for any matrix and any prompt length.

Tasks :math:`w` with :math:`E[ww^\top]=\Sigma_\beta`, inputs :math:`x\sim N(0,\Sigma_x)`, labels
:math:`y=w^\top x+\sigma\xi`. With :math:`c=X^\top y/n` linear attention answers
:math:`c^\top\Gamma x_q`, and Wick's formula :math:`E[xx^\top Bxx^\top]=2\Sigma B\Sigma
+\mathrm{tr}(B\Sigma)\Sigma` gives

.. math::
    A_n=E[cc^\top]=\Big(1+\frac1n\Big)\Sigma_x\Sigma_\beta\Sigma_x
        +\frac{\mathrm{tr}(\Sigma_\beta\Sigma_x)+\sigma^2}n\,\Sigma_x ,\qquad
    R_n(\Gamma)=\mathrm{tr}(\Sigma_\beta\Sigma_x)
        -2\,\mathrm{tr}(\Gamma^\top\Sigma_x\Sigma_\beta\Sigma_x)
        +\mathrm{tr}(\Gamma^\top A_n\Gamma\Sigma_x).

So :math:`\Gamma_n^*=A_n^{-1}\Sigma_x\Sigma_\beta`. The noise of the query's label is not counted.
Derived here. Only the second moment of the tasks enters; that the inputs are Gaussian does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_integer,
    check_length,
    check_number,
    check_psd,
)
from iclnb.foundations.in_context_learning.pretraining import answers, sample_gaussian_prompts
from iclnb.kinds import guarded


@guarded
@dataclass(frozen=True, eq=False)
class LinearTasks:
    r"""The law of tasks and inputs.

    Parameters
    ----------
    input_covariance : array_like, shape (d, d)
        :math:`\Sigma_x`, symmetric positive definite.
    task_covariance : array_like, shape (d, d)
        :math:`\Sigma_\beta`, symmetric positive semidefinite.
    noise : float
        :math:`\sigma\ge0`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """

    input_covariance: FloatArray
    task_covariance: FloatArray
    noise: float = 0.0

    def __post_init__(self) -> None:
        inputs = check_psd(self.input_covariance, "input_covariance")
        if np.linalg.matrix_rank(inputs, hermitian=True) < len(inputs):
            raise ValueError("input_covariance must be positive definite")
        tasks = check_psd(self.task_covariance, "task_covariance", len(inputs))
        object.__setattr__(self, "input_covariance", inputs)
        object.__setattr__(self, "task_covariance", tasks)
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))

    @classmethod
    def isotropic(cls, d: int, *, noise: float = 0.0) -> LinearTasks:
        r"""Return :math:`\Sigma_x=I`, :math:`\Sigma_\beta=I/d`: the signal has variance one."""
        d = check_integer(d, "d")
        return cls(np.eye(d), np.eye(d) / d, noise)

    @property
    def d(self) -> int:
        """Dimension of the inputs."""
        return len(self.input_covariance)

    @property
    def signal(self) -> float:
        r"""Variance of the noiseless label, :math:`\mathrm{tr}(\Sigma_\beta\Sigma_x)`."""
        return float(np.sum(self.task_covariance * self.input_covariance))


@guarded
def correlation_moment(tasks: LinearTasks, *, prompt_length: float) -> FloatArray:
    r"""Second moment of the correlations of a prompt, :math:`A_n=E[cc^\top]`, shape (d, d).

    ``prompt_length`` is :math:`n\ge1`, an integer or infinity.
    """
    n = check_length(prompt_length, "prompt_length")
    inputs = tasks.input_covariance
    signal = inputs @ tasks.task_covariance @ inputs
    return (1 + 1 / n) * signal + (tasks.signal + tasks.noise**2) / n * inputs


@guarded
def population_risk(tasks: LinearTasks, Gamma: ArrayLike, *, prompt_length: float) -> float:
    r"""Risk :math:`R_n(\Gamma)=E(c^\top\Gamma x_q-w^\top x_q)^2` of any matrix.

    Parameters
    ----------
    tasks : LinearTasks
        The law of tasks and inputs.
    Gamma : array_like, shape (d, d)
        Any real matrix; it need not be symmetric, nor fit this prompt length.
    prompt_length : int or infinity
        Length n of the prompts that it is tested on.

    Returns
    -------
    float
        Not negative; the noise of the query's own label is left out.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    Gamma = check_array(Gamma, "Gamma", (tasks.d, tasks.d))
    inputs = tasks.input_covariance
    cross = np.sum(Gamma * (inputs @ tasks.task_covariance @ inputs))
    second = correlation_moment(tasks, prompt_length=prompt_length)
    return float(tasks.signal - 2 * cross + np.sum((second @ Gamma @ inputs) * Gamma))


@guarded
def risk_gradient(tasks: LinearTasks, Gamma: ArrayLike, *, prompt_length: float) -> FloatArray:
    r"""Gradient :math:`2(A_n\Gamma-\Sigma_x\Sigma_\beta)\Sigma_x` of the risk, shape (d, d)."""
    Gamma = check_array(Gamma, "Gamma", (tasks.d, tasks.d))
    inputs = tasks.input_covariance
    residual = (
        correlation_moment(tasks, prompt_length=prompt_length) @ Gamma
        - inputs @ tasks.task_covariance
    )
    return 2 * residual @ inputs


@guarded
def best_gamma(tasks: LinearTasks, *, prompt_length: float) -> FloatArray:
    r"""The best fixed matrix at one length, :math:`\Gamma^*_n=A_n^{-1}\Sigma_x\Sigma_\beta`.

    If :math:`\Sigma_\beta` is invertible it is the inverse of
    :math:`(1+\frac1n)\Sigma_x+\frac1n(\mathrm{tr}(\Sigma_\beta\Sigma_x)+\sigma^2)\Sigma_\beta^{-1}`,
    which for :math:`\Sigma_\beta=I`, :math:`\sigma=0` is the matrix of Zhang, Frei and Bartlett,
    Theorem 4.1. At infinite length, or without signal and noise, the pseudo-inverse is taken.

    Returns
    -------
    ndarray, shape (d, d)
    """
    n = check_length(prompt_length, "prompt_length")
    share = (tasks.signal + tasks.noise**2) / n
    if share > 0:  # A_n without its first factor, which would square the spectrum
        inner = (1 + 1 / n) * tasks.task_covariance @ tasks.input_covariance
        return np.linalg.solve(inner + share * np.eye(tasks.d), tasks.task_covariance)
    second = correlation_moment(tasks, prompt_length=prompt_length)
    return np.linalg.pinv(second, hermitian=True) @ tasks.input_covariance @ tasks.task_covariance


@guarded
def plug_in_gamma(tasks: LinearTasks, *, prompt_length: float) -> FloatArray:
    r"""Ridge regression with the prompt's second moment replaced by its mean.

    :math:`(\Sigma_x+\frac{\sigma^2}n\Sigma_\beta^{-1})^{-1}`, which needs an invertible
    :math:`\Sigma_\beta`. It is not the best fixed matrix: it ignores that the prompt's second
    moment fluctuates about :math:`\Sigma_x`.

    Raises
    ------
    ValueError
        If :math:`\Sigma_\beta` is singular.
    """
    n = check_length(prompt_length, "prompt_length")
    if np.linalg.matrix_rank(tasks.task_covariance, hermitian=True) < tasks.d:
        raise ValueError("task_covariance must be positive definite")
    shrinkage = tasks.noise**2 / n * np.linalg.inv(tasks.task_covariance)
    return np.linalg.inv(tasks.input_covariance + shrinkage)


@guarded
def sampled_risk(
    tasks: LinearTasks,
    Gamma: ArrayLike,
    *,
    prompt_length: int,
    n_prompts: int,
    rng: np.random.Generator,
) -> float:
    r"""The same risk by sampling: mean of :math:`(\hat y-w^\top x_q)^2` over Gaussian prompts.

    Tasks are Gaussian too. Arguments as in :func:`population_risk`, the number of prompts at
    least 1; unbiased.
    """
    drawn = sample_gaussian_prompts(
        n_prompts,
        prompt_length,
        rng,
        input_covariance=tasks.input_covariance,
        task_covariance=tasks.task_covariance,
        noise=tasks.noise,
    )
    return float(np.mean((answers(drawn, Gamma) - drawn.target) ** 2))

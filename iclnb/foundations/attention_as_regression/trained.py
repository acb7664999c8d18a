r"""Linear attention trained by gradient flow: the limit and the risk of Zhang, Frei and Bartlett.

Their model (JMLR 2024, arXiv 2306.09927) multiplies two parameter matrices; started at

.. math:: W^{PV}=s\begin{pmatrix}0&0\\0&1\end{pmatrix},\qquad
          W^{KQ}=s\begin{pmatrix}\Theta\Theta^\top&0\\0&0\end{pmatrix},\qquad
          \|\Theta\Theta^\top\|_F=1 ,

the zero blocks stay zero, and what moves is a scalar u and a matrix U, with the answer
:math:`u\,c^\top Ux_q`. With the loss :math:`\frac12E(\hat y-y_q)^2` of prompts of N examples,

.. math:: \dot u=-\tfrac12\langle U,\nabla R_N(uU)\rangle,\qquad
          \dot U=-\tfrac12u\,\nabla R_N(uU),\qquad u^2-\|U\|_F^2=\text{const}.

Their letters: :math:`\Lambda` is our :math:`\Sigma_x`; their :math:`\Gamma` is the *inverse* of the
matrix that attention ends up with; M is our :math:`n^*`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_increasing,
    check_integer,
    check_length,
    check_number,
    check_psd,
)
from iclnb.foundations.attention_as_regression.risk import (
    LinearTasks,
    risk_gradient,
)
from iclnb.kinds import guarded


class Flow(NamedTuple):
    """Course of training: ``times`` (m,), the scalar ``u`` (m,) and the matrix ``U`` (m, d, d)."""

    times: FloatArray
    u: FloatArray
    U: FloatArray

    @property
    def Gamma(self) -> FloatArray:
        """The matrix of linear attention along the course, u U, shape (m, d, d)."""
        return self.u[:, None, None] * self.U


@guarded
def zhang_matrix(input_covariance: ArrayLike, *, prompt_length: float) -> FloatArray:
    r"""The matrix of Theorem 4.1, :math:`(1+\frac1N)\Lambda+\frac1N\mathrm{tr}(\Lambda)I`.

    Attention ends at its inverse. ``input_covariance`` is :math:`\Lambda`, positive definite;
    ``prompt_length`` the length N of the training prompts, or infinity. Shape (d, d).
    """
    covariance = check_psd(input_covariance, "input_covariance")
    n = check_length(prompt_length, "prompt_length")
    return (1 + 1 / n) * covariance + np.trace(covariance) / n * np.eye(len(covariance))


@guarded
def largest_start(input_covariance: ArrayLike, *, prompt_length: float) -> float:
    r"""The scale below which Theorem 4.1 holds: :math:`s^2\|\Gamma\|_{op}\sqrt d<2`."""
    matrix = zhang_matrix(input_covariance, prompt_length=prompt_length)
    return float(np.sqrt(2 / (np.linalg.norm(matrix, 2) * np.sqrt(len(matrix)))))


@guarded
def gradient_flow(
    tasks: LinearTasks,
    *,
    prompt_length: float,
    start: float,
    direction: ArrayLike,
    times: ArrayLike,
) -> Flow:
    r"""Integrate the flow of (u, U) on the exact risk.

    Parameters
    ----------
    tasks : LinearTasks
        The law of the training prompts; the theorem has :math:`\Sigma_\beta=I`, no noise.
    prompt_length : int or infinity
        Their length N.
    start : float
        Scale s > 0 at the start, the same for u and U.
    direction : array_like, shape (d, d)
        :math:`\Theta\Theta^\top`, positive semidefinite, not zero; it is scaled to norm one.
    times : array_like, shape (m,)
        Increasing, not negative.

    Returns
    -------
    Flow
        At these times; relative error about 1e-10.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    RuntimeError
        If the solver does not reach the last time.
    """
    start = check_number(start, "start", low=0.0, strict=True)
    shape = check_psd(direction, "direction", tasks.d)
    times = check_increasing(times, "times", low=0.0)
    if not np.any(shape):
        raise ValueError("direction must not vanish")
    check_length(prompt_length, "prompt_length")

    def velocity(_: float, state: FloatArray) -> FloatArray:
        u, U = state[0], state[1:].reshape(shape.shape)
        slope = 0.5 * risk_gradient(tasks, u * U, prompt_length=prompt_length)
        return -np.concatenate([[np.sum(U * slope)], u * slope.ravel()])

    state = np.concatenate([[start], start * shape.ravel() / np.linalg.norm(shape)])
    span = (0.0, max(float(times[-1]), 1e-12))
    run = solve_ivp(velocity, span, state, method="LSODA", t_eval=times, rtol=1e-10, atol=1e-12)
    if not run.success:
        raise RuntimeError(f"the flow stopped at time {run.t[-1]:.3g}: {run.message}")
    return Flow(times, run.y[0], run.y[1:].T.reshape(-1, *shape.shape))


@guarded
def trained_risk(
    input_covariance: ArrayLike,
    task: ArrayLike,
    label_covariance: ArrayLike,
    *,
    prompt_length: float,
    test_prompt_length: float,
) -> float:
    r"""Theorem 4.2: the excess risk of the trained model on a new task, at another prompt length.

    .. math::
        \frac1M\mathrm{tr}(\Sigma\Gamma^{-2}\Lambda)+\frac1{N^2}\Big[\|a\|^2_{\Gamma^{-2}\Lambda^3}
        +2\,\mathrm{tr}(\Lambda)\|a\|^2_{\Gamma^{-2}\Lambda^2}
        +\mathrm{tr}(\Lambda)^2\|a\|^2_{\Gamma^{-2}\Lambda}\Big]

    over :math:`\min_wE(y-w^\top x)^2`, with :math:`\|a\|_B^2=a^\top Ba`.

    Parameters
    ----------
    input_covariance : array_like, shape (d, d)
        :math:`\Lambda`, positive definite.
    task : array_like, shape (d,)
        :math:`a=\Lambda^{-1}E[xy]`, the best linear weights of the task; y need not be linear in x.
    label_covariance : array_like, shape (d, d)
        :math:`\Sigma=\mathrm{Cov}(xy)`; see :func:`linear_label_covariance`.
    prompt_length, test_prompt_length : int or infinity
        N in training and M in the test.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    Lambda = check_psd(input_covariance, "input_covariance")
    a = check_array(task, "task", (len(Lambda),))
    Sigma = check_psd(label_covariance, "label_covariance", len(Lambda))
    N = check_length(prompt_length, "prompt_length")
    M = check_length(test_prompt_length, "test_prompt_length")
    weight = np.linalg.matrix_power(
        np.linalg.inv(zhang_matrix(Lambda, prompt_length=prompt_length)), 2
    )
    size, trace = [], np.trace(Lambda)
    for power in (3, 2, 1):
        size.append(a @ weight @ np.linalg.matrix_power(Lambda, power) @ a)
    bias = (size[0] + 2 * trace * size[1] + trace**2 * size[2]) / N**2
    return float(np.sum((weight @ Lambda) * Sigma) / M + bias)


@guarded
def linear_label_covariance(
    input_covariance: ArrayLike, task: ArrayLike, *, noise: float = 0.0
) -> FloatArray:
    r"""Covariance of x y for :math:`y=a^\top x+\sigma\xi` and Gaussian x.

    :math:`\mathrm{Cov}(xy)=\Lambda aa^\top\Lambda+(a^\top\Lambda a+\sigma^2)\Lambda`, by Wick's
    formula. Shape (d, d).
    """
    Lambda = check_psd(input_covariance, "input_covariance")
    a = check_array(task, "task", (len(Lambda),))
    noise = check_number(noise, "noise", low=0.0)
    b = Lambda @ a
    return np.outer(b, b) + (a @ b + noise**2) * Lambda


@guarded
def mismatch_floor(input_covariance: ArrayLike, task: ArrayLike, *, prompt_length: int) -> float:
    r"""Risk that is left when only the test prompts grow: Theorem 4.2 at :math:`M=\infty`.

    :math:`\frac1{N^2}a^\top(\Lambda+\mathrm{tr}(\Lambda)I)^2\Gamma^{-2}\Lambda a`: the shrinkage
    that suits N examples is wrong for more.
    """
    N = check_integer(prompt_length, "prompt_length")
    Lambda = check_psd(input_covariance, "input_covariance")
    none = np.zeros_like(Lambda)
    return trained_risk(Lambda, task, none, prompt_length=N, test_prompt_length=np.inf)

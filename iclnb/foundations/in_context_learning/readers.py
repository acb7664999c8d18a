r"""Readers of a prompt: the vote that each gives to each label, and the risk given the inputs.

Ridge regression, one layer, several layers of descent and a softmax layer all answer
:math:`\hat y=\sum_is_iy_i` with votes s that depend on the inputs alone. With
:math:`y=Xw+\sigma\xi` and :math:`E[ww^\top]=\Sigma_\beta` the mean square error given the inputs is

.. math:: (X^\top s-x_q)^\top\Sigma_\beta(X^\top s-x_q)+\sigma^2|s|^2 ,

with no task sampled. Derived here. The noise of the query's own label is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from iclnb.arguments import FloatArray, check_array, check_integer, check_number, check_psd
from iclnb.kinds import guarded

__all__ = [
    "SoftmaxReader",
    "descent_votes",
    "layer_votes",
    "ridge_votes",
    "risk_given_inputs",
    "softmax_votes",
    "tuned_softmax",
    "tuned_step",
]


class SoftmaxReader(NamedTuple):
    """``factor`` times the mean of the labels with the softmax weights of a ``temperature``."""

    temperature: float
    factor: float


def _inputs(X: ArrayLike, query: ArrayLike) -> tuple[FloatArray, FloatArray]:
    X = check_array(X, "X", (None, None, None))
    return X, check_array(query, "query", (X.shape[0], X.shape[2]))


@guarded
def ridge_votes(X: ArrayLike, query: ArrayLike, *, penalty: float) -> FloatArray:
    r"""Return :math:`s=\frac1nX(\frac1nX^\top X+\lambda I)^{-1}x_q`, shape (T, n).

    Parameters
    ----------
    X, query : array_like, shape (T, n, d) and (T, d)
        Inputs of the examples, and the queries.
    penalty : float
        :math:`\lambda>0`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    X, query = _inputs(X, query)
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    moment = np.swapaxes(X, 1, 2) @ X / X.shape[1] + penalty * np.eye(X.shape[2])
    return (X @ np.linalg.solve(moment, query[..., None]))[..., 0] / X.shape[1]


@guarded
def layer_votes(X: ArrayLike, query: ArrayLike, *, Gamma: ArrayLike) -> FloatArray:
    r"""Return :math:`s=\frac1nX\Gamma x_q`, shape (T, n): one layer of linear attention."""
    X, query = _inputs(X, query)
    Gamma = check_array(Gamma, "Gamma", (X.shape[2],) * 2)
    return (X @ (query @ Gamma.T)[..., None])[..., 0] / X.shape[1]


@guarded
def descent_votes(X: ArrayLike, query: ArrayLike, *, layers: int, step_size: float) -> FloatArray:
    r"""Return the votes of L layers of descent from zero, shape (T, n).

    :math:`s=\frac1nXv_L` with :math:`v_0=0`, :math:`v_{l+1}=v_l+\eta(x_q-\frac1nX^\top Xv_l)`.
    """
    X, query = _inputs(X, query)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    moment, v = np.swapaxes(X, 1, 2) @ X / X.shape[1], np.zeros_like(query)
    for _ in range(check_integer(layers, "layers")):
        v = v + step_size * (query - (moment @ v[..., None])[..., 0])
    return (X @ v[..., None])[..., 0] / X.shape[1]


@guarded
def softmax_votes(
    X: ArrayLike, query: ArrayLike, *, temperature: float, factor: float
) -> FloatArray:
    r"""Return ``factor`` times the softmax over the examples of :math:`x_i^\top x_q/\tau`."""
    X, query = _inputs(X, query)
    temperature = check_number(temperature, "temperature", low=0.0, strict=True)
    scores = (X @ query[..., None])[..., 0] / temperature
    return check_number(factor, "factor") * softmax(scores, axis=1)


@guarded
def risk_given_inputs(
    X: ArrayLike, query: ArrayLike, votes: ArrayLike, *, task_covariance: ArrayLike, noise: float
) -> FloatArray:
    r"""Return the mean square error of each prompt over tasks and noise, shape (T,).

    Parameters
    ----------
    votes : array_like, shape (T, n)
        s; zero for the answer zero.
    task_covariance : array_like, shape (d, d)
        :math:`\Sigma_\beta`.
    noise : float
        :math:`\sigma\ge0`.
    """
    X, query = _inputs(X, query)
    votes = check_array(votes, "votes", X.shape[:2])
    tasks = check_psd(task_covariance, "task_covariance", X.shape[2])
    noise = check_number(noise, "noise", low=0.0)
    missed = (votes[:, None, :] @ X)[:, 0] - query
    return np.einsum("td,de,te->t", missed, tasks, missed) + noise**2 * np.sum(votes**2, axis=1)


@guarded
def tuned_step(
    X: ArrayLike, query: ArrayLike, *, layers: int, task_covariance: ArrayLike, noise: float
) -> float:
    r"""Return the step size of least mean risk over the given inputs, in :math:`(0,2)`."""
    X, query = _inputs(X, query)

    def risk(step_size: float) -> float:
        votes = descent_votes(X, query, layers=layers, step_size=float(step_size))
        return float(
            np.mean(
                risk_given_inputs(X, query, votes, task_covariance=task_covariance, noise=noise)
            )
        )

    return float(minimize_scalar(risk, bounds=(1e-3, 2.0), method="bounded").x)


@guarded
def tuned_softmax(
    X: ArrayLike, query: ArrayLike, *, task_covariance: ArrayLike, noise: float
) -> SoftmaxReader:
    r"""Return temperature and factor of least mean risk over the given inputs.

    Given the temperature the risk is a square in the factor :math:`\alpha`: with the softmax s it
    is least at :math:`\alpha=E[x_q^\top\Sigma_\beta X^\top s]/E[|\Sigma_\beta^{1/2}X^\top s|^2
    +\sigma^2|s|^2]`.
    """
    X, query = _inputs(X, query)
    tasks = check_psd(task_covariance, "task_covariance", X.shape[2])
    noise = check_number(noise, "noise", low=0.0)

    def best(temperature: float) -> tuple[float, float]:
        s = softmax_votes(X, query, temperature=float(temperature), factor=1.0)
        read = (s[:, None, :] @ X)[:, 0]
        along = float(np.mean(np.einsum("td,de,te->t", query, tasks, read)))
        size = float(np.mean(np.einsum("td,de,te->t", read, tasks, read)))
        size += noise**2 * float(np.mean(np.sum(s**2, axis=1)))
        return along / size, -(along**2) / size

    found = minimize_scalar(lambda x: best(np.exp(x))[1], bounds=(-3.0, 5.0), method="bounded")
    temperature = float(np.exp(found.x))
    return SoftmaxReader(temperature, best(temperature)[0])

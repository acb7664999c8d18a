r"""From softmax attention to linear attention, and what is lost on the way.

With scores :math:`s_i=x_i^\top\Gamma x_q` and temperature :math:`\lambda` softmax attention answers

.. math:: f(\lambda)=\frac{\sum_iy_ie^{s_i/\lambda}}{\sum_ie^{s_i/\lambda}}
          =\bar y+\frac1\lambda\kappa(y,s)+\frac1{2\lambda^2}\kappa(y,s,s)+O(\lambda^{-3}),

the mean of the labels under weights that are tilted by the scores: its derivatives in
:math:`1/\lambda` are the joint cumulants over the examples,
:math:`\kappa(y,s)=\frac1n\sum_i(y_i-\bar y)s_i` and
:math:`\kappa(y,s,s)=\frac1n\sum_i(y_i-\bar y)(s_i-\bar s)^2`. The first of them is linear attention
on *centred labels*. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_integer,
    check_number,
    check_probabilities,
    check_psd,
)
from iclnb.foundations.in_context_learning.arguments import prompt_arrays, psd_root
from iclnb.kinds import guarded
from iclnb.quadrature import product_rule


class Law(NamedTuple):
    """Finitely many ``inputs`` (m, d) with their ``probabilities`` (m,)."""

    inputs: FloatArray
    probabilities: FloatArray


def _scores(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Scores (..., n) of the examples for each query, and the labels."""
    X, y, query = prompt_arrays(X, y, query)
    Gamma = check_array(Gamma, "Gamma", (X.shape[1], X.shape[1]))
    return query @ Gamma.T @ X.T, y


@guarded
def softmax_answer(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    Gamma: ArrayLike,
    *,
    temperature: float,
    query_as_key: bool = False,
) -> FloatArray:
    r"""Answer of softmax attention, :math:`\sum_iy_ie^{s_i/\lambda}/C`.

    Parameters
    ----------
    X, y : array_like, shapes (n, d) and (n,)
        The examples.
    query : array_like, shape (..., d)
        One query or several.
    Gamma : array_like, shape (d, d)
        The key stands on its left, the query on its right.
    temperature : float
        :math:`\lambda>0`.
    query_as_key : bool
        Whether C has the query's own term beside those of the n examples; its value is zero.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    scores, y = _scores(X, y, query, Gamma)
    temperature = check_number(temperature, "temperature", low=0.0, strict=True)
    if query_as_key:
        query = np.asarray(query, dtype=float)
        own = np.sum((query @ np.asarray(Gamma, dtype=float).T) * query, axis=-1)
        scores = np.concatenate([scores, own[..., None]], axis=-1)
        y = np.append(y, 0.0)
    return softmax(scores / temperature, axis=-1) @ y


@guarded
def softmax_expansion(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike, *, order: int
) -> FloatArray:
    r"""Coefficients of :math:`1,\lambda^{-1},\lambda^{-2}` in :math:`f(\lambda)`, up to ``order``.

    :math:`\bar y`, :math:`\kappa(y,s)`, :math:`\frac12\kappa(y,s,s)`. ``order`` is 0, 1 or 2; other
    arguments as in :func:`softmax_answer`. Shape (order + 1, ...).
    """
    scores, y = _scores(X, y, query, Gamma)
    if check_integer(order, "order", least=0) > 2:
        raise ValueError(f"order must be 0, 1 or 2, not {order}")
    y0, s0 = y - y.mean(), scores - scores.mean(axis=-1, keepdims=True)
    mean = np.full(scores.shape[:-1], y.mean())
    terms = [mean, s0 @ y0 / len(y), s0**2 @ y0 / (2 * len(y))]
    return np.stack(terms[: order + 1])


class Dropped(NamedTuple):
    r"""Softmax attention and what is left of it, each of shape (...).

    ``full``: softmax; ``normaliser``: 1/n in the place of 1/C; ``both``: the exponential dropped
    too, :math:`\frac1n\sum_iy_is_i/\lambda`, which is linear attention with :math:`\Gamma/\lambda`.
    """

    full: FloatArray
    normaliser: FloatArray
    both: FloatArray


@guarded
def dropped(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike, *, temperature: float
) -> Dropped:
    """Drop the normaliser, then the exponential; arguments as in :func:`softmax_answer`."""
    scores, y = _scores(X, y, query, Gamma)
    scores = scores / check_number(temperature, "temperature", low=0.0, strict=True)
    full = softmax(scores, axis=-1) @ y
    return Dropped(full, np.exp(scores) @ y / len(y), scores @ y / len(y))


@guarded
def long_prompt_answer(
    input_law: Law, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike, *, temperature: float
) -> FloatArray:
    r"""Softmax attention on infinitely many examples: :math:`E[ye^{s/\lambda}]/E[e^{s/\lambda}]`.

    ``y`` (m,) are :math:`E[y\mid x]` at the inputs of the law; other arguments as in
    :func:`softmax_answer`. Shape (...).
    """
    scores, y = _scores(input_law.inputs, y, query, Gamma)
    weights = check_probabilities(
        input_law.probabilities, "input_law.probabilities", len(y), positive=True
    )
    temperature = check_number(temperature, "temperature", low=0.0, strict=True)
    scores = scores / temperature + np.log(weights)
    return softmax(scores, axis=-1) @ y


@guarded
def gaussian_tilt_answer(
    task: ArrayLike,
    query: ArrayLike,
    Gamma: ArrayLike,
    *,
    input_covariance: ArrayLike,
    temperature: float,
) -> FloatArray:
    r"""The same in closed form for Gaussian inputs and a linear task: linear attention again.

    The weights :math:`e^{x^\top g}`, :math:`g=\Gamma x_q/\lambda`, shift :math:`N(0,\Sigma_x)` by
    :math:`\Sigma_xg`, so that the answer is :math:`w^\top\Sigma_x\Gamma x_q/\lambda` at *every*
    temperature: what linear attention with :math:`\Gamma/\lambda` answers to infinitely many
    examples. Derived here; a line of Stein's lemma.
    """
    covariance = check_psd(input_covariance, "input_covariance")
    d = len(covariance)
    w = check_array(task, "task", (d,))
    query = check_array(query, "query", (..., d))
    Gamma = check_array(Gamma, "Gamma", (d, d))
    temperature = check_number(temperature, "temperature", low=0.0, strict=True)
    return query @ Gamma.T @ covariance @ w / temperature


@guarded
def gaussian_law(input_covariance: ArrayLike, *, n_nodes: int) -> Law:
    r"""Gauss-Hermite nodes for :math:`N(0,\Sigma_x)`: ``n_nodes`` to each of the d axes."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(check_integer(n_nodes, "n_nodes"))
    return _product_law(nodes, weights / weights.sum(), input_covariance)


@guarded
def uniform_law(input_covariance: ArrayLike, *, n_nodes: int) -> Law:
    r"""Gauss-Legendre nodes: uniform law on a parallelepiped of covariance :math:`\Sigma_x`."""
    nodes, weights = np.polynomial.legendre.leggauss(check_integer(n_nodes, "n_nodes"))
    return _product_law(np.sqrt(3.0) * nodes, weights / 2.0, input_covariance)


def _product_law(nodes: FloatArray, weights: FloatArray, covariance: ArrayLike) -> Law:
    covariance = check_psd(covariance, "input_covariance")
    d = len(covariance)
    grid, mass = product_rule([(nodes, weights)] * d)
    kept = mass > 0
    return Law(grid[kept] @ psd_root(covariance, "input_covariance", d).T, mass[kept])

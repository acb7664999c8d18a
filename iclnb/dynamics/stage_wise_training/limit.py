r"""Infinitely long prompts: population loss, gradient and flow for the full score matrix.

As :math:`N \to \infty` the counts follow p, hence
:math:`a_m = p_m e^{S_{km}}/\sum_j p_j e^{S_{kj}}` is deterministic, label noise averages out, and

.. math:: L_k = \tfrac12\Big[\Big(\sum_{m\ne k}a_m\Big)^2 + \sum_{m\ne k}a_m^2\Big],

.. math:: \dot S_{kk} = p_k a_k\Big[(1-a_k)^2 + \sum_{m\ne k} a_m^2\Big], \qquad
          \dot S_{kn} = -p_k a_n\Big[a_k(1 - a_k + a_n) + \sum_{m\ne k} a_m(a_n - a_m)\Big]

(derived here; the second bracket equals :math:`a_n + a_k - \|a\|^2`, written so that nothing
cancels). Consequences, which hold for discrete gradient descent and at finite N too: row k moves by
row k alone; :math:`\sum_n S_{kn}` is conserved; :math:`S_{kk}` never decreases.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import check_array, check_integer, check_probabilities
from iclnb.kinds import guarded


@guarded
def limit_attention(scores: ArrayLike, p: ArrayLike) -> np.ndarray:
    r"""Attention :math:`a_{km} = p_m e^{S_{km}}/\sum_j p_j e^{S_{kj}}`, shape (K, K).

    Raises
    ------
    ValueError
        If p is no probability vector or the scores are not a finite (K, K) matrix.
    """
    p = check_probabilities(p, "p", positive=True)
    scores = check_array(scores, "scores", (p.size,) * 2)
    return softmax(scores + np.log(p), axis=1)


def _off_target(attention: np.ndarray) -> np.ndarray:
    """Attention with the diagonal set to zero."""
    error = attention.copy()
    np.fill_diagonal(error, 0.0)
    return error


@guarded
def limit_loss_per_query(scores: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Losses L_k at N = infinity, shape (K,); arguments as in `limit_attention`."""
    error = _off_target(limit_attention(scores, p))
    return 0.5 * (error.sum(axis=1) ** 2 + np.sum(error**2, axis=1))


@guarded
def limit_loss(scores: np.ndarray, p: ArrayLike) -> float:
    """Loss L = sum_k p_k L_k at N = infinity; arguments as in `limit_attention`."""
    return float(check_probabilities(p, "p", positive=True) @ limit_loss_per_query(scores, p))


@guarded
def limit_flow(scores: np.ndarray, p: ArrayLike) -> np.ndarray:
    """Right-hand side dS/dt = -dL/dS of the gradient flow, shape (K, K).

    Time is step size times number of steps. Arguments as in `limit_attention`.
    """
    p = check_probabilities(p, "p", positive=True)
    attention = limit_attention(scores, p)
    error = _off_target(attention)
    target = np.diag(attention)[:, None]
    miss = error.sum(axis=1, keepdims=True)
    # Differences are taken from the largest competitor, so that equal competitors cancel exactly.
    difference = error - error.max(axis=1, keepdims=True)
    spread = difference * miss - np.sum(error * difference, axis=1, keepdims=True)
    flow = -error * (target * (miss + error) + spread)
    np.fill_diagonal(flow, target[:, 0] * (miss[:, 0] ** 2 + np.sum(error**2, axis=1)))
    return p[:, None] * flow


@guarded
def limit_row_flow(row_scores: ArrayLike, p: ArrayLike, k: int) -> np.ndarray:
    r"""Row k of `limit_flow` alone, shape (K,): rows move by themselves.

    Parameters
    ----------
    row_scores : array of shape (K,)
        The scores of the row.
    p : array of shape (K,)
        Probabilities.
    k : int
        The index of the row, 0-based.

    Raises
    ------
    ValueError
        If p is no probability vector, or an argument does not fit it.
    """
    p = check_probabilities(p, "p", positive=True)
    row_scores = check_array(row_scores, "row_scores", p.shape)
    k = check_integer(k, "k", least=0, most=p.size - 1)
    error = softmax(row_scores + np.log(p))
    target, error[k] = error[k], 0.0
    miss, square = error.sum(), error @ error
    difference = error - error.max()
    flow = -error * (target * (miss + error) + difference * miss - error @ difference)
    flow[k] = target * (miss**2 + square)
    return p[k] * flow


@guarded
def limit_gradient(scores: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Gradient dL/dS at N = infinity, shape (K, K); arguments as in `limit_attention`."""
    return -limit_flow(scores, p)

r"""Softmax attention over a prompt, token by token and grouped by feature (numpy, batched).

Token i has the score :math:`x_i^\top Q x_q`; the key stands on the left. Grouped by feature,
:math:`a_m = \sum_{i: f_i = m} \mathrm{attn}_i = n_m e^{S_{km}} / \sum_j n_j e^{S_{kj}}`, so only
the counts matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import check_array, check_integer, check_number
from iclnb.kinds import guarded


@guarded
def scores_from_weights(Gamma: ArrayLike, features: ArrayLike) -> np.ndarray:
    r"""Scores :math:`S_{kn} = v_n^\top Q v_k` of Q (d, d) at features (K, d); shape (K, K)."""
    features = check_array(features, "features", (None, None))
    Gamma = check_array(Gamma, "Gamma", (features.shape[1],) * 2)
    return features @ Gamma.T @ features.T


@guarded
def weights_from_scores(scores: ArrayLike, features: ArrayLike) -> np.ndarray:
    r"""Q of least norm with these scores, :math:`Q = V^\top S^\top V`, V with orthonormal rows."""
    features = check_array(features, "features", (None, None))
    scores = check_array(scores, "scores", (features.shape[0],) * 2)
    return features.T @ scores.T @ features


@guarded
def token_attention(Gamma: ArrayLike, X: ArrayLike, query: ArrayLike) -> np.ndarray:
    r"""Attention :math:`\mathrm{attn}_i \propto e^{x_i^\top Q x_q}` over the N keys.

    weights (d, d), inputs (B, N, d), query_input (B, d); returns (B, N), rows sum to one.
    """
    X = check_array(X, "X", (None, None, None))
    query = check_array(query, "query", (len(X), X.shape[2]))
    Gamma = check_array(Gamma, "Gamma", (X.shape[2],) * 2)
    logits = np.einsum("bnd,bd->bn", X, query @ Gamma.T)
    return softmax(logits, axis=1)


@guarded
def group_attention(attention: ArrayLike, tokens: ArrayLike, K: int) -> np.ndarray:
    """Sum token attention (B, N) by feature index (B, N) in 0..K-1; shape (B, K)."""
    attention = check_array(attention, "attention", (None, None))
    tokens = np.asarray(tokens)
    K = check_integer(K, "K")
    if tokens.shape != attention.shape or not np.issubdtype(tokens.dtype, np.integer):
        raise ValueError("tokens must be integers with the shape of attention")
    if tokens.size and (tokens.min() < 0 or tokens.max() >= K):
        raise ValueError(f"tokens must lie in 0..{K - 1}")
    grouped = np.zeros((attention.shape[0], K))
    np.add.at(grouped, (np.arange(attention.shape[0])[:, None], tokens), attention)
    return grouped


def _check_counts(row_scores: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Validate scores (K,) and non-negative counts (B, K) with a token in every prompt."""
    row_scores = check_array(row_scores, "row_scores", (None,))
    counts = check_array(counts, "counts", (None, row_scores.size))
    if np.any(counts < 0) or np.any(counts.sum(axis=1) <= 0):
        raise ValueError("counts must be non-negative with a positive sum in every prompt")
    return row_scores, counts


@guarded
def grouped_attention(row_scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    r""":math:`a_m = n_m e^{S_{km}} / \sum_j n_j e^{S_{kj}}` for one query.

    row_scores (K,), the row of the query; counts (B, K), each prompt with at least one token.
    Returns (B, K). The shift is by the largest score *present*, so no prompt underflows.
    """
    row_scores, counts = _check_counts(row_scores, counts)
    present = np.where(counts > 0, row_scores[None], -np.inf)
    weights = counts * np.exp(present - present.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _token_square(attention: np.ndarray, counts: np.ndarray) -> np.ndarray:
    r"""Sum of squared token attentions, :math:`\sum_m a_m^2/n_m`, shape (B,)."""
    return np.sum(attention**2 / np.maximum(counts, 1.0), axis=1)


@guarded
def loss_given_counts(
    row_scores: np.ndarray, counts: np.ndarray, k: int, *, noise: float = 0.0
) -> np.ndarray:
    r""":math:`\tfrac12(\|a-e_k\|^2 + \sigma^2\sum_m a_m^2/n_m)` per prompt, shape (B,).

    The squared error of the prediction averaged over the task and the label noise, the counts being
    given (derived here). `k` is that feature, 0-based.
    """
    noise = check_number(noise, "noise", low=0.0)
    a = grouped_attention(row_scores, counts)
    k = check_integer(k, "k", least=0, most=a.shape[1] - 1)
    error = a.copy()
    error[:, k] = 0.0
    miss = error.sum(axis=1)
    square = miss**2 + np.sum(error**2, axis=1)
    return 0.5 * (square + noise**2 * _token_square(a, np.asarray(counts, dtype=np.float64)))


@guarded
def gradient_given_counts(
    row_scores: np.ndarray, counts: np.ndarray, k: int, *, noise: float = 0.0
) -> np.ndarray:
    r"""Derivative of `loss_given_counts` by the scores of the row, shape (B, K).

    .. math:: a_n(a_n - 1\{n=k\} + a_k - \|a\|^2)
              + \sigma^2 a_n\Big(\frac{a_n}{n_n} - \sum_m\frac{a_m^2}{n_m}\Big).
    """
    noise = check_number(noise, "noise", low=0.0)
    a = grouped_attention(row_scores, counts)
    k = check_integer(k, "k", least=0, most=a.shape[1] - 1)
    target = np.zeros(a.shape[1])
    target[k] = 1.0
    n = np.asarray(counts, dtype=np.float64)
    square = np.sum(a**2, axis=1, keepdims=True)
    gradient = a * (a - target + a[:, [k]] - square)
    token = a / np.maximum(n, 1.0) - _token_square(a, n)[:, None]
    return gradient + noise**2 * a * token


@guarded
def predict(attention: ArrayLike, y: ArrayLike) -> np.ndarray:
    r"""Prediction :math:`\hat y = \sum_i \mathrm{attn}_i y_i`; both (B, N), returns (B,)."""
    attention = check_array(attention, "attention", (None, None))
    y = check_array(y, "y", attention.shape)
    return np.sum(attention * y, axis=1)

r"""The two Bayes rules between which a pretrained model chooses: dMMSE and ridge.

For a pool of M equally likely tasks the posterior mean is (Raventós et al., eq. for dMMSE)

.. math:: \hat w=\sum_i\pi_iw^{(i)},\qquad\pi_i\propto
          \exp\Big(-\frac1{2\sigma^2}\sum_{j\le k}(y_j-w^{(i)\top}x_j)^2\Big),

for tasks from :math:`N(0,I)` it is ridge regression, :math:`(X^\top X+\sigma^2I)^{-1}X^\top y`. The
exponent is at most a few hundred below its maximum, or many thousands for large pools and small
noise: it is shifted by its maximum before exponentiating, in pieces, so that the weights never
underflow together and no B x M x n array is held.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded


def _prompts(X: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    X = check_array(X, "X", (None, None, None))
    return X, check_array(y, "y", X.shape[:2])


@guarded
def log_likelihoods(X: ArrayLike, y: ArrayLike, pool: ArrayLike, *, noise: float) -> FloatArray:
    r"""Log likelihood of every task up to a constant per prompt, shape (B, M).

    .. math:: \frac1{\sigma^2}\Big(w^\top X^\top y-\tfrac12w^\top X^\top Xw\Big)

    Parameters
    ----------
    X : array (B, n, d)
    y : array (B, n)
    pool : array (M, d)
    noise : float
        :math:`\sigma>0`, a standard deviation.

    Notes
    -----
    The expanded square loses about :math:`\epsilon|w|^2|X|^2/\sigma^2` to rounding; where that is
    more than 1e-6 the residuals :math:`y-Xw` are formed, at n/d times the cost.
    """
    X, y = _prompts(X, y)
    W = check_array(pool, "pool", (None, None))
    if W.shape[1] != X.shape[2]:
        raise ValueError(f"pool must have {X.shape[2]} columns, got shape {W.shape}")
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    largest = np.sum(X * X, axis=(1, 2)).max() * np.sum(W * W, axis=1).max()
    if np.finfo(float).eps * largest > 1e-6 * level:
        residuals = y[:, None, :] - W @ X.transpose(0, 2, 1)
        return -0.5 * np.sum(residuals**2, axis=2) / level
    gram = np.einsum("bni,bnj->bij", X, X).reshape(len(X), -1)
    outer = (W[:, :, None] * W[:, None, :]).reshape(len(W), -1)
    moment = np.einsum("bni,bn->bi", X, y)
    return (moment @ W.T - 0.5 * gram @ outer.T) / level


@guarded
def pool_posterior(X: ArrayLike, y: ArrayLike, pool: ArrayLike, *, noise: float) -> FloatArray:
    """Posterior probabilities of the tasks, rows summing to one, shape (B, M).

    Parameters are those of :func:`log_likelihoods`.
    """
    return softmax(log_likelihoods(X, y, pool, noise=noise), axis=1)


@guarded
def dmmse(
    X: ArrayLike,
    y: ArrayLike,
    pool: ArrayLike,
    *,
    noise: float,
    chunk: int = 4096,
) -> FloatArray:
    """Posterior mean of the task under the uniform prior on the pool, shape (B, d).

    Parameters are those of :func:`log_likelihoods`; ``chunk`` tasks are treated at a time and their
    sums are joined with a running maximum.
    """
    X, y = _prompts(X, y)
    W = check_array(pool, "pool", (None, None))
    chunk = check_integer(chunk, "chunk")
    highest = np.full(len(X), -np.inf)
    mass = np.zeros(len(X))
    total = np.zeros((len(X), W.shape[1]))
    for start in range(0, len(W), chunk):
        piece = W[start : start + chunk]
        score = log_likelihoods(X, y, piece, noise=noise)
        top = np.maximum(highest, score.max(axis=1))
        shrink = np.exp(highest - top)
        weight = np.exp(score - top[:, None])
        mass = mass * shrink + weight.sum(axis=1)
        total = total * shrink[:, None] + weight @ piece
        highest = top
    return total / mass[:, None]


@guarded
def ridge(X: ArrayLike, y: ArrayLike, *, noise: float) -> FloatArray:
    r""":math:`(X^\top X+\sigma^2I)^{-1}X^\top y`, the posterior mean for N(0, I) tasks; (B, d).

    With fewer examples than dimensions as :math:`X^\top(XX^\top+\sigma^2I)^{-1}y`, which does not
    lose its digits to the directions that the prompt does not show.
    """
    X, y = _prompts(X, y)
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    if X.shape[1] < X.shape[2]:
        outer = np.einsum("bni,bmi->bnm", X, X) + level * np.eye(X.shape[1])
        return np.einsum("bni,bn->bi", X, np.linalg.solve(outer, y[..., None])[..., 0])
    gram = np.einsum("bni,bnj->bij", X, X) + level * np.eye(X.shape[2])
    moment = np.einsum("bni,bn->bi", X, y)
    return np.linalg.solve(gram, moment[..., None])[..., 0]


@guarded
def prefix_predictions(
    X: ArrayLike, y: ArrayLike, *, noise: float, pool: ArrayLike | None = None
) -> FloatArray:
    r"""Prediction of every label from the examples before it, shape (B, n).

    Entry k uses the first k examples (k = 0: the prior mean, zero for ridge, the pool's mean for
    dMMSE). With a pool dMMSE, without one ridge. The :math:`\Delta` of Raventós et al. is
    :func:`prediction_distance` of two such arrays.
    """
    X, y = _prompts(X, y)
    pool = None if pool is None else check_array(pool, "pool", (None, X.shape[2]))
    out = np.empty_like(y)
    for k in range(y.shape[1]):
        if k == 0:
            mean = np.zeros(X.shape[2]) if pool is None else pool.mean(axis=0)
            w = np.broadcast_to(mean, (len(X), X.shape[2]))
        elif pool is None:
            w = ridge(X[:, :k], y[:, :k], noise=noise)
        else:
            w = dmmse(X[:, :k], y[:, :k], pool, noise=noise)
        out[:, k] = np.sum(w * X[:, k], axis=1)
    return out


@guarded
def prediction_distance(first: ArrayLike, second: ArrayLike, d: int) -> float:
    r""":math:`\Delta=E\frac1{Kd}\sum_k(\hat y_k-\hat y'_k)^2` of two prediction arrays (B, K)."""
    a = check_array(first, "first", (None, None))
    b = check_array(second, "second", a.shape)
    return float(np.mean((a - b) ** 2) / check_integer(d, "d"))


@guarded
def task_distance(first: ArrayLike, second: ArrayLike) -> float:
    r""":math:`E|\hat w-\hat w'|^2/d` of two arrays (B, d): the distance at a N(0, I) query."""
    a = check_array(first, "first", (None, None))
    b = check_array(second, "second", a.shape)
    return float(np.mean((a - b) ** 2))

r"""Comparing the span of learned features with the span of the true basis.

For values U, V of two families at weighted points, the cosines of the principal angles are the
singular values of :math:`Q_U^\top WQ_V`, Q orthonormalised under the weights. If the learned family
has spare functions, every true direction still has an angle. A learned span that misses the k-th
direction of a task by angle :math:`\theta_k` leaves a risk of at least
:math:`\approx\sum_k\lambda_k\sin^2\theta_k` for every n.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.covariances import check_covariance


def _orthonormal_columns(values: FloatArray, node_weights: FloatArray) -> FloatArray:
    q, r = np.linalg.qr(values * np.sqrt(node_weights)[:, None])
    diagonal = np.abs(np.diag(r))
    return q[:, diagonal > 1e-12 * diagonal.max()]


def _checked(
    true: ArrayLike, learned: ArrayLike, node_weights: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    u, v = check_array(true, "true", (None, None)), check_array(learned, "learned", (None, None))
    w = check_array(node_weights, "node_weights", (len(u),))
    if len(v) != len(u):
        raise ValueError(f"learned must have {len(u)} rows, got {len(v)}")
    if w.min() < 0:
        raise ValueError("node_weights must be non-negative")
    return u, v, w


@guarded
def principal_cosines(true: ArrayLike, learned: ArrayLike, node_weights: ArrayLike) -> FloatArray:
    """Cosines of the principal angles, descending, one for each true function.

    Parameters
    ----------
    true : array (Q, k)
        Values of the true functions, linearly independent.
    learned : array (Q, N)
        Values of the learned ones; if N < k the missing cosines are zero.
    node_weights : array (Q,)
        Non-negative weights of the points.
    """
    u, v, w = _checked(true, learned, node_weights)
    left = _orthonormal_columns(u, w)
    if left.shape[1] < u.shape[1]:
        raise ValueError("true functions must be linearly independent")
    values = np.linalg.svd(left.T @ _orthonormal_columns(v, w), compute_uv=False)
    out = np.zeros(u.shape[1])
    out[: len(values)] = np.minimum(values[: len(out)], 1.0)
    return out


@guarded
def missed_variance(
    true: ArrayLike, learned: ArrayLike, node_weights: ArrayLike, task_covariance: ArrayLike
) -> float:
    r"""Variance of a task outside the learned span: the risk that no n and no readout removes.

    Parameters are those of :func:`principal_cosines`; sigma (k,) or (k, k) is the covariance of the
    coefficients of the true functions.
    """
    u, v, w = _checked(true, learned, node_weights)
    cov = check_covariance(task_covariance, "task_covariance", u.shape[1])
    q = _orthonormal_columns(v, w)
    scaled = u * np.sqrt(w)[:, None]
    rest = scaled - q @ (q.T @ scaled)
    full = np.diag(cov) if cov.ndim == 1 else cov
    return float(np.sum((rest.T @ rest) * full))


@guarded
def whitening_matrix(values: ArrayLike, node_weights: ArrayLike) -> FloatArray:
    r"""W with :math:`\phi W` orthonormal: shape (N, k), k <= N the rank of the features.

    Parameters
    ----------
    values : array (Q, N)
        Features at weighted points.
    node_weights : array (Q,)
        Non-negative weights of the points.
    """
    v = check_array(values, "values", (None, None))
    w = check_array(node_weights, "node_weights", (len(v),))
    if w.min() < 0:
        raise ValueError("node_weights must be non-negative")
    eigenvalues, vectors = np.linalg.eigh(v.T @ (w[:, None] * v))
    keep = eigenvalues > 1e-10 * eigenvalues[-1]
    return (vectors[:, keep] / np.sqrt(eigenvalues[keep]))[:, ::-1]


@guarded
def estimated_covariance(
    keys: ArrayLike, label_variance: float, *, prompt_length: int
) -> FloatArray:
    r"""Covariance of the task coefficients, estimated from the keys of T prompts.

    For orthonormal features :math:`E[SS^\top]=(1-\frac1n)\Sigma+\frac1n(K+\sigma^2I)`, and
    :math:`K+\sigma^2I=(Ey^2)I` if the task variance is constant over the inputs, hence

    .. math:: \hat\Sigma=\tfrac n{n-1}\big(\tfrac1T\textstyle\sum_tS_tS_t^\top
              -\tfrac1nE[y^2]\,I\big)_+ ,

    the positive part. With it ridge on learned features is (nearly) Bayes. Approximate if the task
    variance is not constant.

    Parameters
    ----------
    keys : array (T, N)
        :math:`S_t` of orthonormal features.
    label_variance : float
        Mean square of the labels.
    prompt_length : int
        n >= 2.
    """
    S = check_array(keys, "keys", (None, None))
    n = check_integer(prompt_length, "prompt_length", least=2)
    level = check_number(label_variance, "label_variance", low=0.0) / n
    second = S.T @ S / len(S) - level * np.eye(S.shape[1])
    eigenvalues, vectors = np.linalg.eigh(second * n / (n - 1))
    return (vectors * np.maximum(eigenvalues, 0.0)) @ vectors.T

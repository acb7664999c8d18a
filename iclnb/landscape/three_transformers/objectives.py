r"""The two objectives on sampled data, with their gradients by hand.

*Tokens*: the task is integrated out. On n inputs with true features f (n, k0) and features h
(n, k), :math:`\hat C=\frac1nf^\top h`, :math:`\hat\Sigma=\frac1nh^\top h`,

.. math::
   \hat L(\mu,\Gamma)=\tfrac1{2n}\sum_s|f_s-\hat C\Gamma h_s|^2,\qquad
   \hat L(\mu)=\min_\Gamma\hat L(\mu,\Gamma) .

*Prompts*: P tasks :math:`v_p\sim N(0,I)`, n pairs :math:`(x_{pi},y_{pi}=v_p\cdot f(x_{pi}))` and
one query each; with :math:`c_p=\frac1n\sum_iy_{pi}h(x_{pi})` the prediction is
:math:`\hat y_p=c_p^\top\Gamma h(x_{pq})`, and the loss :math:`\frac1{2P}\sum_p(\hat y_p-y_{pq})^2`.
The static Transformer puts :math:`\Gamma=\hat\Sigma^{-1}`, taken over all pairs of the batch.

All functions return the loss, :math:`G=\partial L/\partial h` and :math:`\partial L/\partial
\Gamma` (zero where :math:`\Gamma` is not free). Derived here; the sources give neither the code nor
the batch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array

__all__ = ["Pull", "prompt_joint", "prompt_static", "token_joint", "token_static"]


class Pull(NamedTuple):
    r"""Loss, :math:`\partial L/\partial h` (n, k) and :math:`\partial L/\partial\Gamma` (k, k)."""

    loss: float
    features: FloatArray
    gamma: FloatArray


def _tokens(f: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    f = check_array(f, "f", (None, None))
    return f, check_array(h, "h", (len(f), None))


def _inverse(sig: FloatArray) -> FloatArray:
    size = np.sqrt(np.diag(sig))
    scaled = sig / np.outer(size, size)
    return cho_solve(cho_factor(scaled), np.eye(len(sig))) / np.outer(size, size)


def token_static(f: FloatArray, h: FloatArray) -> Pull:
    r"""Return :math:`\hat L(\mu)=\frac1{2n}|f-\hat Bh|^2` and :math:`G=-\frac1n\hat B^\top\zeta`.

    Raises
    ------
    ValueError
        If the shapes do not match.
    numpy.linalg.LinAlgError
        If the features are linearly dependent on the inputs.
    """
    f, h = _tokens(f, h)
    b = (f.T @ h) @ _inverse(h.T @ h)
    residual = f - h @ b.T
    k = h.shape[1]
    return Pull(
        0.5 * float(np.sum(residual**2)) / len(f), -(residual @ b) / len(f), np.zeros((k, k))
    )


def token_joint(f: FloatArray, h: FloatArray, gamma: FloatArray) -> Pull:
    r"""Return :math:`\hat L(\mu,\Gamma)` and its derivatives.

    With :math:`e=f-\hat C\Gamma h` and :math:`E=\frac1ne^\top h`:
    :math:`G=-\frac1n[e\,\hat C\Gamma+f\,E\,\Gamma^\top]` (rows),
    :math:`\partial_\Gamma=-\hat C^\top E`.
    """
    f, h = _tokens(f, h)
    k, n = h.shape[1], len(f)
    gamma = check_array(gamma, "gamma", (k, k))
    c = f.T @ h / n
    readout = c @ gamma
    error = f - h @ readout.T
    left = error.T @ h / n
    pull = -(error @ readout + f @ left @ gamma.T) / n
    return Pull(0.5 * float(np.sum(error**2)) / n, pull, -c.T @ left)


def _prompts(h, labels, queries, targets):
    labels = check_array(labels, "labels", (None, None))
    prompts, n = labels.shape
    h = check_array(h, "h", (prompts * n, None))
    queries = check_array(queries, "queries", (prompts, h.shape[1]))
    targets = check_array(targets, "targets", (None,))
    if len(targets) != prompts:
        raise ValueError(f"targets must have one entry per prompt, got {len(targets)}")
    return h, labels, queries, targets


def prompt_joint(
    h: FloatArray, labels: FloatArray, queries: FloatArray, targets: FloatArray, gamma: FloatArray
) -> Pull:
    r"""Return the loss on sampled prompts, with the attention given.

    Parameters
    ----------
    h : array, shape (P n, k)
        Features of the pairs, prompt by prompt.
    labels : array, shape (P, n)
        :math:`y_{pi}`.
    queries : array, shape (P, k)
        Features of the queries.
    targets : array, shape (P,)
        :math:`y_{pq}`.
    gamma : array, shape (k, k)
        Attention.

    Returns
    -------
    Pull
        ``features`` has P n + P rows: the pairs, then the queries.
    """
    h, labels, queries, targets = _prompts(h, labels, queries, targets)
    prompts, n = labels.shape
    gamma = check_array(gamma, "gamma", (h.shape[1],) * 2)
    c = np.einsum("pi,pik->pk", labels, h.reshape(prompts, n, -1)) / n
    error = np.einsum("pk,kl,pl->p", c, gamma, queries) - targets
    weighted = error[:, None] / prompts
    on_pairs = (labels[:, :, None] * (weighted * (queries @ gamma.T))[:, None, :]) / n
    pull = np.concatenate([on_pairs.reshape(len(h), -1), weighted * (c @ gamma)])
    return Pull(0.5 * float(error @ error) / prompts, pull, c.T @ (weighted * queries))


def prompt_static(
    h: FloatArray, labels: FloatArray, queries: FloatArray, targets: FloatArray
) -> Pull:
    r"""Return the loss on sampled prompts with :math:`\Gamma=\hat\Sigma^{-1}` of the batch.

    Arguments as in :func:`prompt_joint`. The chain rule through :math:`\hat\Sigma` adds
    :math:`-\frac1{Pn}h\,\Gamma(D+D^\top)\Gamma`, :math:`D=\partial L/\partial\Gamma`, to the rows
    of the pairs.
    """
    h, labels, queries, targets = _prompts(h, labels, queries, targets)
    gamma = _inverse(h.T @ h / len(h))
    out = prompt_joint(h, labels, queries, targets, gamma)
    through = gamma @ (out.gamma + out.gamma.T) @ gamma
    out.features[: len(h)] -= h @ through / len(h)
    return Pull(out.loss, out.features, np.zeros_like(gamma))

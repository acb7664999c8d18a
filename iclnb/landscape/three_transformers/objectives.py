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
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

__all__ = ["Pull", "prompt_joint", "prompt_static", "token_joint", "token_static"]


class Pull(NamedTuple):
    r"""Loss, :math:`\partial L/\partial h` (n, k) and :math:`\partial L/\partial\Gamma` (k, k)."""

    loss: float
    features: FloatArray
    Gamma: FloatArray


def _tokens(f: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    f = check_array(f, "f", (None, None))
    return f, check_array(h, "h", (len(f), None))


def _inverse(sig: FloatArray) -> FloatArray:
    size = np.sqrt(np.diag(sig))
    scaled = sig / np.outer(size, size)
    return cho_solve(cho_factor(scaled), np.eye(len(sig))) / np.outer(size, size)


@guarded
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


@guarded
def token_joint(f: FloatArray, h: FloatArray, Gamma: ArrayLike) -> Pull:
    r"""Return :math:`\hat L(\mu,\Gamma)` and its derivatives.

    With :math:`e=f-\hat C\Gamma h` and :math:`E=\frac1ne^\top h`:
    :math:`G=-\frac1n[e\,\hat C\Gamma+f\,E\,\Gamma^\top]` (rows),
    :math:`\partial_\Gamma=-\hat C^\top E`.
    """
    f, h = _tokens(f, h)
    k, n = h.shape[1], len(f)
    Gamma = check_array(Gamma, "Gamma", (k, k))
    c = f.T @ h / n
    readout = c @ Gamma
    error = f - h @ readout.T
    left = error.T @ h / n
    pull = -(error @ readout + f @ left @ Gamma.T) / n
    return Pull(0.5 * float(np.sum(error**2)) / n, pull, -c.T @ left)


def _prompts(h, y, query, target):
    y = check_array(y, "y", (None, None))
    prompts, n = y.shape
    h = check_array(h, "h", (prompts * n, None))
    query = check_array(query, "query", (prompts, h.shape[1]))
    target = check_array(target, "target", (None,))
    if len(target) != prompts:
        raise ValueError(f"target must have one entry per prompt, got {len(target)}")
    return h, y, query, target


@guarded
def prompt_joint(
    h: FloatArray, y: FloatArray, query: FloatArray, target: FloatArray, Gamma: ArrayLike
) -> Pull:
    r"""Return the loss on sampled prompts, with the attention given.

    Parameters
    ----------
    h : array, shape (P n, k)
        Features of the pairs, prompt by prompt.
    y : array, shape (P, n)
        :math:`y_{pi}`.
    query : array, shape (P, k)
        Features of the queries.
    target : array, shape (P,)
        :math:`y_{pq}`.
    Gamma : array, shape (k, k)
        Attention.

    Returns
    -------
    Pull
        ``features`` has P n + P rows: the pairs, then the queries.
    """
    h, y, query, target = _prompts(h, y, query, target)
    prompts, n = y.shape
    Gamma = check_array(Gamma, "Gamma", (h.shape[1],) * 2)
    c = np.einsum("pi,pik->pk", y, h.reshape(prompts, n, -1)) / n
    error = np.einsum("pk,kl,pl->p", c, Gamma, query) - target
    weighted = error[:, None] / prompts
    on_pairs = (y[:, :, None] * (weighted * (query @ Gamma.T))[:, None, :]) / n
    pull = np.concatenate([on_pairs.reshape(len(h), -1), weighted * (c @ Gamma)])
    return Pull(0.5 * float(error @ error) / prompts, pull, c.T @ (weighted * query))


@guarded
def prompt_static(h: FloatArray, y: FloatArray, query: FloatArray, target: FloatArray) -> Pull:
    r"""Return the loss on sampled prompts with :math:`\Gamma=\hat\Sigma^{-1}` of the batch.

    Arguments as in :func:`prompt_joint`. The chain rule through :math:`\hat\Sigma` adds
    :math:`-\frac1{Pn}h\,\Gamma(D+D^\top)\Gamma`, :math:`D=\partial L/\partial\Gamma`, to the rows
    of the pairs.
    """
    h, y, query, target = _prompts(h, y, query, target)
    Gamma = _inverse(h.T @ h / len(h))
    out = prompt_joint(h, y, query, target, Gamma)
    through = Gamma @ (out.Gamma + out.Gamma.T) @ Gamma
    out.features[: len(h)] -= h @ through / len(h)
    return Pull(out.loss, out.features, np.zeros_like(Gamma))

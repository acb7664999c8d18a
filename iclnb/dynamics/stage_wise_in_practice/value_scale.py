r"""A learned value scale: prediction :math:`\nu\sum_ia_iy_i` with :math:`\nu` trained as well.

Infinitely long prompts.  With :math:`a_{km}\propto p_me^{S_{km}}` (derived here)

.. math:: L_k=\tfrac12(1-2\nu a_{kk}+\nu^2\|a_k\|^2),

.. math:: -\frac{\partial L}{\partial S_{kn}}
          =p_k\,[\nu a_{kn}(1\{n=k\}-a_{kk})-\nu^2a_{kn}(a_{kn}-\|a_k\|^2)], \qquad
          -\frac{\partial L}{\partial\nu}=\sum_kp_k(a_{kk}-\nu\|a_k\|^2).

At :math:`S=0`, :math:`a_{km}=p_m` and the best scale is
:math:`\nu=\sum_kp_ka_{kk}/\sum_kp_k\|a_k\|^2=1`: the paper's fixed scale is stationary at the
start.  It does not stay so.  While rare rows still attend broadly, :math:`\sum p_ka_{kk}` exceeds
:math:`\sum p_k\|a_k\|^2`, :math:`\nu` grows beyond 1 and learned rows lower their attention to keep
:math:`\nu a_{kk}` near 1.

Row sums of :math:`S` are conserved for any :math:`\nu`; rows no longer move independently, since
all share :math:`\nu`.  Discrete steps:
:math:`\partial^2L/\partial\nu^2=\sum_kp_k\|a_k\|^2\le1`; with a learning rate above 2,
:math:`\nu` may oscillate without end.  Not covered: finite prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import FloatArray, check_number, check_probabilities
from iclnb.dynamics.stage_wise_training.descent import check_schedule
from iclnb.dynamics.stage_wise_training.limit import limit_attention


class ScaledPath(NamedTuple):
    """Recorded run: ``steps`` (T,), ``scores`` (T, K, K), ``scale`` (T,)."""

    steps: NDArray[np.int64]
    scores: FloatArray
    scale: FloatArray


class ScaledGradient(NamedTuple):
    r""":math:`\partial L/\partial S`, shape (K, K), and :math:`\partial L/\partial\nu`."""

    scores: FloatArray
    scale: float


def scaled_loss_per_query(scores: ArrayLike, scale: float, p: ArrayLike) -> FloatArray:
    """Losses L_k, shape (K,); ``scores`` (K, K) query first, ``p`` (K,)."""
    scale = check_number(scale, "scale")
    attention = limit_attention(np.asarray(scores), np.asarray(p))
    error = scale * attention - np.eye(attention.shape[0])
    return 0.5 * np.sum(error**2, axis=1)


def scaled_gradient(scores: ArrayLike, scale: float, p: ArrayLike) -> ScaledGradient:
    """Gradient of the loss by scores and scale; arguments as in `scaled_loss_per_query`."""
    scale = check_number(scale, "scale")
    p = check_probabilities(p, "p", positive=True)
    a = limit_attention(np.asarray(scores), p)
    target = np.diag(a)[:, None]
    square = np.sum(a**2, axis=1, keepdims=True)
    descent = scale * a * (np.eye(p.size) - target) - scale**2 * a * (a - square)
    return ScaledGradient(-p[:, None] * descent, float(-p @ (target - scale * square)[:, 0]))


def scaled_descent(
    p: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    initial_scale: float = 1.0,
    record: Sequence[int] | None = None,
) -> ScaledPath:
    r"""Joint gradient descent on :math:`S` (from zero) and :math:`\nu` with one learning rate.

    Raises
    ------
    ValueError
        On a bad probability vector, schedule, scale or learning rate.
    """
    p = check_probabilities(p, "p", positive=True)
    marks = check_schedule(steps, record)
    learning_rate = check_number(learning_rate, "learning_rate", low=0.0, strict=True)
    scale = check_number(initial_scale, "initial_scale")
    scores = np.zeros((p.size, p.size))
    kept, scales = np.empty((marks.size, *scores.shape)), np.empty(marks.size)
    position = 0
    for step in range(int(marks[-1]) + 1):
        if step == marks[position]:
            kept[position], scales[position] = scores, scale
            position += 1
            if position == marks.size:
                break
        gradient = scaled_gradient(scores, scale, p)
        scores = scores - learning_rate * gradient.scores
        scale -= learning_rate * gradient.scale
    return ScaledPath(marks, kept, scales)

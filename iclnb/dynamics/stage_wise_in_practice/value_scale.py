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
from iclnb.kinds import guarded


class ScaledPath(NamedTuple):
    """Recorded run: ``steps`` (T,), ``scores`` (T, K, K), ``value_scale`` (T,)."""

    steps: NDArray[np.int64]
    scores: FloatArray
    value_scale: FloatArray


class ScaledGradient(NamedTuple):
    r""":math:`\partial L/\partial S`, shape (K, K), and :math:`\partial L/\partial\nu`."""

    scores: FloatArray
    value_scale: float


@guarded
def scaled_loss_per_query(scores: ArrayLike, value_scale: float, p: ArrayLike) -> FloatArray:
    """Losses L_k, shape (K,); ``scores`` (K, K) query first, ``p`` (K,)."""
    value_scale = check_number(value_scale, "value_scale")
    attention = limit_attention(np.asarray(scores), np.asarray(p))
    error = value_scale * attention - np.eye(attention.shape[0])
    return 0.5 * np.sum(error**2, axis=1)


@guarded
def scaled_gradient(scores: ArrayLike, value_scale: float, p: ArrayLike) -> ScaledGradient:
    """Gradient of the loss by scores and scale; arguments as in `scaled_loss_per_query`."""
    value_scale = check_number(value_scale, "value_scale")
    p = check_probabilities(p, "p", positive=True)
    a = limit_attention(np.asarray(scores), p)
    target = np.diag(a)[:, None]
    square = np.sum(a**2, axis=1, keepdims=True)
    descent = value_scale * a * (np.eye(p.size) - target) - value_scale**2 * a * (a - square)
    return ScaledGradient(-p[:, None] * descent, float(-p @ (target - value_scale * square)[:, 0]))


@guarded
def scaled_descent(
    p: ArrayLike,
    *,
    step_size: float,
    steps: int,
    start: float = 1.0,
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
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    value_scale = check_number(start, "start")
    scores = np.zeros((p.size, p.size))
    kept, scales = np.empty((marks.size, *scores.shape)), np.empty(marks.size)
    position = 0
    for step in range(int(marks[-1]) + 1):
        if step == marks[position]:
            kept[position], scales[position] = scores, value_scale
            position += 1
            if position == marks.size:
                break
        gradient = scaled_gradient(scores, value_scale, p)
        scores = scores - step_size * gradient.scores
        value_scale -= step_size * gradient.value_scale
    return ScaledPath(marks, kept, scales)

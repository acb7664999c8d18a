r"""Test tasks that are no linear functions of the features: panel (d).

.. math:: g(x)\in\{\max_jf^\circ_j(x),\ \|f^\circ(x)\|,\ \|f^\circ(x)\|^2\}.

With long prompts the attention :math:`\Gamma` predicts :math:`c^\top\Gamma h`,
:math:`c=\mathbb E[gh]`, and by Pythagoras

.. math:: \mathbb E(g-c^\top\Gamma h)^2=\mathbb E(g-c^\top\Sigma^{-1}h)^2
          +c^\top(\Gamma-\Sigma^{-1})\,\Sigma\,(\Gamma-\Sigma^{-1})^\top c ,

so that no attention does better on given features than :math:`\Sigma^{-1}`. Caption of the figure
(abstract page): :math:`\|f^\circ\|`; slides: :math:`\max_j` and :math:`\|f^\circ\|^2`. Formula
derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

__all__ = ["TASKS", "TaskError", "nonlinear_tasks", "task_error"]

#: Names of the columns of :func:`nonlinear_tasks`.
TASKS = ("max", "norm", "norm squared")


class TaskError(NamedTuple):
    """Errors (m,) of m tasks in units of their variance: in all, and by wrong attention alone."""

    total: FloatArray
    attention: FloatArray


@guarded
def nonlinear_tasks(true: ArrayLike) -> FloatArray:
    """Return the three tasks, shape ``(n, 3)``, from the true features (n, k0)."""
    true = check_array(true, "true", (None, None))
    square = np.sum(true**2, axis=1)
    return np.stack([true.max(axis=1), np.sqrt(square), square], axis=1)


@guarded
def task_error(tasks: ArrayLike, h: ArrayLike, Gamma: FloatArray | None = None) -> TaskError:
    r"""Return the error of long prompts with labels :math:`g`, divided by the variance of g.

    Parameters
    ----------
    tasks : array, shape (n, m)
        Tasks at equally likely inputs.
    h : array, shape (n, k)
        Features there.
    Gamma : array, shape (k, k), optional
        Attention; :math:`\Sigma^{-1}` if left out.

    Raises
    ------
    ValueError
        If a shape does not match or a task is constant.
    """
    tasks = check_array(tasks, "tasks", (None, None))
    h = check_array(h, "h", (len(tasks), None))
    variance = tasks.var(axis=0)
    if np.any(variance <= 0.0):
        raise ValueError("tasks must not be constant")
    sig, c = h.T @ h / len(h), h.T @ tasks / len(h)
    best = np.linalg.solve(sig, c)
    floor = np.mean((tasks - h @ best) ** 2, axis=0)
    if Gamma is None:
        return TaskError(floor / variance, np.zeros(len(variance)))
    off = check_array(Gamma, "Gamma", sig.shape).T @ c - best
    extra = np.einsum("km,kl,lm->m", off, sig, off)
    return TaskError((floor + extra) / variance, extra / variance)

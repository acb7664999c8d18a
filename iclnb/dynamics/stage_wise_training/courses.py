r"""The course of one row at given times: scores, speeds, attention, loss."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_integer,
    check_probabilities,
)
from iclnb.dynamics.stage_wise_training.limit import limit_row_flow
from iclnb.dynamics.stage_wise_training.phases import rare_flow, rare_loss, rare_trajectory
from iclnb.dynamics.stage_wise_training.population import ClassRow, class_row_gradient
from iclnb.dynamics.stage_wise_training.reduced import Flow, plane_attention, solve_flow
from iclnb.kinds import guarded


class RareCourse(NamedTuple):
    r"""An under-represented row at flow ``times`` (T,).

    target, dominant : scores :math:`A_k` and :math:`B_{k,1}`, shape (T,); speeds, attention :
    shape (T, 3), of the query's own key, of key 1 and of *one* of the other K - 2, the attention
    for infinitely long prompts; loss : :math:`L_k`, shape (T,).
    """

    times: FloatArray
    target: FloatArray
    dominant: FloatArray
    speeds: FloatArray
    attention: FloatArray
    loss: FloatArray

    @property
    def own(self) -> FloatArray:
        """Attention on the query's own feature, shape (T,)."""
        return self.attention[:, 0]

    @property
    def first(self) -> FloatArray:
        """Attention on the dominant feature, shape (T,)."""
        return self.attention[:, 1]

    @property
    def others(self) -> FloatArray:
        """Attention on all other features together, shape (T,)."""
        return 1.0 - self.own - self.first


def _times(times: ArrayLike) -> FloatArray:
    t = check_array(np.atleast_1d(times), "times", (None,))
    if t.min() < 0 or t.max() == 0:
        raise ValueError("times must be not negative and not all zero")
    return t


@guarded
def rare_course(
    K: float,
    p1: float,
    *,
    times: ArrayLike,
    prompt_length: int | None = None,
    noise: float = 0.0,
    push: float = 1.0,
) -> RareCourse:
    """Follow an under-represented row from S = 0.

    Parameters
    ----------
    K, p1
        Number of features (> 2) and probability of the dominant one, in (0, 1).
    times : array (T,)
        Flow times, not negative, not all zero.
    prompt_length : int, optional
        N; None means infinitely long prompts.
    noise : float
        Standard deviation of the label noise (no effect at N = infinity).
    push : float
        Factor of the dominant key's speed; 1 is gradient flow, others are for controls.

    Raises
    ------
    ValueError
        If an argument is outside of its domain.
    """
    t = _times(times)
    options = {"prompt_length": prompt_length, "noise": noise}
    states = rare_trajectory(K, p1, stop=float(t.max()), push=push, **options).at(t)
    moving = np.array([rare_flow(x, K=K, p1=p1, push=push, **options) for x in states])
    held = np.array([plane_attention(x, K=K, p1=p1) for x in states])
    alone = np.array([[1.0, 1.0, 1.0 / (K - 2.0)]])
    speeds = alone * np.column_stack([moving, -moving.sum(axis=1)])
    loss = np.array([rare_loss(x, K=K, p1=p1, **options) for x in states])
    return RareCourse(t, *states.T, speeds, alone * held, loss)


class RowCourse(NamedTuple):
    """One row of the full model at flow ``times`` (T,): ``scores``, ``speeds``, ``attention``, each
    (T, K), the attention for infinitely long prompts."""

    times: FloatArray
    scores: FloatArray
    speeds: FloatArray
    attention: FloatArray


@guarded
def row_course(
    p: ArrayLike, k: int, *, times: ArrayLike, prompt_length: int | None = None
) -> RowCourse:
    """Follow row k of the model with frequencies `p` from S = 0, no symmetry used.

    Parameters
    ----------
    p : array (K,)
        Probabilities of the features.
    k : int
        The index of the row, 0-based.
    times : array (T,)
        Flow times, not negative, not all zero.
    prompt_length : int, optional
        N; None means infinitely long prompts.

    Raises
    ------
    ValueError
        If an argument is outside of its domain.
    """
    p = check_probabilities(p, "p", positive=True)
    k = check_integer(k, "k", least=0, most=p.size - 1)
    t = _times(times)
    flow = _row_flow(p, k, prompt_length)
    run = solve_flow(flow, np.zeros(p.size), float(t.max()), time_unit=1.0 / float(p[k]))
    scores = run.at(t)
    speeds = np.array([flow(s) for s in scores])
    return RowCourse(t, scores, speeds, softmax(scores + np.log(p), axis=1))


def _row_flow(p: FloatArray, k: int, prompt_length: int | None) -> Flow:
    """Right-hand side of row k at the given prompt length."""
    if prompt_length is None:
        return lambda s: limit_row_flow(s, p, k)
    N = check_integer(prompt_length, "prompt_length")
    others = np.delete(p, k)
    row = ClassRow(float(p[k]), others, np.ones_like(others))

    def flow(s: FloatArray) -> FloatArray:
        gradient = class_row_gradient(float(s[k]), np.delete(s, k), row, prompt_length=N)
        return -np.insert(gradient.classes, k, gradient.target)

    return flow

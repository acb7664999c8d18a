r"""Gradient descent on the scores, driven by an oracle: the exact gradient or a minibatch.

An *oracle* maps the scores :math:`S\in R^{K\times K}` (query first) to a gradient
:math:`G_{kn}=\partial L/\partial S_{kn}`, exact or sampled.  Since the features are orthonormal,
:math:`\partial L/\partial Q=\sum_{kn}G_{kn}v_nv_k^\top`, and a step of gradient descent on
:math:`Q\in R^{d\times d}` moves the scores by exactly :math:`-\eta G`, whatever :math:`d\ge K`.
The same holds for heavy-ball momentum, :math:`M\leftarrow\beta M+G`,
:math:`S\leftarrow S-\eta M`, but not for Adam, which depends on the basis.

Conserved (derived here): softmax does not see a constant added to a row, so
:math:`\sum_nG_{kn}=0` for exact and sampled gradients alike, and every row sum of :math:`S` keeps
its initial value at every step, with or without momentum.

Flow time is learning rate times steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import FloatArray, check_array, check_increasing, check_integer, check_number
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.population import population_gradient
from iclnb.kinds import guarded

Oracle = Callable[[FloatArray], FloatArray]


class Path(NamedTuple):
    """Recorded scores of one run: ``steps`` (T,) and ``scores`` (T, K, K)."""

    steps: NDArray[np.int64]
    scores: FloatArray

    def target(self) -> FloatArray:
        r"""The target scores :math:`A_k=S_{kk}`, shape (T, K)."""
        return np.diagonal(self.scores, axis1=1, axis2=2)

    def competitor(self, n: int = 0) -> FloatArray:
        r"""The scores :math:`S_{kn}` of key ``n``, shape (T, K); entry ``n`` is a target."""
        return self.scores[:, :, n]


@guarded
def check_schedule(steps: int, record: Sequence[int] | None) -> NDArray[np.int64]:
    """Return the recorded steps: all of 0..steps by default, else ``record``, strictly increasing.

    Raises
    ------
    ValueError
        If ``record`` is empty, not strictly increasing, or leaves 0..steps.
    """
    steps = check_integer(steps, "steps")
    if record is None:
        return np.arange(steps + 1)
    marks = np.asarray(record)
    if marks.ndim != 1 or marks.size == 0 or not np.issubdtype(marks.dtype, np.integer):
        raise ValueError("record must be a non-empty sequence of integers")
    if np.any(np.diff(marks) <= 0) or marks[0] < 0 or marks[-1] > steps:
        raise ValueError(f"record must increase strictly within 0..{steps}")
    return marks.astype(np.int64)


@guarded
def population_oracle(data_model: DataModel) -> Oracle:
    """The exact population gradient of ``data_model`` as an oracle."""
    return lambda scores: population_gradient(scores, data_model)


@guarded
def descend_scores(
    oracle: Oracle,
    start: ArrayLike,
    *,
    step_size: float,
    steps: int,
    momentum: float = 0.0,
    record: Sequence[int] | None = None,
) -> Path:
    r"""Run :math:`M\leftarrow\beta M+G(S)`, :math:`S\leftarrow S-\eta M`.

    Parameters
    ----------
    oracle : callable
        Maps scores (K, K) to a gradient (K, K); called once a step, in order.
    start : array (K, K)
        Initial scores.
    step_size : float
        :math:`\eta>0`.
    steps : int
        Number of steps, at least 1.
    momentum : float
        :math:`\beta\in[0,1)`; the effective rate is :math:`\eta/(1-\beta)`.
    record : sequence of int, optional
        Steps to keep (0 is the start); default: all.

    Raises
    ------
    ValueError
        On a learning rate or momentum outside its domain, a bad schedule or bad scores.
    """
    marks = check_schedule(steps, record)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    momentum = check_number(momentum, "momentum", high=1.0, strict=True)
    if momentum < 0:
        raise ValueError(f"momentum must lie in [0, 1), got {momentum}")
    scores = check_array(start, "start", (None, None))
    check_array(scores, "start", (len(scores),) * 2)
    kept = np.empty((marks.size, *scores.shape))
    velocity = np.zeros_like(scores)
    position = 0
    for step in range(int(marks[-1]) + 1):
        if step == marks[position]:
            kept[position] = scores
            position += 1
            if position == marks.size:
                break
        velocity = momentum * velocity + oracle(scores)
        scores = scores - step_size * velocity
    return Path(marks, kept)


@guarded
def exact_descent(
    data_model: DataModel,
    *,
    step_size: float,
    steps: int,
    momentum: float = 0.0,
    record: Sequence[int] | None = None,
    start: ArrayLike | None = None,
) -> Path:
    """Gradient descent on the exact population loss of ``data_model``, by default from zero scores.

    Any probabilities, prompt length and label noise; arguments as in :func:`descend_scores`.
    """
    K = data_model.K
    start = np.zeros((K, K)) if start is None else check_array(start, "start", (K, K))
    return descend_scores(
        population_oracle(data_model), start,
        step_size=step_size, steps=steps, momentum=momentum, record=record,
    )  # fmt: skip


@guarded
def first_crossing(recorded_steps: ArrayLike, values: ArrayLike, level: float) -> float:
    """First step at which a recorded curve reaches ``level``, linear between records.

    The side from which it is reached is that of the first value; returns the first step if the
    curve starts on the level and ``nan`` if it is never reached.

    Raises
    ------
    ValueError
        If ``recorded_steps`` and ``values`` are not finite vectors of one length, or the steps do
        not increase strictly.
    """
    x = check_increasing(recorded_steps, "recorded_steps")
    y = check_array(values, "values", x.shape)
    level = check_number(level, "level")
    gap = (y - level) * np.sign(y[0] - level)
    after = np.flatnonzero(gap <= 0)
    if after.size == 0:
        return float("nan")
    i = int(after[0])
    if i == 0:
        return float(x[0])
    return float(x[i - 1] + (x[i] - x[i - 1]) * gap[i - 1] / (gap[i - 1] - gap[i]))

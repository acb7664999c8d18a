r"""Fine-tuning: the examples of a task change the weights of a model.

The model is :math:`f(x)=w^\top x`, and the examples are used as training data,
:math:`w\leftarrow w+\frac\eta nX^\top(y-Xw)`. From :math:`w=0` the answer after L steps is that of
L layers of linear attention (:func:`.gradient_descent_forward`): the same arithmetic, done once in
the weights, which stay changed, and once in the forward pass, which leaves nothing behind.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.foundations.in_context_learning.arguments import check_step_size
from iclnb.kinds import guarded


@guarded
def fine_tune(
    X: ArrayLike,
    y: ArrayLike,
    *,
    steps: int,
    step_size: float | None = None,
    start: ArrayLike | None = None,
) -> FloatArray:
    r"""Gradient descent on :math:`\frac1{2n}\|y-Xw\|^2`.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs of the examples.
    y : array_like, shape (n,)
        Their labels.
    steps : int
        Number of steps, at least 1.
    step_size : float, optional
        :math:`\eta>0`; by default one over the largest eigenvalue of :math:`X^\top X/n`.
    start : array_like, shape (d,), optional
        Weights at the start; zero by default, the mean of the tasks.

    Returns
    -------
    ndarray, shape (steps + 1, d)
        The weights at the start and after each step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or the steps leave the floating point numbers.
    """
    X = check_array(X, "X", (None, None))
    y = check_array(y, "y", (len(X),))
    steps = check_integer(steps, "steps")
    eta = check_step_size(step_size, np.linalg.norm(X, 2) ** 2 / len(X))
    weights = np.zeros((steps + 1, X.shape[1]))
    if start is not None:
        weights[0] = check_array(start, "start", (X.shape[1],))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            weights[k + 1] = weights[k] + eta * X.T @ (y - X @ weights[k]) / len(X)
    if not np.isfinite(weights).all():
        raise ValueError(
            f"step_size={step_size} with steps={steps} leaves the floating point numbers"
        )
    return weights

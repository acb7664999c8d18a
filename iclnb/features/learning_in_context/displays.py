r"""Ridge regression as the slides display it after stage 2, as printed and with its 1/n.

Printed: :math:`\phi(x_q)^\top\big(\frac1{nT_2}F^\top F+\lambda I\big)^{-1}F_tY_t`, with F the
features of all :math:`T_2` prompts of the second stage and :math:`F_t` those of prompt t, one
example a column. The inverse is normalised, the vector is a sum: one of the two must go with 1/n.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded

__all__ = ["Display", "stage_two_display"]


class Display(NamedTuple):
    """The display ``printed``, and ``corrected`` by 1/n; each of shape (...)."""

    printed: FloatArray
    corrected: FloatArray


@guarded
def stage_two_display(
    pooled: ArrayLike, X: ArrayLike, y: ArrayLike, query: ArrayLike, *, penalty: float
) -> Display:
    r"""Evaluate the display on one prompt.

    Parameters
    ----------
    pooled : array_like, shape (T, n, d)
        Features of the prompts of stage 2.
    X, y, query : array_like, shapes (n, d), (n,), (..., d)
        The prompt that is answered, in features.
    penalty : float
        :math:`\lambda>0`, beside the mean of squares.

    Returns
    -------
    Display
        If the pool is the prompt alone, ``corrected`` is ridge regression with the penalty
        :math:`\lambda`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.

    Notes
    -----
    Source: slides, "Then, Gamma performs the ridge regression".
    """
    X = check_array(X, "X", (None, None))
    n, d = X.shape
    y, query = check_array(y, "y", (n,)), check_array(query, "query", (..., d))
    F = check_array(pooled, "pooled", (None, n, d)).reshape(-1, d)
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    printed = query @ np.linalg.solve(F.T @ F / len(F) + penalty * np.eye(d), X.T @ y)
    return Display(printed, printed / n)

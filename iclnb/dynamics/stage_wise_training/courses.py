r"""The course of an under-represented row: its scores and its loss at given times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.dynamics.stage_wise_training.phases import rare_trajectory
from iclnb.dynamics.stage_wise_training.reduced import finite_plane_loss, plane_loss


class RareCourse(NamedTuple):
    """Flow ``times``, target score :math:`A_k`, dominant key's score :math:`B_{k,1}` and loss
    :math:`L_k`, each of shape (T,)."""

    times: FloatArray
    target: FloatArray
    dominant: FloatArray
    loss: FloatArray


def rare_course(
    K: float, p1: float, *, times: ArrayLike, prompt_length: int | None = None, noise: float = 0.0
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

    Raises
    ------
    ValueError
        If an argument is outside of its domain.
    """
    t = check_array(np.atleast_1d(times), "times", (None,))
    if t.min() < 0 or t.max() == 0:
        raise ValueError("times must be not negative and not all zero")
    run = rare_trajectory(K, p1, stop=float(t.max()), prompt_length=prompt_length, noise=noise)
    states = run.at(t)
    if prompt_length is None:
        loss = [plane_loss(x, K=K, p1=p1) for x in states]
    else:
        options = {"K": K, "p1": p1, "prompt_length": prompt_length, "noise": noise}
        loss = [finite_plane_loss(x, **options) for x in states]
    return RareCourse(t, states[:, 0], states[:, 1], np.array(loss))

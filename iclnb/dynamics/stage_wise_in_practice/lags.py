r"""Stages of a run: when the dominant feature and the rare ones are learned.

Learning is read off the scores by the attention that infinitely long prompts would give,
:math:`a_k = p_ke^{S_{kk}}/\sum_np_ne^{S_{kn}}`, so that the loss floor of short prompts hides
nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import FloatArray, check_number
from iclnb.dynamics.stage_wise_training.descent import Path, first_crossing
from iclnb.dynamics.stage_wise_training.limit import limit_attention
from iclnb.kinds import guarded


class Stages(NamedTuple):
    """Attention on the query's own feature along a run, each of shape (T,): that of feature 1
    (``dominant``), and the mean over the others (``rare``), at ``steps``."""

    steps: NDArray[np.int64]
    dominant: FloatArray
    rare: FloatArray


@guarded
def stages(run: Path, p: ArrayLike) -> Stages:
    """Return the attention of the dominant feature (the first) and the mean over the others.

    Parameters
    ----------
    run : Path
        Recorded scores, (T, K, K).
    p : array (K,)
        Probabilities.

    Raises
    ------
    ValueError
        If ``p`` is not a probability vector of length K.
    """
    own = np.array([np.diag(limit_attention(s, np.asarray(p))) for s in run.scores])
    return Stages(run.steps, own[:, 0], own[:, 1:].mean(axis=1))


@guarded
def learning_lag(run: Stages, *, level: float = 0.9) -> float:
    r"""How many times later the rare features reach an attention than the dominant one.

    .. math:: t_{\rm rare}(\text{level})/t_{\rm dominant}(\text{level})

    Parameters
    ----------
    level : float
        In (0, 1), above the dominant feature's initial attention.

    Raises
    ------
    ValueError
        If the level is outside of its domain, or one of the two is not reached in the run.
    """
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    first = first_crossing(run.steps, run.dominant, level)
    last = first_crossing(run.steps, run.rare, level)
    if not (first > 0 and np.isfinite(last)):
        raise ValueError(f"level {level} is not passed by both within the run")
    return last / first

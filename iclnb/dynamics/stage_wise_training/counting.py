r"""How many phases a row passes through, read off its course.

Three questions are asked of a row at every time: does the score of its own key move faster than
that of any other key; does its own key hold more attention than any other; is the speed of its own
score past its peak? A phase ends where one of the answers changes. No threshold enters.

For infinitely long prompts (derived here): the row of a feature with equal competitors has
:math:`\dot A\propto a(1-a)^2`, whose peak is at a = 1/3, and its own key leads and holds from the
start; so it has two phases if :math:`p_k<1/3` and one otherwise. In an under-represented row the
own key leads before it holds: at :math:`a_k=a_1` the difference of the speeds is
:math:`q\,a_k c^2\frac K{K-2}>0`, c the attention on all the rest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_increasing,
    check_integer,
    check_probabilities,
)
from iclnb.dynamics.stage_wise_training.courses import rare_course, row_course
from iclnb.dynamics.stage_wise_training.phases import phase_times
from iclnb.kinds import guarded

POINTS = 1500
"""Times at which a course is looked at: less than one per cent apart."""


class Turns(NamedTuple):
    """When the answers of the three questions change, and how many phases there are.

    leads, holds, slows : the first time from which on the answer is yes (0 if from the start, nan
    if never); phases : one more than the number of times at which an answer changes, in either
    direction.
    """

    leads: float
    holds: float
    slows: float
    phases: int


@guarded
def turns(times: ArrayLike, speeds: ArrayLike, attention: ArrayLike, k: int) -> Turns:
    r"""Count the phases of one row.

    At the times :math:`t_i` it asks: is :math:`\dot S_{kk}\ge\max_{n\ne k}|\dot S_{kn}|`; is
    :math:`a_k\ge\max_{n\ne k}a_n`; has :math:`\dot S_{kk}` fallen since :math:`t_{i-1}`?

    Parameters
    ----------
    times : array (T,)
        Increasing, at least three.
    speeds, attention : array (T, G)
        Of the keys; keys of equal score and frequency may be represented by one of them.
    k : int
        Which key is the query's own, 0-based.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from iclnb.dynamics.stage_wise_training import row_course
    >>> course = row_course(np.full(20, 0.05), 3, times=np.linspace(1, 3000, 300))
    >>> turns(course.times, course.speeds, course.attention, 3).phases
    2
    """
    t = check_increasing(times, "times")
    if t.size < 3:
        raise ValueError(f"times must be at least three, got {t.size}")
    speed = check_array(speeds, "speeds", (t.size, None))
    held = check_array(attention, "attention", speed.shape)
    k = check_integer(k, "k", least=0, most=speed.shape[1] - 1)
    rivals = np.delete(np.arange(speed.shape[1]), k)
    answers = np.stack([
        speed[1:, k] >= np.abs(speed[1:, rivals]).max(axis=1),
        held[1:, k] >= held[1:, rivals].max(axis=1),
        np.diff(speed[:, k]) < 0,
    ])  # fmt: skip
    changes = np.any(np.diff(answers, axis=1), axis=0)
    return Turns(*(_since(t, yes) for yes in answers), 1 + int(changes.sum()))


def _since(times: FloatArray, yes: np.ndarray) -> float:
    """The time from which on the answer is yes, at the midpoint of two times."""
    no = np.flatnonzero(~yes)
    if no.size == 0:
        return 0.0
    at = int(no[-1])
    return float("nan") if at == yes.size - 1 else 0.5 * float(times[at + 1] + times[at + 2])


@guarded
def rare_turns(
    K: float, p1: float, *, prompt_length: int | None = None, push: float = 1.0
) -> Turns:
    """Count the phases of an under-represented row, up to four times its half time.

    Parameters
    ----------
    K, p1
        Number of features (> 2) and probability of the dominant one, in (0, 1).
    prompt_length : int, optional
        N; None means infinitely long prompts.
    push : float
        As in `rare_course`: 0 freezes the dominant key's score.

    Raises
    ------
    ValueError
        If an argument is outside of its domain.
    """
    half = phase_times(K, p1, prompt_length=prompt_length, push=push).half
    run = rare_course(
        K, p1, times=half * np.geomspace(1e-4, 4.0, POINTS), prompt_length=prompt_length, push=push
    )
    return turns(run.times, run.speeds, run.attention, 0)


@guarded
def row_turns(p: ArrayLike, k: int, *, prompt_length: int | None = None) -> Turns:
    r"""Count the phases of row k of the model with frequencies `p`, no symmetry used.

    The row is followed up to the time :math:`8/p_k^2+40/p_k`, several times that of attention one
    half unless prompts are short.

    Raises
    ------
    ValueError
        As `row_course`.
    """
    p = check_probabilities(p, "p", positive=True)
    k = check_integer(k, "k", least=0, most=p.size - 1)
    stop = float(8 / p[k] ** 2 + 40 / p[k])
    run = row_course(
        p, k, times=stop * np.geomspace(1e-5, 1.0, POINTS), prompt_length=prompt_length
    )
    return turns(run.times, run.speeds, run.attention, k)

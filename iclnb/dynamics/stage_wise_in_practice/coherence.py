r"""Features that are not orthogonal: unit vectors with one inner product c, at N = infinity.

With :math:`v_n^\top v_m=c` for :math:`n\ne m` the Gram matrix is :math:`G=(1-c)I+c\,11^\top`,
:math:`-\frac1{K-1}<c<1`. The loss of a query is :math:`\frac12(a-e_k)^\top G(a-e_k)`, and since the
entries of :math:`a-e_k` add up to zero it is :math:`1-c` times that of orthogonal ones. Gradient
descent in Q moves the scores :math:`S=V^\top QV` by :math:`-G\,\nabla_SL\,G`; with F the flow of
orthogonal features, whose rows add up to zero,

.. math:: \dot S=(1-c)^2\big[(1-c)F+c\,1(1^\top F)\big].

Rows are no longer alone: each also moves by c times the sum of all. Where the columns of F add up
to zero, as with balanced features, only the clock is another, by :math:`(1-c)^3`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_integer,
    check_number,
    check_probabilities,
)
from iclnb.dynamics.stage_wise_training.data import imbalanced
from iclnb.dynamics.stage_wise_training.limit import limit_attention, limit_flow, limit_loss
from iclnb.dynamics.stage_wise_training.reduced import solve_flow
from iclnb.kinds import guarded

__all__ = [
    "CoherentCourse",
    "coherent_course",
    "coherent_features",
    "coherent_flow",
    "feature_loss",
]


class CoherentCourse(NamedTuple):
    """An under-represented row at flow ``times`` (T,), under mixing with all the others.

    ``speeds``, ``attention`` (T, 3): of the query's own key, of key 1 and of one of the rest;
    ``loss`` (T,): over all queries.
    """

    times: FloatArray
    speeds: FloatArray
    attention: FloatArray
    loss: FloatArray


def _coherence(coherence: float, K: int) -> float:
    c = check_number(coherence, "coherence")
    if not -1.0 / (K - 1) < c < 1.0:
        raise ValueError(f"coherence must lie in (-1/{K - 1}, 1), got {c}")
    return c


@guarded
def coherent_features(K: int, coherence: float) -> FloatArray:
    """Return K unit vectors, one a row, with equal inner products: the root of their Gram matrix.

    Raises
    ------
    ValueError
        If ``K`` is below two or ``coherence`` not in (-1/(K-1), 1).
    """
    K = check_integer(K, "K", least=2)
    c = _coherence(coherence, K)
    small, large = np.sqrt(1.0 - c), np.sqrt(1.0 + (K - 1) * c)
    return small * np.eye(K) + (large - small) / K


@guarded
def feature_loss(Q: ArrayLike, features: ArrayLike, p: ArrayLike) -> float:
    r"""Return :math:`\sum_kp_k\frac12|\sum_na_{kn}v_n-v_k|^2` for features of any Gram matrix.

    Parameters
    ----------
    Q : array, shape (d, d)
        The matrix that is trained: :math:`S_{kn}=v_n^\top Qv_k`.
    features : array, shape (K, d)
        :math:`v_k`, one a row.
    p : array, shape (K,)
        Probabilities. Prompts are infinitely long, tasks have the second moment I.
    """
    features = check_array(features, "features", (None, None))
    Q = check_array(Q, "Q", (features.shape[1],) * 2)
    p = check_probabilities(p, "p", len(features), positive=True)
    missed = limit_attention(features @ Q.T @ features.T, p) @ features - features
    return float(0.5 * p @ np.sum(missed**2, axis=1))


@guarded
def coherent_flow(scores: ArrayLike, p: ArrayLike, *, coherence: float) -> FloatArray:
    r"""Return :math:`\dot S` for gradient flow in Q, shape (K, K); for c = 0 that of limit_flow.

    Parameters
    ----------
    scores : array, shape (K, K)
        Scores, query by key.
    p : array, shape (K,)
        Probabilities.
    coherence : float
        c, in (-1/(K-1), 1).
    """
    scores = check_array(scores, "scores", (None, None))
    c, flow = _coherence(coherence, len(scores)), limit_flow(scores, p)
    return (1.0 - c) ** 2 * ((1.0 - c) * flow + c * flow.sum(axis=0))


def _spread(state: FloatArray, K: int) -> FloatArray:
    """The K x K scores of (row 1: own, other; a rare row: own, key 1, other)."""
    scores = np.full((K, K), state[4])
    scores[:, 0], scores[0] = state[3], state[1]
    np.fill_diagonal(scores, state[2])
    scores[0, 0] = state[0]
    return scores


def _gather(matrix: FloatArray) -> FloatArray:
    return np.array([matrix[0, 0], matrix[0, 1], matrix[1, 1], matrix[1, 0], matrix[1, 2]])


@guarded
def coherent_course(K: int, p1: float, *, coherence: float, records: int = 1500) -> CoherentCourse:
    """Follow an under-represented row from S = 0 to four times its half time.

    By symmetry there are five different scores; the flow is that of all K x K.

    Parameters
    ----------
    K, p1 : int, float
        Number of features (> 2) and probability of the first; the others are equally likely.
    coherence : float
        c, in (-1/(K-1), 1).
    records : int
        Number of times, evenly spaced on the logarithmic scale.

    Raises
    ------
    ValueError
        If an argument is outside of its domain, or attention one half is not reached by the time
        :math:`40K^2/(1-p_1)/(1-c)^3`.
    """
    K = check_integer(K, "K", least=3)
    c, p = _coherence(coherence, K), imbalanced(K, p1)
    records = check_integer(records, "records", least=3)

    def flow(state: FloatArray) -> FloatArray:
        return _gather(coherent_flow(_spread(state, K), p, coherence=c))

    def held(state: FloatArray) -> FloatArray:
        return limit_attention(_spread(state, K), p)[1, [1, 0, 2]]

    unit = K**2 / (1.0 - p[0]) / (1.0 - c) ** 3
    run = solve_flow(
        flow,
        np.zeros(5),
        40.0 * unit,
        time_unit=unit,
        marks=[lambda state: float(held(state)[0]) - 0.5],
    )
    half = float(run.crossings[0])
    if np.isnan(half):
        raise ValueError("coherence must be such that the row gets to attention one half")
    times = half * np.geomspace(1e-4, 4.0, records)
    states = run.at(times)
    speeds = np.array([coherent_flow(_spread(s, K), p, coherence=c)[1, [1, 0, 2]] for s in states])
    loss = (1.0 - c) * np.array([limit_loss(_spread(s, K), p) for s in states])
    return CoherentCourse(times, speeds, np.array([held(s) for s in states]), loss)

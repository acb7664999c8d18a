r"""Population loss and gradient by brute force: the sum over all multinomial counts.

The second, independent route to `population`: :math:`\binom{N+K-1}{K-1}` tables, each weighted by
its multinomial probability. For small N and K only.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from iclnb.arguments import check_array, check_integer, check_probabilities
from iclnb.dynamics.stage_wise_training.attention import gradient_given_counts, loss_given_counts
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.kinds import guarded

MAX_TABLES = 2_000_000


@guarded
def count_tables(K: int, prompt_length: int) -> np.ndarray:
    """All count vectors of length K summing to N, shape (C(N+K-1, K-1), K).

    Raises ValueError beyond two million tables.
    """
    K = check_integer(K, "K")
    N = check_integer(prompt_length, "prompt_length")
    size = math.comb(N + K - 1, K - 1)
    if size > MAX_TABLES:
        raise ValueError(f"{size} tables for K={K}, prompt_length={N}: use the quadrature")
    bars = itertools.chain.from_iterable(itertools.combinations(range(N + K - 1), K - 1))
    bars_array = np.fromiter(bars, dtype=np.int64, count=size * (K - 1)).reshape(size, K - 1)
    left = np.full((size, 1), -1)
    right = np.full((size, 1), N + K - 1)
    return np.diff(np.hstack([left, bars_array, right]), axis=1) - 1


@guarded
def multinomial_probabilities(counts: ArrayLike, p: ArrayLike) -> np.ndarray:
    r""":math:`N!\prod_m p_m^{n_m}/n_m!` for each row of counts, shape (B,).

    Raises
    ------
    ValueError
        If counts are no whole numbers from zero on, or do not have a column for each p.
    """
    p = check_probabilities(p, "p", positive=True)
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[1] != p.size:
        raise ValueError(f"counts must have {p.size} columns, got shape {counts.shape}")
    if np.any(counts < 0) or np.any(counts != np.floor(counts)):
        raise ValueError("counts must be whole numbers from zero on")
    log_weight = gammaln(counts.sum(axis=1) + 1.0) - gammaln(counts + 1.0).sum(axis=1)
    return np.exp(log_weight + counts @ np.log(p))


@guarded
def enumerated_loss_per_query(scores: ArrayLike, data_model: DataModel) -> np.ndarray:
    """Losses L_k, shape (K,); same meaning as `population_loss_per_query`."""
    s = check_array(scores, "scores", (data_model.K,) * 2)
    counts = count_tables(data_model.K, data_model.prompt_length)
    weight = multinomial_probabilities(counts, data_model.p)
    return np.array(
        [
            weight @ loss_given_counts(s[k], counts, k, noise=data_model.noise)
            for k in range(data_model.K)
        ]
    )


@guarded
def enumerated_gradient(scores: ArrayLike, data_model: DataModel) -> np.ndarray:
    """Gradient dL/dS, shape (K, K); same meaning as `population_gradient`."""
    s = check_array(scores, "scores", (data_model.K,) * 2)
    counts = count_tables(data_model.K, data_model.prompt_length)
    weight = multinomial_probabilities(counts, data_model.p)
    return np.stack(
        [
            data_model.p[k]
            * (weight @ gradient_given_counts(s[k], counts, k, noise=data_model.noise))
            for k in range(data_model.K)
        ]
    )

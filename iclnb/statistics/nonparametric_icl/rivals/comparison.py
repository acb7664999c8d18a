r"""Softmax attention, linear attention and Bayes on the same tasks, over the prompt length.

Stationary tasks on the circle: the k-th Fourier pair has variance :math:`\lambda_k` in each
function. Linear attention has the best Gamma on all functions of the task; softmax attention has
the best translation-invariant kernel with K cosine coefficients; both are exact. Bayes is
Sollich's approximation, with Jensen's lower bound beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.risk.moments import flat_moments
from iclnb.statistics.nonparametric_icl.risk.population import optimal_risk
from iclnb.statistics.nonparametric_icl.rivals.bayes import jensen_bound, sollich_risk
from iclnb.statistics.nonparametric_icl.rivals.softmax import StationarySetting, train_softmax


class Comparison(NamedTuple):
    """Risks at every prompt length: best softmax and linear attention, Bayes, its lower bound."""

    prompt_lengths: FloatArray
    softmax: FloatArray
    linear: FloatArray
    bayes: FloatArray
    jensen: FloatArray


@guarded
def compare_attention(
    pair_variances: ArrayLike,
    prompt_lengths: Sequence[int],
    *,
    noise: float,
    n_coefficients: int = 16,
    n_nodes: int = 128,
) -> Comparison:
    r"""Train softmax attention at every prompt length, each started from the one before.

    Parameters
    ----------
    pair_variances : array (P,)
        :math:`\lambda_k`, k = 1..P.
    prompt_lengths : sequence of int
        Prompt lengths n, in increasing order.
    noise : float
        :math:`\sigma\ge0`.
    n_coefficients, n_nodes : int
        K cosine coefficients of the kernel; points of the circle, more than 2 max(K, P).

    Raises
    ------
    ValueError
        If an argument is outside its domain, or there is no prompt length.
    """
    lam = check_array(pair_variances, "pair_variances", (None,))
    both = np.repeat(lam, 2)
    rows, start = [], None
    for n in prompt_lengths:
        setting = StationarySetting(lam, n, noise, n_nodes=n_nodes)
        trained = train_softmax(setting, n_coefficients=n_coefficients, start=start)
        start = trained.coefficients
        linear = optimal_risk(flat_moments(both, float(both.sum()), prompt_length=n, noise=noise))
        bayes = sollich_risk(both, prompt_length=n, noise=noise)
        rows.append(
            (n, trained.risk, linear, bayes, jensen_bound(both, prompt_length=n, noise=noise))
        )
    if not rows:
        raise ValueError("prompt_lengths must not be empty")
    return Comparison(*np.array(rows, dtype=np.float64).T)

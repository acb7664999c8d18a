r"""Risk against the number of features, term by term, when the task variance is constant.

Power law :math:`\lambda_j=j^{-2s-1}` over all j, :math:`v(x)=\mathrm{tr}\,\Sigma` (Walsh functions,
Fourier pairs of equal variance). For a diagonal Gamma with entries :math:`g_j` on N features

.. math:: R=\sum_{j>N}\lambda_j+\sum_{j\le N}\lambda_j(1-g_j)^2
          +\frac1n\sum_{j\le N}(\mathrm{tr}\,\Sigma-\lambda_j)g_j^2
          +\frac{\sigma^2}n\sum_{j\le N}g_j^2 :

approximation, shrinkage, fluctuation of the task over the inputs, and noise.
KNS's matrix is :math:`g_j=n\lambda_j/(n\lambda_j+c)` with c = 1. Derived here, from
:func:`.population.risk_terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import zeta

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.spectra import power_law, power_tail


class RiskCurves(NamedTuple):
    """One entry per number of features; the four terms add up to ``total``.

    ``optimum`` is the risk of the best Gamma, ``identity`` that of Gamma = I.
    """

    sizes: FloatArray
    approximation: FloatArray
    shrinkage: FloatArray
    fluctuation: FloatArray
    noise: FloatArray
    total: FloatArray
    optimum: FloatArray
    identity: FloatArray


@guarded
def risk_curves(
    sizes: Sequence[int], *, prompt_length: float, s: float, noise: float, prior_weight: float = 1.0
) -> RiskCurves:
    r"""The terms for Gamma = :math:`(I+\frac cn\Sigma_N^{-1})^{-1}` at every N.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of features N >= 1.
    prompt_length : float
        n >= 1, any real number.
    s, noise : float
        Decay s > 0 and noise standard deviation :math:`\sigma\ge0`.
    prior_weight : float
        c > 0: 1 as KNS print it, :math:`\sigma^2` by the analogy with ridge, :math:`\tau` nearest
        to the optimum.

    Raises
    ------
    ValueError
        If an argument is outside its domain, or there is no size.
    """
    at = np.array([check_integer(N, "sizes") for N in sizes], dtype=np.int64)
    if at.size == 0:
        raise ValueError("sizes must not be empty")
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    if n < 1:
        raise ValueError(f"prompt_length must be at least 1, got {n}")
    level = check_number(noise, "noise", low=0.0) ** 2
    c = check_number(prior_weight, "prior_weight", low=0.0, strict=True)
    lam, trace = power_law(int(at.max()), s), power_tail(0, s)
    best = trace + level - lam
    g2 = (n * lam / (n * lam + c)) ** 2

    def at_sizes(terms: FloatArray) -> FloatArray:
        return np.cumsum(terms)[at - 1]

    tail = zeta(2.0 * s + 1.0, at + 1.0)
    shrinkage = at_sizes(lam * (c / (n * lam + c)) ** 2)
    fluctuation = at_sizes((trace - lam) * g2) / n
    sampling = at_sizes(level * g2) / n
    return RiskCurves(
        at,
        tail,
        shrinkage,
        fluctuation,
        sampling,
        tail + shrinkage + fluctuation + sampling,
        tail + at_sizes(lam * best / (n * lam + best)),
        tail + at_sizes(best) / n,
    )

r"""The two choices of N behind the rates for B-splines, and the term that the slides misprint.

Estimator 1 has, up to logarithms, the bound

.. math:: B(N)=N^{-2s}+\frac Nn+\frac{N^2}T .

Many tasks: the first two terms balance at :math:`N=n^{1/(2s+1)}`. Few tasks: the first and the last
balance at :math:`N=T^{1/(2s+2)}`, and the middle term is then :math:`T^{1/(2s+2)}/n`. The slides
print :math:`T^{2/(2(s+1))}/n`. Algebra; derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from iclnb.arguments import check_number
from iclnb.kinds import guarded


class BoundTerms(NamedTuple):
    """The three terms at one N: approximation, in-context estimation, pretraining."""

    approximation: float
    estimation: float
    pretraining: float


@guarded
def bound_terms(n_features: float, *, prompt_length: float, n_tasks: float, s: float) -> BoundTerms:
    """:math:`(N^{-2s},N/n,N^2/T)`, without constants and logarithms; N real."""
    N = check_number(n_features, "n_features", low=0.0, strict=True)
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    T = check_number(n_tasks, "n_tasks", low=0.0, strict=True)
    return BoundTerms(N ** (-2.0 * check_number(s, "s", low=0.0, strict=True)), N / n, N**2 / T)


@guarded
def scarce_features(n_tasks: float, s: float) -> float:
    r"""The N that minimises :math:`N^{-2s}+N^2/T`, found numerically; :math:`\propto T^{1/(2s+2)}`.

    Parameters
    ----------
    n_tasks : float
        T > 0.
    s : float
        Decay, s > 0.
    """
    T = check_number(n_tasks, "n_tasks", low=0.0, strict=True)
    s = check_number(s, "s", low=0.0, strict=True)
    centre = np.log(T) / (2.0 * s + 2.0)

    def cost(log_features: float) -> float:
        terms = bound_terms(np.exp(log_features), prompt_length=1.0, n_tasks=T, s=s)
        return float(np.log(terms.approximation + terms.pretraining))

    span = (centre - 5.0, centre + 5.0)
    found = minimize_scalar(cost, bounds=span, method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x))


@guarded
def scarce_estimation_exponent(s: float, *, low: float = 1e3, high: float = 1e9) -> float:
    r"""Exponent of T in the middle term N/n at :func:`scarce_features`, between two values of T.

    Parameters
    ----------
    s : float
        Decay, s > 0.
    low, high : float
        Numbers of tasks, 0 < low < high.
    """
    low = check_number(low, "low", low=0.0, strict=True)
    high = check_number(high, "high", low=0.0, strict=True)
    if low >= high:
        raise ValueError(f"high must exceed low, got {low} and {high}")
    terms = [
        bound_terms(scarce_features(T, s), prompt_length=1.0, n_tasks=T, s=s).estimation
        for T in (low, high)
    ]
    return float(np.log(terms[1] / terms[0]) / np.log(high / low))

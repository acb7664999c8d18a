r"""The terms of KNS Proposition 3.2, each with what it bounds.

.. math:: R(\Theta^*)\lesssim\frac{N^{2r}}n\log N+\frac{N^{4r}}{n^2}\log^2N+\frac Nn+N^{-2s}
          +N^2\delta_N^4+N^{2r+1}\delta_N^2

with :math:`\Gamma=(G+\frac1n\Sigma_N^{-1})^{-1}`. Two sub-bounds carry constants (their Appendix A,
displays 14 and 17): shrinkage :math:`\le N/n` and noise :math:`\le\sigma^2N/n`. Exactly, for an
orthonormal basis, shrinkage is :math:`\sum_k\lambda_k/(1+n\lambda_k)^2\le N/(4n)`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded


class PropositionTerms(NamedTuple):
    """The six rates, without constants, in the order of the display, and the two sub-bounds."""

    fluctuation: float
    fluctuation_squared: float
    estimation: float
    approximation: float
    feature_quartic: float
    feature_quadratic: float
    shrinkage_bound: float
    noise_bound: float

    @property
    def total(self) -> float:
        """Sum of the six rates."""
        return sum(self[:6])


@guarded
def proposition_terms(
    n_features: int,
    prompt_length: int,
    *,
    s: float,
    r: float,
    noise: float,
    feature_error: float = 0.0,
) -> PropositionTerms:
    r"""Evaluate every term of the bound.

    Parameters
    ----------
    n_features, prompt_length : int
        N and n, at least one.
    s : float
        Decay of the coefficients, :math:`\sum_{j>N}\lambda_j\lesssim N^{-2s}`.
    r : float
        Growth of the basis, :math:`\sup\sum_{j\le N}\psi_j^2\lesssim N^{2r}`; r >= 1/2.
    noise : float
        :math:`\sigma\ge0`.
    feature_error : float
        :math:`\delta_N=\max_j\|\psi_j-\phi_j\|_\infty`.
    """
    N = check_integer(n_features, "n_features")
    n = check_integer(prompt_length, "prompt_length")
    s = check_number(s, "s", low=0.0, strict=True)
    r = check_number(r, "r")
    if r < 0.5:
        raise ValueError(f"r must be at least 1/2 for an orthonormal basis, got {r}")
    sigma = check_number(noise, "noise", low=0.0)
    delta = check_number(feature_error, "feature_error", low=0.0)
    log = math.log(N)
    return PropositionTerms(
        fluctuation=N ** (2 * r) / n * log,
        fluctuation_squared=N ** (4 * r) / n**2 * log**2,
        estimation=N / n,
        approximation=N ** (-2 * s),
        feature_quartic=N**2 * delta**4,
        feature_quadratic=N ** (2 * r + 1) * delta**2,
        shrinkage_bound=N / n,
        noise_bound=sigma**2 * N / n,
    )

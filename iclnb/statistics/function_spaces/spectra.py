r"""Coefficient laws: how fast the variances :math:`\lambda_j=E\beta_j^2` decay.

.. math:: \lambda_j=j^{-2s-1},\quad j\ge1,\qquad \sum_{j>N}\lambda_j=\zeta(2s+1,N+1)\approx
          N^{-2s}/(2s),

with the Hurwitz zeta function. KNS Assumption 2 has :math:`j^{-2s-1}(\log j)^{-2}`, the slides
:math:`j^{-2s-1-\epsilon}`; both are :math:`\lesssim` this law, with the same exponent.
"""

from __future__ import annotations

import numpy as np
from scipy.special import zeta

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded


@guarded
def power_law(size: int, s: float) -> FloatArray:
    r""":math:`\lambda_j=j^{-2s-1}` for j = 1..N, shape (N,); s > 0."""
    size = check_integer(size, "size")
    s = check_number(s, "s", low=0.0, strict=True)
    return np.arange(1, size + 1, dtype=np.float64) ** (-2.0 * s - 1.0)


@guarded
def power_tail(size: int, s: float) -> float:
    r""":math:`\sum_{j>N}j^{-2s-1}`, exactly; N >= 0 (N = 0 gives the trace)."""
    size = check_integer(size, "size", least=0)
    return float(zeta(2.0 * check_number(s, "s", low=0.0, strict=True) + 1.0, size + 1.0))


@guarded
def logarithmic_law(size: int, s: float) -> FloatArray:
    r"""KNS Assumption 2: :math:`\lambda_j=j^{-2s-1}(\log(j+1))^{-2}`, shape (N,).

    The logarithm is shifted by one so that the first variance is finite.
    """
    j = np.arange(1, check_integer(size, "size") + 1, dtype=np.float64)
    return j ** (-2.0 * check_number(s, "s", low=0.0, strict=True) - 1.0) / np.log(j + 1.0) ** 2


@guarded
def paired_power_law(pairs: int, s: float) -> FloatArray:
    r"""Equal variances :math:`k^{-2s-1}/2` in the k-th cosine-sine pair, shape (2 pairs,).

    With the Fourier basis the prior is then stationary.
    """
    return np.repeat(0.5 * power_law(check_integer(pairs, "pairs"), s), 2)


@guarded
def besov_variances(
    degree: int, resolutions: list[int], alpha: float, *, summable: bool = True
) -> FloatArray:
    r"""KNS Assumption 4 in one dimension: the law of spline coefficients, level after level.

    With functions normalised by :math:`2^{a/2}`, the coefficient variance of level k is
    :math:`2^{-k(2\alpha+1)}/(k+1)^2`, one for each of the :math:`2^k+m` shifts. Derived here from
    the printed :math:`E\beta_{k,\ell}^2\lesssim2^{-k(2\alpha+d)}k^{-2}`, whose functions are
    :math:`2^{kd/2}\omega_{k,\ell}`; k is shifted by one so that level 0 is finite. Without
    ``summable`` the factor :math:`(k+1)^{-2}`, which makes the sum over the levels converge, is
    left out: every level then has the energy of its scale, and rates come without logarithms.
    """
    degree = check_integer(degree, "degree", least=0)
    alpha = check_number(alpha, "alpha", low=0.0, strict=True)
    parts = []
    for k in resolutions:
        k = check_integer(k, "resolutions", least=0)
        share = (k + 1) ** -2.0 if summable else 1.0
        parts.append(np.full(2**k + degree, share * 2.0 ** (-k * (2 * alpha + 1))))
    if not parts:
        raise ValueError("resolutions must not be empty")
    return np.concatenate(parts)

r"""Closed laws when the task variance is constant over the inputs, for the power law.

With :math:`\lambda_j=j^{-p}`, p = 2s+1, :math:`\tau=\mathrm{tr}\,\Sigma+\sigma^2`,
:math:`c_j=\tau-\lambda_j` (Walsh functions; Fourier pairs of equal variance):

.. math:: R^*_N=\sum_{j>N}\lambda_j+\sum_{j\le N}\frac{\lambda_jc_j}{n\lambda_j+c_j},\qquad
          R^*_\infty\approx c_p\Big(\frac\tau n\Big)^{2s/(2s+1)}-\frac{\tau/2+\mathrm{tr}\,\Sigma}n,
          \qquad c_p=\frac{\pi/p}{\sin(\pi/p)} .

With Gamma = I feature N helps iff :math:`\lambda_N(n+1)>\tau`; with the best Gamma adding features
never hurts. Infinite sums are exact: explicit terms, then a series of Hurwitz zeta functions.
Derived here.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import zeta

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.spectra import power_law, power_tail

SERIES = 60


@guarded
def shrinkage_sum(n_samples: float, kappa: float, s: float) -> float:
    r""":math:`\sum_j\lambda_j\kappa/(m\lambda_j+\kappa)` over all j, :math:`\lambda_j=j^{-2s-1}`.

    The terms beyond J, where :math:`m\lambda_J/\kappa\le1/2`, are
    :math:`\sum_i(-m/\kappa)^i\zeta((2s+1)(i+1),J+1)`.

    Parameters
    ----------
    n_samples : float
        m >= 0.
    kappa : float
        :math:`\kappa>0`.
    s : float
        Decay, s > 0.
    """
    m = check_number(n_samples, "n_samples", low=0.0)
    kappa = check_number(kappa, "kappa", low=0.0, strict=True)
    p = 2.0 * check_number(s, "s", low=0.0, strict=True) + 1.0
    J = max(8, math.ceil((2.0 * m / kappa) ** (1.0 / p)))
    lam = power_law(J, s)
    head = math.fsum(lam * kappa / (m * lam + kappa))
    ratio = m / kappa
    # zeta(q, J+1) ~ J^(1-q): scale by J^p per order so that neither factor overflows.
    terms = [(-ratio * float(J) ** -p) ** i * _scaled_zeta(p, i, J) for i in range(SERIES)]
    return head + math.fsum(terms)


def _scaled_zeta(p: float, i: int, J: int) -> float:
    """J^(p i) zeta(p(i+1), J+1), by direct summation of (j/J)^(-p i) j^(-p) when i is large."""
    q = p * (i + 1)
    if q * math.log(J + 1) < 600:
        return float(zeta(q, J + 1)) * float(J) ** (p * i)
    j = np.arange(J + 1, 4 * J + 2, dtype=np.float64)
    return float(np.sum(np.exp(-p * i * np.log(j / J)) * j**-p))


@guarded
def flat_risk(
    prompt_length: float, s: float, noise: float, *, n_features: int | None = None
) -> float:
    r""":math:`R^*_N`, or :math:`R^*_\infty` without `n_features`: the best Gamma, power law.

    Parameters
    ----------
    prompt_length : float
        Prompt length, at least one (any real number).
    s, noise : float
        Decay s > 0 and noise standard deviation :math:`\sigma\ge0`.
    n_features : int, optional
        N.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=1.0)
    if n_features is not None:
        n_features = check_integer(n_features, "n_features")
    trace = power_tail(0, s)
    tau = trace + check_number(noise, "noise", low=0.0) ** 2
    if n_features is not None:
        lam = power_law(n_features, s)
        c = tau - lam
        return power_tail(n_features, s) + math.fsum(lam * c / (prompt_length * lam + c))
    # lambda c/(n lambda + c) = lambda - n lambda^2/((n-1) lambda + tau), and with m = n - 1
    # lambda^2/(m lambda + tau) = (lambda - lambda tau/(m lambda + tau))/m.
    if prompt_length - 1 < 1e-3:
        p = 2.0 * s + 1.0
        m = prompt_length - 1
        squares = [(-m / tau) ** i * float(zeta(p * (i + 2), 1)) / tau for i in range(8)]
        return trace - prompt_length * math.fsum(squares)
    return trace - prompt_length / (prompt_length - 1) * (
        trace - shrinkage_sum(prompt_length - 1, tau, s)
    )


@guarded
def rate_constant(s: float) -> float:
    r""":math:`c_p=(\pi/p)/\sin(\pi/p)=\int_0^\infty du/(1+u^p)`, p = 2s+1."""
    p = 2.0 * check_number(s, "s", low=0.0, strict=True) + 1.0
    return (math.pi / p) / math.sin(math.pi / p)


@guarded
def leading_law(prompt_length: float, s: float, noise: float) -> float:
    r""":math:`c_p(\tau/n)^{2s/(2s+1)}`, the first term of :func:`two_term_law`."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    tau = power_tail(0, s) + check_number(noise, "noise", low=0.0) ** 2
    return rate_constant(s) * (tau / prompt_length) ** (2 * s / (2 * s + 1))


@guarded
def two_term_law(prompt_length: float, s: float, noise: float) -> float:
    r""":math:`c_p(\tau/n)^{2s/(2s+1)}-(\tau/2+\mathrm{tr}\,\Sigma)/n`, the law of large n."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    trace = power_tail(0, s)
    tau = trace + check_number(noise, "noise", low=0.0) ** 2
    return (
        rate_constant(s) * (tau / prompt_length) ** (2 * s / (2 * s + 1))
        - (tau / 2 + trace) / prompt_length
    )


@guarded
def identity_risk(n_features: int, prompt_length: int, s: float, noise: float) -> float:
    r"""Risk of Gamma = I: :math:`\sum_{j>N}\lambda_j+\frac1n\sum_{j\le N}(\tau-\lambda_j)`."""
    n_features = check_integer(n_features, "n_features")
    prompt_length = check_integer(prompt_length, "prompt_length")
    tau = power_tail(0, s) + check_number(noise, "noise", low=0.0) ** 2
    lam = power_law(n_features, s)
    return power_tail(n_features, s) + math.fsum(tau - lam) / prompt_length


@guarded
def identity_best_features(prompt_length: int, s: float, noise: float) -> int:
    r"""Best N for Gamma = I, :math:`\lfloor((n+1)/\tau)^{1/(2s+1)}\rfloor` (0 if none helps)."""
    prompt_length = check_integer(prompt_length, "prompt_length")
    tau = power_tail(0, s) + check_number(noise, "noise", low=0.0) ** 2
    return math.floor(((prompt_length + 1) / tau) ** (1.0 / (2.0 * s + 1.0)))


@guarded
def minimax_exponent(s: float) -> float:
    r""":math:`2s/(2s+1)`."""
    s = check_number(s, "s", low=0.0, strict=True)
    return 2.0 * s / (2.0 * s + 1.0)

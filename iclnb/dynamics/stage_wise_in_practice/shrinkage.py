r"""Label noise: softmax attention learns the Bayes shrinkage.

Labels in the prompt carry noise, :math:`y_i=\langle w,x_i\rangle+\sigma\xi_i`; :math:`K` balanced
orthonormal features; the scores of a row are :math:`S_{kk}-S_{kn}=z` for all :math:`n\ne k` (the
symmetric ray on which the balanced population flow stays).  With :math:`n\sim\mathrm{Bin}(N,1/K)`
tokens of the query's class, :math:`r=N-n`, :math:`\delta=e^{-z}`, :math:`D=n+r\delta`,
:math:`q=1/(K-1)`, the attention is :math:`a_k=n/D`, :math:`a_m=n_m\delta/D`, and

.. math:: L(z)=\tfrac12 E_n\Big[
          \frac{(r\delta)^2+\delta^2(r(1-q)+r^2q)+\sigma^2(n+\delta^2r)}{D^2}\Big],

because :math:`E[\sum_{m\ne k}n_m^2\mid r]=r(1-q)+r^2q`.  The sum has :math:`N+1` terms: exact.

**Stationary point** (derived here).  :math:`2L'=-2E[\delta n(\delta c-\sigma^2r)/D^3]` with
:math:`c=r^2(1+q)+r(1-q)+\sigma^2r`.  Under the weight :math:`nr/D^3\approx r/n^2` the mean of
:math:`r` is :math:`N(1-1/K)+2(1-1/K)+1/K+O(K/N)`, and :math:`1+q=K/(K-1)`; so
:math:`\delta(N+3+\sigma^2)=\sigma^2`, or

.. math:: (N-N/K)\,e^{-z^*}=\sigma^2(1-1/K)\{1-(3+\sigma^2)/N+O(K/N^2)\}.

Without noise there is no stationary point (:math:`z\to\infty`).

**Bayes.**  For :math:`w\sim\mathcal N(0,I)` the other classes say nothing about
:math:`\langle w,v_k\rangle`, so the posterior mean shrinks the class mean by :math:`n/(n+\sigma^2)`
and the Bayes risk is :math:`R=\tfrac12E[\sigma^2/(n+\sigma^2)]`.  At :math:`z^*`,
:math:`a_k\approx n/(n+\sigma^2(1-1/K))`: attention spills on the wrong tokens just the mass by
which Bayes shrinks.  With :math:`\delta=\sigma^2/N`, :math:`n=N/K` the excess over :math:`R` is
:math:`\tfrac12\delta^2(K-1)` (variance of the spill) plus :math:`\tfrac12\delta^2` (it shrinks by a
factor :math:`1-1/K` too little), together :math:`L(z^*)/R-1=\sigma^2/N+O(K/N^2)`.

**Hard attention** is :math:`z=\infty`: the mean of the own labels, or, if the class is absent, of
all labels: risk :math:`\tfrac12E[\sigma^2/n;n\ge1]+\tfrac12P(n=0)(1+q+(1-q+\sigma^2)/N)`, the
limit of :math:`L(z)`; its excess ratio is :math:`\sigma^2K/N`, a factor :math:`K` more.

Not covered: unequal frequencies (the optimum is then no single number) and learned scale.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded


def _check(K: int, prompt_length: int, noise: float) -> tuple[int, int, float]:
    return (
        check_integer(K, "K", least=2),
        check_integer(prompt_length, "prompt_length"),
        check_number(noise, "noise", low=0.0),
    )


def _counts(K: int, prompt_length: int) -> tuple[FloatArray, FloatArray]:
    """Number n of tokens of the query's class, 0..N, and its binomial weight."""
    n = np.arange(prompt_length + 1, dtype=np.float64)
    return n, binom.pmf(n, prompt_length, 1 / K)


@guarded
def balanced_loss(z: float, *, K: int, prompt_length: int, noise: float) -> float:
    r"""Exact loss :math:`L(z)` of the symmetric ray, module docstring, for finite ``z``.

    Raises
    ------
    ValueError
        If ``z`` is not finite or ``K``, ``prompt_length`` or ``noise`` lie outside their domain.
    """
    K, N, sigma = _check(K, prompt_length, noise)
    z = check_number(z, "z")
    n, weight = _counts(K, N)
    r, q, delta = N - n, 1 / (K - 1), np.exp(-z)
    numerator = delta**2 * (r**2 + r * (1 - q) + r**2 * q) + sigma**2 * (n + delta**2 * r)
    return float(0.5 * weight @ (numerator / (n + r * delta) ** 2))


@guarded
def balanced_slope(z: float, *, K: int, prompt_length: int, noise: float) -> float:
    r"""Exact derivative :math:`dL/dz`.

    :math:`L'=-E[\delta n(\delta c-\sigma^2r)/D^3]` with :math:`c=r^2(1+q)+r(1-q)+\sigma^2r`, from
    :math:`2L=E[(\delta^2c+\sigma^2n)/D^2]` and :math:`d\delta/dz=-\delta`.

    Raises
    ------
    ValueError
        As :func:`balanced_loss`.
    """
    K, N, sigma = _check(K, prompt_length, noise)
    z = check_number(z, "z")
    n, weight = _counts(K, N)
    r, q, delta = N - n, 1 / (K - 1), np.exp(-z)
    c = r**2 * (1 + q) + r * (1 - q) + sigma**2 * r
    return float(-weight @ (delta * n * (delta * c - sigma**2 * r) / (n + r * delta) ** 3))


@guarded
def optimal_gap(*, K: int, prompt_length: int, noise: float) -> float:
    r"""The gap :math:`z^*=A-B` where :math:`L'(z^*)=0`, to 1e-12.

    Raises
    ------
    ValueError
        If ``noise`` is not positive or ``prompt_length`` is 1 (then no stationary point exists, or
        every point is one), or ``K`` lies outside its domain.
    """
    K, N, sigma = _check(K, prompt_length, noise)
    if sigma == 0:
        raise ValueError("noise must be positive: without it no stationary point exists")
    if N == 1:
        raise ValueError("prompt_length must be at least 2: one token leaves no choice")
    guess = np.log(N / sigma**2)
    lower, upper = guess - 2.0, guess + 2.0
    while balanced_slope(lower, K=K, prompt_length=N, noise=sigma) >= 0:
        lower -= 2.0
    while balanced_slope(upper, K=K, prompt_length=N, noise=sigma) <= 0:
        upper += 2.0
    root = brentq(
        lambda z: balanced_slope(z, K=K, prompt_length=N, noise=sigma) * np.exp(z),
        lower,
        upper,
        xtol=1e-13,
    )
    return float(root)


@guarded
def balanced_bayes_risk(*, K: int, prompt_length: int, noise: float) -> float:
    r"""Bayes risk :math:`\tfrac12E_{n\sim\mathrm{Bin}(N,1/K)}[\sigma^2/(n+\sigma^2)]`.

    At :math:`\sigma=0` it is :math:`\tfrac12P(n=0)`.

    Raises
    ------
    ValueError
        If ``K``, ``prompt_length`` or ``noise`` lie outside their domain.
    """
    K, N, sigma = _check(K, prompt_length, noise)
    n, weight = _counts(K, N)
    if sigma == 0:
        return float(0.5 * weight[0])
    return float(0.5 * weight @ (sigma**2 / (n + sigma**2)))


@guarded
def hard_attention_risk(*, K: int, prompt_length: int, noise: float) -> float:
    r"""Risk of hard attention, the limit :math:`z\to\infty` of :func:`balanced_loss`.

    Raises
    ------
    ValueError
        If ``K``, ``prompt_length`` or ``noise`` lie outside their domain.
    """
    K, N, sigma = _check(K, prompt_length, noise)
    n, weight = _counts(K, N)
    q = 1 / (K - 1)
    absent = 1 + (1 - q) / N + q + sigma**2 / N
    return float(0.5 * (weight[1:] @ (sigma**2 / n[1:]) + weight[0] * absent))


@guarded
def shrinkage_mass(z: float, *, K: int, prompt_length: int) -> float:
    r"""The spilled mass :math:`(N-N/K)e^{-z}`, to be compared with :math:`\sigma^2(1-1/K)`.

    Raises
    ------
    ValueError
        If ``z`` is not finite or ``K`` or ``prompt_length`` lie outside their domain.
    """
    K, N, _ = _check(K, prompt_length, 0.0)
    z = check_number(z, "z")
    return float((N - N / K) * np.exp(-z))

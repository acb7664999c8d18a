r"""Lu et al.'s closed curves for linear attention pretrained on finitely many tasks.

Setting: :math:`x\sim N(0,I/d)`, tasks on the sphere of radius :math:`\sqrt d`, k = kappa d of them
in pretraining, prompts of length :math:`\ell=\alpha d`, :math:`n=\tau d^2` prompts, label noise of
variance rho, least-norm least squares of the query label on :math:`x_{\ell+1}\otimes
[\frac d\ell\sum y_ix_i,\frac1\ell\sum y_i^2]`; tested on new tasks. As d grows the test error tends
to, with

.. math:: r_\kappa(x)=\frac2{x+1-\frac1\kappa+\sqrt{(x+1-\frac1\kappa)^2+4x/\kappa}},\qquad
          \lambda=\frac{1+\rho}\alpha,\\
          m=r_\kappa(\lambda),\qquad\mu=\lambda\,r_{\kappa/\tau}(\lambda),

.. math:: \tau<1:\quad e=\frac{\tau(1+\lambda)}{1-\tau}\Big[1-\tau(1-\mu)^2
          -\Big(1-\frac\rho{\lambda}\Big)\mu\Big]-2\tau(1-\mu)+1+\rho,

.. math:: \tau>1:\quad e=\Big(\nu-\frac1{\tau-1}\Big)(1+\lambda)(\lambda m)^2
          +\frac{3-2\tau}{\tau-1}m\lambda^2+\Big(\frac{1+\rho}{\tau-1}m+1\Big)\lambda
          +\frac{\rho m}{\tau-1}+\rho,
          \qquad \nu=\frac1{1-\kappa\big(\frac m{\kappa+m}\big)^2}.

The error of the query label's noise, rho, is included. Source: Lu et al., *Asymptotic theory of
in-context learning by linear attention*, and its public code; second-hand here, held by the
simulation of :mod:`.simulation`. Derived here: the limit :math:`\kappa,\tau\to\infty`.
"""

from __future__ import annotations

import math

from iclnb.arguments import check_number
from iclnb.kinds import guarded


@guarded
def resolvent(kappa: float, x: float) -> float:
    r""":math:`r_\kappa(x)`, the positive root of :math:`xr^2/\kappa+(x+1-1/\kappa)r=1`; x > 0."""
    kappa = check_number(kappa, "kappa", low=0.0, strict=True)
    x = check_number(x, "x", low=0.0, strict=True)
    b = x + 1 - 1 / kappa
    root = math.sqrt(b * b + 4 * x / kappa)
    return 2.0 / (b + root) if b > 0 else kappa * (root - b) / (2 * x)


@guarded
def icl_error(tau: float, *, kappa: float, alpha: float, noise: float) -> float:
    r"""Limit of the test error on new tasks.

    Parameters
    ----------
    tau : float
        :math:`n/d^2>0`, not 1 (the error diverges there).
    kappa : float
        :math:`k/d>0`, the task diversity.
    alpha : float
        :math:`\ell/d>0`.
    noise : float
        Standard deviation of the label noise, :math:`\sqrt\rho\ge0`; Lu et al. give the variance.
    """
    tau = check_number(tau, "tau", low=0.0, strict=True)
    if tau == 1:
        raise ValueError("tau must not be 1: the error diverges there")
    kappa = check_number(kappa, "kappa", low=0.0, strict=True)
    rho = check_number(noise, "noise", low=0.0) ** 2
    x = (1 + rho) / check_number(alpha, "alpha", low=0.0, strict=True)
    if tau < 1:
        mu = x * resolvent(kappa / tau, x)
        bracket = 1 - tau * (1 - mu) ** 2 - (1 - rho / x) * mu
        return tau * (1 + x) / (1 - tau) * bracket - 2 * tau * (1 - mu) + 1 + rho
    m = resolvent(kappa, x)
    k = 1 / (1 - kappa * (m / (kappa + m)) ** 2)
    return (
        (k - 1 / (tau - 1)) * (1 + x) * (x * m) ** 2
        + (3 - 2 * tau) / (tau - 1) * m * x**2
        + ((1 + rho) / (tau - 1) * m + 1) * x
        + last_noise_term(tau, kappa=kappa, alpha=alpha, noise=noise)
        + rho
    )


@guarded
def last_noise_term(tau: float, *, kappa: float, alpha: float, noise: float) -> float:
    r""":math:`\rho m/(\tau-1)`, the last term of the error above :math:`\tau=1`.

    Parameters are those of :func:`icl_error`, with :math:`\tau>1`.
    """
    tau = check_number(tau, "tau", low=1.0, strict=True)
    rho = check_number(noise, "noise", low=0.0) ** 2
    x = (1 + rho) / check_number(alpha, "alpha", low=0.0, strict=True)
    return rho * resolvent(kappa, x) / (tau - 1)


@guarded
def saturated_error(*, alpha: float, noise: float) -> float:
    r"""The limit :math:`\kappa,\tau\to\infty`: :math:`\rho+\lambda/(1+\lambda)`."""
    rho = check_number(noise, "noise", low=0.0) ** 2
    x = (1 + rho) / check_number(alpha, "alpha", low=0.0, strict=True)
    return rho + x / (1 + x)

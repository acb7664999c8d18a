r"""What the best answer to one prompt achieves: exact Bayes, a lower bound, an approximation.

Given the inputs, tasks :math:`\beta\sim N(0,\Sigma)` and noise :math:`\sigma`, the posterior mean
is the best answer and ridge regression with penalty :math:`\frac{\sigma^2}n\Sigma^{-1}`. Its risk
at n inputs has

.. math:: \sum_j\frac{\lambda_j\sigma^2}{n\lambda_j+\sigma^2}\;\le\;R_{\mathrm{Bayes}}(n)
          \;\le\;R^*(n)

for orthonormal functions: on the left Jensen's inequality (the matrix
:math:`(\Sigma^{-1}+\Phi^\top\Phi/\sigma^2)^{-1}` is convex in :math:`\Phi^\top\Phi`), on the right
the best linear attention. Sollich's fixed point :math:`\epsilon=\sum_j\lambda_j\kappa/(n\lambda_j+
\kappa)`, :math:`\kappa=\sigma^2+\epsilon`, is an approximation, and no bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import brentq

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.function_spaces.spectra import power_tail
from iclnb.statistics.nonparametric_icl.covariances import (
    check_covariance,
    check_variances,
    times_covariance,
)
from iclnb.statistics.nonparametric_icl.risk.infinite import shrinkage_sum


class Posterior(NamedTuple):
    """Gaussian posterior of the coefficients: mean (J,) and covariance (J, J)."""

    mean: FloatArray
    covariance: FloatArray


@guarded
def posterior(
    values: ArrayLike, y: ArrayLike, task_covariance: ArrayLike, *, noise: float
) -> Posterior:
    r"""Posterior of :math:`\beta` given one prompt; Sigma may be singular.

    .. math:: \hat\beta=\Sigma\Phi^\top(\Phi\Sigma\Phi^\top+\sigma^2I)^{-1}y,\qquad
              \Sigma-\Sigma\Phi^\top(\Phi\Sigma\Phi^\top+\sigma^2I)^{-1}\Phi\Sigma .

    Parameters
    ----------
    values : array (n, J)
        The functions at the inputs.
    y : array (n,)
        Noisy labels.
    task_covariance : array (J,) or (J, J)
        Prior covariance.
    noise : float
        :math:`\sigma>0`, a standard deviation.
    """
    phi = check_array(values, "values", (None, None))
    y = check_array(y, "y", (len(phi),))
    cov = check_covariance(task_covariance, "task_covariance", phi.shape[1])
    noise = check_number(noise, "noise", low=0.0, strict=True)
    half = times_covariance(phi, cov)
    factor = cho_factor(half @ phi.T + noise**2 * np.eye(len(phi)))
    full = np.diag(cov) if cov.ndim == 1 else cov
    return Posterior(half.T @ cho_solve(factor, y), full - half.T @ cho_solve(factor, half))


@guarded
def ridge_coefficients(values: ArrayLike, y: ArrayLike, penalty: ArrayLike) -> FloatArray:
    r"""Ridge on features, :math:`(\Phi^\top\Phi+n\Lambda)^{-1}\Phi^\top y`, shape (N,).

    Parameters
    ----------
    values : array (n, N)
        Features at the inputs.
    penalty : array (N,) or (N, N)
        :math:`\Lambda`, positive definite, beside the mean of squares;
        :math:`\frac{\sigma^2}n\Sigma^{-1}` gives the posterior mean.
    """
    phi = check_array(values, "values", (None, None))
    y = check_array(y, "y", (len(phi),))
    P = len(phi) * check_covariance(penalty, "penalty", phi.shape[1])
    full = np.diag(P) if P.ndim == 1 else P
    return np.linalg.solve(phi.T @ phi + full, phi.T @ y)


class Estimate(NamedTuple):
    """A Monte Carlo mean and its standard error."""

    mean: float
    error: float


@guarded
def bayes_risk(
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    prompt_length: int,
    noise: float,
    draws: int,
    rng: np.random.Generator,
    tail: float = 0.0,
) -> Estimate:
    r"""Bayes risk :math:`E_X\,\mathrm{tr}(\mathrm{Cov}(\beta|X)\,G)`; only the inputs are sampled.

    Parameters
    ----------
    prompt_length : int
        n >= 1.
    noise : float
        :math:`\sigma>0`.
    draws : int
        Number of input sets, at least two.
    tail : float
        Variance of functions outside the basis, counted as unlearnable noise-free risk.
    """
    prompt_length = check_integer(prompt_length, "prompt_length")
    draws = check_integer(draws, "draws", least=2)
    cov = check_covariance(task_covariance, "task_covariance", functions.size)
    noise = check_number(noise, "noise", low=0.0, strict=True)
    gram = functions.gram()
    full = np.diag(cov) if cov.ndim == 1 else cov
    prior = float(np.sum(full * gram)) + check_number(tail, "tail", low=0.0)
    middle = times_covariance(times_covariance(gram, cov).T, cov)
    check_generator(rng, "rng")
    risks = np.empty(draws)
    for i in range(draws):
        phi = functions._values(rng.random((prompt_length, functions.d)))
        kernel = times_covariance(phi, cov) @ phi.T + noise**2 * np.eye(prompt_length)
        risks[i] = prior - np.sum(cho_solve(cho_factor(kernel), phi) * (phi @ middle))
    return Estimate(float(risks.mean()), float(risks.std(ddof=1) / np.sqrt(draws)))


@guarded
def jensen_bound(variances: ArrayLike, *, prompt_length: float, noise: float) -> float:
    r""":math:`\sum_j\lambda_j\sigma^2/(n\lambda_j+\sigma^2)\le R_{\mathrm{Bayes}}`; any spectrum.

    For orthonormal functions only. Terms of :math:`\lambda_j=0` vanish; for noise zero the bound
    is zero.
    """
    lam = check_variances(variances, "variances")
    level = check_number(noise, "noise", low=0.0) ** 2
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    if level == 0:
        return 0.0
    return float(np.sum(lam * level / (prompt_length * lam + level)))


@guarded
def sollich_risk(
    variances: ArrayLike, *, prompt_length: float, noise: float, tail: float = 0.0
) -> float:
    r"""Solution of :math:`\epsilon=\mathrm{tail}+\sum_j\lambda_j\kappa/(n\lambda_j+\kappa)`.

    :math:`\kappa=\sigma^2+\epsilon`. Any finite spectrum; `tail` is variance never learnt.
    Approximate: it may lie on either side of the Bayes risk (Sollich 1999).
    """
    lam = check_variances(variances, "variances")
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    level = check_number(noise, "noise", low=0.0) ** 2
    tail = check_number(tail, "tail", low=0.0)

    def gap(eps: float) -> float:
        kappa = level + eps
        if kappa == 0:
            return 0.0
        return tail + float(np.sum(lam * kappa / (n * lam + kappa))) - eps

    return _fixed_point(gap, float(lam.sum()) + tail)


@guarded
def sollich_power_law(prompt_length: float, s: float, noise: float) -> float:
    r"""Sollich's fixed point for all :math:`\lambda_j=j^{-2s-1}`, j >= 1; noise > 0."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    return _fixed_point(
        lambda eps: shrinkage_sum(prompt_length, level + eps, s) - eps, power_tail(0, s)
    )


def _fixed_point(gap: Callable[[float], float], highest: float) -> float:
    """Root of a gap that is non-negative at 0 and non-positive at ``highest``."""
    if gap(0.0) <= 0:
        return 0.0
    return float(brentq(gap, 0.0, highest * (1 + 1e-9), xtol=1e-300, rtol=1e-14))


@guarded
def jensen_power_law(prompt_length: float, s: float, noise: float) -> float:
    r""":math:`\sum_{j\ge1}\lambda_j\sigma^2/(n\lambda_j+\sigma^2)` over the whole power law."""
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    return shrinkage_sum(
        check_number(prompt_length, "prompt_length", low=0.0, strict=True), level, s
    )


@guarded
def attention_to_bayes_limit(s: float, noise: float) -> float:
    r"""Limit of :math:`R^*_\infty/R_{\mathrm{Bayes}}`: :math:`(\tau/\sigma^2)^{2s/(2s+1)}`.

    Linear attention treats the task itself as label noise: same exponent, larger constant.
    """
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    return ((power_tail(0, s) + level) / level) ** (2 * s / (2 * s + 1))

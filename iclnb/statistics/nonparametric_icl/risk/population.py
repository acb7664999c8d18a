r"""The exact population risk of linear attention, its parts and its minimisers.

With the moments of :mod:`.risk.moments` (excess risk: the noise of the query label is not counted)

.. math:: R(\Gamma)=EF^2-2\,\mathrm{tr}(\Gamma^\top C)+\mathrm{tr}(\Gamma^\top A\Gamma G),\qquad
          \Gamma^*=A^{-1}CG^{-1},\qquad (A\circ G)\,\gamma^*=\mathrm{diag}\,C

for the best full and the best diagonal Gamma. With orthonormal features G = I, and the diagonal is
:math:`\gamma_k=C_{kk}/A_{kk}`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_length, check_number, check_psd
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.covariances import check_covariance
from iclnb.statistics.nonparametric_icl.risk.moments import Moments


def _gamma(moments: Moments, Gamma: ArrayLike) -> FloatArray:
    if np.ndim(Gamma) == 1:
        vector = check_array(Gamma, "Gamma", (None,))
        if moments.cross.shape != (len(vector), len(vector)):
            raise ValueError(f"Gamma must have {moments.cross.shape[0]} entries on its diagonal")
        return np.diag(vector)
    return check_array(Gamma, "Gamma", moments.cross.shape)


@guarded
def moments_risk(moments: Moments, Gamma: ArrayLike) -> float:
    r""":math:`R(\Gamma)` for any Gamma (N, N'), or a vector for a diagonal one."""
    Gamma = _gamma(moments, Gamma)
    quadratic = np.sum((moments.second @ Gamma @ moments.query_gram) * Gamma)
    return float(moments.variance - 2.0 * np.sum(Gamma * moments.cross) + quadratic)


def _solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Symmetric solve, by pseudo-inverse if the matrix is singular (least Frobenius norm)."""
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(matrix, right, rcond=1e-13)[0]
    return np.linalg.solve(factor.T, np.linalg.solve(factor, right))


@guarded
def optimal_gamma(moments: Moments) -> FloatArray:
    r""":math:`\Gamma^*=A^{-1}CG^{-1}`, shape (N, N'); not symmetric in general.

    A singular A or G (dependent features) is inverted on its range.
    """
    return _solve(moments.query_gram, _solve(moments.second, moments.cross).T).T


@guarded
def optimal_diagonal(moments: Moments) -> FloatArray:
    r"""The best diagonal, :math:`\gamma=(A\circ G)^{-1}\mathrm{diag}\,C`, shape (N,); N = N'."""
    if moments.cross.shape[0] != moments.cross.shape[1]:
        raise ValueError("moments must have as many keys as queries for a diagonal Gamma")
    return _solve(moments.second * moments.query_gram, np.diag(moments.cross)[:, None])[:, 0]


@guarded
def optimal_risk(moments: Moments) -> float:
    r""":math:`R(\Gamma^*)=EF^2-\mathrm{tr}(C^\top A^{-1}CG^{-1})`."""
    return float(moments.variance - np.sum(optimal_gamma(moments) * moments.cross))


@guarded
def kns_gamma(
    gram: ArrayLike, task_covariance: ArrayLike, *, prompt_length: int, prior_weight: float = 1.0
) -> FloatArray:
    r"""KNS Prop. 3.2: :math:`\Gamma=(G+\frac cn\Sigma_N^{-1})^{-1}`, printed with c = 1.

    Computed as :math:`\Sigma_N(G\Sigma_N+\frac cnI)^{-1}`, which needs no inverse covariance. The
    exact optimum for constant v is close to :math:`c=\tau=\mathrm{tr}\,\Sigma+\sigma^2`; the ridge
    intuition :math:`c=\sigma^2` is far from it.

    Parameters
    ----------
    gram : array (N, N)
        Gram matrix of the features.
    task_covariance : array (N,) or (N, N)
        Covariance of the coefficients of the first N functions.
    prompt_length : int
        n >= 1.
    prior_weight : float
        c > 0.
    """
    gram = check_psd(gram, "gram")
    cov = check_covariance(task_covariance, "task_covariance", len(gram))
    full = np.diag(cov) if cov.ndim == 1 else cov
    penalty = check_number(prior_weight, "prior_weight", low=0.0, strict=True) / check_length(
        prompt_length, "prompt_length"
    )
    Gamma = np.linalg.solve((gram @ full + penalty * np.eye(len(gram))).T, full.T).T
    return 0.5 * (Gamma + Gamma.T)


class RiskTerms(NamedTuple):
    r"""The exact decomposition of :math:`R(\Gamma)`; the first four add up to ``total``.

    approximation: what no Gamma removes at n = infinity; shrinkage: the rest of the risk at
    n = infinity; fluctuation: :math:`\frac1n` of the task's own variation over the inputs, head and
    tail; noise: :math:`\frac{\sigma^2}n\mathrm{tr}(\Gamma^\top E\phi\phi^\top\Gamma G)`.
    """

    approximation: float
    shrinkage: float
    fluctuation: float
    noise: float
    total: float


@guarded
def risk_terms(moments: Moments, Gamma: ArrayLike) -> RiskTerms:
    r"""Split :math:`R(\Gamma)` into approximation, shrinkage, fluctuation and noise.

    For orthonormal features approximation is :math:`\sum_{j>N}\lambda_j` and shrinkage
    :math:`\mathrm{tr}[(I-\Gamma)^\top\Sigma_N(I-\Gamma)]`.
    """
    Gamma = _gamma(moments, Gamma)
    at_infinity = moments.at(prompt_length=np.inf)
    limit = moments_risk(at_infinity, Gamma)
    approximation = optimal_risk(at_infinity)
    right = Gamma @ moments.query_gram
    spread = (moments.load - moments.mean_second) / moments.prompt_length
    fluctuation = float(np.sum((spread @ right) * Gamma))
    noise = float(
        moments.noise**2 / moments.prompt_length * np.sum((moments.key_gram @ right) * Gamma)
    )
    total = moments_risk(moments, Gamma)
    return RiskTerms(approximation, limit - approximation, fluctuation, noise, total)

r"""The three covariances, and the two-timescale loss as a function of them.

.. math::
   S_0=\Sigma_{\mu^\circ,\mu^\circ},\quad C=\Sigma_{\mu^\circ,\mu}=\mathbb E[f^\circ h_\mu^\top],
   \quad \Sigma=\Sigma_{\mu,\mu},\qquad
   B=C\Sigma^{-1},\quad P=\mathbb E[\zeta\zeta^\top]=S_0-C\Sigma^{-1}C^\top,\quad
   L(\mu)=\tfrac12\mathrm{tr}\,P,

with :math:`\zeta=f^\circ-Bh_\mu`. The factor 1/2 is the paper's; the slides print the same theorem
with the loss without it. Kim & Suzuki (2024), eq. (3), second-hand; formulas derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array, check_instance, check_number
from iclnb.kinds import guarded

from .features.model import FeatureModel
from .measures import Measure


class SingularCovarianceError(ValueError):
    r"""The covariance :math:`\Sigma_{\mu,\mu}` is singular: the loss has a value, no derivative.

    Some combination :math:`u^\top h_\mu` of the learnt features is identically zero. The loss is
    then the limit of its ridge-penalised version (a pseudo-inverse), but it is not continuous at
    :math:`\mu`: an arbitrarily small feature in the direction :math:`u` lowers it by a finite
    amount, whatever its size.
    """


__all__ = [
    "Problem",
    "SingularCovarianceError",
    "Statistics",
    "covariance",
    "loss",
    "statistics",
    "statistics_of",
]

#: A direction of the correlation matrix of the features below this is counted as missing.
SINGULAR = 1e-13


@guarded
def covariance(features: FeatureModel, mu: Measure, nu: Measure) -> FloatArray:
    r"""Return :math:`\Sigma_{\mu,\nu}=\mathbb E[h_\mu h_\nu^\top]`, shape ``(k_mu, k_nu)``."""
    mu, nu = check_instance(mu, "mu", Measure), check_instance(nu, "nu", Measure)
    return (
        mu.outer.T
        @ check_instance(features, "features", FeatureModel).kernel(mu.w, nu.w)
        @ nu.outer
    )


@guarded
@dataclass(frozen=True, eq=False)
class Problem:
    r"""A feature model and the teacher :math:`\mu^\circ` (true features :math:`f^\circ`).

    Parameters
    ----------
    features : FeatureModel
        Neuron and data law.
    teacher : Measure
        :math:`\mu^\circ`; its number of features may differ from the learner's.
    """

    features: FeatureModel
    teacher: Measure

    def __post_init__(self) -> None:
        check_instance(self.features, "features", FeatureModel)
        check_instance(self.teacher, "teacher", Measure)

    @cached_property
    def s0(self) -> FloatArray:
        r""":math:`S_0=\Sigma_{\mu^\circ,\mu^\circ}`."""
        return covariance(self.features, self.teacher, self.teacher)

    @property
    def r0(self) -> float:
        r""":math:`r^\circ` of an isotropic teacher, :math:`S_0=r^\circ I`.

        Raises
        ------
        ValueError
            If the teacher is not isotropic to a relative 1e-9.
        """
        level = float(np.trace(self.s0)) / len(self.s0)
        if np.max(np.abs(self.s0 - level * np.eye(len(self.s0)))) > 1e-9 * level:
            raise ValueError("teacher must be isotropic (Sigma proportional to the identity)")
        return level


@guarded
@dataclass(frozen=True, eq=False)
class Statistics:
    r"""What the loss and its path derivatives depend on.

    Attributes
    ----------
    s0, c, sig : array
        :math:`S_0` (k0, k0), :math:`C` (k0, k), :math:`\Sigma` (k, k).
    b : array, shape (k0, k)
        :math:`B=C\Sigma^{-1}`, by a generalised inverse if :math:`\Sigma` is singular.
    residual : array, shape (k0, k0)
        :math:`P`.
    loss : float
        :math:`L=\frac12\mathrm{tr}P`.
    rank : int
        Number of linearly independent learnt features.
    """

    s0: FloatArray
    c: FloatArray
    sig: FloatArray
    b: FloatArray
    residual: FloatArray
    loss: float
    rank: int

    @property
    def singular(self) -> bool:
        r"""Whether :math:`\Sigma_{\mu,\mu}` is singular."""
        return self.rank < len(self.sig)

    def require_regular(self) -> Statistics:
        """Return self, or raise :class:`SingularCovarianceError`."""
        if self.singular:
            raise SingularCovarianceError(
                f"Sigma_mu,mu is singular (rank {self.rank} of {len(self.sig)}): the loss has a "
                "value there (pseudo-inverse) but no derivative; it jumps down as soon as the "
                "missing feature is given any size"
            )
        return self


@guarded
def statistics_of(
    s0: ArrayLike, c: ArrayLike, sig: ArrayLike, *, penalty: float = 0.0
) -> Statistics:
    r"""Return :class:`Statistics` from the covariances alone.

    Parameters
    ----------
    s0, c, sig : array
        :math:`S_0` (k0, k0), :math:`C` (k0, k), :math:`\Sigma` (k, k); the outer two symmetric.
    penalty : float
        Penalty :math:`\lambda`: :math:`\Sigma+\lambda I` in the place of :math:`\Sigma`, which is
        :math:`\min_M\frac12\mathbb E|f^\circ-Mh|^2+\frac\lambda2\|M\|_F^2`.

    Raises
    ------
    ValueError
        If the shapes do not match or an entry is not finite.
    """
    c = check_array(c, "c", (None, None))
    s0 = check_array(s0, "s0", (len(c), len(c)))
    penalty = check_number(penalty, "penalty", low=0.0)
    sig = check_array(sig, "sig", (c.shape[1], c.shape[1])) + penalty * np.eye(c.shape[1])
    b, rank = _regression(c, sig)
    residual = s0 - c @ b.T
    residual = 0.5 * (residual + residual.T)
    return Statistics(s0, c, sig, b, residual, 0.5 * float(np.trace(residual)), rank)


def _regression(c: FloatArray, sig: FloatArray) -> tuple[FloatArray, int]:
    """Return ``c sig^-`` and the rank, invariant under rescaling of single features."""
    size = np.sqrt(np.maximum(np.diag(sig), 0.0))
    alive = size > 1e-150
    inverse = np.where(alive, 1.0 / np.where(alive, size, 1.0), 0.0)
    correlation = inverse[:, None] * sig * inverse[None, :]
    values, vectors = np.linalg.eigh(correlation)
    kept = values > SINGULAR
    scaled = c * inverse[None, :]
    if np.all(kept):
        return cho_solve(cho_factor(correlation), scaled.T).T * inverse[None, :], len(sig)
    vectors = vectors[:, kept]
    out = (scaled @ vectors / values[kept]) @ vectors.T
    return out * inverse[None, :], int(np.count_nonzero(kept))


@guarded
def statistics(problem: Problem, mu: Measure) -> Statistics:
    r"""Return the covariances, :math:`B`, :math:`P` and :math:`L(\mu)` of a measure.

    A singular :math:`\Sigma_{\mu,\mu}` is allowed: the minimum over the attention is attained, and
    the formula holds with a generalised inverse. Derivatives are then refused elsewhere.
    """
    check_instance(mu, "mu", Measure)
    if mu.w.shape[1] != problem.teacher.w.shape[1]:
        raise ValueError(
            f"mu must have {problem.teacher.w.shape[1]} inner weights per atom like the teacher, "
            f"got {mu.w.shape[1]}"
        )
    return statistics_of(
        problem.s0,
        covariance(problem.features, problem.teacher, mu),
        covariance(problem.features, mu, mu),
    )


@guarded
def loss(problem: Problem, mu: Measure) -> float:
    r"""Return the two-timescale loss :math:`L(\mu)=\min_\Gamma L(\mu,\Gamma)`."""
    return statistics(problem, mu).loss

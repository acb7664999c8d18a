r"""The loss along :math:`\bar\mu_s=(1-s)\mu+s\,R\#\mu^\circ`: value, slope and curvature.

The features move on a straight line, :math:`h_s=(1-s)h+sRf^\circ`, so that

.. math::
   C_s=(1-s)C+sS_0R^\top,\qquad
   \Sigma_s=(1-s)^2\Sigma+s(1-s)(RC+C^\top R^\top)+s^2RS_0R^\top .

With :math:`B=C\Sigma^{-1}` taken at s, the loss :math:`\frac12\mathrm{tr}(S_0-C\Sigma^{-1}C^\top)`
has

.. math::
   L'&=-\mathrm{tr}(C'B^\top)+\tfrac12\mathrm{tr}(B\Sigma'B^\top),\\
   L''&=-\|(C'-B\Sigma')\Sigma^{-1/2}\|_F^2-\mathrm{tr}(C''B^\top)
        +\tfrac12\mathrm{tr}(B\Sigma''B^\top).

At s = 0 the loss does not see the factor 1-s: with :math:`u=s/(1-s)`, :math:`h\to h+uRf^\circ`,

.. math::
   \frac{dL}{ds}=-\mathrm{tr}(PBR),\qquad
   \frac{d^2L}{du^2}=-\|(PR^\top-BRC)\Sigma^{-1/2}\|_F^2+\mathrm{tr}(BRS_0R^\top B^\top),\qquad
   \frac{d^2L}{ds^2}=\frac{d^2L}{du^2}+2\frac{dL}{ds}.

R need not be square: the teacher may have another number of features. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure, mix
from iclnb.landscape.mean_field_limit.statistics import Problem, Statistics, statistics_of

__all__ = [
    "PathDerivatives",
    "curvature",
    "path_derivatives",
    "path_loss",
    "path_measure",
    "slope",
]


class PathDerivatives(NamedTuple):
    """Loss, slope and curvature at one point of the path."""

    loss: float
    slope: float
    curvature: float


@guarded
def path_measure(problem: Problem, mu: Measure, R: ArrayLike, s: float) -> Measure:
    r"""Return :math:`(1-s)\mu+s\,R\#\mu^\circ`; ``R`` has shape ``(k, k0)``."""
    R = check_array(R, "R", (mu.k, problem.teacher.k))
    return mix(mu, problem.teacher.push(R), s)


def _at(stats: Statistics, R: FloatArray, s: float) -> tuple[FloatArray, FloatArray]:
    cross = R @ stats.c
    c = (1.0 - s) * stats.c + s * stats.s0 @ R.T
    sig = (1.0 - s) ** 2 * stats.sig + s * (1.0 - s) * (cross + cross.T)
    return c, sig + s * s * R @ stats.s0 @ R.T


def _rotation(stats: Statistics, R: ArrayLike) -> FloatArray:
    return check_array(R, "R", (len(stats.sig), len(stats.s0)))


@guarded
def path_loss(stats: Statistics, R: ArrayLike, s: float, *, penalty: float = 0.0) -> float:
    r"""Return :math:`L(\bar\mu_s)` from the covariances at s = 0.

    Parameters
    ----------
    stats : Statistics
        Covariances of :math:`\mu`; singular ones are allowed.
    R : array, shape (k, k0)
        Usually in the convex hull of O(k): spectral norm at most one.
    s : float
        In [0, 1].
    penalty : float
        Penalty added to :math:`\Sigma_s`.
    """
    R, s = _rotation(stats, R), check_number(s, "s", low=0.0, high=1.0)
    return statistics_of(stats.s0, *_at(stats, R, s), penalty=penalty).loss


@guarded
def path_derivatives(
    stats: Statistics, R: ArrayLike, s: float = 0.0, *, penalty: float = 0.0
) -> PathDerivatives:
    r"""Return loss, :math:`d/ds` and :math:`d^2/ds^2` at any point of the path.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_s` (plus the ridge) is singular.
    """
    R, s = _rotation(stats, R), check_number(s, "s", low=0.0, high=1.0)
    here = statistics_of(stats.s0, *_at(stats, R, s), penalty=penalty).require_regular()
    cross, target = R @ stats.c, R @ stats.s0 @ R.T
    symmetric = cross + cross.T
    dc = stats.s0 @ R.T - stats.c
    dsig = -2.0 * (1.0 - s) * stats.sig + (1.0 - 2.0 * s) * symmetric + 2.0 * s * target
    ddsig = 2.0 * (stats.sig - symmetric + target)
    b = here.b
    first = -float(np.sum(dc * b)) + 0.5 * float(np.sum((b @ dsig) * b))
    off = dc - b @ dsig
    second = 0.5 * float(np.sum((b @ ddsig) * b))
    second -= float(np.sum(np.linalg.solve(here.sig, off.T).T * off))
    return PathDerivatives(here.loss, first, second)


@guarded
def slope(stats: Statistics, R: ArrayLike) -> float:
    r"""Return :math:`\frac{d}{ds}L(\bar\mu_s)|_{s=0}=-\mathrm{tr}(PBR)`."""
    stats.require_regular()
    return -float(np.trace(stats.residual @ stats.b @ _rotation(stats, R)))


@guarded
def curvature(stats: Statistics, R: ArrayLike) -> float:
    r"""Return :math:`\frac{d^2}{ds^2}L(\bar\mu_s)|_{s=0}` by the formula in u."""
    R, b = _rotation(stats.require_regular(), R), stats.b
    off = stats.residual @ R.T - b @ R @ stats.c
    br = b @ R
    gain = float(np.sum(np.linalg.solve(stats.sig, off.T).T * off))
    return -gain + float(np.sum((br @ stats.s0) * br)) + 2.0 * slope(stats, R)

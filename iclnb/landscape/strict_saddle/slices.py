r"""The direction of a path turned away from the best one.

Turning the best rotation by an angle, :math:`R(\phi)=G(\phi)R^*` with a Givens rotation G of the
first two features, scales the slope of two features by :math:`\cos\phi`: with
:math:`PB=U\mathrm{diag}(\tau)V^\top` and :math:`R^*=VU^\top`,
:math:`-\mathrm{tr}(PBG R^*)=-\mathrm{tr}(V\mathrm{diag}(\tau)V^\top G)=-\cos\phi\sum\tau_i`, since
the antisymmetric part of G drops out. Where one of two features is missing the curvature is
scaled by :math:`\cos^2\phi`. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.statistics import Statistics

from .descent import curvature_direction, missing, steepest_descent
from .path import path_derivatives

__all__ = ["best_rotation", "givens", "scan_rotations"]


@guarded
def givens(k: int, angle: float) -> FloatArray:
    r"""Return the rotation of the first two of k >= 2 features by ``angle`` (radian)."""
    k = check_integer(k, "k")
    angle = check_number(angle, "angle")
    if k < 2:
        raise ValueError("k must be at least 2: one feature cannot be rotated")
    out = np.eye(k)
    out[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return out


@guarded
def best_rotation(stats: Statistics, *, tol: float = 1e-9) -> FloatArray:
    r"""Return an orthogonal R of steepest slope, or at a saddle of steepest curvature.

    At a saddle the isometry :math:`\mathrm{range}P\to\ker C` is completed by the orthogonal matrix
    between the complements that is closest to :math:`C^\top`, which leaves the curvature alone.
    ``tol`` decides, relative to :math:`\mathrm{tr}S_0/k`, whether the slope counts as zero, and is
    passed on to :func:`.descent.curvature_direction`.
    """
    steepest = steepest_descent(stats)
    r0 = float(np.trace(stats.s0)) / len(stats.s0)
    if -steepest.value > check_number(tol, "tol", low=0.0, strict=True) * r0:
        return steepest.R
    found, R = missing(stats, tol=tol), curvature_direction(stats, tol=tol).R
    rest = np.eye(len(R)) - found.kernel @ found.kernel.T
    kept = rest @ stats.c.T @ (np.eye(len(R)) - found.residual @ found.residual.T)
    u, _, vt = np.linalg.svd(kept)
    learnt = len(R) - found.kernel.shape[1]
    return R + u[:, :learnt] @ vt[:learnt]


@guarded
def scan_rotations(
    stats: Statistics, angles: ArrayLike, *, then: ArrayLike | None = None
) -> FloatArray:
    r"""Return slope and curvature at s = 0 for :math:`R=G(\phi)R_0` and two features.

    Parameters
    ----------
    angles : array, shape (n,)
        The :math:`\phi`, radian. A full turn is SO(2) for :math:`R_0=I` and the other half of O(2)
        for :math:`R_0=\mathrm{diag}(1,-1)`.
    then : array, shape (2, 2), optional
        :math:`R_0`; the identity if left out.

    Returns
    -------
    array, shape (n, 2)
        Slope and curvature.
    """
    if len(stats.sig) != 2 or len(stats.s0) != 2:
        raise ValueError("stats must belong to two learnt and two true features")
    first = np.eye(2) if then is None else check_array(then, "then", (2, 2))
    runs = (
        path_derivatives(stats, givens(2, x) @ first)
        for x in check_array(angles, "angles", (None,))
    )
    return np.array([run[1:] for run in runs])

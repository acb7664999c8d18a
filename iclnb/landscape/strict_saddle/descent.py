r"""The steepest directions: the best rotation for the slope, and for the curvature.

* Over the convex hull of O(k) (spectral norm at most one), :math:`-\mathrm{tr}(PBR)` is smallest at
  :math:`R=VU^\top` where :math:`PB=U\mathrm{diag}(\tau)V^\top`, with the value
  :math:`-\|PB\|_*=-\sum\tau_i`: attained in O(k) itself (von Neumann).
* At a point with :math:`PB=0` of an isotropic teacher P is :math:`r^\circ` times a projection, and
  with K an orthonormal basis of :math:`\ker C`, for every R,

  .. math:: \frac{d^2L}{ds^2}\Big|_0=-\big\|(K^\top\Sigma K)^{-1/2}K^\top RP\big\|_F^2 .

  Proof: the second variation is :math:`-F\cdot F'+(Ba\cdot Ba')\kappa_\perp`, where
  :math:`F=z\otimes(K^\top\Sigma K)^{-1/2}K^\top a` and :math:`\kappa_\perp` is the covariance of
  the neurons after projecting out :math:`h` and :math:`\zeta`. The path integrates it against
  :math:`R\#\mu^\circ`; since :math:`f^\circ=Bh+\zeta` the second term is zero, and
  :math:`\int z\otimes Ra\,d\mu^\circ=P\otimes R`. Hence the smallest value over the convex hull of
  O(k) is :math:`-(r^\circ)^2\,\mathrm{tr}\big((K^\top\Sigma K)^{-1}\big)`, attained by every R that
  maps :math:`\mathrm{range}\,P` isometrically onto :math:`\ker C`, whatever it does to the rest.

Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_instance, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.statistics import Statistics

__all__ = [
    "Descent",
    "Missing",
    "curvature_direction",
    "missing",
    "saddle_curvature",
    "steepest_descent",
]


class Descent(NamedTuple):
    """A direction ``R`` (k, k0) and the derivative of the loss along it."""

    R: FloatArray
    value: float


class Missing(NamedTuple):
    r"""Orthonormal bases of :math:`\mathrm{range}P` (k0, m) and :math:`\ker C` (k, m')."""

    residual: FloatArray
    kernel: FloatArray


@guarded
def steepest_descent(stats: Statistics) -> Descent:
    r"""Return :math:`R=VU^\top` and the slope :math:`-\|PB\|_*`.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    stats.require_regular()
    u, tau, vt = np.linalg.svd(stats.residual @ stats.b, full_matrices=False)
    return Descent(vt.T @ u.T, -float(tau.sum()))


@guarded
def missing(stats: Statistics, *, tol: float = 1e-9) -> Missing:
    r"""Return bases of the missing true features and of the useless learnt ones.

    ``tol`` bounds the eigenvalues of P, relative to the largest of :math:`S_0`, that count as zero,
    and the squared canonical correlations (singular values of :math:`C\Sigma^{-1/2}` over the root
    of the largest eigenvalue of :math:`S_0`) of the learnt features that count as useless.
    """
    tol = check_number(tol, "tol", low=0.0, high=1.0, strict=True)
    stats.require_regular()
    values, vectors = np.linalg.eigh(stats.residual)
    scale = float(np.linalg.eigvalsh(stats.s0)[-1])
    # ker C from the canonical correlations, which do not feel the scale of the learnt features
    root = np.linalg.cholesky(stats.sig)
    canonical = np.linalg.solve(root, stats.c.T).T / np.sqrt(scale)
    _, sigma, vt = np.linalg.svd(canonical, full_matrices=True)
    size = np.zeros(len(vt))
    size[: len(sigma)] = sigma
    kernel = np.linalg.solve(root.T, vt[size <= np.sqrt(tol)].T)
    basis = np.linalg.qr(kernel)[0] if kernel.shape[1] else kernel
    return Missing(vectors[:, values > tol * scale], basis)


def _saddle(stats: Statistics, tol: float) -> Missing:
    """Return the missing parts of a critical point of an isotropic teacher, or raise."""
    tol = check_number(tol, "tol", low=0.0, high=1.0, strict=True)
    check_instance(stats, "stats", Statistics)
    stats.require_regular()
    k = len(stats.sig)
    if len(stats.s0) != k:
        raise ValueError("stats must have as many learnt as true features")
    r0 = float(np.trace(stats.s0)) / k
    if np.max(np.abs(stats.s0 - r0 * np.eye(k))) > 1e-8 * r0:
        raise ValueError("stats must belong to an isotropic teacher")
    relative = np.linalg.norm(stats.residual @ stats.b @ stats.sig @ stats.b.T) / r0**2
    if relative > tol:
        raise ValueError(
            f"stats must be critical (PB = 0) to tol = {tol:g}, got relative size {relative:.1e};"
            " where that is rounding, as for features of very different size, raise tol"
        )
    found = missing(stats, tol=tol)
    m, useless = found.residual.shape[1], found.kernel.shape[1]
    if m == 0 or useless != m:
        raise ValueError(
            f"stats must belong to a saddle: to tol = {tol:g} it misses {m} true features and has"
            f" {useless} useless ones"
        )
    return found


@guarded
def saddle_curvature(stats: Statistics, R: ArrayLike, *, tol: float = 1e-9) -> float:
    r"""Return :math:`-\|(K^\top\Sigma K)^{-1/2}K^\top RP\|_F^2`, the curvature along any R.

    ``R`` has shape (k, k). Never positive: at a saddle no path to a rotated teacher goes up to
    second order. Errors as for :func:`curvature_direction`.
    """
    found = _saddle(stats, tol)
    R = check_array(R, "R", stats.sig.shape)
    small = np.linalg.cholesky(found.kernel.T @ stats.sig @ found.kernel)
    part = np.linalg.solve(small, found.kernel.T @ R @ stats.residual)
    return -float(np.sum(part**2))


@guarded
def curvature_direction(stats: Statistics, *, tol: float = 1e-9) -> Descent:
    r"""Return R and the curvature :math:`-(r^\circ)^2\mathrm{tr}((K^\top\Sigma K)^{-1})`.

    R is the isometry of :math:`\mathrm{range}P` onto :math:`\ker C` (zero on the complement, which
    stays in the convex hull of O(k)). ``tol`` is the relative size of PB that still counts as zero,
    and that of :func:`missing`.

    Raises
    ------
    ValueError
        If :math:`PB\ne0`, the teacher is not isotropic, nothing is missing, or the learner has
        another number of features than the teacher.
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular (the curvature is then minus infinity).
    """
    found = _saddle(stats, tol)
    r0 = float(np.trace(stats.s0)) / len(stats.s0)
    small = found.kernel.T @ stats.sig @ found.kernel
    value = -(r0**2) * float(np.trace(np.linalg.inv(small)))
    return Descent(found.kernel @ found.residual.T, value)

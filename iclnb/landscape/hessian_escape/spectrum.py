r"""The smallest eigenvalue, the number of negative directions, and the theorem's bound on both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import eigsh

from iclnb.arguments import check_array, check_generator, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.strict_saddle.path import path_derivatives

from .operator import Hessian, VelocityField

__all__ = [
    "EigenPair",
    "curvature_bound",
    "density_ratio",
    "lowest",
    "morse_index",
    "path_velocity",
]


class EigenPair(NamedTuple):
    r"""Eigenvalue and eigenvector (unit norm in :math:`L^2(\mu)`)."""

    value: float
    field: VelocityField


@guarded
def lowest(
    hessian: Hessian, *, rng: np.random.Generator, full: bool = False, tol: float = 1e-10
) -> EigenPair:
    r"""Return the smallest eigenvalue of H (or H + H') by Lanczos, without forming a matrix.

    Parameters
    ----------
    rng : generator
        Draws the start vector; the sign of the eigenvector is fixed by its largest entry.
    tol : float
        Relative accuracy asked of the Lanczos method.
    """
    start = check_generator(rng, "rng").standard_normal(hessian.size)
    tol = check_number(tol, "tol", low=0.0, high=1.0)
    value, vector = eigsh(hessian.operator(full=full), k=1, which="SA", v0=start, tol=tol)
    x = vector[:, 0]
    x = x * np.sign(x[np.argmax(np.abs(x))])
    return EigenPair(float(value[0]), hessian.to_field(x))


@guarded
def morse_index(hessian: Hessian, *, full: bool = False, tol: float = 1e-9) -> int:
    r"""Return the number of eigenvalues below :math:`-\mathrm{tol}\,\|H\|`, from the dense matrix.

    At a saddle that misses m features it is at most :math:`m^2`, and equal to it when the atoms
    allow all the directions.
    """
    values = np.linalg.eigvalsh(hessian.dense(full=full))
    tol = check_number(tol, "tol", low=0.0)
    return int(np.count_nonzero(values < -tol * np.max(np.abs(values))))


@guarded
def density_ratio(mu: Measure, teacher: Measure, *, tol: float = 1e-12) -> float:
    r"""Return :math:`R=\|d\mu^\circ_w/d\mu_w\|_\infty`, the ratio of the laws of the inner weights.

    Only the w-marginal matters, since the a-part of the velocity depends on w alone. It is infinite
    if a neuron of the teacher is not an atom of :math:`\mu` (the generic case for particles).

    Parameters
    ----------
    tol : float
        Inner weights that differ by less than this, in every entry, are the same atom.
    """
    tol = check_number(tol, "tol", low=0.0)
    if mu.w.shape[1] != teacher.w.shape[1]:
        raise ValueError("mu and teacher must have equally many inner weights")
    worst = 0.0
    for w in teacher.w[teacher.p > 0.0]:
        true = float(teacher.p[np.max(np.abs(teacher.w - w), axis=1) <= tol].sum())
        have = float(mu.p[np.max(np.abs(mu.w - w), axis=1) <= tol].sum())
        worst = max(worst, true / have if have > 0.0 else np.inf)
    return worst


@guarded
def path_velocity(
    mu: Measure, teacher: Measure, R: ArrayLike, *, tol: float = 1e-12
) -> VelocityField:
    r"""Return the velocity that moves the features of :math:`\mu` towards :math:`Rf^\circ`.

    :math:`v(\theta)=(R\,\mathbb E[a^\circ\mid w]\,\frac{d\mu^\circ_w}{d\mu_w}(w),0)`, so that
    :math:`\int v_a\sigma_w\,d\mu=Rf^\circ`.

    Parameters
    ----------
    R : array, shape (k, k of the teacher)
    tol : float
        As for :func:`density_ratio`, which must be finite.

    Raises
    ------
    ValueError
        If a neuron of the teacher is not an atom of :math:`\mu`.
    """
    R = check_array(R, "R", (mu.k, teacher.k))
    if not np.isfinite(density_ratio(mu, teacher, tol=tol)):
        raise ValueError("mu must have every inner weight of the teacher")
    v = np.zeros_like(mu.a)
    for i, w in enumerate(mu.w):
        theirs = np.max(np.abs(teacher.w - w), axis=1) <= tol
        have = mu.p[np.max(np.abs(mu.w - w), axis=1) <= tol].sum()
        v[i] = R @ teacher.outer[theirs].sum(axis=0) / have
    return VelocityField(v, np.zeros_like(mu.w))


@guarded
def curvature_bound(problem: Problem, mu: Measure, R: ArrayLike) -> float:
    r"""Return :math:`(L''-2L')/\varrho\ge\lambda_{\min}(H)`, from a path to the turned teacher.

    Slope and curvature are those of :math:`(1-s)\mu+s\,R\#\mu^\circ` at s = 0. It holds at every
    measure with regular covariance; at a critical one L' = 0, and it is the slides' theorem (3).
    With :math:`\varrho` infinite, or :math:`L''\ge2L'`, it is 0.

    Parameters
    ----------
    R : array, shape (k, k)
        Of spectral norm at most one.

    Raises
    ------
    ValueError
        If the teacher's outer weights are too large, :math:`\int|a|^2d\mu^\circ>1`, or R is.
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    R = check_array(R, "R", (mu.k, mu.k))
    if np.linalg.norm(R, 2) > 1.0 + 1e-9:
        raise ValueError("R must have spectral norm at most 1")
    if float(np.trace(problem.teacher.moment)) > 1.0 + 1e-9:
        raise ValueError("problem.teacher must have int |a|^2 at most 1")
    path = path_derivatives(statistics(problem, mu), R)
    return min(0.0, path.curvature - 2.0 * path.slope) / density_ratio(mu, problem.teacher)

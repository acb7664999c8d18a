"""Covariances: a vector where they are diagonal, else a matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_psd
from iclnb.kinds import guarded


@guarded
def check_variances(value: ArrayLike, name: str, size: int | None = None) -> FloatArray:
    """Return a vector of non-negative numbers.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If it is no finite vector, its size differs from `size`, or an entry is negative.
    """
    variances = check_array(value, name, (size,))
    if variances.min() < 0:
        raise ValueError(f"{name} must be positive semi-definite: a variance is negative")
    return variances


@guarded
def check_covariance(value: ArrayLike, name: str, size: int | None = None) -> FloatArray:
    """Return a covariance: a vector (its diagonal) or a symmetric matrix.

    Raises
    ------
    TypeError
        If it is not an array of real numbers.
    ValueError
        If the size differs from `size`, a variance is negative, or the matrix is not symmetric
        positive semi-definite (see :func:`iclnb.arguments.check_psd`).
    """
    array = check_array(value, name)
    return (check_variances if array.ndim == 1 else check_psd)(array, name, size)


@guarded
def times_covariance(values: FloatArray, task_covariance: FloatArray) -> FloatArray:
    """Return ``values @ Sigma`` for a covariance given as a vector or a matrix."""
    return values * task_covariance if task_covariance.ndim == 1 else values @ task_covariance


@guarded
def covariance_root(task_covariance: FloatArray) -> FloatArray:
    """Return R with R R^T = Sigma: the vector of roots, or the symmetric square root."""
    if task_covariance.ndim == 1:
        return np.sqrt(task_covariance)
    eigenvalues, vectors = np.linalg.eigh(task_covariance)
    return (vectors * np.sqrt(np.clip(eigenvalues, 0.0, None))) @ vectors.T

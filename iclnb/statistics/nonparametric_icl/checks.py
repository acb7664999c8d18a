"""Validation of arguments, shared by the statistics chapters."""

from __future__ import annotations

import math
import numbers

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

PSD_TOLERANCE = 1e-10


def positive_integer(value: object, name: str, *, least: int = 1) -> int:
    """Return `value` as an int, or raise if it is not an integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def real(value: object, name: str, *, above: float = -math.inf, below: float = math.inf) -> float:
    """Return `value` as a float, or raise if it is not a finite number in the open interval."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    if not (math.isfinite(value) and above < value < below):
        raise ValueError(f"{name} must be finite and in ({above}, {below}), got {value}")
    return float(value)


def non_negative(value: object, name: str) -> float:
    """Return `value` as a float, or raise if it is not finite and at least zero."""
    number = real(value, name)
    if number < 0:
        raise ValueError(f"{name} must be non-negative, got {number}")
    return number


def context_length(value: object, name: str = "context") -> float:
    """Return a prompt length: an integer of at least one, or ``math.inf``."""
    if isinstance(value, float) and value == math.inf:
        return math.inf
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return float(positive_integer(value, name))


def array(value: ArrayLike, name: str, ndim: int) -> Array:
    """Return `value` as a finite float64 array of `ndim` axes, none of them empty."""
    if np.iscomplexobj(value):
        raise TypeError(f"{name} must be real")
    try:
        out = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be an array of real numbers") from error
    if out.ndim != ndim or out.size == 0:
        raise ValueError(f"{name} must be a non-empty array of {ndim} axes, got shape {out.shape}")
    if not np.all(np.isfinite(out)):
        raise ValueError(f"{name} must be finite")
    return out


def shaped(value: ArrayLike, name: str, shape: tuple[int, ...]) -> Array:
    """Return `value` as a finite float64 array of exactly this shape."""
    out = array(value, name, len(shape))
    if out.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {out.shape}")
    return out


def points(value: ArrayLike, dimension: int, name: str = "x") -> Array:
    r"""Return points of :math:`[0,1]^d` as an array (points, d).

    One axis is accepted when d = 1.

    Raises
    ------
    ValueError
        If the last axis is not d, or a coordinate lies outside [0, 1] or is not finite.
    """
    out = np.asarray(value, dtype=np.float64)
    if dimension == 1 and out.ndim == 1:
        out = out[:, None]
    out = array(out, name, 2)
    if out.shape[1] != dimension:
        raise ValueError(f"{name} must have {dimension} columns, got shape {out.shape}")
    if out.min() < 0 or out.max() > 1:
        raise ValueError(f"{name} must lie in the domain [0, 1]^{dimension}")
    return out


def covariance(value: ArrayLike, size: int | None = None, name: str = "covariance") -> Array:
    """Return a covariance: a vector (its diagonal) or a symmetric matrix.

    Raises
    ------
    ValueError
        If the size differs from `size`, a variance is negative, the matrix is not symmetric or not
        positive semi-definite (an eigenvalue below -1e-10 of the largest).
    """
    out = array(value, name, 1 if np.ndim(value) == 1 else 2)
    if size is not None and out.shape[0] != size:
        raise ValueError(f"{name} must have size {size}, got shape {out.shape}")
    if out.ndim == 1:
        if out.min() < 0:
            raise ValueError(f"{name} must be positive semi-definite: a variance is negative")
        return out
    if out.shape[0] != out.shape[1]:
        raise ValueError(f"{name} must be square, got shape {out.shape}")
    scale = float(np.abs(out).max()) or 1.0
    if not np.allclose(out, out.T, rtol=0.0, atol=PSD_TOLERANCE * scale):
        raise ValueError(f"{name} must be symmetric")
    if np.linalg.eigvalsh(out)[0] < -PSD_TOLERANCE * scale * len(out):
        raise ValueError(f"{name} must be positive semi-definite")
    return out


def times_covariance(values: Array, sigma: Array) -> Array:
    """Return ``values @ Sigma`` for a covariance given as a vector or a matrix."""
    return values * sigma if sigma.ndim == 1 else values @ sigma


def covariance_root(sigma: Array) -> Array:
    """Return R with R R^T = Sigma: the vector of roots, or the symmetric square root."""
    if sigma.ndim == 1:
        return np.sqrt(sigma)
    eigenvalues, vectors = np.linalg.eigh(sigma)
    return (vectors * np.sqrt(np.clip(eigenvalues, 0.0, None))) @ vectors.T


def generator(value: object, name: str) -> np.random.Generator:
    """Return `value`, or raise TypeError if it is not a numpy Generator."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator, got {type(value).__name__}")
    return value

"""Validation of arguments, shared by the chapters of the foundations."""

from operator import index

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def real_array(value: ArrayLike, name: str, shape: tuple) -> Array:
    """Return the finite real array; in ``shape`` None is any length, a first ``...`` any axes."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers")
    tail = shape[1:] if shape[:1] == (...,) else shape
    axes = array.shape[-len(tail) :] if tail is not shape else array.shape
    fits = len(axes) == len(tail) and all(t in (None, a) for t, a in zip(tail, axes))
    if not fits or array.size == 0:
        expected = str(shape).replace("None", "any").replace("Ellipsis", "...")
        raise ValueError(f"{name} must have shape {expected}, not {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    return array.astype(np.float64)


def prompt_arrays(X: ArrayLike, y: ArrayLike, query: ArrayLike) -> tuple[Array, Array, Array]:
    """Return X (n, d), y (n,) and query (..., d), finite and real."""
    X = real_array(X, "X", (None, None))
    return X, real_array(y, "y", (len(X),)), real_array(query, "query", (..., X.shape[1]))


def psd_root(matrix: ArrayLike, name: str, d: int) -> Array:
    """Return F with F F^T = matrix, positive semidefinite; a number is times the identity."""
    M = real_array(matrix, name, () if np.ndim(matrix) == 0 else (d, d))
    M = M * np.eye(d) if M.ndim == 0 else M
    eigenvalues, vectors = np.linalg.eigh(M)
    tolerance = 1e-12 * np.abs(M).max()
    if np.abs(M - M.T).max() > tolerance or eigenvalues[0] < -tolerance:
        raise ValueError(f"{name} must be symmetric and positive semidefinite")
    return vectors * np.sqrt(np.clip(eigenvalues, 0.0, None))


def count(value: int, name: str, *, least: int = 1) -> int:
    """Return an integer of at least ``least``."""
    try:
        number = index(value)
    except TypeError as error:
        raise TypeError(f"{name} must be an integer") from error
    if isinstance(value, bool) or number < least:
        raise ValueError(f"{name} must be an integer of at least {least}, not {value}")
    return number


def number(value: float, name: str, *, above: float = -np.inf, least: float = -np.inf) -> float:
    """Return a finite real number above ``above`` and not below ``least``."""
    result = float(real_array(value, name, ()))
    if result <= above or result < least:
        wanted = f"above {above:g}" if result <= above else f"at least {least:g}"
        raise ValueError(f"{name} must be {wanted}, not {value}")
    return result


def second_moment(matrix: ArrayLike, name: str, d: int | None = None) -> Array:
    """Return a symmetric positive semidefinite matrix of shape (d, d)."""
    M = real_array(matrix, name, (d, d))
    psd_root(M, name, len(M))
    return 0.5 * (M + M.T)


def step_size(step: float | None, largest: float) -> float:
    """Return the step, by default one over the largest eigenvalue."""
    if step is None:
        if largest == 0:
            raise ValueError("step has no default where X vanishes")
        return float(1 / largest)
    return number(step, "step", above=0.0)

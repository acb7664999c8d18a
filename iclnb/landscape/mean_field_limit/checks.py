"""Validation of arguments, shared by the landscape chapters."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

__all__ = [
    "FloatArray",
    "SingularCovarianceError",
    "array",
    "generator",
    "matrix",
    "number",
    "positive_integer",
]


class SingularCovarianceError(ValueError):
    r"""The covariance :math:`\Sigma_{\mu,\mu}` is singular: the loss has a value, no derivative.

    Some combination :math:`u^\top h_\mu` of the learnt features is identically zero. The loss is
    then the limit of its ridge-penalised version (a pseudo-inverse), but it is not continuous at
    :math:`\mu`: an arbitrarily small feature in the direction :math:`u` lowers it by a finite
    amount, whatever its size.
    """


def array(name: str, value: ArrayLike, ndim: int) -> FloatArray:
    """Return ``value`` as a finite float64 array of ``ndim`` axes, none of them empty.

    Raises
    ------
    TypeError
        If ``value`` is not real-valued.
    ValueError
        If it has another number of axes, an empty axis, or a non-finite entry.
    """
    if np.iscomplexobj(value):
        raise TypeError(f"{name} must be real")
    try:
        out = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be an array of real numbers") from error
    if out.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {out.shape}")
    if out.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {out.shape}")
    if not np.all(np.isfinite(out)):
        raise ValueError(f"{name} must be finite")
    return out


def matrix(name: str, value: ArrayLike, shape: tuple[int | None, int | None]) -> FloatArray:
    """Return ``value`` as a finite matrix; ``shape`` names the sizes that are required."""
    out = array(name, value, 2)
    for axis, size in enumerate(shape):
        if size is not None and out.shape[axis] != size:
            wanted = tuple("any" if n is None else n for n in shape)
            raise ValueError(f"{name} must have shape {wanted}, got {out.shape}")
    return out


def number(
    name: str, value: float, *, low: float = -np.inf, high: float = np.inf, strict: bool = False
) -> float:
    """Return ``value`` as a finite float in ``[low, high]`` (``strict``: in the open interval)."""
    if isinstance(value, (bool, str, complex)):
        raise TypeError(f"{name} must be a real number")
    try:
        out = float(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be a real number") from error
    inside = low < out < high if strict else low <= out <= high
    if not np.isfinite(out) or not inside:
        brackets = "()" if strict else "[]"
        raise ValueError(f"{name} must lie in {brackets[0]}{low}, {high}{brackets[1]}, got {out}")
    return out


def positive_integer(name: str, value: int) -> int:
    """Return ``value`` as an int of at least one."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}")
    return int(value)


def generator(name: str, value: np.random.Generator) -> np.random.Generator:
    """Return ``value`` if it is a generator; seeds and the global state are not taken."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator")
    return value

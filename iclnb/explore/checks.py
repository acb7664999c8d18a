"""Checks that the marks of a frame share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from iclnb.kinds import guarded

from . import words


@guarded
def vector(values: ArrayLike, argument: str) -> np.ndarray:
    """A read-only vector of numbers."""
    try:
        array = np.array(values, dtype=float, ndmin=1)
    except (TypeError, ValueError):
        raise TypeError(f"{argument} must be numbers, got {values!r}") from None
    if array.ndim != 1:
        raise ValueError(f"{argument} must be one-dimensional, got shape {array.shape}")
    array.setflags(write=False)
    return array


@guarded
def common(mark: Any) -> None:
    """Check label, panel and colour."""
    object.__setattr__(mark, "label", words.check(mark.label, "label"))
    for field in ("panel", "colour"):
        value = getattr(mark, field, None)
        if value is None and field == "colour":
            continue
        if not isinstance(value, int | np.integer) or isinstance(value, bool):
            raise TypeError(f"{field} of {mark.label!r} must be a whole number, got {value!r}")
        if value < 0:
            raise ValueError(f"{field} of {mark.label!r} must not be negative, got {value}")


@guarded
def vectors(mark: Any, *fields: str) -> None:
    """Read-only vectors of one length; what is None stays."""
    for field in fields:
        value = getattr(mark, field)
        if value is not None:
            object.__setattr__(mark, field, vector(value, f"{field} of {mark.label!r}"))
    given = {f: getattr(mark, f).size for f in fields if getattr(mark, f) is not None}
    if 0 in given.values() or len(set(given.values())) > 1:
        names = " and ".join(given)
        raise ValueError(f"{names} of {mark.label!r} must have one length, at least 1; got {given}")


@guarded
def finite(mark: Any, *fields: str) -> None:
    """Refuse what is not finite."""
    for field in fields:
        if not np.all(np.isfinite(getattr(mark, field))):
            raise ValueError(f"{field} of {mark.label!r} must be finite")

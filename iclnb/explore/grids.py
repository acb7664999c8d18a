"""Marks on a grid of the plane: cells of colour, and contours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from iclnb.kinds import guarded

from .checks import common, vector


def _grid(mark: Any) -> None:
    """Check a grid of values and its places; evenly spaced unless it is a heat map."""
    try:
        values = np.array(mark.values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"values of {mark.label!r} must be a grid of numbers") from None
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(
            f"values of {mark.label!r} must be a grid, at least 2 by 2, got shape {values.shape}"
        )
    values.setflags(write=False)
    object.__setattr__(mark, "values", values)
    for field, count in (("x", values.shape[1]), ("y", values.shape[0])):
        given = getattr(mark, field)
        at = np.arange(1.0, count + 1) if given is None else given
        at = vector(at, f"{field} of {mark.label!r}")
        if at.size != count:
            raise ValueError(f"{field} of {mark.label!r} must have {count} places, got {at.size}")
        if not np.all(np.isfinite(at)) or np.any(np.diff(at) <= 0):
            raise ValueError(f"{field} of {mark.label!r} must be finite and increase")
        object.__setattr__(mark, field, at)


@guarded
@dataclass(frozen=True, eq=False)
class Heat:
    """A grid of values as coloured cells.

    Parameters
    ----------
    label
        What is shown; stands in the table and the file.
    values
        Shape ``(rows, columns)``; NaN leaves a cell empty. Row ``i`` is at ``y[i]``.
    x, y
        Centres of the columns and rows, increasing; by default 1, 2, ...
    panel
        Index of the axes, whose `zlabel`, `zscale` and `zlim` say what the colours mean.

    Raises
    ------
    TypeError, ValueError
        If shapes do not match.
    """

    label: str
    values: ArrayLike
    x: ArrayLike | None = None
    y: ArrayLike | None = None
    panel: int = 0
    role: ClassVar[str] = "heat"

    def __post_init__(self) -> None:
        common(self)
        _grid(self)


@guarded
@dataclass(frozen=True, eq=False)
class Contour:
    """Lines of equal value of a function on an even grid.

    Parameters
    ----------
    label
        What is shown.
    values
        Shape ``(rows, columns)``, the function at ``(x[j], y[i])``.
    x, y
        Evenly spaced and increasing; on linear axes.
    levels
        Where the lines lie: increasing numbers.
    filled
        Whether the bands between the lines are painted in the colours of the axes.
    panel, colour
        As for `Curve`.

    Raises
    ------
    TypeError, ValueError
        If shapes do not match, or a grid is not even.
    """

    label: str
    values: ArrayLike
    x: ArrayLike
    y: ArrayLike
    levels: Sequence[float]
    filled: bool = True
    panel: int = 0
    colour: int | None = None
    role: ClassVar[str] = "contour"

    def __post_init__(self) -> None:
        common(self)
        _grid(self)
        for field in ("x", "y"):
            steps = np.diff(getattr(self, field))
            if np.ptp(steps) > 1e-6 * steps.mean():
                raise ValueError(f"{field} of {self.label!r} must be evenly spaced")
        levels = vector(self.levels, f"levels of {self.label!r}")  # type: ignore[arg-type]
        if levels.size == 0 or not np.all(np.isfinite(levels)) or np.any(np.diff(levels) <= 0):
            raise ValueError(f"levels of {self.label!r} must be finite and increase")
        object.__setattr__(self, "levels", levels)

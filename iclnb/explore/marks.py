"""Marks along curves and at points: lines, points, paths, areas, arrows, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from iclnb.kinds import guarded

from .checks import common, finite, vector, vectors

Role = Literal["theory", "measured", "mark", "path"]
ROLES = ("theory", "measured", "mark", "path")


@guarded
@dataclass(frozen=True, eq=False)
class Curve:
    """One line, one set of points, one path, or one mark.

    Parameters
    ----------
    label
        Its name; may hold ``_{..}``, ``^{..}`` and Greek letters. Within a frame, the label and the
        role together are unique; a prediction and its measurement may share a label, and then share
        a colour. The name stands at the end of the curve where there is room.
    x, y
        Coordinates, shape ``(n,)``. A `y` that is not finite is a gap; an `x` must be finite.
    role
        ``"theory"`` is drawn as a line, ``"measured"`` as points with intervals, ``"path"`` as a
        line with a ring at its start and a dot at its end, and as several of one name where `y`
        has gaps. ``"mark"`` is one point (``n = 1``); with NaN for `y` it is a vertical line at
        `x`, with NaN for `x` a horizontal line at `y`.
    low, high
        Ends of the intervals, shape ``(n,)``, both or neither, for measurements only.
    panel
        Index of the axes in which the curve is drawn.
    colour
        A place in the palette (0, 1, ...), for curves that belong together; by default, the
        position of the label in the frame.

    Raises
    ------
    TypeError, ValueError
        If a shape does not match, a role is unknown, or an `x` is not finite.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    role: Role = "theory"
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    panel: int = 0
    colour: int | None = None

    def __post_init__(self) -> None:
        common(self)
        if self.role not in ROLES:
            raise ValueError(f"role of {self.label!r} must be one of {ROLES}, got {self.role!r}")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"low and high of {self.label!r} must be given together")
        if self.low is not None and self.role != "measured":
            raise ValueError(f"low and high of {self.label!r} are for measurements only")
        vectors(self, "x", "y", "low", "high")
        if self.low is not None and np.any(self.low > self.high):  # type: ignore[operator]
            raise ValueError(f"low of {self.label!r} exceeds high")
        if self.role == "mark":
            x, y = np.asarray(self.x), np.asarray(self.y)
            if x.size != 1 or not (np.isfinite(x[0]) or np.isfinite(y[0])):
                raise ValueError(
                    f"the mark {self.label!r} needs one x and one y, one of them finite"
                )
        else:
            finite(self, "x")

    @property
    def lie(self) -> str:
        """How a mark lies: ``point``, ``upright``, ``level``; empty for other roles."""
        if self.role != "mark":
            return ""
        if not np.isfinite(np.asarray(self.y)[0]):
            return "upright"
        return "point" if np.isfinite(np.asarray(self.x)[0]) else "level"


@guarded
@dataclass(frozen=True, eq=False)
class Area:
    """A band between two curves; `stack` puts several on top of each other.

    Parameters
    ----------
    label
        Its name.
    x, low, high
        Shape ``(n,)``; `x` finite.
    panel, colour
        As for `Curve`.
    stacked
        Whether it is part of a pile and is painted in full colour.

    Raises
    ------
    TypeError, ValueError
        If shapes do not match, or `low` exceeds `high`.
    """

    label: str
    x: ArrayLike
    low: ArrayLike
    high: ArrayLike
    panel: int = 0
    colour: int | None = None
    stacked: bool = False
    role: ClassVar[str] = "area"

    def __post_init__(self) -> None:
        common(self)
        vectors(self, "x", "low", "high")
        finite(self, "x")
        if np.any(self.low > self.high):  # type: ignore[operator]
            raise ValueError(f"low of {self.label!r} exceeds high")


@guarded
def stack(x: ArrayLike, parts: Mapping[str, ArrayLike], *, panel: int = 0) -> list[Area]:
    """Areas on top of each other, the first at the bottom.

    Parameters
    ----------
    x
        Shape ``(n,)``.
    parts
        Names and heights, shape ``(n,)``, not negative.
    panel
        Index of the axes.

    Raises
    ------
    TypeError, ValueError
        If a height is negative, or shapes do not match.
    """
    if not isinstance(parts, Mapping) or not parts:
        raise TypeError("parts must be a mapping from names to heights, not empty")
    floor, out = np.zeros(vector(x, "x").size), []
    for label, height in parts.items():
        tall = vector(height, f"parts[{label!r}]")
        if tall.shape != floor.shape:
            raise ValueError(f"parts[{label!r}] must have the length of x, got {tall.size}")
        if np.any(tall < 0):
            raise ValueError(f"parts[{label!r}] must not be negative")
        out.append(Area(label, x, floor, floor + tall, panel=panel, stacked=True))
        floor = floor + tall
    return out


@guarded
@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows from ``(x, y)`` to ``(to_x, to_y)``, such as a flow or steps.

    Parameters
    ----------
    label
        Its name.
    x, y, to_x, to_y
        Shape ``(n,)``, finite.
    panel, colour
        As for `Curve`.

    Raises
    ------
    TypeError, ValueError
        If shapes do not match.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    to_x: ArrayLike
    to_y: ArrayLike
    panel: int = 0
    colour: int | None = None
    role: ClassVar[str] = "arrows"

    def __post_init__(self) -> None:
        common(self)
        vectors(self, "x", "y", "to_x", "to_y")
        finite(self, "x", "y", "to_x", "to_y")


@guarded
@dataclass(frozen=True, eq=False)
class Text:
    """Words beside points of the plane, such as the name of a saddle.

    Parameters
    ----------
    label
        The words.
    x, y
        The points, shape ``(n,)``, finite.
    panel, colour
        As for `Curve`; by default the grey of marks.

    Raises
    ------
    TypeError, ValueError
        If shapes do not match.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    panel: int = 0
    colour: int | None = None
    role: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        common(self)
        vectors(self, "x", "y")
        finite(self, "x", "y")

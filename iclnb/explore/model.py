"""What a slider figure is made of: curves, axes, parameters, frames."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import text

Role = Literal["theory", "measured", "mark"]
Scale = Literal["linear", "log"]
Value = int | float | str

ROLES = ("theory", "measured", "mark")
SCALES = ("linear", "log")


def _vector(values: object, argument: str) -> np.ndarray:
    array = np.array(values, dtype=float, ndmin=1)
    if array.ndim != 1:
        raise ValueError(f"{argument} must be one-dimensional, got shape {array.shape}")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Curve:
    """One line, one set of points, or one mark.

    Parameters
    ----------
    label
        Text of the legend; may hold ``_{..}``, ``^{..}`` and Greek letters. Within a frame, the
        label and the role together are unique; a prediction and its measurement may share a label,
        and then share a colour.
    x, y
        Coordinates, shape ``(n,)``. A `y` that is not finite is a gap; an `x` must be finite.
    role
        ``"theory"`` is drawn as a line, ``"measured"`` as points with intervals. ``"mark"`` is one
        point (``n = 1``); with NaN for `y` it is a vertical line at `x`, with NaN for `x` a
        horizontal line at `y`.
    low, high
        Ends of the intervals, shape ``(n,)``, both or neither, for measurements only.
    panel
        Index of the axes in which the curve is drawn.
    colour
        A place in the palette (0, 1, ...), for curves that belong together; by default, the
        position of the label in the frame.

    Raises
    ------
    ValueError
        If a shape does not match, a role is unknown, or an `x` is not finite.
    """

    label: str
    x: np.ndarray
    y: np.ndarray
    role: Role = "theory"
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    panel: int = 0
    colour: int | None = None

    def __post_init__(self) -> None:
        text.check(self.label, "label")
        if self.role not in ROLES:
            raise ValueError(f"role of {self.label!r} must be one of {ROLES}, got {self.role!r}")
        for field in ("x", "y", "low", "high"):
            value = getattr(self, field)
            if value is not None:
                object.__setattr__(self, field, _vector(value, f"{field} of {self.label!r}"))
        if self.x.size == 0 or self.x.shape != self.y.shape:
            raise ValueError(
                f"x and y of {self.label!r} must have one length, at least 1; "
                f"got {self.x.size} and {self.y.size}"
            )
        if (self.low is None) != (self.high is None):
            raise ValueError(f"low and high of {self.label!r} must be given together")
        if self.low is not None and self.high is not None:
            if self.role != "measured":
                raise ValueError(f"low and high of {self.label!r} are for measurements only")
            if self.low.shape != self.y.shape or self.high.shape != self.y.shape:
                raise ValueError(f"low and high of {self.label!r} must have the length of y")
            if np.any(self.low > self.high):
                raise ValueError(f"low of {self.label!r} exceeds high")
        if self.role == "mark":
            if self.x.size != 1 or not (np.isfinite(self.x[0]) or np.isfinite(self.y[0])):
                raise ValueError(
                    f"the mark {self.label!r} needs one x and one y, one of them finite"
                )
        elif not np.all(np.isfinite(self.x)):
            raise ValueError(f"x of {self.label!r} must be finite")
        if self.panel < 0:
            raise ValueError(f"panel of {self.label!r} must not be negative, got {self.panel}")
        if self.colour is not None and self.colour < 0:
            raise ValueError(f"colour of {self.label!r} must not be negative, got {self.colour}")


@dataclass(frozen=True)
class Axes:
    """Labels, scales and limits of one panel; a limit of None is computed over all frames.

    Raises
    ------
    ValueError
        If a scale is unknown, a limit is not an increasing pair of finite numbers, or a
        logarithmic axis has a limit that is not positive.
    """

    xlabel: str
    ylabel: str
    xscale: Scale = "linear"
    yscale: Scale = "linear"
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for axis in "xy":
            text.check(getattr(self, f"{axis}label"), f"{axis}label")
            scale, limits = getattr(self, f"{axis}scale"), getattr(self, f"{axis}lim")
            if scale not in SCALES:
                raise ValueError(f"{axis}scale must be one of {SCALES}, got {scale!r}")
            if limits is None:
                continue
            if len(limits) != 2 or not all(map(math.isfinite, limits)) or limits[0] >= limits[1]:
                raise ValueError(f"{axis}lim must be two increasing finite numbers, got {limits!r}")
            if scale == "log" and limits[0] <= 0:
                raise ValueError(f"{axis}lim must be positive on a log axis, got {limits!r}")
            object.__setattr__(self, f"{axis}lim", (float(limits[0]), float(limits[1])))


@dataclass(frozen=True)
class Parameter:
    """What one slider moves.

    Parameters
    ----------
    name
        The keyword under which the callback receives the value.
    label
        What is written beside the slider.
    values
        The grid of the static figure: increasing numbers, or distinct words. Live, every number
        between the first and the last is allowed, whole numbers if all values are whole.
    default
        One of `values`.
    description
        A few words of explanation after the label.
    log
        Whether the live slider is logarithmic; needs positive values.
    """

    name: str
    label: str
    values: Sequence[Value]
    default: Value
    description: str = ""
    log: bool = False

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"name must be a Python identifier, got {self.name!r}")
        text.check(self.label, f"label of {self.name}")
        text.check(self.description, f"description of {self.name}", empty=True)
        values = tuple(v.item() if isinstance(v, np.generic) else v for v in self.values)
        default = self.default.item() if isinstance(self.default, np.generic) else self.default
        if len(values) < 2:
            raise ValueError(f"values of {self.name} must be at least two, got {len(values)}")
        words = all(isinstance(v, str) for v in values)
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        if words:
            if len(set(values)) != len(values):
                raise ValueError(f"values of {self.name} must be distinct, got {values}")
            for value in values:
                text.check(str(value), f"values of {self.name}")
        elif numbers:
            if not all(math.isfinite(v) for v in values):
                raise ValueError(f"values of {self.name} must be finite, got {values}")
            if any(a >= b for a, b in itertools.pairwise(values)):
                raise ValueError(f"values of {self.name} must increase, got {values}")
        else:
            raise TypeError(f"values of {self.name} must be all numbers or all words")
        if default not in values:
            raise ValueError(f"default of {self.name} is not among its values: {default!r}")
        if self.log and (words or values[0] <= 0):
            raise ValueError(f"values of {self.name} must be positive numbers when log is set")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "default", values[values.index(default)])

    @property
    def kind(self) -> Literal["whole", "real", "word"]:
        """What the values are."""
        if isinstance(self.values[0], str):
            return "word"
        return "whole" if all(isinstance(v, int) for v in self.values) else "real"


@dataclass(frozen=True)
class Frame:
    """The figure at one value of the parameters.

    Parameters
    ----------
    curves
        What is drawn, at least one curve.
    summary
        One sentence with the numbers of this frame; stands under the figure and is read aloud.
    """

    curves: Sequence[Curve]
    summary: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "curves", tuple(self.curves))
        if not self.curves:
            raise ValueError("curves must not be empty")
        if not all(isinstance(c, Curve) for c in self.curves):
            raise TypeError("curves must be Curve objects")
        keys = [(c.label, c.role, c.panel) for c in self.curves]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two curves of one panel share a label and a role: {sorted(keys)}")
        text.check(self.summary, "summary", empty=True)


def show_value(value: Value) -> str:
    """How a value is written: words and whole numbers as they are, others to 4 digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)

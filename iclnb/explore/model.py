"""What a slider figure is described by, beside its marks: parameters, axes, frames."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from iclnb.kinds import guarded

from . import words
from .grids import Contour, Heat
from .marks import Area, Arrows, Curve, Text

Scale = Literal["linear", "log"]
Shade = Literal["linear", "log", "sqrt"]
Value = int | float | str
Mark = Curve | Area | Heat | Contour | Arrows | Text

SCALES = ("linear", "log")
SHADES = ("linear", "log", "sqrt")
BETWEEN = 200
"""Values that a live slider offers between the first and the last."""


def _limits(limits: object, argument: str, positive: bool) -> tuple[float, float]:
    try:
        low, high = (float(v) for v in limits)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ValueError(
            f"{argument} must be two increasing finite numbers, got {limits!r}"
        ) from None
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        raise ValueError(f"{argument} must be two increasing finite numbers, got {limits!r}")
    if positive and low <= 0:
        raise ValueError(f"{argument} must be positive on a log axis, got {limits!r}")
    return low, high


@guarded
@dataclass(frozen=True)
class Axes:
    """Labels, scales and limits of one panel; a limit of None is computed over all frames.

    Parameters
    ----------
    xlabel, ylabel
        What the axes count.
    xscale, yscale
        ``"linear"`` or ``"log"``.
    xlim, ylim
        Increasing pairs.
    equal
        Whether a unit of x is as long as a unit of y; for linear axes.
    reverse
        Whether y runs downwards, as the rows of a matrix do.
    zlabel, zscale, zlim
        The colours of a `Heat` or a filled `Contour`: what they count, ``"linear"``, ``"log"`` or
        ``"sqrt"`` (which shows small values), and their limits.
    diverging
        Whether the colours go two ways from the middle of `zlim`.

    Raises
    ------
    TypeError, ValueError
        If a scale is unknown, a limit is not an increasing pair of finite numbers, or a
        logarithmic axis has a limit that is not positive.
    """

    xlabel: str
    ylabel: str
    xscale: Scale = "linear"
    yscale: Scale = "linear"
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None
    equal: bool = False
    reverse: bool = False
    zlabel: str = ""
    zscale: Shade = "linear"
    zlim: tuple[float, float] | None = None
    diverging: bool = False

    def __post_init__(self) -> None:
        for axis in "xyz":
            name = f"{axis}label"
            object.__setattr__(
                self, name, words.check(getattr(self, name), name, empty=axis == "z")
            )
            scale, limits = getattr(self, f"{axis}scale"), getattr(self, f"{axis}lim")
            allowed = SHADES if axis == "z" else SCALES
            if scale not in allowed:
                raise ValueError(f"{axis}scale must be one of {allowed}, got {scale!r}")
            if limits is not None:
                checked = _limits(limits, f"{axis}lim", scale == "log")
                object.__setattr__(self, f"{axis}lim", checked)
        if self.zscale == "sqrt" and self.zlim is not None and self.zlim[0] < 0:
            raise ValueError(f"zlim must not be negative with zscale 'sqrt', got {self.zlim!r}")
        if self.equal and (self.xscale == "log" or self.yscale == "log"):
            raise ValueError("equal is for linear axes")


@guarded
@dataclass(frozen=True)
class Parameter:
    """What one slider moves, or what one row of buttons chooses.

    Parameters
    ----------
    name
        The keyword under which the callback receives the value; also stands in the address.
    label
        What is written beside the slider.
    values
        Increasing numbers for a slider; distinct words for buttons. The static figure offers these;
        a live one every number between the first and the last (whole numbers if all are whole).
    default
        One of `values`.
    description
        A few words of explanation after the label.
    log
        Whether the live slider is logarithmic; needs positive values.
    between
        Whether a live kernel may take numbers between the values; False for a list such as seeds.
    play
        Whether a button runs through the values; by default a slider of five or more has one.
    buttons
        Whether numbers are buttons too, as for a choice among few.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain.
    """

    name: str
    label: str
    values: Sequence[Value]
    default: Value
    description: str = ""
    log: bool = False
    between: bool = True
    play: bool | None = None
    buttons: bool = False

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"name must be a Python identifier, got {self.name!r}")
        label = words.check(self.label, f"label of {self.name}")
        about = words.check(self.description, f"description of {self.name}", empty=True)
        if isinstance(self.values, str) or not isinstance(
            self.values, Sequence | np.ndarray | range
        ):
            raise TypeError(f"values of {self.name} must be a sequence, got {self.values!r}")
        values = tuple(v.item() if isinstance(v, np.generic) else v for v in self.values)
        default = self.default.item() if isinstance(self.default, np.generic) else self.default
        if len(values) < 2:
            raise ValueError(f"values of {self.name} must be at least two, got {len(values)}")
        named = all(isinstance(v, str) for v in values)
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        if named:
            if len(set(values)) != len(values):
                raise ValueError(f"values of {self.name} must be distinct, got {values}")
            for value in values:
                words.check(str(value), f"values of {self.name}")
        elif numbers:
            if not all(math.isfinite(v) for v in values):
                raise ValueError(f"values of {self.name} must be finite, got {values}")
            if any(a >= b for a, b in itertools.pairwise(values)):
                raise ValueError(f"values of {self.name} must increase, got {values}")
        else:
            raise TypeError(f"values of {self.name} must be all numbers or all words")
        if default not in values:
            raise ValueError(f"default of {self.name} is not among its values: {default!r}")
        if self.log and (named or values[0] <= 0):
            raise ValueError(f"values of {self.name} must be positive numbers when log is set")
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "description", about)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "default", values[values.index(default)])

    @property
    def kind(self) -> Literal["whole", "real", "word"]:
        """What the values are."""
        if isinstance(self.values[0], str):
            return "word"
        return "whole" if all(isinstance(v, int) for v in self.values) else "real"

    @property
    def control(self) -> Literal["slider", "choice"]:
        """How it is moved."""
        return "choice" if self.buttons or self.kind == "word" else "slider"

    def places(self, *, live: bool) -> tuple[Value, ...]:
        """The values that the control offers: in a live kernel also those between."""
        if not live or not self.between or self.control == "choice":
            return tuple(self.values)
        first, last = self.values[0], self.values[-1]
        grid = np.geomspace if self.log else np.linspace
        if self.kind == "whole" and not self.log and last - first <= BETWEEN:
            return tuple(range(first, last + 1))
        more = [float(f"{v:.3g}") for v in grid(first, last, BETWEEN + 1)]
        if self.kind == "whole":
            more = [round(v) for v in more]
        kept = {v for v in more if first < v < last} | set(self.values)
        return tuple(sorted(kept))


@guarded
@dataclass(frozen=True)
class Frame:
    """The figure at one value of the parameters.

    Parameters
    ----------
    curves
        What is drawn, at least one mark: `Curve`, `Area`, `Heat`, `Contour`, `Arrows`, `Text`.
    summary
        One sentence with the numbers of this frame; stands under the figure and is read aloud.

    Raises
    ------
    TypeError, ValueError
        If a mark is of another kind, or two of one panel have one label and one role.
    """

    curves: Sequence[Mark]
    summary: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "curves", tuple(self.curves))
        if not self.curves:
            raise ValueError("curves must not be empty")
        if not all(isinstance(c, Mark) for c in self.curves):
            raise TypeError("curves must be marks such as Curve, Area, Heat, Contour, Arrows, Text")
        keys = [(c.label, c.role, c.panel) for c in self.curves if c.role != "text"]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two curves of one panel share a label and a role: {sorted(keys)}")
        object.__setattr__(self, "summary", words.check(self.summary, "summary", empty=True))


@guarded
def show_value(value: Value) -> str:
    """How a value is written: words as they are, numbers to 4 digits."""
    return words.tidied(value) if isinstance(value, str) else words.number(value)

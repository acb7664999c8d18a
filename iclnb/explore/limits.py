r"""Limits that hold for all frames, so that the eye sees the curve change and not the axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_number
from iclnb.kinds import guarded

from .grids import Contour, Heat
from .model import Axes, Frame, Mark, Scale

_MARGIN = 0.04
_FIELDS = {"x": ("x", "to_x"), "y": ("y", "to_y", "low", "high"), "z": ("values",)}


@guarded
def coloured(mark: Mark) -> bool:
    """Whether the mark is painted in the colours of its axes."""
    return isinstance(mark, Heat) or (isinstance(mark, Contour) and mark.filled)


@guarded
def numbers(mark: Mark, axis: str) -> np.ndarray:
    """All finite numbers that a mark has on an axis; grids reach half a cell further."""
    if axis == "z" and not coloured(mark):
        return np.empty(0)
    parts = [getattr(mark, f, None) for f in _FIELDS[axis]]
    joined = np.concatenate([np.ravel(np.asarray(p)) for p in parts if p is not None] or [[]])
    if axis in "xy" and isinstance(mark, Heat):
        at = np.asarray(getattr(mark, axis))
        joined = np.array([1.5 * at[0] - 0.5 * at[1], 1.5 * at[-1] - 0.5 * at[-2]])
    return joined[np.isfinite(joined)]


@guarded
def check_frame(frame: Frame, axes: Sequence[Axes]) -> None:
    """Raise ValueError if a mark has no panel, or a number that a log axis cannot show."""
    for mark in frame.curves:
        if mark.panel >= len(axes):
            raise ValueError(
                f"panel of {mark.label!r} is {mark.panel}, but there are {len(axes)} axes"
            )
        panel = axes[mark.panel]
        if isinstance(mark, Contour) and "log" in (panel.xscale, panel.yscale):
            raise ValueError(f"the contour {mark.label!r} needs linear axes")
        for axis, scale in (("x", panel.xscale), ("y", panel.yscale)):
            shown = (getattr(mark, f, None) for f in (axis, f"to_{axis}"))
            if isinstance(mark, Heat):
                shown = (numbers(mark, axis),)
            if scale == "log" and any(v is not None and np.any(np.asarray(v) <= 0) for v in shown):
                raise ValueError(
                    f"{axis} of {mark.label!r} is not positive on a log axis; write NaN for a gap"
                )


@guarded
def padded(values: ArrayLike, scale: Scale, margin: float = _MARGIN) -> tuple[float, float]:
    r"""The range of `values`, widened by 4 % on either side (of the decades, on a logarithmic
    axis).

    On a logarithmic axis the numbers that are not positive (ends of intervals) are left out.

    Raises
    ------
    ValueError
        If no number is left.
    """
    margin = check_number(margin, "margin", low=0.0)
    found = np.asarray(values, dtype=float)
    kept = np.log10(found[found > 0]) if scale == "log" else found
    if kept.size == 0:
        raise ValueError("a panel has no number to be drawn; give xlim and ylim")
    low, high = float(kept.min()), float(kept.max())
    if high - low <= 1e-12 * max(1.0, abs(low)):
        half = math.log10(2.0) if scale == "log" else max(0.5 * abs(low), 0.5)
        low, high = low - half, high + half
    else:
        low, high = low - margin * (high - low), high + margin * (high - low)
    return (10.0**low, 10.0**high) if scale == "log" else (low, high)


def _joined(marks: Iterable[Mark], axis: str) -> np.ndarray:
    return np.concatenate([numbers(m, axis) for m in marks] or [np.empty(0)])


@guarded
def fill(axes: Sequence[Axes], frames: Sequence[Frame]) -> tuple[Axes, ...]:
    """The same axes with every missing limit computed over `frames`."""
    out = []
    for index, panel in enumerate(axes):
        marks = [m for frame in frames for m in frame.curves if m.panel == index]
        tight = 0.0 if any(coloured(m) for m in marks) else _MARGIN
        xlim = panel.xlim or padded(_joined(marks, "x"), panel.xscale, tight)
        ylim = panel.ylim or padded(_joined(marks, "y"), panel.yscale, tight)
        zlim = panel.zlim
        if zlim is None and tight == 0.0:
            zlim = padded(_joined(marks, "z"), "log" if panel.zscale == "log" else "linear", 0.0)
        out.append(replace(panel, xlim=xlim, ylim=ylim, zlim=zlim))
    return tuple(out)


@guarded
def digits(limits: tuple[float, float], scale: str) -> int:
    """Significant digits that resolve about one thousandth of the axis."""
    low, high = (math.log(v) for v in limits) if scale == "log" else limits
    size = 1.0 if scale == "log" else max(abs(low), abs(high))
    return min(12, 4 + max(0, math.ceil(math.log10(size / (high - low)))))

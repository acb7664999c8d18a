r"""Limits that hold for all frames, so that the eye sees the curve change and not the axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from .model import Axes, Curve, Frame, Scale

_MARGIN = 0.04


def check_frame(frame: Frame, axes: Sequence[Axes]) -> None:
    """Raise ValueError if a curve has no panel, or a number that a log axis cannot show."""
    for curve in frame.curves:
        if curve.panel >= len(axes):
            raise ValueError(
                f"panel of {curve.label!r} is {curve.panel}, but there are {len(axes)} axes"
            )
        panel = axes[curve.panel]
        for axis, scale in (("x", panel.xscale), ("y", panel.yscale)):
            if scale == "log" and np.any(getattr(curve, axis) <= 0):
                raise ValueError(
                    f"{axis} of {curve.label!r} is not positive on a log axis; write NaN for a gap"
                )


def _numbers(curves: Iterable[Curve], axis: str) -> np.ndarray:
    names = ("x",) if axis == "x" else ("y", "low", "high")
    parts = [getattr(c, n) for c in curves for n in names if getattr(c, n) is not None]
    joined = np.concatenate(parts) if parts else np.empty(0)
    return joined[np.isfinite(joined)]


def padded(numbers: np.ndarray, scale: Scale) -> tuple[float, float]:
    r"""The range of `numbers`, widened by 4 % on either side (of the decades, on a logarithmic
    axis).

    On a logarithmic axis the numbers that are not positive (ends of intervals) are left out.

    Raises
    ------
    ValueError
        If no number is left.
    """
    kept = np.log10(numbers[numbers > 0]) if scale == "log" else numbers
    if kept.size == 0:
        raise ValueError("a panel has no number to be drawn; give xlim and ylim")
    low, high = float(kept.min()), float(kept.max())
    if high - low <= 1e-12 * max(1.0, abs(low)):
        half = math.log10(2.0) if scale == "log" else max(0.5 * abs(low), 0.5)
        low, high = low - half, high + half
    else:
        margin = _MARGIN * (high - low)
        low, high = low - margin, high + margin
    return (10.0**low, 10.0**high) if scale == "log" else (low, high)


def fill(axes: Sequence[Axes], frames: Sequence[Frame]) -> tuple[Axes, ...]:
    """The same axes with every missing limit computed over `frames`."""
    out = []
    for index, panel in enumerate(axes):
        curves = [c for frame in frames for c in frame.curves if c.panel == index]
        xlim = panel.xlim or padded(_numbers(curves, "x"), panel.xscale)
        ylim = panel.ylim or padded(_numbers(curves, "y"), panel.yscale)
        out.append(replace(panel, xlim=xlim, ylim=ylim))
    return tuple(out)


def digits(limits: tuple[float, float], scale: Scale) -> int:
    """Significant digits that resolve about one thousandth of the axis."""
    low, high = (math.log(v) for v in limits) if scale == "log" else limits
    size = 1.0 if scale == "log" else max(abs(low), abs(high))
    return min(12, 4 + max(0, math.ceil(math.log10(size / (high - low)))))

"""The two kinds of slider figure, behind one interface: curves from data, and finished pictures."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.figure import Figure

from . import grid, limits, plot
from .looks import Wardrobe
from .model import Axes, Frame, Parameter, Scale, Value

Payload = dict[str, Any]


class Picture(NamedTuple):
    """One state of the figure: PNG bytes and the sentence under it (may be empty)."""

    png: bytes
    summary: str


class Source(Protocol):
    """What an Explorer needs to know of the thing it shows."""

    max_bytes: int

    def at(self, values: Mapping[str, Value]) -> object:
        """The callback's own answer."""

    def picture(self, values: Mapping[str, Value]) -> Picture:
        """The figure at one point."""

    def payload(self) -> Payload:
        """All points of the grid, as data for the script of the page."""


class CurveSource:
    """Curves computed at every point of the grid; the axes stay fixed.

    The grid is computed once, when it is first needed: for a limit that is not given, or for the
    page.
    """

    max_bytes = 500_000

    def __init__(
        self,
        compute: Callable[..., Frame],
        parameters: Sequence[Parameter],
        axes: Sequence[Axes],
    ) -> None:
        if not 1 <= len(axes) <= 3 or not all(isinstance(a, Axes) for a in axes):
            raise ValueError("axes must be one Axes, or a tuple of one to three")
        self._compute = compute
        self._parameters = tuple(parameters)
        self._given = tuple(axes)
        self._wardrobe = Wardrobe()
        self._frames: list[Frame] | None = None
        self._axes: tuple[Axes, ...] | None = None

    def at(self, values: Mapping[str, Value]) -> Frame:
        """The frame at one point, checked against the axes."""
        frame = self._compute(**values)
        if not isinstance(frame, Frame):
            raise TypeError(f"compute must return a Frame, got {type(frame).__name__}")
        limits.check_frame(frame, self._given)
        return frame

    def _grid(self) -> list[Frame]:
        if self._frames is None:
            self._frames = [self.at(values) for values in grid.points(self._parameters)]
            self._wardrobe.add(self._frames)
        return self._frames

    def axes(self) -> tuple[Axes, ...]:
        """The axes with all limits filled."""
        if self._axes is None:
            missing = any(a.xlim is None or a.ylim is None for a in self._given)
            self._axes = limits.fill(self._given, self._grid()) if missing else self._given
        return self._axes

    def picture(self, values: Mapping[str, Value]) -> Picture:
        """The frame drawn by Matplotlib."""
        axes = self.axes()
        if self._frames is not None and values == grid.default(self._parameters):
            frame = self._frames[grid.default_index(self._parameters)]
        else:
            frame = self.at(values)
        self._wardrobe.add([frame])
        return Picture(plot.png(plot.draw(frame, axes, self._wardrobe), dpi=130), frame.summary)

    def payload(self) -> Payload:
        """Rounded data; equal arrays and equal curve styles are stored once."""
        axes, frames = self.axes(), self._grid()
        arrays: dict[tuple[float | None, ...], int] = {}
        series: dict[tuple[str, str, str, tuple[float, ...], str], int] = {}

        def pool(array: np.ndarray | None, limit: tuple[float, float] | None, scale: Scale) -> int:
            if array is None or limit is None:
                return -1
            return arrays.setdefault(rounded(array, limits.digits(limit, scale)), len(arrays))

        states = []
        for frame in frames:
            curves = []
            for c in frame.curves:
                a = axes[c.panel]
                key = (c.label, c.role, *self._wardrobe.look(c.label, c.role, c.colour))
                columns = [pool(c.x, a.xlim, a.xscale)]
                columns += [pool(v, a.ylim, a.yscale) for v in (c.y, c.low, c.high)]
                curves.append([series.setdefault(key, len(series)), c.panel, *columns])
            states.append({"summary": frame.summary, "curves": curves})
        return {
            "kind": "curves",
            "axes": [
                {
                    "xlabel": a.xlabel,
                    "ylabel": a.ylabel,
                    "xscale": a.xscale,
                    "yscale": a.yscale,
                    "xlim": a.xlim,
                    "ylim": a.ylim,
                }
                for a in axes
            ],
            "arrays": list(arrays),
            "series": [
                {"label": k[0], "role": k[1], "colour": k[2], "dash": k[3], "marker": k[4]}
                for k in series
            ],
            "frames": states,
        }


class PictureSource:
    """Finished pictures, drawn one by one and closed at once."""

    max_bytes = 1_500_000
    _DPI = 110

    def __init__(self, draw: Callable[..., Figure], parameters: Sequence[Parameter]) -> None:
        self._draw = draw
        self._parameters = tuple(parameters)

    def at(self, values: Mapping[str, Value]) -> Figure:
        """The figure that the callback draws."""
        figure = self._draw(**values)
        if not isinstance(figure, Figure):
            raise TypeError(f"draw must return a matplotlib Figure, got {type(figure).__name__}")
        return figure

    def picture(self, values: Mapping[str, Value]) -> Picture:
        """The figure as PNG; the figure itself is closed."""
        figure = self.at(values)
        try:
            data = plot.png(figure, dpi=self._DPI)
        finally:
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot is not None:
                pyplot.close(figure)
        return Picture(data, "")

    def payload(self) -> Payload:
        """All pictures in base64; they must have one size and fit into the limit together."""
        states, size, total = [], None, 0
        for values in grid.points(self._parameters):
            data = self.picture(values).png
            total += 4 * len(data) // 3
            if total > self.max_bytes:
                raise ValueError(
                    f"the pictures exceed {self.max_bytes} bytes after {len(states) + 1} of "
                    f"{grid.size(self._parameters)}; use smaller figures or fewer values"
                )
            if size not in (None, plot.png_size(data)):
                raise ValueError(
                    f"draw must return figures of one size, got {size} and "
                    f"{plot.png_size(data)} pixels"
                )
            size = plot.png_size(data)
            summary = grid.describe(self._parameters, values)
            states.append({"summary": summary, "png": base64.b64encode(data).decode("ascii")})
        return {"kind": "pictures", "frames": states}


def rounded(array: np.ndarray, digits: int) -> tuple[float | int | None, ...]:
    """The numbers to `digits` significant digits; None for what is not finite.

    Whole numbers become int, which JSON writes without ``.0``.
    """
    out: list[float | int | None] = []
    for value in array.tolist():
        if not np.isfinite(value):
            out.append(None)
            continue
        number = float(f"{value:.{digits}g}")
        out.append(int(number) if number.is_integer() and abs(number) < 1e15 else number)
    return tuple(out)

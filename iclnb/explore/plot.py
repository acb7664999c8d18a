"""The picture of one frame by Matplotlib: without JavaScript, and in a live kernel."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes as Panel
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from iclnb import style

from .looks import Look, Wardrobe
from .model import Axes, Curve, Frame
from .text import to_mathtext

_INK = "#1a1a1a"
_MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "down": "v",
    "cross": "X",
    "plus": "P",
}
_SETTINGS = {
    "savefig.bbox": None,
    "text.color": _INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.labelsize": 10.5,
    "grid.linestyle": "-",
    "legend.fontsize": 10.0,
}


@contextmanager
def settings() -> Iterator[None]:
    """The style of the book, whatever the reader has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        style.use()
        mpl.rcParams.update(_SETTINGS)
        yield


def png(figure: Figure, *, dpi: float) -> bytes:
    """The picture as PNG; the same bytes for the same picture."""
    buffer = io.BytesIO()
    with mpl.rc_context({"savefig.bbox": None}):
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the header says."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _line(curve: Curve, look: Look) -> dict[str, object]:
    dash: object = (0, look.dash) if look.dash else "solid"
    width = 1.3 if curve.role == "mark" else 2.0
    return {"color": look.colour, "linestyle": dash, "linewidth": width}


def _points(curve: Curve, look: Look) -> dict[str, object]:
    return {
        "color": look.colour,
        "linestyle": "none",
        "marker": _MARKERS[look.marker],
        "markersize": 6.0 if curve.x.size <= 60 else 3.0,
        "markerfacecolor": "white" if curve.role == "mark" else look.colour,
    }


def _draw(panel: Panel, curve: Curve, look: Look, axes: Axes) -> Line2D:
    """Draw one curve and return what the legend shows for it."""
    if curve.role == "theory":
        return panel.plot(curve.x, curve.y, dash_capstyle="butt", **_line(curve, look))[0]
    if curve.role == "mark":
        x, y = float(curve.x[0]), float(curve.y[0])
        if np.isfinite(x) and np.isfinite(y):
            return panel.plot([x], [y], zorder=4, **_points(curve, look))[0]
        across = panel.axvline if np.isfinite(x) else panel.axhline
        return across(x if np.isfinite(x) else y, **_line(curve, look))
    if curve.low is not None and curve.high is not None:
        floor = axes.ylim[0] if axes.yscale == "log" and axes.ylim else -np.inf
        seen = np.isfinite(curve.y) & np.isfinite(curve.low) & np.isfinite(curve.high)
        panel.vlines(
            curve.x[seen],
            np.maximum(curve.low, floor)[seen],
            curve.high[seen],
            color=look.colour,
            linewidth=1.3,
        )
    return panel.plot(
        curve.x, np.where(np.isfinite(curve.y), curve.y, np.nan), zorder=3, **_points(curve, look)
    )[0]


def draw(frame: Frame, axes: Sequence[Axes], wardrobe: Wardrobe) -> Figure:
    """The frame as a Matplotlib figure; the axes must have limits."""
    count = len(axes)
    with settings():
        figure = Figure(figsize=(7.2 if count == 1 else 8.4, 4.3), layout="constrained")
        FigureCanvasAgg(figure)
        handles: dict[tuple[str, str], Line2D] = {}
        for index, (panel, spec) in enumerate(
            zip(figure.subplots(1, count, squeeze=False)[0], axes, strict=True)
        ):
            panel.set(xscale=spec.xscale, yscale=spec.yscale, xlim=spec.xlim, ylim=spec.ylim)
            panel.set_xlabel(to_mathtext(spec.xlabel))
            panel.set_title(to_mathtext(spec.ylabel))
            for curve in frame.curves:
                if curve.panel == index:
                    look = wardrobe.look(curve.label, curve.role, curve.colour)
                    handle = _draw(panel, curve, look, spec)
                    handles.setdefault((curve.label, curve.role), handle)
        figure.legend(
            handles.values(),
            [to_mathtext(label) for label, _ in handles],
            loc="outside lower left",
            ncols=2 if len(handles) > 1 else 1,
            handlelength=3.4,
        )
    return figure

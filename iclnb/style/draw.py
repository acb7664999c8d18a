"""Colours, sizes, and the two ways in which the book draws: theory and measurement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded

COLORS: dict[str, str] = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "amber": "#E69F00",
    "black": "#000000",
    "grey": "#666666",
}
"""Colours after Okabe and Ito, told apart by colour-blind readers."""

CYCLE: tuple[str, ...] = ("blue", "vermillion", "green", "purple", "sky", "amber", "black")
"""Order in which curves take their colours."""

WIDTH = 7.2
"""Width of a figure in inches: the text column of a page at 96 dots an inch."""

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def use() -> None:
    """Set matplotlib's parameters for the book; call once at the top of a notebook."""
    mpl.rcParams.update(
        {
            "figure.figsize": (WIDTH, 4.0),
            "figure.dpi": 100,
            "savefig.dpi": 100,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
            "savefig.transparent": False,
            "axes.facecolor": "white",
            "axes.edgecolor": "#333333",
            "axes.labelsize": 11,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": mpl.cycler(color=[COLORS[name] for name in CYCLE]),
            "grid.color": "#dddddd",
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.8,
            "lines.markersize": 5,
            "legend.frameon": False,
            "legend.fontsize": 9.5,
            "xtick.labelsize": 9.5,
            "ytick.labelsize": 9.5,
            "font.family": "DejaVu Sans",
            "mathtext.fontset": "dejavusans",
            "figure.constrained_layout.use": True,
            "svg.hashsalt": "iclnb",
            "image.cmap": "cividis",
        }
    )


@guarded
def subplots(
    rows: int = 1, columns: int = 1, *, height: float = 3.6, **keywords: Any
) -> tuple[Figure, Any]:
    """Make a figure as wide as the text, ``height`` inches for each row of panels.

    Further keywords go to :func:`matplotlib.pyplot.subplots`.

    Raises
    ------
    ValueError
        If there is no row or no column, or ``height`` is not positive.
    """
    rows, columns = check_integer(rows, "rows"), check_integer(columns, "columns")
    height = check_number(height, "height", low=0.0, strict=True)
    keywords.setdefault("figsize", (WIDTH, height * rows))
    return plt.subplots(rows, columns, **keywords)


@guarded
def theory(
    ax: Axes, x: ArrayLike, y: ArrayLike, *, label: str | None = None, **keywords: Any
) -> None:
    """Draw a prediction: a line without markers."""
    keywords.setdefault("zorder", 2)
    ax.plot(np.asarray(x), np.asarray(y), label=label, **keywords)


@guarded
def measured(
    ax: Axes,
    x: ArrayLike,
    y: ArrayLike,
    *,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    label: str | None = None,
    **keywords: Any,
) -> None:
    """Draw measurements: points, with bars from ``low`` to ``high`` where given.

    Raises
    ------
    ValueError
        If only one of ``low`` and ``high`` is given, or a point lies outside of its interval.
    """
    if (low is None) != (high is None):
        raise ValueError("low and high must be given together")
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    bars = None if low is None else np.stack([y - np.asarray(low), np.asarray(high) - y])
    if bars is not None:
        if np.any(bars < -1e-12 * np.abs(y)):  # the mean of equal values may differ in rounding
            raise ValueError("low must not exceed y, nor y high")
        bars = np.maximum(bars, 0.0)
    keywords.setdefault("marker", _MARKERS[len(ax.containers) % len(_MARKERS)])
    keywords.setdefault("linestyle", "none")
    keywords.setdefault("zorder", 3)
    ax.errorbar(x, y, yerr=bars, label=label, capsize=2.5, elinewidth=1.1, **keywords)


@guarded
def reference(
    ax: Axes,
    *,
    x: float | None = None,
    y: float | None = None,
    label: str | None = None,
    **keywords: Any,
) -> None:
    """Draw a thin grey line at one value of ``x`` or of ``y``: a floor, a mark, a level.

    Raises
    ------
    ValueError
        Unless exactly one of ``x`` and ``y`` is given.
    """
    if (x is None) == (y is None):
        raise ValueError("give exactly one of x and y")
    style = {"color": COLORS["grey"], "linewidth": 1.0, "linestyle": ":", "zorder": 1, **keywords}
    if x is not None:
        ax.axvline(x, label=label, **style)
    else:
        ax.axhline(y, label=label, **style)


@guarded
def legend_below(figure: Figure, *, columns: int = 2) -> None:
    """Put one legend for all panels under the figure, where it covers no curve.

    Entries of one label are shown once, in the order in which they were drawn.
    """
    entries: dict[str, Any] = {}
    for ax in figure.axes:
        for handle, label in zip(*ax.get_legend_handles_labels()):
            entries.setdefault(label, handle)
    figure.legend(list(entries.values()), list(entries), loc="outside lower center", ncols=columns)


@guarded
def label_panels(axes: Iterable[Axes] | Iterable[Iterable[Axes]]) -> None:
    """Write (a), (b), ... at the upper left of each panel."""
    for letter, ax in zip("abcdefghijklmnopqrstuvwxyz", np.ravel(list(axes))):
        ax.set_title(f"({letter})", loc="left", fontsize=10.5, fontweight="bold")

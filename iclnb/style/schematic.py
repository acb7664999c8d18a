"""Schematics: what an object is made of, in boxes, cells and arrows, drawn like all other figures.

A panel of :func:`sketch` is a sheet of paper without axes, measured in units of its own, the same
in both directions. :func:`cells` draws a small matrix, :func:`box` a word in a frame, :func:`arrow`
leads from one place to another, and :func:`note` writes. The figure goes through
:func:`iclnb.style.show`, and so has a narrow form, its colours in the dark, and its words.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from iclnb.kinds import guarded
from iclnb.style.draw import COLORS, WIDTH

TINTS: dict[str, str] = {
    "none": "#ffffff",
    "blue": "#d9eaf5",
    "vermillion": "#f8e0d0",
    "green": "#d6efe7",
    "amber": "#fbecc8",
    "grey": "#e6e6e6",
}
"""Pale grounds of cells and boxes, after :data:`iclnb.style.COLORS`; "none" is the paper."""

_INK, _SIZE = "#333333", 10.5

Point = tuple[float, float]


@guarded
def sketch(*sizes: Point, height: float) -> tuple[Figure, list[Axes]]:
    """Make a figure with one sheet for each size, side by side, their widths as the sizes'.

    Parameters
    ----------
    sizes : pairs of float
        Width and height of each sheet in its own units.
    height : float
        Height of the figure in inches.

    Raises
    ------
    ValueError
        If there is no size, or a size or the height is not positive.
    """
    if not sizes:
        raise ValueError("sizes must not be empty")
    if not all(w > 0 and h > 0 for w, h in sizes):
        raise ValueError(f"sizes must be positive, got {sizes!r}")
    if not height > 0:
        raise ValueError(f"height must be positive, got {height!r}")
    widths = [w / h for w, h in sizes]
    figure, axes = plt.subplots(
        1, len(sizes), figsize=(WIDTH, height), squeeze=False, width_ratios=widths
    )
    for ax, (width, tall) in zip(axes[0], sizes):
        ax.set(xlim=(0, width), ylim=(0, tall), aspect="equal", xticks=[], yticks=[])
        ax.grid(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
    return figure, list(axes[0])


@guarded
def cells(
    ax: Axes,
    at: Point,
    texts: Sequence[Sequence[str]],
    *,
    size: Point = (1.0, 1.0),
    tints: Sequence[Sequence[str]] | None = None,
) -> None:
    """Draw a matrix of cells, its first row on top, with the lower left corner ``at`` a point.

    Parameters
    ----------
    ax : Axes
        The sheet.
    at : pair of float
        The lower left corner.
    texts : rows of str
        What stands in each cell; an empty text leaves it empty.
    size : pair of float
        Width and height of a cell.
    tints : rows of str, optional
        Names of `TINTS`, one for each cell.

    Raises
    ------
    ValueError
        If rows differ in length, a tint is unknown, or there are not as many as cells.
    """
    lengths = {len(row) for row in texts}
    if len(lengths) != 1:
        raise ValueError(f"texts must have rows of one length, got {sorted(lengths)}")
    grounds = tints if tints is not None else [["none"] * len(row) for row in texts]
    if [len(row) for row in grounds] != [len(row) for row in texts]:
        raise ValueError("tints must have as many entries as texts")
    unknown = {name for row in grounds for name in row} - set(TINTS)
    if unknown:
        raise ValueError(f"tints must be among {sorted(TINTS)}, got {sorted(unknown)}")
    (x, y), (width, height) = at, size
    for i, (row, colours) in enumerate(zip(texts, grounds)):
        low = y + (len(texts) - 1 - i) * height
        for j, (text, name) in enumerate(zip(row, colours)):
            frame = Rectangle(
                (x + j * width, low), width, height, facecolor=TINTS[name], edgecolor=_INK, lw=0.9
            )
            ax.add_patch(frame)
            if text:
                note(ax, (x + (j + 0.5) * width, low + height / 2), text)


@guarded
def box(ax: Axes, at: Point, text: str, *, size: Point, tint: str = "none") -> None:
    """Draw a frame with round corners about the point ``at``, and a text in it.

    Raises
    ------
    ValueError
        If the tint is not one of `TINTS`.
    """
    if tint not in TINTS:
        raise ValueError(f"tint must be among {sorted(TINTS)}, got {tint!r}")
    corner = (at[0] - size[0] / 2, at[1] - size[1] / 2)
    style = "round,pad=0,rounding_size=0.12"
    ax.add_patch(
        FancyBboxPatch(corner, *size, boxstyle=style, facecolor=TINTS[tint], edgecolor=_INK, lw=0.9)
    )
    note(ax, at, text)


@guarded
def arrow(
    ax: Axes,
    start: Point,
    end: Point,
    *,
    bend: float = 0.0,
    colour: str = "black",
    width: float = 1.2,
) -> None:
    """Draw an arrow; ``bend`` is how far it bows to the left, as a share of its length.

    Raises
    ------
    ValueError
        If the colour is not one of :data:`iclnb.style.COLORS`.
    """
    if colour not in COLORS:
        raise ValueError(f"colour must be among {sorted(COLORS)}, got {colour!r}")
    ink = _INK if colour == "black" else COLORS[colour]
    look = {"arrowstyle": "-|>", "color": ink, "lw": width, "shrinkA": 0, "shrinkB": 0}
    look["connectionstyle"] = f"arc3,rad={-bend:g}"
    ax.annotate("", xy=end, xytext=start, arrowprops=look)


@guarded
def note(ax: Axes, at: Point, text: str, *, align: str = "center", colour: str = "black") -> None:
    """Write a text about a point; ``align`` is left, center or right.

    Raises
    ------
    ValueError
        If the colour is not one of :data:`iclnb.style.COLORS`, or the alignment unknown.
    """
    if align not in ("left", "center", "right"):
        raise ValueError(f"align must be left, center or right, got {align!r}")
    if colour not in COLORS:
        raise ValueError(f"colour must be among {sorted(COLORS)}, got {colour!r}")
    ink = COLORS[colour]
    written = ax.text(*at, text, ha=align, va="center", fontsize=_SIZE, color=ink)
    written.set_in_layout(False)  # else a sheet would shrink to make room for it

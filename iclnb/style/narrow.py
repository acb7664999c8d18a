"""A figure drawn again for a narrow window: one column of panels, its texts as large as before."""

from __future__ import annotations

from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.legend import Legend

from iclnb.kinds import guarded
from iclnb.style.labels import break_labels, broken, lean, thin

WIDTH = 3.7
"""Width in inches: a column of 342 pixels then shows a text of 9.5 points with 12 pixels."""

HEIGHTS = {1: 2.3, 2: 2.1, 3: 1.8}
"""Height of a panel in inches, labels apart, by the number of panels, three standing for more."""

_DPI = 72  # that of SVG: which ticks are shown depends on it


class _Row(NamedTuple):
    """A row of the column: a panel, or room for a legend."""

    axes: Axes
    legend: tuple[list[Any], list[str], int] | None
    height: float


@guarded
def stack(figure: Figure) -> None:
    """Arrange the panels of a drawn figure in one column for a narrow window, in place.

    A panel that had the tick labels or the label of its axis from its neighbour gets its own. A
    legend moves below what it explains, in as many columns as fit; labels that are too long are
    broken, tick labels that would touch are left out.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure, drawn once.
    """
    panels = _panels(figure)
    _own_labels(panels)
    legends = [(None, legend) for legend in figure.legends]
    legends += [(ax, legend) for ax in figure.axes if (legend := ax.get_legend())]
    entries = [(ax, _entries(figure, ax, legend)) for ax, legend in legends]
    for _, legend in legends:
        legend.remove()

    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    figure.set_dpi(_DPI)
    figure.set_size_inches(WIDTH, WIDTH)
    below = [(ax, *_legend(figure, *entry)) for ax, entry in entries]
    rows = _regrid(figure, panels, below)
    if not rows:
        return
    break_labels(figure, min(row.height for row in rows if row.legend is None))
    for ax in figure.axes:
        lean(ax.xaxis, figure)
    _set_heights(figure, rows)
    figure.draw_without_rendering()
    for ax in figure.axes:
        thin(ax.xaxis, "x", figure)
        thin(ax.yaxis, "y", figure)
    figure.set_layout_engine("none")
    for row in rows:
        if row.legend is not None:
            box = row.axes.get_position()
            row.axes.remove()
            handles, labels, columns = row.legend
            at = {"loc": "center", "bbox_to_anchor": (0.5, (box.y0 + box.y1) / 2)}
            figure.legend(handles, labels, ncols=columns, borderaxespad=0, borderpad=0, **at)


def _spot(ax: Axes) -> tuple[Any, ...]:
    """What tells the place of a panel; panels that lie on one another share it."""
    spec = ax.get_subplotspec()
    assert spec is not None
    return id(spec.get_gridspec()), spec.num1, spec.num2


def _panels(figure: Figure) -> list[Axes]:
    """The axes of a figure that stand in a grid, in the order of drawing, no colour bars."""
    mapped = [a for ax in figure.axes for a in (*ax.images, *ax.collections)]
    bars = [a.colorbar.ax for a in mapped if getattr(a, "colorbar", None) is not None]
    return [ax for ax in figure.axes if ax not in bars and ax.get_subplotspec() is not None]


def _own_labels(panels: list[Axes]) -> None:
    """Give every panel the tick labels and labels that its neighbours showed for it."""
    for ax in panels:
        for name, key in (("x", "labelbottom"), ("y", "labelleft")):
            axis = getattr(ax, f"{name}axis")
            siblings = getattr(ax, f"get_shared_{name}_axes")().get_siblings(ax)
            others = [s for s in siblings if s is not ax and s in panels]
            if others and not axis.get_tick_params("major").get(key, True):
                ax.tick_params(axis=name, which="both", **{key: True})
                axis.get_offset_text().set_visible(True)
            if axis.get_label_text() or not axis.get_tick_params("major").get(key, True):
                continue
            along = "rowspan" if name == "y" else "colspan"
            near = [getattr(p, f"{name}axis") for p in panels if _beside(p, ax, along)]
            sides = [a for a in near if a.get_label_position() == axis.get_label_position()]
            texts = [text for other in sides if (text := other.get_label_text())]
            if texts and axis.get_label_position() in ("left", "bottom"):
                axis.set_label_text(texts[0 if name == "y" else -1])
                axis.label.set_visible(True)


def _beside(one: Axes, other: Axes, along: str) -> bool:
    """Whether two panels, not on one another, stand in one row, or in one column."""
    a, b = one.get_subplotspec(), other.get_subplotspec()
    assert a is not None
    assert b is not None
    same = a.get_gridspec() is b.get_gridspec() and getattr(a, along) == getattr(b, along)
    return same and _spot(one) != _spot(other)


def _entries(figure: Figure, ax: Axes | None, legend: Legend) -> tuple[list[Any], list[str], int]:
    """The handles and labels of a legend, and its number of columns."""
    drawn: dict[str, Any] = {}
    for each in figure.axes if ax is None else [ax]:
        for handle, label in zip(*each.get_legend_handles_labels()):
            drawn.setdefault(label, handle)
    labels = [text.get_text() for text in legend.get_texts()]
    handles = [drawn.get(label, own) for label, own in zip(labels, legend.legend_handles)]
    return handles, labels, min(len(labels), 4)


def _legend(
    figure: Figure, handles: list[Any], labels: list[str], columns: int
) -> tuple[tuple[list[Any], list[str], int], float]:
    """A legend in the columns that fit the width, labels broken if need be; its height."""
    room = 0.98 * WIDTH * figure.dpi
    while True:
        legend = figure.legend(handles, labels, loc="center", ncols=columns, borderpad=0)
        box = legend.get_window_extent(figure.canvas.get_renderer())
        text = max((t.get_window_extent().width for t in legend.get_texts()), default=0.0)
        legend.remove()
        height = box.height / figure.dpi
        if box.width <= room:
            return (handles, labels, columns), height
        if columns > 1:
            columns -= 1
            continue
        lines = [broken(label, (room - box.width + text) / text) for label in labels]
        if lines == labels:
            return (handles, labels, columns), height
        labels = lines


def _regrid(figure: Figure, panels: list[Axes], below: list[Any]) -> list[_Row]:
    """Put the panels one under the other, and room for the legends below them."""
    spots = list(dict.fromkeys(_spot(ax) for ax in panels))
    members = [[ax for ax in panels if _spot(ax) == spot] for spot in spots]
    tall = HEIGHTS.get(len(spots), HEIGHTS[3])
    plan: list[tuple[list[Axes], Any, float]] = []
    for group in members:
        plan.append((group, None, tall))
        plan += [([], legend, height) for ax, legend, height in below if ax in group]
    plan += [([], legend, height) for ax, legend, height in below if ax is None]
    rows: list[_Row] = []
    if not plan:
        return rows
    ratios = [height for *_, height in plan]
    figure.set_figheight(sum(ratios) + 0.6 * len(members))  # and labels of axes, about
    grid = GridSpec(len(plan), 1, figure=figure, height_ratios=ratios)
    for place, (group, legend, height) in zip(grid, plan):
        if legend is not None:
            group = [figure.add_subplot(place)]
            group[0].set_axis_off()
        for ax in group:
            ax.set_subplotspec(place)
        rows.append(_Row(group[0], legend, height))
    return rows


def _set_heights(figure: Figure, rows: list[_Row]) -> None:
    """Give every row the height that it wants, apart from labels of axes and titles."""
    grid = rows[0].axes.get_subplotspec().get_gridspec()
    for _ in range(3):  # the third for pictures, whose heights follow the width of the labels
        figure.draw_without_rendering()
        boxes = [row.axes.get_position(original=True) for row in rows]
        wanted = [_height(row, WIDTH * box.width) for row, box in zip(rows, boxes)]
        grid.set_height_ratios(wanted)
        apart = 1 - sum(box.height for box in boxes)
        figure.set_figheight(figure.get_figheight() * apart + sum(wanted))


def _height(row: _Row, width: float) -> float:
    """The height of a row in inches; a picture keeps the shape that it has."""
    if row.legend is None and row.axes.images and row.axes.get_aspect() != "auto":
        sides = [abs(b - a) for a, b in (row.axes.get_xlim(), row.axes.get_ylim())]
        return min(width * float(row.axes.get_aspect()) * sides[1] / sides[0], 1.5 * row.height)
    return row.height

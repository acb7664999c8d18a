"""Labels that fit a narrow picture: broken into lines, leaning, or left out."""

from __future__ import annotations

import re
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from iclnb.kinds import guarded

_NUMERAL = re.compile(r"^[\s$+\-−\d.,%]*(?:\\mathdefault\{.*)?[\s$]*$")
_GAP = 2.0  # points between two labels of ticks


@guarded
def broken(text: str, part: float) -> str:
    """Break a label into lines of ``part`` of its longest one, at spaces outside of formulas."""
    words = re.findall(r"(?:\$[^$]*\$|[^\s$])+", text)
    limit = max(int(max(map(len, text.split("\n"))) * part), 1)
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines) if words else text


@guarded
def break_labels(figure: Figure, height: float) -> None:
    """Break labels of axes, and titles, that are longer than what they stand beside.

    Those beside come first: how wide a panel is depends on them.
    """
    for _ in range(3):
        figure.draw_without_rendering()
        if sum(_fit(ax.yaxis.label, False, height * figure.dpi) for ax in figure.axes):
            continue
        heads = [pair for ax in figure.axes for pair in _above_and_below(ax, figure.bbox.width)]
        if not sum(_fit(text, True, room) for text, room in heads):
            return


def _above_and_below(ax: Axes, width: float) -> list[tuple[Text, float]]:
    """The titles and the label below a panel, each with its room."""
    middle = (ax.bbox.x0 + ax.bbox.x1) / 2
    around = 2 * min(middle, width - middle)
    return [(ax.title, around), (ax._left_title, width - ax.bbox.x0), (ax.xaxis.label, around)]


def _fit(text: Text, across: bool, room: float) -> bool:
    if not text.get_text().strip() or not text.get_visible():
        return False
    box = text.get_window_extent()
    size = box.width if across else box.height
    if size <= room:
        return False
    lines = broken(text.get_text(), 0.95 * room / size)
    if lines == text.get_text():
        return False
    text.set_text(lines)
    return True


def _shown(axis: Axis, along: str, figure: Figure) -> list[tuple[float, float, Text]]:
    """The labels of the major ticks that are seen, in order: where each begins and ends."""
    labels = [tick.label1 for tick in axis.get_major_ticks()]
    boxes = [(t.get_window_extent(), t) for t in labels if t.get_visible() and t.get_text().strip()]
    gap = _GAP * figure.dpi / 72
    ends = [(getattr(b, f"{along}0"), getattr(b, f"{along}1") + gap, t) for b, t in boxes]
    return sorted(ends, key=lambda end: end[0] + end[1])


@guarded
def lean(axis: Axis, figure: Figure) -> None:
    """Let names under an axis lean where they would touch: none may be left out."""
    shown = _shown(axis, "x", figure)
    named = not any(_NUMERAL.match(text.get_text()) for *_, text in shown)
    if named and any(after[0] < before[1] for before, after in pairwise(shown)):
        for *_, label in shown:
            label.set(rotation=35, ha="right", rotation_mode="anchor")


@guarded
def thin(axis: Axis, along: str, figure: Figure) -> None:
    """Leave out numbers beside an axis that would touch the one before."""
    last = float("-inf")
    for start, end, label in _shown(axis, along, figure):
        if start < last and not label.get_rotation():
            label.set_visible(False)
        else:
            last = end

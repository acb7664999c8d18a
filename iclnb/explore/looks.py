"""Colours, dashes and markers, the same in the picture and on the page.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any of the
common colour vision deficiencies tell apart; the yellow is left out because it vanishes on white.
The dash or the marker changes with the colour, so that colour is never the only cue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iclnb import style

from .model import Frame, Role

PALETTE = tuple(style.COLORS[name] for name in style.CYCLE)
DASHES = ((), (7.0, 3.0), (2.0, 2.5), (9.0, 3.0, 2.0, 3.0), (12.0, 3.0), (4.0, 2.0), (1.0, 1.8))
MARKERS = ("circle", "square", "triangle", "diamond", "down", "plus", "cross")
MARK_COLOUR = "#555555"
MARK_DASHES = ((5.0, 4.0), (1.5, 3.0), (10.0, 4.0))


class Look(NamedTuple):
    """How one curve is drawn; `dash` in points, empty for a solid line."""

    colour: str
    dash: tuple[float, ...]
    marker: str


class Wardrobe:
    """Gives every label of a figure its look, in the order in which frames arrive.

    A label keeps the place that it had among the labels of the first frame in which it stood; if
    that place is taken in that frame, it gets the next free one.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._marks: dict[str, int] = {}

    def add(self, frames: Iterable[Frame]) -> None:
        """Make room for all labels of `frames`."""
        for frame in frames:
            labels = list(dict.fromkeys(c.label for c in frame.curves if c.role != "mark"))
            taken = {self._places[label] for label in labels if label in self._places}
            for position, label in enumerate(labels):
                if label not in self._places:
                    place = position
                    while place in taken:
                        place += 1
                    self._places[label] = place
                    taken.add(place)
            for curve in frame.curves:
                if curve.role == "mark":
                    self._marks.setdefault(curve.label, len(self._marks))

    def look(self, label: str, role: Role, colour: int | None) -> Look:
        """The look of a curve whose frame was added before."""
        if role == "mark":
            place = self._marks[label] if colour is None else colour
            paint = MARK_COLOUR if colour is None else PALETTE[colour % len(PALETTE)]
            return Look(paint, MARK_DASHES[place % len(MARK_DASHES)], "diamond")
        place = self._places[label] if colour is None else colour
        return Look(
            PALETTE[place % len(PALETTE)],
            DASHES[place % len(DASHES)],
            MARKERS[place % len(MARKERS)],
        )

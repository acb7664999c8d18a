"""Colours, dashes and markers; the dash or the marker changes with the colour, so that colour is
never the only cue. The colours themselves stand in ``static/explore.css``, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .model import Frame

COLOURS = 7
GREY = 6
DASHES = ((), (7.0, 3.0), (2.0, 2.5), (9.0, 3.0, 2.0, 3.0), (12.0, 3.0), (4.0, 2.0), (1.0, 1.8))
MARKERS = ("circle", "square", "triangle", "diamond", "down", "plus", "cross")
MARK_DASHES = ((5.0, 4.0), (1.5, 3.0), (10.0, 4.0))
_NOTES = ("mark", "text")


class Look(NamedTuple):
    """How one mark is drawn: a place in the palette, the dash in pixels (empty for solid)."""

    colour: int
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
            drawn = [m for m in frame.curves if m.role not in (*_NOTES, "heat")]
            labels = list(dict.fromkeys(m.label for m in drawn))
            taken = {self._places[label] for label in labels if label in self._places}
            for position, label in enumerate(labels):
                if label not in self._places:
                    place = position
                    while place in taken:
                        place += 1
                    self._places[label] = place
                    taken.add(place)
            for mark in frame.curves:
                if mark.role in _NOTES:
                    self._marks.setdefault(mark.label, len(self._marks))

    def look(self, label: str, role: str, colour: int | None) -> Look:
        """The look of a mark whose frame was added before."""
        if role == "heat":
            return Look(GREY, (), "square")
        if role in _NOTES:
            place = self._marks[label] if colour is None else colour
            paint = GREY if colour is None else colour % COLOURS
            return Look(paint, MARK_DASHES[place % len(MARK_DASHES)], "diamond")
        place = self._places[label] if colour is None else colour
        return Look(place % COLOURS, DASHES[place % len(DASHES)], MARKERS[place % len(MARKERS)])

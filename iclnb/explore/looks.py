"""Colours, dashes and markers; the dash or the marker changes with the colour, so that colour is
never the only cue. The colours themselves stand in ``static/explore.css``, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

from .model import Frame

COLOURS = 7
GREY = 6
DASHES = ((), (7.0, 3.0), (2.0, 2.5), (9.0, 3.0, 2.0, 3.0), (12.0, 3.0), (4.0, 2.0), (1.0, 1.8))
MARKERS = ("circle", "square", "triangle", "diamond", "down", "plus", "cross")
MARK_DASHES = ((5.0, 4.0), (1.5, 3.0), (10.0, 4.0))


class Look(NamedTuple):
    """How one mark is drawn: a place in the palette, the dash in pixels (empty for solid)."""

    colour: int
    dash: tuple[float, ...]
    marker: str


@guarded
class Places:
    """Numbers 0, 1, ... for labels, in the order in which frames arrive.

    A label keeps the number that it had in the first frame in which it stood; if that is taken in
    that frame, it gets the next free one.
    """

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    def add(self, labels: Iterable[str]) -> None:
        """Number the labels of one frame."""
        names = list(dict.fromkeys(labels))
        taken = {self._of[name] for name in names if name in self._of}
        for position, name in enumerate(names):
            if name not in self._of:
                place = position
                while place in taken:
                    place += 1
                self._of[name] = place
                taken.add(place)

    def __getitem__(self, label: str) -> int:
        return self._of.get(label, 0)


@guarded
class Wardrobe:
    """Gives every label of a figure its look: the colour is counted over all panels, dashes and
    markers over the lines and the points of one panel."""

    def __init__(self) -> None:
        self._colours, self._dashes, self._markers, self._marks = (Places() for _ in range(4))

    def add(self, frames: Iterable[Frame]) -> None:
        """Make room for all labels of `frames`."""
        for frame in frames:
            marks = frame.curves
            plain = {"mark", "text", "heat"}
            self._colours.add(
                m.label for m in marks if m.role not in plain and not getattr(m, "filled", False)
            )
            self._marks.add(m.label for m in marks if m.role == "mark")
            for panel in sorted({m.panel for m in marks}):
                here = [m for m in marks if m.panel == panel]
                self._dashes.add(m.label for m in here if m.role == "theory")
                self._markers.add(m.label for m in here if m.role == "measured")

    def look(self, label: str, role: str, colour: int | None) -> Look:
        """The look of a mark whose frame was added before."""
        own = None if colour is None else check_integer(colour, "colour", least=0) % COLOURS
        if role in ("mark", "text", "heat"):
            dash = MARK_DASHES[self._marks[label] % len(MARK_DASHES)] if role == "mark" else ()
            return Look(GREY if own is None else own, dash, "diamond")
        return Look(
            self._colours[label] % COLOURS if own is None else own,
            DASHES[self._dashes[label] % len(DASHES)] if role == "theory" else (),
            MARKERS[self._markers[label] % len(MARKERS)],
        )

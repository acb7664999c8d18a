"""The chapters and what they need, as one picture: names in the order of the book, and arcs.

The picture is SVG that stands in its page, so that it takes the colours of the page, light or dark,
and its names are links. It is as narrow as a telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from tools.chapters import Chapter

WIDTH, NAMES = 360, 96  # where the names begin
ROW, CAPTION = 26, 34
LONGEST = 41
"""Letters of a name that fit beside the arcs; of a longer title the first part stands."""

PARTS = {
    "foundations": "Foundations",
    "statistics": "Statistics",
    "landscape": "Landscape",
    "dynamics": "Dynamics",
    "features": "Features",
}


class Arc(NamedTuple):
    """An arc from a chapter to one that it needs, or only refers to."""

    needs: bool
    page: str
    to: str


def arcs(chapters: Sequence[Chapter]) -> list[Arc]:
    """Return the arcs: every need, and every other pair of which one refers to the other."""
    found = [Arc(True, one.page, to) for one in chapters for to in one.needs]
    joined = {frozenset((arc.page, arc.to)) for arc in found}
    for one in chapters:
        for to in one.cites:
            if frozenset((one.page, to)) not in joined:
                joined.add(frozenset((one.page, to)))
                found.append(Arc(False, one.page, to))
    return found


def name(title: str) -> str:
    """Return what stands for a chapter: its title, or the first part of a long one."""
    short = title.split(":")[0]
    return short if len(short) <= LONGEST else short.split(",")[0]


def _bow(top: float, bottom: float, widest: float) -> str:
    """Return the path of an arc at the left of the names, wider the longer it is."""
    x = NAMES - 14
    out = 14 + (x - 24) * (bottom - top) / widest
    return f"M{x} {top:g}C{x - 1.3 * out:.0f} {top:g} {x - 1.3 * out:.0f} {bottom:g} {x} {bottom:g}"


def words(chapters: Sequence[Chapter]) -> str:
    """Return the picture in words: what each chapter needs."""
    title = {one.page: one.title for one in chapters}
    said = [
        f"{one.title} needs {' and '.join(title[to] for to in one.needs)}"
        if one.needs
        else f"{one.title} needs no other chapter"
        for one in chapters
    ]
    return "; ".join(said) + "."


def graph(chapters: Sequence[Chapter]) -> str:
    """Return the picture as SVG for a page that stands beside the folders of the parts."""
    place: dict[str, float] = {}
    heads: list[tuple[str, float]] = []
    y = 0.0
    for part, members in groupby(chapters, key=lambda one: one.part):
        y += CAPTION if heads else 20
        heads.append((PARTS[part], y))
        for one in members:
            y += ROW
            place[one.page] = y
    found = arcs(chapters)
    widest = max(abs(place[arc.page] - place[arc.to]) for arc in found)
    lines = [
        f'<svg class="iclnb-graph" viewBox="0 0 {WIDTH} {y + 16:g}" role="group"'
        ' aria-labelledby="graph-title graph-words" xmlns="http://www.w3.org/2000/svg">',
        '<title id="graph-title">The chapters and what they need</title>',
        f'<desc id="graph-words">{escape(words(chapters))}</desc>',
        '<g aria-hidden="true" fill="none">',
    ]
    for arc in sorted(found):
        top, bottom = sorted((place[arc.page], place[arc.to]))
        kind = "needs" if arc.needs else "cites"
        ends = f'data-from="{arc.page}" data-to="{arc.to}"'
        lines.append(f'<path class="{kind}" {ends} d="{_bow(top, bottom, widest)}"/>')
    lines.append("</g>")
    lines += [f'<text class="part" x="{NAMES - 6}" y="{at:g}">{part}</text>' for part, at in heads]
    for one in chapters:
        at = place[one.page]
        lines.append(
            f'<a href="{one.page}.html"><circle cx="{NAMES - 8}" cy="{at:g}" r="3.5"/>'
            f'<text x="{NAMES}" y="{at + 4.5:g}">{escape(name(one.title))}</text></a>'
        )
    return "\n".join([*lines, "</svg>"])

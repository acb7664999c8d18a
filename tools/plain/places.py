"""Where everything stands on the built site: titles, numbers and anchors, read from its pages.

The numbers of a plain notebook are those that the reader of the site sees, because they are taken
from there. The patterns are those of the pinned page builder; the tests compare what comes out
with the pages as a browser would read them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

_SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_NUMBERED = re.compile(
    r'<(?:figure\b|div\b(?=[^>]*class="(?:[^"]* )?(?:proof|exercise)\b))'
    r'(?:[^>]*?\bid="(?P<id>[^"]+)")?'
    r'|<span class="caption-number">(?P<number>[^<]+)</span>'
)
_HEADING = re.compile(
    r'<section\b[^>]*\bid="(?P<id>[^"]+)">\s*(?P<more>(?:<span id="[^"]+"></span>)*)'
    r"<h(?P<level>\d)>(?P<text>.*?)<a class=\"headerlink\"",
    re.DOTALL,
)
_TERM = re.compile(r'<dt id="(term-[^"]+)">(.*?)<a class="headerlink"', re.DOTALL)
_FORMULA = re.compile(r'<math alttext="([^"]*)".*?</math>', re.DOTALL)
_SECTION_NUMBER = re.compile(r'<span class="section-number">.*?</span>')


def _text(markup: str) -> str:
    """Return the words of a piece of a page; a formula as its TeX."""
    markup = _FORMULA.sub(r"$\1$", _SECTION_NUMBER.sub("", markup))
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", markup))).strip()


@dataclass
class Places:
    """What can be referred to, and where it stands.

    ``titles``: page to its title. ``anchors``: page to the anchors on it. ``numbers``: anchor of
    a statement, exercise or figure to its number, as "Theorem 2.1". ``names``: anchor of a section
    to its heading. ``terms``: term of the glossary, in lower case, to its anchor. ``in_order``:
    page to all its numbers, in order.
    """

    address: str
    titles: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    in_order: dict[str, list[str]] = field(default_factory=dict)
    anchors: dict[str, set[str]] = field(default_factory=dict)

    def url(self, page: str, anchor: str = "") -> str:
        """Return the address of a page, or of a place on it."""
        return f"{self.address}/{page}.html" + (f"#{anchor}" if anchor else "")

    def find(self, anchor: str, page: str) -> str:
        """Return the page on which an anchor stands, `page` before all others.

        Raises
        ------
        KeyError
            If no page has it, or several others do.
        """
        if anchor in self.anchors.get(page, ()):
            return page
        there = [other for other, ids in self.anchors.items() if anchor in ids]
        if len(there) != 1:
            raise KeyError(anchor)
        return there[0]

    def label(self, anchor: str) -> str:
        """Return how the site calls a place: its number, or its heading."""
        return self.numbers.get(anchor) or self.names[anchor]


def read_places(site: Path, pages: list[str], address: str) -> Places:
    """Read the pages of a built site; ``address`` is where it is published.

    Raises
    ------
    FileNotFoundError
        If a page was not built.
    """
    found = Places(address.rstrip("/"))
    for page in pages:
        text = _SCRIPT.sub("", (site / f"{page}.html").read_text(encoding="utf-8"))
        found.anchors[page] = set(_ID.findall(text))
        found.in_order[page] = []
        current = None
        for mark in _NUMBERED.finditer(text):
            if not mark["number"]:
                current = mark["id"]
                continue
            number = _text(mark["number"])
            found.in_order[page].append(number)
            if current:
                found.numbers.setdefault(current, number)
        for heading in _HEADING.finditer(text):
            words = _text(heading["text"])
            if heading["level"] == "1":
                found.titles.setdefault(page, words)
            for anchor in (heading["id"], *_ID.findall(heading["more"])):
                found.names.setdefault(anchor, words)
        for anchor, term in _TERM.findall(text):
            found.terms.setdefault(_text(term).lower(), anchor)
    return found

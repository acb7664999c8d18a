"""List the links of the built site that lead outside, and the pages on which they stand.

``python -m tools.links`` prints them, one address a line with the number of pages, for a person or
a link checker with a network; the tests hold that they are well formed, not that a server answers.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

from tools.notebooks import ROOT, pages


class _Anchors(HTMLParser):
    """Gather the targets of the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href and "://" in href:
            self.found.add(href)


def outside_links(site: Path, names: list[str]) -> dict[str, list[str]]:
    """Return the addresses outside of the site, sorted, each with its pages.

    Raises
    ------
    FileNotFoundError
        If a page was not built.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        anchors = _Anchors()
        anchors.feed((site / f"{name}.html").read_text(encoding="utf-8"))
        for href in anchors.found:
            found[href].append(name)
    return dict(sorted(found.items()))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.links")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    options = parser.parse_args(arguments)
    try:
        links = outside_links(options.site, pages())
    except FileNotFoundError as error:
        print(f"not built: {error.filename}; run make book first", file=sys.stderr)
        return 1
    for href, where in links.items():
        print(f"{href}  {len(where)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The page for teachers: what follows from the chapters is written into ``book/teach.md``.

The page's own words stand in it; between a line ``% made by tools.teach: ...`` and ``% end`` stands
what this tool writes: the graph of the chapters, the minutes of a path, the minutes and problems of
a chapter. ``make refresh`` renews it together with the ledger (:mod:`tools.ledger`).

- ``graph``
- ``path part/chapter; part/chapter # A section; ...``
- ``chapter part/chapter``
- ``problems``
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tools.chapter_graph import graph
from tools.chapters import KINDS, LEVELS, Chapter, chapters
from tools.notebooks import ROOT

PAGE = Path("book/teach.md")

_BLOCK = re.compile(r"^% made by tools\.teach: (?P<what>.+)\n(?:.*\n)*?% end$", re.MULTILINE)


def _link(one: Chapter) -> str:
    return f"{{doc}}`/book/{one.page}`"


def _path(steps: str, known: dict[str, Chapter]) -> str:
    """Return the rows of a path, with minutes for whole chapters and for sections."""
    rows, total = ["| | minutes |", "|---|--:|"], 0
    for step in steps.split(";"):
        page, _, section = (part.strip() for part in step.partition("#"))
        if page not in known:
            raise ValueError(f"a path of {PAGE} names {page!r}, which is no chapter")
        one = known[page]
        minutes, words = one.minutes, _link(one)
        if section:
            if section not in one.seconds:
                raise ValueError(f"{page} has no section {section!r}, which {PAGE} names")
            minutes, words = round(one.seconds[section] / 60), f"*{section}*, in {_link(one)}"
        rows.append(f"| {words} | {minutes} |")
        total += minutes
    return "\n".join([*rows, f"| **together** | **{total}** |"])


def _chapter(one: Chapter, known: dict[str, Chapter]) -> str:
    """Return what a chapter says of itself: question, minutes, needs and problems."""
    after = " and ".join(_link(known[to]) for to in one.needs) or "nothing else of the book"
    text = f"*{one.question}* {_link(one)}, {one.minutes} minutes; needs {after}."
    told = []
    for kind in KINDS:
        here = [e for e in one.exercises if e.kind == kind]
        marks = ", ".join(f"{{ref}}`{e.label}` ({e.level})" for e in here)
        told += [f"{kind} {marks}"] if here else []
    return f"{text}\n\n*Problems*: {'; '.join(told)}." if told else text


def _problems(all_chapters: Sequence[Chapter]) -> str:
    """Return how many problems there are, by kind and level."""
    found = Counter((e.kind, e.level) for one in all_chapters for e in one.exercises)
    rows = [f"| | {' | '.join(LEVELS)} | together |", "|---|" + "--:|" * (len(LEVELS) + 1)]
    for kind in KINDS:
        counts = [found[kind, level] for level in LEVELS]
        rows.append(f"| {kind} | {' | '.join(map(str, counts))} | {sum(counts)} |")
    sums = [sum(found[kind, level] for kind in KINDS) for level in LEVELS]
    return "\n".join([*rows, f"| together | {' | '.join(map(str, sums))} | {sum(sums)} |"])


def teach_page(text: str, found: Sequence[Chapter]) -> str:
    """Return the page with its made parts renewed.

    Raises
    ------
    ValueError
        If a part names a chapter or a section that there is not, or is of no known kind.
    """
    known = {one.page: one for one in found}

    def made(match: re.Match[str]) -> str:
        kind, _, rest = match["what"].partition(" ")
        if kind == "graph":
            body = f"```{{raw}} html\n{graph(found)}\n```"
        elif kind == "path":
            body = _path(rest, known)
        elif kind == "problems":
            body = _problems(found)
        elif kind == "chapter" and rest in known:
            body = _chapter(known[rest], known)
        else:
            raise ValueError(f"{PAGE} asks for {match['what']!r}")
        return f"% made by tools.teach: {match['what']}\n\n{body}\n\n% end"

    return _BLOCK.sub(made, text)


def made(root: Path = ROOT) -> str:
    """Return the page as it follows from the notebooks."""
    return teach_page((root / PAGE).read_text(encoding="utf-8"), chapters(root))

"""The index of statements: what the chapters state, by name and by chapter.

``make refresh`` writes ``book/theorems.md`` together with the ledger (:mod:`tools.ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tools.notebooks import ROOT, read

KINDS = ("theorem", "lemma", "proposition", "corollary", "definition", "assumption")

_OPENED = re.compile(r"\s*(?P<fence>`{3,}|:{3,})\s*(?:\{(?P<name>[^}]+)\}(?P<title>.*))?$")
_OPTION = re.compile(r"\s*:(?P<key>[a-z-]+):\s*(?P<value>\S*)")


class Statement(NamedTuple):
    """A numbered statement: its kind, name and label, and the page without suffix."""

    kind: str
    name: str
    label: str
    page: str


def stated(text: str, page: str) -> list[Statement]:
    """Return the statements of a page's prose, in order; examples inside code do not count.

    Raises
    ------
    ValueError
        If one has no name or no label: it could not be found, or not be linked.
    """
    found: list[Statement] = []
    lines = text.splitlines()
    code = ""
    for at, line in enumerate(lines):
        fence = _OPENED.match(line)
        if code:
            closes = fence and not fence["name"] and fence["fence"].startswith(code)
            code = "" if closes else code
            continue
        if not fence:
            code = "```" if re.match(r"\s*```\w", line) else ""
            continue
        kind = (fence["name"] or "").removeprefix("prf:")
        if kind not in KINDS or kind == fence["name"]:
            continue
        options = {}
        for below in lines[at + 1 :]:
            option = _OPTION.match(below)
            if not option:
                break
            options[option["key"]] = option["value"]
        name, label = fence["title"].strip(), options.get("label", "")
        if not name or not label:
            missing = "name" if not name else "label"
            raise ValueError(
                f"{page}: a {kind} has no {missing} ({name or label or line.strip()});"
                f" write ```{{prf:{kind}}} Its name, and :label: its-label below"
            )
        found.append(Statement(kind, name, label, page))
    return found


def statements(paths: Iterable[Path], root: Path = ROOT) -> list[Statement]:
    """Return the statements of the notebooks, in the order of the book."""
    found = []
    for path in paths:
        page = path.relative_to(root / "book").with_suffix("").as_posix()
        for cell in read(path).cells:
            if cell.cell_type == "markdown":
                found += stated(cell.source, page)
    return found


def sort_key(name: str) -> str:
    """Return what a name is sorted by: without its article, mathematics and marks."""
    bare = re.sub(r"[^\w\s]", "", name).casefold()
    return re.sub(r"^(the|an?)\s+", "", bare)


def myst(text: str) -> str:
    """Turn inline mathematics into MyST's form, in one line."""
    return text.replace("\\(", "$").replace("\\)", "$").replace("\n", " ")


def theorems_page(found: list[Statement], ledger: list[Mapping[str, Any]]) -> str:
    """Render the index.

    Parameters
    ----------
    found : list of Statement
        The statements, in the order of the book.
    ledger : list of mapping
        The ledger's rows: source and verdict of the statements that are claims.
    """
    claims = {row["id"]: row for row in ledger}
    out = [
        "# Theorems",
        "",
        f"The {len(found)} numbered statements of the book, by name and by chapter. What was",
        "measured for each is in {doc}`the ledger <claims>`, and terms are in the",
        "{doc}`glossary`. The page is generated from the chapters.",
        "",
        "## By name",
        "",
        "```{container} iclnb-names",
    ]
    out += [
        f"- {myst(one.name)}, {{prf:ref}}`{one.label}`"
        for one in sorted(found, key=lambda one: (sort_key(one.name), one.label))
    ]
    out += ["```", "", "## By chapter", ""]
    for page in dict.fromkeys(one.page for one in found):
        out += [f"### {{doc}}`{page}`", ""]
        for one in found:
            if one.page != page:
                continue
            row = claims.get(one.label)
            said = "" if row is None else f": *{row['verdict']}*; {myst(row['source'])}"
            out.append(f"- {{prf:ref}}`{one.label}`, **{myst(one.name)}**{said}")
        out.append("")
    return "\n".join(out)

"""The index of statements: what the chapters state, by name and by chapter.

``make refresh`` writes ``book/theorems.md`` together with the ledger (:mod:`tools.ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools.notebooks import ROOT, read

KINDS = ("theorem", "lemma", "proposition", "corollary", "definition", "assumption")
"""Numbered statements, ``{prf:theorem}`` and so on."""

MARKED = ("printed-wrong", "stated")
"""Statements without a number: what a source prints and is wrong, and what one line can say."""

CLAIMED = ("theorem", "lemma", "proposition", "corollary", *MARKED)
"""Statements that need a certificate."""

_OPENED = re.compile(r"\s*(?P<fence>`{3,}|:{3,})\s*(?:\{(?P<name>[^}]+)\}(?P<title>.*))?$")
_OPTION = re.compile(r"\s*:(?P<key>[a-z-]+):\s*(?P<value>\S*)")


class Statement(NamedTuple):
    """A statement: its kind, name and label, the page without suffix, and the text of its block."""

    kind: str
    name: str
    label: str
    page: str
    text: str = ""


def _options(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the options at the head of a block, and how many lines they take."""
    options: dict[str, str] = {}
    for at, line in enumerate(lines):
        option = _OPTION.match(line)
        if not option:
            return options, at
        options[option["key"]] = option["value"]
    return options, len(lines)


def _until_closed(lines: list[str], opened: str) -> list[str]:
    """Return the lines of a block, up to the fence that closes it."""
    for at, line in enumerate(lines):
        fence = _OPENED.match(line)
        if fence and not fence["name"] and fence["fence"].startswith(opened):
            return lines[:at]
    return lines


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
        directive = fence["name"] or ""
        kind = directive.removeprefix("prf:")
        if directive not in MARKED and (kind not in KINDS or kind == directive):
            continue
        body = _until_closed(lines[at + 1 :], fence["fence"])
        options, skipped = _options(body)
        name, label = fence["title"].strip(), options.get("label", "")
        if not label or not name:
            missing = "label" if not label else "name"
            raise ValueError(
                f"{page}: a {kind} has no {missing} ({name or label or line.strip()});"
                f" write ```{{{directive}}} Its name, and :label: its-label below"
            )
        said = "\n".join(body[skipped:]).strip()
        found.append(Statement(kind, name, label, page, said))
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


def reference(label: str, name: str, kind: str) -> str:
    """Return a link to a statement that says its name; one without a number says nothing else."""
    numbered = f"{myst(name)}, " if kind in KINDS else ""
    return f"{numbered}{{prf:ref}}`{label}`"


def place(number: str) -> tuple[bool, list[tuple[bool, int, str]], str]:
    """Return what a number in a paper is sorted by: sections before appendices, figures last.

    >>> sorted(["Figure 1", "Lemma C.2", "Theorem 4.10", "Lemma 4.2"], key=place)
    ['Lemma 4.2', 'Theorem 4.10', 'Lemma C.2', 'Figure 1']
    """
    kind, _, digits = number.partition(" ")
    parts = [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part)
        for part in re.findall(r"\d+|[A-Z](?![a-z])", digits)
    ]
    return kind in ("Figure", "Table"), parts, number


def _by_number(
    found: list[Statement],
    ledger: list[Mapping[str, Any]],
    owed: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """Return, for each paper, where its numbered statements stand in the book."""
    names = {one.label: one.name for one in found if one.kind in KINDS}
    here: dict[str, dict[str, list[str]]] = {}
    for row in ledger:
        if row["number"]:
            told = f"{{prf:ref}}`{row['id']}`"
            if names.get(row["id"]):
                told += f", {myst(names[row['id']])}"
            here.setdefault(row["paper"], {}).setdefault(row["number"], []).append(told)
    out = []
    for paper in dict.fromkeys([*here, *owed]):
        numbers = {**{n: [why] for n, why in owed.get(paper, {}).items()}, **here.get(paper, {})}
        out += [f"{{cite}}`{paper}`:", "", "| in the paper | here |", "|:---|:---|"]
        out += [f"| {n} | {'; '.join(numbers[n])} |" for n in sorted(numbers, key=place)]
        out.append("")
    return out


def owed(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """Return the numbered statements of the papers that the book does not hold, with the reason."""
    path = root / "book" / "numbers.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def theorems_page(
    found: list[Statement],
    ledger: list[Mapping[str, Any]],
    owed: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Render the index.

    Parameters
    ----------
    found : list of Statement
        The statements, in the order of the book.
    ledger : list of mapping
        The ledger's rows: source and verdict of the statements that are claims, and the number in
        the paper.
    owed : mapping, optional
        By paper, the numbers of statements that the book does not hold, with the reason.
    """
    claims = {row["id"]: row for row in ledger}
    numbered = sum(one.kind in KINDS for one in found)
    out = [
        "# Theorems",
        "",
        f"The {numbered} numbered statements of the book and {len(found) - numbered} without a",
        "number, by name, by chapter, and by their number in the papers. What was",
        "measured for each is in {doc}`the ledger <claims>`, and terms are in the",
        "{doc}`glossary`. The page is generated from the chapters.",
        "",
        "## By name",
        "",
        "```{container} iclnb-names",
    ]
    out += [
        f"- {reference(one.label, one.name, one.kind)}"
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
            name = f", **{myst(one.name)}**" if one.kind in KINDS else ""
            out.append(f"- {{prf:ref}}`{one.label}`{name}{said}")
        out.append("")
    if by_number := _by_number(found, ledger, owed or {}):
        out += ["## By number in the papers", "", *by_number]
    return "\n".join(out)

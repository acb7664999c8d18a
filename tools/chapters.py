"""What a chapter says of itself, read from its notebook: question, minutes, needs, exercises.

Minutes of a section are estimated from its text at the rates of :mod:`tools.reading`, which
measures whole pages in a browser and holds what each page says to its measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tools.notebooks import ROOT, notebooks, read

KINDS = ("by hand", "by code", "by exploring")
LEVELS = ("easy", "medium", "hard")

LINE = 16
"""Words of the line under which a page folds a certificate, about."""

_MARK = re.compile(r"\*(By hand|By code|By exploring), (easy|medium|hard)\.\*\s")
_EXERCISE = re.compile(
    r"^```\{exercise-start\}\n:label: ([\w-]+)\n```\n(.*?)(?=^```|\Z)", re.MULTILINE | re.DOTALL
)
_SOLUTION = re.compile(
    r"^```\{solution-start\} ([\w-]+)\n:class: dropdown\n```\n(.*?)(?=^```|\Z)",
    re.MULTILINE | re.DOTALL,
)
_NEED = re.compile(r"\*{1,2}You need\*{1,2}(.*?)\*{1,2}Time\*{1,2}:? (\d+) minutes", re.DOTALL)
_LINK = re.compile(r"\{(?:doc|ref|numref|prf:ref|eq)\}`(?:[^`<]*<)?([^`<>]+)>?`")
_LABEL = re.compile(r"^(?:\(([\w-]+)\)=|\s*:(?:label|name): ([\w-]+))$", re.MULTILINE)
_FIGURE = re.compile(r'name="(fig-[\w-]+)"')


class Exercise(NamedTuple):
    """An exercise: its label, kind and level (empty where it has no mark), and the solution."""

    label: str
    kind: str
    level: str
    solution: str


class Chapter(NamedTuple):
    """A chapter: ``part/name``, and what its notebook says of it.

    ``seconds`` are the estimate for each section, by its heading; the text above the first section
    stands under the chapter's title. ``sliders`` are the names of the figures with a slider.
    """

    page: str
    title: str
    question: str
    minutes: int
    needs: tuple[str, ...]
    cites: Mapping[str, int]
    exercises: tuple[Exercise, ...]
    sliders: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def part(self) -> str:
        """The folder of the chapter."""
        return self.page.split("/")[0]


def _folded(text: str) -> str:
    """Return prose without what the page folds, and without code that stands in it."""
    out: list[str] = []
    stack: list[tuple[str, bool]] = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        fence = re.match(r"(`{3,}|:{3,})(.*)$", line)
        if fence and stack and not fence[2].strip() and fence[1] == stack[-1][0]:
            stack.pop()
            continue
        hidden = any(h for _, h in stack)
        if fence and fence[2].strip():
            options = "\n".join(lines[at + 1 : at + 4]).split("\n\n")[0]
            hides = ":class: dropdown" in options or not fence[2].strip().startswith("{")
            if re.match(r"\{(exercise|solution)-(start|end)\}", fence[2].strip()):
                stack.append((fence[1], True))  # a mark, closed at once
                continue
            stack.append((fence[1], hides))
            title = fence[2].split("}", 1)[-1]
            out += [] if hidden or hides else [title]
            continue
        if not hidden and not re.match(r":[a-z-]+: |%|\([\w-]+\)=$", line):
            out.append(line)
    return "\n".join(out)


def seconds_of(text: str) -> float:
    """Return the seconds that prose takes: 180 words a minute and 8 s a formula, folds apart."""
    text = _folded(text)
    rest, formulas = re.subn(r"\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    rest, inline = re.subn(r"(?<![\\$])\$[^$]+\$", " ", rest)
    rest = re.sub(r"\{[\w:]+\}`([^`<]*)(?:<[^`]*)?`", r"\1", rest)
    return len(re.findall(r"[^\W_][\w'’-]*", rest)) / 3 + 8 * (formulas + inline)


def _sections(cells: list[tuple[str, str]]) -> dict[str, float]:
    """Return the seconds of each section, exercises and their solutions apart."""
    found: dict[str, float] = {}
    name, apart, parts = "", False, dict[str, list[str]]()
    marks = r"(?m)^(?=#{1,2} |```\{(?:exercise|solution)-(?:start|end)\})"
    for kind, source in cells:
        if kind == "markdown":
            for piece in re.split(marks, source):
                if heading := re.match(r"#{1,2} (.+)", piece):
                    name = heading[1].strip()
                    found.setdefault(name, 0.0)
                if mark := re.match(r"```\{\w+-(start|end)\}", piece):
                    apart = mark[1] == "start"
                if name and not apart:
                    parts.setdefault(name, []).append(piece)
        elif not apart and name:
            found[name] += 60 * len(_FIGURE.findall(source))
            found[name] += LINE / 3 * source.count("certify(\n")
    return {key: found[key] + seconds_of("\n\n".join(parts.get(key, []))) for key in found}


def _exercises(text: str) -> tuple[Exercise, ...]:
    """Return the exercises of a chapter's prose with their marks."""
    solutions = dict(_SOLUTION.findall(text))
    found = []
    for label, words in _EXERCISE.findall(text):
        mark = _MARK.match(words)
        kind, level = (mark[1].lower(), mark[2]) if mark else ("", "")
        found.append(Exercise(label, kind, level, solutions.get(label, "")))
    return tuple(found)


def chapters(root: Path = ROOT) -> list[Chapter]:
    """Return the chapters in the order of the book, the first page left out.

    Raises
    ------
    ValueError
        If one does not say its question, what it needs, or its minutes.
    """
    texts: dict[str, list[tuple[str, str]]] = {}
    for path in notebooks(root):
        if path.parent != root / "book":
            page = path.relative_to(root / "book").with_suffix("").as_posix()
            texts[page] = [(cell.cell_type, cell.source) for cell in read(path).cells]
    home: dict[str, str] = {}
    for page, cells in texts.items():
        for kind, source in cells:
            if kind == "markdown":
                names = [one or other for one, other in _LABEL.findall(source)]
            else:
                names = _FIGURE.findall(source)
            home |= dict.fromkeys(names, page)
    return [_chapter(page, cells, home, set(texts)) for page, cells in texts.items()]


def _chapter(
    page: str, cells: list[tuple[str, str]], home: Mapping[str, str], known: set[str]
) -> Chapter:
    """Read one chapter; ``home`` says on which page a label stands."""
    prose = "\n\n".join(source for kind, source in cells if kind == "markdown")
    title = re.search(r"^# (.+)$", prose, re.MULTILINE)
    question = re.search(r"^\*([^*]+\?)\*", prose, re.MULTILINE)
    before = _NEED.search(prose)
    if not (title and question and before):
        raise ValueError(f"{page}: no title, no question in italics, or no needs and minutes")

    def target(link: str) -> str:
        link = link.removeprefix("/book/")
        return link if link in known else home.get(link, "")

    cites: dict[str, int] = {}
    for link in _LINK.findall(prose):
        if (to := target(link)) and to != page:
            cites[to] = cites.get(to, 0) + 1
    needs = [to for link in _LINK.findall(before[1]) if (to := target(link)) and to != page]
    sliders = [
        name
        for kind, source in cells
        if kind == "code" and re.search(r"explore\.(curves|frames)\(", source)
        for name in _FIGURE.findall(source)
    ]
    return Chapter(
        page,
        title[1].strip(),
        " ".join(question[1].split()),
        int(before[2]),
        tuple(dict.fromkeys(needs)),
        cites,
        _exercises(prose),
        tuple(sliders),
        _sections(cells),
    )

"""The numbers in the prose: which there are, and where a sentence stands that holds them.

Fragments of sentences are quoted verbatim, with a # for each number. What # stands for is in the
prose alone, so that a number is written once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from tools.notebooks import ROOT, read

NUMBER = re.compile(
    r"(?<![\d.])(?:\d+\.\d+|\d{1,3}(?:(?: |\\,)\d{3})+(?!\d)|\d+(?= million| ?\\?%))"
)
"""What has to be registered: decimals, percentages, thousands and millions."""

NAME = re.compile(
    r"\b(?:Theorem|Proposition|Prop\.|Lemma|Definition|Corollary|Remark|Section|arXiv) (\d+\.\d+)"
)
"""A number that is a name in a source."""

NO_PROSE = re.compile(r"`{3,}|\{[a-z:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|:label: \S+")
ANY = r"(-?\d{1,3}(?:(?: |\\,)\d{3})+(?!\d)|-?\d+(?:\.\d+)?)( ?\\?%| million)?"
UNITS = {"%": 0.01, "million": 1e6, "": 1.0}


class Quoted(NamedTuple):
    """A number as it is printed: its place, its value, and what its last digit and its unit are."""

    start: int
    end: int
    text: str
    value: float
    digit: float
    unit: float


class AtMost(float):
    """A value that the prose bounds from above: rounded up."""


def agrees(number: Quoted, value: float) -> bool:
    """Whether a number of the prose is this value, rounded to the digits that it has."""
    off = (number.value - value) / number.digit
    if isinstance(value, AtMost):
        return -1e-9 <= off < 1
    return abs(off) <= 0.5 + 1e-9


def one_line(source: str) -> str:
    """Return the text of a cell with single spaces."""
    return re.sub(r"\s+", " ", source)


def numbers(text: str) -> list[re.Match[str]]:
    """Return what has to be registered: not what stands in code, roles, links and labels."""
    return list(NUMBER.finditer(NO_PROSE.sub(lambda m: "_" * len(m[0]), text)))


def _quoted(found: re.Match[str], group: int) -> Quoted:
    digits, unit = found[group], (found[group + 1] or "").replace("\\", "").strip()
    plain = digits.replace("\\,", "").replace(" ", "")
    _, _, decimals = plain.partition(".")
    zeros = len(plain) - len(plain.rstrip("0")) if not decimals and abs(int(plain)) >= 1000 else 0
    worth = 10.0 ** (zeros - len(decimals)) * UNITS[unit]
    text = digits + (found[group + 1] or "")
    return Quoted(*found.span(group), text, float(plain) * UNITS[unit], worth, UNITS[unit])


def places(fragment: str, text: str) -> list[list[Quoted]]:
    """Return the numbers of a fragment, at each place of the text where it stands."""
    if "#" not in fragment:
        raise ValueError(f"no # in {fragment!r}")
    pattern = re.compile(ANY.join(re.escape(part) for part in one_line(fragment).split("#")))
    many = fragment.count("#")
    return [[_quoted(m, 2 * k + 1) for k in range(many)] for m in pattern.finditer(text)]


Result = Callable[[], Any]
RESULTS: dict[tuple[str, str], Result] = {}
"""What computes the numbers of a fragment, by chapter and fragment."""


def quoted(chapter: str, fragment: str) -> Callable[[Result], Result]:
    """Register a function that returns the numbers of a fragment: one, or one for each #."""

    def register(result: Result) -> Result:
        if (chapter, fragment) in RESULTS:
            raise ValueError(f"registered twice: {fragment}")
        RESULTS[chapter, fragment] = result
        return result

    return register


def values(result: Result) -> list[float]:
    """Return what a function computes, as a list."""
    found = result()
    return list(found) if isinstance(found, Iterable) else [found]


@cache
def claims() -> dict[str, dict[str, Any]]:
    """Return the ledger, by the id of the claim."""
    entries = json.loads((ROOT / "book/claims.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


def claim(name: str) -> dict[str, Any]:
    """Return what the ledger holds of a claim."""
    return claims()[name]


def printed_in(chapter: str, pattern: str) -> list[float]:
    """Return numbers of a notebook's own output: for what only its long computation gives."""
    cells = read(ROOT / "book" / f"{chapter}.ipynb").cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]
    (found,) = {m.groups() for text in texts for m in re.finditer(pattern, text)}
    return [float(x) for x in found]

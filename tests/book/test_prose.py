"""Numbers in the prose: each is computed again, found in the code, or said to be given."""

import importlib
import json
import re
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest
import yaml

from tests.book import prose
from tools.notebooks import ROOT, notebooks, read

for path in sorted((ROOT / "tests/book/prose_results").glob("*.py")):
    importlib.import_module(f"tests.book.prose_results.{path.stem}")  # registers its results

HELP = """
Each number in the prose is registered, by a fragment of its sentence with # in its place:
- a result that can be computed: a function in tests/book/prose_results;
- a setting: tests/book/prose.yml, with where the number stands;
or the sentence is written without it."""

WRITTEN = [*notebooks(), *(ROOT / "book" / f"{x}.md" for x in ("errata", "glossary", "notation"))]
CHAPTERS = {p.relative_to(ROOT / "book").with_suffix("").as_posix(): p for p in WRITTEN}
GIVEN = yaml.safe_load((ROOT / "tests/book/prose.yml").read_text(encoding="utf-8"))
SETTINGS = [(chapter, fragment) for chapter, some in GIVEN.items() for fragment in some]


@cache
def texts(chapter):
    """Return the cells of prose, or a page without cells, each on one line."""
    if CHAPTERS[chapter].suffix == ".md":
        return [prose.one_line(CHAPTERS[chapter].read_text(encoding="utf-8"))]
    cells = read(CHAPTERS[chapter]).cells
    return [prose.one_line(c.source) for c in cells if c.cell_type == "markdown"]


def only_place(chapter, fragment):
    """Return the numbers of a fragment that stands in one place of a chapter."""
    found = [place for text in texts(chapter) for place in prose.places(fragment, text)]
    assert found, f"no such sentence in {chapter}: {fragment}\nIs it still needed?{HELP}"
    assert len(found) == 1, f"{len(found)} such sentences in {chapter}: {fragment}"
    return found[0]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_number_is_registered(chapter):
    fragments = [f for c, f in [*SETTINGS, *prose.RESULTS] if c == chapter]
    unknown = []
    for text in texts(chapter):
        covered = [(m.start(1), m.end(1)) for m in prose.NAME.finditer(text)]
        for fragment in fragments:
            covered += [(q.start, q.end) for place in prose.places(fragment, text) for q in place]
        for found in prose.numbers(text):
            if not any(start <= found.start() and found.end() <= end for start, end in covered):
                around = text[max(0, found.start() - 60) : found.end() + 30]
                unknown.append(f"{found[0]}: ...{around}...")
    assert not unknown, f"not registered, in {chapter}:\n" + "\n".join(unknown) + HELP


@pytest.mark.parametrize(("chapter", "fragment"), prose.RESULTS)
def test_a_result_is_computed_again(chapter, fragment):
    printed = only_place(chapter, fragment)
    computed = prose.values(prose.RESULTS[chapter, fragment])
    assert len(printed) == len(computed), "one value for each #"
    for number, value in zip(printed, computed):
        assert prose.agrees(number, value), f"the prose says {number.text}, computed is {value:.6g}"


# Where a setting stands.


AS_CODE = r"(\d[\d_]*(?:\.\d+)?(?:e-?\d+)?|\.\d+)"


@cache
def source_of(chapter, place):
    """Return the text of a place: the code of the chapter, a claim in the ledger, a module."""
    if place == "code":
        cells = [c.source for c in read(CHAPTERS[chapter]).cells if c.cell_type == "code"]
        return "\n".join(cells)
    if place in prose.claims():
        entry = prose.claims()[place]
        assert f"{entry['part']}/{entry['chapter']}" == chapter, f"a claim of another page: {place}"
        own = {k: v for k, v in entry.items() if k not in ("title", "statement")}  # that is prose
        return json.dumps(own, ensure_ascii=False)
    return Path(importlib.import_module(place).__file__).read_text(encoding="utf-8")


def given_at(chapter, where):
    """Return the numbers that a place gives, or None if it is a reason in words."""
    place, _, fragment = where.partition(" ")
    if place == "words:":
        assert len(fragment.split()) > 3, f"no reason: {where!r}"
        return None
    if not fragment:
        module, name = place.rsplit(":", 1)
        return [float(attrgetter(name)(importlib.import_module(module)))]
    pattern = AS_CODE.join(re.escape(part) for part in fragment.split("#"))
    found = set(re.findall(pattern, source_of(chapter, place)))
    assert len(found) == 1, f"{len(found)} places in {place} with {fragment}"
    (numbers,) = found
    return [float(x) for x in ([numbers] if isinstance(numbers, str) else numbers)]


@pytest.mark.parametrize(("chapter", "fragment"), SETTINGS)
def test_a_setting_is_the_one_of_the_code(chapter, fragment):
    printed = only_place(chapter, fragment)
    found = given_at(chapter, GIVEN[chapter][fragment])
    if found is None:
        return
    if len(found) == 1:
        found *= len(printed)
    for number, value in zip(printed, found, strict=True):
        forms = number.value, number.value / number.unit  # 5 % is 0.05 or 5
        assert any(abs(abs(form) - value) < 1e-9 for form in forms), (
            f"the prose says {number.text}, the code {value:g}"
        )


def test_names_in_sources_are_known():
    """The number of a theorem is that of a claim, or of a statement that the book does not hold."""
    told = " ".join(f"{entry['source']} {entry['number']}" for entry in prose.claims().values())
    known = set(re.findall(r"\d+\.\d+", told))
    held = yaml.safe_load((ROOT / "book/numbers.yml").read_text(encoding="utf-8"))
    known |= {name.split()[-1] for paper in held.values() for name in paper}
    papers = (ROOT / "book/references.bib").read_text(encoding="utf-8")
    known |= set(re.findall(r"\d+\.\d+", papers))
    said = {
        (chapter, found[0], found[1])
        for chapter in CHAPTERS
        for text in texts(chapter)
        for found in prose.NAME.finditer(text)
    }
    assert {x for x in said if x[2] not in known} == set()


@pytest.mark.parametrize(
    ("said", "value", "right"),
    [
        ("rises by 17 % here", 0.1708, True),
        ("rises by 17 % here", 0.1751, False),
        ("rises by 17\\% here", 0.1749, True),
        ("rises by 0.30 here", 0.2951, True),
        ("rises by 0.30 here", 0.3049, True),
        ("rises by -0.30 here", 0.3, False),
        ("rises by 450 000 here", 450_400, True),
        ("rises by 450 000 here", 456_000, False),
        ("rises by 9\\,477\\,632 here", 9_477_632, True),
        ("rises by 9\\,477\\,632 here", 9_477_633, False),
        ("rises by 22.3 million here", 22_343_424, True),
        ("rises by 0.0095 here", prose.AtMost(0.00949), True),
        ("rises by 0.0095 here", prose.AtMost(0.00951), False),
        ("rises by 0.0096 here", prose.AtMost(0.00949), False),
    ],
)
def test_a_printed_number_is_a_value_rounded(said, value, right):
    ((number,),) = prose.places("rises by # here", said)
    assert bool(prose.agrees(number, value)) is right


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "at $n=0.5$ and $\\le3.04K$, by 5 %, 12\\% and 10 000",
            ["0.5", "3.04", "5", "12", "10 000"],
        ),
        (
            "```{prf:theorem} A title :label: a-0.5 At 0.9 the `rate=0.2` of {ref}`a 0.7` ```",
            ["0.9"],
        ),
        ("three of 16, in 2024, as [said](https://x.y/1.5)", []),
    ],
)
def test_which_numbers_are_registered(said, found):
    assert [x[0] for x in prose.numbers(said)] == found

"""The plain notebooks of the whole book, against the notebooks and pages that they come from."""

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat.validator import iter_validate

from tests.site import checks
from tools.notebooks import ROOT, code_cells, notebooks, read, setup_cell
from tools.plain.markdown import MATH
from tools.plain.notebook import FOLDED, revision

pytestmark = pytest.mark.site

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
MACROS = CONFIG["sphinx"]["config"]["math_macros"]
SITE = CONFIG["html"]["baseurl"]
PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
FORMULA = re.compile(MATH, re.DOTALL)
FENCED = re.compile(r"^(`{3,})(?!\{).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<![}`])(`{1,2})(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
LEFT = re.compile(
    r"\{[a-z][a-z:]*\}`|`{3,}\{|^:{3,}|^:[a-z]+:|^\([\w-]+\)=$|\{\{|\]\(#|\]\(\)", re.MULTILINE
)
NUMBER = re.compile(r"^(?:> \[?\*\*|### |\*)((?:[A-Z][a-z]+\.?) \d+(?:\.\d+)?)\b", re.MULTILINE)


@cache
def pair(site, name):
    """Return the plain notebook of a page, and the notebook with outputs that it was made of."""
    return read(site / "_sources" / name), read(site.parent / "stage" / name)


@pytest.fixture(params=[p.relative_to(ROOT).as_posix() for p in notebooks()])
def name(request):
    return request.param


def words(notebook):
    """Return the text of all cells of text."""
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def without_code(text):
    return CODE.sub("", FENCED.sub("", text))


def left_over(text):
    """Return the constructs of MyST in a text, code apart."""
    return [m[0] for m in LEFT.finditer(FORMULA.sub("", without_code(text)))]


def test_nothing_is_left_that_only_the_builder_understands(site, name):
    assert left_over(words(pair(site, name)[0])) == []


@pytest.mark.parametrize(
    "text",
    [
        "A {term}`word`.",
        "```{note}\nx\n```",
        ":::{note}",
        ":label: x",
        "(here)=",
        "[](#x)",
        "{{x}}",
    ],
)
def test_what_is_left_would_be_found(text):
    """Negative control."""
    assert len(left_over(text)) == 1
    assert left_over(f"````\n{text}\n````") == []


def test_code_and_outputs_are_the_same(site, name):
    """Byte for byte, but for the commit in the first cell."""
    plain, full = (code_cells(notebook) for notebook in pair(site, name))
    assert [c.id for c in plain] == [c.id for c in full]
    assert [c.outputs for c in plain] == [c.outputs for c in full]
    assert [c.execution_count for c in plain] == [c.execution_count for c in full]
    first, *others = ([c.source for c in cells] for cells in zip(plain, full))
    assert first == [setup_cell(revision=revision()).source, setup_cell().source]
    assert all(ours == theirs for ours, theirs in others)


def expanded(formula):
    """Return a formula with macros expanded, without white space."""
    for macro, meaning in MACROS.items():
        formula = re.sub(rf"\\{macro}(?![A-Za-z])", lambda _, m=meaning: m, formula)
    return re.sub(r"[\s{}]|^>", "", formula)


def formulas(text):
    """Return the formulas of a text, code apart."""
    return [expanded(m[0].replace("\n>", "\n")) for m in FORMULA.finditer(without_code(text))]


def test_every_formula_is_there_and_no_macro(site, name):
    plain, full = (words(notebook) for notebook in pair(site, name))
    there = formulas(plain)
    missing = [f for f in formulas(full) if f not in there]
    assert missing == []
    names = "|".join(MACROS)
    found = [
        m[0] for m in FORMULA.finditer(plain) if re.search(rf"\\(?:{names})(?![A-Za-z])", m[0])
    ]
    assert found == []


def cut_formulas(text):
    """Return the formulas that a Markdown parser does not see whole."""
    seen = set()

    def walk(tokens):
        for token in tokens:
            if token.type.startswith("math"):
                seen.add(re.sub(r"[\s]", "", token.content))
            walk(token.children or [])

    walk(PARSER.parse(text))
    asked = [m[0].strip("$") for m in FORMULA.finditer(without_code(text))]
    return [f for f in asked if re.sub(r"\s", "", f) not in seen]


def test_markdown_cuts_no_formula(site, name):
    plain = pair(site, name)[0]
    texts = [c.source for c in plain.cells if c.cell_type == "markdown"]
    # What stands in a folded block is HTML to this parser, and text to those of notebooks.
    texts = [re.sub(r"</?(?:details|summary)>", "\n\n", text) for text in texts]
    assert [f for text in texts for f in cut_formulas(text)] == []


def test_a_cut_formula_would_be_found():
    """Negative control."""
    assert cut_formulas("a $x$ b") == []
    assert cut_formulas("| $a|b$ |\n|---|---|\n| 1 | 2 |") != []


def numbers_of_the_page(site, name):
    """Return the numbers of statements, exercises and figures on a page, in order."""
    page = checks.page_at((site / name).with_suffix(".html"))
    return [n.get_text().strip() for n in checks.article(page).select("span.caption-number")]


def test_the_numbers_are_those_of_the_site_in_their_order(site, name):
    shown = NUMBER.findall(words(pair(site, name)[0]))
    assert shown == numbers_of_the_page(site, name)


def test_links_into_the_site_find_page_and_anchor(site, name):
    plain = words(pair(site, name)[0])
    faults, count = [], 0
    for href in re.findall(r"\]\(([^()\s]+)\)", plain):
        assert "://" in href, href
        if not href.startswith(SITE.rstrip("/")):
            continue
        count += 1
        parts = urlsplit(href.removeprefix(SITE.rstrip("/")).lstrip("/") or "index.html")
        target = site / unquote(parts.path)
        if not target.exists() or (
            parts.fragment and unquote(parts.fragment) not in checks.anchors(target)
        ):
            faults.append(href)
    assert faults == []
    assert count >= 2


def test_solutions_fold_and_evidence_too(site, name):
    plain, full = pair(site, name)
    solutions = len(re.findall(r"\{solution-start\}", words(full)))
    headings = [c for c in plain.cells if c.metadata.get(FOLDED)]
    assert len(headings) == solutions
    assert all(re.fullmatch(r"#### Solution of Exercise [\d.]+", c.source) for c in headings)
    assert plain.metadata["colab"]["collapsed_sections"] == [c.metadata["id"] for c in headings]
    for cell in code_cells(plain):
        certified = "nbval-check-output" in cell.metadata.get("tags", [])
        assert not certified or cell.metadata["jupyter"]["source_hidden"], cell.source


def test_the_pages_name_the_book_and_themselves(site, name):
    first = pair(site, name)[0].cells[0].source
    assert re.match(r"# .+\n\n\*A page of the book \[", first)
    assert f"]({SITE}{name.replace('.ipynb', '.html')})" in first


def test_the_notebooks_are_valid(site, name):
    assert list(iter_validate(pair(site, name)[0])) == []

"""The page builder's own parts: statements without a number, evidence folded, one bar for two."""

import importlib
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.book.built import STRICT, sphinx
from tools.notebooks import ROOT

CONF = """\
import sys

sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "sphinx_proof", "iclnb_evidence", "iclnb_page", "iclnb_type"]
exclude_patterns = ["_build"]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "dollarmath"]
numfig = True
html_theme = "sphinx_book_theme"
html_static_path = [{static!r}]
"""

CARD = (
    '<details class="iclnb-card" data-claim="a-b" data-verdict="exact">'
    "<summary><b>exact</b> a line of p_1 &gt;= 5 %</summary>"
    "<div>The card of <code>p_1</code>, \\(p_1\\).</div></details>"
)

PROSE = """\
# A page

:::{prf:theorem} A true one
:label: a-b
True.
:::

:::{printed-wrong} The display $x=y$, as printed
:label: c-d

Wrong.

```{math}
x = y
```
:::

:::{stated} Of $n$ examples
:label: e-f
One line.
:::

:::{stated} A name
:label: g-h
Another line.
:::

```{toctree}
other
```

Bound ($x$), then $y$; the $k$-th of 7 %. *Here*, $d$, $n$, $m$, and so on.

:::{prf:lemma} A name (Somebody, Lemma 2)
:label: k-l
True.
:::

See {prf:ref}`a-b`, {prf:ref}`c-d`, {prf:ref}`e-f`, {prf:ref}`g-h`, {prf:ref}`here <c-d>`,
{ref}`g-h`.
"""


UNTITLED = "# A page\n\n:::{stated}\n:label: e-f\nOne line.\n:::\n"


def cell(source, *tags, html=None, text=None):
    """Return a code cell, with an output of HTML or of text."""
    outputs = []
    for mime, data in (("text/html", html), ("text/plain", text)):
        if data:
            outputs.append(nbformat.v4.new_output("display_data", {mime: data}))
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two pages, built with warnings as errors."""
    root = tmp_path_factory.mktemp("site")
    form = {"ext": str(ROOT / "book/_ext"), "static": str(ROOT / "book/_static")}
    (root / "conf.py").write_text(CONF.format(**form), encoding="utf-8")
    cells = [
        nbformat.v4.new_markdown_cell(PROSE),
        cell("hidden = 1", "hide-input"),
        cell("also_hidden = 1", "hide-input"),
        cell("certify()", "hide-input", html=CARD),
        cell("first = 1", "hide-input"),
        cell("second = 2", "hide-input"),
        cell("third = 3", "hide-input", text="a number"),
        cell("seen = 1"),
        cell("alone = 1", "hide-input", text="another"),
    ]
    write(root / "index.ipynb", cells)
    other = CARD.replace("a-b", "i-j")
    toc = "# Another\n\n:::{prf:lemma} One\n:label: i-j\nText.\n:::"
    write(root / "other.ipynb", [nbformat.v4.new_markdown_cell(toc), cell("certify()", html=other)])
    done = sphinx(root, *STRICT)
    assert done.returncode == 0, done.stderr
    return root / "_build"


def write(path, cells):
    """Write a notebook."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def page(built):
    """The first page."""
    return BeautifulSoup((built / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_what_is_printed_and_wrong_says_so_in_its_title(page):
    box = page.find(id="c-d")
    assert {"admonition", "iclnb-wrong"} <= set(box["class"])
    title = box.find(class_="admonition-title")
    assert title.get_text(" ", strip=True).startswith("Printed, and wrong The display")
    assert title.find(class_="iclnb-mark").get_text() == "Printed, and wrong"
    assert title.find(class_="math")
    assert len(box.find_all(class_="math")) == 2
    assert not re.search(r"\d", title.get_text())


def test_a_stated_claim_is_a_paragraph_with_an_anchor(page):
    line = page.find(id="e-f")
    assert line.get_text(strip=True) == "One line."
    assert line["class"] == ["iclnb-stated"]


def test_references_lead_to_all_of_them(page):
    links = [a for a in page.find_all("a", class_="internal") if a.get("href", "")[1:2] != ""]
    found = [(a["href"], a.get_text(strip=True)) for a in links]
    for expected in (
        ("#a-b", "Theorem 1"),
        ("#g-h", "A name"),
        ("#c-d", "here"),
    ):
        assert expected in found
    assert sum(href == "#g-h" for href, _ in found) == 2
    titled = [a for a in links if a["href"] in ("#c-d", "#e-f") and a.get_text() != "here"]
    assert [a.get_text(strip=True).split("\\")[0] for a in titled] == ["The display", "Of"]
    assert all(a.find(class_="math") for a in titled)


def test_a_statement_without_a_title_is_refused(tmp_path):
    """A reference to it could say nothing."""
    form = {"ext": str(ROOT / "book/_ext"), "static": str(ROOT / "book/_static")}
    (tmp_path / "conf.py").write_text(CONF.format(**form), encoding="utf-8")
    write(tmp_path / "index.ipynb", [nbformat.v4.new_markdown_cell(UNTITLED)])
    done = sphinx(tmp_path)
    assert "1 argument(s) required" in done.stderr


def test_a_certificate_is_folded_under_its_line(page):
    (fold,) = page.find_all("details", class_="iclnb-evidence")
    assert fold["id"] == "evidence-a-b"
    assert not fold.has_attr("open")
    (summary,) = fold.find_all("summary")
    assert summary.get_text() == "exact a line of p1 ≥ 5\u00a0%"
    assert summary.find("sub").get_text() == "1"
    card = fold.find(class_="iclnb-card")
    assert card.name == "div"
    assert card["data-claim"] == "a-b"
    assert card.get_text() == "The card of p_1, \\(p_1\\)."
    sources = [pre.get_text().strip() for pre in fold.find_all("pre")]
    assert sources == ["hidden = 1", "also_hidden = 1", "certify()"]


def test_a_line_does_not_break_between_a_formula_and_its_signs(page):
    bound = [node.get_text() for node in page.find_all(class_="iclnb-bound")]
    assert {"(\\(x\\)),", "\\(y\\);", "\\(k\\)-th"} <= set(bound)
    assert "of 7\u00a0%." in page.get_text()
    assert "Here, \\(d\\), \\(n\\), \\(m\\), and so on." in page.get_text()  # each once


def test_the_ledger_says_what_a_program_prints_as_readers_expect_it(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book/_ext")
    parts = list(importlib.import_module("iclnb_type")._set("out of 2^64, K - 1 >= p_1"))
    kinds = [type(part).__name__ for part in parts]
    assert kinds == ["Text", "superscript", "Text", "subscript"]
    assert "".join(part.astext() for part in parts) == "out of 264, K − 1 ≥ p1"


def test_the_source_of_a_theorem_stands_in_one_pair_of_brackets(page):
    title = page.find(id="k-l").find(class_="admonition-title")
    assert title.get_text().endswith("(A name; Somebody, Lemma 2)")


def test_hidden_sources_in_a_row_have_one_bar(page):
    bars = page.find_all("details", class_="hide")
    texts = [bar.find_all("pre") for bar in bars]
    assert [[pre.get_text().strip() for pre in one] for one in texts] == [
        ["first = 1", "second = 2", "third = 3"],
        ["alone = 1"],
    ]
    assert "a number" in bars[0].parent.get_text()


@pytest.fixture
def tab(built, browser):
    """A tab of a browser that keeps what pages remember; returns a function that opens a page."""
    context = browser.new_context(viewport={"width": 1200, "height": 700})
    one = context.new_page()

    def opened(address):
        one.goto("about:blank")
        one.goto(f"{built.as_uri()}/{address}")
        return one

    yield opened
    context.close()


FOLD = "details.iclnb-evidence"


def is_open(tab):
    return tab.locator(FOLD).first.evaluate("fold => fold.open")


@pytest.mark.browser
class TestInTheBrowser:
    def test_the_keyboard_opens_a_card(self, tab):
        page = tab("index.html")
        assert not is_open(page)
        assert not page.get_by_text("The card of").is_visible()
        page.locator(f"{FOLD} > summary").focus()
        page.keyboard.press("Enter")
        assert is_open(page)
        assert page.get_by_text("The card of").is_visible()

    def test_the_switch_opens_all_and_is_remembered_on_the_next_page(self, tab):
        page = tab("index.html")
        switch = page.get_by_role("switch", name="Show all evidence")
        assert switch.get_attribute("aria-checked") == "false"
        switch.press("Space")
        assert switch.get_attribute("aria-checked") == "true"
        assert is_open(page)
        page = tab("other.html")
        assert is_open(page)
        page.get_by_role("switch").click()
        assert not is_open(page)
        assert not is_open(tab("index.html"))

    def test_a_link_to_a_card_opens_it(self, tab):
        page = tab("index.html#evidence-a-b")
        assert is_open(page)
        assert page.locator(FOLD).first.evaluate(
            "fold => Math.abs(fold.getBoundingClientRect().top) < innerHeight"
        )
        page = tab("index.html")
        page.evaluate("location.hash = 'evidence-a-b'")
        page.wait_for_function(f"document.querySelector('{FOLD}').open")

    def test_on_paper_the_line_alone(self, tab):
        page = tab("index.html#evidence-a-b")
        page.emulate_media(media="print")
        assert page.locator(f"{FOLD} > summary").is_visible()
        assert not page.get_by_text("The card of").is_visible()
        assert not page.get_by_role("switch").is_visible()


@pytest.mark.browser
def test_the_table_of_the_ledger_is_sorted_by_what_is_clicked(tmp_path, browser):
    script = (ROOT / "book/_static/iclnb-evidence.js").as_uri()
    rows = (("b", "10", "1e99"), ("a", "9", "0.5"), ("c", "1", "2e-3"))
    body = "".join(
        "<tr>" + "".join(f'<td data-order="{key}">{key}</td>' for key in row) + "</tr>"
        for row in rows
    )
    (tmp_path / "page.html").write_text(
        "<table class='iclnb-sortable'><thead><tr><th>name</th><th>count</th><th>size</th></tr>"
        f"</thead><tbody>{body}</tbody></table><script src='{script}'></script>",
        encoding="utf-8",
    )
    tab = browser.new_page()
    tab.goto((tmp_path / "page.html").as_uri())

    def column():
        return "".join(tab.locator("tbody tr td:first-child").all_inner_texts())

    orders = []
    for name in ("name", "count", "size", "size"):
        tab.get_by_role("button", name=name).click()
        orders.append(column())
    assert orders == ["abc", "cab", "cab", "bac"]
    assert tab.locator("th").nth(2).get_attribute("aria-sort") == "descending"
    assert tab.locator("th").nth(0).get_attribute("aria-sort") is None
    tab.close()

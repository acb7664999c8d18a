"""The page builder's own parts: statements without a number, evidence folded, one bar for two."""

import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from tools.notebooks import ROOT

CONF = """\
import sys

sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "sphinx_proof", "iclnb_evidence"]
exclude_patterns = ["_build"]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "dollarmath"]
numfig = True
"""

CARD = (
    '<details class="iclnb-card" data-claim="a-b" data-verdict="exact">'
    "<summary><b>exact</b> a line</summary><div>The card.</div></details>"
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

:::{stated}
:label: e-f
One line.
:::

:::{stated} A name
:label: g-h
Another line.
:::

See {prf:ref}`a-b`, {prf:ref}`c-d`, {prf:ref}`e-f`, {prf:ref}`g-h`, {prf:ref}`here <c-d>`,
{ref}`g-h`.
"""


def cell(source, *tags, html=None, text=None):
    """Return a code cell, with an output of HTML or of text."""
    outputs = []
    for mime, data in (("text/html", html), ("text/plain", text)):
        if data:
            outputs.append(nbformat.v4.new_output("display_data", {mime: data}))
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page, built with warnings as errors."""
    root = tmp_path_factory.mktemp("site")
    (root / "conf.py").write_text(CONF.format(ext=str(ROOT / "book/_ext")))
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
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    (root / "index.ipynb").write_text(nbformat.writes(notebook))
    build = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run([*build, ".", "_build"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return BeautifulSoup((root / "_build/index.html").read_text(), "html.parser")


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
        ("#e-f", "statement"),
        ("#g-h", "A name"),
        ("#c-d", "here"),
    ):
        assert expected in found
    assert sum(href == "#g-h" for href, _ in found) == 2
    (titled,) = (a for a in links if a["href"] == "#c-d" and a.get_text() != "here")
    assert titled.find(class_="math")


def test_a_certificate_is_folded_under_its_line(page):
    (fold,) = page.find_all("details", class_="iclnb-evidence")
    assert fold["id"] == "evidence-a-b"
    assert not fold.has_attr("open")
    (summary,) = fold.find_all("summary")
    assert summary.get_text() == "exact a line"
    card = fold.find(class_="iclnb-card")
    assert card.name == "div"
    assert card["data-claim"] == "a-b"
    assert card.get_text() == "The card."
    sources = [pre.get_text().strip() for pre in fold.find_all("pre")]
    assert sources == ["hidden = 1", "also_hidden = 1", "certify()"]


def test_hidden_sources_in_a_row_have_one_bar(page):
    bars = page.find_all("details", class_="hide")
    texts = [bar.find_all("pre") for bar in bars]
    assert [[pre.get_text().strip() for pre in one] for one in texts] == [
        ["first = 1", "second = 2", "third = 3"],
        ["alone = 1"],
    ]
    assert "a number" in bars[0].parent.get_text()

"""What is measured on a page: the arithmetic, and what a browser sees of known heights."""

import pytest

from tools.notebooks import ROOT
from tools.reading import GOALS, KINDS, chapters, measure, reading, table


def raw(**changes):
    """Return what the browser says of a page that meets every goal."""
    return {
        "heights": {"prose": 4000, "figures": 3000, "boxes": 1000, "code": 2000},
        "words": 1800,
        "formulas": 30,
        "figures": 5,
        "cards": 12,
        "boxes": 12,
        "figure": 900,
        "slider": 2400,
        "said": 25,
        **changes,
    }


def test_the_arithmetic():
    one = reading("part/first", raw(), 123456)
    assert one.shares["prose"] == 0.4
    assert sum(one.shares.values()) == pytest.approx(1)
    assert set(one.shares) == set(KINDS)
    assert one.explained == pytest.approx(0.7)
    assert (one.figure, one.slider) == (0.9, 2.4)
    assert one.minutes == pytest.approx(10 + 4 + 5 + 4)
    assert one.kilobytes == pytest.approx(123.456)
    assert one.faults() == []


@pytest.mark.parametrize(
    ("changes", "size", "fault"),
    [
        ({"heights": {"prose": 3000, "figures": 2900, "code": 4100}}, 1, "59% of the height"),
        ({"figure": 1510}, 1, "first figure comes after 1.5 screens"),
        ({"slider": 3001}, 1, "first slider comes after 3.0 screens"),
        ({"figure": None}, 1, "no figure"),
        ({"slider": None}, 1, "no slider"),
        ({"boxes": 17}, 1, "17 boxes"),
        ({"words": 9000, "said": 60}, 1, "63 minutes"),
        ({"said": 17}, 1, "says 17 minutes, takes 23"),
        ({"said": None}, 1, "says None minutes"),
        ({}, 600001, "600 kilobytes"),
    ],
)
def test_every_goal_can_be_missed(changes, size, fault):
    (found,) = reading("part/first", raw(**changes), size).faults()
    assert fault in found
    assert len(GOALS) == 6


def test_the_table_has_a_row_a_page():
    lines = table([reading("part/first", raw(slider=None), 1000)]).splitlines()
    assert lines[0].split()[0] == "chapter"
    assert lines[1].split()[:3] == ["part/first", "40%", "30%"]
    assert lines[1].split()[-5:] == ["0.9", "-", "12", "23", "1"]


def test_the_chapters_are_all_notebooks_but_the_first_page():
    names = [path.relative_to(ROOT).as_posix() for path in chapters()]
    assert "book/index.ipynb" not in names
    assert "book/foundations/in-context-learning.ipynb" in names


PAGE = """\
<!DOCTYPE html><html><head><style>* { margin: 0; padding: 0; border: 0; }
.h100 { height: 100px; } .h200 { height: 200px; } summary { height: 20px; }</style></head><body>
<div style="height: 300px"></div>
<article class="bd-article"><section><h1 class="h100">One two</h1>
<p class="h100 iclnb-before">Three <span class="math">\\(x\\)</span> 12 minutes.</p>
<section><div class="proof h200"><p>Five <span class="math">\\(y\\)</span></p></div>
<details class="iclnb-evidence" open><summary>line</summary>
  <div class="cell"><div class="cell_input h200"><pre>code</pre></div>
  <div class="cell_output"><div class="iclnb-card h200">card words</div></div></div></details>
<div class="cell"><div class="cell_input h100"><pre>seen</pre></div>
  <div class="cell_output h100"><pre>3</pre></div></div>
<div class="cell"><details class="hide"><summary>bar</summary>
  <div class="cell_input h200"></div></details>
  <div class="cell_output"><div class="iclnb-explore"><figure class="h200"></figure></div></div>
</div>
<figure class="h100"></figure>
<div class="cell"><div class="cell_output"><div class="iclnb-card h100">open</div></div></div>
<div class="exercise h100"><p>Six</p></div>
<div class="admonition h100"><p>Seven</p></div>
<div class="admonition dropdown h100"><p>A folded proof <span class="math">\\(z\\)</span></p></div>
</section></section></article></body></html>
"""


@pytest.mark.browser
def test_what_the_browser_sees(tmp_path, browser):
    (tmp_path / "book/part").mkdir(parents=True)
    (tmp_path / "book/part/first.html").write_text(PAGE, encoding="utf-8")
    notebook = tmp_path / "book/part/first.ipynb"
    notebook.write_text("x" * 2000, encoding="utf-8")

    one = measure(browser, tmp_path, [notebook], tmp_path)[0]
    assert one.page == "part/first"
    heights = {"prose": 400, "figures": 300, "boxes": 200, "exercises": 100, "code": 100}
    heights |= {"outputs": 100, "bars": 20, "evidence": 120}
    total = sum(heights.values())
    assert one.shares == {kind: pytest.approx(heights[kind] / total) for kind in KINDS}
    # 300 above, two texts of 100, the box of 200, the line of 20, code and output of 100, the bar
    assert one.slider == one.figure == pytest.approx((300 + 200 + 200 + 20 + 200 + 20) / 1000)
    assert one.boxes == 1
    assert one.said == 12
    assert one.minutes == pytest.approx(
        (8 / 3 + 2 * 8 + 2 * 60 + 20) / 60
    )  # "line" and one open card; "Six" is an exercise
    assert one.kilobytes == 2

"""Lean pages: nothing that is seen or followed is lost."""

import importlib.util
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from tools.notebooks import ROOT


@pytest.fixture(scope="module")
def ext():
    spec = importlib.util.spec_from_file_location("iclnb_lean", ROOT / "book/_ext/iclnb_lean.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = """<article><div class="highlight"><pre><span></span><span class="kn">import</span>
<span class="w">    </span><span class="n">a</span><span class="o">=</span><span class="p">(</span>
</pre></div><dt class="sig sig-object py" id="iclnb.a.f">
<span class="sig-name"><span class="pre">f</span></span><em class="sig-param"><span class="n">
<span class="pre">x</span></span><span class="o"><span class="pre">=</span></span></em></dt>
<code class="docutils literal notranslate"><span class="pre">f(x)</span></code>
<code class="docutils literal notranslate"><span class="pre">a</span> <span class="pre">b</span>
</code>
<a class="reference internal" href="x.html#iclnb.a.f" title="iclnb.a.f">
<code class="xref py py-obj docutils literal notranslate">f</code></a>
<a class="reference internal" href="x.html#iclnb.a.f" title="another">f</a></article>"""


def test_the_text_and_the_addresses_stay(ext):
    before, after = (BeautifulSoup(t, "html.parser") for t in (PAGE, ext.lean(PAGE)))
    assert after.get_text() == before.get_text()
    assert [a["href"] for a in after.find_all("a")] == [a["href"] for a in before.find_all("a")]
    assert [n["id"] for n in after.find_all(id=True)] == ["iclnb.a.f"]


def test_what_gives_a_colour_stays_and_what_gives_none_goes(ext):
    page = BeautifulSoup(ext.lean(PAGE), "html.parser")
    assert [n["class"] for n in page.select("pre span[class]")] == [["kn"], ["o"]]
    assert page.select("dt .pre, dt .n") == []
    assert page.select("dt .sig-name, dt .sig-param, dt .o") != []
    assert len(page.select("code .pre")) == 2  # between two words a line may break
    assert [c["class"] for c in page.find_all("code")][1:] == [
        ["literal", "notranslate"],
        ["xref", "literal", "notranslate"],
    ]
    assert [a.get("title") for a in page.find_all("a")] == [None, "another"]


def test_the_marks_that_go_have_the_colour_of_code_in_both_themes(ext):
    """The style sheets of the themes of code, as the page builder makes them."""
    from pygments.formatters import HtmlFormatter
    from pygments.styles import get_style_by_name

    for name in ("a11y-high-contrast-light", "a11y-high-contrast-dark"):
        rules = HtmlFormatter(style=get_style_by_name(name)).get_style_defs("X")
        base = re.search(r"^X \{.*?color: (#\w+)", rules, re.MULTILINE)[1]
        for mark in ("n", "nn", "nx", "p", "w"):
            own = re.search(rf"^X \.{mark} \{{ (.*?) \}}", rules, re.MULTILINE)
            assert own is None or own[1] == f"color: {base}", (name, mark)
        assert f"X .o {{ color: {base} }}" not in rules


def points(path):
    """The points of a path, absolute."""
    out, at = [], (0.0, 0.0)
    for command, body in re.findall(r"([MLlZ])([^MLlZ]*)", path):
        numbers = [float(x) for x in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", body)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            at = (at[0] + x, at[1] + y) if command == "l" else (x, y)
            out.append(at)
    return np.array(out)


def test_a_drawing_keeps_its_points_to_a_tenth_of_a_pixel(ext):
    """Also after hundreds of steps."""
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(size=(500, 2)), axis=0)
    path = "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in walk) + "ZM-0.5,3L1.25,0.04Z"
    short = ext.shortened(path)
    assert len(short) < 0.7 * len(path)
    assert short.count("Z") == 2
    found, wanted = points(short), points(path)
    apart = np.abs(found[:, None] - wanted[None]).max(axis=-1)
    assert apart.min(axis=0).max() < 0.11  # a point that falls on the one before it is left out
    assert np.abs(found[-1] - [1.25, 0.04]).max() < 0.06


def test_only_lines_are_written_short(ext):
    curve = '<path d="M1,2C3,4,5,6,7,8"/><path d="M27 8V302H321"/>'
    assert ext.lean(curve) == curve
    assert ext.lean('<path d="M1,2L3.5,2.61"/>') == '<path d="M1 2l2.5 .6"/>'


@pytest.mark.parametrize(
    ("entry", "alone", "short"),
    [
        ("f() (in module iclnb.part.chapter.file)", False, "f() (in part.chapter)"),
        ("f() (in module iclnb.part.chapter.file)", True, "f()"),
        ("f() (in module iclnb.draws)", False, "f() (in draws)"),
        ("C (class in iclnb.part.chapter.file)", False, "C (class in part.chapter)"),
        ("C (class in iclnb.part.chapter.file)", True, "C (class)"),
        ("size (iclnb.part.chapter.file.Curve property)", True, "size (Curve property)"),
        ("plain words (and more)", True, "plain words (and more)"),
    ],
)
def test_an_entry_of_the_index_names_its_owner_shortly(ext, entry, alone, short):
    assert ext.owned(entry, alone) == short

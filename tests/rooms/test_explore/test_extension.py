"""What the page builder makes of a slider figure."""

import importlib.util
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from tools.notebooks import ROOT

PATH = ROOT / "book" / "_ext" / "iclnb_explore.py"


@pytest.fixture(scope="module")
def extension():
    spec = importlib.util.spec_from_file_location("iclnb_explore_extension", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def transformed(extension, html, kind="html"):
    document = new_document("x")
    document.settings.env = SimpleNamespace(docname="book/part/page")
    holder = nodes.container()
    document += holder
    holder += nodes.raw("", html, format=kind)
    extension.SliderFigures(document).apply()
    return document


def test_it_becomes_a_figure_with_a_name_and_a_caption(extension, static):
    document = transformed(extension, static.html())
    (figure,) = document.findall(nodes.figure)
    assert figure["ids"] == figure["names"] == ["fig-every-role"]
    assert document.nameids["fig-every-role"] == "fig-every-role"
    inner, caption = figure.children
    assert caption.astext() == "What to see in p1."
    (small,) = caption.findall(nodes.subscript)
    assert small.astext() == "1"
    text = inner.astext()
    address = r'<div class="xf" data-from="\.\./\.\./_figures/fig-every-role\.js\?v=\w+">'
    assert re.match(address, text)
    assert "<script" not in text
    assert "<figure" not in text
    assert "figcaption" not in text
    assert '<svg class="xf-plot"' in text
    assert "<img" not in text


def test_a_caption_is_read_back(extension):
    parts = extension.caption("a &lt; b<sup>2</sup>, c<sub>k</sub>")
    assert [(type(p).__name__, p.astext()) for p in parts if p.astext()] == [
        ("Text", "a < b"), ("superscript", "2"), ("Text", ", c"), ("subscript", "k"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "html", ["<p>text</p>", '<figure id="fig-a"><img></figure>', "<section class='iclnb-card'>"]
)
def test_other_html_stays(extension, html):
    document = transformed(extension, html)
    assert not list(document.findall(nodes.figure))
    (raw,) = document.findall(nodes.raw)
    assert raw.astext() == html


def test_other_formats_stay(extension, static):
    assert not list(transformed(extension, static.html(), "latex").findall(nodes.figure))

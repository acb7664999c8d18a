"""What a page says of itself: one title, a description, a picture, short names in its contents."""

import io
import subprocess
import sys

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tools import preview
from tools.notebooks import ROOT

EXT = ROOT / "book" / "_ext"
CONF = f"""\
import sys

sys.path.insert(0, {str(EXT)!r})
project = "A book"
html_title = "A book"
html_baseurl = "https://example.org/x/"
extensions = ["myst_parser", "iclnb_head", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath"]
html_theme = "basic"
"""
QUESTION = "Does it say *what* it is about, in the first words that a reader sees?"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    source = tmp_path_factory.mktemp("book")
    for name, text in {
        "conf.py": CONF,
        "index.md": "# A book\n\nShort.\n\nThe first long paragraph of the book is this one.\n\n"
        "```{toctree}\none\nlibrary\n```\n",
        "one.md": f'# "One" & two\n\nOf $x$ and more than forty letters of words.\n\n{QUESTION}\n',
        "library.md": "# iclnb.part\n\n## iclnb.part.result\n\n### iclnb.part.result.run\n\nx\n",
    }.items():
        (source / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), f"{source}/_html"]
    subprocess.run(command, check=True)

    def read(page):
        return BeautifulSoup(
            (source / f"_html/{page}.html").read_text(encoding="utf-8"), "html.parser"
        )

    return read


def said(page):
    """Return what the meta elements of a page say."""
    metas = page.find_all("meta", attrs={"content": True})
    pairs = [(m.get("property") or m.get("name"), m["content"]) for m in metas]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_a_chapter(built):
    page = built("one")
    assert [t.get_text() for t in page.find_all("title")] == ["“One” & two — A book"]
    words = said(page)
    assert words["description"] == words["og:description"] == QUESTION.replace("*", "")
    assert words["og:title"] == "“One” & two"
    assert words["og:url"] == "https://example.org/x/one.html"
    assert words["og:image"] == "https://example.org/x/_static/preview.png"
    assert words["viewport"]


def test_the_first_page_has_its_title_once(built):
    page = built("index")
    assert page.title.get_text() == "A book"
    assert said(page)["og:type"] == "website"
    assert said(page)["description"] == "The first long paragraph of the book is this one."


def test_a_page_without_words_is_described_by_its_title(built):
    assert said(built("search"))["description"] == "Search: A book"


def test_contents_say_the_last_component(built):
    page = built("library")
    assert [h.get_text().rstrip("¶") for h in page.select("div.body :is(h1, h2, h3)")] == [
        "iclnb.part",
        "iclnb.part.result",
        "iclnb.part.result.run",
    ]
    contents = page.select_one("div.sphinxsidebar")
    links = [a.get_text() for a in contents.select("a[href^='#']")]
    assert links == ["iclnb.part", "result", "run"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A few\nwords.", "A few words."),
        ("One sentence. Another one that is too long.", "One sentence."),
        ("no end of a sentence is near here", "no end of a sentence is …"),
    ],
)
def test_a_description_ends_at_a_sentence_or_a_word(text, wanted):
    sys.path.insert(0, str(EXT))
    try:
        import iclnb_head
    finally:
        sys.path.remove(str(EXT))
    assert iclnb_head.shortened(text, 26) == wanted


class TestThePicture:
    def test_the_bars_add_up_to_the_answer(self):
        np.testing.assert_allclose(preview.shares().sum(), 32, rtol=1e-12)

    def test_it_is_small_and_has_the_size_that_the_page_names(self):
        data = preview.TARGET.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == preview.SIZE == (1200, 630)
        assert len(data) < 60_000

    def test_it_is_drawn_by_its_code(self):
        """Fonts differ by a pixel between versions: the picture is compared, not the bytes."""
        drawn, stored = (
            np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=float)
            for data in (preview.draw(), preview.TARGET.read_bytes())
        )
        assert np.abs(drawn - stored).mean() < 2

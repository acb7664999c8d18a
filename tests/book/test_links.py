"""The page builder's own parts that concern links and pictures: hints, redirects, four pictures."""

import base64
import importlib.util
import json
import re
import shutil

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from bs4 import BeautifulSoup

from iclnb import style
from tests.book.built import STRICT, sphinx
from tools.notebooks import ROOT, normalise, pages

EXTENSIONS = ROOT / "book/_ext"
CONF = """\
import sys

sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "sphinx_proof", "iclnb_figures", "iclnb_hover", "iclnb_redirects"]
exclude_patterns = ["_build", "_ext"]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist"]
numfig = True
html_baseurl = "https://example.org/x/"
root_doc = "book/index"
"""

INDEX = """\
# The first page

The first paragraph, with $x=y$ and {term}`risk`.

The second paragraph.

:::{prf:theorem} A name
:label: a-b
It holds that $x = y$, see {ref}`fig-here`.

```{math}
:label: eq-one
a = b
```
:::

## A section

Words of the section.

```{toctree}
words
new/other
```
"""

WORDS = """\
# Words

:::{glossary}
risk
  What is to be expected; see {prf:ref}`a-b`.

loss
error
  What was seen.
:::
"""

REDIRECTS = """\
# a comment

gone.html new/other.html
gone.html#part new/other.html#the-part
book/words#old-term index.html#a-b
"""


def extension(name):
    """Return a module of ``book/_ext``."""
    spec = importlib.util.spec_from_file_location(name, EXTENSIONS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hover, redirects = extension("iclnb_hover"), extension("iclnb_redirects")


def shown():
    """A figure's bundle and metadata, as a notebook stores them."""
    with mpl.rc_context():
        mpl.use("agg")
        style.use()
        figure, axes = style.subplots(1, 2, height=2)
        for ax in axes:
            ax.plot([0, 1], [0, 1])
        texts = {"caption": "Left: it rises, $y=x$.", "alt": "A line that rises from zero to one."}
        bundle, about = style.show(figure, name="fig-here", **texts)._repr_mimebundle_()
        plt.close("all")
    png = base64.b64encode(bundle["image/png"]).decode()
    return {**bundle, "image/png": png}, about


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A small site with the three extensions and a list of redirects of its own."""
    root = tmp_path_factory.mktemp("site")
    book = root / "book"
    (book / "new").mkdir(parents=True)
    copied = book / "_ext"
    copied.mkdir()
    for name in ("iclnb_figures", "iclnb_hover", "iclnb_redirects"):
        shutil.copy(EXTENSIONS / f"{name}.py", copied)
    (copied / "redirects.txt").write_text(REDIRECTS, encoding="utf-8")
    (root / "conf.py").write_text(CONF.format(ext=str(copied)), encoding="utf-8")
    data, about = shown()
    output = nbformat.v4.new_output("execute_result", data, metadata=about, execution_count=1)
    cells = [
        nbformat.v4.new_markdown_cell(INDEX),
        nbformat.v4.new_code_cell("show()", outputs=[output], execution_count=1),
    ]
    notebook = normalise(nbformat.v4.new_notebook(cells=cells), "key")
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    (book / "index.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    (book / "words.md").write_text(WORDS, encoding="utf-8")
    (book / "new/other.md").write_text(
        "# The other\n\n(the-part)=\n## Its part\n\nWords.\n", encoding="utf-8"
    )
    done = sphinx(root, *STRICT)
    assert done.returncode == 0, done.stderr
    return root / "_build"


def page(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def hints(site, name):
    """What a page's anchors show, out of the script that holds it."""
    call = re.fullmatch(
        r"iclnbHover\((.*)\);\n", (site / f"_hover/{name}.js").read_text(encoding="utf-8")
    )
    said, data = json.loads(f"[{call[1]}]")
    assert said == name
    return data


class TestPictures:
    def test_a_figure_has_four_that_exist(self, site):
        figure = page(site, "book/index").find("figure", id="fig-here")
        assert [p["class"] for p in figure.find_all("picture")] == [["iclnb-light"], ["iclnb-dark"]]
        files = [n.get("src") or n["srcset"] for n in figure.find_all(["img", "source"])]
        assert len(set(files)) == 4
        for name in files:
            svg = (site / "book" / name).read_text(encoding="utf-8")
            assert svg.startswith("<svg ")
            assert ("#0072b2" in svg) == ("light" in name)

    def test_words_number_and_size_are_there(self, site):
        figure = page(site, "book/index").find("figure", id="fig-here")
        assert figure.figcaption.get_text().strip().startswith("Fig. 1")
        for image in figure.find_all("img"):
            assert image["alt"] == "A line that rises from zero to one."
            assert "dark-light" in image["class"]
            assert int(image["width"]) == 691

    def test_the_narrow_one_is_not_for_paper(self, site):
        for source in page(site, "book/index").find_all("source"):
            assert source["media"] == "screen and (max-width: 600px)"
            assert int(source["width"]) < 400


class TestHints:
    def test_a_statement_with_its_number(self, site):
        box = BeautifulSoup(hints(site, "book/index")["a-b"], "html.parser")
        assert box.get_text(" ", strip=True).startswith("Theorem 1")
        assert box.find(class_="math")

    def test_nothing_in_it_can_be_followed_or_has_an_anchor(self, site):
        for name in ("book/index", "book/words", "book/new/other"):
            for html in hints(site, name).values():
                found = BeautifulSoup(html, "html.parser")
                assert not found.find_all(["a", "button", "script"])
                assert not found.find_all(id=True)

    def test_words_that_share_a_definition(self, site):
        terms = hints(site, "book/words")
        assert "What is to be expected" in terms["term-risk"]
        assert terms["term-loss"].startswith("<p><strong>loss</strong></p>")
        assert "What was seen" in terms["term-loss"]
        assert "What was seen" in terms["term-error"]
        assert "What was seen" not in terms["term-risk"]

    def test_a_figure_with_pictures_that_any_page_finds(self, site):
        html = hints(site, "book/index")["fig-here"]
        assert html.count("<picture") == 2
        assert "{root}_images/fig-here-wide-light.svg" in html
        assert "../_images" not in html
        assert "it rises" in html

    def test_a_section_shows_its_first_paragraph(self, site):
        found = hints(site, "book/index")
        assert "Words of the section" in found["a-section"]
        assert "The first paragraph" in found["the-first-page"]
        assert "second" not in found["the-first-page"]

    def test_a_formula_by_its_label(self, site):
        assert "a = b" in hints(site, "book/index")["equation-eq-one"]

    def test_a_citation_shows_the_source(self):
        html = (
            '<div class="citation" id="id7"><span class="label">[<a href="#x">1</a>]</span>\n'
            '<p>A. Author. <em>Title</em>. <a class="external" href="https://a.org">x</a></p></div>'
        )
        assert hover.snippets(html) == {"id7": "<p>A. Author. <em>Title</em>. x</p>"}

    def test_a_solution_is_not_given_away(self):
        html = '<div class="solution admonition" id="s"><p>It is 7.</p></div>'
        assert hover.snippets(html) == {}

    def test_void_and_unclosed_elements_do_no_harm(self):
        html = '<p></em></h2><div class="proof" id="a"><p>x<br>y<img src="z.png"></p></div><p>z'
        assert set(hover.snippets(html)) == {"a"}


class TestRedirects:
    def test_a_page_that_is_gone_leads_on(self, site):
        stub = page(site, "book/gone")
        assert stub.find("meta", attrs={"http-equiv": "refresh"})["content"] == (
            "0; url=new/other.html"
        )
        canonical = stub.find("link", rel="canonical")["href"]
        assert canonical == "https://example.org/x/book/new/other.html"
        assert stub.a["href"] == "new/other.html"
        assert stub.a.get_text() == "The other"
        assert '"part": "new/other.html#the-part"' in stub.script.get_text()

    def test_a_page_that_is_there_sends_on_what_has_moved(self, site):
        scripts = [s.get_text() for s in page(site, "book/words").find_all("script")]
        assert any('{"old-term": "index.html#a-b"}' in s for s in scripts)
        assert "old-term" not in (site / "book/index.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a.html", "line 1: a pair"),
            ("a.html b.html c.html", "line 1: a pair"),
            ("a.html b.html\na.html c.html", "line 2: a.html stands twice"),
            ("a.html b.html\nb.html c.html", "an old address itself"),
        ],
    )
    def test_a_bad_list_is_refused(self, text, message):
        with pytest.raises(ValueError, match=message):
            redirects.read(text)

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("a.html nowhere.html", "which does not exist"),
            ("b.html c.html", "is said to have moved, and exists"),
            ("a.html#x b.html#x", "is gone, and where it leads is not said"),
        ],
    )
    def test_a_rule_that_leads_nowhere_is_found(self, text, fault):
        (found,) = redirects.faults(redirects.read(text), ["book/b", "book/c"])
        assert fault in found

    def test_rules_that_lead_somewhere_pass(self):
        rules = redirects.read("a.html b.html\na.html#x c.html#y\nb.html#x c.html\n")
        assert redirects.faults(rules, ["book/b", "book/c"]) == []

    def test_the_list_of_the_book_is_sound(self):
        rules = redirects.read(redirects.LIST.read_text(encoding="utf-8"))
        assert redirects.faults(rules, pages()) == []

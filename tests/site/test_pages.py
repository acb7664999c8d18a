"""The pages of the site, read as files."""

import json
import re

import pytest

from tests.site import checks
from tests.site.test_hints import REDIRECTS
from tools.ledger import KEYS
from tools.links import outside_links
from tools.notebooks import ROOT, notebooks, pages

pytestmark = pytest.mark.site

RULES = (
    checks.raw_markup,
    checks.images_without_words,
    checks.doubled_ids,
    checks.needed_from_outside,
    checks.malformed_outside_links,
    checks.without_data,
    checks.figures_without_number,
)


def named(rule):
    return rule.__name__


def test_page(site, page_name):
    page = checks.page_at(site / f"{page_name}.html")
    assert {named(rule): found for rule in RULES if (found := rule(page))} == {}


def test_no_page_is_heavy(site):
    """No exceptions: chapters, reference pages, indexes and sources; and the data of figures."""
    assert checks.heavy(site) == {}


def test_what_is_heavy_is_found(tmp_path):
    """Negative control."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "_figures").mkdir()
    (tmp_path / "deep/page.html").write_bytes(b"x" * 400_001)
    (tmp_path / "light.html").write_bytes(b"x" * 400_000)
    (tmp_path / "_figures/fig-x.js").write_bytes(b"x" * 300_001)
    (tmp_path / "_figures/fig-y.js").write_bytes(b'"kind":"pictures"' + b"x" * 300_001)
    assert checks.heavy(tmp_path) == {"_figures/fig-x.js": 300_001, "deep/page.html": 400_001}


def test_the_data_of_its_figures_are_there(site, page_name):
    figures = checks.page_at(site / f"{page_name}.html").select("figure.iclnb-explore")
    for figure in figures:
        store = (site / "_figures" / f"{figure['id']}.js").read_text(encoding="utf-8")
        begin = f"(globalThis.iclnbFigures ??= {{}})['{figure['id']}'] = "
        assert store.startswith(begin)
        assert json.loads(store.removeprefix(begin).removesuffix(";\n"))["name"] == figure["id"]


def test_links_lead_somewhere(site, page_name):
    assert checks.dead_links(site / f"{page_name}.html", site) == []


FIGURE = (
    "<figure class='iclnb-explore' id='f'><div class='xf' data-from='_figures/f.js?v=1'>"
    "<div class='xf-still'><svg></svg></div></div><figcaption>"
    "<span class='caption-number'>Fig. 1</span><span class='caption-text'>x</span>"
    "</figcaption></figure>"
)
BROKEN = {
    checks.raw_markup: "<article class='bd-article'><p>{prf:ref}`x` and</p></article>",
    checks.images_without_words: "<article class='bd-article'><img src='a.png' alt=''></article>",
    checks.doubled_ids: "<p id='a'></p><p id='a'></p>",
    checks.needed_from_outside: "<script src='https://example.org/a.js'></script>",
    checks.malformed_outside_links: "<a href='http://example.org'>x</a>",
    checks.without_data: FIGURE.replace("_figures", "_data"),
    checks.figures_without_number: FIGURE.replace("caption-number", "x"),
}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_finds_a_fault(rule):
    """Negative control: every rule fails on a page that breaks it, and only there."""
    assert len(rule(checks.soup(BROKEN[rule]))) == 1
    assert rule(checks.soup("<article class='bd-article'><p>plain</p></article>")) == []


def test_what_python_says_of_a_field_is_found():
    page = "<article class='bd-article'><dl><dd><p>Alias for field number 2</p></dd></dl></article>"
    assert len(checks.raw_markup(checks.soup(page))) == 1


def test_a_traceback_is_found_where_a_cell_shows_it():
    words = "Traceback (most recent call last): ..."
    shown = f"<article class='bd-article'><div class='cell_output'>{words}</div></article>"
    assert checks.raw_markup(checks.soup(shown)) == ["traceback"]
    explained = f"<article class='bd-article'><pre>{words}</pre></article>"
    assert checks.raw_markup(checks.soup(explained)) == []


def test_a_dead_link_is_found(tmp_path):
    (tmp_path / "b.html").write_text("<p id='there'></p>", encoding="utf-8")
    page = tmp_path / "a.html"
    page.write_text(
        "<a href='b.html'>1</a><a href='b.html#there'>2</a><a href='c.html'>3</a>"
        "<a href='b.html#gone'>4</a><a href='#gone'>5</a><a href='https://x.org/'>6</a>",
        encoding="utf-8",
    )
    assert checks.dead_links(page, tmp_path) == ["c.html", "b.html#gone", "#gone"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_launch_buttons_name_what_exists(site, path):
    """Binder and Colab open this notebook of the branch live; the download is the same."""
    name = path.relative_to(ROOT).as_posix()
    html = (site / name).with_suffix(".html").read_text(encoding="utf-8")
    assert f"https://mybinder.org/v2/gh/iclnb/iclnb/live?urlpath=lab/tree/{name}" in html
    assert f"https://colab.research.google.com/github/iclnb/iclnb/blob/live/{name}" in html
    download = re.search(r'href="([^":]+\.ipynb)"', html)
    assert ((site / name).parent / download.group(1)).resolve() == (
        site / "_sources" / name
    ).resolve()


def test_the_ledger_can_be_downloaded(site):
    page = checks.page_at(site / "book/claims.html")
    (href,) = {h for h in checks.links(page) if h.endswith("claims.json")}
    rows = json.loads((site / "book" / href).read_text(encoding="utf-8"))
    assert rows == json.loads((ROOT / "book/claims.json").read_text(encoding="utf-8"))
    assert all(set(row) == set(KEYS) for row in rows)
    assert {row["id"] for row in rows} <= {
        label
        for p in site.glob("book/*/*.html")
        for label in re.findall(r'<\w+[^>]*? id="([^"]+)"', p.read_text(encoding="utf-8"))
    }


def test_no_page_is_missing_or_left_over(site):
    built = {
        p.relative_to(site).with_suffix("").as_posix() for p in (site / "book").rglob("*.html")
    }
    stubs = {old.page for old in REDIRECTS} - set(pages())
    assert built == set(pages()) | stubs


def test_outside_links_are_listed(site):
    """The sources, the repository and the launchers; each address once, all of them https."""
    found = outside_links(site, pages())
    assert all(href.startswith("https://") for href in found)
    assert {"https://arxiv.org", "https://github.com", "https://mybinder.org"} <= {
        "/".join(href.split("/")[:3]) for href in found
    }
    on_page = set(checks.links(checks.page_at(site / "book/bibliography.html")))
    assert {href for href in on_page if "://" in href} <= set(found)

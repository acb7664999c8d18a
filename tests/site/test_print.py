"""The pages as a printer gets them: A4, nothing clipped, nothing folded, no navigation."""

import re

import pytest

from tests.site import looks
from tools.offline import opened
from tools.pdf import COLUMN, print_page

pytestmark = [pytest.mark.site, pytest.mark.browser]

SHEET = 1000
"""Height of the printed column in CSS pixels: A4 less 15 mm above and 17 mm below."""

PAGES = (
    "book/dynamics/stage-wise-training",
    "book/statistics/nonparametric-icl",
    "book/errata",
)

NAVIGATION = (
    "nav:not(#jb-print-toc *), header, dialog, button, input, .bd-sidebar-primary,"
    " .bd-sidebar-secondary, .bd-header,"
    " .bd-header-article, .bd-footer, .prev-next-footer, .headerlink, .copybtn, .toggle-button,"
    " .skip-link, details.hide > summary"
)
WHOLE = "figure, .iclnb-card, div.proof, div.math, tr, article img"


def clipped(page, width=COLUMN):
    """Texts and boxes of the article that end right of the sheet, or are cut by their own box."""
    return page.evaluate(
        """width => {
          const article = document.querySelector('article.bd-article');
          const apart = 'script, style, svg *', bad = [];
          const seen = box => box.width > 1 && box.height > 1;
          const say = (node, text) => bad.push(node.nodeName + ' ' + text.trim().slice(0, 60));
          for (const node of article.querySelectorAll('*')) {
            if (node.closest(apart)) continue;
            const box = node.getBoundingClientRect(), inner = node.clientWidth;
            const cuts = inner && getComputedStyle(node).overflowX !== 'visible';
            if (!seen(box)) continue;
            if (box.right > width + 1) say(node, node.textContent);
            else if (cuts && node.scrollWidth > inner + 1) say(node, node.textContent);
          }
          const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.parentElement.closest(apart)) continue;
            range.selectNodeContents(node);
            if ([...range.getClientRects()].some(b => seen(b) && b.right > width + 1))
              say(node, node.data);
          }
          return bad;
        }""",
        width,
    )


def visible(page, selector):
    """The elements of a selector that take room and can be seen."""
    return page.eval_on_selector_all(
        selector,
        """nodes => nodes.filter(n => {
          const box = n.getBoundingClientRect();
          return box.width > 1 && box.height > 1 && n.checkVisibility(
            {opacityProperty: true, visibilityProperty: true});
        }).map(n => n.outerHTML.slice(0, 80))""",
    )


def folded(page):
    """Parts of solutions and other dropdowns that cannot be read."""
    return page.eval_on_selector_all(
        ".admonition.dropdown > *, .solution > *, details.sd-dropdown > *",
        """nodes => nodes.filter(n => n.textContent.trim() && (
          n.getBoundingClientRect().height < 5 || !n.checkVisibility(
            {opacityProperty: true, visibilityProperty: true}))
        ).map(n => n.textContent.trim().slice(0, 60))""",
    )


def taller_than_a_sheet(page):
    """Figures and pictures that cannot stand on one sheet."""
    return page.eval_on_selector_all(
        "article.bd-article figure, article.bd-article img",
        "(nodes, sheet) => nodes.filter(n => n.getBoundingClientRect().height > sheet)"
        ".map(n => n.id || n.alt)",
        SHEET,
    )


def may_be_cut(page):
    """Figures, displays, cards, theorems and rows that a page break may cut."""
    return page.eval_on_selector_all(
        WHOLE,
        "nodes => nodes.filter(n => getComputedStyle(n).breakInside === 'auto')"
        ".map(n => n.outerHTML.slice(0, 80))",
    )


def dark_grounds(page):
    """Broad elements with a dark ground."""
    return page.evaluate(
        """() => [document.documentElement, document.body, ...document.querySelectorAll(
          'main, article.bd-article, article.bd-article *')].filter(n => {
            const ground = getComputedStyle(n).backgroundColor.match(/[\\d.]+/g);
            const [r, g, b, a = 1] = ground.map(Number);
            return n.clientWidth > 300 && a > 0.2 && r + g + b < 450;
        }).map(n => n.outerHTML.slice(0, 80))"""
    )


RULES = (clipped, folded, taller_than_a_sheet, may_be_cut, dark_grounds)


@pytest.mark.parametrize("name", PAGES)
def test_page(site, browser, name):
    """Printed from the light, and from the dark."""
    url = (site / f"{name}.html").as_uri()
    with opened(browser, url, width=COLUMN) as (page, complaints):
        assert visible(page, NAVIGATION)
        for theme in ("light", "dark"):
            page.emulate_media(media="screen", color_scheme=theme)
            page.wait_for_function("t => document.documentElement.dataset.theme === t", arg=theme)
            page.emulate_media(media="print", color_scheme=theme)
            for rule in RULES:
                assert rule(page) == [], (theme, rule.__name__)
            assert visible(page, NAVIGATION) == []
        figures = page.query_selector_all("figure.iclnb-explore")
        assert len(page.query_selector_all("figure.iclnb-explore[data-ready]")) == len(figures)
        sliders = page.query_selector_all(".iclnb-explore input[type=range]")
        assert len(visible(page, ".iclnb-explore .xf-value")) == len(sliders)
        assert looks.faint(page) == []
        page.emulate_media(media="print", color_scheme="light")
        assert looks.faint(page) == []
        assert complaints == []


def test_a_solution_is_folded_on_the_screen(site, browser):
    """Else that it is open on paper would say nothing."""
    url = (site / "book/dynamics/stage-wise-training.html").as_uri()
    with opened(browser, url) as (page, _):
        page.wait_for_timeout(500)  # the theme folds slowly
        assert folded(page)


BAD = """<!doctype html><html lang="en"><title>x</title><body><nav>Next</nav>
<article class="bd-article"><div style="width:900px">wide</div>
<div style="width:300px;overflow:hidden"><code style="white-space:pre">%s</code></div>
<div class="solution"><p>Solution</p><p style="visibility:hidden">folded</p></div>
<div style="background:#222">dark</div>
<figure id="tall" style="height:1200px"></figure></article></body></html>"""


def test_the_checks_find_faults(browser, tmp_path):
    """Negative control: a page with one fault of each kind, or two."""
    path = tmp_path / "bad.html"
    path.write_text(BAD % ("x" * 120), encoding="utf-8")
    with opened(browser, path.as_uri(), width=COLUMN) as (page, _):
        page.emulate_media(media="print")
        assert {text.split()[0] for text in clipped(page)} >= {"DIV", "CODE", "#text"}
        assert any(text.startswith("DIV wide") for text in clipped(page))
        assert clipped(page, 3000) == ["DIV " + "x" * 60]
        assert folded(page) == ["folded"]
        assert taller_than_a_sheet(page) == ["tall"]
        assert may_be_cut(page)
        assert len(dark_grounds(page)) == 1
        assert visible(page, NAVIGATION) == ["<nav>Next</nav>"]


def test_a_page_becomes_a_pdf_of_a4_sheets(site, browser, tmp_path):
    target = tmp_path / "deep" / "errata.pdf"
    print_page(browser, site / "book/errata.html", target)
    data = target.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 1
    boxes = {tuple(map(float, m.split())) for m in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)}
    assert all(abs(w - 595) < 2 and abs(h - 842) < 2 for _, _, w, h in boxes)
    assert boxes

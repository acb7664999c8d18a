"""The pages of the site as a reader meets them, in a real browser with the network off."""

import re
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError

from tools.notebooks import ROOT, pages
from tools.offline import WIDE, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

NARROW = 380
RAW_TEXT = re.compile(r"\d[eE][-+]?\d|\w_[{\w]|\^[{\w]")
"""What a program prints and no reader wants: 6.1e+03, p_1, K^2."""

COLOURED = ("book/index", "book/dynamics/stage-wise-training")
"""The pages on which the colours of code are looked at; they are the same on all."""


def overflow(page):
    """Pixels by which the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def unset_mathematics(page):
    """Formulas that failed or were left as text."""
    return page.evaluate(
        """() => {
          const article = document.querySelector('article.bd-article') || document.body;
          const bad = [...article.querySelectorAll('merror')].map(n => n.textContent);
          const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const n = walk.currentNode;
            const apart = 'script, style, pre, code, math, noscript';
            if (n.parentElement.closest(apart)) continue;
            if (/\\\\\\(|\\\\\\[|\\$[^$]+\\$/.test(n.data)) bad.push(n.data.slice(0, 60));
          }
          return bad;
        }"""
    )


ALIKE = {
    "span.math > math": 40,
    "dl.py.function": 12,
    "dl.py.class": 6,
    "dl.py.data": 6,
    "table.iclnb-sortable tr": 40,
}
"""What one template makes by the hundred on a page, and how many of each are looked at."""

_THIN = """alike => {
  for (const [selector, kept] of Object.entries(alike))
    [...document.querySelectorAll(selector)].slice(kept).forEach(n => n.remove());
}"""

_SCROLLERS = "pre, .pst-scrollable-table-container, .bd-article .math"
_TAB_STOPS = f"""() => [...document.querySelectorAll('{_SCROLLERS}')].every(
  n => n.tabIndex === 0 || n.scrollWidth <= n.clientWidth)"""


def violations(page, *, code=True, **options):
    """Serious and critical findings of axe-core, as short texts.

    Of what is alike all but the first are taken out before; with ``code=False`` the colours of
    code too. The theme gives what scrolls its place in the order of the keys a moment after.
    """
    page.evaluate(_THIN, ALIKE)
    if not code:
        page.evaluate(
            "document.querySelectorAll('div.highlight pre').forEach("
            "n => { n.textContent = n.textContent })"
        )
    with suppress(TimeoutError):  # then axe-core names what the keys cannot reach
        page.wait_for_function(_TAB_STOPS, timeout=5000)
    options = {"resultTypes": ["violations"], "preload": False, **options}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['html'][:80]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize(("theme", "widths"), [("light", (WIDE, NARROW)), ("dark", (NARROW, WIDE))])
def test_page(site, browser, page_name, theme, widths):
    """Opened in one width, then brought to the other; axe-core looks at both themes.

    What a theme can change are colours, and what a width can change is what scrolls.
    """
    url = (site / f"{page_name}.html").as_uri()
    with opened(browser, url, width=widths[0], theme=theme) as (page, complaints):
        assert unset_mathematics(page) == []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, width
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        page.set_viewport_size({"width": widths[0], "height": 900})
        assert complaints == []
        rules = ["color-contrast", "scrollable-region-focusable"]
        options = {} if theme == "light" else {"runOnly": {"type": "rule", "values": rules}}
        assert violations(page, code=page_name in COLOURED, **options) == []


def moves(site, name):
    """Whether a page has a figure that a reader can move."""
    return 'class="iclnb-explore' in (site / f"{name}.html").read_text(encoding="utf-8")


def test_every_chapter_has_a_figure_that_moves(site):
    """And the tests below, which open only pages that have one, look at something."""
    chapters = [name for name in pages() if (ROOT / f"{name}.ipynb").exists()]
    assert len(chapters) >= 18
    assert [name for name in chapters if not moves(site, name)] == []


def test_sliders_move(site, browser, page_name):
    """Each control changes its figure, by keyboard and by mouse; what it says is for readers."""
    if not moves(site, page_name):
        return
    with opened(browser, (site / f"{page_name}.html").as_uri()) as (page, complaints):
        for figure in page.query_selector_all("figure.iclnb-explore"):
            figure.scroll_into_view_if_needed()
            page.wait_for_function("f => f.dataset.ready", arg=figure)
            picture = figure.query_selector(".xf-panels")
            for slider in figure.query_selector_all("input[type=range]"):
                slider.scroll_into_view_if_needed()
                slider.focus()
                seen = {}
                for key in ("Home", "End", "ArrowLeft"):
                    page.keyboard.press(key)
                    seen[key] = figure.inner_html()
                assert seen["Home"] != seen["End"] != seen["ArrowLeft"], figure.get_attribute("id")
                said = slider.get_attribute("aria-valuetext")
                assert said
                assert not RAW_TEXT.search(said), said
                page.keyboard.press("End")
                box = slider.bounding_box()
                page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
                assert figure.inner_html() != seen["End"], figure.get_attribute("id")
            for choice in figure.query_selector_all("fieldset"):
                before = picture.inner_html()
                choice.query_selector("label:has(input:not(:checked))").click()
                clicked = picture.inner_html()
                assert clicked != before, figure.get_attribute("id")
                page.keyboard.press("ArrowRight")
                assert picture.inner_html() != clicked, figure.get_attribute("id")
            assert not RAW_TEXT.search(figure.inner_text()), figure.inner_text()
        assert complaints == []


def test_without_javascript_the_default_picture_stands(site, browser, page_name):
    if not moves(site, page_name):
        return
    with opened(browser, (site / f"{page_name}.html").as_uri(), javascript=False) as (page, _):
        for figure in page.query_selector_all("figure.iclnb-explore"):
            picture = figure.query_selector(".xf-still svg, .xf-still img")
            assert picture.is_visible()
            assert picture.bounding_box()["height"] > 100
            assert figure.query_selector_all("input") == []


BAD = """<!doctype html><html lang="en" data-theme="light"><title>x</title><body>
<article class="bd-article"><p>$x$</p><div style="width:3000px">wide</div>
<img src="https://example.org/a.png"><p style="color:#ddd;background:#eee">faint</p>
<script>throw new Error("broken")</script></article></body></html>"""


def test_the_checks_find_faults(browser, tmp_path):
    """Negative control: a page with one fault of each kind."""
    path = tmp_path / "bad.html"
    path.write_text(BAD, encoding="utf-8")
    with opened(browser, path.as_uri()) as (page, complaints):
        assert overflow(page) > 1000
        assert unset_mathematics(page) == ["$x$"]
        assert any("network" in c for c in complaints)
        assert any("broken" in c for c in complaints)
        found = violations(page)
        assert any(v.startswith("color-contrast") for v in found)
        assert any(v.startswith("image-alt") for v in found)

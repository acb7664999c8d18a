"""Formulas on a page: whole where they fit, smaller or scrolling where they do not, never cut."""

import pytest

from tools.offline import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGES = ("book/landscape/three-transformers", "book/dynamics/stage-wise-training")
"""Pages with long formulas, and with transposes that stand highest in theirs."""

SCROLLED = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  }
  scrollTo(0, 0);
}"""

FORMULAS = """() => [...document.querySelectorAll('.bd-article .math')].flatMap(box => {
  const formula = box.querySelector('math');
  const seen = {visibilityProperty: true, opacityProperty: true};
  if (!formula || !box.clientWidth || !box.checkVisibility(seen)) return [];
  const room = box.getBoundingClientRect();
  return [{
    text: box.textContent.trim().slice(0, 40),
    over: formula.getBoundingClientRect().right - room.right,
    smaller: formula.style.fontSize.endsWith('px'),
    marked: box.classList.contains('iclnb-cut'),
  }];
})"""


def formulas(page):
    """Every formula that is seen, after the reader has been everywhere."""
    page.evaluate(SCROLLED)
    return page.evaluate(FORMULAS)


@pytest.mark.parametrize("name", PAGES)
def test_a_wide_page_shows_them_as_they_are(site, browser, name):
    with opened(browser, (site / f"{name}.html").as_uri()) as (page, _):
        found = formulas(page)
        assert len(found) > 50
        assert [f for f in found if f["smaller"] or f["marked"] or f["over"] > 2] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_says_where_one_goes_on(site, browser, name):
    with opened(browser, (site / f"{name}.html").as_uri(), width=390) as (page, _):
        found = formulas(page)
        assert [f for f in found if f["marked"] != (f["over"] > 2)] == []
        assert any(f["smaller"] for f in found)
        assert sum(f["marked"] for f in found) < 0.1 * len(found)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_at_the_top_or_at_the_bottom(site, browser, name):
    """What scrolls clips; the pictures of a formula with and without clipping are the same."""
    with opened(browser, (site / f"{name}.html").as_uri()) as (page, _):
        page.evaluate(SCROLLED)
        shown = [f for f in page.query_selector_all(".bd-article div.math") if f.is_visible()]
        assert len(shown) > 1
        style = ".bd-article .math, .bd-article .math * { overflow: visible !important }"
        before = [f.screenshot() for f in shown]
        page.add_style_tag(content=style)
        assert before == [f.screenshot() for f in shown]

"""Formulas on a page: whole where they fit, smaller or scrolling where they do not, never cut."""

from io import BytesIO

import pytest
from PIL import Image

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
def test_a_narrow_page_says_where_one_goes_on(site, browser, name):
    with opened(browser, (site / f"{name}.html").as_uri(), width=390) as (page, _):
        found = formulas(page)
        assert [f for f in found if f["marked"] != (f["over"] > 2)] == []
        assert any(f["smaller"] for f in found)
        assert sum(f["marked"] for f in found) < 0.1 * len(found)


WHOLE = ".bd-article .math, .bd-article .math * { overflow: visible !important }"

PLACES = """() => [...document.querySelectorAll('.bd-article .math')].flatMap(box => {
  const {left, top, right, bottom} = box.getBoundingClientRect();
  const seen = {visibilityProperty: true, opacityProperty: true};
  if (right <= left || !box.checkVisibility(seen)) return [];
  return [{text: box.textContent.trim().slice(0, 40),
    at: [left - 8, top + scrollY - 8, right + 8, bottom + scrollY + 8].map(Math.round)}];
})"""


def pictured(page):
    """Every formula that is seen, with what is painted at its place and a little around it."""
    image = Image.open(BytesIO(page.screenshot(full_page=True)))
    return [(f["text"], image.crop(f["at"]).tobytes()) for f in page.evaluate(PLACES)]


@pytest.mark.parametrize("name", [*PAGES, "book/landscape/strict-saddle"])
def test_a_wide_page_shows_them_as_they_are(site, browser, name):
    """In their size, and nothing is cut at any side: what scrolls clips, and the pictures of a
    formula with and without clipping are the same."""
    with opened(browser, (site / f"{name}.html").as_uri()) as (page, _):
        found = formulas(page)
        assert len(found) > 50
        assert [f for f in found if f["smaller"] or f["marked"] or f["over"] > 2] == []
        clipped = pictured(page)
        assert len(clipped) > 50
        page.add_style_tag(content=WHOLE)
        whole = pictured(page)
        assert [a[0] for a, b in zip(clipped, whole, strict=True) if a != b] == []


def test_a_letter_that_leans_out_of_its_box_would_be_seen(site, browser):
    with opened(browser, (site / "book/landscape/strict-saddle.html").as_uri()) as (page, _):
        page.add_style_tag(
            content=".bd-article span.math { padding: 0 !important; margin: 0 !important }"
        )
        page.evaluate(SCROLLED)
        clipped = pictured(page)
        page.add_style_tag(content=WHOLE)
        cut = [a[0] for a, b in zip(clipped, pictured(page), strict=True) if a != b]
        assert "P" in cut

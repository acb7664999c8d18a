"""The pictures of figures in a real browser: readable on a telephone, and in the dark."""

import re

import pytest

from tests.rooms.test_style_pictures import smallest_text
from tools.notebooks import pages
from tools.offline import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

READABLE = 10  # pixels


def pictures(page):
    """The pictures of static figures that are seen: name of the file, width, shown or not."""
    return page.eval_on_selector_all(
        "article figure picture img",
        """nodes => nodes.filter(n => n.checkVisibility()).map(n => [
          n.currentSrc.split("/").pop(), n.getBoundingClientRect().width, n.naturalWidth > 0])""",
    )


def faults_of_texts(page):
    """Texts of an SVG picture, opened by itself, that are cut or touch one another."""
    return page.evaluate(
        """() => {
          const frame = document.documentElement.getBoundingClientRect(), bad = [];
          const leans = n => /rotate\\((?!-90\\b|90\\b)/.test(n.innerHTML);
          const texts = [...document.querySelectorAll(".t")].map(
            n => [n.getBoundingClientRect(), leans(n)]).filter(([b]) => b.width > 0);
          texts.forEach(([a, leaning], i) => {
            if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5 ||
                a.top < frame.top - 0.5 || a.bottom > frame.bottom + 0.5) bad.push(`cut: ${i}`);
            texts.slice(i + 1).forEach(([b, too], j) => {
              const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
              const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
              if (w > 1 && h > 1 && !(leaning && too)) bad.push(`touch: ${i}, ${i + 1 + j}`);
            });
          });
          return bad;
        }"""
    )


def stand(site, name):
    """Whether a page has a picture of a static figure."""
    return "<picture" in (site / f"{name}.html").read_text(encoding="utf-8")


def test_there_are_pictures_to_look_at(site):
    """The tests below open only pages that have one."""
    assert len([name for name in pages() if stand(site, name)]) >= 15


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_window_gets_its_picture(site, browser, page_name, theme):
    """The narrow one on a telephone, the wide one elsewhere; texts of ten pixels in both."""
    if not stand(site, page_name):
        return
    url = (site / f"{page_name}.html").as_uri()
    with opened(browser, url, width=390, theme=theme) as (page, complaints):
        figures = page.query_selector_all("article figure[id^=fig-]:not(.iclnb-explore)")
        for width, kind in ((390, "narrow"), (768, "wide"), (1400, "wide")):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function("[...document.images].every(n => n.complete)")
            found = pictures(page)
            assert len(found) == len(figures)
            for name, shown, loaded in found:
                assert name.endswith(f"-{kind}-{theme}.svg")
                assert loaded
                text = smallest_text((site / "_images" / name).read_text(encoding="utf-8"), shown)
                assert text >= READABLE, (name, width)
        page.emulate_media(media="print")
        assert all(name.endswith("-light.svg") for name, *_ in pictures(page))
        assert complaints == []


def test_no_text_of_a_picture_is_cut_or_touches_another(site, browser, page_name):
    html = (site / f"{page_name}.html").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r'_images/(fig-[\w-]+-light\.svg)"', html)))
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    faults = {}
    for name in names:
        page.goto((site / "_images" / name).as_uri())
        if found := faults_of_texts(page):
            faults[name] = found
    context.close()
    assert faults == {}


BAD = """<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">
<g class="t"><rect x="5" y="5" width="40" height="10"/></g>
<g class="t"><rect x="40" y="8" width="40" height="10"/></g>
<g class="t"><rect x="80" y="30" width="40" height="10"/></g>
<g class="t"><g transform="rotate(-35)"><rect x="0" y="30" width="9" height="9"/></g></g>
<g class="t"><g transform="rotate(-35)"><rect x="5" y="33" width="9" height="9"/></g></g></svg>"""


def test_the_looks_find_faults(browser, tmp_path):
    """Negative control: two texts that touch, one that is cut, two that lean side by side."""
    (tmp_path / "bad.svg").write_text(BAD, encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "bad.svg").as_uri())
    assert faults_of_texts(page) == ["touch: 0, 1", "cut: 2"]
    context.close()

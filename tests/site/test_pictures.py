"""The pictures of figures, each by itself in a real browser: no text is cut or covered."""

import re

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]


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

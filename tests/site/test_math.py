"""The formulas of the built site: set at build, in a font that has every sign."""

import html
import re

import pytest
from fontTools.ttLib import TTFont

from tools.math_font import FONT
from tools.notebooks import ROOT, notebooks
from tools.offline import opened

pytestmark = pytest.mark.site

FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
ITALIC = 0x1D434  # the italic A
H = "\u210e"  # the italic h stands apart from its alphabet
SELECTOR = "\ufe00"  # says which form of the letter before is meant


def texts(site):
    """Return the text of each page."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}


def signs(formula):
    """Return the signs that a browser draws for a formula."""
    words = re.sub(r"<[^>]+>", "", formula)
    found = set(html.unescape(words))
    single = re.findall(r"<mi>([A-Za-z])</mi>", formula)  # drawn from the italic alphabet
    found |= {H if x == "h" else chr(ITALIC + ord(x) - 65 - 6 * (x > "Z")) for x in single}
    return {x for x in found if not x.isspace() and x != SELECTOR}


def test_no_formula_is_left_to_a_script(site):
    pages = texts(site)
    assert len(pages) > 40
    formulas = sum(len(FORMULA.findall(text)) for text in pages.values())
    assert formulas > 5000
    for path, text in pages.items():
        visible = re.sub(r"<(script|style|pre|code)\b.*?</\1>", "", text, flags=re.DOTALL)
        assert not re.search(r"\\\(|\\\[", re.sub(r"<[^>]+>", "", visible)), path
        assert not re.search(r"<script[^>]*(mathjax|katex)", text, re.IGNORECASE), path
        assert "<merror" not in text, path


def test_every_chapter_has_formulas(site):
    chapters = [path for path in notebooks() if path.parent != ROOT / "book"]
    assert len(chapters) >= 18
    for path in chapters:
        page = site / path.with_suffix(".html").relative_to(ROOT)
        assert len(FORMULA.findall(page.read_text(encoding="utf-8"))) > 20, path


def test_the_font_has_every_sign(site):
    """Else cut it anew: python -m tools.math_font, with the sign among SIGNS."""
    font = TTFont(FONT)
    assert "MATH" in font
    known = font.getBestCmap()
    used = {s for text in texts(site).values() for f in FORMULA.findall(text) for s in signs(f)}
    assert len(used) > 200
    assert {"√", "∑", "𝔼", "𝑥"} <= used | {"√"}
    assert [f"U+{ord(s):04X} {s}" for s in sorted(used | {"√"}) if ord(s) not in known] == []


@pytest.mark.browser
def test_a_root_is_drawn(browser, site, tmp_path):
    """The sign of a root is never written: it must come with the font all the same."""
    style = (site / "_static/iclnb-math.css").as_uri()
    made = []
    for name, inner in (("root", "<msqrt><mi>x</mi></msqrt>"), ("none", "<mi>x</mi>")):
        path = tmp_path / f"{name}.html"
        path.write_text(
            f'<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{style}">'
            f'<p style="font-size:60px"><math>{inner}</math>',
            encoding="utf-8",
        )
        with opened(browser, path.as_uri()) as (page, complaints):
            made.append(page.locator("math").bounding_box()["width"])
            assert page.evaluate("document.fonts.check('60px \"Book Math\"')")
            assert complaints == []
    assert made[0] > 1.5 * made[1]

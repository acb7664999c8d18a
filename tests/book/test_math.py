"""Formulas set at build: what becomes of them, and what stops the build."""

import importlib.util
import re

import pytest
from fontTools.ttLib import TTFont

from tools.math_font import FONT
from tools.notebooks import ROOT


def extension():
    spec = importlib.util.spec_from_file_location("iclnb_math", ROOT / "book/_ext/iclnb_math.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MATH = extension()
MACROS = (("E", r"\mathbb{E}"), ("tr", r"\operatorname{tr}"))


def shown(mathml):
    """Return what is written in a formula."""
    return re.sub(r"<[^>]+>", "", mathml)


class TestConvert:
    def test_inline(self):
        made = MATH.convert(r" x_k^2 ", display=False)
        assert made.startswith('<math alttext="x_k^2"')
        assert "<msubsup>" in made
        assert shown(made) == "xk2"
        assert "display=" not in made

    def test_display(self):
        assert 'display="block"' in MATH.convert("x", display=True)

    def test_macros(self):
        made = MATH.convert(r"\E\tr A", display=False, macros=MACROS)
        assert "𝔼" in made
        assert "tr" in shown(made)
        with pytest.raises(ValueError, match=r"cannot be set"):
            MATH.convert(r"\tr A", display=False)

    def test_lines(self):
        """What holds a line break is aligned; an environment of its own stays."""
        made = MATH.convert(r"a &= b \\ &= c", display=True)
        assert made.count("<mtr") == 2
        assert (
            MATH.convert(r"\begin{aligned}a &= b \\ &= c\end{aligned}", display=True).count("<mtr")
            == 2
        )
        assert shown(MATH.convert("a\\\nb", display=True)).replace("\u00a0", "") == "ab"

    def test_a_fence_with_a_script_stretches(self):
        made = MATH.convert(r"\Bigl\|x\Bigr\|_F", display=True)
        assert re.search(r"<msub><mrow><mo [^>]*minsize", made)

    @pytest.mark.parametrize("tex", [r"\nosuchcommand", r"\frac{a}", "x_{", r"\left( x"])
    def test_what_cannot_be_set_is_refused(self, tex):
        with pytest.raises(ValueError, match=r"cannot be set"):
            MATH.convert(tex, display=False)

    def test_the_words_of_a_formula_cannot_end_it(self):
        made = MATH.convert('a < b, \\text{"c"}', display=False)
        assert 'alttext="a &lt; b, \\text{&quot;c&quot;}"' in made


class TestTypeset:
    def test_what_is_marked_is_set(self):
        made = MATH.typeset(r"<p>A \(x &lt; y\) and \[z\].</p>")
        assert made.count("<math") == 2
        assert 'alttext="x &lt; y"' in made
        assert made.startswith("<p>A <math")
        assert made.endswith("</math>.</p>")

    @pytest.mark.parametrize(
        "body",
        [
            r"<pre>\(x\)</pre>",
            r"<code><span>\(x\)</span></code>",
            r"<script>f('\(x\)')</script>",
            r"<!-- \(x\) -->",
            r'<img alt="\(x\)">',
            "<p>a \\ b ( c )</p>",
        ],
    )
    def test_code_and_attributes_stay(self, body):
        assert MATH.typeset(body) == body
        assert "<math" in MATH.typeset(body + r"\(y\)")

    def test_a_formula_that_cannot_be_set_is_refused(self):
        with pytest.raises(ValueError, match=r"cannot be set"):
            MATH.typeset(r"<p>\(\nosuchcommand\)</p>")


def italic(letter):
    """Return the sign with which a browser draws a single letter of a formula."""
    first, alphabet = {True: (0x3B1, 0x1D6FC), False: (97, 0x1D44E)}[letter > "z"]
    return alphabet + ord(letter) - first if letter >= "a" else 0x1D434 + ord(letter) - 65


class TestSuperscripts:
    def test_letters_lean_as_the_font_says(self):
        font = TTFont(FONT)
        table = font["MATH"].table.MathGlyphInfo.MathItalicsCorrectionInfo
        units = font["head"].unitsPerEm
        leans = dict(zip(table.Coverage.glyphs, (v.Value for v in table.ItalicsCorrection)))
        letters = {*map(chr, range(65, 91)), *map(chr, range(97, 123)), *map(chr, range(945, 970))}
        names = {x: font.getBestCmap()[italic(x)] for x in letters - {"h"}}
        found = {x: leans.get(name, 0) / units for x, name in names.items()}
        assert {x: round(v, 2) for x, v in found.items() if v >= 0.04} == MATH.LEANING

    def test_they_stand_clear_of_the_letter(self):
        made = MATH.convert(r"f^\circ+A^2", display=False)
        assert '<msup><mrow><mi>f</mi><mspace width="0.09em"></mspace></mrow>' in made
        assert "<msup><mi>A</mi>" in made
        assert shown(made) == "f∘+A2"

"""Texts and numbers as readers see them: what is tidied, what is refused, and the twin script."""

import math

import pytest

from iclnb import explore
from iclnb.explore import still, words

NUMBERS = [
    (0, "0"),
    (-0.0, "0"),
    (6.1e3, "6100"),
    (0.052, "0.052"),
    (-2.5, "−2.5"),
    (16384, "16\u202f384"),
    (999999, "999\u202f999"),
    (1.6e7, "1.6 × 10⁷"),
    (1e12, "10¹²"),
    (-1e-5, "−10⁻⁵"),
    (1.3546e-4, "1.355 × 10⁻⁴"),
    (0.001, "0.001"),
    (9999.96, "10⁴"),
    (0.99996, "1"),
    (12345.6, "1.235 × 10⁴"),
    (2.5e-3, "0.0025"),
    (math.inf, "∞"),
    (-math.inf, "−∞"),
    (math.nan, "–"),
    (None, "–"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_number_is_written_for_readers(value, text):
    assert explore.number(value) == text


def test_digits_are_kept_as_asked():
    assert [explore.number(1 / 3, d) for d in (1, 2, 6)] == ["0.3", "0.33", "0.333333"]
    assert explore.number(0.125, 2) == "0.13"  # an exact tie goes away from zero, as in the script


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        (("1",), TypeError, "value"),
        (("one",), TypeError, "value"),
        (([1, 2],), TypeError, "value"),
        ((1.0, 0), ValueError, "digits"),
        ((1.0, 2.5), TypeError, "digits"),
        ((1.0, True), TypeError, "digits"),
    ],
)
def test_what_is_no_number_is_refused(arguments, error, word):
    with pytest.raises(error, match=word):
        explore.number(*arguments)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("p_1 = 0.5", "p_{1} = 0.5"),
        ("K^1.9, not K^2.", "K^{1.9}, not K^{2}."),
        ("0.48 K^2/(1-p_1)", "0.48 K^{2}/(1-p_{1})"),
        ("n = 10^-3", "n = 10^{−3}"),
        ("L_k and E[B^2]", "L_{k} and E[B^{2}]"),
        ("needs 6.1e+03 tasks", "needs 6100 tasks"),
        ("up to 1.6e+4.", "up to 1.6 × 10⁴."),
        ("7.7e-06, 1e+12", "7.7 × 10⁻⁶, 10¹²"),
        ("12.5E5", "1.25 × 10⁶"),
        ("B = -4.89", "B = −4.89"),
        ("seeds 0-39", "seeds 0-39"),
        ("already p_{k,1} and 10^{-3}", "already p_{k,1} and 10^{−3}"),
        ("a word_like_this", "a word_like_this"),
        ("GPT-2", "GPT-2"),
        ("2e", "2e"),
        ("at most 2^(-8), r^(4P)", "at most 2^{−8}, r^{4P}"),
        ("f^(x y) stays", "f^(x y) stays"),
        ("L >= r_0/2, m <= k", "L ≥ r_{0}/2, m ≤ k"),
        ("K - 1, 1 - 1/K and λ (f - mean)", "K − 1, 1 − 1/K and λ (f − mean)"),
        ("one - two", "one - two"),
        ("off by 27 %", "off by 27\u00a0%"),
        ("the features' losses, the key's score", "the features’ losses, the key’s score"),
        ("R = UV' for H'", "R = UV' for H'"),
    ],
)
def test_what_a_program_prints_is_tidied(raw, tidy):
    assert words.tidied(raw) == tidy
    assert words.tidied(tidy) == tidy


def test_scripts_become_elements_or_small_letters():
    assert words.to_html("B_{k,1} < K^{2}") == "B<sub>k,1</sub> &lt; K<sup>2</sup>"
    assert words.to_plain("p_{1}, K^{2}, e^{-t}, A_{k,1}, x^{Q}") == "p₁, K², e⁻ᵗ, Ak,1, x^(Q)"


@pytest.mark.parametrize(
    "text", ["", " ", "$x$", "a\\b", "a\nb", "x_{", "x_{a_{b}}", "x_{}", "x_{^}"]
)
def test_text_that_cannot_be_shown_is_refused(text):
    with pytest.raises(ValueError, match="label"):
        words.check(text, "label")


def test_text_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="label"):
        words.check(3, "label")


def in_script(function, values):
    """The answers of a function of the script."""
    listed = "[" + ",".join("null" if v is None else repr(v) for v in values) + "]"
    listed = listed.replace("inf", "Infinity").replace("nan", "NaN")
    source = f"{listed}.map((v) => iclnbExplore.{function}(v)).join('\\n')"
    return still.evaluate(source).split("\n")


def test_the_script_writes_numbers_alike():
    values = [v for v, _ in NUMBERS] + [
        s * m * 10.0**k
        for s in (1, -1)
        for k in range(-9, 12)
        for m in (1, 1.2345, 2.5, 0.99996, 12345)
    ]
    assert in_script("number", values) == [words.number(v) for v in values]


def test_the_script_writes_scripts_alike():
    texts = ["p_{1}", "K^{2} < 3", "e^{-t}", "A_{k,1}", "x^{Q}", "plain & simple"]
    assert in_script("plain", texts) == [words.to_plain(t) for t in texts]
    rich = [t.replace("&#60;", "&lt;").replace("&#38;", "&amp;") for t in in_script("rich", texts)]
    assert rich == [words.to_html(t) for t in texts]

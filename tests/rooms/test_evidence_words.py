"""The room `evidence`: numbers and counts in words."""

import doctest

import pytest

from iclnb.evidence import words


def test_the_examples_of_the_module():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1.0, "1"),
        (-1.0, "−1"),
        (12345.6, "12350"),
        (999999.0, "10⁶"),
        (123456.0, "123500"),
        (1e-4, "0.0001"),
        (9.99996e-5, "0.0001"),
        (3.3e-5, "3.3·10⁻⁵"),
        (-1e-9, "−10⁻⁹"),
        (6.02e23, "6.02·10²³"),
        (1 + 1e-9, "1"),
        (0.99996, "1"),
    ],
)
def test_digits(value, text):
    assert words.digits(value) == text


@pytest.mark.parametrize("error", [-1e-14, 0.0, 1e-14])
def test_a_tie_is_one_number_however_it_was_computed(error):
    for value, text in ((1.55, "1.6"), (-0.25e-6, "−3·10⁻⁷"), (2.5, "3"), (1.0e7 * 8.5, "9·10⁷")):
        assert (
            words.digits(value * (1 + error), len(text.split("·")[0].strip("−.").replace(".", "")))
            == text
        )
    assert words.rounded(1.55 * (1 + error)) == 1.6
    assert words.rounded(0.00125 * (1 + error), 2) == 0.0013
    assert words.digits(1.5499999, 2) == "1.5"


@pytest.mark.parametrize("mantissa", [1.234, 9.876, 5.0])
@pytest.mark.parametrize("power", range(-12, 13))
def test_digits_keep_the_value(power, mantissa):
    value = float(f"{mantissa}e{power}")
    text = words.digits(value).replace("·10", "e")
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(plain) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "text"),
    [([], ""), ([3], "3"), ([0, 1], "0, 1"), (range(40), "0–39"), ([5, 3, 4], "5, 3, 4")],
)
def test_ranges(values, text):
    assert words.ranges(list(values)) == text


def test_a_sentence():
    assert words.sentence(" one value: 3") == "One value: 3."
    assert words.sentence("Done.") == "Done."
    assert words.sentence("k = 3: proved") == "k = 3: proved."
    assert words.sentence("a bound") == "A bound."
    assert words.sentence("") == "."

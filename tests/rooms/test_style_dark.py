"""The colours of figures on dark pages."""

import re
from itertools import combinations

import numpy as np
import pytest

from iclnb import style
from iclnb.style import dark, vector
from tests.rooms.test_style import SIGHT, book_style, lab, linear  # noqa: F401 (used by every test)


def contrast(one, other):
    """The contrast of two colours, after WCAG 2."""
    light = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (one, other))
    return light[1] / light[0]


class TestDark:
    @pytest.mark.parametrize("name", style.COLORS)
    def test_colours_stand_out_from_the_ground(self, name):
        assert contrast(dark.lighter(style.COLORS[name]), dark.GROUND) > 3

    def test_text_can_be_read(self):
        for ink in ("#000000", "#333333"):
            assert contrast(dark.lighter(ink), dark.GROUND) > 4.5

    @pytest.mark.parametrize("sight", SIGHT)
    def test_colours_can_be_told_apart(self, sight):
        shown = [dark.lighter(style.COLORS[name]) for name in style.CYCLE]
        seen = [lab(np.asarray(SIGHT[sight]) @ linear(colour)) for colour in shown]
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 10

    @pytest.mark.parametrize("name", [n for n in style.COLORS if n not in ("black", "grey")])
    def test_a_colour_keeps_its_hue(self, name):
        hues = []
        for colour in (style.COLORS[name], dark.lighter(style.COLORS[name])):
            _, a, b = dark._oklab(colour)
            hues.append(np.arctan2(b, a))
        assert hues[0] == pytest.approx(hues[1], abs=0.05)

    def test_paper_and_ink_change_places(self):
        greys = [dark.lighter(c) for c in ("#fff", "#dddddd", "#666", "#000")]
        assert greys == sorted(greys)
        assert contrast(greys[0], dark.GROUND) < 1.2

    def test_a_picture_is_recoloured_and_its_numbers_are_not(self):
        figure, (left, right) = style.subplots(1, 2)
        left.plot([0, 1], [0, 1])
        right.pcolormesh(np.arange(4.0).reshape(2, 2))
        svg = vector.draw(figure)
        changed = dark.darken(svg)
        assert "#0072b2" in svg
        assert "#0072b2" not in changed
        groups = rf'<g class="{vector.KEPT}">.*?</g>'
        assert re.findall(groups, svg)
        assert re.findall(groups, svg) == re.findall(groups, changed)
        assert svg.count("<") == changed.count("<")

    def test_text_without_a_colour_is_light(self):
        assert dark.darken("<svg ><g><use/></g></svg>").startswith('<svg fill="#e')


@pytest.mark.parametrize("grey", ["00", "05", "0a", "0b", "40", "80", "c0", "ff"])
def test_light_of_a_grey_by_the_standard_and_back(grey):
    value = int(grey, 16) / 255
    assert dark._linear(value) == pytest.approx(linear(f"#{grey * 3}")[0], rel=1e-9, abs=1e-12)
    assert dark._gamma(dark._linear(value)) == pytest.approx(value, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("rgb", "known"),
    [
        ((1, 1, 1), (1.0, 0.0, 0.0)),
        ((1, 0, 0), (0.6280, 0.2249, 0.1258)),
        ((0, 1, 0), (0.8664, -0.2339, 0.1795)),
        ((0, 0, 1), (0.4520, -0.0325, -0.3115)),
    ],
)
def test_coordinates_of_colours_as_published_and_back(rgb, known):
    """Ottosson's OKLab of white and of the three primaries."""
    found = dark._oklab("#" + "".join("ff" if part else "00" for part in rgb))
    assert found == pytest.approx(known, abs=1e-4)
    assert dark._rgb(found) == pytest.approx(rgb, abs=1e-6)

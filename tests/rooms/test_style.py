"""The room `style`: figures that repeat byte by byte, say what they show, and can be read."""

import io
import itertools
import json

import matplotlib as mpl
import matplotlib.image as image
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from iclnb import style

TEXTS = {
    "name": "fig-demo-curve",
    "caption": "A line falls through five points.",
    "alt": "Five points with bars on a straight line that falls from one to zero.",
}


@pytest.fixture(autouse=True)
def book_style():
    """Use the book's style, and leave no figure and no setting behind."""
    with mpl.rc_context():
        mpl.use("agg")
        style.use()
        yield
    plt.close("all")


def draw():
    """Return a figure with everything that the room draws."""
    figure, ax = style.subplots()
    x = np.linspace(0.0, 1.0, 5)
    style.theory(ax, x, 1 - x, label="theory")
    style.measured(ax, x, 1 - x, low=0.9 - x, high=1.1 - x, label="measured")
    style.reference(ax, y=0.5, label="a half")
    ax.set(xlabel="$x$", ylabel="$y$")
    ax.legend()
    return figure


def pixels(png):
    return image.imread(io.BytesIO(png), format="png")


class TestShow:
    def test_the_same_bytes_twice(self):
        assert style.show(draw(), **TEXTS).png == style.show(draw(), **TEXTS).png

    def test_no_version_and_no_date_in_the_file(self):
        png = style.show(draw(), **TEXTS).png
        assert not [word for word in (b"Software", b"matplotlib", b"Date", b"tIME") if word in png]

    def test_what_the_notebook_stores(self):
        bundle, about = style.show(draw(), **TEXTS)._repr_mimebundle_()
        assert about[style.METADATA_KEY].items() >= TEXTS.items()
        assert set(about[style.METADATA_KEY]) - set(TEXTS) == {"wide", "narrow"}
        assert bundle["text/plain"] == f"[figure {TEXTS['name']}] {TEXTS['alt']}"
        assert bundle["image/png"].startswith(b"\x89PNG")
        assert json.loads(json.dumps(about)) == about

    def test_white_space_around_the_texts_goes(self):
        shown = style.show(draw(), **{**TEXTS, "alt": f"  {TEXTS['alt']}\n"})
        assert shown.alt == TEXTS["alt"]

    def test_the_figure_is_closed(self):
        style.show(draw(), **TEXTS)
        assert plt.get_fignums() == []

    def test_the_picture_is_opaque_and_white_around(self):
        picture = pixels(style.show(draw(), **TEXTS).png)
        assert picture.shape[2] == 3 or np.all(picture[..., 3] == 1)
        for corner in (picture[0, 0], picture[0, -1], picture[-1, 0], picture[-1, -1]):
            assert np.all(corner[:3] == 1)

    def test_the_picture_is_as_wide_as_the_text(self):
        height, width = pixels(style.show(draw(), **TEXTS).png).shape[:2]
        assert (width, height) == (720, 360)

    @pytest.mark.parametrize(
        "bad", ["demo", "fig-", "fig-Demo", "fig_demo", "fig-demo-", "fig-de mo", "Fig-demo"]
    )
    def test_a_bad_name_is_refused(self, bad):
        with pytest.raises(ValueError, match="name must look like"):
            style.show(draw(), **{**TEXTS, "name": bad})

    @pytest.mark.parametrize("bad", ["", "   ", "Loss.", " " * 30])
    @pytest.mark.parametrize("which", ["caption", "alt"])
    def test_a_text_that_says_nothing_is_refused(self, which, bad):
        with pytest.raises(ValueError, match=f"{which} of fig-demo-curve"):
            style.show(draw(), **{**TEXTS, which: bad})


class TestDrawing:
    def test_theory_is_a_line_without_markers(self):
        _, ax = style.subplots()
        style.theory(ax, [0, 1], [1, 2], label="law")
        (line,) = ax.lines
        assert (line.get_linestyle(), line.get_marker()) == ("-", "None")
        assert line.get_label() == "law"
        np.testing.assert_array_equal(line.get_xydata(), [[0, 1], [1, 2]])

    def test_measured_is_points_with_bars(self):
        _, ax = style.subplots()
        style.measured(ax, [1, 2], [3, 5], low=[2, 4.5], high=[3.5, 7], label="seen")
        (container,) = ax.containers
        points, _, (bars,) = container
        assert points.get_linestyle() == "None"
        assert points.get_marker() not in ("", "None")
        ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
        assert ends == [[2.0, 3.5], [4.5, 7.0]]

    def test_measured_without_bars(self):
        _, ax = style.subplots()
        style.measured(ax, [1, 2], [3, 5])
        assert ax.containers[0].has_yerr is False

    @pytest.mark.parametrize("side", ["low", "high"])
    def test_half_an_interval_is_refused(self, side):
        _, ax = style.subplots()
        with pytest.raises(ValueError, match="low and high"):
            style.measured(ax, [1, 2], [3, 5], **{side: [2, 4]})

    def test_an_interval_that_misses_its_point_is_refused(self):
        _, ax = style.subplots()
        with pytest.raises(ValueError, match="low"):
            style.measured(ax, [1.0], [3.0], low=[4.0], high=[5.0])

    def test_a_mean_of_equal_values_that_differs_in_rounding_is_inside(self):
        values = np.array([0.1, 0.1, 0.1])
        assert values.mean() > values.max()
        _, ax = style.subplots()
        style.measured(ax, [0], [values.mean()], low=[values.min()], high=[values.max()])
        assert len(ax.containers) == 1

    def test_series_differ_in_colour_and_marker(self):
        _, ax = style.subplots()
        for offset in range(len(style.CYCLE)):
            style.measured(ax, [0, 1], [offset, offset])
        points = [container[0] for container in ax.containers]
        assert len({p.get_marker() for p in points}) == len(style.CYCLE)
        assert len({p.get_color() for p in points}) == len(style.CYCLE)

    def test_a_reference_is_one_grey_line(self):
        _, ax = style.subplots()
        style.reference(ax, x=2.0)
        style.reference(ax, y=3.0, linestyle="-")
        vertical, horizontal = ax.lines
        assert set(vertical.get_xdata()) == {2.0}
        assert set(horizontal.get_ydata()) == {3.0}
        assert vertical.get_color() == horizontal.get_color() == style.COLORS["grey"]

    @pytest.mark.parametrize("place", [{}, {"x": 1.0, "y": 1.0}])
    def test_a_reference_needs_one_place(self, place):
        _, ax = style.subplots()
        with pytest.raises(ValueError, match="exactly one of x and y"):
            style.reference(ax, **place)

    def test_rows_add_height(self):
        figure, axes = style.subplots(2, 3, height=2.5)
        assert axes.shape == (2, 3)
        np.testing.assert_allclose(figure.get_size_inches(), (7.2, 5.0))

    @pytest.mark.parametrize("bad", [0.0, -1.0, float("nan")])
    def test_a_bad_height_is_refused(self, bad):
        with pytest.raises(ValueError, match="height"):
            style.subplots(height=bad)

    def test_panels_are_lettered(self):
        _, axes = style.subplots(2, 2)
        style.label_panels(axes)
        assert [ax.get_title(loc="left") for ax in axes.flat] == ["(a)", "(b)", "(c)", "(d)"]

    def test_using_the_style_twice_changes_nothing(self):
        once = mpl.rcParams.copy()
        style.use()
        assert mpl.rcParams == once


# Vienot, Brettel and Mollon (1999): linear RGB to what a dichromat sees; a simple model.
SIGHT = {
    "full": np.eye(3),
    "deuteranopia": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
    "protanopia": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
}


def linear(colour):
    """Return the linear RGB of a colour."""
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Return the CIE 1976 L*a*b* coordinates of linear RGB, white point D65."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.asarray(to_xyz) @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


class TestPalette:
    def test_the_cycle_names_colours_and_is_the_one_in_use(self):
        assert len(set(style.CYCLE)) == len(style.CYCLE) >= 6
        used = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
        assert used == [style.COLORS[name] for name in style.CYCLE]

    @pytest.mark.parametrize("sight", SIGHT)
    def test_every_pair_of_the_cycle_can_be_told_apart(self, sight):
        """A difference of 2.3 is just noticeable side by side; across a figure, ten is plain."""
        seen = {c: lab(np.asarray(SIGHT[sight]) @ linear(style.COLORS[c])) for c in style.CYCLE}
        distance = {
            (a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in itertools.combinations(seen, 2)
        }
        assert min(distance.values()) > 10, min(distance, key=distance.get)

    def test_the_measure_of_distance_sees_a_pair_that_cannot_be_told_apart(self):
        """Negative control: a red and a green of one luminance, for a deuteranope."""
        red, green = linear("#d62728"), linear("#6e7b00")
        assert np.linalg.norm(lab(red) - lab(green)) > 50
        seen = [lab(np.asarray(SIGHT["deuteranopia"]) @ colour) for colour in (red, green)]
        assert np.linalg.norm(seen[0] - seen[1]) < 20

    def test_lines_stand_out_from_white(self):
        """Every colour of the cycle differs from the background by at least 20 in lightness."""
        assert max(lab(linear(style.COLORS[name]))[0] for name in style.CYCLE) < 80

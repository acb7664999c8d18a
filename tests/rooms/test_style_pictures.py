"""The pictures of a figure for the site: for wide and for narrow windows."""

import re
from itertools import combinations, pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from iclnb import style
from iclnb.style import narrow, vector
from tests.rooms.test_style import TEXTS, book_style  # noqa: F401 (used by every test)

COLUMN = 342
"""Pixels of a figure in a window of 390."""

X = np.linspace(0.1, 1.0, 8)


def one_panel():
    figure, ax = style.subplots()
    style.theory(ax, X, 1 / X, label="law")
    style.measured(ax, X, 1 / X, low=0.9 / X, high=1.1 / X, label="measured")
    ax.set(xlabel="$x$", ylabel="$y$", title="a law")
    ax.legend()
    return figure


def shared():
    figure, (left, right) = style.subplots(1, 2, sharey=True)
    for ax, power in ((left, 1), (right, 2)):
        for k in range(4):
            style.theory(ax, X, k + X**power, label=f"a curve with the number {k}")
        ax.set(xlabel="time", title=f"power {power}")
    left.set(ylabel="loss")
    style.legend_below(figure, columns=4)
    return figure


def heat_maps():
    figure, panels = style.subplots(1, 2)
    for ax in panels:
        image = ax.imshow(np.arange(36.0).reshape(6, 6))
        ax.set(xlabel="key", title="step 20")
    panels[0].set_ylabel("query")
    figure.colorbar(image, ax=panels, label="attention")
    return figure


def long_labels():
    figure, panels = style.subplots(2, 2, height=2.0)
    for ax in panels.flat:
        style.theory(ax, X, X, label="a very long entry of a legend that says $x = y + z$, and why")
        ax.set(
            xlabel="the number of examples in a prompt, counted from the very first one",
            ylabel="the mean square error over that of the answer zero, all seeds",
            title="a title that is longer than the window of a telephone is wide",
        )
    style.legend_below(figure)
    return figure


def names_and_numbers():
    figure, (left, right) = style.subplots(1, 2)
    names = [f"kind {{{k}, {k + 1}}}" for k in range(7)]
    left.plot(range(7), range(7))
    left.set_xticks(range(7), names)
    right.plot(range(40), range(40))
    right.set_xticks(range(0, 40, 2), [f"{1000 * k}" for k in range(20)])
    twin = right.twinx()
    twin.set_ylabel("the other scale")
    return figure


def own_legends():
    figure, panels = style.subplots(1, 3, sharex=True, sharey=True)
    for number, ax in enumerate(panels):
        style.measured(ax, X, X, label=f"first of panel {number}")
        style.theory(ax, X, 1 - X, label="second")
        ax.set(xlabel="$x$", xscale="log")
        ax.legend()
    panels[0].set(ylabel="$y$")
    return figure


FIGURES = (one_panel, shared, heat_maps, long_labels, names_and_numbers, own_legends)


def texts(figure):
    """The texts that are seen, with their boxes, after a drawing."""
    figure.draw_without_rendering()
    hidden = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                inside = low <= tick.get_loc() <= high and axis.get_visible()
                if not inside or not ax.axison:
                    hidden |= {tick.label1, tick.label2}
    seen = [
        t for t in figure.findobj(Text)
        if t.get_visible() and t.get_text().strip() and t not in hidden
    ]  # fmt: skip
    return [(t.get_text(), t.get_window_extent(), t.get_rotation() % 90) for t in seen]


def faults(figure):
    """Texts that are cut, texts that touch, and legends that cover a panel."""
    found = texts(figure)
    frame = figure.bbox.padded(0.5)
    out = [f"cut: {text}" for text, b, _ in found if not _inside(b, frame)]
    for (one, a, leans), (other, b, too) in combinations(found, 2):
        if _common(a, b) and not (leans and too):  # boxes of leaning words overlap, words do not
            out.append(f"touch: {one} | {other}")
    legends = [*figure.legends, *filter(None, (ax.get_legend() for ax in figure.axes))]
    boxes = [legend.get_window_extent() for legend in legends]
    panels = [ax.get_window_extent() for ax in figure.axes if ax.axison]
    out += ["a legend covers a panel" for a in boxes for b in panels if _common(a, b)]
    return out


def _inside(box, frame):
    return frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1


def _common(a, b):
    common = Bbox.intersection(a, b)
    return common and min(common.width, common.height) > 1


def smallest_text(svg, width):
    """Pixels of the smallest text of an SVG shown at a width; exponents and indices apart."""
    points = [100 * float(s) for s in re.findall(r"scale\((0?\.\d+) -0?\.\d+\)", svg)]
    assert points
    return min(points) * width / float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])


def stacked(figure):
    """Draw a figure, bring it into one column, and return it."""
    figure.draw_without_rendering()
    narrow.stack(figure)
    return figure


@pytest.fixture(scope="module", params=FIGURES, ids=lambda f: f.__name__)
def column(request):
    """A figure in one column: its faults, its places of panels, its SVG, how many there were."""
    with mpl.rc_context():
        mpl.use("agg")
        style.use()
        figure = request.param()
        count = len({ax.get_subplotspec().num1 for ax in narrow._panels(figure)})
        stacked(figure)
        boxes = {round(ax.get_position().y0, 3): ax.get_position() for ax in narrow._panels(figure)}
        height = figure.get_figheight()
        yield faults(figure), [boxes[y] for y in sorted(boxes)], height, vector.draw(figure), count


class TestNarrow:
    def test_nothing_is_cut_touches_or_covers(self, column):
        assert column[0] == []

    def test_texts_can_be_read_on_a_telephone(self, column):
        assert smallest_text(column[3], COLUMN) >= 10

    def test_panels_stand_in_one_column(self, column):
        _, boxes, height, _, count = column
        assert len(boxes) == count
        assert all(lower.y1 < upper.y0 for lower, upper in pairwise(boxes))
        assert all(box.width * narrow.WIDTH > 1.8 for box in boxes)
        assert all(box.height * height > 1.5 for box in boxes)


class TestWhatIsKept:
    def test_a_panel_shows_the_labels_that_its_neighbour_showed_for_it(self):
        figure = stacked(shared())
        left, right = figure.axes
        assert right.get_ylabel() == left.get_ylabel() == "loss"
        assert any(t.get_visible() and t.get_text() for t in right.get_yticklabels())
        assert left.get_ylim() == right.get_ylim()

    def test_panels_of_one_column_get_the_label_from_below(self):
        figure, (upper, lower) = style.subplots(2, 1, sharex=True)
        lower.set(xlabel="time", ylabel="lower")
        stacked(figure)
        assert upper.get_xlabel() == "time"
        assert upper.get_ylabel() == ""

    def test_the_legend_keeps_its_entries(self):
        figure = shared()
        before = [t.get_text() for t in figure.legends[0].get_texts()]
        narrow.stack(figure)
        (legend,) = figure.legends
        assert [t.get_text() for t in legend.get_texts()] == before
        assert len(legend.legend_handles) == len(before)

    def test_a_legend_of_a_panel_follows_its_panel(self):
        figure = stacked(own_legends())
        boxes = [legend.get_window_extent() for legend in figure.legends]
        panels = [ax.get_window_extent() for ax in figure.axes]
        assert len(boxes) == len(panels) == 3
        for panel, legend, after in zip(panels, boxes, [*panels[1:], None]):
            assert legend.y1 < panel.y0
            assert after is None or after.y1 < legend.y0

    def test_a_long_entry_loses_no_word_and_no_formula(self):
        figure = stacked(long_labels())
        (text,) = figure.legends[0].get_texts()
        assert "\n" in text.get_text()
        assert "$x = y + z$," in text.get_text()
        assert text.get_text().split()[-1] == "why"

    def test_a_colour_bar_stays_beside_its_panels(self):
        figure = stacked(heat_maps())
        *panels, bar = figure.axes
        for ax in panels:
            assert bar.get_position().x0 > ax.get_position().x1
        assert bar.get_ylabel() == "attention"

    def test_a_picture_keeps_its_shape(self):
        figure = stacked(heat_maps())
        box = figure.axes[0].get_window_extent()
        assert box.width == pytest.approx(box.height, rel=0.02)

    def test_a_picture_that_is_not_square_keeps_its_shape(self):
        figure, panels = style.subplots(1, 2)
        for ax in panels:
            ax.imshow(np.arange(14.0).reshape(2, 7))
        panel = stacked(figure).axes[0]
        room = panel.get_position(original=True)
        wanted = panel.figure.get_figwidth() * room.width * 2 / 7
        assert panel.figure.get_figheight() * room.height == pytest.approx(wanted, rel=0.02)

    def test_a_picture_with_tall_cells_keeps_them(self):
        figure = heat_maps()
        for ax in figure.axes[:-1]:
            ax.set_aspect(1.3)
        panel = stacked(figure).axes[0]
        box = panel.get_window_extent()
        assert panel.get_aspect() == 1.3
        assert box.height == pytest.approx(1.3 * box.width, rel=0.02)
        room = panel.get_position(original=True)
        assert panel.get_position().width == pytest.approx(room.width, rel=0.05)  # not squeezed

    def test_names_lean_and_numbers_thin_out(self):
        figure = stacked(names_and_numbers())
        left, right, _ = figure.axes
        assert all(t.get_visible() and t.get_rotation() for t in left.get_xticklabels())
        shown = [t.get_text() for t in right.get_xticklabels() if t.get_visible()]
        assert 4 <= len(shown) < 20
        assert shown[0] == "0"

    def test_letters_of_panels_stay(self):
        figure = shared()
        style.label_panels(figure.axes)
        narrow.stack(figure)
        assert [ax.get_title("left") for ax in figure.axes] == ["(a)", "(b)"]

    def test_a_figure_without_panels_is_left_alone(self):
        figure = plt.figure()
        figure.text(0.5, 0.5, "nothing")
        narrow.stack(figure)
        assert [text.get_text() for text in figure.texts] == ["nothing"]
        assert figure.axes == []


class TestFaults:
    """Negative controls: the looks above find what they look for."""

    def test_a_figure_that_is_only_made_small(self):
        figure = long_labels()
        figure.set_size_inches(narrow.WIDTH, 6)
        found = faults(figure)
        assert any(f.startswith("cut") for f in found)
        assert any(f.startswith("touch") for f in found)

    def test_a_legend_on_a_panel(self):
        assert "a legend covers a panel" in faults(one_panel())

    def test_a_wide_picture_on_a_telephone(self):
        assert smallest_text(vector.draw(shared()), COLUMN) < 7


class TestVector:
    def test_the_same_twice_and_packed(self):
        one, two = style.show(shared(), **TEXTS), style.show(shared(), **TEXTS)
        assert (one.wide, one.narrow) == (two.wide, two.narrow)
        _, about = one._repr_mimebundle_()
        stored = about[style.METADATA_KEY]
        assert vector.unpack(stored["wide"]) == one.wide
        assert vector.unpack(stored["narrow"]) == one.narrow
        assert len(stored["wide"]) < len(one.wide) / 2

    @pytest.mark.parametrize("bad", ["", "no base64!", "bm90IHBhY2tlZA=="])
    def test_what_was_not_packed_is_refused(self, bad):
        with pytest.raises(ValueError, match="line holds no packed picture"):
            vector.unpack(bad)

    def test_no_ground_no_machine_and_no_digits_beyond_sight(self):
        svg = style.show(one_panel(), **TEXTS).wide
        assert "#ffffff" not in svg
        assert not re.search("matplotlib|metadata|<!--|rdf", svg)
        assert not re.search(r"\d\.\d{5}", svg)

    def test_links_inside_lead_somewhere(self):
        svg = style.show(own_legends(), **TEXTS).narrow
        wanted = set(re.findall(r'(?:href="|url\()#(\w+)', svg))
        assert wanted
        assert wanted <= set(re.findall(r' id="(\w+)"', svg))

    def test_every_text_stands_in_a_group_of_its_own(self):
        figure = shared()
        svg = vector.draw(figure)
        assert svg.count(f'class="{vector.TEXT}"') == len(texts(figure))

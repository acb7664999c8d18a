"""Schematics: what is drawn where, and what is refused."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import FancyBboxPatch, Rectangle

from iclnb import style
from iclnb.style import schematic as draw
from iclnb.style.dark import darken


@pytest.fixture
def sheet():
    figure, (ax,) = draw.sketch((4.0, 3.0), height=2.0)
    yield ax
    plt.close(figure)


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def frames(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_sheets_are_measured_alike_in_both_directions_and_have_no_axes():
    figure, sheets = draw.sketch((4.0, 2.0), (8.0, 2.0), height=1.5)
    assert [ax.get_xlim() for ax in sheets] == [(0, 4), (0, 8)]
    assert all(ax.get_aspect() == 1 and not ax.get_xticks().size for ax in sheets)
    assert not any(spine.get_visible() for ax in sheets for spine in ax.spines.values())
    figure.draw_without_rendering()
    scales = [ax.get_window_extent().width / ax.get_xlim()[1] for ax in sheets]
    assert scales[0] == pytest.approx(scales[1], rel=0.02)
    plt.close(figure)


def test_the_first_row_is_on_top(sheet):
    draw.cells(sheet, (1.0, 0.5), [["a", "b"], ["c", ""]], size=(1.0, 0.5))
    corners = [patch.get_xy() for patch in frames(sheet, Rectangle)]
    assert corners == [(1.0, 1.0), (2.0, 1.0), (1.0, 0.5), (2.0, 0.5)]
    assert words(sheet) == ["a", "b", "c"]
    assert [t.get_position() for t in sheet.texts] == [(1.5, 1.25), (2.5, 1.25), (1.5, 0.75)]


def test_a_box_stands_about_its_point(sheet):
    draw.box(sheet, (2.0, 1.0), "in it", size=(1.0, 0.6), tint="blue")
    (frame,) = frames(sheet, FancyBboxPatch)
    assert (frame.get_x(), frame.get_y()) == (1.5, 0.7)
    assert (frame.get_width(), frame.get_height()) == (1.0, 0.6)
    assert words(sheet) == ["in it"]


def test_an_arrow_leads_from_start_to_end(sheet):
    draw.arrow(sheet, (0.5, 0.5), (3.0, 2.0), bend=0.2, colour="blue")
    (drawn,) = sheet.texts
    assert (drawn.xyann, drawn.xy) == ((0.5, 0.5), (3.0, 2.0))


def test_a_note_takes_no_room_from_its_sheet():
    """A long text must not make the sheet smaller."""
    widths = []
    for text in ("x", "a text that is much longer than the sheet is wide, and goes on"):
        figure, (ax,) = draw.sketch((4.0, 3.0), height=2.0)
        draw.note(ax, (2.0, 1.0), text)
        figure.draw_without_rendering()
        widths.append(ax.get_window_extent().width)
        plt.close(figure)
    assert widths[0] == widths[1]


def test_it_is_shown_like_any_figure_wide_narrow_and_dark():
    figure, sheets = draw.sketch((4.0, 3.0), (4.0, 3.0), height=2.0)
    for ax in sheets:
        draw.cells(ax, (0.5, 0.5), [["$x_1$", "$x_2$"]], tints=[["blue", "grey"]])
    shown = style.show(figure, name="fig-two", caption="Two sheets of cells.", alt="a" * 30)
    sizes = [[float(x) for x in svg.split('viewBox="')[1].split('"')[0].split()[2:]]
             for svg in (shown.wide, shown.narrow)]  # fmt: skip
    assert sizes[0][0] > 1.5 * sizes[1][0]
    assert sizes[1][1] > 1.5 * sizes[0][1]
    assert draw.TINTS["blue"] in shown.wide
    assert draw.TINTS["blue"] not in darken(shown.wide)
    assert shown.wide.count('class="t"') == 4


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda ax: draw.sketch(height=1.0), "sizes"),
        (lambda ax: draw.sketch((1.0, 0.0), height=1.0), "sizes"),
        (lambda ax: draw.sketch((1.0, 1.0), height=0.0), "height"),
        (lambda ax: draw.cells(ax, (0.0, 0.0), [["a"], ["b", "c"]]), "texts"),
        (lambda ax: draw.cells(ax, (0.0, 0.0), [["a"]], tints=[["blue", "blue"]]), "tints"),
        (lambda ax: draw.cells(ax, (0.0, 0.0), [["a"]], tints=[["red"]]), "tints"),
        (lambda ax: draw.box(ax, (0.0, 0.0), "a", size=(1.0, 1.0), tint="red"), "tint"),
        (lambda ax: draw.arrow(ax, (0.0, 0.0), (1.0, 1.0), colour="red"), "colour"),
        (lambda ax: draw.note(ax, (0.0, 0.0), "a", colour="red"), "colour"),
        (lambda ax: draw.note(ax, (0.0, 0.0), "a", align="middle"), "align"),
    ],
)
def test_what_cannot_be_drawn_is_refused(sheet, call, named):
    with pytest.raises(ValueError, match=f"^{named} must"):
        call(sheet)

"""Marks, axes, parameters, frames: what they hold, and bad input that names the argument."""

import numpy as np
import pytest

from iclnb import explore
from iclnb.explore import limits
from iclnb.explore.grid import check_parameters, complete, default_index, points

X = np.arange(1.0, 4.0)
NAN = np.nan


def curve(**changes):
    return explore.Curve(**{"label": "a", "x": X, "y": X, **changes})


def heat(**changes):
    return explore.Heat(**{"label": "a", "values": np.eye(3), **changes})


def contour(**changes):
    arguments = {"label": "a", "values": np.eye(3), "x": X, "y": X, "levels": [0.5]}
    return explore.Contour(**{**arguments, **changes})


def area(**changes):
    return explore.Area(**{"label": "a", "x": X, "low": X, "high": 2 * X, **changes})


def arrows(**changes):
    return explore.Arrows(**{"label": "a", "x": X, "y": X, "to_x": X, "to_y": X, **changes})


def words(**changes):
    return explore.Text(**{"label": "a", "x": X, "y": X, **changes})


def axes(**changes):
    return explore.Axes(**{"xlabel": "x", "ylabel": "y", **changes})


def parameter(**changes):
    return explore.Parameter(
        **{"name": "n", "label": "n", "values": (1, 2, 3), "default": 2, **changes}
    )


BAD = [
    (curve, {"label": 3}, TypeError, "label"),
    (curve, {"label": ""}, ValueError, "label"),
    (curve, {"x": "abc"}, TypeError, "x must"),
    (curve, {"y": np.eye(3)}, ValueError, "y of"),
    (curve, {"y": X[:2]}, ValueError, "one length"),
    (curve, {"x": [], "y": []}, ValueError, "at least 1"),
    (curve, {"x": [1, NAN, 3]}, ValueError, "x of"),
    (curve, {"role": "line"}, ValueError, "role"),
    (curve, {"low": X}, ValueError, "together"),
    (curve, {"low": X, "high": X}, ValueError, "measurements"),
    (curve, {"low": 2 * X, "high": X, "role": "measured"}, ValueError, "exceeds"),
    (curve, {"low": [1, 9, 3], "high": 2 * X, "role": "measured"}, ValueError, "exceeds"),
    (curve, {"role": "mark"}, ValueError, "one x and one y"),
    (curve, {"role": "mark", "x": [NAN], "y": [NAN]}, ValueError, "finite"),
    (curve, {"panel": -1}, ValueError, "panel"),
    (curve, {"panel": 1.5}, TypeError, "panel"),
    (curve, {"colour": "red"}, TypeError, "colour"),
    (curve, {"colour": -1}, ValueError, "colour"),
    (area, {"low": 3 * X}, ValueError, "low"),
    (area, {"low": [1, 9, 3]}, ValueError, "low"),
    (area, {"high": X[:1]}, ValueError, "one length"),
    (area, {"x": [1, 2, NAN]}, ValueError, "x of"),
    (heat, {"values": X}, ValueError, "grid"),
    (heat, {"values": [["a", "b"], ["c", "d"]]}, TypeError, "values"),
    (heat, {"x": X[:2]}, ValueError, "x of"),
    (heat, {"y": X[::-1]}, ValueError, "increase"),
    (heat, {"y": [1, 3, 2]}, ValueError, "increase"),
    (heat, {"x": [1, NAN, 3]}, ValueError, "finite"),
    (contour, {"x": [1, 2, 4]}, ValueError, "evenly"),
    (contour, {"levels": []}, ValueError, "levels"),
    (contour, {"levels": [0.2, 0.5, 0.4]}, ValueError, "increase"),
    (contour, {"levels": [0.2, NAN, 0.4]}, ValueError, "finite"),
    (contour, {"levels": [2, 1]}, ValueError, "levels"),
    (contour, {"levels": "high"}, TypeError, "levels"),
    (arrows, {"to_x": [1, 2, NAN]}, ValueError, "to_x"),
    (words, {"y": [1, NAN, 2]}, ValueError, "y of"),
    (axes, {"xlabel": None}, TypeError, "xlabel"),
    (axes, {"yscale": "cubic"}, ValueError, "yscale"),
    (axes, {"zscale": "cubic"}, ValueError, "zscale"),
    (axes, {"xlim": (2, 1)}, ValueError, "xlim"),
    (axes, {"xlim": 3}, TypeError, "xlim"),
    (axes, {"ylim": (0, 1), "yscale": "log"}, ValueError, "ylim"),
    (axes, {"zlim": (-1, 1), "zscale": "sqrt"}, ValueError, "zlim"),
    (axes, {"equal": True, "xscale": "log"}, ValueError, "equal"),
    (parameter, {"name": 3}, TypeError, "name"),
    (parameter, {"name": "a b"}, ValueError, "name"),
    (parameter, {"values": 3}, TypeError, "values"),
    (parameter, {"values": "abc"}, TypeError, "values"),
    (parameter, {"values": (1,), "default": 1}, ValueError, "values"),
    (parameter, {"values": (1, "a"), "default": 1}, TypeError, "values"),
    (parameter, {"values": (2, 1)}, ValueError, "increase"),
    (parameter, {"values": (1, np.inf), "default": 1}, ValueError, "finite"),
    (parameter, {"values": ("a", "a"), "default": "a"}, ValueError, "distinct"),
    (parameter, {"default": 7}, ValueError, "default"),
    (parameter, {"values": (0, 2), "log": True}, ValueError, "positive"),
    (parameter, {"description": None}, TypeError, "description"),
]


@pytest.mark.parametrize(("make", "changes", "error", "word"), BAD)
def test_bad_input_is_refused_and_named(make, changes, error, word):
    make()
    with pytest.raises(error, match=word):
        make(**changes)


def test_what_is_given_is_kept_and_cannot_change():
    given = X.copy()
    kept = curve(y=given)
    given[0] = 7
    assert kept.y[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        kept.y[0] = 3


def test_how_a_mark_lies():
    one = {"role": "mark", "x": [1], "y": [1]}
    assert curve(**one).lie == "point"
    assert curve(**{**one, "y": [NAN]}).lie == "upright"
    assert curve(**{**one, "x": [NAN]}).lie == "level"
    assert curve().lie == ""


def test_a_stack_stands_on_zero_and_adds_up():
    parts = explore.stack(X, {"a": X, "b": 2 * X})
    assert [p.label for p in parts] == ["a", "b"]
    assert np.array_equal(parts[0].low, 0 * X)
    assert np.array_equal(parts[1].low, parts[0].high)
    assert np.array_equal(parts[1].high, 3 * X)
    with pytest.raises(ValueError, match="negative"):
        explore.stack(X, {"a": [1, -2, 3]})
    with pytest.raises(ValueError, match="length"):
        explore.stack(X, {"a": X[:2]})
    with pytest.raises(TypeError, match="parts"):
        explore.stack(X, [X])
    with pytest.raises(TypeError, match="parts must be a mapping from names to heights, not empty"):
        explore.stack(X, {})


@pytest.mark.parametrize(
    ("given", "error", "word"),
    [
        (3, TypeError, "sequence"),
        ("marks", TypeError, "curves must be a sequence, got str"),
        ([3], TypeError, "curves"),
        ([], ValueError, "empty"),
        ([curve(), curve()], ValueError, "share"),
    ],
)
def test_a_frame_of_what_is_no_mark_is_refused(given, error, word):
    with pytest.raises(error, match=word):
        explore.Frame(given)


def test_an_array_of_marks_is_a_sequence_of_them():
    one = curve()
    assert explore.Frame(np.array([one])).curves == (one,)


def test_a_sentence_is_tidied():
    assert explore.Frame([curve()], "p_1 is 6.1e+03").summary == "p_{1} is 6100"


class TestParameters:
    def test_words_and_short_lists_are_buttons(self):
        assert parameter().control == "slider"
        assert parameter(buttons=True).control == "choice"
        assert parameter(values=("a", "b"), default="a").control == "choice"

    @pytest.mark.parametrize(
        ("changes", "count", "some"),
        [
            ({}, 3, 2),
            ({"values": (0.0, 1.0), "default": 0.0}, 201, 0.5),
            ({"values": (1, 100, 10000), "default": 1, "log": True}, None, 105),
            ({"values": (1.0, 8.0), "default": 1.0, "log": True}, 201, 2.83),
        ],
    )
    def test_a_live_kernel_offers_what_lies_between(self, changes, count, some):
        p = parameter(**changes)
        live = p.places(live=True)
        assert set(p.values) <= set(live)
        assert list(live) == sorted(set(live))
        assert count is None or abs(len(live) - count) <= 2
        assert some in live
        assert p.places(live=False) == p.values
        kinds = {type(v) for v in live}
        assert kinds == ({int} if p.kind == "whole" else {float})

    def test_a_list_is_kept_where_it_is_meant(self):
        assert parameter(values=(1, 9, 50), default=9, between=False).places(live=True) == (
            1,
            9,
            50,
        )

    def test_the_grid_runs_through_the_last_first(self):
        two = (parameter(), parameter(name="m", values=("a", "b"), default="b"))
        listed = list(points(two))
        assert listed[:3] == [{"n": 1, "m": "a"}, {"n": 1, "m": "b"}, {"n": 2, "m": "a"}]
        assert listed[default_index(two)] == {"n": 2, "m": "b"}
        assert complete(two, {"n": 3}) == {"n": 3, "m": "b"}
        with pytest.raises(ValueError, match="unknown parameter 'k'"):
            complete(two, {"k": 1})

    @pytest.mark.parametrize(
        ("given", "error"),
        [(3, TypeError), ([3], TypeError), ([], ValueError), ([parameter()] * 2, ValueError)],
    )
    def test_a_list_of_parameters_is_checked(self, given, error):
        with pytest.raises(error, match="parameters"):
            check_parameters(given)
        many = [parameter(name=c) for c in "abcd"]
        with pytest.raises(ValueError, match="one to three, got 4"):
            check_parameters(many)


class TestLimits:
    def test_they_hold_for_all_frames(self):
        frames = [explore.Frame([curve(y=k * X)]) for k in (1, 5)]
        (filled,) = limits.fill([axes(xlim=(0, 9))], frames)
        assert filled.xlim == (0, 9)
        assert filled.ylim == pytest.approx((1 - 0.56, 15 + 0.56))

    def test_intervals_and_stops_of_arrows_count(self):
        frames = [explore.Frame([curve(role="measured", low=X - 9, high=X + 9)])]
        (filled,) = limits.fill([axes(ylim=None)], frames)
        assert filled.ylim[0] < -8
        assert filled.ylim[1] > 12
        (filled,) = limits.fill([axes()], [explore.Frame([arrows(to_x=X + 50)])])
        assert filled.xlim[1] > 53

    def test_a_log_axis_is_widened_in_decades(self):
        (filled,) = limits.fill([axes(yscale="log")], [explore.Frame([curve(y=[1, 10, 100])])])
        assert filled.ylim == pytest.approx((10**-0.08, 10**2.08))

    def test_a_grid_reaches_half_a_cell_further_and_gives_the_colours(self):
        (filled,) = limits.fill([axes()], [explore.Frame([heat(values=3 * np.eye(3))])])
        assert filled.xlim == (0.5, 3.5)
        assert filled.ylim == (0.5, 3.5)
        assert filled.zlim == (0, 3)

    @pytest.mark.parametrize(
        ("mark", "on", "word"),
        [
            (curve(panel=1), {}, "panel"),
            (curve(y=[0, 1, 2]), {"yscale": "log"}, "positive"),
            (curve(x=[0, 1, 2]), {"xscale": "log"}, "positive"),
            (heat(x=[0.1, 2, 4]), {"xscale": "log"}, "positive"),
            (contour(), {"xscale": "log"}, "linear"),
            (arrows(to_y=-X), {"yscale": "log"}, "positive"),
        ],
    )
    def test_what_the_axes_cannot_show_is_refused(self, mark, on, word):
        with pytest.raises(ValueError, match=word):
            limits.check_frame(explore.Frame([mark]), [axes(**on)])

    def test_a_panel_without_numbers_is_refused(self):
        with pytest.raises(ValueError, match="xlim"):
            limits.fill([axes()], [explore.Frame([curve(role="mark", x=[NAN], y=[1])])])

    def test_digits_resolve_the_axis(self):
        assert limits.digits((0, 1), "linear") == 4
        assert limits.digits((100, 100.1), "linear") == 8
        assert limits.digits((1e-9, 1), "log") == 4

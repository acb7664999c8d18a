"""From the description to the data that the script reads."""

import json

import numpy as np
import pytest

from iclnb import explore
from iclnb.explore.grid import check_parameters
from iclnb.explore.payload import describe_parameter, place_of, rounded, safe_json
from iclnb.explore.sources import DrawnSource
from tests.rooms.test_explore.conftest import every_role

K = explore.Parameter("K", "K", (1, 2, 5, 10, 20), 5, "features", log=True)
AXES = (
    explore.Axes("t", "loss"),
    explore.Axes("u", "v", equal=True, zlabel="L"),
    explore.Axes("key", "query", reverse=True, zscale="sqrt"),
)


@pytest.fixture(scope="module")
def data():
    parameters = check_parameters([K])
    return DrawnSource(every_role, parameters, AXES).payload()


def marks(data, frame=2):
    """Marks of a frame by role and label, their arrays in place."""
    out = {}
    for series, panel, refs in data["frames"][frame]["marks"]:
        about = data["series"][series]
        arrays = {k: data["arrays"][i] for k, i in refs.items()}
        out[about["role"], about["label"]] = {**about, "panel": panel, **arrays}
    return out


def test_every_role_arrives_with_its_numbers(data):
    frame, found = every_role(K=5), marks(data)
    assert len(found) == len(frame.curves)
    for mark in frame.curves:
        got = found[mark.role, mark.label]
        assert got["panel"] == mark.panel
        for name in ("x", "y", "low", "high", "to_x", "to_y"):
            values = getattr(mark, name, None)
            if values is None:
                assert name not in got
            else:
                written = np.array(got[name], dtype=float)
                assert np.allclose(written, values, rtol=1e-3, atol=1e-9, equal_nan=True)
        if mark.role in ("heat", "contour"):
            assert np.allclose(got["z"], np.ravel(mark.values), rtol=1e-3)


def test_what_only_some_have_is_said(data):
    found = marks(data)
    assert found["mark", "floor"]["lie"] == "level"
    assert found["mark", "t_{1}"]["lie"] == "upright"
    assert found["mark", "here"]["lie"] == "point"
    assert "lie" not in found["theory", "law"]
    assert found["contour", "loss"]["filled"] is True
    assert found["contour", "loss"]["levels"][0] == -1
    assert "stacked" not in found["area", "band"]


def test_equal_arrays_and_equal_looks_stand_once(data):
    assert len({json.dumps(a) for a in data["arrays"]}) == len(data["arrays"])
    looks = [json.dumps({**s, "panels": 0}) for s in data["series"]]
    assert len(set(looks)) == len(looks) == len(every_role().curves)
    first, second = (marks(data, k)["theory", "law"] for k in (0, 1))
    assert first["x"] == second["x"]
    assert first["y"] != second["y"]


def test_axes_have_their_limits_and_no_more_than_they_need(data):
    left, middle, right = data["axes"]
    assert "zlim" not in left
    assert middle["equal"]
    assert middle["zlabel"] == "L"
    assert right["reverse"]
    assert right["zscale"] == "sqrt"
    assert right["zlim"][0] >= 0
    assert all(a["xlim"][0] < a["xlim"][1] for a in data["axes"])


def test_gaps_are_null_and_whole_numbers_are_short():
    assert rounded(np.array([1.0, np.nan, np.inf, 0.12345678, 2e20]), 4) == (
        1, None, None, 0.1235, 2e20,
    )  # fmt: skip
    assert json.dumps(rounded(np.array([3.0]), 4)) == "[3]"


class TestLooks:
    @staticmethod
    def looks(*frames):
        n = explore.Parameter("n", "n", tuple(range(1, len(frames) + 1)), 1)
        axes = (explore.Axes("x", "y", xlim=(0, 3), ylim=(0, 3), zlim=(0, 1)),) * 2
        data = DrawnSource(lambda n: explore.Frame(frames[n - 1]), (n,), axes).payload()
        return {(s["label"], s["role"]): s for s in data["series"]}

    @staticmethod
    def curve(label, role="theory", **more):
        return explore.Curve(label, [1, 2], [1, 2], role, **more)

    def test_labels_keep_their_colours_and_share_them_between_roles(self):
        a, b, points = self.curve("a"), self.curve("b"), self.curve("a", "measured")
        found = self.looks([a, points], [b, a])
        assert found["a", "theory"]["colour"] == found["a", "measured"]["colour"] == 0
        assert found["b", "theory"]["colour"] == 1
        assert found["a", "theory"]["dash"] == ()
        assert found["b", "theory"]["dash"] != ()

    def test_dashes_and_markers_are_counted_in_a_panel(self):
        left = [self.curve("a"), self.curve("b"), self.curve("c", "measured")]
        right = [self.curve("d", panel=1), self.curve("e", "measured", panel=1)]
        found = self.looks([*left, *right], [*left, *right])
        assert [s["colour"] for s in found.values()] == [0, 1, 2, 3, 4]
        assert found["d", "theory"]["dash"] == ()
        assert found["c", "measured"]["marker"] == found["e", "measured"]["marker"] == "circle"

    def test_marks_are_grey_unless_they_ask(self):
        here = explore.Curve("here", [1], [1], "mark")
        there = explore.Curve("there", [2], [np.nan], "mark", colour=2)
        found = self.looks([self.curve("a"), here, there], [self.curve("a"), here, there])
        assert found["here", "mark"]["colour"] == 6
        assert found["there", "mark"]["colour"] == 2
        assert found["here", "mark"]["dash"] != found["there", "mark"]["dash"]

    def test_what_is_painted_by_the_axes_takes_no_colour(self):
        grid = explore.Contour("hills", np.eye(3), [1, 2, 3], [1, 2, 3], levels=[0.5])
        found = self.looks([grid, self.curve("a", "path")], [grid, self.curve("a", "path")])
        assert found["a", "path"]["colour"] == 0


def test_a_control_says_what_it_offers():
    static = describe_parameter(K, live=False)
    assert static["kind"] == "slider"
    assert static["values"] == [1, 2, 5, 10, 20]
    assert static["start"] == 2
    assert static["stops"] == [0, 1, 2, 3, 4]
    live = describe_parameter(K, live=True)
    assert live["values"] == list(range(1, 21))
    assert [live["values"][i] for i in live["stops"]] == static["values"]
    assert live["values"][live["start"]] == 5
    big = describe_parameter(explore.Parameter("T", "T_1", (1e-5, 1e7), 1e7), live=False)
    assert big["shown"] == ["10⁻⁵", "10⁷"]
    assert big["label"] == "T_{1}"
    assert "play" not in big
    words = describe_parameter(explore.Parameter("w", "w", ("a", "b"), "b", play=True), live=True)
    assert words["kind"] == "choice"
    assert "play" not in words


@pytest.mark.parametrize("index", [-1, 5])
def test_a_place_that_is_none_is_refused(index):
    with pytest.raises(ValueError, match="K has no place"):
        place_of(describe_parameter(K, live=False), index)


@pytest.mark.parametrize("index", [1.0, "1", None])
def test_what_is_no_place_is_refused(index):
    with pytest.raises(TypeError, match="index must be an integer"):
        place_of(describe_parameter(K, live=False), index)


def test_json_can_stand_in_a_script():
    text = safe_json({"a": "</script><!-- & é"})
    assert not set("<>&é") & set(text)
    assert json.loads(text) == {"a": "</script><!-- & é"}


class TestSources:
    @pytest.mark.parametrize(
        ("changes", "error", "word"),
        [
            ({"compute": 3}, TypeError, "compute"),
            ({"axes": (3,)}, TypeError, "axes"),
            ({"axes": ()}, ValueError, "axes"),
            ({"axes": (explore.Axes("x", "y"),) * 4}, ValueError, "axes"),
            ({"compute": lambda K: [K]}, TypeError, "compute must return a Frame"),
        ],
    )
    def test_bad_input_is_refused(self, changes, error, word):
        arguments = {"compute": every_role, "parameters": (K,), "axes": AXES, **changes}
        with pytest.raises(error, match=word):
            DrawnSource(**arguments).payload()

    def test_colours_are_seen_although_the_axes_are_given(self):
        axes = (explore.Axes("x", "y", xlim=(0, 4), ylim=(0, 4)),)
        source = DrawnSource(
            lambda K: explore.Frame([explore.Heat("h", K * np.eye(3))]), (K,), axes
        )
        assert source.axes()[0].zlim == (0, 20)

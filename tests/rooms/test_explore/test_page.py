"""The figure as the page stores it: texts in their places, the still picture, equal bytes."""

import base64
import html as html_module
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup

from iclnb import explore
from iclnb.explore import assets, still
from tests.rooms.test_explore.conftest import TEXTS, every_role, make


@pytest.fixture(scope="module")
def page(static):
    """The figure as the site shows it."""
    return BeautifulSoup(still.inlined(static.html()), "html.parser")


def stored(page):
    return json.loads(page.select_one('script[type="application/json"]').string)


def test_caption_and_alternative_text_stand_each_in_its_place(page):
    """They could be exchanged unseen: both are sentences."""
    figure = page.select_one("figure.iclnb-explore")
    assert figure["id"] == "fig-every-role"
    assert figure.figcaption.decode_contents() == "What to see in p<sub>1</sub>."
    picture = page.select_one(".xf-still [role=img]")
    assert picture["aria-label"] == TEXTS["alt"]
    assert stored(page)["alt"] == TEXTS["alt"]
    assert stored(page)["name"] == "fig-every-role"
    assert TEXTS["caption"] not in json.dumps(stored(page))


def test_the_still_is_the_default_frame(page):
    data = stored(page)
    grid = [len(p["values"]) for p in data["parameters"]]
    assert len(data["frames"]) == np.prod(grid)
    start = data["frames"][data["start"]]
    assert start["summary"] == "K = 5, way up, p_{1} = 0.5: about 6100 K^{2}, −0.5."
    svgs = page.select(".xf-still svg.xf-plot")
    assert len(svgs) == 3
    assert all(s["aria-hidden"] == "true" for s in svgs)
    words = page.select_one(".xf-still").get_text()
    for name in ("law", "runs", "floor", "band", "flow", "saddle", "here", "time", "query"):
        assert name in words, name


def test_a_notebook_that_is_not_trusted_has_images(static):
    """JupyterLab lets no inline SVG through, and no style sheet."""
    stored = BeautifulSoup(static.html(), "html.parser")
    assert stored.svg is None
    images = stored.select(".xf-still img")
    assert [i["alt"] for i in images] == [TEXTS["alt"], *[""] * (len(images) - 1)]
    for image in images:
        kind, data = image["src"].split(",")
        assert kind == "data:image/svg+xml;base64"
        drawn = ElementTree.fromstring(base64.b64decode(data))
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert float(image["width"]) == float(drawn.get("width"))
    first = base64.b64decode(images[0]["src"].split(",")[1]).decode()
    assert first.split(">")[1].endswith('height="100%" fill="#fff"/')
    assert "xf-ground" not in still.inlined(static.html())
    assert still.as_images(still.inlined(static.html()), TEXTS["alt"]) == static.html()


def test_the_script_itself_is_not_repeated(static, page):
    assert len(page.find_all("script")) == 1
    assert page.find("style", string=re.compile("xf-panels")) is None
    assert len(static.html()) < 300_000


def test_ids_are_the_figure_s_own(page):
    ids = [n["id"] for n in page.find_all(id=True)]
    assert len(set(ids)) == len(ids)
    assert all(i.startswith("fig-every-role") for i in ids)
    used = set(re.findall(r"url\(#([^)]+)\)", str(page)))
    assert used <= set(ids)


def test_the_same_figure_has_the_same_bytes(static):
    code = "import sys; from tests.rooms.test_explore.conftest import make; "
    code += "sys.stdout.buffer.write(make().html().encode())"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert again.stdout.decode() == static.html() == make().html()


def test_no_number_of_the_picture_is_broken(page):
    text = "".join(str(s) for s in page.select("svg"))
    assert "NaN" not in text
    assert "undefined" not in text
    assert "Infinity" not in text


def test_what_is_shown_in_a_cell(static):
    bundle = static._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert repr(static) == bundle["text/plain"]
    assert "K in {1, 2, 5, 10, 20}; way in {up, down}" in repr(static)


def test_a_portable_figure_carries_its_script_and_needs_no_engine(monkeypatch):
    monkeypatch.setattr(still, "evaluate", None)
    html = make("portable").html()
    assert assets.BEGIN in html
    assert "iclnbExplore" in html
    assert "http:" not in re.sub(r"http://www\.w3\.org/[\w/]+", "", html)


def test_without_the_engine_a_static_figure_says_what_to_install(monkeypatch):
    monkeypatch.setattr(still.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"mini-racer.*iclnb\[book\]"):
        make()


def test_an_error_of_the_script_is_short():
    with pytest.raises(RuntimeError) as caught:
        still.evaluate("iclnbExplore.nothing()")
    assert len(str(caught.value)) < 300


def test_importing_needs_neither_engine_nor_widgets():
    code = """
import sys
for name in ("py_mini_racer", "anywidget", "matplotlib", "ipywidgets"):
    sys.modules[name] = None
from iclnb import explore
explore.Curve("a", [1, 2], [1, 2])
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("changes", "error", "word"),
    [
        ({"name": 3}, TypeError, "name"),
        ({"name": "every-role"}, ValueError, "name"),
        ({"name": "fig-Every"}, ValueError, "name"),
        ({"caption": ""}, ValueError, "caption"),
        ({"caption": None}, TypeError, "caption"),
        ({"alt": "short"}, ValueError, "alt"),
        ({"alt": 3}, TypeError, "alt"),
        ({"mode": "moving"}, ValueError, "mode"),
        ({"parameters": 3}, TypeError, "parameters"),
        ({"axes": 3}, TypeError, "axes"),
        ({"compute": lambda **_: None}, TypeError, "compute"),
    ],
)
def test_bad_input_is_refused_and_named(changes, error, word):
    with pytest.raises(error, match=word):
        make(**changes)


def test_a_figure_that_is_too_heavy_is_refused():
    def heavy(n):
        rng = np.random.default_rng(n)
        return explore.Frame([explore.Curve("a", rng.random(9000), rng.random(9000))])

    with pytest.raises(ValueError, match="more than 500000; use fewer values"):
        explore.curves(
            heavy,
            [explore.Parameter("n", "n", tuple(range(9)), 1)],
            axes=explore.Axes("x", "y"),
            name="fig-heavy",
            mode="static",
            **TEXTS,
        )


def test_the_callback_can_be_called(static):
    frame = static.at(K=2)
    assert frame.summary == every_role(K=2).summary
    with pytest.raises(ValueError, match="unknown parameter 'L'"):
        static.at(L=1)


class TestPictures:
    @staticmethod
    def draw(n):
        figure, ax = plt.subplots(figsize=(2, 1.5))
        ax.plot([0, n])
        return figure

    def pictures(self, draw, mode="static"):
        n = explore.Parameter("n", "n_1", (1, 2), 2)
        return explore.frames(draw, [n], name="fig-pictures", mode=mode, **TEXTS)

    def test_they_stand_once_and_are_closed(self):
        html = self.pictures(self.draw).html()
        page = BeautifulSoup(html, "html.parser")
        assert page.img["alt"] == TEXTS["alt"]
        frames = stored(page)["frames"]
        assert frames[1]["png"] is None
        assert frames[0]["png"]
        assert frames[0]["summary"] == "n₁ = 1"
        assert plt.get_fignums() == []
        assert html_module.unescape(page.figcaption.get_text()) == "What to see in p1."

    def test_of_two_sizes_they_are_refused(self):
        def draw(n):
            return plt.figure(figsize=(n, 1))

        with pytest.raises(ValueError, match="one size"):
            self.pictures(draw)

    @pytest.mark.parametrize(
        ("draw", "word"), [(3, "draw"), (lambda n: n, "draw must return a matplotlib Figure")]
    )
    def test_what_draws_nothing_is_refused(self, draw, word):
        with pytest.raises(TypeError, match=word):
            self.pictures(draw)


def named(labels):
    """Names at the curves, and names in the list below, of a figure with these labels."""

    def compute(n):
        x = np.linspace(0, 1, 9)
        return explore.Frame([explore.Curve(c, x, x + n * k) for k, c in enumerate(labels)])

    n = explore.Parameter("n", "n", (1, 2), 1)
    axes = explore.Axes("x", "y")
    made = explore.curves(compute, [n], axes=axes, name="fig-a", mode="static", **TEXTS)
    page = BeautifulSoup(still.inlined(made.html()), "html.parser")
    texts = {t.get_text() for t in page.select("svg.xf-plot text")}
    return texts & set(labels), {li.get_text() for li in page.select("li")}


def test_names_stand_at_the_curves_where_there_is_room():
    assert named(["a", "b", "c"]) == ({"a", "b", "c"}, set())
    long = ["a name so long that it would leave no room for its curve", "b"]
    assert named(long) == (set(), set(long))
    many = [f"c{k}" for k in range(14)]
    assert named(many) == (set(), set(many))


def test_nothing_is_printed(capfd, static):
    assert static.at()
    assert capfd.readouterr() == ("", "")


def drawn(*curves, **limits):
    """The picture of one frame, parsed."""
    made = explore.curves(
        lambda n: explore.Frame(list(curves)),
        [explore.Parameter("n", "n", (1, 2), 1)],
        axes=explore.Axes("x", "y", **limits),
        name="fig-a",
        mode="static",
        **TEXTS,
    )
    return BeautifulSoup(still.inlined(made.html()), "html.parser")


@pytest.mark.parametrize(("height", "count"), [(0.5, 1), (9.0, 0)])
def test_a_marked_point_outside_of_the_axes_is_not_drawn(height, count):
    curve = explore.Curve("line", [0.0, 1.0], [0.0, 1.0])
    point = explore.Curve("here", [0.5], [height], role="mark")
    page = drawn(curve, point, xlim=(0, 1), ylim=(0, 1))
    assert len(page.select(".xf-still [aria-label=dot] path")) == count


@pytest.mark.parametrize(("gaps", "count"), [((), 1), ((2,), 2), ((0, 3, 4), 2), ((1, 4), 3)])
def test_each_part_of_a_path_has_its_start_and_its_end(gaps, count):
    y = np.array([0.1, 0.3, 0.2, 0.6, 0.5, 0.9])
    y[list(gaps)] = np.nan
    page = drawn(explore.Curve("ways", np.linspace(0, 1, 6), y, role="path"), xlim=(0, 1))
    starts, ends = page.select(".xf-still svg.xf-plot > [aria-label=dot]")
    assert len(starts.select("circle")) == len(ends.select("circle")) == count


def test_many_points_lie_under_a_curve_and_a_marked_point_on_top():
    x = np.linspace(0.0, 1.0, 200)
    cloud = explore.Curve("cloud", x, x, role="measured")
    line = explore.Curve("line", x, x)
    point = explore.Curve("here", [0.5], [0.5], role="mark")
    page = drawn(cloud, line, point, xlim=(0, 1), ylim=(0, 1))
    kinds = [g["aria-label"] for g in page.select(".xf-still svg [aria-label]")]
    assert [k for k in kinds if k in ("dot", "line")] == ["dot", "line", "dot"]


def test_an_axis_has_at_least_two_numbers():
    curve = explore.Curve("line", [-4.5, 4.5], [0.0, 1.0])
    page = drawn(curve, xlim=(-4.5, 4.5), ylim=(-4.5, 4.5))
    axis = page.select_one("[aria-label='x-axis tick label']")
    assert len(axis.find_all("text")) >= 2

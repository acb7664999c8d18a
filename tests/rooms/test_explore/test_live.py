"""The figure in a kernel: what the widget holds, what it answers, what it refuses."""

import warnings

import pytest

from iclnb import explore
from iclnb.explore import assets
from tests.rooms.test_explore.conftest import TEXTS, every_role, make


@pytest.fixture
def figure():
    made = make("live")
    yield made
    made.widget().close()


def values(widget, at):
    """The values of parameters at places of the controls."""
    return {p["name"]: p["values"][i] for p, i in zip(widget.figure["parameters"], at, strict=True)}


def test_it_opens_with_the_default(figure):
    widget = figure.widget()
    assert values(widget, widget.at) == {"K": 5, "way": "up", "p1": 0.5}
    assert widget.answer["at"] == widget.at
    (frame,) = widget.answer["pack"]["frames"]
    assert frame["summary"] == every_role().summary
    assert widget.caption == "What to see in p<sub>1</sub>."
    assert widget.figure["alt"] == TEXTS["alt"]
    assert widget.figure["kind"] == "drawn"
    assert "frames" not in widget.figure


def test_it_draws_with_the_script_of_the_page(figure):
    assert str(figure.widget()._esm).startswith(assets.script()[:1000])
    assert figure.widget().css == assets.style()


def test_a_move_is_computed_between_the_values_of_the_page(figure):
    widget = figure.widget()
    k = widget.figure["parameters"][0]["values"].index(7)
    widget.at = [k, 1, 0]
    assert widget.answer["at"] == [k, 1, 0]
    (frame,) = widget.answer["pack"]["frames"]
    assert frame["summary"] == every_role(K=7, way="down", p1=0.25).summary


def test_the_axes_stay_while_the_numbers_move(figure):
    widget = figure.widget()
    limits = [a["xlim"] for a in widget.figure["axes"]]
    widget.at = [0, 0, 0]
    assert [a["xlim"] for a in widget.figure["axes"]] == limits


def test_a_refusal_is_an_answer():
    def fussy(n):
        if n == 2:
            raise ValueError("n must be odd")
        return explore.Frame([explore.Curve("a", [1, 2], [n, n])])

    made = explore.curves(
        fussy,
        [explore.Parameter("n", "n_1", (1, 3), 1)],
        axes=explore.Axes("x", "y", xlim=(1, 2), ylim=(0, 4)),
        name="fig-fussy",
        mode="live",
        **TEXTS,
    )
    widget = made.widget()
    widget.at = [1]
    assert widget.answer == {"at": [1], "refused": "n₁ = 2: n must be odd"}
    widget.at = [2]
    assert "pack" in widget.answer
    widget.close()


def test_a_refusal_of_the_default_stops_the_cell():
    def never(n):
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        explore.curves(
            never,
            [explore.Parameter("n", "n", (1, 2), 1)],
            axes=explore.Axes("x", "y", xlim=(0, 1), ylim=(0, 1)),
            name="fig-never",
            mode="live",
            **TEXTS,
        )


def test_a_place_that_is_none_is_an_error(figure):
    with pytest.raises(ValueError, match="K has no place 999"):
        figure.widget().at = [999, 0, 0]


def test_what_is_shown_in_a_cell(figure):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bundle = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == repr(figure)

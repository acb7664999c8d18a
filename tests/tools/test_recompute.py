"""A stored run is compared with one of its points, computed again."""

from dataclasses import replace

import pytest

from iclnb import scale
from tools import paper
from tools.recompute import apart, check, numbers

KEPT = scale.stored("stage-wise-sgd")


def test_numbers_are_named_by_their_place_and_times_are_left_out():
    result = {"b": [1, {"x": 2.5}], "a": 3, "cpu_seconds": 9.0, "word": "no"}
    assert dict(numbers(result)) == {".a": 3.0, ".b[0]": 1.0, ".b[1].x": 2.5}


def test_the_largest_difference_and_its_place():
    gap, place = apart({"a": [2.0, 4.0], "b": 1e-9}, {"a": [2.0, 5.0], "b": 3e-9})
    assert (gap, place) == (pytest.approx(0.2), ".a[1]")
    assert apart([7.0], [7.0])[0] == 0.0


@pytest.mark.parametrize("again", [{"a": 1.0, "c": 2.0}, {}, {"a": [1.0]}])
def test_other_places_are_refused(again):
    with pytest.raises(ValueError, match="other places"):
        apart({"a": 1.0}, again)
    with pytest.raises(ValueError, match="none at all"):
        apart({}, {})


def given(**point):
    """Return what is stored for a point of the run."""
    return next(
        p["result"]
        for p in KEPT.results["points"]
        if point == {k: p[k] for k in p if k != "result"}
    )


def off(**point):
    result = dict(given(**point))
    result["growth"] *= 1.001
    return result


def test_a_run_as_stored_and_one_that_is_not():
    assert check(given, KEPT, seed=4)[0]
    right, text = check(off, KEPT, seed=4)
    assert not right
    assert "0.001 apart at result.growth (K=50" in text
    asked = {check(given, KEPT, seed=seed)[1] for seed in range(6)}
    assert len(asked) > 1  # other seeds, other points


def test_a_run_of_other_versions_is_not_judged():
    versions = {**KEPT.provenance.versions, "numpy": ["1.0"]}
    old = replace(KEPT, provenance=replace(KEPT.provenance, versions=versions))
    right, text = check(off, old, seed=4)
    assert right
    assert "not judged, for it was made with numpy 1.0" in text


def test_the_command(capsys, monkeypatch):
    assert paper.main(["--check", "--seed", "3", "stage-wise-sgd"]) == 0
    assert "stage-wise-sgd: as stored (K=50" in capsys.readouterr().out
    monkeypatch.setattr(paper, "resolve", lambda name: off)
    assert paper.main(["--check", "--seed", "3", "stage-wise-sgd", "task-diversity-paper"]) == 1
    assert "nothing is stored" in capsys.readouterr().out

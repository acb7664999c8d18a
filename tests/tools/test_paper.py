"""The runs at paper scale: registered, small enough to publish, readable by the chapters."""

import inspect
import json

import pytest

from iclnb import scale
from tools.notebooks import ROOT
from tools.paper import FULL, RUNS, Run, execute, main, resolve


@pytest.mark.parametrize("name", RUNS)
def test_each_run_names_a_public_function_and_distinct_points(name):
    run = RUNS[name]
    assert resolve(run.function).__doc__
    assert len({str(sorted(point.items())) for point in run.points}) == len(run.points) >= 1


@pytest.mark.parametrize("name", RUNS)
def test_each_run_has_left_its_results_in_the_package(name):
    stored = scale.stored(name)
    assert stored is not None, "run make paper"
    given = [{k: v for k, v in p.items() if k != "result"} for p in stored.results["points"]]
    assert given == [dict(point) for point in RUNS[name].points]
    assert stored.provenance.function == [RUNS[name].function]
    assert stored.provenance.points == len(given)


def rows_of_the_page():
    """Return the table of the page on reproducing: run -> (points, minutes)."""
    rows = {}
    for line in (ROOT / "book/reproduce.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            rows[cells[0].strip("`")] = (int(cells[3]), int(cells[4]))
    return rows


def test_the_page_names_every_run_as_it_was():
    stored = {name: scale.stored(name).provenance for name in RUNS}
    minutes = {name: max(1, round(p.duration_seconds / 60)) for name, p in stored.items()}
    assert rows_of_the_page() == {name: (stored[name].points, minutes[name]) for name in RUNS}
    page = (ROOT / "book/reproduce.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in FULL)


@pytest.mark.parametrize("name", FULL)
def test_a_run_at_full_size_waits_to_be_named(name):
    run = FULL[name]
    assert name not in RUNS
    inspect.signature(resolve(run.function)).bind(**run.points[0])
    kept = scale.stored(name)  # of a run on a card, what was finished
    stored = [] if kept is None else kept.results["points"]
    given = [{k: v for k, v in point.items() if k != "result"} for point in stored]
    assert all(point in [dict(one) for one in run.points] for point in given)


def test_a_small_run_through_the_same_path(tmp_path):
    small = {"K": 8, "prompt_length": 120, "step_size": 2.0, "steps": 300}
    stages = "iclnb.dynamics.stage_wise_in_practice.runs"
    wrong = Run(f"{stages}.sgd_run", ({**small, "seed": 0, "rare": 0.3},))
    with pytest.raises((TypeError, ValueError), match="rare"):
        execute("small-run", wrong, store=tmp_path / "store", directory=tmp_path)

    points = tuple({**small, "seed": seed} for seed in (0, 1))
    run = Run(f"{stages}.sgd_run", points, (f"{stages}.exact_run", small))
    for _ in range(2):  # the second time everything is stored
        written = execute("small-run", run, store=tmp_path / "store", directory=tmp_path)
        results = json.loads(written.read_text(encoding="utf-8"))["results"]
        assert [p["seed"] for p in results["points"]] == [0, 1]
        exact = results["reference"]["growth"]
        assert results["points"][0]["result"]["growth"] == pytest.approx(exact, rel=0.2)


def test_an_unknown_run_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["no-such-run"])
    assert "no-such-run" in capsys.readouterr().err

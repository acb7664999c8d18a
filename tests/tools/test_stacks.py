"""The published sizes on a card, tried with models of a few numbers on the processor."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from iclnb import scale
from iclnb.features.low_dimensional_gpt2.paper import course_stack
from tools import paper, stacks
from tools.notebooks import ROOT


def call(tmp_path, *more):
    return paper.main(["--device", "cpu", "--tiny", "--minutes", "1", "--runs", str(tmp_path)])


def results(directory):
    """Return what is published, without what is timed."""
    found = {}
    for name in stacks.KINDS:
        kept = scale.stored(name, directory=directory)
        found[name] = [] if kept is None else json.loads(json.dumps(kept.results["points"]))
        for point in found[name]:
            del point["result"]["device_seconds"]
    return found


def test_the_command_does_the_first_of_each_group_and_then_has_nothing_to_do(tmp_path, capsys):
    assert call(tmp_path) == 0
    said = capsys.readouterr().out
    assert said.count("tokens a second") == 3
    assert "links of degree 4, seed 0: 3 at once, step 2 of 6" in said
    done = results(tmp_path)
    assert [len(points) for points in done.values()] == [6, 3]
    names = {"points", "unfinished", "limit_flops_per_second", "speeds"}
    for name in stacks.KINDS:
        kept = scale.stored(name, directory=tmp_path).results
        assert kept.keys() == names
        assert kept["unfinished"] == []
        for speed in kept["speeds"]:
            assert speed["tokens_per_second"] > 0
            used = speed["flops_per_second"] / kept["limit_flops_per_second"]
            # A second call may time the limit again; here there was one.
            assert speed["share_of_limit"] == pytest.approx(used, rel=0.02)
    assert not list(tmp_path.rglob("*.pt"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*-*.json")}
    assert call(tmp_path) == 0
    assert "tokens a second" not in capsys.readouterr().out
    assert results(tmp_path) == done
    stored = [path for path in before if path.parent != tmp_path]
    assert all(path.read_bytes() == before[path] for path in stored)


def test_the_points_are_those_of_the_function_alone(tmp_path):
    call(tmp_path)
    for name, points in results(tmp_path).items():
        for point in points:
            one = dict(point)
            together = one.pop("result")
            alone = paper.resolve(paper.FULL[name].function)(**one)
            alone.pop("cpu_seconds", None)
            assert together.keys() == alone.keys()
            for key, value in alone.items():  # float32, and rounded to five digits
                assert together[key] == pytest.approx(value, rel=1e-3, abs=1e-4), key


def test_stopped_in_the_middle_and_gone_on_is_not_stopped(tmp_path, monkeypatch, capsys):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    call(whole)
    times = iter([100.0])  # one look at the clock lets it begin; the next says that it is late
    monkeypatch.setattr(stacks.Session, "left", lambda self: next(times, -1.0))
    call(parts)
    assert len(list(parts.rglob("*.pt"))) == 3
    assert results(parts) == {name: [] for name in stacks.KINDS}
    unfinished = parts / "low-dimensional-gpt2-published" / "unfinished.json"
    rows = json.loads(unfinished.read_text(encoding="utf-8"))
    assert [(row["d"], row["steps_done"], len(row["loss"])) for row in rows] == [
        (2, 2, 1), (3, 2, 1), (4, 2, 1),
    ]  # fmt: skip
    kept = scale.stored("low-dimensional-gpt2-published", directory=parts)
    assert (kept.provenance.points, kept.results["points"]) == (3, [])
    assert [row.pop("provenance")["point"]["d"] for row in rows] == [2, 3, 4]
    assert kept.results["unfinished"] == rows
    for row in rows:  # the model where it was stopped is that of so short a run
        same = {k: v for k, v in row.items() if k not in ("steps_done", "loss", "result")}
        short = paper.resolve(paper.FULL[kept.name].function)(**{**same, "steps": 2})
        assert row["result"].pop("device_seconds") >= 0
        assert short.pop("cpu_seconds") >= 0
        assert row["result"].keys() == short.keys()
        for key, value in short.items():
            assert row["result"][key] == pytest.approx(value, rel=1e-3, abs=1e-4), key
    # Later in the next call, in the middle of the second group: one group is finished.
    times = iter([100.0] * 5)
    call(parts)
    assert [len(points) for points in results(parts).values()] == [3, 0]
    assert len(list(parts.rglob("*.pt"))) == 3
    monkeypatch.undo()
    call(parts)
    assert results(parts) == results(whole)
    assert not list(parts.rglob("*.pt"))
    assert not list(parts.rglob("unfinished.json"))


def session(tmp_path, stack=3):
    return stacks.Session("cpu", float("inf"), stack, tmp_path, tmp_path, limit=1e9, say=print)


def test_a_stack_holds_points_of_one_step(tmp_path):
    group = stacks.tiny(stacks.PLAN[0])
    (tmp_path / group.name).mkdir(parents=True)
    two = group._replace(points=group.points[:2])
    one = session(tmp_path)
    one.left = lambda: -1.0
    assert not stacks.train_one(one, two)
    points, states = stacks.next_stack(session(tmp_path), group)
    assert points == list(two.points)
    assert [state["step"] for state in states] == [2, 2]
    assert stacks.train_one(session(tmp_path), group)
    points, states = stacks.next_stack(session(tmp_path), group)
    assert points == list(group.points[2:])
    assert states == [None]
    assert len(stacks.next_stack(session(tmp_path / "new", 2), group)[0]) == 2


def test_a_run_that_is_not_finite_is_kept_as_such(tmp_path):
    group = stacks.tiny(stacks.PLAN[0], count=2)
    wild = group._replace(points=tuple({**p, "step_size": 1e30} for p in group.points))
    assert stacks.train_one(session(tmp_path), wild)
    (path,) = stacks.publish(session(tmp_path), [wild])
    kept = json.loads(path.read_text(encoding="utf-8"))["results"]["points"]
    # The second step sees what the first has done; both are in the window that ends at 2.
    assert [point["result"]["not_finite_at"] for point in kept] == [2, 2]
    assert not stacks.train_one(session(tmp_path), wild)


def test_operations_are_those_that_torch_counts():
    """Forward and backward passes of the blocks, and of the maps in and out beside them."""
    shared = {"layers": 3, "width": 32, "heads": 2, "batch_size": 2, "prompt_length": 6,
              "step_size": 1e-3, "steps": 1, "seed": 0}  # fmt: skip
    runs = course_stack([{"d": 3, "r": 1, **shared}, {"d": 2, "r": 1, **shared}], device="cpu")
    X, y = runs._draw(1)
    # The processor's fused attention is not counted; written out, it is.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        runs.errors(runs.parameters, X[0], y[0]).sum().backward()
    tokens = 2 * runs.tokens_per_step
    around = 6 * tokens * 32 * (4 + 1) - 2 * tokens * 32 * 4  # inputs have no gradient
    assert counter.get_total_flops() == tokens * runs.flops_per_token + around


def test_the_arithmetic_of_the_page():
    """Operations of a point, and how many points 540 seconds do at each share of the limit."""
    wanted = {
        "decoder, 100": stacks.PLAN[0],
        "pool, 50 ": stacks.PLAN[1],
        "pool, 500": stacks.PLAN[8],
    }
    lines = (ROOT / "book/reproduce.md").read_text(encoding="utf-8").splitlines()
    for start, group in wanted.items():
        (line,) = (line for line in lines if line.startswith(f"| {start}"))
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        point = {**group.points[0], "device": "cpu"}
        runs = stacks.KINDS[group.name].stack([point], device="cpu")
        used = runs.steps * runs.tokens_per_step * runs.flops_per_token
        assert cells[1] == f"{used:.1e}".replace("e+", "e")
        assert [int(n) for n in cells[2:]] == [
            int(7.9e14 * 540 * s / used) for s in (0.1, 0.2, 0.3)
        ]
        numbers = re.findall(r"\d+", cells[0].replace("\u202f", "").replace(" ", ""))
        assert int(numbers[0]) == runs.steps
        if len(numbers) > 1:
            assert [int(n) for n in numbers[1:]] == [runs.batch_size, runs.length]
    eight = (
        8
        * 1592
        * stacks.KINDS[stacks.PLAN[0].name]
        .stack([{**stacks.PLAN[0].points[0], "device": "cpu"}], device="cpu")
        .flops_per_token
    )
    assert eight == pytest.approx(0.8e12, rel=0.03)
    for gigabytes, share in ((11.5, 27), (17.0, 18)):  # at 3 TB a second
        assert round(100 * eight / (gigabytes / 3000) / 7.9e14) == share


def test_what_the_page_says_of_the_card():
    page = " ".join((ROOT / "book/reproduce.md").read_text(encoding="utf-8").split())
    said = re.search(
        r"A share of (\d+) %: (\d+) 000 of the (\d+) 000 steps of the first (\w+) points"
        r" in (\d+) minutes, (\d+) ms a step",
        page,
    ).groups()
    kept = scale.stored(stacks.PLAN[0].name)
    rows, speeds = kept.results["unfinished"], kept.results["speeds"]
    seconds = kept.provenance.duration_seconds
    (done,), (steps,) = {row["steps_done"] for row in rows}, {row["steps"] for row in rows}
    taken = [s["to_step"] - s["from_step"] for s in speeds]
    share = np.average([s["share_of_limit"] for s in speeds], weights=taken)
    words = {8: "eight"}
    computed = [
        round(100 * share), done // 1000, steps // 1000, words[len(rows)],
        round(seconds / 60), round(1000 * seconds / done),
    ]  # fmt: skip
    assert list(said) == [str(value) for value in computed]


def test_the_order_of_the_plan():
    assert stacks.PLAN[0].points[0]["degree"] == 4
    for group in stacks.PLAN:
        assert {point["device"] for point in group.points} == {"cuda"}
        assert group.name in paper.FULL
    names = [group.words for group in stacks.PLAN]
    assert len(set(names)) == len(names)


def test_without_a_card_it_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert paper.main(["--device", "cuda", "--runs", str(tmp_path)]) == 1
    assert "no CUDA device" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_machine_with_a_card_needs_no_tools_of_the_book():
    """numpy, scipy and torch do; nothing that reads notebooks or draws is imported."""
    code = (
        "import sys, tools.paper; names = {name.split('.')[0] for name in sys.modules}; "
        "assert not names & {'nbformat', 'yaml', 'matplotlib', 'IPython', 'ipywidgets', 'dask'}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

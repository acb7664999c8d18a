"""The table of speeds: what a report becomes, and that the committed page is of this book."""

import ast
import json

import pytest

from tools import bench
from tools.notebooks import ROOT


def one(name, group, median, **more):
    return {"name": name, "group": group, "stats": {"median": median}, "extra_info": more}


def report(*benchmarks):
    about = {"cpu": {"brand_raw": "A processor"}}
    return {"benchmarks": benchmarks, "machine_info": about, "datetime": "2031-05-06T07:08:09"}


REPORT = report(
    one("test_gradient[by_hand-500]", "gradient, 500", 0.0012345, share=0.4567),
    one("test_gradient[autograd-500]", "gradient, 500", 0.0037, peer=True),
    one("test_rare[x y]", "closed", 2.5e-6),
    one("test_simulation", "closed", 0.5, peer=True, seconds=75.0, unit="to 1 %"),
    one("test_memory[1]", "memory", 9.0, table=False),
)


def test_what_is_kept_of_a_report():
    found = bench.collect(REPORT)
    assert found["processor"] == "A processor"
    assert found["month"] == "2031-05"
    assert list(found["groups"]) == ["gradient, 500", "closed"]
    hand, peer = found["groups"]["gradient, 500"]
    assert hand == {
        "route": "gradient, by hand", "test": "test_gradient", "seconds": 0.00123, "unit": "",
        "peer": False, "share": 0.46,
    }  # fmt: skip
    assert peer["peer"]
    assert peer["route"] == "gradient, autograd"
    assert found["groups"]["closed"][1]["seconds"] == 75.0


@pytest.mark.parametrize("peers", [0, 2])
def test_a_group_has_one_peer(peers):
    rows = [one(f"test_{i}", "a group", 1.0, peer=i < peers) for i in range(3)]
    with pytest.raises(ValueError, match="'a group' must have exactly one peer"):
        bench.collect(report(*rows))


def test_the_page_says_how_much_faster():
    text = bench.page(bench.collect(REPORT))
    assert "| gradient, by hand | 1.23 ms | 3 times faster | 0.46 |" in text
    assert "| gradient, autograd | 3.7 ms | peer |  |" in text
    assert "| rare, x y | 2.5 µs | 3·10⁷ times faster |" in text
    assert "| simulation | 75 s to 1 % | peer |" in text
    assert "Measured in 2031-05 on one core (A processor)" in text


def test_slower_is_said_too():
    assert bench.against(3.0, 2.0) == "1.5 times slower"
    assert bench.against(1.001, 1.0) == "the same"


def timed():
    """The benchmarks of the folder: functions that take the fixture, by file."""
    for path in sorted((ROOT / "benchmarks").glob("bench_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_test and "benchmark" in [a.arg for a in node.args.args]:
                yield path.name, node.name


def test_the_stored_table_is_of_these_benchmarks():
    stored = json.loads(bench.RESULTS.read_text(encoding="utf-8"))
    named = {row["test"] for rows in stored["groups"].values() for row in rows}
    found = {name for _, name in timed()} - {"test_memory"}
    assert len(found) >= 15
    assert named == found


def test_the_page_is_made_of_the_stored_table():
    stored = json.loads(bench.RESULTS.read_text(encoding="utf-8"))
    assert bench.PAGE.read_text(encoding="utf-8") == bench.page(stored)

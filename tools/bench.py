"""Speeds side by side: run the benchmarks, store their ratios, write the page that shows them.

``python -m tools.bench`` runs `benchmarks/` (about five minutes on an idle machine, one thread) and
stores `benchmarks/results.json`; the page `book/speed.md` is made from that file. With ``--page``
nothing is run. In a group of routes to one result exactly one is the *peer*: what a user would
write, or public code. A time is the median of the calls, or, where a route has sampling error, the
time that brings the error to one per cent.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from iclnb.evidence.words import digits
from tools.files import write_if_changed
from tools.notebooks import ROOT

RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "book" / "speed.md"
COMMAND = [
    "-q", "-o", "python_files=bench_*.py", "benchmarks", "--benchmark-only",
    "--benchmark-columns=median,rounds",
]  # fmt: skip
HEAD = """# Speed

Each headline computation of the library beside the route that a user would write, or beside public
code: the *peer*. Both ran one after the other, in one thread. A time is the median of some calls;
where a route has sampling error, it is the time that brings this error to one per cent. The *share
of the limit* is the part of the time that the matrix products of the route, which it cannot do
without, take by themselves.

Ratios carry over to other machines roughly, times do not. `make bench` measures them on yours.
"""


def route(name: str, group: str) -> str:
    """Return the words for a benchmark: its function, and the parameters that tell it apart."""
    function, _, given = name.removeprefix("test_").partition("[")
    named = [p for p in given.rstrip("]").split("-") if p and not p.isdigit()]
    apart = [p for p in named if p not in group] or named[:1]
    return ", ".join(w.replace("_", " ") for w in [function, *apart])


def collect(report: dict[str, Any]) -> dict[str, Any]:
    """Return what the page needs of a report of pytest-benchmark.

    Raises
    ------
    ValueError
        If a group has not exactly one peer.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in report["benchmarks"]:
        more = one["extra_info"]
        if more.get("table", True):
            groups.setdefault(one["group"], []).append(
                {
                    "route": route(one["name"], one["group"]),
                    "test": re.sub(r"\[.*", "", one["name"]),
                    "seconds": float(f"{more.get('seconds', one['stats']['median']):.3g}"),
                    "unit": more.get("unit", ""),
                    "peer": bool(more.get("peer", False)),
                    "share": round(more["share"], 2) if "share" in more else None,
                }
            )
    for name, rows in groups.items():
        if sum(row["peer"] for row in rows) != 1:
            raise ValueError(f"the group {name!r} must have exactly one peer")
    cpu = report["machine_info"]["cpu"]
    return {
        "processor": cpu.get("brand_raw", "unknown"),
        "month": report["datetime"][:7],
        "versions": {n: _version(n) for n in ("numpy", "scipy", "torch")},
        "groups": groups,
    }


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _time(seconds: float) -> str:
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{digits(seconds / size, 3)} {unit}"
    return f"{digits(seconds * 1e9, 3)} ns"


def against(seconds: float, peer: float) -> str:
    """Say how a time compares with the peer's.

    >>> against(0.5, 1.0), against(3.0, 2.0), against(1.04, 1.0)
    ('2 times faster', '1.5 times slower', 'the same')
    """
    if max(seconds / peer, peer / seconds) < 1.05:
        return "the same"
    if seconds < peer:
        return f"{digits(peer / seconds, 2)} times faster"
    return f"{digits(seconds / peer, 2)} times slower"


def page(results: dict[str, Any]) -> str:
    """Return the text of the page."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    lines = [
        HEAD,
        f"Measured in {results['month']} on one core ({results['processor']}), {versions}.",
        "",
    ]
    for name, rows in results["groups"].items():
        peer = next(row["seconds"] for row in rows if row["peer"])
        shares = any(row["share"] is not None for row in rows)
        lines += [f"## {name[0].upper()}{name[1:]}", ""]
        lines += [
            "| route | time | against the peer |" + (" share of the limit |" if shares else "")
        ]
        lines += ["|---|---:|---:|" + ("---:|" if shares else "")]
        for row in rows:
            said = "peer" if row["peer"] else against(row["seconds"], peer)
            cells = [row["route"], f"{_time(row['seconds'])} {row['unit']}".rstrip(), said]
            if shares:
                cells.append("" if row["share"] is None else f"{row['share']:.2f}")
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def run() -> dict[str, Any]:
    """Run all benchmarks in one thread and return their results."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "pytest", *COMMAND, f"--benchmark-json={report}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return collect(json.loads(report.read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.bench")
    parser.add_argument("--page", action="store_true", help="run nothing; write the page only")
    options = parser.parse_args(arguments)
    if not options.page:
        text = json.dumps(run(), indent=1, ensure_ascii=False) + "\n"
        write_if_changed(RESULTS, text.encode())
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    write_if_changed(PAGE, page(results).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Execute the notebooks in parallel; keep an execution until something it depends on changes.

``python -m tools.execute`` executes what is not stored yet and stores it under
``_build/executed``; ``--in-place`` also writes the outputs, in normal form, into the notebooks.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tqdm import tqdm

from tools.files import write_if_changed
from tools.notebooks import (
    KERNELSPEC,
    ROOT,
    execution_environment,
    normalise,
    notebooks,
    read,
    renew_setup,
    source_key,
    text_of,
    with_outputs,
)

CELL_TIMEOUT = 1800  # seconds; a cell of the quick scale takes a few


class Executed(NamedTuple):
    """An executed notebook: where it stands, where the execution is stored, its seconds."""

    path: Path
    stored: Path
    seconds: float


class NotebookError(RuntimeError):
    """A cell failed, or wrote to stderr; the message names notebook and cell."""


def processors() -> int:
    """Return how many processors this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def execution_key(path: Path, root: Path = ROOT) -> str:
    """Return the key of an execution: the source key, the scale and the interpreter."""
    parts = (source_key(path, root), os.environ.get("ICLNB_SCALE", "quick"), sys.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def run_notebook(path: Path, root: Path = ROOT) -> tuple[str, float]:
    """Execute one notebook; return its text in normal form and the seconds it took.

    Raises
    ------
    NotebookError
        If a cell raises or writes to stderr: names the notebook and the cell, with the traceback.
    """
    key = source_key(path, root)
    notebook = read(path)
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name=KERNELSPEC["name"],
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    name = path.relative_to(root)
    started = time.perf_counter()
    try:
        client.execute(env=execution_environment())
    except CellExecutionError as error:
        at = next(
            (
                i
                for i, cell in enumerate(notebook.cells)
                if cell.cell_type == "code" and any(o.output_type == "error" for o in cell.outputs)
            ),
            "?",
        )
        raise NotebookError(f"{name}, cell {at} failed:\n{_plain(str(error))}") from None
    seconds = time.perf_counter() - started
    for at, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise NotebookError(f"{name}, cell {at} wrote to stderr:\n{output.text}")
    return text_of(normalise(notebook, key)), seconds


def execute_all(
    paths: list[Path],
    *,
    root: Path = ROOT,
    store: Path | None = None,
    workers: int | None = None,
) -> list[Executed]:
    """Return an execution of each notebook, computing those that are not stored.

    Raises
    ------
    NotebookError
        At the first failure; no further one is started, and those that run by then are stored.
    """
    store = store or root / "_build" / "executed"
    keys = {path: execution_key(path, root) for path in paths}
    names = {path: "--".join(path.relative_to(root).with_suffix("").parts) for path in paths}
    place = {path: store / f"{names[path]}@{keys[path]}.ipynb" for path in paths}
    missing = [path for path in paths if not place[path].exists()]

    def keep(path: Path, text: str, seconds: float) -> None:
        write_if_changed(place[path].with_suffix(".seconds"), f"{seconds:.1f}\n".encode())
        write_if_changed(place[path], text.encode())

    workers = min(workers or processors(), max(1, len(missing)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = {pool.submit(run_notebook, path, root): path for path in missing}
        bar = tqdm(total=len(missing), desc="notebooks", disable=None if missing else True)
        try:
            for job in as_completed(jobs):
                path = jobs[job]
                keep(path, *job.result())
                bar.set_postfix_str(path.stem)
                bar.update()
        except BaseException:
            pool.shutdown(cancel_futures=True)  # those that run already come to their end
            for job, path in jobs.items():
                if job.done() and not job.cancelled() and job.exception() is None:
                    keep(path, *job.result())
            raise
        finally:
            bar.close()
    done = [
        Executed(path, at, float(at.with_suffix(".seconds").read_text(encoding="utf-8")))
        for path, at in place.items()
    ]
    _forget_old(store, names.values(), keep={at.stem for at in place.values()})
    return done


def _forget_old(store: Path, names: Iterable[str], *, keep: set[str]) -> None:
    """Remove executions of these notebooks that are out of date and older than a day.

    The younger ones stay: an edit that is taken back finds its execution again, and a build beside
    this one may be about to read them.
    """
    wanted = set(names)
    for old in store.glob("*@*"):
        stale = old.stem not in keep and old.stem.split("@")[0] in wanted
        if stale and time.time() - old.stat().st_mtime > 86400:
            old.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.execute")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every chapter")
    parser.add_argument("--in-place", action="store_true", help="write outputs into the notebooks")
    parser.add_argument("--force", action="store_true", help="forget stored executions first")
    parser.add_argument("--workers", type=int, default=None)
    options = parser.parse_args(arguments)
    chosen = [p.resolve() for p in options.notebooks] or notebooks()
    store = ROOT / "_build" / "executed"
    if options.force:
        for old in store.glob("*@*"):
            old.unlink()
    for path in chosen if options.in_place else []:
        renew_setup(path)
    try:
        done = execute_all(chosen, store=store, workers=options.workers)
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 1
    for one in done:
        if options.in_place:
            changed = write_if_changed(one.path, with_outputs(one.path, one.stored).encode())
            print(f"{'written  ' if changed else 'unchanged'} {one.path.relative_to(ROOT)}")
        print(f"{one.seconds:7.1f} s  {one.path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

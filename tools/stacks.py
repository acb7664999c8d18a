"""The published sizes on one graphics card, several models at once, within given minutes.

``python -m tools.paper --device cuda --minutes 10`` takes the points of :data:`tools.paper.FULL` in
an order of worth, in stacks of ``--stack`` models; a point that is finished is stored at once, one
that is not leaves a checkpoint, and the next call goes on. ``--tiny`` does all of it with models
of a few numbers, on any processor.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from iclnb import scale
from iclnb.features.low_dimensional_gpt2.checkpoints import load_checkpoint, save_checkpoint
from iclnb.pytorch import torch
from iclnb.scale.atomic import write_atomically
from iclnb.scale.plain import compact, plain_result
from iclnb.scale.provenance import Provenance, provenance_of
from iclnb.scale.stores import Store
from iclnb.scale.tasks import Task, tasks_of
from iclnb.stacks.runs import StackedRuns
from tools.card_plan import KINDS, PLAN, Group, tiny

#: Seconds before the end that are kept for measuring models and writing files: on a card, a
#: checkpoint of the published decoder has 114 MB.
RESERVE = {"cuda": 30.0, "cpu": 0.5}

#: Seconds between two notes of how far a stack is.
PROGRESS = 30.0


@dataclass
class Session:
    """One call: where it computes and writes, and until when."""

    device: str
    end: float
    stack: int
    runs: Path
    results: Path
    compiled: bool = False
    limit: float = 0.0
    clock: Callable[[], float] = time.monotonic
    say: Callable[[str], None] = print

    def left(self) -> float:
        """Seconds that may still be trained."""
        return self.end - self.clock() - RESERVE[torch.device(self.device).type]

    def store(self, name: str) -> Store:
        """The finished points of a run."""
        shelf = Store((self.runs / name).absolute())
        shelf.open()
        return shelf


def task_of(name: str, point: Mapping[str, Any]) -> Task:
    """The point as the store knows it."""
    return tasks_of(KINDS[name].function, [point], None, lasting=True)[0]


def _checkpoint(session: Session, name: str, point: Mapping[str, Any]) -> Path:
    return session.runs / name / f"{task_of(name, point).key[:16]}.pt"


def product_limit(device: str, *, size: int = 8192, repeats: int = 20) -> float:
    """Floating-point operations a second of a large product in bfloat16: the card's limit.

    On the CPU the product is small and in float32, and the number only fills its place.
    """
    on_card = torch.device(device).type == "cuda"
    size = size if on_card else 256
    generator = torch.Generator(device).manual_seed(0)
    a = torch.randn(size, size, device=device, generator=generator)
    a = a.bfloat16() if on_card else a
    best = float("inf")
    for _ in range(3):
        if on_card:
            torch.cuda.synchronize()
        before = time.perf_counter()
        for _ in range(repeats):
            a @ a
        if on_card:
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - before)
    return repeats * 2.0 * size**3 / best


def next_stack(session: Session, group: Group) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """The first points of a group that are left and stand at one step, and their checkpoints."""
    shelf, chosen, states, step = session.store(group.name), [], [], None
    for point in group.points:
        if len(chosen) == session.stack:
            break
        if shelf.load(task_of(group.name, point)) is not None:
            continue
        path, state = _checkpoint(session, group.name, point), None
        if path.exists():
            alone = KINDS[group.name].stack([point], device=session.device)
            state = load_checkpoint(path, alone.identity(0))
        reached = 0 if state is None else int(state["step"])
        if step in (None, reached):
            step = reached
            chosen.append(point)
            states.append(state)
    return chosen, states


def train_one(session: Session, group: Group) -> bool:
    """Train the next stack of a group; return whether it was finished, and there may be another."""
    points, states = next_stack(session, group)
    if not points:
        return False
    runs = KINDS[group.name].stack(points, device=session.device, compiled=session.compiled)
    if states[0] is not None:
        runs.load(states)
    windows: list[tuple[int, float]] = []  # steps and seconds
    start = previous = runs.step
    written = session.clock()

    def on_record(step: int, seconds: float) -> bool:
        nonlocal previous, written
        windows.append((step - previous, seconds))
        previous = step
        if len(windows) <= 2:  # the first holds what is done once: compiling, capturing
            each = seconds / windows[-1][0]
            session.say(
                f"{group.words}: {len(runs)} at once, step {step} of {runs.steps}, "
                f"{1000 * each:.3g} ms a step, {(runs.steps - step) * each:.0f} s to go"
            )
        if session.clock() - written > PROGRESS:
            written = session.clock()
            write_unfinished(session, group.name, points, runs)
        return session.left() < seconds

    finished = runs.train(on_record)
    for i, point in enumerate(points):
        _keep(session, group.name, point, runs, i)
    write_unfinished(session, group.name, [] if finished else points, runs, measured=True)
    steady = windows[1:] or windows
    tokens, seconds = (sum(column) for column in zip(*steady))
    tokens *= runs.tokens_per_step * len(runs)
    used = tokens * runs.flops_per_token / seconds
    speed = {
        "points": group.words, "models": len(runs), "from_step": start, "to_step": runs.step,
        "tokens_per_second": round(tokens / seconds), "flops_per_second": float(f"{used:.3g}"),
        "share_of_limit": float(f"{used / session.limit:.3g}"),
    }  # fmt: skip
    write_atomically(
        session.runs / group.name / "speeds.json",
        compact([*_read(session, group.name, "speeds"), speed]).encode() + b"\n",
    )
    session.say(
        f"{group.words}: {speed['tokens_per_second']:,} tokens a second, "
        f"{100 * speed['share_of_limit']:.3g} % of the limit; at step {runs.step}"
    )
    return finished


def _measured(name: str, point: Mapping[str, Any], runs: StackedRuns, i: int) -> scale.Record:
    """Run i where it stands, as its function would return it, with the seconds of all calls."""
    kind = KINDS[name]
    share = sum(row[2] for row in runs.records[i]) / len(runs)
    options = {kind.measure: point[kind.measure]} if kind.measure in point else {}
    lost = [row[0] for row in runs.records[i] if not np.all(np.isfinite(row[3]))]
    found = {"not_finite_at": lost[0]} if lost else kind.result(runs, i, **options)
    result = plain_result({**found, "device_seconds": round(share, 1)})
    return scale.Record(result, provenance_of(task_of(name, point), share))


def _keep(session: Session, name: str, point: Mapping[str, Any], runs: StackedRuns, i: int) -> None:
    """Store run i if it is finished, else its checkpoint."""
    path = _checkpoint(session, name, point)
    if runs.step < runs.steps:
        save_checkpoint(path, runs.identity(i), runs.state(i))
        return
    session.store(name).save(task_of(name, point), _measured(name, point, runs, i))
    path.unlink(missing_ok=True)


def _read(session: Session, name: str, what: str) -> list[Any]:
    path = session.runs / name / f"{what}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def write_unfinished(
    session: Session,
    name: str,
    points: Sequence[Mapping[str, Any]],
    runs: StackedRuns,
    *,
    measured: bool = False,
) -> None:
    """Write how far the points of a stack are, in a small file; none removes it.

    ``measured`` runs are those that time has stopped: their models are measured as they are.
    """
    path = session.runs / name / "unfinished.json"
    if not points:
        path.unlink(missing_ok=True)
        return
    rows = [
        {**point, "steps_done": runs.step, "loss": [round(float(np.mean(r[3])), 4) for r in kept]}
        for point, kept in zip(points, runs.records)
    ]
    for i, row in enumerate(rows if measured else []):
        found = _measured(name, points[i], runs, i)
        row.update(result=found.result, provenance=found.provenance.as_dict())
    write_atomically(path, compact(rows).encode() + b"\n")


def publish(session: Session, plan: Sequence[Group]) -> list[Path]:
    """Publish each run of a plan: points that are finished, those that time has stopped, speeds."""
    written = []
    for name in dict.fromkeys(group.name for group in plan):
        shelf = session.store(name)
        every = [point for group in plan if group.name == name for point in group.points]
        found = [(point, shelf.load(task_of(name, point))) for point in every]
        done = [(point, record) for point, record in found if record is not None]
        unfinished = _read(session, name, "unfinished")
        origins = [record.provenance for _, record in done]
        origins += [Provenance(**row.pop("provenance")) for row in unfinished if "result" in row]
        if not origins:
            continue
        results = {
            "points": [{**point, "result": record.result} for point, record in done],
            "unfinished": unfinished,
            "limit_flops_per_second": float(f"{session.limit:.3g}"),
            "speeds": _read(session, name, "speeds"),
        }
        session.results.mkdir(parents=True, exist_ok=True)
        written.append(scale.publish(name, results, provenance=origins, directory=session.results))
    return written


def run_plan(session: Session, plan: Sequence[Group]) -> list[Path]:
    """Train stack by stack in the order of the plan while there is time; return what is published.

    Whatever stops it, what was finished before is stored and can be published by the next call.
    """
    session.limit = product_limit(session.device)
    session.say(f"a large product: {session.limit:.3g} operations a second, the limit here")
    for group in plan:
        while session.left() > 0 and train_one(session, group):
            publish(session, plan)
    return publish(session, plan)


def main(options: argparse.Namespace) -> int:
    """Do what the command line of `tools.paper` asks for; return the exit status."""
    end = time.monotonic() + 60 * options.minutes
    plan = [group for group in PLAN if group.name in (options.names or KINDS)]
    if options.tiny:
        plan = [tiny(group) for group in plan[:3]]
    package = Path(scale.__file__).parent / "results"
    on_card = options.device.startswith("cuda")
    if on_card and not torch.cuda.is_available():
        print("there is no CUDA device here: --device cpu --tiny does the same with tiny models")
        return 1
    session = Session(
        options.device, end, options.stack, options.runs,
        options.results or (options.runs if options.tiny else package),
        compiled=on_card and not options.eager,
    )  # fmt: skip
    for path in run_plan(session, plan):
        print(f"written {path}")
    return 0

"""Would the tests notice if the library were wrong?

For every claim, ``python -m tools.audit`` puts errors into the function that the claim names in
``implements`` (:mod:`tools.spoil`) and runs the tests that bear the claim's mark: one of them must
fail. The errors are 10 % on everything that the function returns, 10 % on every other number of it,
a term of a sum dropped, and an exponent larger by 0.1.

The tests are collected once; each error is put in place and tried in a process of its own, forked
from the one that has collected them.

What no test can notice stands in ``tests/book/audit.yml``, with the reason. ``--record`` writes,
for every chapter whose audit came out right, the hash of all that decides it to ``audited.json``
beside that file; the test suite audits the chapters that have changed since.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools.execute import processors
from tools.ledger import claim_tests
from tools.notebooks import ROOT, closure
from tools.spoil import errors

NOTICED, UNNOTICED, UNTOUCHED = "noticed", "not noticed", "nothing to change"
BROKEN, SLOW, LATE = "not run", "too slow", "late"

EXCEPTIONS = Path("tests/book/audit.yml")
AUDITED = ROOT / "tests/book/audited.json"

LIMIT, QUICK = 10, 1.0
"""Seconds of a processor that a claim's tests have for one error, and one of them at first."""


class Outcome(NamedTuple):
    """What became of one error in the function of one claim, and the seconds that it took."""

    claim: str
    error: str
    verdict: str
    seconds: float


class Auditor:
    """A plugin of pytest that runs the collected tests of each claim against spoilt code.

    In place of the usual run, for each claim and error a child is forked after the collection; it
    spoils the function and runs the claim's tests until one fails. The test that noticed the
    claim's error before comes first, and tests of more than a second come last.
    """

    def __init__(self, claims: Iterable[tuple[str, str]], limit: int = LIMIT) -> None:
        self.claims = list(claims)
        self.limit = limit
        self.outcomes: list[Outcome] = []

    def pytest_runtestloop(self, session: Any) -> bool:
        """Fork for each claim and error."""
        marked: dict[str, list[Any]] = {}
        for item in session.items:
            for mark in item.iter_markers("claim"):
                marked.setdefault(mark.args[0], []).append(item)
        for claim, name in self.claims:
            items = marked.get(claim, [])
            for error, put in errors(name).items():
                started = time.perf_counter()
                verdict, at = self._try(put, items, QUICK)
                if verdict == LATE:
                    slow = [items[i] for i in at]
                    verdict, at = self._try(put, slow, self.limit)
                    at = [items.index(slow[i]) for i in at]
                if verdict == NOTICED:
                    items.insert(0, items.pop(at[0]))
                self.outcomes.append(Outcome(claim, error, verdict, time.perf_counter() - started))
        return True

    def _try(self, put: Callable[[], None], items: list[Any], each: float) -> tuple[str, list[int]]:
        """Return what becomes of one error, and the places of the tests that say so."""
        sys.stdout.flush()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (self.limit, self.limit))
            os.write(writing, json.dumps(_child(put, items, each)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read().decode()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if said:
            return tuple(json.loads(said))
        return SLOW if status in (-signal.SIGXCPU, -signal.SIGKILL) else BROKEN, []


class _Late(BaseException):
    """A test has used its share of the processor."""


def _child(put: Callable[[], None], items: list[Any], each: float) -> tuple[str, list[int]]:
    """Spoil the library and run tests until one fails; runs in a process of its own."""
    from _pytest.runner import runtestprotocol

    late: list[int] = []

    def stop(*_: Any) -> None:
        late.append(at)
        raise _Late

    signal.signal(signal.SIGPROF, stop)
    try:
        put()
        for at, item in enumerate(items):
            reports: list[Any] = []
            signal.setitimer(signal.ITIMER_PROF, each)
            with contextlib.suppress(_Late):  # which may also come between two lines of this loop
                reports = runtestprotocol(item, nextitem=None, log=False)
            signal.setitimer(signal.ITIMER_PROF, 0)
            failed = [report for report in reports if report.failed]
            if failed and at not in late:
                untouched = "Untouched:" in str(failed[0].longrepr)
                return UNTOUCHED if untouched else NOTICED, [at]
        return (LATE, late) if late else (UNNOTICED if items else BROKEN, [])
    except BaseException as fault:
        print(repr(fault), file=sys.stderr, flush=True)
        return BROKEN, []


def audit(
    claims: Iterable[tuple[str, str]], tests: Iterable[str], root: Path = ROOT
) -> list[Outcome]:
    """Return what becomes of every error in the function of every claim.

    Parameters
    ----------
    claims : iterable of (str, str)
        Ids, with the dotted names of what computes them.
    tests : iterable of str
        The files or folders that hold the tests with their marks.
    root : Path
        Where pytest runs.

    Raises
    ------
    RuntimeError
        If the tests cannot be collected.
    """
    import pytest

    auditor = Auditor(claims)
    options = [
        "-q",
        "--tb=line",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir",
        str(root),
    ]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = pytest.main([*options, *tests], plugins=[auditor])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the tests cannot be collected:\n{said.getvalue()}")
    return auditor.outcomes


def chapter(name: str) -> list[tuple[str, str]]:
    """Return the claims of a chapter, ``<part>/<chapter>``, with what computes them."""
    module = importlib.import_module(f"iclnb.{name.replace('/', '.').replace('-', '_')}.claims")
    return [(claim.id, claim.implements) for claim in module.CLAIMS]


def chapters(root: Path = ROOT) -> list[str]:
    """Return the chapters that write claims down."""
    places = sorted(path.parent for path in (root / "iclnb").glob("*/*/claims.py"))
    return [p.relative_to(root / "iclnb").as_posix().replace("_", "-") for p in places]


def _excepted(name: str, root: Path = ROOT) -> set[tuple[str, str]]:
    """Return the claims of a chapter with the errors that no test can notice."""
    text = (root / EXCEPTIONS).read_text(encoding="utf-8")
    return {
        (claim, error)
        for claim, listed in yaml.safe_load(text).items()
        for error in listed
        if claim in dict(chapter(name))
    }


def key(name: str, root: Path = ROOT) -> str:
    """Return the hash of all that decides the audit of a chapter, as far as it is versioned.

    The tests that bear marks of its claims with the other files of their folders, the files of the
    library that these or the claims lead to, its own exceptions, the auditor, and the pins.
    """
    claims = chapter(name)
    marked = claim_tests(root)
    tests = {root / test.split("::")[0] for claim, _ in claims for test in marked.get(claim, ())}
    files = {path for test in tests for path in test.parent.rglob("*.py")}
    modules = {"import " + implements.rsplit(".", 1)[0] for _, implements in claims}
    sources = [path.read_text(encoding="utf-8") for path in sorted(files)] + sorted(modules)
    own = ("tools/audit.py", "tools/spoil.py", "constraints.txt")
    files |= {*closure(sources, root), *(root / place for place in own)}
    files |= set((root / "tests").glob("*.py"))
    files.add(root / "iclnb" / name.replace("-", "_") / "claims.py")
    digest = hashlib.sha256(json.dumps(sorted(_excepted(name, root))).encode())
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _verdicts(name: str, *claims: str) -> dict[tuple[str, str], str]:
    """Return what an audit in a process of its own says of each claim and error."""
    run = [sys.executable, "-m", "tools.audit", "--json", name, *claims]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not found:
        raise RuntimeError(f"the audit of {name} says nothing:\n{done.stderr}")
    return {(one["claim"], one["error"]): one["verdict"] for one in found}


def faults(name: str) -> dict[str, str]:
    """Audit a chapter; return what is not noticed and not excepted, or excepted and noticed."""
    excepted = _excepted(name)
    found = _verdicts(name)
    # A limit of time that ends a test between two phases leaves no verdict: those once more.
    unclear = {claim for (claim, _), said in found.items() if said in (BROKEN, LATE, SLOW)}
    if unclear:
        found |= _verdicts(name, *sorted(unclear))
    silent = {place: said for place, said in found.items() if said != NOTICED}
    wrong = {f"{c}, {e}": said for (c, e), said in silent.items() if (c, e) not in excepted}
    wrong |= {f"{c}, {e}": "excepted and noticed" for c, e in excepted - set(silent)}
    missing = set(dict(chapter(name))) - {claim for claim, _ in found}
    return wrong | dict.fromkeys(missing, "not audited")


def record() -> int:
    """Audit the chapters that changed, and write down those that came out right."""
    kept = json.loads(AUDITED.read_text(encoding="utf-8")) if AUDITED.exists() else {}
    kept = {name: kept.get(name, "") for name in chapters()}
    keys = {name: key(name) for name in kept}
    stale = [name for name in kept if kept[name] != keys[name]]
    wrong = 0
    with ThreadPoolExecutor(processors()) as pool:
        jobs = {pool.submit(faults, name): name for name in stale}
        for job in as_completed(jobs):
            name, found = jobs[job], job.result()
            print(f"{name}: {found or 'all errors were noticed'}", flush=True)
            kept[name] = "" if found or key(name) != keys[name] else keys[name]
            wrong += bool(found)
            AUDITED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.audit")
    parser.add_argument("only", nargs="*", help="chapters (part/chapter) or ids; default: all")
    parser.add_argument("--all", action="store_true", help="print what was noticed, and seconds")
    parser.add_argument("--json", action="store_true", help="print everything, one record a line")
    parser.add_argument("--record", action="store_true", help="what changed; write what is right")
    options = parser.parse_args(arguments)
    if options.record:
        return record()
    named = [name for name in options.only if "/" in name] or chapters()
    ids = {name for name in options.only if "/" not in name}
    marked = claim_tests()
    outcomes: list[Outcome] = []
    for name in named:
        claims = [one for one in chapter(name) if not ids or one[0] in ids]
        files = {test.split("::")[0] for claim, _ in claims for test in marked.get(claim, ())}
        for outcome in audit(claims, sorted(files)) if claims else ():
            outcomes.append(outcome)
            took = f" ({outcome.seconds:.1f} s)" if options.all else ""
            if options.json:
                print(json.dumps(outcome._asdict()), flush=True)
            elif options.all or outcome.verdict != NOTICED:
                print(f"{outcome.claim}, {outcome.error}: {outcome.verdict}{took}", flush=True)
    count = sum(outcome.verdict != NOTICED for outcome in outcomes)
    if not options.json:
        print(f"{count} of {len(outcomes)} errors were not noticed")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

"""Would the tests notice if the library were wrong?

For every claim, ``python -m tools.audit`` puts errors into the function that the claim names in
``implements`` (:mod:`tools.spoil`) and runs the tests that bear the claim's mark: one of them must
fail. The errors are 10 % on everything that the function returns, 10 % on every other number of it,
a term of a sum dropped, and an exponent larger by 0.1.

The tests are collected once; each error is put in place and tried in a process of its own, forked
from the one that has collected them.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tools.ledger import claim_tests
from tools.notebooks import ROOT
from tools.spoil import errors

NOTICED, UNNOTICED, UNTOUCHED, BROKEN = "noticed", "not noticed", "nothing to change", "not run"


class Outcome(NamedTuple):
    """What became of one error in the function of one claim, and the seconds that it took."""

    claim: str
    error: str
    verdict: str
    seconds: float


class Auditor:
    """A plugin of pytest that runs the collected tests of each claim against spoilt code.

    In place of the usual run, for each claim and error a child is forked after the collection; it
    spoils the function and runs the claim's tests until one fails.
    """

    def __init__(self, claims: Iterable[tuple[str, str]]) -> None:
        self.claims = list(claims)
        self.outcomes: list[Outcome] = []

    def pytest_runtestloop(self, session: Any) -> bool:
        """Fork for each claim and error."""
        marked: dict[str, list[Any]] = {}
        for item in session.items:
            for mark in item.iter_markers("claim"):
                marked.setdefault(mark.args[0], []).append(item)
        for claim, name in self.claims:
            for error, put in errors(name).items():
                sys.stdout.flush()
                started = time.perf_counter()
                pid = os.fork()
                if pid == 0:
                    os._exit(_child(claim, put, marked.get(claim, [])))
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                verdict = {0: UNNOTICED, 1: NOTICED, 2: UNTOUCHED}.get(status, BROKEN)
                seconds = time.perf_counter() - started
                self.outcomes.append(Outcome(claim, error, verdict, seconds))
        return True


def _child(claim: str, put: Callable[[], None], items: list[Any]) -> int:
    """Spoil the library and run tests until one fails; runs in a process of its own."""
    from _pytest.runner import runtestprotocol

    try:
        put()
        if not items:
            return 3
        for item in items:
            for report in runtestprotocol(item, nextitem=None, log=False):
                if report.failed:
                    return 2 if "Untouched:" in str(report.longrepr) else 1
        return 0
    except BaseException as fault:
        print(f"{claim}: {fault!r}", file=sys.stderr, flush=True)
        return 3


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
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(root)]
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


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.audit")
    parser.add_argument("only", nargs="*", help="chapters (part/chapter) or ids; default: all")
    parser.add_argument("--all", action="store_true", help="print what was noticed, and seconds")
    options = parser.parse_args(arguments)
    named = [name for name in options.only if "/" in name] or chapters()
    ids = {name for name in options.only if "/" not in name}
    marked = claim_tests()
    count = 0
    for name in named:
        claims = [one for one in chapter(name) if not ids or one[0] in ids]
        files = {test.split("::")[0] for claim, _ in claims for test in marked.get(claim, ())}
        for outcome in audit(claims, sorted(files)):
            count += outcome.verdict != NOTICED
            if options.all or outcome.verdict != NOTICED:
                took = f" ({outcome.seconds:.1f} s)" if options.all else ""
                print(f"{outcome.claim}, {outcome.error}: {outcome.verdict}{took}", flush=True)
    print(f"{count} errors were not noticed")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

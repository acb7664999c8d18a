"""The tests that bear a claim's mark fail when the function that the claim names is wrong.

``audit.yml`` beside this file lists what no test can notice, with the reason; what a test notices
may not stand there.
"""

import json
import subprocess
import sys

import pytest
import yaml

from tools.audit import BROKEN, LATE, NOTICED, SLOW, chapter, chapters
from tools.notebooks import ROOT

EXCEPTIONS = yaml.safe_load((ROOT / "tests/book/audit.yml").read_text(encoding="utf-8"))


def verdicts(name, *claims):
    """Return what the audit says of each claim and error of a chapter, or of some claims."""
    run = [sys.executable, "-m", "tools.audit", "--json", name, *claims]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stderr
    return {(one["claim"], one["error"]): one["verdict"] for one in found}


@pytest.mark.parametrize("name", chapters())
def test_errors_in_the_library_are_noticed(name):
    ids = {claim for claim, _ in chapter(name)}
    found = verdicts(name)
    assert {claim for claim, _ in found} == ids
    # A limit of time that ends a test between two phases leaves no verdict: those once more.
    unclear = {claim for (claim, _), said in found.items() if said in (BROKEN, LATE, SLOW)}
    if unclear:
        found |= verdicts(name, *sorted(unclear))
    silent = {place: said for place, said in found.items() if said != NOTICED}
    excepted = {(claim, error) for claim in ids for error in EXCEPTIONS.get(claim, ())}
    assert {place: said for place, said in silent.items() if place not in excepted} == {}
    assert excepted - set(silent) == set(), "these are noticed, or are no errors"


def test_exceptions_are_of_claims_and_have_reasons():
    assert set(EXCEPTIONS) <= {claim for name in chapters() for claim, _ in chapter(name)}
    reasons = [reason for errors in EXCEPTIONS.values() for reason in errors.values()]
    assert all(len(reason.split()) > 3 for reason in reasons)
    assert len(chapters()) >= 18

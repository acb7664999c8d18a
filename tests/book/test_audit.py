"""The tests that bear a claim's mark fail when the function that the claim names is wrong.

``audit.yml`` beside this file lists what no test can notice, with the reason; what a test notices
may not stand there.
"""

import json
import subprocess
import sys

import pytest
import yaml

from tools.audit import NOTICED, chapter, chapters
from tools.notebooks import ROOT

EXCEPTIONS = yaml.safe_load((ROOT / "tests/book/audit.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", chapters())
def test_errors_in_the_library_are_noticed(name):
    run = [sys.executable, "-m", "tools.audit", "--json", name]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert {one["claim"] for one in found} == {claim for claim, _ in chapter(name)}, done.stderr
    unnoticed = {(one["claim"], one["error"]) for one in found if one["verdict"] != NOTICED}
    ids = {claim for claim, _ in chapter(name)} & set(EXCEPTIONS)
    assert unnoticed == {(claim, error) for claim in ids for error in EXCEPTIONS[claim]}


def test_exceptions_are_of_claims_and_have_reasons():
    assert set(EXCEPTIONS) <= {claim for name in chapters() for claim, _ in chapter(name)}
    reasons = [reason for errors in EXCEPTIONS.values() for reason in errors.values()]
    assert all(len(reason.split()) > 3 for reason in reasons)
    assert len(chapters()) >= 18

"""The tests that bear a claim's mark fail when the function that the claim names is wrong.

``audit.yml`` beside this file lists what no test can notice, with the reason; what a test notices
may not stand there. A chapter of which nothing changed since ``make audit`` wrote its hash to
``audited.json`` is not audited again.
"""

import json

import pytest
import yaml

from tools.audit import AUDITED, EXCEPTIONS, chapter, chapters, faults, key
from tools.notebooks import ROOT

RECORD = json.loads(AUDITED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", chapters())
def test_errors_in_the_library_are_noticed(name):
    assert RECORD.get(name) == key(name) or faults(name) == {}


def test_the_record_is_of_the_chapters():
    assert set(RECORD) == set(chapters())
    assert len(RECORD) >= 18


def test_exceptions_are_of_claims_and_have_reasons():
    exceptions = yaml.safe_load((ROOT / EXCEPTIONS).read_text(encoding="utf-8"))
    assert set(exceptions) <= {claim for name in chapters() for claim, _ in chapter(name)}
    reasons = [reason for errors in exceptions.values() for reason in errors.values()]
    assert all(len(reason.split()) > 3 for reason in reasons)

"""Odd values of one argument at a time: refused by name, and never a hang.

A sample of the functions; ``python -m tools.calls fuzz`` tries all. What is not refused by name, or
gives a silent non-finite number, stands in ``fuzz.yml``: the list may shrink, not grow.
"""

from pathlib import Path

import pytest
import yaml

from tools.calls import fuzz, kept
from tools.calls.apart import apart

KNOWN = Path(__file__).with_name("fuzz.yml")
SAMPLE = 60


@pytest.fixture(scope="module")
def ends():
    """How each call ends."""
    out = {}
    for name, sent, ended in apart(60.0, fuzz.fuzz, kept.shuffled()[:SAMPLE]):
        assert ended, f"{name} hangs: {sent[-1:]}"
        out |= {(name, argument, word): end for argument, word, end in sent}
    return out


def test_there_is_something_to_try(ends):
    assert len(ends) > 500


def test_what_is_not_finite_or_empty_is_refused_by_name(ends):
    wrong = {key: end for key, end in ends.items() if key[2] in fuzz.WRONG}
    unnamed = {" ".join(key) for key, end in wrong.items() if end != "by name"}
    assert unnamed <= set(yaml.safe_load(KNOWN.read_text(encoding="utf-8"))["wrong"])


def test_no_result_is_silently_without_a_number(ends):
    silent = {" ".join(key) for key, end in ends.items() if end.startswith("non-finite nan")}
    assert silent <= set(yaml.safe_load(KNOWN.read_text(encoding="utf-8"))["silent"])


def test_a_count_for_which_there_is_no_memory_is_refused(ends):
    assert not {key: end for key, end in ends.items() if end == "memory"}

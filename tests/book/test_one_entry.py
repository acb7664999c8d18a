"""One wrong entry of an array is refused where a whole array of wrong entries is.

A check that asks for ``any`` wrong entry and one that asks for ``all`` look alike as long as tests
make every entry wrong. Of each call that is kept, one array at a time has one negative entry. A
number in the place of which an array may stand is given three times, and one of the three is
wrong. Where decreasing numbers are refused, two of increasing ones change places, or are equal.
"""

import numpy as np
import pytest

from tools.calls import fuzz, kept
from tools.calls.apart import apart

WRONG = {
    "negative": lambda v: -1.0 - abs(v),
    "0": lambda v: 0.0 * v,
    "half": lambda v: 0.0 * v + 0.5,
    "a million": lambda v: 0.0 * v + 1e6,
}


def one_entry(name, send):
    """Send each argument and what is refused by name as a whole, and how one such entry ends."""
    for argument, given in kept.arguments(name).arguments.items():
        try:
            array = np.asarray(given)
        except ValueError:
            continue
        if array.dtype.kind not in "if" or array.size == 0:
            continue
        array, words = array.astype(float), ["negative"]
        if array.size == 1:
            array, words = np.repeat(array, 3), list(WRONG)
            if fuzz.end_of(name, argument, array, set()) != "finite":
                continue
        for word in words:
            wrong, one = WRONG[word](array), np.array(array)
            one.flat[one.size // 2] = wrong.flat[one.size // 2]
            if fuzz.end_of(name, argument, wrong, set()) == "by name":
                send((argument, word, fuzz.end_of(name, argument, one, set())))


@pytest.fixture(scope="module")
def ends():
    found = {}
    for name, sent, ended in apart(60.0, one_entry, kept.shuffled()):
        assert ended, f"{name} hangs"
        found |= {(name, argument, word): end for argument, word, end in sent}
    return found


def test_one_wrong_entry_is_refused(ends):
    assert len(ends) > 80
    assert {key: end for key, end in ends.items() if end != "by name"} == {}


def one_step(name, send):
    """Send each argument that may not decrease, and how one step back and one idle step end."""
    for argument, given in kept.arguments(name).arguments.items():
        try:
            array = np.array(given)
        except ValueError:
            continue
        if array.dtype.kind not in "if" or array.ndim != 1 or array.size < 2:
            continue
        if array.size == 2:  # there is one step: one more, if three are accepted
            array = np.append(array, array[-1] + 1)
        if not np.all(np.diff(array) > 0) or fuzz.end_of(name, argument, array, set()) != "finite":
            continue
        k, back, idle = array.size // 2, array.copy(), array.copy()
        back[[k - 1, k]] = back[[k, k - 1]]
        idle[k] = idle[k - 1]
        for whole, word, one in (
            (array[::-1].copy(), "back", back),
            (np.full_like(array, array[0]), "idle", idle),
        ):
            if fuzz.end_of(name, argument, whole, set()) != "by name":
                break
            send((argument, word, fuzz.end_of(name, argument, one, set())))


def test_one_step_back_is_refused():
    found = {}
    for name, sent, ended in apart(60.0, one_step, kept.shuffled()):
        assert ended, f"{name} hangs"
        found |= {(name, argument, word): end for argument, word, end in sent}
    assert len(found) > 20
    assert {key: end for key, end in found.items() if end != "by name"} == {}

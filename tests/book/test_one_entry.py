"""One wrong entry of an array is refused where a whole array of wrong entries is.

A check that asks for ``any`` wrong entry and one that asks for ``all`` look alike as long as tests
make every entry wrong. Of each call that is kept, one array at a time has one negative entry.
"""

import numpy as np
import pytest

from tools.calls import fuzz, kept
from tools.calls.apart import apart


def one_entry(name, send):
    """Send each array argument whose negative is refused by name, and how one entry ends."""
    for argument, given in kept.arguments(name).arguments.items():
        if not isinstance(given, np.ndarray | list | tuple):
            continue
        try:
            array = np.asarray(given)
        except ValueError:
            continue
        if array.dtype.kind not in "if" or array.size < 2:
            continue
        if fuzz.end_of(name, argument, fuzz.ARRAYS["negative"](array), set()) != "by name":
            continue
        one = np.array(array, dtype=float)
        one.flat[one.size // 2] = -1.0 - abs(one.flat[one.size // 2])
        send((argument, fuzz.end_of(name, argument, one, set())))


def arrays():
    """Return the calls that hold an array or a list."""
    return [n for n in kept.shuffled() if '"array"' in str(kept.calls()[n]).replace("'", '"')]


@pytest.fixture(scope="module")
def ends():
    found = {}
    for name, sent, ended in apart(60.0, one_entry, arrays()):
        assert ended, f"{name} hangs"
        found |= {f"{name} {argument}": end for argument, end in sent}
    return found


def test_one_wrong_entry_is_refused(ends):
    assert len(ends) > 50
    assert {key: end for key, end in ends.items() if end != "by name"} == {}

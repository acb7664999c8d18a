"""The least and the greatest value of every number among the arguments: accepted; the next: not.

``limits.yml`` says what is allowed and why; ``calls.jsonl`` holds one call of each function, of
which one argument at a time is replaced. See ``tools/calls``.
"""

from pathlib import Path

import pytest
import yaml

from tools.calls import kept, limits
from tools.calls.apart import apart

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "limits.yml").read_text(encoding="utf-8"))
LIMITS = {
    f"{module}.{name}": found
    for module, functions in TABLE["limits"].items()
    for name, found in functions.items()
}
CASES = [(name, argument) for name, found in LIMITS.items() for argument in found]


def test_every_number_among_the_arguments_has_its_limits_in_the_table():
    numbers = {name: {a for a, _ in limits.numbers(name)} for name in kept.functions()}
    wanted = {name: found for name, found in numbers.items() if found}
    without = set(TABLE["without a call"])
    assert {name: set(found) for name, found in LIMITS.items()} == {
        name: found for name, found in wanted.items() if name not in without
    }
    assert without <= set(wanted)
    assert not without & set(kept.calls())
    assert len(CASES) > 1000


def test_more_than_half_of_the_functions_have_a_call():
    assert len(kept.calls()) > 0.55 * len(kept.functions())
    assert set(kept.calls()) <= set(kept.functions())


def test_each_kind_of_limit_has_a_reason():
    common = TABLE["common"]
    own = TABLE["reasons"]
    rare = {f"{n} {a}" for n, a in CASES if LIMITS[n][a] not in common}
    assert rare == set(own)
    assert all(len(str(reason)) > 5 for reason in [*common.values(), *own.values()])


def tried(name, allowed):
    """What is wrong with one function, tried in a process of its own."""

    def one(name, send):
        limits.faults(name, allowed, send)

    ((_, sent, ended),) = apart(60.0, one, [name])
    assert ended, f"{sent[-1:]} hangs, or fills the memory"
    assert {argument for argument, _ in sent} == set(allowed)
    return [(argument, fault) for argument, fault in sent if fault]


@pytest.mark.parametrize("name", LIMITS)
def test_the_outermost_values_are_accepted_and_the_next_are_refused(name):
    assert tried(name, LIMITS[name]) == []


def test_wrong_limits_are_noticed():
    name, allowed = "iclnb.landscape.mean_field_limit.features.sampled.gauss_hermite", "1..1000"
    assert LIMITS[name]["n_nodes"] == allowed
    for wrong, fault in (
        ("0..1000", "0.0 is refused"),
        ("2..1000", "1.0 is not refused by name"),
        ("1..999", "1000.0 is not refused by name"),
        ("1..1001", "1001.0 is refused"),
    ):
        assert tried(name, LIMITS[name] | {"n_nodes": wrong}) == [("n_nodes", fault)]

"""Of what each proof consists: how many identities and of which degree, cases, intervals.

A proof for five sizes that runs for four still holds. ``proof_parts.yml`` says what is run, part by
part, so that a size, a case or a side that is left out, or another one in its place, is noticed.
Degrees of identities that are tried together are added, since the largest says nothing of others.
"""

import importlib
import inspect
from collections import Counter
from pathlib import Path

import pytest
import yaml

from iclnb.exact import proofs
from iclnb.exact.degrees import Degree
from iclnb.exact.points import Draw
from tools.notebooks import ROOT

PARTS = yaml.safe_load(Path(__file__).with_name("proof_parts.yml").read_text(encoding="utf-8"))
NAMES = ("finite", "enclosed", "for_all")


def modules():
    """Return the modules of all exact twins."""
    out = []
    for path in sorted((ROOT / "iclnb").glob("*/*/**/*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "exact" in parts[3:]:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            out.append(importlib.import_module(name))
    return out


def twins():
    """Return every public proof that needs no argument, by the place where it is defined."""
    out = {}
    for module in modules():
        for name, thing in vars(module).items():
            own = inspect.isfunction(thing) and thing.__module__ == module.__name__
            if not own or name[0] == "_":
                continue
            made = inspect.signature(thing)
            free = all(p.default is not p.empty for p in made.parameters.values())
            if made.return_annotation == "Proof" and free and made.parameters.keys() != {"steps"}:
                out[f"{module.__name__}.{name}"] = thing
    return out


TWINS = twins()


@pytest.fixture
def seen(monkeypatch):
    """Count the parts of the proofs that are run."""
    out = Counter()
    degrees = proofs._degrees

    def of_degrees(sides):
        found = degrees(sides)
        pairs = sides(Draw(lambda _: Degree(1)))
        each = [(Degree.of(left) - Degree.of(right)).numerator for left, right in pairs]
        assert found[:2] == (len(each), max(each))
        many = f", in all {sum(each)}" if len(each) > 1 else ""
        out[f"identity of {found[0]}, degree {found[1]}{many}"] += 1
        return found

    def said(name, function):
        def run(*given, **options):
            found = function(*given, **options)
            out[f"{name}: {found.strength}" if found.holds else f"{name}: fails"] += 1
            return found

        return run

    monkeypatch.setattr(proofs, "_degrees", of_degrees)
    for module in modules():
        for name in NAMES:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, said(name, getattr(module, name)))
    return out


def lines(seen):
    return sorted(f"{count} x {part}" for part, count in seen.items())


@pytest.mark.parametrize("name", sorted({*TWINS, *PARTS}))
def test_a_proof_consists_of_its_parts(name, seen):
    TWINS[name]()
    assert lines(seen) == PARTS[name]


def test_there_are_proofs_and_each_has_parts():
    assert len(TWINS) > 130
    assert all(PARTS.values())


def test_what_is_left_out_is_seen(seen):
    for name in ("a", "b"):
        proofs.vanishes(name, lambda x: [(x() * 2, 2 * x())], where="")
    proofs.vanishes("c", lambda x: [((x() + 1) * 1, 1 + x()), (x() * x(), x() * x())], where="")
    assert lines(seen) == ["1 x identity of 2, degree 2, in all 3", "2 x identity of 1, degree 1"]


@pytest.mark.parametrize(("powers", "added"), [((1, 2, 3), 6), ((1, 3, 3), 7), ((2, 2, 3), 7)])
def test_a_size_is_seen_beside_a_larger_one(powers, added, seen):
    proofs.vanishes("a", lambda x: [(x() ** k * 2, 2 * x() ** k) for k in powers], where="")
    assert lines(seen) == [f"1 x identity of 3, degree 3, in all {added}"]

"""Every exact twin is run by the tests of its chapter, and each of its constants has a near miss.

The constant of a statement is an argument of its proof. A test calls the proof with a constant that
is a little off, and the proof must not hold; without that call nobody knows whether the proof would
notice. What is found here is the call; what it gives is tested there.
"""

import ast
from functools import cache

import pytest

from tools.notebooks import ROOT

SIZES = {
    "trace_inequality": {"size"},
    "spikes": {"size", "columns"},
    "spline_by_networks": {"depths"},
    "steepest": {"q"},
}
"""Arguments that say for which sizes something is proved; the proof holds for all of them."""

HELPERS = {"chain", "one_after_another"}
"""They run proofs, and have tests of their own."""


def twins():
    """Yield the chapter, the name and the arguments of each public function that gives a proof."""
    for path in sorted((ROOT / "iclnb").glob("*/*/**/*.py")):
        where = path.relative_to(ROOT / "iclnb").parts
        if "exact" not in where[2:-1] and where[2:] != ("exact.py",):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name[0] == "_" or node.returns is None:
                continue
            if ast.unparse(node.returns) == "Proof" and node.name not in HELPERS:
                yield where[:2], node.name, {a.arg for a in node.args.args + node.args.kwonlyargs}


def last(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def given(tree):
    """Yield the names in a test file, each with the arguments that it is given by name, there or
    as a case of a parametrised test: (name, {"argument": value})."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)):
            yield last(node), set()
        if isinstance(node, ast.Call):
            yield last(node.func), {k.arg for k in node.keywords}
        if isinstance(node, ast.Tuple):
            words = [d for d in node.elts if isinstance(d, ast.Dict)]
            keys = {k.value for d in words for k in d.keys if isinstance(k, ast.Constant)}
            yield from ((last(e), keys) for e in node.elts)


@cache
def words(part, chapter):
    out = {}
    for path in sorted((ROOT / "tests" / part / f"test_{chapter}").glob("**/*.py")):
        for name, arguments in given(ast.parse(path.read_text(encoding="utf-8"))):
            out[name] = out.get(name, set()) | arguments
    return out


def without(chapter, name, arguments):
    """Return what is missing in the tests of a chapter: the proof, or arguments."""
    found = words(*chapter)
    if name not in found:
        return {name}
    return arguments - found[name] - SIZES.get(name, set())


@pytest.mark.parametrize(("chapter", "name", "arguments"), list(twins()))
def test_every_constant_has_a_near_miss(chapter, name, arguments):
    assert without(chapter, name, arguments) == set()


def test_there_are_twins_and_the_exceptions_are_theirs():
    found = {name: arguments for _, name, arguments in twins()}
    assert len(found) > 140
    assert all(sizes <= found[name] for name, sizes in SIZES.items())


def test_the_rule_sees_what_is_missing():
    text = "CASES = [(exact.one, {'a': 1})]\nassert not exact.two(0, b=1).holds\nexact.three()"
    seen = {}
    for name, arguments in given(ast.parse(text)):
        seen[name] = seen.get(name, set()) | arguments
    assert (seen["one"], seen["two"], seen["three"]) == ({"a"}, {"b"}, set())
    assert "four" not in seen

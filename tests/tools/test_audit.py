"""Errors in the library, and whether a test that bears a claim's mark notices them."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pytest

from tools import audit, spoil
from tools.notebooks import ROOT

Pair = namedtuple("Pair", "a b")


@dataclass(frozen=True)
class Box:
    value: float
    name: str


class TestChanged:
    @pytest.mark.parametrize(
        ("value", "wrong"),
        [
            (2.0, 2.2),
            (0.0, 0.1),
            (np.float64(-1.0), -1.1),
            (3, 4),
            (True, False),
            ("word", "word"),
            (None, None),
            ([1.0, "x"], [1.1, "x"]),
            ({"k": 2.0}, {"k": 2.2}),
        ],
    )
    def test_values(self, value, wrong):
        found = spoil.changed(value, spoil.more)
        assert found == (pytest.approx(wrong) if isinstance(wrong, float) else wrong)

    def test_containers_keep_their_kind(self):
        assert spoil.changed(Pair(1.0, 2), spoil.more) == Pair(1.1, 3)
        box = Box(1.0, "x")
        assert spoil.changed(box, spoil.more) == Box(1.1, "x")
        assert box == Box(1.0, "x")
        function = spoil.changed(lambda x: 2.0 * x, spoil.more)
        assert function(1.0) == 2.2

    def test_arrays(self):
        x = np.array([[1.0, 2.0], [0.0, -4.0]])
        np.testing.assert_allclose(spoil.changed(x, spoil.more), [[1.1, 2.2], [0.1, -4.4]])
        np.testing.assert_allclose(spoil.changed(x, spoil.uneven()), [[1.1, 2.0], [0.01, -4.0]])
        assert spoil.changed(np.array([1, 2]), spoil.more).tolist() == [2, 3]
        assert spoil.changed(np.array([True]), spoil.more).tolist() == [False]
        assert spoil.changed(np.ones(2, dtype=complex), spoil.more).tolist() == [1.1, 1.1]


LIBRARY = '''
import numpy as np
from functools import lru_cache


def risk(n, noise=1.0, *, power=2):
    """The risk."""
    if n + 1 < 1:
        raise ValueError("n" + "o")
    assert np.arange(n + 1)[n - 1] < n
    return 1 / n**power + noise / n


@lru_cache
def cached(n):
    return float(n)


class Model:
    def __init__(self, n):
        self.n = n

    @property
    def size(self):
        return float(self.n)

    def grow(self, by):
        return self.n * float(by)

    def _own(self):
        return 1.0


def nothing():
    return None
'''


@pytest.fixture
def library(tmp_path):
    """A module of its own, freshly imported."""
    path = tmp_path / "some_library.py"
    path.write_text(LIBRARY, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("some_library", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["some_library"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["some_library"]


class TestSpoilt:
    def test_every_reference_is_wrong(self, library):
        alias, right = library.risk, library.risk(2, noise=3.0, power=1)
        spoil.errors("some_library.risk")["10 % more"]()
        assert alias(2, noise=3.0, power=1) == pytest.approx(1.1 * right)
        assert alias(2) == pytest.approx(1.1 * 0.75)

    def test_a_term_is_dropped(self, library):
        found = spoil.errors("some_library.risk")
        assert "without noise / n" in found
        found["without noise / n"]()
        assert library.risk(2, noise=3.0) == 0.25
        with pytest.raises(ValueError, match="no"):
            library.risk(-1)

    def test_an_exponent_is_larger(self, library):
        spoil.errors("some_library.risk")["exponent power + 0.1"]()
        assert library.risk(2, noise=0.0, power=1) == pytest.approx(2**-1.1)

    def test_indices_ranges_and_messages_are_left_alone(self, library):
        assert set(spoil.errors("some_library.risk")) == {
            "10 % more",
            "10 % more on every other number",
            "without noise / n",
            "exponent power + 0.1",
        }

    def test_what_is_cached_and_what_a_class_offers(self, library):
        spoil.errors("some_library.cached")["10 % more"]()
        assert library.cached(10) == 11.0
        spoil.errors("some_library.Model")["10 % more"]()
        model = library.Model(10)
        assert (model.size, model.grow(2), model._own()) == (11.0, 22.0, 1.0)

    def test_a_closure(self):
        def outer(factor):
            return lambda x: factor * x

        function = outer(3.0)
        assert spoil.rewritten(function) == {}
        spoil.returned(function, lambda: spoil.more)
        assert function(1.0) == pytest.approx(3.3)

    def test_nothing_to_change(self, library):
        spoil.errors("some_library.nothing")["10 % more"]()
        with pytest.raises(spoil.Untouched):
            library.nothing()

    @pytest.mark.parametrize("name", ["some_library.LIMIT", "nowhere.at.all"])
    def test_what_is_no_function(self, library, name):
        library.LIMIT = 3.0
        with pytest.raises(LookupError):
            spoil.errors(name)


TESTS = """
import pytest

from some_library import cached, nothing, risk

VALUE = risk(2)


@pytest.mark.claim("close-look")
def test_close():
    assert risk(2, noise=3.0) == 1.75
    assert risk(3, noise=3.0, power=1) == 1 / 3 + 1


@pytest.mark.claim("far-look")
class TestFar:
    @pytest.mark.parametrize("n", [1, 2])
    def test_far(self, n):
        assert risk(n) > 0


@pytest.mark.claim("no-look")
def test_nothing():
    assert nothing() is None
"""

SCRIPT = """
from tools.audit import audit

claims = [("close-look", "some_library.risk"), ("far-look", "some_library.risk"),
          ("no-look", "some_library.nothing"), ("no-test", "some_library.cached")]
for one in audit(claims, ["test_them.py"], "."):
    print(one.claim, "|", one.error, "|", one.verdict)
"""


def test_the_audit_of_a_small_library(tmp_path):
    (tmp_path / "some_library.py").write_text(LIBRARY, encoding="utf-8")
    (tmp_path / "test_them.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = claim\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    run = [sys.executable, "-c", SCRIPT]
    alone = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(run, cwd=tmp_path, env=alone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [tuple(line.split(" | ")) for line in done.stdout.splitlines() if " | " in line]
    assert {verdict for claim, _, verdict in found if claim == "close-look"} == {"noticed"}
    assert {verdict for claim, _, verdict in found if claim == "far-look"} == {"not noticed"}
    assert {verdict for claim, _, verdict in found if claim == "no-look"} == {"nothing to change"}
    assert {verdict for claim, _, verdict in found if claim == "no-test"} == {"not run"}
    assert len(found) == 4 + 4 + 2 + 2


@lru_cache
def _plain(x):
    return x


def test_a_function_inside_a_cache_is_found():
    assert spoil.plain(_plain) is _plain.__wrapped__
    assert spoil.plain(3) is None


class TestRecord:
    NAME = "foundations/in-context-learning"

    @pytest.fixture
    def tree(self, tmp_path):
        for folder in ("iclnb", "tests", "tools"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
        shutil.copy(ROOT / "constraints.txt", tmp_path)
        return tmp_path

    def test_the_key_is_of_all_that_decides_the_audit_and_of_nothing_else(self, tree):
        keys = [audit.key(self.NAME, tree)]
        assert keys == [audit.key(self.NAME)]
        for place in (
            "iclnb/foundations/in_context_learning/regression.py",
            "iclnb/arguments/single.py",
            "tests/foundations/test_in_context_learning/test_named.py",
            "tools/spoil.py",
        ):
            with (tree / place).open("a", encoding="utf-8") as file:
                file.write("# more\n")
            keys.append(audit.key(self.NAME, tree))
        exceptions = tree / audit.EXCEPTIONS
        text = exceptions.read_text(encoding="utf-8")
        exceptions.write_text(
            f"{text}icl-number-prompt:\n  10 % more: a reason\n", encoding="utf-8"
        )
        keys.append(audit.key(self.NAME, tree))
        assert len(set(keys)) == 6
        for place in (
            "iclnb/landscape/strict_saddle/path.py",
            "tests/rooms/test_scale/__init__.py",
        ):
            with (tree / place).open("a", encoding="utf-8") as file:
                file.write("# more\n")
        assert audit.key(self.NAME, tree) == keys[-1]

    def test_what_is_recorded(self, tmp_path, monkeypatch, capsys):
        said = {"a/b": {}, "c/d": {"x, 10 % more": "not noticed"}, "e/f": {}}
        asked = []
        monkeypatch.setattr(audit, "AUDITED", tmp_path / "audited.json")
        monkeypatch.setattr(audit, "chapters", lambda: list(said))
        monkeypatch.setattr(audit, "key", lambda name: name.upper())
        monkeypatch.setattr(audit, "faults", lambda name: asked.append(name) or said[name])
        assert audit.main(["--record"]) == 1
        kept = json.loads((tmp_path / "audited.json").read_text(encoding="utf-8"))
        assert kept == {"a/b": "A/B", "c/d": "", "e/f": "E/F"}
        assert "c/d: {'x, 10 % more': 'not noticed'}" in capsys.readouterr().out
        said["c/d"] = {}
        assert audit.main(["--record"]) == 0
        assert sorted(asked) == ["a/b", "c/d", "c/d", "e/f"]

    def test_the_faults_of_a_chapter(self, monkeypatch):
        monkeypatch.setattr(
            audit, "chapter", lambda name: [("x", "m.f"), ("y", "m.g"), ("z", "m.h")]
        )
        exceptions = {"x": {"without 2.0": "a reason"}, "other": {"10 % more": "a reason"}}
        monkeypatch.setattr(audit.yaml, "safe_load", lambda text: exceptions)
        first = {("x", "10 % more"): "noticed", ("x", "without 2.0"): "not noticed"}
        first |= {("y", "10 % more"): "late"}
        second = {("y", "10 % more"): "not noticed"}
        monkeypatch.setattr(audit, "_verdicts", lambda name, *ids: second if ids else first)
        assert audit.faults("a/b") == {"y, 10 % more": "not noticed", "z": "not audited"}
        first["x", "without 2.0"] = "noticed"
        assert audit.faults("a/b")["x, without 2.0"] == "excepted and noticed"

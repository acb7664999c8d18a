"""References of docstrings name one thing each: ``:func:`.name``` by its end, others in full."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHORT = re.compile(r":(mod|func|class):`~?\.([\w.]+)`")
ROOMS = tuple(
    f"iclnb.{room}"
    for room in ("arguments", "evidence", "exact", "explore", "kinds", "scale", "style")
)
"""Packages that are documented by what they export."""
FULL = re.compile(r":(mod|func|class):`~?(iclnb(?:\.\w+)+)`")


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def targets(modules):
    """Return the full names of each kind that ``modules`` (name: tree) define or a room exports."""
    names = {"mod": set(modules), "func": set(), "class": set()}
    passed_on = {"mod": set(), "func": set(), "class": set()}
    for module, tree in modules.items():
        for node in tree.body:
            kind = {ast.FunctionDef: "func", ast.ClassDef: "class"}.get(type(node))
            if kind and not node.name.startswith("_"):
                names[kind].add(f"{module}.{node.name}")
            if isinstance(node, ast.ImportFrom) and module in ROOMS:
                for alias in node.names:
                    kind = "class" if alias.name[0].isupper() else "func"
                    passed_on[kind].add(f"{module}.{alias.name}")
    return names, passed_on


def matches(kind, short, module, names):
    """Return the names that Sphinx finds: the module's own first, then every one that ends so."""
    own = f"{module}.{short}"
    return (
        [own] if own in names[kind] else sorted(n for n in names[kind] if n.endswith("." + short))
    )


def faults(modules, texts):
    names, passed_on = targets(modules)
    lost = [
        f"{module}: {full} is nothing"
        for module, text in texts.items()
        for kind, full in FULL.findall(text)
        if full not in names[kind] | passed_on[kind]
    ]
    return lost + [
        f"{module}: {short} is {found or 'nothing'}"
        for module, text in texts.items()
        for kind, short in SHORT.findall(text)
        if len(found := matches(kind, short, module, names)) != 1
    ]


@pytest.fixture(scope="module")
def library():
    texts = {module_name(p): p.read_text(encoding="utf-8") for p in (ROOT / "iclnb").rglob("*.py")}
    return {name: ast.parse(text) for name, text in texts.items()}, texts


def test_short_references_name_one_thing(library):
    modules, texts = library
    assert sum(len(SHORT.findall(text)) for text in texts.values()) > 100
    assert faults(modules, texts) == [], "\n".join(faults(modules, texts))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (":mod:`.signals`", 1),
        (":mod:`.exact.signals`", 0),
        (":func:`~.signals.rise`", 1),
        (":func:`~.pages.rise`", 1),
        (":class:`.Signal`", 0),
        (":func:`iclnb.a.signals.rise`", 0),
        (":func:`~iclnb.a.rise`", 1),
    ],
)
def test_two_things_of_one_name_are_found(text, count):
    modules = {
        "iclnb.a.signals": ast.parse("def rise(): ...\nclass Signal: ..."),
        "iclnb.a.exact.signals": ast.parse("def rise(): ..."),
    }
    assert len(faults(modules, {"iclnb.a.costs": text})) == count


def test_the_module_s_own_name_comes_first():
    modules = {"iclnb.a": ast.parse("def rise(): ..."), "iclnb.b": ast.parse("def rise(): ...")}
    assert faults(modules, {"iclnb.a": ":func:`.rise`"}) == []

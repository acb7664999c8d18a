"""The words of the library, over every public signature; each rule seen to find its fault."""

import ast
from collections import defaultdict

import pytest

from tools import library, vocabulary
from tools.notebooks import ROOT

LETTERS = "exact"  # proofs keep the letters of their displays
WORKSHOPS = (
    "evidence",
    "exercise",
    "explore",
    "scale",
    "stacks",
    "style",
)  # figures, cards and runs
OF_THE_WORKSHOPS = {"scale", "labels"}  # the scale of a run or an axis, the labels of a figure
CLASS_OF_CHECK = {"kind", "value"}  # in iclnb.arguments: a class, and whatever is checked


def chapter_of(parts):
    """Return the chapter or room in which a module stands."""
    return parts[2] if parts[1] in library.PARTS and len(parts) > 2 else parts[1]


def public(tree):
    """Return the names that a module exports: those of ``__all__``, or all without underscore."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    defined = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return {node.name for node in defined if not node.name.startswith("_")}


def arguments(function):
    """Yield name and annotation of the arguments of a function, without ``self``."""
    spec = function.args
    for argument in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]:
        if argument.arg not in ("self", "cls"):
            yield argument.arg, argument.annotation and ast.unparse(argument.annotation)


def signatures(tree):
    """Yield ``(function or class.method, name, annotation)`` of what a module exports."""
    names = public(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            for name, annotation in arguments(node):
                yield node.name, name, annotation
        if not isinstance(node, ast.ClassDef) or node.name not in names:
            continue
        record = any("dataclass" in ast.unparse(d) for d in node.decorator_list)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                if part.name.startswith("_") and part.name not in ("__init__", "__call__"):
                    continue
                for name, annotation in arguments(part):
                    yield f"{node.name}.{part.name}", name, annotation
            elif record and isinstance(part, ast.AnnAssign):
                name, annotation = ast.unparse(part.target), ast.unparse(part.annotation)
                later = part.value is not None and "init=False" in ast.unparse(part.value)
                if not later and not annotation.startswith("ClassVar"):
                    yield node.name, name, annotation


def everything():
    """Return ``(chapter, module, function, name, annotation)`` of every public argument."""
    found = []
    for path in sorted((ROOT / "iclnb").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if LETTERS in parts or (len(parts) < 3 and parts[-1] == "__init__"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(chapter_of(parts), ".".join(parts), *row) for row in signatures(tree)]
    return found


ALL = everything()
OF_CHAPTERS = [row for row in ALL if row[0] not in WORKSHOPS]

# Each rule takes rows as ``everything`` gives them and returns faults.


def synonyms(rows):
    """A word that has another one in this library."""
    return [
        f"{module}.{function}: {name}, say {vocabulary.SYNONYMS[name]}"
        for chapter, module, function, name, _ in rows
        if name in vocabulary.SYNONYMS and not (chapter in WORKSHOPS and name in OF_THE_WORKSHOPS)
    ]


def undescribed(rows):
    """A name that two chapters use and the table does not hold."""
    users = defaultdict(set)
    for chapter, _, _, name, _ in rows:
        users[name].add(chapter)
    known = vocabulary.WORDS.keys() | vocabulary.SYMBOLS.keys()
    return [f"{name}: {sorted(c)}" for name, c in users.items() if len(c) > 1 and name not in known]


def wrong_kinds(rows):
    """A word of the table for a value of a kind that it does not take."""
    return [
        f"{module}.{function}: {name} is {annotation}"
        for chapter, module, function, name, annotation in rows
        if name in vocabulary.WORDS
        and not (chapter == "arguments" and name in CLASS_OF_CHECK)
        and not vocabulary.kind_of(annotation) <= vocabulary.allowed(name)
    ]


def unannotated(rows):
    """An argument without a type."""
    return [f"{module}.{function}: {name}" for _, module, function, name, a in rows if a is None]


def test_every_chapter_and_room_is_read():
    chapters = {path.parent.name for part in library.PARTS
                for path in (ROOT / "iclnb" / part).glob("*/__init__.py")}  # fmt: skip
    assert len(chapters) >= 15
    assert chapters | set(WORKSHOPS) | {"arguments", "draws", "prompts"} <= {r[0] for r in ALL}
    assert len(ALL) > 2500
    assert len({row[1:3] for row in OF_CHAPTERS}) > 700


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        (synonyms, ALL),
        (unannotated, ALL),
        (undescribed, OF_CHAPTERS),
        (wrong_kinds, OF_CHAPTERS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_signature_keeps_to_the_words(rule, rows):
    assert rule(rows) == []


def row(name, annotation="int", chapter="dynamics"):
    return (chapter, "iclnb.x", "f", name, annotation)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (synonyms, [row("context")], [row("prompt_length")]),
        (synonyms, [row("scale")], [row("scale", "Scale", "explore")]),
        (synonyms, [row("eps", chapter="explore")], [row("accuracy")]),
        (unannotated, [row("x", None)], [row("x")]),
        (undescribed, [row("wibble"), row("wibble", chapter="b")], [row("wibble"), row("wibble")]),
        (wrong_kinds, [row("tasks")], [row("tasks", "ArrayLike")]),
        (wrong_kinds, [row("noise", "ArrayLike")], [row("noise", "float")]),
        (wrong_kinds, [row("rng", "int | np.random.Generator")], [row("noise", "float")]),
        (wrong_kinds, [row("law", "Link")], [row("law", "LinkLaw")]),
    ],
)  # fmt: skip
def test_a_rule_finds_its_fault(rule, bad, good):
    assert rule(bad)
    assert not rule(good)


def test_the_reader_of_signatures_misses_no_argument():
    source = """
__all__ = ["f", "A", "B"]
def f(a: int, /, b: float, *, c: str | None = None): ...
def hidden(z: int): ...
@dataclass(frozen=True)
class A:
    d: int
    e: int = field(init=False)
    def g(self, h: int): ...
    def _i(self, z: int): ...
class B:
    k: int
    def __init__(self, j: int): ...
"""
    tree = ast.parse(source)
    assert [name for _, name, _ in signatures(tree)] == ["a", "b", "c", "d", "h", "j"]
    names = {name for _, name, _ in signatures(ast.parse(source.replace("__all__", "other")))}
    assert names == {"a", "b", "c", "d", "h", "j", "z"}


def test_annotations_stay_text_so_that_signatures_can_be_read():
    missing = []
    for path in sorted((ROOT / "iclnb").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        functions = any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(text)))
        if functions and "\nfrom __future__ import annotations\n" not in text:
            missing.append(path.relative_to(ROOT).as_posix())
    assert not missing


def test_every_word_of_the_table_is_used():
    used = {row[3] for row in OF_CHAPTERS}
    assert vocabulary.WORDS.keys() | vocabulary.SYMBOLS.keys() <= used


def test_the_tables_do_not_contradict_each_other():
    words = [name for part in vocabulary.SECTIONS.values() for name in part]
    assert len(words) == len(set(words))
    assert not set(words) & set(vocabulary.SYMBOLS)
    assert not vocabulary.SYNONYMS.keys() & (set(words) | set(vocabulary.SYMBOLS))
    for word in ("prompt_length", "n_tasks", "step_size", "accuracy", "Gamma", "penalty", "noise"):
        assert word in vocabulary.WORDS
        assert any(word in said for said in vocabulary.SYNONYMS.values())


def test_the_page_is_what_the_tool_writes():
    page = ROOT / "book" / "library" / "vocabulary.md"
    text = vocabulary.page()
    assert page.read_text(encoding="utf-8") == text
    for name in [*vocabulary.WORDS, *vocabulary.SYMBOLS, *vocabulary.SYNONYMS]:
        assert f"| `{name}` |" in text

"""Exercises and predictions: enough of them, marked, with solutions that are worked out."""

import re

import pytest

from tools.chapters import KINDS, LEVELS, chapters
from tools.notebooks import ROOT, read

FOUND = chapters()
EXERCISES = [(one.page, exercise) for one in FOUND for exercise in one.exercises]

LEAST = 60
"""Exercises of the book."""

WORKED = 45
"""Words of the solution of an exercise by hand, each formula one word."""

PREDICT = re.compile(
    r":::\{admonition\} Predict first: [^\n]*\?\n:class: dropdown iclnb-predict\n\n(.+)\n:::\Z",
    re.DOTALL,
)


def words(text):
    """Return how many words a text has, a formula counted as one."""
    text = re.sub(r"\$\$.+?\$\$|\$[^$]+\$", " formula ", text, flags=re.DOTALL)
    return len(re.findall(r"[^\W_][\w'’-]*", text))


def unpredicted(cells):
    """Return the slider figures that no folded prediction stands above."""
    before = dict(zip(range(1, len(cells) + 1), cells))
    bare = []
    for at, cell in enumerate(cells):
        if cell.cell_type == "code" and re.search(r"explore\.(curves|frames)\(", cell.source):
            above = before.get(at)
            found = above is not None and above.cell_type == "markdown"
            if not (found and PREDICT.search(above.source)):
                bare += re.findall(r'name="(fig-[\w-]+)"', cell.source)
    return bare


def test_there_are_enough():
    assert len(EXERCISES) >= LEAST


@pytest.mark.parametrize(("page", "exercise"), EXERCISES, ids=lambda x: getattr(x, "label", None))
def test_each_is_marked_by_kind_and_level(page, exercise):
    begins = "begin it with *By hand, easy.* (by code, by exploring; medium, hard)"
    assert exercise.kind in KINDS, f"{exercise.label} in {page}: {begins}"
    assert exercise.level in LEVELS
    assert exercise.solution.strip()


def test_a_third_is_by_hand_and_every_kind_and_level_is_there():
    kinds = [exercise.kind for _, exercise in EXERCISES]
    assert kinds.count("by hand") >= len(kinds) / 3
    assert kinds.count("by exploring") >= 8
    assert {exercise.level for _, exercise in EXERCISES} == set(LEVELS)


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.page)
def test_every_chapter_has_three_and_a_slider_asks_first(one):
    assert len(one.exercises) >= 2
    assert unpredicted(read(ROOT / "book" / f"{one.page}.ipynb").cells) == []


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.page)
def test_by_hand_means_by_hand(one):
    """The stub, which only checks what was found, is folded; elsewhere it is what is asked for."""
    kinds, cells = {e.label: e.kind for e in one.exercises}, []
    kind = ""
    for cell in read(ROOT / "book" / f"{one.page}.ipynb").cells:
        if cell.cell_type == "code" and kind:
            cells.append((kind == "by hand", "hide-input" in cell.metadata.get("tags", [])))
        for mark in re.finditer(r"\{exercise-(start|end)\}\n(?::label: ([\w-]+))?", cell.source):
            kind = kinds[mark[2]] if mark[1] == "start" else ""
    assert len(cells) == len(kinds)
    assert all(by_hand == folded for by_hand, folded in cells)


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.page)
def test_code_in_the_text_is_folded(one):
    """Before the exercises every cell has a tag that folds it, or shows a certificate."""
    seen = 0
    for cell in read(ROOT / "book" / f"{one.page}.ipynb").cells:
        if re.search(r"^#+ Exercises", cell.source, re.MULTILINE):
            break
        if cell.cell_type == "code":
            seen += 1
            tags = {"hide-input", "remove-input", "remove-cell", "nbval-check-output"}
            assert tags & set(cell.metadata.get("tags", [])), cell.source[:80]
    assert seen > 5


def test_enough_by_hand_are_worked_out():
    """A third of the least number has a solution of about ten lines."""
    long = [e.label for _, e in EXERCISES if e.kind == "by hand" and words(e.solution) >= WORKED]
    assert len(long) >= LEAST / 3, sorted(long)


def test_a_slider_without_a_question_is_found():
    (page, *_) = [one.page for one in FOUND]
    cells = read(ROOT / "book" / f"{page}.ipynb").cells
    less = [c for c in cells if "iclnb-predict" not in c.source]
    assert sorted(unpredicted(less)) == sorted(FOUND[0].sliders)
    assert words("$a$ and $$b$$ so") == 4

"""What is said about the panels of a figure holds where they stand in a column, as on a phone."""

import ast
import re

import pytest

from tools.notebooks import ROOT, code_cells, notebooks, read

SIDES = "left|middle|right|top|bottom|upper|lower"
PLACED = re.compile(
    rf"(?:^|[.;:!?)] ?)(?:(?:on|at|in) the )?(?:{SIDES})(?:[:,]|(?= \())"  # Left: what is seen
    rf"|\((?:{SIDES})\)"  # the law (left)
    rf"|\b(?:{SIDES})(?:-hand)? (?:panel|picture|plot|figure|graph|map)s?\b"
    r"|\bon the (?:left|right)(?=[,.;:?!)]|$)"
    r"|(?:^|[.;] )beside (?:it|them)\b",
    re.IGNORECASE,
)


def texts(cell):
    """Return the captions and alternative texts that a code cell gives to its figures."""
    lines = [x for x in cell.source.splitlines() if not x.lstrip().startswith(("%", "!"))]
    calls = [n for n in ast.walk(ast.parse("\n".join(lines))) if isinstance(n, ast.Call)]
    given = [word for call in calls for word in call.keywords if word.arg in ("caption", "alt")]
    return [ast.literal_eval(word.value) for word in given]


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_panels_are_told_by_their_order_or_their_name(path):
    """A caption counts the panels; left and right would be wrong where they are stacked."""
    said = [text for cell in code_cells(read(path)) for text in texts(cell)]
    assert [text for text in said if PLACED.search(text)] == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_prose_does_not_send_a_reader_to_a_side(path):
    """No sentence speaks of the right panel."""
    panel = re.compile(rf"\b(?:{SIDES})(?:-hand)? (?:panel|picture|plot)s?\b", re.IGNORECASE)
    cells = [c.source for c in read(path).cells if c.cell_type == "markdown"]
    assert [m[0] for text in cells for m in panel.finditer(text)] == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("Left: a line. Right: a parabola.", True),
        ("Two log plots. Right, against time: a line.", True),
        ("Points and their law (left) and its slope (right).", True),
        ("A line. The right panel has its slope.", True),
        ("A line; on the right, its slope.", True),
        ("One task; beside it the risk.", True),
        ("First: a path that turns right; dots crowd at the bend. Second: its speed.", False),
        ("A larger d moves the curve to the right as d grows.", False),
        ("The lower bound falls, the upper one does not.", False),
        ("A fourth curve is negative in the middle and crosses zero.", False),
    ],
)
def test_what_counts_as_a_side(said, wrong):
    assert bool(PLACED.search(said)) is wrong

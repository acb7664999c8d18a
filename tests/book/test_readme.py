"""The README says what is there."""

import re

import pytest

from tools.notebooks import ROOT, notebooks

README = (ROOT / "README.md").read_text()


def table(text):
    """Return the chapters that the table of a README names."""
    rows = text.split("<!-- chapters -->")[1].split("<!-- end of chapters -->")[0]
    return re.findall(r"^\| ([a-z]+) \| \[([a-z0-9-]+)\]\(([^)]+)\)", rows, re.MULTILINE)


def test_the_table_names_every_chapter_and_no_other():
    chapters = [p.relative_to(ROOT).as_posix() for p in notebooks() if p.parent.name != "book"]
    assert [path for _, _, path in table(README)] == chapters
    for part, chapter, path in table(README):
        assert path == f"book/{part}/{chapter}.ipynb"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_its_links_lead_to_files(name):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text())
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_its_commands_are_targets(name):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / name).read_text()))
    assert commands - {"sure"} <= targets
    assert {"book", "test"} <= targets


def test_the_table_reader_sees_a_missing_chapter():
    """Negative control."""
    text = "<!-- chapters -->\n| part | [one](book/part/one.ipynb) | x |\n<!-- end of chapters -->"
    assert table(text) == [("part", "one", "book/part/one.ipynb")]

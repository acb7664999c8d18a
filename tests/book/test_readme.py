"""The README says what is there."""

import re

import pytest
import yaml

from tools.notebooks import ROOT, notebooks

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
SITE = CONFIG["html"]["baseurl"]


def table(text):
    """Return the chapters that the table of a README names."""
    rows = text.split("<!-- chapters -->")[1].split("<!-- end of chapters -->")[0]
    return re.findall(r"^\| ([a-z]+) \| \[([a-z0-9-]+)\]\(([^)]+)\)", rows, re.MULTILINE)


def test_the_table_names_every_chapter_and_no_other():
    chapters = [(p.parent.name, p.stem) for p in notebooks() if p.parent.name != "book"]
    assert [(part, chapter) for part, chapter, _ in table(README)] == chapters
    for part, chapter, path in table(README):
        assert path == f"{SITE}book/{part}/{chapter}.html"


def test_binder_opens_the_branch_with_plain_notebooks():
    branch = CONFIG["repository"]["branch"]
    assert branch == "live"
    address = f"https://mybinder.org/v2/gh/iclnb/iclnb/{branch}?urlpath=lab/tree/book/index.ipynb"
    assert f"]({address})" in README


def test_it_sends_no_reader_to_pages_that_only_the_builder_understands():
    """GitHub shows notebooks and pages of MyST with their directives as code."""
    assert re.findall(r"\]\((?:\./)?book/[^)]*\.(?:ipynb|md)\)", README) == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_its_links_lead_to_files(name):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_its_commands_are_targets(name):
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    commands = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8")))
    assert commands - {"sure"} <= targets
    assert {"book", "test"} <= targets


def test_the_table_reader_sees_a_missing_chapter():
    """Negative control."""
    text = "<!-- chapters -->\n| part | [one](book/part/one.ipynb) | x |\n<!-- end of chapters -->"
    assert table(text) == [("part", "one", "book/part/one.ipynb")]

"""Plain notebooks from the notebooks of the book."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml

from tools.files import write_if_changed
from tools.notebooks import ROOT, notebooks, pages, read, setup_cell, text_of
from tools.plain.cited import read_sources
from tools.plain.markdown import Block, Prose, names_of
from tools.plain.places import Places, read_places

HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
"""Tags of cells whose code the site folds or leaves out."""

FOLDED = "jp-MarkdownHeadingCollapsed"
WORDS = (
    "*A page of the book [{book}]({home}). [On the site]({page}) its statements and terms are"
    " linked; here you can run and change it. What is folded opens by a click on its arrow or bar.*"
)

_FIGURE = re.compile(r'<figure[^>]*\bid="(fig-[a-z0-9-]+)"')


def revision(root: Path = ROOT) -> str:
    """Return the commit of the sources, or the branch main where there is no repository."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "main"
    return done.stdout.strip()


class _Cells:
    """The cells of a plain notebook, as they come."""

    def __init__(self) -> None:
        self.all: list[nbformat.NotebookNode] = []
        self.folded: list[str] = []

    def text(self, source: str, **metadata: Any) -> nbformat.NotebookNode:
        """Add a cell of text, whose id follows from its place and words."""
        key = hashlib.sha256(f"{len(self.all)} {source}".encode()).hexdigest()[:12]
        cell = nbformat.v4.new_markdown_cell(source, id=key, metadata=metadata)
        self.all.append(cell)
        return cell

    def heading_that_folds(self, source: str) -> None:
        """Add a heading, alone in its cell, with what follows it folded."""
        cell = self.text(source, **{FOLDED: True})
        cell.metadata["id"] = cell["id"]  # the name that Colab knows it by
        self.folded.append(cell["id"])


def _grouped(blocks: list[Block]) -> Iterator[Block]:
    """Join the blocks of text that follow each other; an exercise begins a cell of its own."""
    held: list[str] = []
    for block in blocks:
        if block.kind != "text" and held:
            yield Block("text", "\n\n".join(held))
            held = []
        if block.kind in ("text", "exercise"):
            held.append(block.text)
        else:
            yield block
    if held:
        yield Block("text", "\n\n".join(held))


def _fold_code(cell: nbformat.NotebookNode) -> None:
    tags = set(cell.metadata.get("tags", []))
    shows = [output.get("metadata", {}) for output in cell.outputs]
    if HIDDEN & tags or any("iclnb_certificate" in about for about in shows):
        cell.metadata["jupyter"] = {"source_hidden": True}
        cell.metadata["cellView"] = "form"


def _moved(cell: nbformat.NotebookNode) -> list[str]:
    """Return the names of the slider figures that a cell shows."""
    shown = (output.get("data", {}).get("text/html", "") for output in cell.outputs)
    return [name for html in shown for name in _FIGURE.findall(html)]


def plain_notebook(
    notebook: nbformat.NotebookNode, prose: Prose, *, places: Places, commit: str, root: Path = ROOT
) -> nbformat.NotebookNode:
    """Return the plain form of a notebook of the book.

    Raises
    ------
    PlainError
        If something on the page has no plain form, or would fold with the solution above it.
    """
    cells, page = _Cells(), prose.page
    home = places.titles[pages(root)[0]]
    words = WORDS.format(book=home, home=places.address, page=places.url(page))
    after_solution = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if after_solution:
                raise prose.fail("code after a solution would fold with it: begin a section first")
            if cell.source == setup_cell(root).source:
                cell.source = setup_cell(root, commit).source
            _fold_code(cell)
            cells.all.append(cell)
            if figure := cell.metadata.get("mystnb", {}).get("figure"):
                number = places.numbers.get(figure["name"], "Figure")
                cells.text(f"*{number}.* {prose.inline(figure['caption'])}")
            for name in _moved(cell):  # a figure with sliders brings its caption along
                number = places.numbers.get(name, "Figure")
                cells.text(f"*{number}.* [On the site]({places.url(page)}#{name}).")
            continue
        for block in _grouped(prose.blocks(cell.source)):
            if block.kind == "end":
                after_solution = True
            elif block.kind == "solution":
                after_solution = False
                cells.heading_that_folds(block.text)
            else:
                if after_solution and not re.match(r"#{1,4} ", block.text):
                    raise prose.fail(
                        f"{block.text[:40]!r} would fold with the solution above it:"
                        " begin a section first"
                    )
                after_solution = False
                title = re.match(r"# .+\n?", block.text) if not cells.all else None
                text = block.text
                if title:
                    text = f"{title[0].rstrip()}\n\n{words}\n\n{text[title.end() :].lstrip()}"
                cells.text(text.rstrip())
    result = nbformat.v4.new_notebook(cells=cells.all, metadata=notebook.metadata)
    result.metadata["colab"] = {"collapsed_sections": cells.folded}
    nbformat.validate(result)
    return result


def plain_notebooks(
    site: Path, *, sources: Path, root: Path = ROOT, commit: str | None = None
) -> dict[str, str]:
    """Return the text of the plain notebook of each page.

    ``site`` is the built site, ``sources`` the folder of which it was built, whose notebooks carry
    the outputs that the site shows.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    macros = config["sphinx"]["config"]["math_macros"]
    if unfit := [name for name, meaning in macros.items() if not isinstance(meaning, str)]:
        raise ValueError(f"macros with arguments have no plain form: {unfit}")
    names = pages(root)
    places = read_places(site, names, config["html"]["baseurl"])
    bibliography = read_sources(root / "book/references.bib", places.url("book/bibliography"))
    commit = commit or revision(root)
    read_all = {
        path.relative_to(sources).with_suffix("").as_posix(): read(path)
        for path in notebooks(sources)
    }
    for notebook in read_all.values():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                places.names.update(names_of(cell.source))
    texts = {}
    for page, notebook in read_all.items():
        prose = Prose(page, places, bibliography, macros)
        made = plain_notebook(notebook, prose, places=places, commit=commit, root=root)
        texts[page] = text_of(made)
    return texts


def write_plain(site: Path, target: Path, *, sources: Path, root: Path = ROOT) -> list[Path]:
    """Write the plain notebooks under ``target``; return their paths."""
    written = []
    for page, text in plain_notebooks(site, sources=sources, root=root).items():
        path = target / f"{page}.ipynb"
        write_if_changed(path, text.encode())
        written.append(path)
    return written

"""The notebooks of the book: which there are, what they depend on, and their normal form."""

from __future__ import annotations

import ast
import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml

from tools.files import write_if_changed

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "1"  # change it to forget every stored execution

SETUP = """# Where the book's library is missing, Colab installs it, and elsewhere this says how to.
import sys
from importlib.util import find_spec

if find_spec("iclnb") is None and "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install --quiet {library}")
elif find_spec("iclnb") is None:
    raise ModuleNotFoundError("the book's library is missing: run  %pip install {library}")"""

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def pages(root: Path = ROOT) -> list[str]:
    """Return the pages that ``_toc.yml`` names, in order, as paths without suffix."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key in ("root", "file"):
                if key in node:
                    yield node[key]
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for item in node:
                yield from walk(item)

    return list(walk(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))))


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the table of contents, in order."""
    return [p for page in pages(root) if (p := root / f"{page}.ipynb").exists()]


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook of format 4."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the code cells that hold code."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def setup_cell(root: Path = ROOT, revision: str = "main") -> nbformat.NotebookNode:
    """Return the first code cell of every notebook, which the pages do not show.

    The library that it installs, or asks for, is that of `revision`: a branch or a commit.
    """
    repository = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["repository"][
        "url"
    ]
    source = SETUP.format(library=f"git+{repository}@{revision}")
    return nbformat.v4.new_code_cell(source, metadata={"tags": ["remove-cell"]})


def renew_setup(path: Path, root: Path = ROOT) -> bool:
    """Bring a hidden first code cell up to date; return whether it was out of date."""
    notebook, wanted = read(path), setup_cell(root)
    first = next(iter(code_cells(notebook)), None)
    if first is None or "remove-cell" not in first.metadata.get("tags", []):
        return False
    first.source = wanted.source
    first["id"] = hashlib.sha256(first.source.encode()).hexdigest()[:8] + "-0"
    return write_if_changed(path, text_of(notebook).encode())


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield the dotted names that a module imports; ``package`` resolves relative imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base]) if base else ".".join(parents)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@functools.cache
def _reads(source: str, package: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the dotted names that code imports, and the texts that stand in it."""
    tree = ast.parse(source)
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return tuple(_imported(tree, package)), frozenset(texts)


def closure(sources: list[str], root: Path = ROOT, library: str = "iclnb") -> list[Path]:
    """Return the files of the library that code depends on, through any chain of imports.

    Follows every import statement, inside functions too. The other files of a package that is
    reached (scripts) count as well; a stored result only where its name stands as a text in what is
    reached. Imports made by name at run time cannot be seen, so the library may not make any; a
    test holds that.
    """
    todo: list[str] = []
    texts: set[str] = set()

    def take(source: str, package: str) -> None:
        names, said = _reads(source, package)
        todo.extend(n for n in names if n == library or n.startswith(library + "."))
        texts.update(said)

    for source in sources:
        take(source, "")
    found: set[Path] = set()
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = name.split(".")
        if len(parts) > 1:
            todo.append(".".join(parts[:-1]))
        base = root.joinpath(*parts)
        if (base / "__init__.py").exists():
            file, package = base / "__init__.py", name
            others = [p for p in base.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")]
            found.update(p for p in others if len(parts) > 1)
        elif base.with_suffix(".py").exists():
            file, package = base.with_suffix(".py"), ".".join(parts[:-1])
        else:
            continue  # an attribute, not a module
        found.add(file)
        take(file.read_text(encoding="utf-8"), package)
    return sorted(p for p in found if p.parent.name != "results" or p.stem in texts)


def _python_source(cell: nbformat.NotebookNode) -> str:
    """Return a cell's source without lines of IPython magic, so that it parses."""
    lines = cell.source.splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def source_key(path: Path, root: Path = ROOT) -> str:
    """Return the hash of all that decides a notebook's outputs, as far as it is under version
    control: its code cells, the library files that they depend on, and the pins."""
    cells = code_cells(read(path))
    digest = hashlib.sha256(SCHEMA.encode())
    for cell in cells:
        digest.update(b"\0cell\0" + cell.source.encode())
    for file in [*closure([_python_source(c) for c in cells], root), root / "constraints.txt"]:
        digest.update(b"\0file\0" + str(file.relative_to(root)).encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def execution_environment() -> dict[str, str]:
    """Return the environment in which the book's notebooks are executed: static figures, no
    progress bars, one thread for each of the notebooks that run side by side."""
    return {
        **os.environ,
        "ICLNB_FIGURES": "static",
        "ICLNB_PROGRESS": "off",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


def _joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join what one stream said in a row: how a kernel cuts it is a matter of time."""
    out: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = out[-1] if out else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            out.append(output)
    return out


def normalise(notebook: nbformat.NotebookNode, key: str) -> nbformat.NotebookNode:
    """Bring a freshly executed notebook into its committed form, in place.

    Times and machine-dependent metadata go; pieces of one stream are joined; names, captions and
    alternative texts move from the outputs to the cells' metadata, where the page builder reads
    them; cells that show a certificate are marked for comparison by nbval; cell ids follow from
    the text.
    """
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNELSPEC,
            "language_info": {"name": "python"},
            "iclnb": {"key": key},
        }
    )
    used: set[str] = set()
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()
        cell["id"] = next(name for i in range(1000) if (name := f"{digest[:8]}-{i}") not in used)
        used.add(cell["id"])
        if cell.cell_type != "code":
            cell.metadata = nbformat.from_dict(
                {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
            )
            continue
        tags = [t for t in cell.metadata.get("tags", []) if t != "nbval-check-output"]
        kept: dict[str, Any] = {}
        cell.outputs = _joined(cell.outputs)
        for output in cell.outputs:
            about = output.get("metadata", {})
            if "iclnb_certificate" in about:
                tags.append("nbval-check-output")
            if figure := about.get("iclnb_figure"):
                kept["mystnb"] = {
                    "figure": {"caption": figure["caption"], "name": figure["name"]},
                    "image": {"alt": figure["alt"], "classes": "dark-light"},
                }
        if tags:
            kept["tags"] = sorted(set(tags))
        cell.metadata = nbformat.from_dict(kept)
    nbformat.validate(notebook)
    return notebook


def text_of(notebook: nbformat.NotebookNode) -> str:
    """Return the text of a notebook file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def with_outputs(path: Path, executed: Path) -> str:
    """Return the text of the notebook at ``path`` with the outputs of a stored execution of it.

    The prose is the notebook's own: an execution stays valid when only prose changes.

    Raises
    ------
    ValueError
        If the code cells of the two differ.
    """
    notebook, run = read(path), read(executed)
    ours, theirs = code_cells(notebook), code_cells(run)
    if [c.source for c in ours] != [c.source for c in theirs]:
        raise ValueError(f"{executed.name} is not an execution of {path.name}")
    for cell, other in zip(ours, theirs):
        cell.outputs, cell.execution_count = other.outputs, other.execution_count
    return text_of(normalise(notebook, run.metadata["iclnb"]["key"]))

"""A miniature book in an empty folder: a library, a table of contents, notebooks, tests."""

import textwrap
from pathlib import Path

import nbformat
import pytest

CONFIG = """\
title: A miniature
only_build_toc_files: true
execute:
  execute_notebooks: "off"
"""


def output_of(record, text="card"):
    """Return the output of a cell that displays a certificate with this record."""
    return nbformat.v4.new_output(
        "execute_result",
        data={"text/plain": text},
        metadata={"iclnb_certificate": record},
        execution_count=1,
    )


def certificate(claim, part="part", chapter="first", **changes):
    """Return a certificate's record, as the notebooks store it."""
    return {
        "id": claim,
        "part": part,
        "chapter": chapter,
        "source": "Theorem 1",
        "provenance": "quoted",
        "regime": "everywhere",
        "implements": "iclnb.alpha.value",
        "figure": None,
        "paper": None,
        "number": None,
        "verdict": "exact",
        "kind": "identity",
        "of": "answers",
        "said": "3 answers: the same to 10⁻¹².",
        "notices": {
            "kind": "factor",
            "value": 2e-12,
            "text": "an error of 2·10⁻¹² (relative)",
            "said": "would have noticed an error of 2·10⁻¹² (relative)",
        },
        "predicted": "1",
        "measured": "the same to 1e-12",
        "note": "",
        "settings": {"atol": 1e-12},
        "numbers": {},
        "seeds": [],
        "scale": "quick",
        "negative_control": {
            "what": "a sign",
            "verdict": "refuted",
            "said": "−1 where 1 is predicted.",
            "predicted": "1",
            "measured": "−1",
            "failed": True,
            "miss": {"kind": "shift", "value": 2.0, "text": "off by 2"},
        },
        **changes,
    }


class Project:
    """The files of a miniature book, and how often each of its notebooks was executed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log"
        self.write("constraints.txt", "numpy==2.0.0\n")
        self.write("_config.yml", CONFIG)
        self.write("iclnb/__init__.py", "")

    def write(self, name: str, text: str) -> Path:
        """Write a file; return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def chapters(self, *pages: str) -> None:
        """Write the table of contents: the first page is the root."""
        root, *others = pages
        text = f"format: jb-book\nroot: {root}\n"
        if others:
            text += "chapters:\n" + "".join(f"- file: {page}\n" for page in others)
        self.write("_toc.yml", text)

    def notebook(self, page: str, *cells: str, prose: str = "Words.", outputs=()) -> Path:
        """Write a notebook: a title with prose, then code cells; ``outputs`` of the last one."""
        made = [nbformat.v4.new_markdown_cell(f"# {page}\n\n{prose}")]
        made += [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
        if outputs:
            made[-1].outputs = list(outputs)
        for at, cell in enumerate(made):
            cell["id"] = f"cell-{at}"
        text = nbformat.writes(nbformat.v4.new_notebook(cells=made))
        return self.write(f"{page}.ipynb", text)

    def counted(self, page: str) -> str:
        """Return a cell that says in the log that this notebook was executed."""
        return f"with open({str(self.log)!r}, 'a') as log: log.write({page + chr(10)!r})"

    def executed(self) -> list[str]:
        """Return the notebooks executed since the last call, in alphabetical order."""
        lines = self.log.read_text(encoding="utf-8").split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return sorted(lines)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A miniature book whose library stands before the installed one in the notebooks' kernels."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("ICLNB_SCALE", raising=False)
    return Project(tmp_path)


@pytest.fixture
def record():
    """Make a certificate's record."""
    return certificate


@pytest.fixture
def shown():
    """Make the output of a cell that displays a certificate."""
    return output_of

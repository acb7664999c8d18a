"""The ledger: every claim of the book, generated from the certificates of executed notebooks.

``python -m tools.ledger`` writes ``book/claims.json``, ``book/claims.md``, the index of statements,
``book/theorems.md``, and what the page for teachers takes from the chapters (:mod:`tools.teach`);
with ``--check`` it writes nothing and fails if they are not what the notebooks say.
"""

from __future__ import annotations

import argparse
import ast
import functools
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools import teach
from tools.files import write_if_changed
from tools.ledger_page import ledger_page
from tools.notebooks import ROOT, code_cells, notebooks, read
from tools.theorems import owed, statements, theorems_page

KEYS = (
    "id",
    "part",
    "chapter",
    "title",
    "box",
    "statement",
    "source",
    "provenance",
    "paper",
    "number",
    "regime",
    "verdict",
    "kind",
    "of",
    "said",
    "notices",
    "predicted",
    "measured",
    "note",
    "settings",
    "numbers",
    "seeds",
    "scale",
    "negative_control",
    "implements",
    "figure",
    "test",
)


@functools.cache
def _marked(source: str) -> tuple[tuple[str, str], ...]:
    """Return the marks in a file of tests: claims, with the rest of the id of a test."""
    found = []

    def marks(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
        return [
            decorator.args[0].value
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call)
            and ast.unparse(decorator.func) == "pytest.mark.claim"
            and isinstance(decorator.args[0], ast.Constant)
        ]

    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            found += [(claim, node.name) for claim in marks(node)]
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test"):
                    claims = [*marks(node), *marks(inner)]
                    found += [(claim, f"{node.name}::{inner.name}") for claim in claims]
    return tuple(found)


def claim_tests(root: Path = ROOT) -> dict[str, list[str]]:
    """Return, for each claim id, the pytest ids of the tests that bear its mark.

    Reads the tests' text: ``@pytest.mark.claim("id")`` on a function or on a class.
    """
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        place = path.relative_to(root).as_posix()
        for claim, name in _marked(path.read_text(encoding="utf-8")):
            found.setdefault(claim, []).append(f"{place}::{name}")
    return found


def rows(paths: Mapping[Path, Path], root: Path = ROOT) -> list[dict[str, Any]]:
    """Return the ledger's rows, in the order of the book.

    Parameters
    ----------
    paths : mapping
        Each notebook of the book, and the file to read its outputs from.

    Raises
    ------
    ValueError
        If a claim is certified twice, stands in another chapter than it says, has no test, or is
        not stated on its page.
    """
    tests = claim_tests(root)
    stated = {one.label: one for one in statements(paths, root)}
    ledger: list[dict[str, Any]] = []
    seen: set[str] = set()
    for path, executed in paths.items():
        part, chapter = path.parent.name, path.stem
        for cell in code_cells(read(executed)):
            for output in cell.outputs:
                record = output.get("metadata", {}).get("iclnb_certificate")
                if record is None:
                    continue
                claim = record["id"]
                if claim in seen:
                    raise ValueError(f"claim {claim} is certified twice")
                if (record["part"], record["chapter"]) != (part, chapter):
                    raise ValueError(f"claim {claim} stands in {part}/{chapter}, not where it says")
                if claim not in tests:
                    raise ValueError(f"claim {claim} has no test marked with it")
                if claim not in stated:
                    raise ValueError(f"claim {claim} is not stated in {part}/{chapter}")
                seen.add(claim)
                one = stated[claim]
                said = {"title": one.name, "box": one.kind, "statement": one.text}
                row = {**record, **said, "test": tests[claim][0]}
                ledger.append({key: row.get(key) for key in KEYS})
    return ledger


def ledger_json(ledger: list[dict[str, Any]]) -> str:
    """Render the rows for machines."""
    return json.dumps(ledger, indent=1, ensure_ascii=False) + "\n"


def generated(
    ledger: list[dict[str, Any]], paths: Iterable[Path], root: Path = ROOT
) -> dict[str, str]:
    """Return the files of ``book/`` that follow from the ledger and the notebooks' prose."""
    found = statements(paths, root)
    texts = {
        "claims.json": ledger_json(ledger),
        "claims.md": ledger_page(ledger),
        "theorems.md": theorems_page(found, ledger, owed(root)),
    }
    if (root / teach.PAGE).exists():
        texts[teach.PAGE.name] = teach.made(root)
    return texts


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.ledger")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    options = parser.parse_args(arguments)
    try:
        ledger = rows({path: path for path in notebooks()})
        texts = generated(ledger, notebooks())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    stale = []
    for name, text in texts.items():
        path = ROOT / "book" / name
        if options.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(f"book/{name} is not what the notebooks say: run make refresh")
        else:
            write_if_changed(path, text.encode())
    for line in stale:
        print(line, file=sys.stderr)
    if not stale:
        print(f"ledger: {len(ledger)} claims")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

"""The reference pages: the words, each chapter and the small rooms, generated from the package.

``python -m tools.library`` writes ``book/library``; with ``--check`` it fails if they are out
of date.
"""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path

from tools import vocabulary
from tools.files import write_if_changed
from tools.notebooks import ROOT

ROOMS = (
    "arguments", "draws", "evidence", "exact", "exercise", "explore", "kinds", "prompts",
    "quadrature", "scale", "style",
)  # fmt: skip
PARTS = ("foundations", "statistics", "landscape", "dynamics", "features")


def modules(package: Path, root: Path = ROOT) -> list[str]:
    """Return the dotted names of a package and its public modules, or that of a single module."""
    found = []
    single = package.with_suffix(".py")
    for path in [single] if single.exists() else package.rglob("*.py"):
        parts = list(path.relative_to(root).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if not any(part.startswith("_") for part in parts):
            found.append(".".join(parts))
    return sorted(found)


def _defines(init: Path) -> bool:
    """Say whether a package holds functions or classes itself, beside what it passes on."""
    public = (
        node
        for node in ast.parse(init.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    )
    return next(public, None) is not None


def _entry(name: str, title: str, root: Path) -> list[str]:
    init = root.joinpath(*name.split("."), "__init__.py")
    room = name.split(".")[1] in ROOMS
    if room and name.count(".") > 1:
        return []  # a room is documented by what it exports
    lines = [f"```{{eval-rst}}\n.. automodule:: {name}"]
    if room or not init.exists() or _defines(init):
        lines.append("   :members:")
    if name == title:
        return [*lines, "```", ""]
    above = title.count(".") if title.startswith("iclnb") else 0
    level = name.count(".") - above + 1
    return ["#" * min(level, 4) + f" {name}", "", *lines, "```", ""]


def part_page(name: str) -> str:
    """Return the page of a part; its docstring names the chapters."""
    return "\n".join([f"# iclnb.{name}", "", *_entry(f"iclnb.{name}", f"iclnb.{name}", ROOT)])


def chapters(part: str, root: Path = ROOT) -> list[str]:
    """Return the packages of the chapters of a part."""
    return sorted(path.parent.name for path in (root / "iclnb" / part).glob("*/__init__.py"))


def page(title: str, packages: list[str], root: Path = ROOT) -> str:
    """Return one reference page."""
    out = [f"# {title}", ""]
    for package in packages:
        for name in modules(root / "iclnb" / package, root):
            out += _entry(name, title, root)
    return "\n".join(out)


def pages(root: Path = ROOT) -> dict[str, str]:
    """Return the text of every reference page that has something to document."""
    texts = {"vocabulary": vocabulary.page(), "rooms": page("The small rooms", list(ROOMS), root)}
    for part in PARTS:
        if names := chapters(part, root):
            texts[part] = part_page(part)
        for name in names:
            title = f"iclnb.{part}.{name}"
            texts[f"{part}/{name.replace('_', '-')}"] = page(title, [f"{part}/{name}"], root)
    return texts


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.library")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    options = parser.parse_args(arguments)
    status = 0
    for name, text in pages().items():
        path = ROOT / "book" / "library" / f"{name}.md"
        if not options.check:
            write_if_changed(path, text.encode())
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"book/library/{name}.md is out of date: run make refresh", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())

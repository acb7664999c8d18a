"""Build the site: gather the pages with fresh outputs, then run Jupyter Book over them.

``python -m tools.site`` executes the notebooks (or takes stored executions that are still valid)
and builds ``_build/html``. With ``--outputs committed`` the pages show the outputs that the
notebooks carry, whose validity the test suite checks, and nothing is executed.

The sources beside the pages, which the download button gives, are the plain notebooks.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.execute import NotebookError, execute_all
from tools.files import write_if_changed
from tools.ledger import generated, rows
from tools.notebooks import ROOT, notebooks, pages, with_outputs
from tools.plain.notebook import write_plain

TIMES_MARK = "<!-- execution times -->"


def _times(executed: list[tuple[Path, float]], root: Path) -> str:
    """Return the table of execution times."""
    lines = ["| chapter | seconds, one core |", "|---|---:|"]
    for path, seconds in executed:
        page = path.relative_to(root / "book").with_suffix("")
        lines.append(f"| {{doc}}`/book/{page.as_posix()}` | {seconds:.1f} |")
    lines.append(f"| all | {sum(s for _, s in executed):.1f} |")
    return "\n".join(lines)


def gather(stage: Path, *, root: Path = ROOT, outputs: str = "fresh") -> None:
    """Bring the pages and their outputs together under ``stage``; touch only what changed."""
    content: dict[Path, bytes] = {
        Path(name): (root / name).read_bytes() for name in ("_config.yml", "_toc.yml")
    }
    for path in sorted((root / "book").rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and not hidden:
            content[path.relative_to(root)] = path.read_bytes()
    chapters = notebooks(root)
    times = "The outputs of this copy are those stored with the notebooks; nothing was executed."
    if outputs == "fresh":
        executed = execute_all(chapters, root=root)
        for one in executed:
            text = with_outputs(one.path, one.stored)
            content[one.path.relative_to(root)] = text.encode()
        times = _times([(one.path, one.seconds) for one in executed], root)
    page = Path("book/execution-times.md")
    if page in content:
        content[page] = content[page].replace(TIMES_MARK.encode(), times.encode())
    for name, data in content.items():
        write_if_changed(stage / name, data)
    ledger = rows({path: stage / path.relative_to(root) for path in chapters}, root)
    made = {Path("book") / name: text for name, text in generated(ledger, chapters, root).items()}
    for name, text in made.items():
        write_if_changed(stage / name, text.encode())
    wanted = {*content, *made}
    for path in sorted(stage.rglob("*")):
        if path.is_file() and path.relative_to(stage) not in wanted:
            path.unlink()


def _look(stage: Path) -> str:
    """Return a digest of what makes every page: settings, extensions, styles and scripts."""
    digest = hashlib.sha256()
    for name in ("_config.yml", "_toc.yml", "book/_ext", "book/_static"):
        for path in sorted([stage / name, *(stage / name).rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(stage)}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def build(stage: Path, target: Path) -> int:
    """Run Jupyter Book: nitpicky, warnings are errors. Return its exit status.

    The page builder knows which pages have changed, not what makes them: where that has changed,
    all are made anew.
    After a failure, or a build that was stopped, the page builder's memory is removed: it would not
    repeat the warnings of pages that it has read already. What the last finished build looked like
    is noted after it, and taken away before the next.
    """
    html = target / "_build" / "html"
    look, memory = _look(stage), target / "_build" / "look"
    if not memory.exists() or memory.read_text(encoding="utf-8") != look:
        shutil.rmtree(target / "_build" / ".doctrees", ignore_errors=True)
    memory.unlink(missing_ok=True)
    for name in ("_downloads", "_modules"):  # made anew: the page builder does not renew them all
        shutil.rmtree(html / name, ignore_errors=True)
    wanted = {html / f"{page}.html" for page in pages(stage)}
    for path in (html / "book").rglob("*.html"):
        if path not in wanted:
            path.unlink()  # a page that has left the book
    program = "import tools; from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", "-n", "-W", "--keep-going"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # else settings held in sets seem changed
    environment["PYTHONPATH"] = os.pathsep.join(
        [*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)]
    )
    done = subprocess.run(
        [*command, "--path-output", str(target), str(stage)],
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(target / "_build" / ".doctrees", ignore_errors=True)
    else:
        write_if_changed(memory, look.encode())
    return done.returncode


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.site")
    parser.add_argument("--outputs", choices=("fresh", "committed"), default="fresh")
    parser.add_argument("--target", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    target = options.target.resolve()
    stage = target / "_build" / "stage"
    try:
        gather(stage, outputs=options.outputs)
    except (NotebookError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if status := build(stage, target):
        print("the site was not built: see the warnings above", file=sys.stderr)
        return status
    html = target / "_build" / "html"
    try:
        write_plain(html, html / "_sources", sources=stage)
    except ValueError as error:
        print(f"no plain notebook: {error}", file=sys.stderr)
        return 1
    print(f"\nThe book is built. Open {(html / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

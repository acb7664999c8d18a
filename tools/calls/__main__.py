"""``python -m tools.calls``: keep calls, find limits, and try every argument."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import yaml

from tools.calls import fuzz, kept, limits
from tools.calls.apart import apart
from tools.notebooks import ROOT


def keep(files: list[Path]) -> None:
    """Keep the fastest recorded call of each public function that has none."""
    public = kept.functions()
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        for name, form in json.loads(file.read_text(encoding="utf-8")).items():
            if (
                name in public
                and "cost" in form
                and form["cost"] < found.get(name, {"cost": 1e9})["cost"]
            ):
                found[name] = form
    for name, form in kept.calls().items():
        found[name] = form
    lines = [
        {"of": n, "args": f["args"], "options": f["options"]} for n, f in sorted(found.items())
    ]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (ROOT / kept.CALLS).write_text(text, encoding="utf-8")


def find() -> None:
    """Print the limits of every number among the arguments."""
    table = yaml.safe_load((ROOT / limits.TABLE).read_text(encoding="utf-8"))["limits"]
    there = {f"{module}.{name}" for module, found in table.items() for name in found}
    for name, sent, ended in apart(
        30.0, limits.find_all, [n for n in kept.calls() if n not in there]
    ):
        found = dict(pair for pair in sent if isinstance(pair, tuple))
        tried = [word for word in sent if isinstance(word, str)]
        if not ended:
            found[tried[-1] if tried else "the call"] = "hangs"
        if found:
            print(json.dumps([name, found]), flush=True)


def try_all(only: str = "") -> None:
    """Print how each call ends with each odd value."""
    for name, sent, _ in apart(60.0, fuzz.fuzz, kept.shuffled(only)):
        ends = {(argument, word): end for argument, word, end in sent}
        for (argument, word), end in ends.items():
            print(json.dumps([name, argument, word, end]), flush=True)


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m tools.calls", description=__doc__)
    parser.add_argument("command", choices=["keep", "limits", "fuzz"])
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    kept.functions()  # imports the library, once
    if given.command == "keep":
        keep(given.files)
    elif given.command == "limits":
        find()
    else:
        try_all()


if __name__ == "__main__":
    main()

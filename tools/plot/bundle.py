"""Make ``iclnb/explore/static/plot.js`` anew: Observable Plot, cut to what the figures use.

``python -m tools.plot.bundle`` needs node and npm, and takes the versions of ``package-lock.json``.
The script and the licences of all that is in it are kept in the repository, so that nobody else
needs node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "iclnb" / "explore" / "static"
SOURCES = ("package.json", "package-lock.json", "entry.js")


def licences(work: Path, inside: list[str]) -> str:
    """The licence of every package of which something is in the script."""
    roots = {
        work / Path(*parts[: at + (2 if parts[at + 1].startswith("@") else 1) + 1])
        for name in inside
        if "node_modules" in (parts := Path(name).parts)
        for at in [len(parts) - 1 - parts[::-1].index("node_modules")]
    }
    out = ["The script plot.js is made of the packages below; tools/plot makes it.\n"]
    for root in sorted(roots):
        about = json.loads((root / "package.json").read_text(encoding="utf-8"))
        (file,) = [p for p in sorted(root.iterdir()) if p.name.upper().startswith("LICEN")][:1]
        head = f"{about['name']} {about['version']} ({about['license']})"
        out.append(f"{head}\n{'-' * len(head)}\n{file.read_text(encoding='utf-8').strip()}\n")
    return "\n".join(out)


def main() -> int:
    """Run npm and esbuild in a folder of their own; write the script and the licences."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in SOURCES:
            shutil.copy(HERE / name, work)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=work, check=True)
        options = ["--bundle", "--minify", "--format=iife", "--global-name=Plot", "--target=es2020"]
        options += ["--legal-comments=none", "--metafile=meta.json", "--outfile=plot.js"]
        subprocess.run(["npx", "esbuild", "entry.js", *options], cwd=work, check=True)
        script = (work / "plot.js").read_text(encoding="utf-8")
        (output,) = json.loads((work / "meta.json").read_text(encoding="utf-8"))["outputs"].values()
        inside = [name for name, part in output["inputs"].items() if part["bytesInOutput"]]
        head = "/* Observable Plot and parts of d3, ISC licence: see plot-licences.txt */\n"
        tail = "globalThis.Plot = Plot;\n"
        (TARGET / "plot.js").write_text(head + script + tail, encoding="utf-8")
        (TARGET / "plot-licences.txt").write_text(licences(work, inside), encoding="utf-8")
        print(f"{len(script)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

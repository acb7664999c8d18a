"""Write the plain notebooks of a built site: ``python -m tools.plain --to FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.notebooks import ROOT
from tools.plain.notebook import write_plain


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.plain")
    parser.add_argument("--build", type=Path, default=ROOT / "_build", help="where the site is")
    parser.add_argument("--to", type=Path, default=None, help="default: the sources of the site")
    options = parser.parse_args(arguments)
    site = options.build / "html"
    try:
        target = options.to or site / "_sources"
        written = write_plain(site, target, sources=options.build / "stage")
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(written)} plain notebooks under {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

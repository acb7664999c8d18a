"""Pack the built site into one file, to be read from a folder without a server.

``python -m tools.pack`` writes ``_build/iclnb-book.zip`` from ``_build/html``; ``make zip`` builds
the site first. The same site gives the same bytes: files are sorted and carry no dates.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from pathlib import Path

from tools.files import write_if_changed
from tools.notebooks import ROOT

FOLDER = "iclnb-book"
START = f"""Open {FOLDER}/index.html in a browser. No network and no server is needed: mathematics,
figures, sliders and the search work from this folder.
"""
LEFT_OUT = {".buildinfo", ".nojekyll", "objects.inv"}  # for servers and for other books


def pack(site: Path, target: Path) -> Path:
    """Write the zip of a site and return its path.

    Raises
    ------
    FileNotFoundError
        If there is no site.
    """
    if not (site / "index.html").exists():
        raise FileNotFoundError(f"no site at {site}: run make book first")
    files = sorted(p for p in site.rglob("*") if p.is_file() and p.name not in LEFT_OUT)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _add(archive, "README.txt", START.encode())
        for path in files:
            _add(archive, path.relative_to(site).as_posix(), path.read_bytes())
    write_if_changed(target, packed.getvalue())
    return target


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.pack")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--target", type=Path, default=ROOT / "_build" / f"{FOLDER}.zip")
    options = parser.parse_args(arguments)
    try:
        written = pack(options.site, options.target)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"written {written} ({written.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

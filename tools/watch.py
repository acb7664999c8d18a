"""``make preview``: serve the site on this machine, and build it again whenever a file changes.

Only what changed is executed and built. A page in the browser is brought up to date by reloading.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tools import site
from tools.notebooks import ROOT

WATCHED = ("book", "iclnb", "tools", "_config.yml", "_toc.yml", "constraints.txt")

State = dict[Path, int]


def state(root: Path = ROOT) -> State:
    """Return every watched file with the time at which it was written, in nanoseconds."""
    found: State = {}
    for name in WATCHED:
        place = root / name
        for path in [place] if place.is_file() else place.rglob("*"):
            if "__pycache__" in path.parts or path.name.startswith(".") or not path.is_file():
                continue
            try:
                found[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # removed since it was listed
                continue
    return found


def changed(before: State, now: State) -> list[Path]:
    """Return the files that are new, gone, or written since."""
    return sorted(p for p in before.keys() | now.keys() if before.get(p) != now.get(p))


def watch(
    build: Callable[[], int],
    *,
    root: Path = ROOT,
    pause: float = 0.5,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Build, and again after each change, as long as ``goes_on`` says so.

    What is written while the site is built counts as a change after it.
    """
    before: State = {}
    while goes_on():
        now = state(root)
        if new := changed(before, now):
            if before:
                print("changed:", ", ".join(p.relative_to(root).as_posix() for p in new[:5]))
            started = time.perf_counter()
            failed = build()
            said = "not built, see above" if failed else "built"
            print(f"{said} ({time.perf_counter() - started:.0f} s)", flush=True)
            before = now
        time.sleep(pause)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line until it is interrupted; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.watch")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    html = ROOT / "_build" / "html"
    html.mkdir(parents=True, exist_ok=True)
    handler = partial(Quiet, directory=str(html))
    with ThreadingHTTPServer(("127.0.0.1", options.port), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_port}/  (stop with Ctrl-C)", flush=True)
        try:
            watch(lambda: site.main([]))
        except KeyboardInterrupt:
            print()
        finally:
            server.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

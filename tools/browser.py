"""A headless Chromium for the tests that need one.

``python -m tools.browser`` finds one or installs it. Where none can be had it says so and lets the
suite skip those tests; with ``CI`` set it fails, for CI may not skip them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> Path | None:
    """Return a Chromium: that of the variable ``CHROMIUM``, of the path, or playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).exists() else None
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def launch(playwright: Any, executable: Path) -> Any:
    """Start the browser, headless and without its own traffic."""
    return playwright.chromium.launch(executable_path=str(executable), args=list(ARGUMENTS))


def install() -> None:
    """Try the system's package manager, then playwright's own download."""
    attempts = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts.append(["apt-get", "update", "-qq"])
        attempts.append(["apt-get", "install", "-y", "-qq", "chromium"])
    attempts.append([sys.executable, "-m", "playwright", "install", "chromium"])
    for command in attempts:
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if command[-1] == "chromium" and find_chromium():
            return


def main() -> int:
    """Run the command line; return the exit status."""
    found = find_chromium()
    if found is None:
        print("no Chromium found; installing one", flush=True)
        install()
        found = find_chromium()
    if found is not None:
        print(f"browser tests use {found.name}")
        return 0
    print("no Chromium can be had here: the browser tests will be skipped", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())

"""Print pages of the built site, one PDF each.

``python -m tools.pdf`` prints the chapters, the errata, the glossary and the notation from
``_build/html`` into ``_build/pdf``; ``python -m tools.pdf book/errata`` prints that page. The
browser opens the site as files, with the network off; what is printed follows the print rules of
``book/_static/iclnb.css``, so that a reader who prints a page gets the same.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from tools.browser import find_chromium, launch
from tools.notebooks import ROOT, pages
from tools.offline import opened

BESIDE = ("book/errata", "book/glossary", "book/notation")
"""The pages printed beside the notebooks."""

COLUMN = 680
"""Width of the printed column in CSS pixels: A4 less 15 mm on each side."""

_FOOT = (
    '<div style="width:100%;font:8px sans-serif;color:#555;text-align:center">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


class PdfError(RuntimeError):
    """Nothing can be printed, or a page is not what it should be."""


def chosen(names: list[str], root: Path = ROOT) -> list[str]:
    """Return the pages to print, as paths without suffix.

    Parameters
    ----------
    names
        Pages of the table of contents, with or without a suffix; none for the usual ones: every
        notebook, and `BESIDE`.

    Raises
    ------
    PdfError
        If a name is not a page of the book.
    """
    known = pages(root)
    if not names:
        return [p for p in known if (root / f"{p}.ipynb").exists() or p in BESIDE]
    wanted = [name.removesuffix(".ipynb").removesuffix(".md") for name in names]
    if unknown := [name for name in wanted if name not in known]:
        raise PdfError(f"no such page in _toc.yml: {', '.join(unknown)}")
    return list(dict.fromkeys(wanted))


def sources(names: list[str], html: Path) -> dict[str, Path]:
    """Return the built file of each page.

    Raises
    ------
    PdfError
        If one was not built.
    """
    files = {name: html / f"{name}.html" for name in names}
    if missing := [name for name, path in files.items() if not path.exists()]:
        raise PdfError(f"not built: {', '.join(missing)}; build the site first, with make book")
    return files


def print_page(browser: Any, source: Path, target: Path) -> None:
    """Print one built page on A4.

    Raises
    ------
    PdfError
        If the page asks for something that is not there, or one of its scripts fails.
    """
    with opened(browser, source.as_uri(), width=COLUMN) as (page, complaints):
        page.emulate_media(media="print")
        page.evaluate("document.fonts.ready.then(() => true)")
        target.parent.mkdir(parents=True, exist_ok=True)
        page.pdf(
            path=str(target),
            format="A4",
            margin={"top": "15mm", "bottom": "17mm", "left": "15mm", "right": "15mm"},
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT,
            tagged=True,
            outline=True,
        )
    if complaints:
        raise PdfError(f"{source.name}: {'; '.join(complaints)}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.pdf")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="as _toc.yml names it")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--target", type=Path, default=ROOT / "_build" / "pdf")
    options = parser.parse_args(arguments)
    try:
        files = sources(chosen(options.pages), options.site.resolve())
        executable = find_chromium()
        if executable is None:
            raise PdfError("no Chromium found; python -m tools.browser tries to install one")
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = launch(playwright, executable)
            for name, source in files.items():
                target = options.target / f"{name}.pdf"
                print_page(browser, source, target)
                print(target, flush=True)
            browser.close()
    except PdfError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

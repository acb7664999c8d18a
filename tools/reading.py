"""What a reader meets on each chapter's page, measured in a browser.

``python -m tools.reading`` opens the chapters of the built site, 1400 pixels wide, with the
evidence folded, and prints for each the share of its height by kind, the place of its first figure
and of its first slider in screens of 1000 pixels, its boxes, the minutes to read it, and the size
of its notebook. Minutes are an estimate: 180 words a minute, 8 s a formula, 60 s a figure, 20 s a
card that is open. What the page folds (proofs, solutions, notes on the sources, evidence) is not on
the way and is not counted, and neither are the exercises, which take what they take; the line under
which evidence is folded counts by its words.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tools.browser import find_chromium, launch
from tools.notebooks import ROOT, notebooks
from tools.offline import opened

WIDTH, SCREEN = 1400, 1000

KINDS = ("prose", "figures", "boxes", "exercises", "code", "outputs", "bars", "evidence")
"""Prose: text, formulas, tables, folded proofs. Boxes: statements. Exercises: with their code and
solutions. Code: what is visible outside them. Bars: of hidden code. Evidence: the lines of
certificates, and where they are not folded their code and card."""

GOALS = {
    "explained": 0.60,  # share of prose and figures, at least
    "figure": 1.5,  # screens before the first figure, at most
    "slider": 3.0,  # screens before the first slider, at most
    "boxes": 16,
    "minutes": 35.0,
    "kilobytes": 600.0,
}

AGREE = 5.0
"""Minutes by which what a page says may differ from the estimate."""

_MEASURE = """() => {
  const article = document.querySelector('article.bd-article');
  article.querySelectorAll('details.iclnb-evidence').forEach(d => { d.open = false; });
  const CARD = '.iclnb-card, section[data-claim]';
  const kindOf = (el) => {
    if (el.matches('script, style, .headerlink, .iclnb-evidence-switch')) return 'nothing';
    if (el.matches('details.iclnb-evidence, ' + CARD)) return 'evidence';
    if (el.matches('.cell') && el.querySelector(CARD)) return 'evidence';
    if (el.matches('div.proof, .iclnb-wrong, .iclnb-stated')) return 'boxes';
    if (el.matches('div.exercise, div.solution')) return 'exercises';
    if (el.matches('figure, img, .iclnb-explore')) return 'figures';
    if (el.matches('div.cell_output') && el.querySelector('figure, img, .iclnb-explore'))
      return 'figures';
    if (el.matches('details.hide')) return el.open ? 'code' : 'bars';
    if (el.matches('div.cell_input')) return el.querySelector('details.hide') ? null : 'code';
    if (el.matches('div.cell_output')) return 'outputs';
    if (el.matches('section, div.cell, div.container, div.toggle')) return null;
    return 'prose';
  };
  const heights = {};
  const walk = (el) => {
    const kind = kindOf(el);
    if (kind === null) { [...el.children].forEach(walk); return; }
    const box = el.getBoundingClientRect();
    if (kind !== 'nothing' && box.height) heights[kind] = (heights[kind] || 0) + box.height;
  };
  [...article.children].forEach(walk);
  const top = (selector) => {
    const tops = [...article.querySelectorAll(selector)]
      .map(el => el.getBoundingClientRect()).filter(b => b.height > 40)
      .map(b => b.top + window.scrollY);
    return tops.length ? Math.min(...tops) : null;
  };
  const all = (selector) => [...article.querySelectorAll(selector)];
  const figures = all('figure, .iclnb-explore, div.cell_output img').filter(
    el => !el.parentElement.closest('figure, .iclnb-explore'));
  const formulas = all('.math').filter(
    el => !el.parentElement.closest('.math, div.cell, .dropdown, div.exercise')).length;
  const copy = article.cloneNode(true);
  copy.querySelectorAll('.dropdown, div.exercise, .math, math, script, style, div.cell,'
    + ' .iclnb-evidence > :not(summary),'
    + ' .headerlink, .iclnb-explore, noscript').forEach(el => el.remove());
  const words = (copy.textContent.match(/[\\p{L}\\p{N}][\\p{L}\\p{N}'’-]*/gu) || []).length;
  return {
    heights, words, formulas, figures: figures.length, cards: all(CARD).filter(
      el => !el.closest('details.iclnb-evidence') && !el.parentElement.closest(CARD)).length,
    boxes: all('div.proof, .iclnb-wrong').length,
    figure: top('figure, .iclnb-explore, div.cell_output img'),
    slider: top('.iclnb-explore'),
    said: Number((article.querySelector('.iclnb-before')?.textContent.match(/(\\d+)\\s+minutes/)
      || [])[1]) || null,
  };
}"""


class Reading(NamedTuple):
    """What was measured on one page.

    ``shares`` by kind add up to one; ``figure`` and ``slider`` are screens before the first one,
    ``None`` if there is none; ``said`` are the minutes that the page names.
    """

    page: str
    shares: dict[str, float]
    figure: float | None
    slider: float | None
    boxes: int
    minutes: float
    kilobytes: float
    said: float | None

    @property
    def explained(self) -> float:
        """The share of prose and figures."""
        return self.shares["prose"] + self.shares["figures"]

    def faults(self) -> list[str]:
        """Return the goals that the page misses."""
        found = []
        if self.explained < GOALS["explained"]:
            found.append(f"prose and figures are {self.explained:.0%} of the height")
        for name in ("figure", "slider"):
            at = getattr(self, name)
            if at is None:
                found.append(f"no {name}")
            elif at > GOALS[name]:
                found.append(f"the first {name} comes after {at:.1f} screens")
        for name in ("boxes", "minutes", "kilobytes"):
            if getattr(self, name) > GOALS[name]:
                found.append(f"{getattr(self, name):.0f} {name}")
        if self.said is None or abs(self.said - self.minutes) > AGREE:
            found.append(f"says {self.said} minutes, takes {self.minutes:.0f}")
        return found


def reading(page: str, raw: dict[str, Any], size: int) -> Reading:
    """Turn what the browser returns, and the bytes of the notebook, into the measures."""
    total = sum(raw["heights"].values()) or 1.0
    seconds = raw["words"] / 3 + 8 * raw["formulas"] + 60 * raw["figures"] + 20 * raw["cards"]
    return Reading(
        page,
        {kind: raw["heights"].get(kind, 0.0) / total for kind in KINDS},
        None if raw["figure"] is None else raw["figure"] / SCREEN,
        None if raw["slider"] is None else raw["slider"] / SCREEN,
        raw["boxes"],
        seconds / 60,
        size / 1000,
        raw["said"],
    )


def measured(page: Any, path: Path, root: Path = ROOT) -> Reading:
    """Measure the open page of a notebook, as it was opened."""
    short = path.relative_to(root / "book").with_suffix("").as_posix()
    return reading(short, page.evaluate(_MEASURE), path.stat().st_size)


def measure(browser: Any, html: Path, paths: Iterable[Path], root: Path = ROOT) -> list[Reading]:
    """Open the built page of each notebook and measure it."""
    found = []
    for path in paths:
        name = path.relative_to(root).with_suffix("").as_posix()
        with opened(browser, (html / f"{name}.html").as_uri(), width=WIDTH) as (page, _):
            found.append(measured(page, path, root))
    return found


def chapters(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the chapters: all but the first page."""
    return [path for path in notebooks(root) if path.parent != root / "book"]


def table(found: list[Reading]) -> str:
    """Render the measures as a table."""
    short = [kind[:8] for kind in KINDS]
    head = ["chapter", *short, "expl.", "figure", "slider", "boxes", "min", "kB"]
    rows = [head]
    for one in found:
        rows.append(
            [
                one.page,
                *(f"{one.shares[kind]:.0%}" for kind in KINDS),
                f"{one.explained:.0%}",
                *("-" if at is None else f"{at:.1f}" for at in (one.figure, one.slider)),
                str(one.boxes),
                f"{one.minutes:.0f}",
                f"{one.kilobytes:.0f}",
            ]
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.reading")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--root", type=Path, default=ROOT, help="the book that was built")
    options = parser.parse_args(arguments)
    executable = find_chromium()
    if executable is None:
        print("no Chromium found; python -m tools.browser tries to install one", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    root = options.root.resolve()
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        found = measure(browser, options.site.resolve(), chapters(root), root)
        browser.close()
    print(table(found))
    for one in found:
        for fault in one.faults():
            print(f"{one.page}: {fault}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

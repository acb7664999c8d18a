"""The picture that stands beside a link to the book: the first prompt, and what answers it.

``python -m tools.preview`` writes ``book/_static/preview.png``. The bars are what each example adds
to the answer of linear attention with the matrix of least squares; they add up to 32.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from iclnb.foundations import in_context_learning as icl
from iclnb.style import COLORS
from tools.files import write_if_changed
from tools.notebooks import ROOT

TARGET = ROOT / "book/_static/preview.png"
SIZE = (1200, 630)
"""Pixels, the shape that the services which show links ask for."""

INK, PAPER, QUIET = "#1c2733", "#ffffff", "#5b6672"


def shares() -> np.ndarray:
    """Return what each of the five examples adds to the answer, which is 32."""
    X, y, query = icl.number_prompt()
    return y * (X @ icl.least_squares_gamma(X) @ query) / len(y)


def draw() -> bytes:
    """Return the picture as PNG, in 64 colours."""
    X, y, query = icl.number_prompt()
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=PAPER)
    put = figure.text
    put(0.06, 0.87, "The theory of", size=40, weight="bold", color=INK, va="center")
    put(
        0.06,
        0.76,
        "in-context learning, executable",
        size=40,
        weight="bold",
        color=INK,
        va="center",
    )
    put(0.06, 0.645, "Theorems, computed and measured", size=24, color=QUIET, va="center")
    axes = figure.add_axes((0.30, 0.09, 0.62, 0.48))
    rows = np.arange(len(y))
    axes.barh(rows, shares(), height=0.62, color=COLORS["blue"])
    axes.barh(len(y), shares().sum(), height=0.62, color=COLORS["vermillion"])
    for row, (pair, label) in enumerate(zip([*X, query], [*y, None])):
        asked = label is None
        words = f"{pair[0]:g}, {pair[1]:g} → {'?' if asked else f'{label:g}'}"
        ink = COLORS["vermillion"] if asked else INK
        axes.text(-11.5, row, words, size=22, family="monospace", color=ink, va="center",
                  ha="right")  # fmt: skip
    total = shares().sum()
    axes.text(total + 0.6, len(y), f"{total:.0f}", size=24, weight="bold",
              color=COLORS["vermillion"], va="center")  # fmt: skip
    axes.axvline(0, color=QUIET, linewidth=1)
    axes.set(xlim=(-11, 46), ylim=(len(y) + 0.6, -0.6))
    axes.set_axis_off()
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=100)
    small = io.BytesIO()
    with Image.open(written) as image:
        image.convert("RGB").quantize(64).save(small, format="PNG", optimize=True)
    return small.getvalue()


def main(target: Path = TARGET) -> int:
    """Write the picture; return the exit status."""
    changed = write_if_changed(target, draw())
    print(
        f"{'written' if changed else 'unchanged'} {target} ({target.stat().st_size / 1e3:.0f} kB)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Displaying a figure with its name, caption and alternative text."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

METADATA_KEY = "iclnb_figure"
"""Key under which a displayed figure stores its name, caption and alternative text in the output's
metadata. The page builder reads these from the *cell's* metadata, so the tool that executes the
notebooks copies them there."""

_NAME = re.compile(r"fig-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Shown:
    """A rendered figure; displays as a PNG picture. See :func:`show`."""

    png: bytes
    name: str
    caption: str
    alt: str

    def __repr__(self) -> str:
        return f"[figure {self.name}] {self.alt}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        about = {"name": self.name, "caption": self.caption, "alt": self.alt}
        return {"text/plain": repr(self), "image/png": self.png}, {METADATA_KEY: about}


def describe(name: str, caption: str, alt: str) -> None:
    """Raise ``ValueError`` unless name, caption and alternative text are fit for a page."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"name must look like 'fig-loss-stages', got {name!r}")
    if len(caption.strip()) < 10:
        raise ValueError(f"caption of {name} must say what to see, got {caption!r}")
    if len(alt.strip()) < 20:
        raise ValueError(f"alt of {name} must describe the figure in words, got {alt!r}")


def show(figure: Figure, *, name: str, caption: str, alt: str) -> Shown:
    """Render and close a figure; the value, last in a cell, displays it on the page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    name : str
        Its anchor on the page, ``fig-`` and lower-case words joined by hyphens.
    caption : str
        What to see, in MyST Markdown.
    alt : str
        What the figure shows, in words, for a reader who cannot see it.

    Raises
    ------
    ValueError
        If a text is missing or the name is malformed.
    """
    describe(name, caption, alt)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    plt.close(figure)
    return Shown(_small(buffer), name, caption.strip(), alt.strip())


def _small(picture: io.BytesIO) -> bytes:
    """Reduce a PNG to a palette of 256 colours: a third of the bytes, no difference to the eye."""
    image = Image.open(picture).convert("RGB")
    palette = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    palette.save(buffer, format="png", optimize=True)
    return buffer.getvalue()

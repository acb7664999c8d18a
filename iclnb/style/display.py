"""Displaying a figure with its name, caption and alternative text."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from iclnb.kinds import guarded
from iclnb.style import narrow, vector

METADATA_KEY = "iclnb_figure"
"""Key under which a displayed figure stores, in the output's metadata, its name, caption and
alternative text, and the pictures of the site: ``wide`` and ``narrow``, packed by
``iclnb.style.vector.pack``. The page builder reads the texts from the *cell's* metadata, so the
tool that executes the notebooks copies them there."""

_DPI = 100  # of the picture that a notebook shows by itself

_NAME = re.compile(r"fig-[a-z0-9]+(-[a-z0-9]+)*")


@guarded
@dataclass(frozen=True)
class Shown:
    """A rendered figure; displays as a PNG picture. See :func:`show`.

    The pictures of the site, for wide and for narrow windows, are SVG and travel in the metadata.
    """

    png: bytes
    name: str
    caption: str
    alt: str
    wide: str
    narrow: str

    def __repr__(self) -> str:
        return f"[figure {self.name}] {self.alt}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        about = {"name": self.name, "caption": self.caption, "alt": self.alt}
        about |= {"wide": vector.pack(self.wide), "narrow": vector.pack(self.narrow)}
        return {"text/plain": repr(self), "image/png": self.png}, {METADATA_KEY: about}


@guarded
def describe(name: str, caption: str, alt: str) -> None:
    """Raise ``ValueError`` unless name, caption and alternative text are fit for a page."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"name must look like 'fig-loss-stages', got {name!r}")
    if len(caption.strip()) < 10:
        raise ValueError(f"caption of {name} must say what to see, got {caption!r}")
    if len(alt.strip()) < 20:
        raise ValueError(f"alt of {name} must describe the figure in words, got {alt!r}")


@guarded
def show(figure: Figure, *, name: str, caption: str, alt: str) -> Shown:
    """Render and close a figure; the value, last in a cell, displays it on the page.

    It is drawn three times: as PNG for the notebook, and as SVG without a ground for the site, as
    it is and with its panels in one column.

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
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    mapped = any(ax.images for ax in figure.axes)
    wide = vector.draw(figure)
    narrow.stack(figure)
    column = vector.draw(figure)
    plt.close(figure)
    png = _small(buffer, colours=256 if mapped else 48)
    return Shown(png, name, caption.strip(), alt.strip(), wide, column)


def _small(picture: io.BytesIO, *, colours: int) -> bytes:
    """Reduce a PNG to a palette: a third of the bytes, no difference to the eye."""
    image = Image.open(picture).convert("RGB")
    palette = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    palette.save(buffer, format="png", optimize=True)
    return buffer.getvalue()

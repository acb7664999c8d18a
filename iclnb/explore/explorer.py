"""Figures that a reader can move: on a page without a kernel, and in a live one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal

from matplotlib.figure import Figure

from iclnb.scale.bars import in_kernel

from . import grid, page, text
from .model import Axes, Frame, Parameter, Value, show_value
from .sources import CurveSource, PictureSource, Source

Mode = Literal["static", "live"]
MODES = ("static", "live")
VARIABLE = "ICLNB_FIGURES"


def choose_mode(mode: str | None) -> Mode:
    """The argument, or else the environment variable ICLNB_FIGURES, or else where this runs.

    A kernel has live figures; that of Colab, whose widgets are older, static ones.

    Raises
    ------
    ValueError
        If the argument or the variable is neither ``static`` nor ``live``.
    """
    for origin, value in (("mode", mode), (VARIABLE, os.environ.get(VARIABLE) or None)):
        if value == "static":
            return "static"
        if value == "live":
            return "live"
        if value is not None:
            raise ValueError(f"{origin} must be one of {MODES}, got {value!r}")
    return "live" if in_kernel() and "google.colab" not in sys.modules else "static"


class Explorer:
    """A figure with one or two sliders; the last expression of a cell displays it.

    Made by `curves` and `frames`. All is computed when the object is made, so that an error stops
    the cell (an error while a cell displays its result would not).
    """

    def __init__(
        self,
        source: Source,
        parameters: Sequence[Parameter],
        *,
        name: str,
        caption: str,
        alt: str,
        mode: str | None = None,
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
            raise ValueError(f"name must be lower-case words joined by hyphens, got {name!r}")
        text.check(caption, "caption")
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError("alt must describe the figure in words")
        self._source = source
        self._parameters = tuple(parameters)
        self._about = {"name": name, "caption": caption, "alt": alt}
        self._html: str | None = None
        self._widget: Any = None
        self.mode: Mode = choose_mode(mode)
        if self.mode == "static":
            self.html()
        else:
            self.widget()

    def __repr__(self) -> str:
        grids = (
            f"{p.name} in {{{', '.join(map(show_value, p.values))}}}" for p in self._parameters
        )
        defaults = (f"{p.name}={show_value(p.default)}" for p in self._parameters)
        name = self._about["name"]
        return f"[slider figure {name}: {'; '.join(grids)}; default {', '.join(defaults)}]"

    def at(self, **values: Value) -> Any:
        """Call the callback: a `Frame` from `curves`, a Matplotlib figure from `frames`.

        Parameters
        ----------
        **values
            Values of parameters; those left out have their defaults.

        Raises
        ------
        ValueError
            If a name is unknown, or the axes cannot show the frame.
        """
        return self._source.at(grid.complete(self._parameters, values))

    def html(self) -> str:
        """The static figure; the same text for the same figure."""
        if self._html is None:
            self._html = page.build(self._source, self._parameters, **self._about)
        return self._html

    def widget(self) -> Any:
        """The live figure, an ipywidgets box: sliders, picture, sentence, caption."""
        if self._widget is None:
            from . import live  # ipywidgets is needed in a live kernel only

            self._widget = live.build(self._source, self._parameters, **self._about)
        return self._widget

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self.mode == "static":
            return {"text/html": self.html(), "text/plain": repr(self)}
        return {**self.widget()._repr_mimebundle_(), "text/plain": repr(self)}


def curves(
    compute: Callable[..., Frame],
    parameters: Sequence[Parameter],
    *,
    axes: Axes | Sequence[Axes],
    name: str,
    caption: str,
    alt: str,
    mode: str | None = None,
) -> Explorer:
    """A figure of curves that sliders move.

    Parameters
    ----------
    compute
        Called with one keyword per parameter; returns the `Frame`. Must not print.
    parameters
        One or two sliders.
    axes
        One panel, or a tuple of up to three, side by side (on a narrow screen one below the other).
    name
        Lower-case words joined by hyphens; the figure's id in the page.
    caption
        What to see; may hold ``_{..}``, ``^{..}`` and Greek letters.
    alt
        The figure in words, for those who do not see it.
    mode
        ``"static"`` or ``"live"``; by default the environment variable ICLNB_FIGURES, and without
        it live inside of a kernel.

    Raises
    ------
    ValueError
        If an argument is out of its domain, or the page would carry more than 0.5 MB.
    """
    checked = grid.check_parameters(parameters)
    panels = (axes,) if isinstance(axes, Axes) else tuple(axes)
    source = CurveSource(compute, checked, panels)
    return Explorer(source, checked, name=name, caption=caption, alt=alt, mode=mode)


def frames(
    draw: Callable[..., Figure],
    parameters: Sequence[Parameter],
    *,
    name: str,
    caption: str,
    alt: str,
    mode: str | None = None,
) -> Explorer:
    """A figure of finished pictures that sliders exchange, for what is not a curve (a landscape, a
    field).

    Parameters
    ----------
    draw
        Called with one keyword per parameter; returns a Matplotlib figure, of one size for all
        values. The figure is closed after it was saved.
    parameters, name, caption, alt, mode
        As in `curves`.

    Raises
    ------
    ValueError
        If an argument is out of its domain, or the page would carry more than 1.5 MB.
    """
    checked = grid.check_parameters(parameters)
    source = PictureSource(draw, checked)
    return Explorer(source, checked, name=name, caption=caption, alt=alt, mode=mode)

"""Figures that a reader can move: on a page without a kernel, and in a live one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from iclnb.kinds import guarded
from iclnb.scale.bars import in_kernel

from . import grid, page, words
from .model import Axes, Frame, Parameter, Value, show_value
from .sources import DrawnSource, PictureSource, Source

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Mode = Literal["static", "live", "portable"]
MODES: tuple[Mode, ...] = get_args(Mode)
VARIABLE = "ICLNB_FIGURES"


@guarded
def choose_mode(mode: str | None) -> Mode:
    """The argument, or else the environment variable ICLNB_FIGURES, or else where this runs.

    ``static`` is for the book's pages, which bring the script; ``portable`` carries the script
    (340 kB) in the figure, for Colab, whose cells know nothing of each other; ``live`` is for
    every other kernel.

    Raises
    ------
    ValueError
        If the argument or the variable is none of these.
    """
    for origin, value in (("mode", mode), (VARIABLE, os.environ.get(VARIABLE) or None)):
        if value is None:
            continue
        if value not in MODES:
            raise ValueError(f"{origin} must be one of {MODES}, got {value!r}")
        return value  # type: ignore[return-value]
    if "google.colab" in sys.modules:
        return "portable"
    return "live" if in_kernel() else "static"


@guarded
class Explorer:
    """A figure with one to three controls; the last expression of a cell displays it.

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
        if not re.fullmatch(r"fig(-[a-z0-9]+)+", name):
            raise ValueError(f"name must look like 'fig-loss-stages', got {name!r}")
        caption, alt = words.check(caption, "caption"), words.check(alt, "alt")
        if len(alt) < 20:
            raise ValueError(f"alt must describe the figure in words, got {alt!r}")
        self._source = source
        self._parameters = tuple(parameters)
        self._about = {"name": name, "caption": caption, "alt": alt}
        self._html: str | None = None
        self._widget: Any = None
        self.mode: Mode = choose_mode(mode)
        if self.mode == "live":
            self.widget()
        else:
            self.html()

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
            portable = self.mode == "portable"
            self._html = page.build(
                self._source, self._parameters, portable=portable, **self._about
            )
        return self._html

    def widget(self) -> Any:
        """The live figure: its state is computed when a control moves."""
        if self._widget is None:
            from . import live  # anywidget is needed in a live kernel only

            self._widget = live.build(self._source, self._parameters, **self._about)
        return self._widget

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self.mode != "live":
            return {"text/html": self.html(), "text/plain": repr(self)}
        bundle = self.widget()._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": repr(self)}


@guarded
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
    """A figure that sliders and buttons move, drawn from data.

    Parameters
    ----------
    compute
        Called with one keyword per parameter; returns the `Frame`. Must not print.
    parameters
        One to three.
    axes
        One panel, or a tuple of up to three, side by side (on a narrow screen one below the other).
    name
        Lower-case words joined by hyphens; the figure's id in the page.
    caption
        What to see; may hold ``_{..}``, ``^{..}`` and Greek letters.
    alt
        The figure in words, for those who do not see it.
    mode
        ``"static"``, ``"live"`` or ``"portable"``, see `choose_mode`.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain, or the page would carry more than 0.5 MB.
    """
    checked = grid.check_parameters(parameters)
    panels = tuple(axes) if isinstance(axes, Sequence) else (axes,)
    source = DrawnSource(compute, checked, panels)
    return Explorer(source, checked, name=name, caption=caption, alt=alt, mode=mode)


@guarded
def frames(
    draw: Callable[..., Figure],
    parameters: Sequence[Parameter],
    *,
    name: str,
    caption: str,
    alt: str,
    mode: str | None = None,
) -> Explorer:
    """A figure of finished Matplotlib pictures that sliders exchange, for what `curves` has no
    mark for.

    Parameters
    ----------
    draw
        Called with one keyword per parameter; returns a Matplotlib figure, of one size for all
        values. The figure is closed after it was saved.
    parameters, name, caption, alt, mode
        As in `curves`.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain, or the page would carry more than 1.5 MB.
    """
    checked = grid.check_parameters(parameters)
    source = PictureSource(draw, checked)
    return Explorer(source, checked, name=name, caption=caption, alt=alt, mode=mode)

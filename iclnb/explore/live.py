"""The figure in a live kernel: the same script by anywidget, any value of the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from iclnb.kinds import guarded

from . import assets, grid, page
from .model import Parameter
from .payload import place_of
from .sources import Source
from .words import to_html, to_plain


@guarded
class LiveFigure(anywidget.AnyWidget):
    """`at` holds the places of the controls, `answer` the data of the state that they name."""

    _esm = assets.module()
    css = traitlets.Unicode(assets.style()).tag(sync=True)
    figure = traitlets.Dict().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    at = traitlets.List().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)


@guarded
def build(
    source: Source, parameters: Sequence[Parameter], *, name: str, caption: str, alt: str
) -> LiveFigure:
    """The widget, its first state computed.

    A value that the callback refuses with ValueError shows the refusal instead of the sentence,
    and keeps the picture.
    """
    figure = page.describe(source, parameters, name=name, alt=alt, live=True)
    controls: list[dict[str, Any]] = figure["parameters"]

    def answer(at: Sequence[int]) -> dict[str, Any]:
        values = {c["name"]: place_of(c, i) for c, i in zip(controls, at, strict=True)}
        try:
            return {"at": list(at), "pack": source.packed(values)}
        except ValueError as refusal:
            said = f"{to_plain(grid.describe(parameters, values))}: {refusal}"
            return {"at": list(at), "refused": said}

    start = [c["start"] for c in controls]
    first = answer(start)
    if "refused" in first:
        raise ValueError(first["refused"])
    widget = LiveFigure(figure=figure, caption=to_html(caption), at=start, answer=first)

    def update(change: dict[str, Any]) -> None:
        widget.answer = answer(change["new"])

    widget.observe(update, names="at")
    return widget

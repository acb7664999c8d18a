"""The figure in a live kernel: ipywidgets, any value of the parameters, computed on the spot."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence

import ipywidgets

from . import grid
from .model import Parameter, Value
from .sources import Source
from .text import to_html, to_plain


def slider(parameter: Parameter) -> ipywidgets.Widget:
    """One slider; it moves the figure when it is let go."""
    common = {
        "description": to_plain(parameter.label),
        "continuous_update": False,
        "style": {"description_width": "initial"},
        "layout": {"width": "min(100%, 480px)"},
        "tooltip": to_plain(parameter.description) or None,
    }
    first, last, start = parameter.values[0], parameter.values[-1], parameter.default
    if isinstance(first, str) or isinstance(last, str) or isinstance(start, str):
        return ipywidgets.SelectionSlider(options=parameter.values, value=start, **common)
    if parameter.log:
        low, high = math.log10(first), math.log10(last)
        return ipywidgets.FloatLogSlider(
            value=start,
            min=low,
            max=high,
            step=(high - low) / 200,
            readout_format=".0f" if parameter.kind == "whole" else ".4g",
            **common,
        )
    if parameter.kind == "whole":
        return ipywidgets.IntSlider(value=start, min=first, max=last, **common)
    return ipywidgets.FloatSlider(
        value=start, min=first, max=last, step=(last - first) / 200, readout_format=".4g", **common
    )


def value_of(parameter: Parameter, raw: Value) -> Value:
    """The slider's value as the callback gets it: whole where it must be, and within the range."""
    first, last = parameter.values[0], parameter.values[-1]
    if isinstance(raw, str) or isinstance(first, str) or isinstance(last, str):
        return raw
    number = round(raw) if parameter.kind == "whole" else float(raw)
    return min(max(number, first), last)


def build(
    source: Source, parameters: Sequence[Parameter], *, name: str, caption: str, alt: str
) -> ipywidgets.VBox:
    """A box with the sliders, the picture, the sentence under it and the caption.

    A value that the callback refuses with ValueError shows the refusal instead of the sentence,
    and keeps the picture.
    """
    sliders = [slider(p) for p in parameters]
    picture, summary = ipywidgets.HTML(), ipywidgets.HTML()
    for widget, part in ((picture, "picture"), (summary, "summary")):
        widget.add_class(f"{name}-{part}")

    def update(_: object = None) -> None:
        values = {p.name: value_of(p, s.value) for p, s in zip(parameters, sliders, strict=True)}
        here = grid.describe(parameters, values)
        try:
            state = source.picture(values)
        except ValueError as refusal:
            summary.value = f'<p role="alert">{html.escape(here)}: {html.escape(str(refusal))}</p>'
            return
        data = base64.b64encode(state.png).decode("ascii")
        picture.value = (
            f'<img src="data:image/png;base64,{data}" alt="{html.escape(f"{alt} ({here})")}" '
            'style="width:100%;max-width:820px;height:auto;background:#fff">'
        )
        said = to_html(state.summary) if state.summary else html.escape(here)
        summary.value = f'<p aria-live="polite" style="line-height:1.4">{said}</p>'

    update()
    for widget in sliders:
        widget.observe(update, names="value")
    note = ipywidgets.HTML(f'<p style="line-height:1.4">{to_html(caption)}</p>')
    return ipywidgets.VBox([*sliders, picture, summary, note])

"""The static figure as one piece of HTML, which needs no kernel and no network."""

from __future__ import annotations

import html
from collections.abc import Sequence

from iclnb.kinds import guarded

from . import assets, grid, still
from .model import Parameter
from .payload import Payload, describe_parameter, safe_json
from .sources import Source
from .words import to_html, to_plain

NOTE = "In a notebook, run this cell to move the figure."


@guarded
def describe(
    source: Source, parameters: Sequence[Parameter], *, name: str, alt: str, live: bool = False
) -> Payload:
    """What the script must know beside the frames."""
    return source.about() | {
        "name": name,
        "alt": alt,
        "parameters": [describe_parameter(p, live=live) for p in parameters],
    }


@guarded
def build(
    source: Source,
    parameters: Sequence[Parameter],
    *,
    name: str,
    caption: str,
    alt: str,
    portable: bool = False,
) -> str:
    """The whole figure: still picture and data; `portable` adds the script itself.

    Raises
    ------
    ValueError
        If the data are larger than the source allows.
    """
    data = source.payload() | describe(source, parameters, name=name, alt=alt)
    data["start"] = grid.default_index(parameters)
    words = html.escape(to_plain(alt))
    if source.kind == "pictures":
        # The default picture stands in the page once.
        state = data["frames"][data["start"]]
        still_html = (
            f'<img class="dark-light" src="data:image/png;base64,{state["png"]}" alt="{words}">'
        )
        state["png"] = None
    elif portable:
        still_html = ""
    else:
        panels = still.as_images(still.draw(data), to_plain(alt))
        still_html = f'<div class="xf-panels" role="img" aria-label="{words}">{panels}</div>'
    stored = safe_json(data)
    if len(stored) > source.max_bytes:
        raise ValueError(
            f"the figure {name!r} takes {len(stored)} bytes, more than {source.max_bytes}; "
            "use fewer values, or fewer points in a curve"
        )
    before = f"<style>{assets.style()}</style>\n" if portable else ""
    note = "" if portable else f'<p class="xf-note"><small>{NOTE}</small></p>\n'
    after = f"<script>\n{assets.site_script()}</script>\n" if portable else ""
    return (
        f'<figure class="iclnb-explore" id="{name}">\n{before}'
        f'<div class="xf">\n<div class="xf-still">{still_html}</div>\n{note}'
        f'<script type="application/json">{stored}</script>\n</div>\n'
        f"<figcaption>{to_html(caption)}</figcaption>\n{after}</figure>"
    )

"""The static figure as one piece of HTML, which needs no kernel and no network."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources

from . import grid
from .model import Parameter, show_value
from .sources import Source
from .text import to_html

_STYLE = """
.iclnb-explore{box-sizing:border-box;margin:1.5em 0;padding:14px 16px;max-width:100%;
background:#fff;
color:#1a1a1a;border:1px solid #d0d0d0;border-radius:8px;text-align:left;
font:14px/1.45 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;break-inside:avoid}
.iclnb-explore *{box-sizing:border-box}
.iclnb-explore [hidden]{display:none!important}
.iclnb-explore img,.iclnb-explore svg.iclnb-plot{display:block;width:100%;height:auto;margin:0;
background:#fff;filter:none!important}
.iclnb-explore .iclnb-controls{display:grid;gap:8px 28px;margin:0 0 12px;
grid-template-columns:repeat(auto-fit,minmax(min(100%,270px),1fr))}
.iclnb-explore label{display:block;margin:0;color:#1a1a1a;font-weight:400}
.iclnb-explore .iclnb-head{display:flex;justify-content:space-between;gap:12px;align-items:baseline}
.iclnb-explore .iclnb-value{font-weight:700;font-variant-numeric:tabular-nums;white-space:nowrap}
.iclnb-explore input{display:block;width:100%;height:28px;margin:0;accent-color:#0072b2;
cursor:pointer}
.iclnb-explore input:focus-visible{outline:2px solid #0072b2;outline-offset:2px;border-radius:4px}
.iclnb-explore ul{display:flex;flex-wrap:wrap;gap:2px 22px;list-style:none;margin:4px 0 8px;
padding:0}
.iclnb-explore li{display:flex;align-items:center;gap:8px;margin:0;padding:0;color:#1a1a1a}
.iclnb-explore li svg{flex:none}
.iclnb-explore .iclnb-summary{margin:8px 0 0;padding:6px 10px;background:#f2f6fa;color:#1a1a1a;
border-left:3px solid #0072b2}
.iclnb-explore figcaption{margin:8px 0 0;color:#3d3d3d;font-size:13.5px;text-align:left}
.iclnb-explore details{margin:8px 0 0;font-size:13px;color:#1a1a1a;background:#fff;border:0;
padding:0}
.iclnb-explore summary{display:list-item;cursor:pointer;color:#0b4f8a;padding:4px 0;
width:fit-content}
.iclnb-explore button{margin:6px 0;padding:5px 12px;font:inherit;color:#0b4f8a;background:#fff;
border:1px solid #0b4f8a;border-radius:5px;cursor:pointer}
.iclnb-explore .iclnb-table{max-height:260px;overflow:auto;border:1px solid #d0d0d0}
.iclnb-explore table{width:100%;margin:0;border-collapse:collapse;font-size:12.5px;
font-variant-numeric:tabular-nums;color:#1a1a1a}
.iclnb-explore tr{background:#fff!important}
.iclnb-explore th,.iclnb-explore td{padding:3px 8px;text-align:right;
border-bottom:1px solid #e6e6e6;
color:#1a1a1a}
.iclnb-explore th:first-child,.iclnb-explore td:first-child{text-align:left}
.iclnb-explore th{position:sticky;top:0;background:#f2f6fa}
.iclnb-explore sub,.iclnb-explore sup{font-size:.75em;line-height:0;position:relative;
vertical-align:baseline}
.iclnb-explore sub{bottom:-.25em}.iclnb-explore sup{top:-.45em}
@media print{.iclnb-explore .iclnb-controls,.iclnb-explore details{display:none}}
"""


@cache
def script() -> str:
    """The script of the page."""
    return resources.files(__package__).joinpath("explore.js").read_text(encoding="utf-8")


def safe_json(value: object) -> str:
    """JSON that may stand inside of a ``script`` element."""
    plain = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def build(
    source: Source, parameters: Sequence[Parameter], *, name: str, caption: str, alt: str
) -> str:
    """The whole figure.

    Raises
    ------
    ValueError
        If it is larger than the source allows.
    """
    data = source.payload()
    data["name"], data["alt"] = name, alt
    data["parameters"] = [
        {
            "name": p.name,
            "label": p.label,
            "description": p.description,
            "values": [show_value(v) for v in p.values],
            "start": list(p.values).index(p.default),
        }
        for p in parameters
    ]
    if data["kind"] == "pictures":
        # The default picture already stands in the page.
        state = data["frames"][grid.default_index(parameters)]
        image = state["png"]
        state["png"] = None
    else:
        image = base64.b64encode(source.picture(grid.default(parameters)).png).decode("ascii")
    out = (
        f'<figure class="iclnb-explore" id="{name}">\n'
        f"<style>{_STYLE}</style>\n"
        f'<img class="dark-light" src="data:image/png;base64,{image}" '
        f'alt="{html.escape(alt)}">\n'
        f"<figcaption>{to_html(caption)}</figcaption>\n"
        f'<script type="application/json">{safe_json(data)}</script>\n'
        f"<script>\n{script()}</script>\n"
        "</figure>"
    )
    if len(out) > source.max_bytes:
        raise ValueError(
            f"the figure {name!r} takes {len(out)} bytes, more than {source.max_bytes}; "
            "use fewer values, or fewer points in a curve"
        )
    return out

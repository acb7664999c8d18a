"""The picture without JavaScript: the default frame drawn at build, by the script of the page.

A notebook that is not trusted shows no inline SVG, but it shows images: there the drawings stand as
images in the text. The page builder turns them into SVG again (`inlined`), which follows the theme.
"""

from __future__ import annotations

import base64
import html
import importlib.util
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from iclnb.kinds import guarded

from . import assets

_SECONDS = 60
_SVG = re.compile(r"<svg\b(?P<attributes>[^>]*)>.*?</svg>", re.DOTALL)
_IMAGE = re.compile(
    r'<img class="xf-image"[^>]* src="data:image/svg\+xml;base64,(?P<data>[^"]*)"[^>]*>'
)
_SPACE = ' xmlns="http://www.w3.org/2000/svg"'
_GROUND = '<rect class="xf-ground" width="100%" height="100%" fill="#fff"/>'


@guarded
def draw(data: dict[str, Any]) -> str:
    """The panels of the default frame as HTML with inline SVG; the same text for the same data.

    Raises
    ------
    ImportError
        If mini-racer, a JavaScript engine, is not installed.
    """
    if importlib.util.find_spec("py_mini_racer") is None:
        raise ImportError(
            "a static figure is drawn with mini-racer: pip install 'iclnb[book]', or ask for "
            "mode='live' or mode='portable'"
        )
    text = json.dumps(json.dumps(data, allow_nan=False))
    return evaluate(f"iclnbExplore.still({text})")


@guarded
def as_images(panels: str, alt: str) -> str:
    """The same HTML with each drawing as an image; the first has the alternative text."""
    words = [html.escape(alt)]

    def image(found: re.Match[str]) -> str:
        size = dict(re.findall(r'\b(width|height)="([\d.]+)"', found["attributes"]))
        svg = found[0].replace("<svg", f"<svg{_SPACE}", 1)
        if "xf-plot" in found["attributes"]:
            svg = svg.replace(">", f">{_GROUND}", 1)
        data = base64.b64encode(svg.encode()).decode("ascii")
        return (
            f'<img class="xf-image" width="{size["width"]}" height="{size["height"]}" '
            f'src="data:image/svg+xml;base64,{data}" alt="{words.pop() if words else ""}">'
        )

    return _SVG.sub(image, panels)


@guarded
def inlined(text: str) -> str:
    """The inverse of `as_images`: the drawings as SVG of the page, without their white ground."""

    def svg(found: re.Match[str]) -> str:
        return base64.b64decode(found["data"]).decode().replace(_GROUND, "").replace(_SPACE, "")

    return _IMAGE.sub(svg, text)


@guarded
def evaluate(expression: str) -> str:
    """What an expression of the script says, in an engine that lives as long as the call.

    It runs in a thread of its own: a notebook's thread runs an event loop, in which the engine
    would have to be awaited.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_evaluate, expression).result()


def _evaluate(expression: str) -> str:
    from py_mini_racer import JSEvalException, MiniRacer

    engine = MiniRacer()
    try:
        engine.eval(assets.drawing(), timeout_sec=_SECONDS)
        return str(engine.eval(expression, timeout_sec=_SECONDS))
    except JSEvalException as error:  # its text holds the whole script
        raise RuntimeError(f"the picture was not drawn: {str(error)[:200]}") from None
    finally:
        engine.close()  # without this the interpreter sometimes does not end

"""Figures with sliders: the same call serves a static page and a live kernel.

Notes
-----
`curves` computes data on a grid and lets the page redraw it; `frames` exchanges finished pictures.
Neither needs a network. The callbacks print nothing; a test calls them with `Explorer.at`.
"""

from .explorer import Explorer, curves, frames
from .grids import Contour, Heat
from .marks import Area, Arrows, Curve, Text, stack
from .model import Axes, Frame, Parameter
from .words import number

__all__ = [
    "Area",
    "Arrows",
    "Axes",
    "Contour",
    "Curve",
    "Explorer",
    "Frame",
    "Heat",
    "Parameter",
    "Text",
    "curves",
    "frames",
    "number",
    "stack",
]

"""Figures with sliders: the same call serves a static page and a live kernel.

Notes
-----
`curves` computes data on a grid and lets the page redraw it; `frames` exchanges finished pictures.
Neither needs a network. The callbacks print nothing; a test calls them with `Explorer.at`.
"""

from .explorer import Explorer, curves, frames
from .model import Axes, Curve, Frame, Parameter

__all__ = ["Axes", "Curve", "Explorer", "Frame", "Parameter", "curves", "frames"]

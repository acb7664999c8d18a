"""Figures that a reader can move: the same call serves a static page and a live kernel.

A function gets one keyword per parameter and returns a `Frame`: the marks, and one sentence with
their numbers. `curves` calls it for every value that the page offers; a live kernel calls it for
any value. One script draws both, and the picture that stands without JavaScript. The function
prints nothing; a test calls it with `Explorer.at`.

Examples
--------
A slider and a row of buttons (words are buttons; ``buttons=True`` makes numbers so)::

    def risk(n, matrix):
        curve = explore.Curve("theory", x, law(x, n, matrix))
        dots = explore.Curve("theory", x[::4], mean, "measured", low=low, high=high)
        return explore.Frame([curve, dots], f"n = {n}: risk {explore.number(mean[-1], 3)}.")

    explore.curves(
        risk,
        [explore.Parameter("n", "n", (10, 30, 100, 300), 30, "examples", log=True),
         explore.Parameter("matrix", "Γ", ("identity", "best"), "best")],
        axes=explore.Axes("features N", "risk", "log", "log"),
        name="fig-kns-risk", caption="...", alt="...",
    )

The marks of a frame; all take ``panel=`` and most ``colour=`` (a place in the palette)::

    explore.Curve("law", x, y)                                    # a line; NaN in y is a gap
    explore.Curve("runs", x, y, "measured", low=low, high=high)   # points with intervals
    explore.Curve("run", u, v, "path")                            # ring at start, dot at end
    explore.Curve("switch", [t], [np.nan], "mark")                # an upright line, named on top
    explore.Curve("floor", [np.nan], [0.2], "mark")               # a level line
    explore.Curve("here", [t], [y], "mark")                       # one point
    explore.Area("spread", x, low, high)                          # a band
    explore.stack(x, {"bias": b, "noise": s})                     # a list of areas that add up
    explore.Heat("attention", matrix)                             # coloured cells, row 1 at y = 1
    explore.Contour("loss", L, u, v, levels=np.arange(0, 2.1, 0.1))   # filled, or filled=False
    explore.Arrows("flow", u, v, to_u, to_v)
    explore.Text("saddle", [0.0], [0.0])

The axes of a heat map, with rows from the top and small values visible; a plane with equal units::

    explore.Axes("key n", "query k", reverse=True, zlabel="attention", zscale="sqrt", zlim=(0, 1))
    explore.Axes("u", "v", equal=True, zlabel="L")

Notes
-----
Labels, captions and sentences hold ``_{..}``, ``^{..}`` and Unicode; what programs print (``p_1``,
``6.1e+03``) is made readable. Names stand at the ends of curves where there is room in every panel,
else in a list below: short names are worth the effort. A slider of five or more values has a button
that plays it. `frames` exchanges finished Matplotlib pictures, for what has no mark here.
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

"""A headless Chromium, and figures that stand alone in a page."""

import numpy as np
import pytest

from iclnb import explore

TEXTS = {
    "caption": "What to see in p_{1}.",
    "alt": "A line that falls, and points around it.",
}


def every_role(K=5, way="up", p1=0.5):
    """One frame with every kind of mark, in three panels."""
    x = np.linspace(0.1, 10, 40)
    y, grid = K * np.exp(-p1 * x), np.linspace(-1, 1, 21)
    saddle = grid[None, :] ** 2 - grid[:, None] ** 2 * (1 if way == "up" else -1)
    marks = [
        explore.Curve("law", x, y),
        explore.Curve("runs", x[::8], y[::8], "measured", low=0.9 * y[::8], high=1.1 * y[::8]),
        explore.Curve("floor", [np.nan], [0.5], "mark"),
        explore.Curve("t_{1}", [3.0], [np.nan], "mark"),
        explore.Curve("here", [5.0], [1.0], "mark"),
        explore.Area("band", x, 0.5 * y, 1.5 * y),
        explore.Contour("loss", saddle, grid, grid, levels=np.linspace(-1, 1, 9), panel=1),
        explore.Curve("flow", grid, 0.5 * grid * K / 10, "path", panel=1),
        explore.Arrows("steps", [-0.5], [0.5], [0.5], [0.2], panel=1),
        explore.Text("saddle", [0.0], [0.0], panel=1),
        explore.Heat("map", np.abs(saddle), grid, grid, panel=2),
    ]
    return explore.Frame(marks, f"K = {K}, way {way}, p_1 = {p1}: about 6.1e+03 K^2, {-p1}.")


def make(mode="static", **changes):
    """The figure of `every_role`."""
    arguments = {
        "parameters": [
            explore.Parameter("K", "K", (1, 2, 5, 10, 20), 5, "features", log=True),
            explore.Parameter("way", "way", ("up", "down"), "up"),
            explore.Parameter("p1", "p_{1}", (0.25, 0.5), 0.5),
        ],
        "axes": (
            explore.Axes("time / K^{2}", "loss"),
            explore.Axes("u", "v", equal=True, zlabel="L"),
            explore.Axes("key", "query", reverse=True, zlabel="size", zscale="sqrt"),
        ),
        "name": "fig-every-role",
        "mode": mode,
        **TEXTS,
        **changes,
    }
    return explore.curves(arguments.pop("compute", every_role), **arguments)


@pytest.fixture(scope="session")
def static():
    """The figure as the site gets it."""
    return make()

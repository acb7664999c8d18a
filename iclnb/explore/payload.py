"""The data of a figure as its script reads them: equal arrays and equal looks stand once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

from . import limits
from .looks import Wardrobe
from .model import Axes, Frame, Mark, Parameter, Value, show_value

Payload = dict[str, Any]
_CHANNELS = {"x": "x", "to_x": "x", "y": "y", "to_y": "y", "low": "y", "high": "y"}
_ONCE = 6  # digits of the places of a grid


@guarded
def rounded(array: ArrayLike, digits: int) -> tuple[float | int | None, ...]:
    """The numbers to `digits` significant digits; None for what is not finite.

    Whole numbers become int, which JSON writes without ``.0``.
    """
    digits = check_integer(digits, "digits")
    out: list[float | int | None] = []
    for value in np.ravel(array).tolist():
        if not np.isfinite(value):
            out.append(None)
            continue
        number = float(f"{value:.{digits}g}")
        out.append(int(number) if number.is_integer() and abs(number) < 1e15 else number)
    return tuple(out)


def _series(mark: Mark, wardrobe: Wardrobe) -> dict[str, Any]:
    look = wardrobe.look(mark.label, mark.role, getattr(mark, "colour", None))
    about = {"label": mark.label, "role": mark.role, **look._asdict()}
    for extra in ("lie", "stacked", "filled"):
        if value := getattr(mark, extra, ""):
            about[extra] = value
    return about


@guarded
def pack(frames: Sequence[Frame], axes: Sequence[Axes], wardrobe: Wardrobe) -> Payload:
    """Arrays, series and frames; the axes must have limits."""
    arrays: dict[tuple[float | int | None, ...], int] = {}
    series: dict[str, int] = {}
    panels: list[set[int]] = []
    listed: list[dict[str, Any]] = []

    def pool(values: object, limit: tuple[float, float] | None, scale: str, least: int = 0) -> int:
        digits = max(least, limits.digits(limit, scale)) if limit else 4
        return arrays.setdefault(rounded(np.asarray(values), digits), len(arrays))

    states = []
    for frame in frames:
        marks = []
        for mark in frame.curves:
            a = axes[mark.panel]
            about = _series(mark, wardrobe)
            key = json.dumps(about)
            if key not in series:
                series[key] = len(series)
                listed.append(about)
                panels.append(set())
            panels[series[key]].add(mark.panel)
            grid = mark.role in ("heat", "contour")
            refs = {}
            for channel, axis in _CHANNELS.items():
                if (values := getattr(mark, channel, None)) is not None:
                    limit, scale = getattr(a, f"{axis}lim"), getattr(a, f"{axis}scale")
                    refs[channel] = pool(values, limit, scale, _ONCE if grid else 0)
            if grid:
                refs["z"] = pool(mark.values, a.zlim, a.zscale)
            if mark.role == "contour":
                refs["levels"] = pool(mark.levels, a.zlim, a.zscale, _ONCE)
            marks.append([series[key], mark.panel, refs])
        states.append({"summary": frame.summary, "marks": marks})
    named = [about | {"panels": sorted(panels[i])} for i, about in enumerate(listed)]
    return {"arrays": list(arrays), "series": named, "frames": states}


@guarded
def describe_axes(axes: Sequence[Axes]) -> list[dict[str, Any]]:
    """The axes, without what is left at its default."""
    out = []
    for a in axes:
        about: dict[str, Any] = {
            f: getattr(a, f) for f in ("xlabel", "ylabel", "xscale", "yscale", "xlim", "ylim")
        }
        about |= {f: True for f in ("equal", "reverse", "diverging") if getattr(a, f)}
        if a.zlim is not None:
            about |= {"zlabel": a.zlabel, "zscale": a.zscale, "zlim": a.zlim}
        out.append(about)
    return out


@guarded
def describe_parameter(p: Parameter, *, live: bool) -> dict[str, Any]:
    """A control: what it offers, how that is written, where it stands, where play stops."""
    places = p.places(live=live)
    about: dict[str, Any] = {
        "name": p.name,
        "label": p.label,
        "description": p.description,
        "kind": p.control,
        "values": list(places),
        "shown": [show_value(v) for v in places],
        "start": places.index(p.default),
    }
    wanted = len(p.values) >= 5 if p.play is None else p.play
    if wanted and p.control == "slider":
        about["play"] = True
        about["stops"] = [places.index(v) for v in p.values]
    return about


@guarded
def place_of(parameter: dict[str, Any], index: int) -> Value:
    """The value at a place of a control; ValueError if there is none."""
    values = parameter["values"]
    if not 0 <= index < len(values):
        raise ValueError(f"{parameter['name']} has no place {index!r}")
    return values[index]


@guarded
def safe_json(value: object) -> str:
    """JSON that may stand inside of a ``script`` element."""
    plain = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")

"""The colours of a figure on a dark page."""

from __future__ import annotations

import re

from iclnb.kinds import guarded

GROUND = "#121212"
"""The ground of the book's pages in the dark."""

_LEAST = 0.66  # lightness of a colour that stands out from the ground
_GREY = 0.04  # chroma below which a colour is a grey
_PALE = 0.88  # lightness from which a colour is a tint of the paper
_INK, _PAPER = 0.93, 0.21  # lightness of what was black, and of what was white
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b(?=[;\"'])")

Triple = tuple[float, float, float]


@guarded
def darken(svg: str, *, kept: str = "k") -> str:
    """Return an SVG picture drawn on paper in the colours of a dark page.

    Greys and tints change places with their opposites, colours stay what they are and become
    lighter where they would be lost. Groups of class ``kept`` keep their colours.

    Parameters
    ----------
    svg : str
        The picture, as :func:`iclnb.style.vector.draw` makes it.
    kept : str
        Class of the groups whose colours mean a number.
    """
    parts, at = [], 0
    for start, end in _spans(svg, kept):
        parts += [_COLOUR.sub(lambda m: lighter(m[0]), svg[at:start]), svg[start:end]]
        at = end
    text = "".join([*parts, _COLOUR.sub(lambda m: lighter(m[0]), svg[at:])])
    # what names no colour is black
    return text.replace("<svg ", f'<svg fill="{lighter("#000")}" ', 1)


def _spans(svg: str, kept: str) -> list[tuple[int, int]]:
    """Where the groups of a class stand."""
    found, start, depth = [], 0, 0
    for match in re.finditer(r"<(/?)g\b([^>]*)>", svg):
        closes, marks = match[1], match[2]
        if depth == 0:
            if f'class="{kept}"' in marks:
                start, depth = match.start(), 1
            continue
        if not marks.endswith("/"):
            depth += -1 if closes else 1
        if depth == 0:
            found.append((start, match.end()))
    return found


@guarded
def lighter(colour: str) -> str:
    """Return a colour, as ``#rgb`` or ``#rrggbb``, as it is drawn on a dark page."""
    L, a, b = _oklab(colour)
    chroma = (a * a + b * b) ** 0.5
    grey = chroma < _GREY or L > _PALE
    L = _INK + (_PAPER - _INK) * L**1.3 if grey else max(L, _LEAST)
    for part in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0):  # less colour where the screen has no more
        rgb = _rgb((L, a * part, b * part))
        if all(-1e-4 <= x <= 1.0001 for x in rgb):
            break
    return "#" + "".join(f"{round(255 * _gamma(min(max(x, 0.0), 1.0))):02x}" for x in rgb)


def _oklab(colour: str) -> Triple:
    """The OKLab coordinates of a colour, after Ottosson (2020)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    r, g, b = (_linear(int(digits[i : i + 2], 16) / 255) for i in (0, 2, 4))
    l, m, s = (
        (r * x + g * y + b * z) ** (1 / 3)
        for x, y, z in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def _rgb(lab: Triple) -> Triple:
    """The linear RGB of OKLab coordinates; outside of [0, 1] where no screen shows it."""
    L, a, b = lab
    l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (L - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )


def _linear(x: float) -> float:
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


def _gamma(x: float) -> float:
    return 12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055

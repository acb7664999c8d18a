"""A figure as a small SVG picture without a ground, packed into a line of text."""

from __future__ import annotations

import base64
import io
import re
import zlib
from typing import Any
from xml.etree import ElementTree

from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iclnb.kinds import guarded

TEXT = "t"
"""Class of the groups that hold one text each."""

KEPT = "k"
"""Class of the groups whose colours mean a number, and stay what they are on a dark page."""

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_LINK = re.compile(r"#([A-Za-z][\w-]*)")


@guarded
def draw(figure: Figure) -> str:
    """Return the figure as SVG, its white grounds left out; the figure loses them too.

    Every text is outlined, so that a page shows it alike everywhere; it stands in a group of class
    `TEXT`. What is coloured by a colour map stands in a group of class `KEPT`.
    """
    for part in (figure, *figure.axes):
        if colors.to_rgb(part.get_facecolor()) == (1.0, 1.0, 1.0):
            part.patch.set_visible(False)
    for ax in figure.axes:
        for at, mapped in enumerate(_mapped(ax)):
            mapped.set_gid(f"{KEPT}-{at}")
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _small(buffer.getvalue())


def _mapped(ax: Axes) -> list[Any]:
    """The artists of a panel whose colours a map decides, the stripes of a colour bar included."""
    found = [a for a in (*ax.images, *ax.collections) if a.get_array() is not None]
    return [a for a in found if not isinstance(a.get_array(), str)]


@guarded
def pack(svg: str) -> str:
    """Return an SVG picture as one line of text, a third of its size."""
    return base64.b64encode(zlib.compress(svg.encode(), 9)).decode()


@guarded
def unpack(line: str) -> str:
    """Return the picture that `pack` packed.

    Raises
    ------
    ValueError
        If ``line`` was not made by `pack`.
    """
    try:
        return zlib.decompress(base64.b64decode(line, validate=True)).decode()
    except (ValueError, zlib.error) as error:
        raise ValueError(f"line holds no packed picture: {error}") from None


def _short(text: str) -> str:
    """Shorten the numbers of an attribute: hundredths of a point, or four digits of a factor."""

    def number(match: re.Match[str]) -> str:
        value = float(match[0])
        text = f"{value:.2f}" if abs(value) >= 1 else f"{value:.4f}"
        text = text.rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text

    return _NUMBER.sub(number, text)


def _small(source: str) -> str:
    """Write an SVG anew: no comments, no metadata, short names, no more digits than are seen."""
    root = ElementTree.fromstring(source)
    names: dict[str, str] = {}

    def renamed(text: str) -> str:
        return _LINK.sub(lambda m: "#" + names.setdefault(m[1], f"i{len(names)}"), text)

    linked = set(_LINK.findall(" ".join(
        value for node in root.iter() for key, value in node.attrib.items()
        if key.endswith("href") or key.startswith("clip")
    )))  # fmt: skip
    out: list[str] = []

    def attributes(node: ElementTree.Element, tag: str) -> str:
        found: dict[str, str] = {}
        for key, value in node.attrib.items():
            key = key.rsplit("}", 1)[-1]
            if key == "id":
                if value in linked:
                    found["id"] = names.setdefault(value, f"i{len(names)}")
                elif value.startswith("text_"):
                    found["class"] = TEXT
                elif value.startswith(f"{KEPT}-"):
                    found["class"] = KEPT
            elif key == "href" and value.startswith("data:"):
                found[key] = value.replace("\n", "")
            elif key in ("href", "clip-path"):
                found[key] = renamed(value)
            elif key == "style":
                found[key] = _short(re.sub(r"\s*([:;])\s*", r"\1", value))
            elif tag == "use" and key in ("x", "y"):
                found[key] = f"{float(value):.1f}".removesuffix(".0")
            elif key == "d":
                found[key] = re.sub(r"\s*([A-Za-z])\s*", r"\1", _short(" ".join(value.split())))
            elif tag != "svg" or key == "viewBox":
                found[key] = _short(value)
        if tag == "svg":
            width, height = (float(x) * 96 / 72 for x in found["viewBox"].split()[2:])
            found = {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": _short(f"{width:.2f}"),
                "height": _short(f"{height:.2f}"),
                **found,
                "stroke-linejoin": "round",
            }
        return "".join(f' {key}="{value}"' for key, value in found.items())

    def write(node: ElementTree.Element) -> None:
        tag = node.tag.rsplit("}", 1)[-1]
        if tag in ("metadata", "style") or (tag == "defs" and all("style" in c.tag for c in node)):
            return
        styles = {child.get("style") for child in node if child.tag.endswith("use")}
        if tag == "g" and len(styles) == 1 and len(node) == len(list(node)) > 3:
            node.set("style", styles.pop() or "")
            for child in node:
                child.attrib.pop("style", None)
        marks = attributes(node, tag)
        if tag == "g" and not marks:
            for child in node:
                write(child)
        elif len(node):
            out.append(f"<{tag}{marks}>")
            for child in node:
                write(child)
            out.append(f"</{tag}>")
        elif tag not in ("g", "defs"):
            out.append(f"<{tag}{marks}/>")

    write(root)
    return "".join(out)

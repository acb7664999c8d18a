"""Show each figure by the picture that fits: wide or narrow, light or dark.

A notebook carries two pictures of a figure, packed in the metadata of the output: one for wide and
one for narrow windows. Here each becomes two files, in the colours of light and of dark pages; the
page shows one of the four. Figures without such pictures stay as they are.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from iclnb.style import METADATA_KEY
from iclnb.style.dark import darken
from iclnb.style.vector import unpack

NARROW = "screen and (max-width: 600px)"
"""Where the narrow picture is shown: below it, the wide one has texts of less than 10 pixels."""

_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


class picture(nodes.General, nodes.Element):
    """A figure in four pictures."""


@lru_cache(maxsize=1)
def carried(path: str) -> dict[str, dict[str, str]]:
    """Return what the outputs of a notebook carry about its figures, by their names."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    found = [o["metadata"][METADATA_KEY] for o in outputs if METADATA_KEY in o.get("metadata", {})]
    return {about["name"]: about for about in found if "wide" in about and "narrow" in about}


class Pictures(SphinxPostTransform):
    """Exchange the image of a figure for its pictures."""

    default_priority = 160  # cells are folded at 150
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the page's tree in place."""
        source = Path(self.env.doc2path(self.env.docname))
        if source.suffix != ".ipynb":
            return
        about = carried(str(source))
        for figure in self.document.findall(nodes.figure):
            name = next((name for name in figure["ids"] if name in about), None)
            image = next(iter(figure.findall(nodes.image)), None)
            if name is None or image is None:
                continue
            both = {kind: unpack(about[name][kind]) for kind in ("wide", "narrow")}
            image.replace_self(picture(name=name, alt=image.get("alt", ""), **both))


def _size(svg: str) -> str:
    found = _SIZE.search(svg)
    assert found, "a picture says its size"
    return f'width="{float(found[1]):.0f}" height="{float(found[2]):.0f}"'


def _open(self: Any, node: picture) -> None:
    folder = Path(self.builder.outdir) / "_images"
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {kind: _size(node[kind]) for kind in ("wide", "narrow")}
    for theme, change in (("light", str), ("dark", darken)):
        place = {}
        for kind in ("wide", "narrow"):
            place[kind] = f"{node['name']}-{kind}-{theme}.svg"
            (folder / place[kind]).write_text(change(node[kind]), encoding="utf-8")
            place[kind] = f"{self.builder.imgpath}/{place[kind]}"
        self.body.append(
            f'<picture class="iclnb-{theme}"><source media="{NARROW}" srcset="{place["narrow"]}"'
            f' {sizes["narrow"]}><img alt="{escape(node["alt"])}" class="dark-light"'
            f' src="{place["wide"]}" {sizes["wide"]}></picture>'
        )


def _close(self: Any, node: picture) -> None:
    """Write nothing more."""


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.add_node(picture, html=(_open, _close))
    app.add_post_transform(Pictures)
    app.add_css_file("iclnb-figures.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

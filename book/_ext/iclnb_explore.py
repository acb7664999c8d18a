"""Slider figures on the site: numbered with all other figures, and one script for all of them.

A cell's output holds a slider figure as HTML. It becomes a figure of the document, with its caption
and its name, so that it takes its number in the sequence and ``{numref}`` finds it; its still
picture becomes SVG of the page, which follows the theme. Pages that have one load the script and
style sheet of :mod:`iclnb.explore`, which stand once in the site. The data of a figure stand beside
the page, in a script that is loaded when the reader comes near: a page opened as a file may load a
script, and nothing else.
"""

from __future__ import annotations

import hashlib
import html
import re
import tempfile
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from iclnb.explore import assets, still

CLASS = "iclnb-explore"
FOLDER = "_figures"
DATA = re.compile(r'<div class="xf">(.*)<script type="application/json">(.*?)</script>', re.DOTALL)
FIGURE = re.compile(
    rf'<figure class="{CLASS}" id="(?P<name>fig-[a-z0-9-]+)">\s*(?P<inner>.*?)\s*'
    r"<figcaption>(?P<caption>.*?)</figcaption>\s*</figure>",
    re.DOTALL,
)


def caption(text: str) -> list[nodes.Node]:
    """The nodes of a caption; raw HTML would not count as one."""
    kinds = {"sub": nodes.subscript, "sup": nodes.superscript}
    out: list[nodes.Node] = []
    for piece in re.split(r"(<(?:sub|sup)>.*?</(?:sub|sup)>)", text):
        script = re.fullmatch(r"<(su[bp])>(.*)</su[bp]>", piece)
        words = html.unescape(script[2] if script else piece)
        out.append(kinds[script[1]]("", words) if script else nodes.Text(words))
    return out


def _version(data: str) -> str:
    """A word that changes with the data, so that no reader gets those of yesterday."""
    return hashlib.sha256(data.encode()).hexdigest()[:8]


class SliderFigures(SphinxTransform):
    """Replace the HTML of a slider figure by a figure with a caption."""

    default_priority = 400  # before labels are collected and figures are counted

    def apply(self, **kwargs: Any) -> None:
        """Go through the outputs of the page."""
        for raw in list(self.document.findall(nodes.raw)):
            found = FIGURE.fullmatch(raw.astext().strip()) if raw.get("format") == "html" else None
            if found is None:
                continue
            figure = nodes.figure(classes=[CLASS], names=[found["name"]])
            figure.source, figure.line = raw.source, raw.line
            inner = DATA.search(found["inner"])
            figure["data"] = inner[2]
            root = "../" * self.document.settings.env.docname.count("/")
            address = f"{root}{FOLDER}/{found['name']}.js?v={_version(inner[2])}"
            page = f'<div class="xf" data-from="{address}">{inner[1]}{inner.string[inner.end() :]}'
            figure += nodes.raw("", still.inlined(page), format="html")
            figure += nodes.caption("", "", *caption(found["caption"]))
            self.document.note_explicit_target(figure, figure)
            raw.replace_self(figure)


def _add_assets(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load script and style on the pages that have a slider figure; write the data of each."""
    figures = [f for f in doctree.findall(nodes.figure) if CLASS in f["classes"]] if doctree else []
    if not figures:
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for figure in figures:
        (name,) = figure["names"]
        store = f"(globalThis.iclnbFigures ??= {{}})[{name!r}] = {figure['data']};\n"
        (folder / f"{name}.js").write_text(store, encoding="utf-8")
    app.add_js_file(assets.SITE_SCRIPT, loading_method="defer")
    app.add_css_file(assets.SITE_STYLE)


def _write_assets(app: Any) -> None:
    folder = Path(tempfile.mkdtemp(prefix="iclnb-explore-"))
    (folder / assets.SITE_SCRIPT).write_text(assets.site_script(), encoding="utf-8")
    (folder / assets.SITE_STYLE).write_text(assets.style(), encoding="utf-8")
    app.config.html_static_path.append(str(folder))


def setup(app: Any) -> dict[str, Any]:
    """Connect to the builder."""
    app.add_transform(SliderFigures)
    app.connect("builder-inited", _write_assets, priority=100)
    app.connect("html-page-context", _add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

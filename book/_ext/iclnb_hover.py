"""What a link shows before it is followed.

For every page the builder writes ``_hover/<page>.js``: the statements, terms, figures, sources,
formulas and first paragraphs of sections of that page, as rendered, by their anchors. A script of
the site (``iclnb-hover.js``) loads such a file when a link to one of them is pointed at, and shows
it. A script, not JSON: a page that is opened as a file may load the one and not the other.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = "_hover"
ROOT_MARK = "{root}"
"""Stands in a snippet for the way to the root of the site."""

_BOXES = {"proof", "exercise", "iclnb-wrong", "iclnb-stated"}
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_UNWANTED = (
    re.compile(r'<a class="headerlink".*?</a>', re.DOTALL),
    re.compile(r"<(script|style|noscript|button|details)\b.*?</\1>", re.DOTALL),
    re.compile(r"</?a\b[^>]*>"),  # a hint holds no links: it cannot be tabbed to
    re.compile(r'(?<=[\w"])\s+id="[^"]*"'),
)
_LONGEST = 3000  # characters of a snippet, without its tags
_TAGS = re.compile(r"<[^>]*>")


class _Open(NamedTuple):
    """An element that is not closed yet."""

    tag: str
    start: int
    kind: str
    anchor: str


class _Scan(HTMLParser):
    """Cut the parts with an anchor out of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.lines = [0]
        self.lines += [m.end() for m in re.finditer("\n", html)]
        self.stack: list[_Open] = []
        self.found: dict[str, str] = {}
        self.term: list[str] = []  # anchors of terms that wait for their definition
        self.feed(html)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = {key: value or "" for key, value in attrs}
        anchor, classes = given.get("id", ""), set(given.get("class", "").split())
        kind = ""
        if tag == "dd" and self.term:
            kind = "definition"
        elif anchor and tag == "div" and (classes & _BOXES or "citation" in classes):
            kind = "citation" if "citation" in classes else "box"
        elif anchor and tag == "dt" and anchor.startswith("term-"):
            kind = "term"
        elif anchor and tag == "figure":
            kind = "figure"
        elif anchor.startswith("equation-"):
            kind = "box"
        elif tag in ("h1", "h2", "h3", "h4") and self.stack:
            kind = "heading"
        elif tag == "p" and self.stack and self.stack[-1].tag == "section":
            kind = "paragraph"
        self.stack.append(_Open(tag, self._at(), kind, anchor))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {part.tag for part in self.stack}:
            return  # closes nothing
        while (last := self.stack.pop()).tag != tag:
            pass
        if last.kind:
            stop = self.html.index(">", self._at()) + 1
            self._keep(last, self.html[last.start : stop])

    def _keep(self, part: _Open, html: str) -> None:
        """Store an element under the anchors that lead to it."""
        if part.kind in ("box", "figure"):
            self.found[part.anchor] = _figure(html) if part.kind == "figure" else html
        elif part.kind == "citation":
            words = re.findall(r"<p>.*?</p>", html, re.DOTALL)
            self.found[part.anchor] = "".join(words)
        elif part.kind == "term":
            self.term.append(part.anchor)
            self.found[part.anchor] = f"<p><strong>{_inner(html)}</strong></p>"
        elif part.kind == "definition":
            for anchor in self.term:
                self.found[anchor] += _inner(html)
            self.term.clear()
        else:  # a heading or a paragraph: of the section in which it stands
            self._section(part.kind, html)

    def _section(self, kind: str, html: str) -> None:
        around = next((o for o in reversed(self.stack) if o.tag == "section"), None)
        if around is None or not around.anchor:
            return
        if kind == "heading":
            self.found[around.anchor] = f"<p><strong>{_inner(html)}</strong></p>"
        elif self.found.get(around.anchor, "").count("<p>") == 1:
            self.found[around.anchor] += html


def _inner(html: str) -> str:
    """The content of an element."""
    return html[html.index(">") + 1 : html.rindex("<")]


def _figure(html: str) -> str:
    """The pictures and the caption of a figure, without what moves in it."""
    pictures = re.findall(r"<picture\b.*?</picture>", html, re.DOTALL)
    pictures = pictures or re.findall(r'<img\b[^>]*src="(?!data:)[^>]*>', html)
    captions = re.findall(r"<figcaption\b[^>]*>(.*?)</figcaption>", html, re.DOTALL)
    return "".join(pictures) + "".join(captions)


def snippets(html: str, root: str = "") -> dict[str, str]:
    """Return what each anchor of a page shows.

    Parameters
    ----------
    html : str
        The body of the page, as rendered.
    root : str
        The way from the page to the root of the site, as it begins the addresses of pictures.
    """
    found = {}
    for anchor, part in _Scan(html).found.items():
        for pattern in _UNWANTED:
            part = pattern.sub("", part)
        if root:
            part = re.sub(rf'(src|srcset)="{re.escape(root)}', rf'\1="{ROOT_MARK}', part)
        if part.strip() and len(_TAGS.sub("", part)) <= _LONGEST:
            found[anchor] = part.strip()
    return found


def _write(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write the snippets of a page of the book."""
    if doctree is None or app.builder.format != "html":
        return
    path = Path(app.outdir) / FOLDER / f"{pagename}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    root = "../" * pagename.count("/")
    data = json.dumps(snippets(context.get("body", ""), root), ensure_ascii=False)
    path.write_text(f"iclnbHover({json.dumps(pagename)}, {data});\n", encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder, after those that change the page's body."""
    app.connect("html-page-context", _write, priority=950)
    app.add_css_file("iclnb-hover.css")
    app.add_js_file("iclnb-hover.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

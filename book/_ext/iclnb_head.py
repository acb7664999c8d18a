"""What a page says of itself to search engines and to services that show links.

Each page has one title, a description (its first paragraph: in a chapter, the question), and the
picture ``_static/preview.png``. In the contents beside a page of the library a name is its last
component; the heading keeps the whole.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from docutils import nodes

PICTURE = "_static/preview.png"
SIZE = (1200, 630)
SAYS = "Five examples and what each adds to the answer of one attention layer, which is 32."
LONGEST = 300
_NAME = re.compile(r"iclnb(?:\.\w+)+")
_SECOND_VIEWPORT = re.compile(
    r'<meta content="[^"]*" name="viewport" />|<meta name="viewport"[^>]*>'
)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return the first sentences of a text that fit, or its first words and an ellipsis."""
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    cut = text[:longest]
    end = max(cut.rfind(mark) for mark in (". ", "? ", ": "))
    return cut[: end + 1] if end > longest // 4 else cut[: cut.rfind(" ")] + " …"


def described(doctree: Any) -> str:
    """Return the first paragraph of a page that has no mathematics, shortened; "" if none has."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree is not None else ():
        plain = next(iter(paragraph.findall(nodes.math)), None) is None
        if plain and len(paragraph.astext()) >= 40:
            return shortened(paragraph.astext())
    return ""


def _meta(**properties: str) -> str:
    lines = []
    for name, content in properties.items():
        kind = "property" if name.startswith("og") else "name"
        name = name.replace("_", ":")
        lines.append(f'<meta {kind}="{name}" content="{escape(content, quote=True)}" />')
    return "\n".join(lines)


def _head(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    book, root = app.config.html_title or app.config.project, app.config.root_doc
    title = "Search" if pagename == "search" else str(context.get("title") or book)
    title = unescape(re.sub(r"<[^>]+>", "", title))
    if pagename == root:
        context["docstitle"] = ""  # its title is that of the book: once is enough
        context["theme_logo"] = {**(context.get("theme_logo") or {}), "text": book}
    words = described(doctree) or f"{title}: {book}"
    base = (app.config.html_baseurl or "").rstrip("/")
    kept = _SECOND_VIEWPORT.sub("", context.get("metatags") or "")
    context["metatags"] = kept + "\n" + _meta(
        description=words,
        og_title=title,
        og_description=words,
        og_type="website" if pagename == root else "article",
        og_site_name=book,
        og_url=f"{base}/{pagename}.html",
        og_image=f"{base}/{PICTURE}",
        og_image_width=str(SIZE[0]),
        og_image_height=str(SIZE[1]),
        og_image_alt=SAYS,
        twitter_card="summary_large_image",
    )  # fmt: skip


def _shorten_contents(app: Any, doctree: Any) -> None:
    """Call the modules in a page's own contents by their last component; its title stays."""
    contents = app.env.tocs.get(app.env.docname)
    if contents is None:
        return
    for title in list(contents.findall(nodes.reference))[1:]:
        if _NAME.fullmatch(title.astext()):
            short = title.astext().rsplit(".", 1)[1]
            title.children = [nodes.literal("", short)]
            title.children[0].parent = title


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder, after the contents are collected."""
    app.connect("doctree-read", _shorten_contents, priority=900)
    app.connect("html-page-context", _head, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

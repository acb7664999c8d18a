"""Pages without what nobody sees: half of the elements of code, and the longest words of the index.

The page builder marks every piece of code, every word of a signature, and writes under each link to
an object its full name, which its address says already. Marks that give no colour are taken out:
the text stays as it was. The lines of drawings are written as steps. A page of the book then weighs
a third less, and a telephone lays out a third fewer elements.
"""

from __future__ import annotations

import re
from typing import Any

_PLAIN = re.compile(r'<span class="(?:n|nn|nx|p|w)">([^<>]*)</span>')
"""Names and punctuation: the colour of code itself, in both themes."""

_SIGNATURE = re.compile(r'<dt class="sig [^>]*>.*?</dt>', re.DOTALL)
_PRE = re.compile(r'<span class="pre">([^<>]*)</span>')
_WORD = re.compile(
    r'(<code class="[^"]*\bliteral notranslate">)<span class="pre">([\w.()\[\]=*,:]+)</span></code>'
)
"""Code of one word, which no line breaks."""

_CLASSES = re.compile(r'<code class="(xref )?(?:py py-\w+ )?docutils literal notranslate">')
"""Of the classes of code, those that a style sheet names."""

_TITLE = re.compile(r'(<a class="reference internal" href="[^"#]*#(iclnb[\w.]+)") title="\2">')
_LINES = re.compile(r' d="((?:[ML]-?[\d.]+,-?[\d.]+|Z)+)"')
_STEP = re.compile(r"([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?")
"""The lines of a drawing from point to point, as the still pictures of slider figures have them."""

_OWNER = re.compile(r"\((in module )?iclnb\.([\w.]+)( \w+)?\)$")
_ITEM = re.compile(r"\n\s*<li>|\n</li>")


def shortened(path: str) -> str:
    """The lines of a path by steps, to a tenth of a pixel: half as long. Errors do not add up."""
    out, at, first = [], (0, 0), (0, 0)
    for command, x, y in _STEP.findall(path):
        if command == "Z":
            out.append("Z")
            at = first
            continue
        to = (round(10 * float(x)), round(10 * float(y)))
        if command == "M":
            out.append(f"M{to[0] / 10:g} {to[1] / 10:g}")
            first = to
        elif to != at:
            out.append(f"l{(to[0] - at[0]) / 10:g} {(to[1] - at[1]) / 10:g}")
        at = to
    text = re.sub(r"(?<=[l -])0\.", ".", "".join(out)).replace(" -", "-")
    return re.sub(r"(l[^lMZ]+)((?:l[^lMZ]+)+)", lambda m: m[1] + _joined(m[2]), text)


def _joined(steps: str) -> str:
    """Steps without the letter that repeats; a minus sign parts as a space does."""
    return steps.replace("l-", "-").replace("l", " ")


def lean(page: str) -> str:
    """Return a page without marks that nobody sees; its text and its addresses are the same."""

    def signature(found: re.Match[str]) -> str:
        return _PLAIN.sub(r"\1", _PRE.sub(r"\1", found[0]))

    page = _SIGNATURE.sub(signature, _PLAIN.sub(r"\1", page))
    page = _WORD.sub(r"\1\2</code>", page)
    page = _CLASSES.sub(lambda m: f'<code class="{m[1] or ""}literal notranslate">', page)
    page = _LINES.sub(lambda path: f' d="{shortened(path[1])}"', page)
    return _TITLE.sub(r"\1>", page)


def owned(entry: str) -> str:
    """Return an entry of the index with the owner's short name: its address says the whole."""

    def short(found: re.Match[str]) -> str:
        names, kind = found[2].split("."), found[3] or ""
        return f"(in {'.'.join(names[:2])})" if found[1] else f"({names[-1]}{kind})"

    return _OWNER.sub(short, entry)


def _short_index(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if pagename == "genindex":
        context["genindexentries"] = [
            (key, [(owned(name), rest) for name, rest in entries])
            for key, entries in context["genindexentries"]
        ]


def _lean_pages(app: Any) -> None:
    """Let every page go through `lean` on its way to the file."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def lighter(template: str, context: dict[str, Any]) -> str:
        page = lean(render(template, context))
        return _ITEM.sub(lambda m: m[0].strip(), page) if template == "genindex.html" else page

    app.builder.templates.render = lighter


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.connect("html-page-context", _short_index)
    app.connect("builder-inited", _lean_pages, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

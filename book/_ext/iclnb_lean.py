"""Pages without what nobody sees: half of the elements of code, and the longest words of the index.

The page builder marks every piece of code, every word of a signature, and writes under each link to
an object its full name, which its address says already. Marks that give no colour are taken out:
the text stays as it was. The lines of drawings are written as steps. A page of the book then weighs
a third less, and a telephone lays out a third fewer elements.
"""

from __future__ import annotations

import re
from collections import Counter
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

_OWNER = re.compile(r" \((?:(class )?(in) (?:module )?)?iclnb\.([\w.]+)( \w+)?\)$")
_ITEM = re.compile(r"\s*\n\s*(<li>|</li>)")
_INDENT = re.compile(r"\s*\n\s*")
"""The white space of the index, a tenth of its page."""


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


def owned(entry: str, alone: bool = True) -> str:
    """Return an entry of the index with its owner's short name; the address says the whole.

    A function or class whose name stands ``alone`` in the index needs no owner.
    """

    def short(found: re.Match[str]) -> str:
        of_class, inside, names, kind = found.groups(default="")
        if not inside:
            return f" ({names.rpartition('.')[2]}{kind})"
        if alone:
            return f" ({of_class.strip()})" if of_class else ""
        return f" ({of_class}in {'.'.join(names.split('.')[:2])})"

    return _OWNER.sub(short, entry)


def _short_index(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if pagename != "genindex":
        return
    letters = context["genindexentries"]
    count = Counter(_OWNER.sub("", name) for _, entries in letters for name, _ in entries)
    context["genindexentries"] = [
        (key, [(owned(name, count[_OWNER.sub("", name)] == 1), rest) for name, rest in entries])
        for key, entries in letters
    ]


def _lean_pages(app: Any) -> None:
    """Let every page go through `lean` on its way to the file."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def lighter(template: str, context: dict[str, Any]) -> str:
        page = lean(render(template, context))
        index = template == "genindex.html"
        return _INDENT.sub("\n", _ITEM.sub(r"\1", page)) if index else page

    app.builder.templates.render = lighter


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.connect("html-page-context", _short_index)
    app.connect("builder-inited", _lean_pages, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

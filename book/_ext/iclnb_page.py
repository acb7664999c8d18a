"""Mend each page as it is written.

The theme loads the client of a live-code service on every page, twice; it names a server of
somebody else, and its second copy raises an error in the browser: it is left out. The exercises of
a page give one id to all of their contents: the id is left out too. The title of a solution has the
space before its link inside of it, and the source of a theorem stands in brackets within brackets.
Every page loads the index of the search and a script of 1.5 MB for a dozen icons: the index stays
with the search page, the icons come from the theme's font.
"""

from __future__ import annotations

import re
from typing import Any

_REPEATED_IDS = re.compile(r' id="(?:exercise|solution|proof)-content"')

_SPACE_IN_LINK = re.compile(r"(<a [^>]*>) (?=Exercise )")
_TITLE = re.compile(r'(<p class="admonition-title">.*? )\((.*) \(([^()]*)\)\)</p>')


_HEAVY = ("fontawesome", "searchtools", "language_data", "searchindex")
_SCRIPT = re.compile(r'\s*<script\b[^>]*\bsrc="([^"]*)"[^>]*></script>')


def lean(head: str) -> str:
    """Return the head of a page without the heavy scripts that it does not need."""
    return _SCRIPT.sub(lambda m: "" if any(name in m[1] for name in _HEAVY) else m[0], head)


def _unwanted(item: Any) -> bool:
    text = f"{getattr(item, 'filename', item)} {getattr(item, 'attributes', '')}"
    return "thebe" in text.lower()


def _tidy(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    for name in ("script_files", "css_files"):
        context[name][:] = [item for item in context.get(name, []) if not _unwanted(item)]
    context["lean"] = lean
    if "body" in context:
        body = _SPACE_IN_LINK.sub(r" \1", _REPEATED_IDS.sub("", context["body"]))
        context["body"] = _TITLE.sub(r"\1(\2; \3)</p>", body)


def _skip(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Leave out what Python itself says of the fields of a named tuple; its class explains them."""
    said = getattr(obj, "__doc__", None) or ""
    return True if said.startswith("Alias for field number") else None


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder, after everybody else."""
    app.connect("html-page-context", _tidy, priority=900)
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-skip-member", _skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Old addresses lead on.

``redirects.txt`` beside this file holds pairs ``old new``, one a line, below ``book/``: pages
(``a/x.html b/y.html``) and anchors (``a/x.html#what b/y.html#what``). A page that is gone becomes a
stub that sends its reader on, with the anchor; on a page that is still there a script sends on
those whose anchor has moved to another one. Both do so without a server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.util import logging

LIST = Path(__file__).with_name("redirects.txt")
ROOT = "book/"

_SEND = """(() => {
  const moved = %s;
  const go = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (Object.hasOwn(moved, id) && !document.getElementById(id)) location.replace(moved[id]);
  };
  addEventListener("DOMContentLoaded", go);
  addEventListener("hashchange", go);
})();"""

_STUB = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moved: {title}</title>
<link rel="canonical" href="{canonical}">
<meta name="robots" content="noindex">
<script>
const moved = {moved};
const id = decodeURIComponent(location.hash.slice(1));
location.replace(Object.hasOwn(moved, id) ? moved[id] : "{uri}" + location.hash);
</script>
<meta http-equiv="refresh" content="0; url={uri}">
</head>
<body>
<p>This page has moved: <a href="{uri}">{title}</a>.</p>
</body>
</html>
"""

logger = logging.getLogger(__name__)


class Address(NamedTuple):
    """A page, as Sphinx names it, and an anchor on it, which may be empty."""

    page: str
    anchor: str


def address(text: str) -> Address:
    """Read an address of the list."""
    page, _, anchor = text.partition("#")
    return Address(ROOT + page.removeprefix(ROOT).removesuffix(".html"), anchor)


def read(text: str) -> dict[Address, Address]:
    """Return where each old address leads.

    Raises
    ------
    ValueError
        If a line is not a pair, an address stands twice, leads to itself or to another old one.
    """
    found: dict[Address, Address] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            raise ValueError(f"line {number}: a pair 'old new' is expected, got {line!r}")
        old, new = map(address, words)
        if old in found:
            raise ValueError(f"line {number}: {words[0]} stands twice")
        found[old] = new
    for old, new in found.items():
        if new in found:
            raise ValueError(f"{old} leads to {new}, which is an old address itself")
    return found


def faults(rules: dict[Address, Address], pages: Iterable[str]) -> list[str]:
    """Return what is wrong with the rules, given the pages that there are."""
    there, out = set(pages), []
    for old, new in rules.items():
        if new.page not in there:
            out.append(f"{old.page}#{old.anchor} leads to {new.page}, which does not exist")
        if old.page in there and not old.anchor:
            out.append(f"{old.page} is said to have moved, and exists")
        if old.page not in there and Address(old.page, "") not in rules:
            out.append(f"{old.page} is gone, and where it leads is not said")
    return list(dict.fromkeys(out))


def moved(rules: dict[Address, Address], page: str, builder: Any) -> dict[str, str]:
    """Return where the moved anchors of a page lead, as links from that page."""
    return {
        old.anchor: _link(builder, page, new)
        for old, new in rules.items()
        if old.page == page and old.anchor
    }


def _link(builder: Any, page: str, new: Address) -> str:
    uri = builder.get_relative_uri(page, new.page) if new.page != page else ""
    return f"{uri}#{new.anchor}" if new.anchor else uri


def _load(app: Any) -> None:
    """Read the list at each build: one that changes no page checks nothing, and still writes."""
    app.iclnb_redirects = read(LIST.read_text(encoding="utf-8")) if LIST.exists() else {}


def _check(app: Any, env: Any) -> None:
    for fault in faults(app.iclnb_redirects, env.found_docs):
        logger.warning("redirects.txt: %s", fault, type="iclnb", subtype="redirects")


def _script(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page the script for its moved anchors."""
    if places := moved(app.iclnb_redirects, pagename, app.builder):
        app.add_js_file(None, body=_SEND % json.dumps(places))


def _stubs(app: Any, exception: Exception | None) -> None:
    """Write a stub for every page that is gone."""
    if exception is not None or app.builder.format != "html":
        return
    rules = app.iclnb_redirects
    for old, new in rules.items():
        if old.anchor or old.page in app.env.found_docs or new.page not in app.env.found_docs:
            continue
        uri = app.builder.get_relative_uri(old.page, new.page)
        base = (app.config.html_baseurl or "").rstrip("/")
        target = Path(app.builder.get_outfilename(old.page))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            _STUB.format(
                title=escape(app.env.titles[new.page].astext()),
                canonical=f"{base}/{new.page}.html" if base else uri,
                uri=uri,
                moved=json.dumps(moved(rules, old.page, app.builder)),
            ),
            encoding="utf-8",
        )


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.connect("builder-inited", _load)
    app.connect("env-check-consistency", _check)
    app.connect("html-page-context", _script)
    app.connect("build-finished", _stubs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

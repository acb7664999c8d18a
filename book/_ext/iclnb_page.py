"""Leave out of each page what it does not use: the live-code client and its settings.

The theme loads it on every page, twice; it names a server of somebody else, and its second copy
raises an error in the browser.
"""

from __future__ import annotations

from typing import Any


def _unwanted(item: Any) -> bool:
    text = f"{getattr(item, 'filename', item)} {getattr(item, 'attributes', '')}"
    return "thebe" in text.lower()


def _tidy(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    for name in ("script_files", "css_files"):
        context[name][:] = [item for item in context.get(name, []) if not _unwanted(item)]


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder, after everybody else."""
    app.connect("html-page-context", _tidy, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

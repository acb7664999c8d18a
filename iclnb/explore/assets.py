"""The one script and the one style sheet with which page, still picture and live kernel draw."""

from __future__ import annotations

from functools import cache
from importlib import resources

from iclnb.kinds import guarded

VENDORED = "plot.js"
OWN = ("words.js", "marks.js", "draw.js")
PAGE = "stage.js"
SITE_SCRIPT, SITE_STYLE = "iclnb-explore.js", "iclnb-explore.css"
"""Names of the two files on the site."""
BEGIN = "iclnbExplore.begin();\n"


@guarded
@cache
def read(name: str) -> str:
    """A file of the folder ``static``."""
    return resources.files(__package__).joinpath("static", name).read_text(encoding="utf-8")


def style() -> str:
    """The style sheet."""
    return read("explore.css")


def script() -> str:
    """Observable Plot and what draws with it, controls included; starts nothing."""
    return "".join(f"{read(name).rstrip()}\n" for name in (VENDORED, *OWN, PAGE))


def site_script() -> str:
    """The script of the site: starts the figures of its page."""
    return script() + BEGIN


def module() -> str:
    """The script as a module for a live kernel."""
    return script() + "export default { render: globalThis.iclnbExplore.live };\n"


def drawing() -> str:
    """The script of the still picture: a document of its own, no controls."""
    shim = "globalThis.getComputedStyle ??= () => ({});\n"
    return "".join(f"{read(n).rstrip()}\n" for n in ("dom.js", VENDORED, *OWN)) + shim

"""A page of the site in a browser that can reach nothing but files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

WIDE = 1280

_FONTS = "document.fonts.ready.then(() => true)"

_GIVEN_UP = "net::ERR_ABORTED"

_LOCAL = ("file:", "data:", "blob:")

_FORGET = "localStorage.clear(); sessionStorage.clear()"

_IDLE: WeakKeyDictionary[Any, dict[bool, Any]] = WeakKeyDictionary()
"""For each browser a page that is at rest, with scripts and without: it keeps its files at hand."""


def _watch(page: Any, complaints: list[str]) -> dict[str, Any]:
    """Write down what goes wrong on a page; return the listeners."""

    def asks(request: Any) -> None:
        if not request.url.startswith(_LOCAL):
            complaints.append(f"asks the network for {request.url}")

    def says(message: Any) -> None:
        if message.type == "error":
            complaints.append(f"console {message.text}")

    def fails(request: Any) -> None:
        if request.failure != _GIVEN_UP:
            complaints.append(f"failed {request.url}")

    listeners = {
        "request": asks,
        "console": says,
        "requestfailed": fails,
        "pageerror": lambda error: complaints.append(f"error {error}"),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    return listeners


@contextmanager
def opened(
    browser: Any, url: str, *, width: int = WIDE, theme: str = "light", javascript: bool = True
) -> Iterator[tuple[Any, list[str]]]:
    """Open a page, its fonts loaded; yield it with the list of its complaints.

    A complaint is an error of a script, a message on the console that is one, a request that
    failed, or one that asks the network, which is off. A request that the page gave up because it
    led on to another one did not fail.

    The browser's page is used again, as a reader uses one, what it stored forgotten; it is closed
    where an error has left it in a state that nobody knows.
    """
    idle = _IDLE.setdefault(browser, {})
    page = idle.pop(javascript, None)
    if page is None:
        context = browser.new_context(offline=True, java_script_enabled=javascript)
        page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media="null", color_scheme=theme)
    complaints: list[str] = []
    listeners = _watch(page, complaints)
    try:
        page.goto(url)
        if javascript:
            page.wait_for_function(_FONTS)
        yield page, complaints
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        if javascript:
            page.evaluate(_FORGET)
        page.goto("about:blank")
    except BaseException:
        page.context.close()
        raise
    if idle.setdefault(javascript, page) is not page:  # two were open at once
        page.context.close()

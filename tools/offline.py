"""A page of the site in a browser that can reach nothing but files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WIDE = 1280

_FONTS = "document.fonts.ready.then(() => true)"

_GIVEN_UP = "net::ERR_ABORTED"


@contextmanager
def opened(
    browser: Any, url: str, *, width: int = WIDE, theme: str = "light", javascript: bool = True
) -> Iterator[tuple[Any, list[str]]]:
    """Open a page, its fonts loaded; yield it with the list of its complaints.

    A complaint is an error of a script, a message on the console that is one, a request that
    failed, or a request that would have gone to the network and was stopped. A request that the
    page gave up because it led on to another one did not fail.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=javascript
    )
    complaints: list[str] = []

    def guard(route: Any) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            complaints.append(f"asks the network for {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda e: complaints.append(f"error {e}"))
    page.on(
        "console", lambda m: complaints.append(f"console {m.text}") if m.type == "error" else None
    )
    page.on(
        "requestfailed",
        lambda r: complaints.append(f"failed {r.url}") if r.failure != _GIVEN_UP else None,
    )
    try:
        page.goto(url)
        if javascript:
            page.wait_for_function(_FONTS)
        yield page, complaints
    finally:
        context.close()

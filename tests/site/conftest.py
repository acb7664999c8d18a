"""The built site, and a browser to look at it with."""

import os
from pathlib import Path

import pytest

from tools.browser import find_chromium, launch
from tools.notebooks import ROOT, pages


@pytest.fixture(scope="session")
def site():
    """The folder of the built site: ICLNB_SITE, or what ``make test`` builds."""
    folder = Path(os.environ.get("ICLNB_SITE", ROOT / "_build/test/_build/html"))
    assert (folder / "index.html").exists(), f"no site at {folder}: run python -m tools.site first"
    return folder


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    found = find_chromium()
    if found is None:
        assert not os.environ.get("CI"), "CI may not skip the browser tests"
        pytest.skip("no Chromium can be had here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = launch(playwright, found)
        yield chromium
        chromium.close()


def pytest_generate_tests(metafunc):
    """Give each test that asks for a ``page_name`` every page of the table of contents."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages())

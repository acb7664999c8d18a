"""The one browser of a test process: its driver cannot be started twice in one."""

import os

import pytest

from tools.browser import find_chromium, launch


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

"""The built site and its pages."""

import os
from pathlib import Path

import pytest

from tools.notebooks import ROOT, pages


@pytest.fixture(scope="session")
def site():
    """The folder of the built site: ICLNB_SITE, or what ``make test`` builds."""
    folder = Path(os.environ.get("ICLNB_SITE", ROOT / "_build/test/_build/html"))
    assert (folder / "index.html").exists(), f"no site at {folder}: run python -m tools.site first"
    return folder


def pytest_generate_tests(metafunc):
    """Give each test that asks for a ``page_name`` every page of the table of contents."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages())

"""The built site, its pages, and which tests of them go to one process."""

import os
from pathlib import Path

import pytest

from tools.notebooks import ROOT, notebooks, pages


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


def _group(item):
    """The page that a test looks at, else its file: what one process parses and opens once."""
    given = getattr(item, "callspec", None)
    page = given and (given.params.get("page_name") or given.params.get("name"))
    return str(page).removesuffix(".ipynb") if page else item.path.stem


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Group the tests of the site, the slow files first, then page after page.

    JupyterLab runs two notebooks, and chapters are what takes time among the pages.
    """
    first = ("test_jupyterlab", "test_hints", "test_print", "test_formulas", "test_search")
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    if not ours:
        return
    groups = {}
    for item in ours:
        groups.setdefault(_group(item), []).append(item)
    chapters = {path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks()}
    order = sorted(groups, key=lambda name: (name not in first, name not in chapters))
    for name in order:
        for item in groups[name]:
            item.add_marker(pytest.mark.xdist_group(name))
    others = [item for item in items if item.path.parent != Path(__file__).parent]
    items[:] = [*others, *(item for name in order for item in groups[name])]

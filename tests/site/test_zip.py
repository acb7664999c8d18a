"""The zip of the site, unpacked into a folder whose name a reader might choose, the network off."""

import zipfile

import pytest

from tools.offline import opened
from tools.pack import FOLDER, pack

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    there = tmp_path_factory.mktemp("On a train, 3. Mai")
    with zipfile.ZipFile(pack(site, there / "book.zip")) as archive:
        archive.extractall(there)
    return there / FOLDER


def test_a_chapter_is_read(unpacked, browser):
    """Reached from the first page; mathematics set, a slider moves, nothing fails."""
    with opened(browser, (unpacked / "index.html").as_uri()) as (page, complaints):
        page.locator(".bd-sidebar-primary a[href$='strict-saddle.html']").first.click()
        page.wait_for_selector("article math")
        figure = page.query_selector("figure.iclnb-explore")
        figure.scroll_into_view_if_needed()
        page.wait_for_selector("figure.iclnb-explore[data-ready] input[type=range]")
        figure.query_selector("input[type=range]").focus()
        page.keyboard.press("Home")
        at_first = figure.inner_html()
        page.keyboard.press("End")
        assert figure.inner_html() != at_first
        assert complaints == []


def test_the_search_works(unpacked, browser):
    url = (unpacked / "search.html").as_uri() + "?q=strict+saddle"
    with opened(browser, url) as (page, complaints):
        page.wait_for_selector("ul.search li a", timeout=15000)
        page.locator("ul.search li a[href*='strict-saddle']").first.click()
        page.wait_for_selector("article h1")
        assert "strict" in page.url
        assert complaints == []


def test_a_missing_file_is_noticed(unpacked, browser):
    """Negative control: the same page without its scripts and styles."""
    page = unpacked / "book/claims.html"
    broken = unpacked / "broken/claims.html"
    broken.parent.mkdir()
    broken.write_text(
        page.read_text(encoding="utf-8").replace("../_static/", "../_nothing/"), encoding="utf-8"
    )
    with opened(browser, broken.as_uri()) as (_, complaints):
        assert any("_nothing" in complaint for complaint in complaints)

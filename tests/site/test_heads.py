"""What the pages say of themselves, on the built site."""

import re

import pytest

from tests.site import checks
from tools.notebooks import pages
from tools.preview import SIZE

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def heads(site):
    """The head of each page, of the search and of the index."""
    names = [*pages(), "search", "genindex"]
    texts = {
        name: (site / f"{name}.html").read_text(encoding="utf-8").split("</head>")[0]
        for name in names
    }
    return {name: checks.soup(text) for name, text in texts.items()}


def test_every_page_has_one_title_and_no_other_page_has_it(heads):
    titles = {name: [t.get_text() for t in head.find_all("title")] for name, head in heads.items()}
    assert {name: found for name, found in titles.items() if len(found) != 1} == {}
    words = [found[0] for found in titles.values()]
    assert sorted({w for w in words if words.count(w) > 1}) == []
    assert all(w.count("The theory of in-context learning") == 1 for w in words)


def test_every_page_has_a_description_of_its_own(heads):
    said = {
        name: [m["content"] for m in head.find_all("meta", attrs={"name": "description"})]
        for name, head in heads.items()
    }
    assert {n: d for n, d in said.items() if len(d) != 1 or not 10 <= len(d[0]) <= 320} == {}
    words = [found[0] for found in said.values()]
    assert sorted({w for w in words if words.count(w) > 1}) == []
    assert [w for w in words if re.search(r"\{[a-z:]+\}|\\[a-z(]", w)] == []


def test_every_page_names_the_picture_and_the_icon_and_both_are_there(site, heads):
    for name, head in heads.items():
        picture = head.find("meta", attrs={"property": "og:image"})["content"]
        assert picture == "https://iclnb.github.io/iclnb/_static/preview.png"
        size = [
            head.find("meta", attrs={"property": f"og:image:{side}"})["content"]
            for side in ("width", "height")
        ]
        assert size == [str(n) for n in SIZE]
        icon = head.find("link", attrs={"rel": "icon"})["href"]
        assert (site / f"{name}.html").parent.joinpath(icon).resolve().exists()
    assert (site / "_static/preview.png").exists()


LIBRARY = [page for page in pages() if page.startswith("book/library/")]
PARTS = {page.rpartition("/")[0] for page in LIBRARY if page.count("/") > 2}
"""The pages of the parts, which have no contents of their own."""


@pytest.mark.parametrize("name", sorted({*LIBRARY} - PARTS))
def test_contents_of_the_library_are_short(site, name):
    page = checks.page_at(site / f"{name}.html")
    contents = page.select("#pst-page-toc-nav a, .bd-toc-nav a, nav.page-toc a")
    words = [a.get_text(strip=True) for a in contents]
    assert len(words) > 3
    assert [w for w in words if "." in w and not w.endswith("...")] == []
    headings = [
        h.get_text().rstrip("#").strip() for h in checks.article(page).select("h1, h2, h3, h4")
    ]
    assert sorted({h for h in headings if headings.count(h) > 1}) == []

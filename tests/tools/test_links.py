"""The list of what the site links to outside."""

import pytest

from tools import links


@pytest.fixture
def site(tmp_path):
    (tmp_path / "a.html").write_text(
        "<a href='https://b.org/'>1</a><a href='https://b.org/'>2</a><a href='#here'>3</a>"
        "<link href='https://style.org'><a href='b.html'>4</a>",
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text(
        "<a href='https://b.org/'>1</a><a href='https://a.org/'>2</a>", encoding="utf-8"
    )
    return tmp_path


def test_each_address_stands_once_with_its_pages(site):
    found = links.outside_links(site, ["a", "b"])
    assert list(found.items()) == [("https://a.org/", ["b"]), ("https://b.org/", ["a", "b"])]


def test_a_page_that_is_missing_is_told(site, capsys):
    with pytest.raises(FileNotFoundError):
        links.outside_links(site, ["a", "c"])
    assert links.main(["--site", str(site)]) == 1
    assert "make book" in capsys.readouterr().err

"""Which pages are printed, and what is said when nothing can be."""

import pytest

from tools import pdf


@pytest.fixture
def book(project):
    """Two notebooks, the errata, a page of words that is not printed by default."""
    project.chapters("book/index", "book/words", "book/part/first", "book/errata")
    project.notebook("book/index", "1 + 1")
    project.notebook("book/part/first", "1 + 1")
    for page in ("book/words", "book/errata"):
        project.write(f"{page}.md", "# Words\n")
    return project


def test_the_usual_pages_are_the_notebooks_and_those_beside_them(book):
    assert pdf.chosen([], book.root) == ["book/index", "book/part/first", "book/errata"]


def test_pages_are_named_with_or_without_a_suffix_and_printed_once(book):
    names = ["book/words.md", "book/part/first.ipynb", "book/words"]
    assert pdf.chosen(names, book.root) == ["book/words", "book/part/first"]


def test_an_unknown_page_is_an_error_that_names_it(book):
    with pytest.raises(pdf.PdfError, match="book/wrods"):
        pdf.chosen(["book/index", "book/wrods"], book.root)


def test_a_page_that_was_not_built_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "book").mkdir()
    built = tmp_path / "book/index.html"
    built.write_text("<p>", encoding="utf-8")
    assert pdf.sources(["book/index"], tmp_path) == {"book/index": built}
    with pytest.raises(pdf.PdfError, match=r"book/errata; .*make book"):
        pdf.sources(["book/index", "book/errata"], tmp_path)


def test_the_command_line_says_that_the_site_is_not_built(tmp_path, capsys):
    assert pdf.main(["book/errata", "--site", str(tmp_path)]) == 1
    assert "make book" in capsys.readouterr().err


def test_the_command_line_says_that_there_is_no_browser(tmp_path, capsys, monkeypatch):
    (tmp_path / "book").mkdir()
    (tmp_path / "book/errata.html").write_text("<p>", encoding="utf-8")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert pdf.main(["book/errata", "--site", str(tmp_path)]) == 1
    assert "no Chromium" in capsys.readouterr().err

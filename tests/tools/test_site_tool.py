"""Building the site: only what changed is touched, and a warning stays an error."""

import json

import nbformat
import pytest

from tools import site
from tools.notebooks import normalise, read, source_key, text_of


@pytest.fixture
def book(project):
    """An index with committed outputs, a page of words, a file beside them."""
    project.chapters("book/index", "book/words", "book/claims", "book/execution-times")
    path = project.notebook("book/index", "1 + 1", prose="See {doc}`words` and {ref}`there`.")
    notebook = read(path)
    notebook.cells[1].outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "two"}, execution_count=1)
    ]
    notebook.cells[1].execution_count = 1
    path.write_text(text_of(normalise(notebook, source_key(path, project.root))), encoding="utf-8")
    project.write("book/words.md", "(there)=\n# Words\n")
    project.write("book/execution-times.md", f"# Times\n\n{site.TIMES_MARK}\n")
    project.write("book/_static/iclnb.css", "p {}\n")
    project.write("book/.ipynb_checkpoints/index-checkpoint.ipynb", "{}")
    return project


class TestGather:
    def gather(self, book):
        stage = book.root / "_build" / "stage"
        site.gather(stage, root=book.root, outputs="committed")
        return stage

    def files(self, stage):
        return sorted(p.relative_to(stage).as_posix() for p in stage.rglob("*") if p.is_file())

    def test_pages_outputs_and_ledger_come_together(self, book):
        stage = self.gather(book)
        assert self.files(stage) == [
            "_config.yml",
            "_toc.yml",
            "book/_static/iclnb.css",
            "book/claims.json",
            "book/claims.md",
            "book/execution-times.md",
            "book/index.ipynb",
            "book/theorems.md",
            "book/words.md",
        ]
        assert "two" in (stage / "book/index.ipynb").read_text(encoding="utf-8")
        assert "nothing was executed" in (stage / "book/execution-times.md").read_text(
            encoding="utf-8"
        )
        assert json.loads((stage / "book/claims.json").read_text(encoding="utf-8")) == []

    def test_only_what_changed_is_touched(self, book):
        stage = self.gather(book)
        before = {name: (stage / name).stat().st_mtime_ns for name in self.files(stage)}
        book.write("book/words.md", "(there)=\n# Other words\n")
        self.gather(book)
        after = {name: (stage / name).stat().st_mtime_ns for name in self.files(stage)}
        assert [name for name in before if before[name] != after[name]] == ["book/words.md"]

    def test_what_is_gone_goes(self, book):
        stage = self.gather(book)
        (book.root / "book/_static/iclnb.css").unlink()
        self.gather(book)
        assert not (stage / "book/_static/iclnb.css").exists()

    def test_a_ledger_in_the_sources_is_not_believed(self, book):
        book.write("book/claims.json", '[{"id": "invented-claim"}]')
        stage = self.gather(book)
        assert json.loads((stage / "book/claims.json").read_text(encoding="utf-8")) == []


def test_fresh_outputs_and_their_times(book):
    stage = book.root / "_build" / "stage"
    site.gather(stage, root=book.root)
    text = (stage / "book/index.ipynb").read_text(encoding="utf-8")
    assert "two" not in text
    assert '"2"' in text
    times = (stage / "book/execution-times.md").read_text(encoding="utf-8")
    assert "{doc}`/book/index`" in times
    assert site.TIMES_MARK not in times


def test_a_warning_makes_the_build_fail_every_time_until_it_is_mended(book, capfd, monkeypatch):
    book.write("book/words.md", "# Words\n\nA dead {ref}`nowhere`.\n\n(there)=\n## There\n")
    book.chapters("book/index", "book/words", "book/execution-times")
    stage = book.root / "_build" / "stage"
    site.gather(stage, root=book.root, outputs="committed")
    for name in ("claims.md", "theorems.md"):  # they link to what the miniature has not
        (stage / "book" / name).unlink()
    assert site.build(stage, book.root) != 0
    assert "nowhere" in capfd.readouterr().err
    assert site.build(stage, book.root) != 0
    assert "nowhere" in capfd.readouterr().err

    book.write("book/words.md", "# Words\n\n(there)=\n## There\n")
    (stage / "book/words.md").write_text(
        (book.root / "book/words.md").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert site.build(stage, book.root) == 0
    html = book.root / "_build" / "html"
    assert (html / "index.html").exists()
    assert "two" in (html / "book/index.html").read_text(encoding="utf-8")
    assert "There" in (html / "book/words.html").read_text(encoding="utf-8")

    page = book.root / "_build" / ".doctrees" / "book" / "words.doctree"
    made = page.stat().st_mtime_ns
    assert site.build(stage, book.root) == 0
    assert page.stat().st_mtime_ns == made, "what did not change is not made again"
    (stage / "book/_static/iclnb.css").write_text("p { color: red }\n", encoding="utf-8")
    assert site.build(stage, book.root) == 0
    assert page.stat().st_mtime_ns > made, "a style is part of every page"

    (stage / "book/words.md").write_text("# Words\n\nA dead {ref}`nowhere`.\n", encoding="utf-8")
    real = site.subprocess.run
    with monkeypatch.context() as stopped:
        stopped.setattr(site.subprocess, "run", lambda *a, **k: (real(*a, **k), 1 / 0))
        with pytest.raises(ZeroDivisionError):  # the page builder ran, and then all was stopped
            site.build(stage, book.root)
    capfd.readouterr()
    assert site.build(stage, book.root) != 0
    assert "nowhere" in capfd.readouterr().err

"""Executing the notebooks: once, until something they depend on changes; a failure is named."""

import os

import nbformat
import pytest

from tools import execute, site
from tools.execute import NotebookError, execute_all, execution_key, run_notebook
from tools.files import write_if_changed
from tools.notebooks import notebooks, read, with_outputs

FIRST, SECOND = "book/part/first", "book/second"


@pytest.fixture
def book(project):
    """Two notebooks: the first depends on alpha only, the second on beta, which needs gamma."""
    project.write("iclnb/alpha.py", "def value():\n    return 'alpha 1'\n")
    project.write("iclnb/beta.py", "def value():\n    from .gamma import word\n    return word\n")
    project.write("iclnb/gamma.py", "word = 'gamma 1'\n")
    project.chapters(SECOND, FIRST, "book/words")
    project.write("book/words.md", "# Words\n")
    project.notebook(
        FIRST, project.counted("first"), "from iclnb import alpha\nalpha.value()", "print(1)"
    )
    project.notebook(SECOND, project.counted("second"), "from iclnb.beta import value\nvalue()")
    return project


def run(book, workers=2):
    """Execute what is not stored; return, for each notebook, the text with its outputs."""
    done = execute_all(notebooks(book.root), root=book.root, workers=workers)
    assert all(one.seconds > 0 for one in done)
    return {
        one.path.relative_to(book.root).with_suffix("").as_posix(): with_outputs(
            one.path, one.stored
        )
        for one in done
    }


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_only_what_changed_is_executed_again(book):
    texts = run(book)
    assert book.executed() == ["first", "second"]
    assert "alpha 1" in texts[FIRST]
    assert "gamma 1" in texts[SECOND]
    first = nbformat.reads(texts[FIRST], as_version=4)
    assert [c.execution_count for c in first.cells[1:]] == [1, 2, 3]
    assert first.metadata["iclnb"]["key"]

    assert run(book) == texts
    assert book.executed() == []

    change(book.root / f"{FIRST}.ipynb", "Words.", "Other words.")
    prose = run(book)[FIRST]
    assert book.executed() == []
    assert "Other words." in prose
    assert "alpha 1" in prose

    change(book.root / f"{FIRST}.ipynb", "print(1)", "print(17 * 3)")
    assert "51" in run(book)[FIRST]
    assert book.executed() == ["first"]

    change(book.root / "iclnb/gamma.py", "gamma 1", "gamma 2")
    texts = run(book)
    assert book.executed() == ["second"]
    assert "gamma 2" in texts[SECOND]
    assert "gamma 1" not in texts[SECOND]

    store = book.root / "_build" / "executed"
    assert len(list(store.glob("*.ipynb"))) == len(list(store.glob("*.seconds"))) == 4
    for old in store.glob("*@*"):
        os.utime(old, (0, 0))
    run(book)
    assert book.executed() == []
    assert len(list(store.glob("*.ipynb"))) == len(list(store.glob("*.seconds"))) == 2


def test_a_changed_library_never_leaves_a_stale_output_on_a_page(book):
    stage = book.root / "_build" / "stage"
    site.gather(stage, root=book.root)
    before = {
        page: (stage / f"{page}.ipynb").read_text(encoding="utf-8") for page in (FIRST, SECOND)
    }
    assert "alpha 1" in before[FIRST]
    assert not any(cell.outputs for cell in read(book.root / f"{FIRST}.ipynb").cells[1:])

    change(book.root / "iclnb/alpha.py", "alpha 1", "alpha 2")
    site.gather(stage, root=book.root)
    after = {
        page: (stage / f"{page}.ipynb").read_text(encoding="utf-8") for page in (FIRST, SECOND)
    }
    assert "alpha 2" in after[FIRST]
    assert "alpha 1" not in after[FIRST]
    assert after[SECOND] == before[SECOND]
    assert book.executed() == ["first", "first", "second"]

    change(book.root / "iclnb/alpha.py", "alpha 2", "alpha 1")  # back, after another state
    site.gather(stage, root=book.root)
    assert (stage / f"{FIRST}.ipynb").read_text(encoding="utf-8") == before[FIRST]


def test_the_key_of_an_execution_holds_the_scale_and_the_pins(book, monkeypatch):
    path = book.root / f"{FIRST}.ipynb"
    key = execution_key(path, book.root)
    monkeypatch.setenv("ICLNB_SCALE", "paper")
    assert execution_key(path, book.root) != key
    monkeypatch.setenv("ICLNB_SCALE", "quick")
    assert execution_key(path, book.root) == key
    book.write("constraints.txt", "numpy==2.0.1\n")
    assert execution_key(path, book.root) != key


def test_a_failing_cell_is_named_and_finished_executions_stay(book):
    """The first notebook fails while the second still runs; the second is kept."""
    flag = book.root / "flag"
    book.notebook(
        FIRST,
        "a = 1",
        f"""
        import pathlib, time
        while not pathlib.Path({str(flag)!r}).exists(): time.sleep(0.01)
        def broken(x):
            return x / 0
        broken(a)
        """,
    )
    book.notebook(
        SECOND,
        book.counted("second"),
        f"import pathlib, time\npathlib.Path({str(flag)!r}).touch()\ntime.sleep(1.0)",
    )
    with pytest.raises(NotebookError) as error:
        run(book)
    message = str(error.value)
    assert message.startswith("book/part/first.ipynb, cell 2 failed:\n")
    assert "ZeroDivisionError: division by zero" in message
    assert "return x / 0" in message
    assert "\x1b" not in message
    assert book.executed() == ["second"]

    book.notebook(FIRST, book.counted("first"))
    run(book)
    assert book.executed() == ["first"]


def test_a_cell_that_writes_to_stderr_is_named(project):
    path = project.notebook(
        FIRST, "a = 1", "import warnings\nwarnings.warn('a doubt')", "print('more')"
    )
    with pytest.raises(NotebookError, match=r"first\.ipynb, cell 2 wrote to stderr:\n.*a doubt"):
        run_notebook(path, project.root)


def test_the_command_line_names_the_failure_and_fails(book, monkeypatch, capsys):
    book.notebook(FIRST, "raise KeyError('missing')")
    monkeypatch.setattr(execute, "ROOT", book.root)
    monkeypatch.setattr(
        execute, "execute_all", lambda paths, **_: run_notebook(paths[0], book.root)
    )
    assert execute.main([str(book.root / f"{FIRST}.ipynb")]) == 1
    said = capsys.readouterr().err
    assert "first.ipynb, cell 1 failed" in said
    assert "KeyError" in said


class TestWriteIfChanged:
    def test_what_stays_keeps_its_time(self, tmp_path):
        path = tmp_path / "a" / "b.txt"
        assert write_if_changed(path, b"one") is True
        before = path.stat()
        assert write_if_changed(path, b"one") is False
        assert path.stat().st_mtime_ns == before.st_mtime_ns
        assert path.stat().st_ino == before.st_ino
        assert write_if_changed(path, b"two") is True
        assert path.read_bytes() == b"two"
        assert path.stat().st_mode & 0o777 == 0o644

    def test_a_failure_leaves_the_old_file_and_no_other(self, tmp_path, monkeypatch):
        path = tmp_path / "b.txt"
        write_if_changed(path, b"one")
        monkeypatch.setattr("tools.files.os.replace", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_if_changed(path, b"two")
        assert [p.name for p in tmp_path.iterdir()] == ["b.txt"]
        assert path.read_bytes() == b"one"


def test_the_processors_are_those_that_may_be_used(monkeypatch):
    monkeypatch.setattr(execute.os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert execute.processors() == 1
    monkeypatch.delattr(execute.os, "sched_getaffinity")
    monkeypatch.setattr(execute.os, "cpu_count", lambda: 5)
    assert execute.processors() == 5
    monkeypatch.setattr(execute.os, "cpu_count", lambda: None)
    assert execute.processors() == 1

"""What a notebook depends on, and its normal form."""

import json

import nbformat
import pytest

from tools.notebooks import (
    KERNELSPEC,
    closure,
    code_cells,
    execution_environment,
    normalise,
    notebooks,
    pages,
    read,
    source_key,
    text_of,
    with_outputs,
)


@pytest.fixture
def library(project):
    """A library in which alpha needs beta, beta needs gamma in a function, delta stands alone."""
    project.write("iclnb/py.typed", "")
    project.write("iclnb/alpha.py", "from iclnb import beta\nfrom iclnb.rooms import wall\n")
    project.write("iclnb/beta.py", "def f():\n    import iclnb.part.gamma as g\n    return g\n")
    project.write("iclnb/delta.py", "import json\n")
    project.write("iclnb/part/__init__.py", "from .epsilon import x\n")
    project.write("iclnb/part/gamma.py", "from . import zeta\nfrom ..part2.eta import y\n")
    project.write("iclnb/part/epsilon.py", "x = 1\n")
    project.write("iclnb/part/zeta.py", "")
    project.write("iclnb/part/unused.py", "")
    project.write("iclnb/part2/__init__.py", "")
    project.write("iclnb/part2/eta.py", "y = 1\n")
    project.write("iclnb/rooms/__init__.py", "wall = 1\n")
    project.write("iclnb/rooms/wall.js", "")
    project.write("iclnb/rooms/results/stored.json", "{}")
    project.write("iclnb/rooms/__pycache__/x.cpython-311.pyc", "")
    return project


def names(paths, root):
    return [path.relative_to(root / "iclnb").as_posix() for path in paths]


class TestClosure:
    def test_through_chains_relative_imports_and_functions(self, library):
        found = closure(["from iclnb.beta import f"], library.root)
        assert names(found, library.root) == [
            "__init__.py",
            "beta.py",
            "part/__init__.py",
            "part/epsilon.py",
            "part/gamma.py",
            "part/zeta.py",
            "part2/__init__.py",
            "part2/eta.py",
        ]

    def test_the_other_files_of_a_package_count(self, library):
        found = names(closure(["import iclnb.rooms"], library.root), library.root)
        assert found == ["__init__.py", "rooms/__init__.py", "rooms/wall.js"]

    @pytest.mark.parametrize("where", ["notebook", "module"])
    def test_a_stored_result_counts_where_it_is_named(self, library, where):
        """Else a new result would make the outputs of all chapters old."""
        library.write("iclnb/user.py", 'import iclnb.rooms\nNAME = "stored"\n')
        source = "import iclnb.user" if where == "module" else 'import iclnb.rooms\nf("stored")'
        found = names(closure([source], library.root), library.root)
        assert "rooms/results/stored.json" in found
        more = names(closure([source + "\n# stored2"], library.root), library.root)
        assert more == found

    @pytest.mark.parametrize(
        "source",
        [
            "import iclnb.delta",
            "import iclnb.delta as d",
            "from iclnb.delta import json",
            "from iclnb.delta import *",
            "from iclnb import delta",
            "def f():\n    from iclnb import delta",
            "if 0:\n    import numpy, iclnb.delta",
        ],
    )
    def test_every_form_of_import(self, library, source):
        assert names(closure([source], library.root), library.root) == ["__init__.py", "delta.py"]

    def test_nothing_but_the_library_counts(self, library):
        assert closure(["import numpy, iclnb2\nfrom json import loads"], library.root) == []

    def test_an_import_in_a_circle_ends(self, project):
        project.write("iclnb/a.py", "import iclnb.b\n")
        project.write("iclnb/b.py", "import iclnb.a\n")
        found = names(closure(["import iclnb.a"], project.root), project.root)
        assert found == ["__init__.py", "a.py", "b.py"]

    def test_another_library(self, library):
        library.write("other/__init__.py", "from . import one")
        library.write("other/one.py", "import iclnb")
        found = closure(["import other"], library.root, library="other")
        assert [p.name for p in found] == ["__init__.py", "one.py"]


class TestKey:
    CELLS = ("from iclnb import alpha", "%matplotlib inline\nalpha")

    def key(self, library, **changes):
        return source_key(library.notebook("book/first", *self.CELLS, **changes), library.root)

    def test_prose_outputs_and_empty_cells_do_not_count(self, library, shown, record):
        key = self.key(library)
        assert len(key) == 64
        assert key == self.key(library, prose="Other words.")
        assert key == self.key(library, outputs=[shown(record("some-claim"))])
        path = library.notebook("book/first", *self.CELLS, "")
        assert source_key(path, library.root) == key

    def test_tags_do_not_count(self, library):
        key = self.key(library)
        path = library.root / "book/first.ipynb"
        notebook = read(path)
        notebook.cells[1].metadata["tags"] = ["hide-input"]
        path.write_text(text_of(notebook), encoding="utf-8")
        assert source_key(path, library.root) == key

    @pytest.mark.parametrize(
        "name",
        [
            "iclnb/alpha.py",
            "iclnb/part/zeta.py",
            "iclnb/rooms/wall.js",
            "iclnb/__init__.py",
        ],
    )
    def test_a_file_it_depends_on_counts(self, library, name):
        key = self.key(library)
        library.write(name, (library.root / name).read_text(encoding="utf-8") + "\n")
        assert self.key(library) != key

    def test_a_stored_result_counts_once_it_is_named(self, library):
        key = self.key(library)
        library.write("iclnb/rooms/results/another.json", "{}")
        assert self.key(library) == key
        library.write("iclnb/beta.py", 'NAME = "another"\n')
        named = self.key(library)
        library.write("iclnb/rooms/results/another.json", "{ }")
        assert len({key, named, self.key(library)}) == 3

    @pytest.mark.parametrize("name", ["iclnb/delta.py", "iclnb/part/unused.py"])
    def test_a_file_it_does_not_depend_on_does_not(self, library, name):
        key = self.key(library)
        library.write(name, "changed = True\n")
        assert self.key(library) == key

    def test_the_pins_count(self, library):
        key = self.key(library)
        library.write("constraints.txt", "numpy==2.0.1\n")
        assert self.key(library) != key

    def test_code_and_its_place_count(self, library):
        keys = {
            source_key(library.notebook("book/first", *cells), library.root)
            for cells in (("a = 1", "b = 2"), ("b = 2", "a = 1"), ("a = 1\nb = 2",), ("a = 1",))
        }
        assert len(keys) == 4

    def test_the_kernels_environment_is_the_static_one(self):
        environment = execution_environment()
        wanted = {"ICLNB_FIGURES": "static", "ICLNB_PROGRESS": "off", "OMP_NUM_THREADS": "1"}
        assert wanted.items() <= environment.items()


class TestPages:
    def test_the_order_of_the_book(self, project):
        project.write(
            "_toc.yml",
            """\
            format: jb-book
            root: book/index
            parts:
            - caption: One
              chapters:
              - file: book/one/b
                sections:
                - file: book/one/c
              - file: book/one/a
            - caption: Two
              chapters:
              - file: book/words
            """,
        )
        for page in ("book/index", "book/one/a", "book/one/b", "book/one/c", "book/unlisted"):
            project.notebook(page, "1")
        project.write("book/words.md", "# Words")
        listed = pages(project.root)
        assert listed == ["book/index", "book/one/b", "book/one/c", "book/one/a", "book/words"]
        assert notebooks(project.root) == [project.root / f"{page}.ipynb" for page in listed[:-1]]


FIGURE = {"name": "fig-one", "caption": "What to see.", "alt": "A line that falls."}


def figure_output(**metadata):
    return nbformat.v4.new_output(
        "execute_result",
        data={"text/plain": "[figure]", "image/png": "aGVsbG8="},
        metadata={"iclnb_figure": FIGURE, **metadata},
        execution_count=1,
    )


class TestNormalise:
    def executed(self, project, shown, record):
        """Return a notebook as a kernel leaves it, with all that must go."""
        path = project.notebook("book/first", "figure", "1", "1", "silent = 1", "certificate")
        notebook = read(path)
        notebook.metadata.update(
            kernelspec={"display_name": "My own", "language": "python", "name": "mine"},
            language_info={"name": "python", "version": "3.11.4"},
            widgets={"application/x": {}},
        )
        timing = {"iopub.execute_input": "2024-01-01T00:00:00Z"}
        words, figure, one, two, _, judged = notebook.cells
        words.metadata = nbformat.from_dict({"editable": True, "tags": ["margin"]})
        figure.metadata["execution"] = timing
        figure.metadata["tags"] = ["hide-input"]
        figure.outputs = [figure_output()]
        one.metadata["collapsed"] = True
        two.metadata["tags"] = ["nbval-check-output"]  # shows no certificate any more
        judged.outputs = [shown(record("some-claim"))]
        return notebook

    def test_what_stays_in_the_metadata(self, project, shown, record):
        notebook = normalise(self.executed(project, shown, record), "the key")
        assert notebook.metadata == {
            "kernelspec": KERNELSPEC,
            "language_info": {"name": "python"},
            "iclnb": {"key": "the key"},
        }
        words, figure, one, two, silent, judged = (cell.metadata for cell in notebook.cells)
        assert words == {"tags": ["margin"]}
        assert figure == {
            "mystnb": {
                "figure": {"caption": FIGURE["caption"], "name": FIGURE["name"]},
                "image": {"alt": FIGURE["alt"], "classes": "dark-light"},
            },
            "tags": ["hide-input"],
        }
        assert one == two == silent == {}
        assert judged == {"tags": ["nbval-check-output"]}

    def test_no_trace_of_time_or_machine(self, project, shown, record):
        text = text_of(normalise(self.executed(project, shown, record), "key"))
        assert not [w for w in ("iopub", "2024", "3.11.4", "mine", "widgets") if w in text]
        assert text.endswith("}\n")
        assert not text.endswith("\n\n")

    def test_the_ids_follow_from_the_text(self, project, shown, record):
        first = self.executed(project, shown, record)
        second = self.executed(project, shown, record)
        for cell in second.cells:
            cell["id"] = "other-" + cell["id"]
        ids = [[c["id"] for c in normalise(n, "key").cells] for n in (first, second)]
        assert ids[0] == ids[1]
        assert len(set(ids[0])) == 6
        assert ids[0][3] == ids[0][2].removesuffix("-0") + "-1"  # the same text twice

    def test_a_stream_in_pieces_is_one(self, project, shown, record):
        notebook = self.executed(project, shown, record)
        said = [("stdout", "a"), ("stdout", "b\n"), ("stderr", "c"), ("stdout", "d")]
        pieces = [nbformat.v4.new_output("stream", name=n, text=t) for n, t in said]
        notebook.cells[2].outputs = [*pieces, figure_output(), *pieces[-1:]]
        kept = normalise(notebook, "key").cells[2].outputs
        texts = [o.get("text") for o in kept]
        assert texts == ["ab\n", "c", "d", None, "d"]
        assert [o.get("name") for o in kept] == ["stdout", "stderr", "stdout", None, "stdout"]

    def test_twice_is_once(self, project, shown, record):
        notebook = self.executed(project, shown, record)
        once = text_of(normalise(notebook, "key"))
        assert text_of(normalise(notebook, "key")) == once
        assert text_of(normalise(nbformat.reads(once, as_version=4), "key")) == once

    def test_a_figure_that_is_gone_takes_its_caption_along(self, project, shown, record):
        notebook = normalise(self.executed(project, shown, record), "key")
        notebook.cells[1].outputs = []
        assert normalise(notebook, "key").cells[1].metadata == {"tags": ["hide-input"]}


class TestWithOutputs:
    def test_the_prose_is_the_notebooks_own(self, project, shown, record):
        stored = project.notebook(
            "stored", "a = 1", "certificate", outputs=[shown(record("some-claim"), "old card")]
        )
        run = read(stored)
        run.cells[1].execution_count = 1
        stored.write_text(text_of(normalise(run, "the key")), encoding="utf-8")
        path = project.notebook("book/first", "a = 1", "certificate", prose="New words.")
        notebook = json.loads(with_outputs(path, stored))
        assert "New words." in "".join(notebook["cells"][0]["source"])
        assert notebook["cells"][1]["execution_count"] == 1
        assert notebook["cells"][2]["outputs"][0]["data"]["text/plain"] == ["old card"]
        assert notebook["cells"][2]["metadata"]["tags"] == ["nbval-check-output"]
        assert notebook["metadata"]["iclnb"]["key"] == "the key"

    def test_outputs_that_the_notebook_carried_are_replaced(self, project, shown, record):
        stored = project.notebook("stored", "a = 1")
        stored.write_text(text_of(normalise(read(stored), "key")), encoding="utf-8")
        path = project.notebook("book/first", "a = 1", outputs=[shown(record("x-y"), "stale")])
        assert "stale" not in with_outputs(path, stored)

    @pytest.mark.parametrize("cells", [("a = 2",), ("a = 1", "b = 1"), ()])
    def test_other_code_is_refused(self, project, cells):
        stored = project.notebook("stored", "a = 1")
        path = project.notebook("book/first", *cells)
        with pytest.raises(ValueError, match="not an execution of first"):
            with_outputs(path, stored)

    def test_a_cell_added_without_code_is_no_other_code(self, project):
        stored = project.notebook("stored", "a = 1")
        stored.write_text(text_of(normalise(read(stored), "key")), encoding="utf-8")
        path = project.notebook("book/first", "", "a = 1", " ")
        assert len(code_cells(nbformat.reads(with_outputs(path, stored), as_version=4))) == 1

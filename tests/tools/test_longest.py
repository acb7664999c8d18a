"""The order in which the notebooks are executed in the tests."""

from pathlib import Path
from types import SimpleNamespace

from tools.longest import LONGEST, pytest_collection_modifyitems
from tools.notebooks import notebooks


def test_every_name_is_that_of_a_chapter():
    assert set(LONGEST) <= {path.stem for path in notebooks()}


def test_the_longest_come_first_and_cells_stay_in_order():
    names = ["b/z.ipynb", "b/three-transformers.ipynb", "b/a.ipynb", "b/task-diversity.ipynb"]
    items = [SimpleNamespace(path=Path(name), cell=i) for name in names for i in range(3)]
    pytest_collection_modifyitems(items)
    stems = ["three-transformers"] * 3 + ["task-diversity"] * 3 + ["z"] * 3 + ["a"] * 3
    assert [item.path.stem for item in items] == stems
    assert [item.cell for item in items] == [0, 1, 2] * 4

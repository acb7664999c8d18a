"""For pytest, ``-p tools.longest``: the notebooks that take longest are executed first.

Each notebook goes to one process whole; a long one that begins last would be waited for alone.
"""

from __future__ import annotations

from typing import Any

LONGEST = (
    "three-transformers",
    "task-diversity",
    "learning-the-basis",
    "convergence-rates",
    "nonparametric-icl",
    "low-dimensional-gpt2",
    "hessian-escape",
)
"""What takes more than half a minute, the longest first; see the page of execution times."""


def place(stem: str) -> int:
    """Return where a notebook comes in the order of execution."""
    return LONGEST.index(stem) if stem in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Order the cells by their notebooks; those of one notebook keep their order."""
    items.sort(key=lambda item: place(item.path.stem))

"""A statement with several halves: proved if each of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from iclnb.exact import Proof
from iclnb.kinds import guarded

__all__ = ["one_after_another"]


@guarded
def one_after_another(steps: Sequence[Callable[[], Proof]], *, where: str) -> Proof:
    """Run the steps in turn; the first that fails is the outcome, else the last one.

    What any of them relies on the outcome relies on. ``where`` says for what all of them together
    prove the statement.

    Raises
    ------
    ValueError
        If there is no step.
    """
    if not steps:
        raise ValueError("steps is empty: nothing is proved")
    relied: dict[str, None] = {}
    for step in steps:
        found = step()
        if not found.holds:
            return found
        relied.update(dict.fromkeys(found.relies_on))
    return replace(found, where=where, relies_on=tuple(relied))

"""A proof in several steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iclnb.exact import Proof
from iclnb.kinds import guarded


@guarded
def chain(*steps: Callable[[], Proof]) -> Proof:
    """Return the first step that fails; else the last one, with all theorems that were used.

    Raises
    ------
    ValueError
        If there is no step.
    """
    used: list[str] = []
    last: Proof | None = None
    for step in steps:
        last = step()
        if not last.holds:
            return last
        used += [theorem for theorem in last.relies_on if theorem not in used]
    if last is None:
        raise ValueError("steps is empty: nothing is proved")
    return replace(last, relies_on=tuple(used))

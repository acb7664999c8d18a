"""One switch, two scales: the environment variable ICLNB_SCALE."""

from __future__ import annotations

import os
from typing import Literal, TypeVar

from iclnb.kinds import guarded

Scale = Literal["quick", "paper"]

VARIABLE = "ICLNB_SCALE"

T = TypeVar("T")


def current() -> Scale:
    """Return the scale of this process: ``"quick"`` (the default) or ``"paper"``.

    Raises
    ------
    ValueError
        If ICLNB_SCALE is set to anything else.
    """
    value = os.environ.get(VARIABLE, "quick")
    if value == "quick":
        return "quick"
    if value == "paper":
        return "paper"
    raise ValueError(f"{VARIABLE} must be 'quick' or 'paper', not {value!r}")


@guarded
def pick(*, quick: T, paper: T) -> T:
    """Return `quick` at quick scale and `paper` at paper scale."""
    return paper if current() == "paper" else quick

"""A progress bar that keeps quiet where nobody watches."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from iclnb.kinds import guarded

VARIABLE = "ICLNB_PROGRESS"

T = TypeVar("T")


def in_kernel() -> bool:
    """Whether this runs inside of an IPython kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def _watched() -> bool:
    setting = os.environ.get(VARIABLE, "auto")
    if setting not in ("auto", "off"):
        raise ValueError(f"{VARIABLE} must be 'auto' or 'off', not {setting!r}")
    if setting == "off" or "PYTEST_CURRENT_TEST" in os.environ:
        return False
    return in_kernel() or (sys.stderr is not None and sys.stderr.isatty())


@guarded
def progress(
    iterable: Iterable[T], *, total: int | None = None, initial: int = 0, description: str = ""
) -> Iterator[T]:
    """Iterate over `iterable` with a progress bar.

    The bar is a widget in a kernel and stands on the standard error in a terminal. There is none
    if ICLNB_PROGRESS is ``off``, under pytest, and where the standard error is no terminal.
    Nothing is ever printed to the standard output.

    Parameters
    ----------
    iterable : Iterable
        What to iterate over; its items are passed on unchanged and in order.
    total : int, optional
        The number of items at the end of the bar; by default the length of `iterable`, if any.
    initial : int
        The number of items finished beforehand.
    description : str
        The words before the bar.

    Raises
    ------
    ValueError
        If ICLNB_PROGRESS is neither ``auto`` (the default) nor ``off``.
    """
    if not _watched():
        return iter(iterable)
    # The choice of tqdm.auto, less its warning where ipywidgets is missing.
    if in_kernel() and importlib.util.find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm
    else:
        from tqdm import tqdm
    return iter(tqdm(iterable, total=total, initial=initial, desc=description or None))

"""One argument at a time made non-finite, empty, extreme or degenerate: how does the call end?

The ends: ``by name`` (a ``ValueError`` or ``TypeError`` that begins with the argument's name),
``finite`` (a result without a non-finite number), ``non-finite`` (a result that holds one which
the kept call has not: silent), ``warned`` (a warning of numpy), ``other`` (another exception),
``late`` (computes on), ``memory``.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from iclnb.kinds import kinds_of
from tools.calls import kept
from tools.calls.public import options_of

PATIENCE = 0.2
HUGE = 10**12
NUMBERS: dict[str, float] = {
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "0.0": 0.0,
    "-1.0": -1.0,
    "1e308": 1e308,
    "1e-308": 1e-308,
}
COUNTS: dict[str, int] = {"0": 0, "-1": -1, "10**12": HUGE}
WRONG = {"nan", "inf", "-inf", "a nan", "an inf", "empty"}  # nearly everywhere


def _with(array: np.ndarray[Any, Any], entry: float) -> np.ndarray[Any, Any]:
    out = np.array(array, dtype=float)
    out.flat[out.size // 2] = entry
    return out


ARRAYS: dict[str, Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]] = {
    "a nan": lambda a: _with(a, math.nan),
    "an inf": lambda a: _with(a, math.inf),
    "empty": lambda a: np.zeros((0, *a.shape[1:])),
    "zeros": lambda a: np.zeros(a.shape),
    "ones": lambda a: np.ones(a.shape),
    "1e308s": lambda a: np.full(a.shape, 1e308),
    "1e-308s": lambda a: np.full(a.shape, 1e-308),
    "negative": lambda a: -np.abs(np.asarray(a, dtype=float)) - 1.0,
}


def variants(name: str, argument: str, annotation: Any, given: Any) -> Iterator[tuple[str, Any]]:
    """Yield a word for each value that is tried, and the value."""
    options = options_of(annotation)
    if int in options:
        yield from COUNTS.items()
    if float in options:
        yield from NUMBERS.items()
    if isinstance(given, np.ndarray | list | tuple):
        try:
            array = np.asarray(given)
        except ValueError:
            return
        if array.dtype.kind in "if" and array.ndim and array.size:
            yield from ((word, change(array)) for word, change in ARRAYS.items())


def nonfinite(result: Any, depth: int = 0) -> set[str]:
    """Return which of nan and inf a result holds."""
    if isinstance(result, float | np.floating):
        return {"nan"} if math.isnan(result) else {"inf"} if math.isinf(result) else set()
    if isinstance(result, np.ndarray) and result.dtype.kind in "fc":
        found = {"nan": np.isnan(result).any(), "inf": np.isinf(result).any()}
        return {word for word, there in found.items() if there}
    if depth > 3:
        return set()
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        result = vars(result) if hasattr(result, "__dict__") else {}
    if isinstance(result, Mapping):
        result = list(result.values())
    if isinstance(result, list | tuple):
        return set().union(*(nonfinite(item, depth + 1) for item in result[:1000]))
    return set()


def end_of(name: str, argument: str, value: Any, usual: set[str]) -> str:
    """Return how the call ends with this value."""
    bound = kept.arguments(name)
    bound.arguments[argument] = copy.copy(value)
    try:
        with kept.within(PATIENCE):
            result = kept.call(name, bound)
    except kept.Late:
        return "late"
    except MemoryError as error:
        return "by name" if kept.refused(error, argument) else "memory"
    except Warning as warning:
        return f"warned {warning}"[:100]
    except Exception as error:
        if kept.refused(error, argument):
            return "by name"
        return f"other {type(error).__name__}: {error}"[:120]
    bad = nonfinite(result) - usual
    return f"non-finite {'/'.join(sorted(bad))}" if bad else "finite"


def fuzz(name: str, send: Callable[[Any], None]) -> None:
    """Try every number and array among the arguments of a function, and send how it ends."""
    function, _ = kept.functions()[name]
    kinds = kinds_of(function)
    bound = kept.arguments(name)
    bound.apply_defaults()
    try:
        with kept.within(10 * PATIENCE):
            usual = nonfinite(kept.call(name, kept.arguments(name)))
    except kept.Late:
        return
    for argument, given in bound.arguments.items():
        for word, value in variants(name, argument, kinds[argument], given):
            send((argument, word, "hang"))
            send((argument, word, end_of(name, argument, value, usual)))

"""Plain values: what JSON can hold, and the dicts of arrays that a sweep may return."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from iclnb.kinds import guarded

_KINDS = "biufcUS"  # array kinds that numpy stores without pickling


@guarded
def plain(value: Any, where: str, *, finite: bool = True, arrays: bool = False) -> Any:
    """Return `value` as None, bool, int, float, str, list and dict only.

    Numpy scalars become Python's, tuples become lists; with `arrays`, arrays become nested lists.

    Parameters
    ----------
    value : Any
        The value.
    where : str
        What it is, for the message of an error.
    finite : bool
        Whether NaN and infinities are refused.
    arrays : bool
        Whether arrays are turned into lists rather than refused.

    Raises
    ------
    TypeError
        If JSON cannot hold the value.
    ValueError
        If a number is not finite although it has to be.
    """
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if finite and not math.isfinite(value):
            raise ValueError(f"{where} must be finite, not {float(value)}")
        return float(value)
    if arrays and isinstance(value, np.ndarray):
        value = value.tolist()
        if not isinstance(value, list):
            return plain(value, where, finite=finite)
    if isinstance(value, (list, tuple)):
        return [
            plain(entry, f"{where}[{place}]", finite=finite, arrays=arrays)
            for place, entry in enumerate(value)
        ]
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise TypeError(f"{where} must have str keys, not {name!r}")
        return {
            str(name): plain(entry, f"{where}[{name!r}]", finite=finite, arrays=arrays)
            for name, entry in value.items()
        }
    raise TypeError(f"{where} must be JSON-able, not {type(value).__name__}")


@guarded
def plain_result(result: Any) -> dict[str, Any]:
    """Return the result of a point: a dict of plain values and, at its top level, of arrays.

    Numbers need not be finite, since a diverged run is a result too.

    Raises
    ------
    TypeError
        If the result is no dict of plain values and arrays of numbers, truth values or strings.
    """
    if not isinstance(result, Mapping):
        raise TypeError(f"result must be a dict, not {type(result).__name__}")
    cleaned: dict[str, Any] = {}
    for name, value in result.items():
        if not isinstance(name, str):
            raise TypeError(f"result must have str keys, not {name!r}")
        where = f"result[{name!r}]"
        if not isinstance(value, np.ndarray):
            cleaned[str(name)] = plain(value, where, finite=False)
        elif type(value) not in (np.ndarray, np.memmap) or value.dtype.kind not in _KINDS:
            raise TypeError(f"{where} must be a plain array of numbers or strings")
        else:
            cleaned[str(name)] = np.array(value)
    return cleaned


@guarded
def compact(value: Any, *, finite: bool = True, sort: bool = True) -> str:
    """Return a plain value as JSON on one line without spaces."""
    return json.dumps(value, allow_nan=not finite, sort_keys=sort, separators=(",", ":"))

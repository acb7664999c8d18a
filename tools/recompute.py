"""One random point of a stored run, computed again and compared with the file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any

from iclnb.scale import StoredResult

#: Largest difference, relative to the larger number or to one thousandth, that counts as equal.
TOLERANCE = 1e-4


def numbers(result: Any, place: str = "") -> Iterator[tuple[str, float]]:
    """Yield every number of a result with its place; what is timed is left out."""
    if isinstance(result, dict):
        for key, value in sorted(result.items()):
            if not str(key).endswith("seconds"):
                yield from numbers(value, f"{place}.{key}")
    elif isinstance(result, (list, tuple)):
        for index, value in enumerate(result):
            yield from numbers(value, f"{place}[{index}]")
    elif isinstance(result, (int, float)):
        yield place, float(result)


def apart(stored: Any, again: Any) -> tuple[float, str]:
    """Return the largest relative difference between two results, and where it is.

    Raises
    ------
    ValueError
        If the two do not hold numbers at the same places, or hold none.
    """
    old, new = dict(numbers(stored)), dict(numbers(again))
    if not old or old.keys() != new.keys():
        odd = sorted(old.keys() ^ new.keys())[:3]
        raise ValueError(f"the results have numbers at other places: {odd or 'none at all'}")
    gaps = {
        place: abs(value - new[place]) / max(abs(value), abs(new[place]), 1e-3)
        for place, value in old.items()
    }
    worst = max(gaps, key=gaps.__getitem__)
    return gaps[worst], worst


def check(function: Callable[..., Any], kept: StoredResult, *, seed: int) -> tuple[bool, str]:
    """Compute one point of a stored run again; return whether it is as stored, and a sentence.

    A run made with other versions of a package that it uses is compared and not judged: its
    numbers in float32 may differ.
    """
    points = kept.results["points"]
    one = dict(points[random.Random(f"{kept.name} {seed}").randrange(len(points))])
    before = one.pop("result")
    call = ", ".join(f"{name}={value!r}" for name, value in one.items())
    gap, place = apart(before, function(**one))
    packages = {name: v for name, v in kept.provenance.versions.items() if name != "iclnb"}
    other = {name: v for name, v in packages.items() if v != [metadata.version(name)]}
    if gap <= TOLERANCE:
        return True, f"{kept.name}: as stored ({call})"
    text = f"{kept.name}: {gap:.2g} apart at result{place} ({call})"
    if other:
        made = ", ".join(f"{name} {'/'.join(then)}" for name, then in sorted(other.items()))
        return True, f"{text}; not judged, for it was made with {made}"
    return False, text

"""The grid of parameter values behind a static figure, the last parameter running fastest."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from iclnb.kinds import guarded

from .model import Parameter, Value, show_value
from .words import to_plain


@guarded
def check_parameters(parameters: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """One to three parameters with distinct names, or an error that says what is wrong."""
    if not isinstance(parameters, Sequence):
        raise TypeError(f"parameters must be a sequence, got {type(parameters).__name__}")
    out = tuple(parameters)
    if not all(isinstance(p, Parameter) for p in out):
        raise TypeError("parameters must be Parameter objects")
    if not 1 <= len(out) <= 3:
        raise ValueError(f"parameters must be one to three, got {len(out)}")
    if len({p.name for p in out}) != len(out):
        raise ValueError(f"parameters must have distinct names, got {[p.name for p in out]}")
    return out


@guarded
def points(parameters: Sequence[Parameter]) -> Iterator[dict[str, Value]]:
    """Every point of the grid as keyword arguments."""
    names = [p.name for p in parameters]
    for values in itertools.product(*(p.values for p in parameters)):
        yield dict(zip(names, values, strict=True))


@guarded
def size(parameters: Sequence[Parameter]) -> int:
    """The number of points."""
    return math.prod(len(p.values) for p in parameters)


@guarded
def default(parameters: Sequence[Parameter]) -> dict[str, Value]:
    """The default point."""
    return {p.name: p.default for p in parameters}


@guarded
def default_index(parameters: Sequence[Parameter]) -> int:
    """The place of the default point in the order of `points`."""
    index = 0
    for p in parameters:
        index = index * len(p.values) + list(p.values).index(p.default)
    return index


@guarded
def complete(parameters: Sequence[Parameter], given: Mapping[str, Value]) -> dict[str, Value]:
    """The given values, with defaults for the rest; ValueError if a name is unknown."""
    unknown = sorted(set(given) - {p.name for p in parameters})
    if unknown:
        raise ValueError(f"unknown parameter {unknown[0]!r}")
    return default(parameters) | dict(given)


@guarded
def describe(parameters: Sequence[Parameter], values: Mapping[str, Value]) -> str:
    """Such as ``K = 20, L = 3``, with the labels in plain text."""
    return ", ".join(f"{to_plain(p.label)} = {show_value(values[p.name])}" for p in parameters)

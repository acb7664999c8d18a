"""A count among the arguments of a proof, checked: nothing here knows arrays or floats."""

from __future__ import annotations


def at_least(value: int, name: str, least: int = 1) -> int:
    """Return the count, or raise a ``ValueError`` that names it if it is less than ``least``."""
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return value

"""The error of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PointError(RuntimeError):
    """A point of a sweep raised an exception.

    Attributes
    ----------
    point : Mapping
        The keyword arguments of the point that failed. The message names them as well, and the
        original exception is the cause (of a worker process: the text of its traceback).
    """

    point: Mapping[str, Any]

    @classmethod
    def of(cls, function: str, point: Mapping[str, Any], error: BaseException) -> PointError:
        """Return the error that names `function`, `point` and what went wrong."""
        failed = cls(f"{function} failed at the point {point!r}: {type(error).__name__}: {error}")
        failed.point = dict(point)
        return failed

"""The outcome of one comparison, and what all comparisons share.

Each check compares a prediction with a measurement and returns a :class:`Check`; none raises
because a comparison fails. :func:`iclnb.evidence.certify` turns a check and its negative control
into a certificate.

All checks take the words of the card: ``of`` says what is counted or measured ("answers",
"training errors"), ``by`` the route that predicts ("ridge regression"), ``unit`` the unit. ``size``
says how large the quantity is where the prediction is zero, so that a shift can be judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from iclnb.arguments import FloatArray, check_number
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, Notices, both
from iclnb.evidence.words import digits, ratio, rounded, with_unit
from iclnb.kinds import guarded

LEVEL = 0.999
"""Confidence level of every interval in the book: with some hundred certificates, a false alarm
at 95 % would be the rule."""

Sense = Literal["<=", ">=", "<", ">"]


@guarded
@dataclass(frozen=True)
class Check:
    """The outcome of one comparison.

    ``settings`` holds what decides the strictness (tolerance, window): a negative control must be
    run with the same settings. ``numbers`` holds what a machine may want to read. ``said`` is the
    outcome in one sentence. ``notices`` says which change of the prediction would have turned the
    verdict, where it holds; ``miss`` by how much the prediction fails, where it does. ``of`` is
    what is counted or measured.
    """

    kind: str
    verdict: Verdict
    predicted: str
    measured: str
    note: str = ""
    settings: dict[str, float | str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    said: str = ""
    notices: Notices | None = None
    miss: Miss | None = None
    of: str = ""


def numbered(**numbers: float) -> dict[str, float]:
    """Return numbers at the digits that are printed."""
    return {name: rounded(value, 4) if value else 0.0 for name, value in numbers.items()}


@guarded
def check_size(size: float | None) -> float:
    """Return the unit of a shift; one if it is not stated."""
    return 1.0 if size is None else check_number(size, "size", low=0.0, strict=True)


@guarded
def of_number(
    holds: Callable[[FloatArray], bool], predicted: FloatArray, size: float | None, unit: str = ""
) -> Notices:
    """Return the smallest common factor of predicted numbers that turns a verdict.

    Where all of them are zero, or a size is stated, it is the smallest common shift in units of
    the size.
    """
    if size is not None or not np.any(predicted):
        one = check_size(size)
        return both(
            "shift",
            lambda e: not holds(predicted + e * one),
            lambda e: not holds(predicted - e * one),
            size=one,
            unit=unit,
        )
    return both(
        "factor",
        lambda e: not holds(predicted * (1 + e)),
        lambda e: not holds(predicted / (1 + e)),
    )


@guarded
def missed(measured: float, predicted: float, size: float | None, unit: str = "") -> Miss:
    """Return by how much a number misses its prediction."""
    if size is None and measured * predicted > 0:
        factor = max(measured / predicted, predicted / measured)
        return Miss("factor", factor, ratio(factor))
    shift = abs(measured - predicted)
    text = f"off by {with_unit(digits(shift, 3), unit)}"
    if size is not None and not unit and size != 1:
        text += f" ({digits(shift / size, 2)} of {digits(size, 2)})"
    elif size is None and predicted:
        text += f", where {with_unit(digits(predicted, 3), unit)} is predicted"
    return Miss("shift", shift / check_size(size), text)


@guarded
def strength(verdict_if_enough: Verdict, notices: Notices) -> Verdict:
    """Return the verdict of a prediction that holds, by what the check would have noticed."""
    if notices.enough:
        return verdict_if_enough
    return Verdict.NOT_CONTRADICTED if notices.something else Verdict.INCONCLUSIVE


@guarded
def route(by: str) -> str:
    """Say who predicts."""
    return f" by {by}" if by else ""

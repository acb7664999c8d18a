"""Inequalities, with how far they could be strengthened."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.evidence.check import Check, Sense, numbered, route, strength
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, Notices, smallest
from iclnb.evidence.words import counted, digits, ratio, with_unit
from iclnb.kinds import guarded

_HOLDS = {
    "<=": lambda v, b, e: v <= b + e,
    ">=": lambda v, b, e: v >= b - e,
    "<": lambda v, b, e: v < b - e,
    ">": lambda v, b, e: v > b + e,
}
_SAYS = {"<=": "at most", ">=": "at least", "<": "below", ">": "above"}


@guarded
def bound(
    values: ArrayLike,
    bounds: ArrayLike,
    *,
    sense: Sense = "<=",
    rtol: float = 0.0,
    of: str = "",
    by: str = "",
    unit: str = "",
    size: float | None = None,
) -> Check:
    r"""Check an inequality in every case, and how much stronger it could have been.

    Parameters
    ----------
    values, bounds : array_like
        Finite; ``bounds`` broadcasts to the shape of ``values``.
    sense : {"<=", ">=", "<", ">"}
        ``values sense bounds``.
    rtol : float
        Rounding allowance relative to ``|bounds|``; it relaxes ``<=`` and ``>=`` and tightens
        the strict senses.
    of, by, unit : str
        Words of the card: what is bounded, by which argument, in which unit.
    size : float, optional
        How large the values are, where the bound is zero; by default their median size.

    Returns
    -------
    Check
        ``REFUTED`` if it fails in a case. Else it is strengthened by a common factor (where all
        bounds are zero: shifted, in units of ``size``) until it fails: ``CONSISTENT`` if a factor
        of 2 (a shift by 5 %) is enough, so that the bound is nearly attained somewhere;
        ``NOT_CONTRADICTED`` otherwise.

    Raises
    ------
    ValueError
        On empty or non-finite input, an unknown sense, or a negative ``rtol``.
    """
    if sense not in _HOLDS:
        raise ValueError(f"sense must be one of {sorted(_HOLDS)}, got {sense!r}")
    rtol = check_number(rtol, "rtol", low=0.0)
    v = check_array(values, "values")
    b = np.broadcast_to(check_array(bounds, "bounds"), v.shape)
    upper = sense.startswith("<")

    def holds(to: FloatArray) -> FloatArray:
        return _HOLDS[sense](v, to, rtol * np.abs(to))

    ok = holds(b)
    slack, by_factor = _slack(v, b, upper)
    tightest, middle = float(slack.min()), float(np.median(slack))
    edge = with_unit(digits(b.flat[0]), unit) if b.min() == b.max() else "the bound"
    one, value = v.size == 1, with_unit(digits(v.flat[0]), unit)
    claim, these = f"{_SAYS[sense]} {edge}{route(by)}", counted(v.size, of or "cases")
    if fails := int(v.size - ok.sum()):
        notices, miss = None, _violation(v, b, slack, by_factor, size, unit)
        verdict = Verdict.REFUTED
        seen = value if one else f"fails in {fails} of {v.size}; the worst {miss.text}"
        said = f"{value} is not {claim}"
        if not one:
            said = f"{fails} of {these} are not {claim}; the worst {miss.text}"
    else:
        notices, miss = _strengthened(holds, b, v, upper, size, unit), None
        verdict = strength(Verdict.CONSISTENT, notices)
        seen = value if one else f"holds in all {v.size}"
        if by_factor:
            seen += f"; a factor {digits(tightest, 3)} from the bound"
            seen += "" if one else f" at the tightest, {digits(middle, 3)} in the median"
        said = f"{of or 'the value'}: {value}, {claim}" if one else f"{these}, all {claim}"
    return Check(
        "bound",
        verdict,
        f"{sense} {edge}" if one else f"{claim}, {these}",
        seen,
        settings={"sense": sense, "rtol": rtol, **({} if size is None else {"size": float(size)})},
        numbers=numbered(cases=v.size, held=int(ok.sum()), tightest=tightest, median=middle),
        said=said,
        notices=notices,
        miss=miss,
        of=of,
    )


def _slack(v: FloatArray, b: FloatArray, upper: bool) -> tuple[FloatArray, bool]:
    """Return the factor between the two sides where both have one sign, else the difference."""
    if np.all(v > 0) and np.all(b > 0):
        return (b / v if upper else v / b), True
    if np.all(v < 0) and np.all(b < 0):
        return (v / b if upper else b / v), True
    return (b - v if upper else v - b), False


def _typical(v: FloatArray, size: float | None) -> float:
    if size is not None:
        return check_number(size, "size", low=0.0, strict=True)
    return float(np.median(np.abs(v))) or 1.0


def _strengthened(
    holds: Callable[[FloatArray], FloatArray],
    b: FloatArray,
    v: FloatArray,
    upper: bool,
    size: float | None,
    unit: str,
) -> Notices:
    """Return how much the bounds can be strengthened before one of them fails."""
    if size is None and np.any(b):
        harder = (b > 0) == upper  # an upper bound above zero, or a lower one below it, is divided

        def stronger(factor: float) -> FloatArray:
            return np.where(harder, b / factor, b * factor)

        found = smallest(lambda e: not np.all(holds(stronger(1 + e))))
        factor = None if found is None else 1 + found
        return Notices("strength", factor, factor)
    one, sign = _typical(v, size), -1 if upper else 1
    found = smallest(lambda e: not np.all(holds(b + sign * e * one)))
    return Notices("margin", found, found, unit, one)


def _violation(
    v: FloatArray,
    b: FloatArray,
    slack: FloatArray,
    by_factor: bool,
    size: float | None,
    unit: str,
) -> Miss:
    """Return by how much the worst case misses its bound."""
    if by_factor and size is None:
        factor = 1 / float(slack.min())
        return Miss("factor", factor, ratio(factor))
    one = _typical(v, size)
    beyond = -float(slack.min()) if not by_factor else float(np.abs(v - b).max())
    return Miss("shift", beyond / one, f"off by {with_unit(digits(beyond, 3), unit)}")

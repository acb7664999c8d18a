"""Identities: two routes to the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.evidence.check import Check, check_size, missed, of_number, route, strength
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, Notices, smallest
from iclnb.evidence.words import counted, digits, share, with_unit
from iclnb.kinds import guarded

EXACT = 1e-8
"""Relative tolerance up to which an identity is called exact."""

_ROUNDING = 1e-6  # below it a deviation is rounding, whose digits depend on the machine


@guarded
def identity(
    measured: ArrayLike,
    predicted: ArrayLike,
    *,
    atol: float = 0.0,
    rtol: float = 0.0,
    of: str = "",
    by: str = "",
    unit: str = "",
    size: float | None = None,
) -> Check:
    r"""Check :math:`|m_i-p_i|\le a+r|p_i|` for all entries.

    Parameters
    ----------
    measured, predicted : array_like
        Finite; ``predicted`` broadcasts to the shape of ``measured``.
    atol, rtol : float
        Absolute and relative tolerance, not negative. Without any, both sides must be integers or
        truth values, and equal.
    of, by, unit, size
        Words of the card, and the size of what is measured where the prediction is zero.

    Returns
    -------
    Check
        ``REFUTED`` if an entry differs. Else ``EXACT`` if the tolerance is at most 1e-8 of the
        largest prediction (or of ``size``), or for integers; ``CONSISTENT`` if a common factor of
        5 % would have been noticed, ``NOT_CONTRADICTED`` otherwise. Up to a tolerance of 1e-6 the
        deviation counts as rounding: then what is noticed is given for the least favourable
        measurement that passes.

    Raises
    ------
    ValueError
        On empty or non-finite input, or tolerances that are negative or both zero.
    """
    atol, rtol = check_number(atol, "atol", low=0.0), check_number(rtol, "rtol", low=0.0)
    whole = max(atol, rtol) == 0
    if whole and any(np.asarray(side).dtype.kind not in "iub" for side in (measured, predicted)):
        raise ValueError("of atol and rtol one must be positive, unless both sides are integers")
    m, p = check_array(measured, "measured"), check_array(predicted, "predicted")
    p = np.broadcast_to(p, m.shape)
    settings = {"atol": atol, "rtol": rtol, **({} if size is None else {"size": float(size)})}

    def holds(to: FloatArray) -> bool:
        return bool(np.all(np.abs(m - to) <= atol + rtol * np.abs(to)))

    excess = np.abs(m - p) - (atol + rtol * np.abs(p))
    worst = np.unravel_index(int(np.argmax(excess)), m.shape)
    shown = digits(float(p[worst])), digits(float(m[worst]))
    if excess[worst] > 0:
        where = f" (worst of {counted(m.size, of)})" if m.size > 1 else ""
        miss = _differ(m, p) if whole else missed(float(m[worst]), float(p[worst]), size, unit)
        return Check(
            "identity",
            Verdict.REFUTED,
            with_unit(shown[0], unit) + where,
            with_unit(shown[1], unit),
            settings=settings,
            said=f"{with_unit(shown[1], unit)} where {with_unit(shown[0], unit)} is predicted"
            f"{route(by)}{where}",
            miss=miss,
            of=of,
        )
    if whole:
        said = _counted_identity(m, p, of, by, unit, "exactly the same")
        return Check(
            "identity",
            Verdict.EXACT,
            with_unit(shown[0], unit) if m.size == 1 else counted(m.size, of),
            "the same",
            settings=settings,
            said=said,
            notices=Notices("case", 1 / m.size, 1 / m.size),
            of=of,
        )
    largest = check_size(size) if size is not None or not np.any(p) else float(np.abs(p).max())
    relative = rtol + atol / largest
    if relative > _ROUNDING:
        notices = of_number(holds, p, size, unit)
    else:
        notices = _of_identity(p, atol, rtol, size, unit)
    tolerance = " + ".join(
        text
        for value, text in (
            (atol, with_unit(digits(atol, 2), unit)),
            (rtol, share(rtol)),
        )
        if value > 0
    )
    seen = f"the same to {tolerance}"
    return Check(
        "identity",
        Verdict.EXACT if relative <= EXACT else strength(Verdict.CONSISTENT, notices),
        with_unit(shown[0], unit) if m.size == 1 else counted(m.size, of),
        seen,
        settings=settings,
        said=_counted_identity(m, p, of, by, unit, seen),
        notices=notices,
        of=of,
    )


def _of_identity(p: FloatArray, atol: float, rtol: float, size: float | None, unit: str) -> Notices:
    """Return what an identity notices whatever the rounding errors that it lets pass.

    The measurement is taken to differ from the prediction by all that is allowed, in the direction
    of the change.
    """
    shifts = size is not None or not np.any(p)
    one = check_size(size)

    def fails(change: float) -> bool:
        step = one * change if shifts else np.abs(p) * change
        to = np.abs(p) + step
        return bool(np.any(step - (atol + rtol * np.abs(p)) > atol + rtol * to))

    found = smallest(fails)
    if shifts:
        return Notices("shift", found, found, unit, one)
    return Notices("factor", found, found)


def _counted_identity(m: FloatArray, p: FloatArray, of: str, by: str, unit: str, seen: str) -> str:
    if m.size == 1:
        value = with_unit(digits(float(p.flat[0])), unit)
        return f"{of or 'the value'}: {value}{', predicted by ' + by if by else ''}; {seen}"
    if not np.any(p):
        return f"{counted(m.size, of)}, all zero{route(by)}: {seen}"
    return f"{counted(m.size, of)}{', predicted by ' + by if by else ''}: {seen}"


def _differ(m: FloatArray, p: FloatArray) -> Miss:
    wrong = int(np.sum(m != p))
    text = f"{wrong} of {m.size} differ" if m.size > 1 else f"{digits(float(m.flat[0]))} instead"
    return Miss("cases", wrong / m.size, text)

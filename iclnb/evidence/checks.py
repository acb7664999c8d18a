"""Checks: one prediction against one measurement, with a verdict.

Each function compares numbers and returns a :class:`Check`; none raises because a comparison
fails. :func:`iclnb.evidence.certify` turns a check and its negative control into a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from iclnb.arguments import check_array, check_number
from iclnb.evidence.claims import Verdict

LEVEL = 0.999
"""Confidence level of every interval in the book: with some hundred certificates, a false alarm
at 95 % would be the rule."""

Sense = Literal["<=", ">=", "<", ">"]


@dataclass(frozen=True)
class Check:
    """The outcome of one comparison.

    ``settings`` holds what decides the strictness (tolerance, resolution, window): a negative
    control must be run with the same settings. ``numbers`` holds what a machine may want to read.
    """

    kind: str
    verdict: Verdict
    predicted: str
    measured: str
    note: str = ""
    settings: dict[str, float | str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)


def digits(value: float, significant: int = 4) -> str:
    """Render a number with a few significant digits, as it stands on a card."""
    return f"{float(value):.{significant}g}".replace("e-0", "e-").replace("e+0", "e+")


def _rounded(**numbers: float) -> dict[str, float]:
    return {name: float(digits(value)) for name, value in numbers.items()}


def identity(
    measured: ArrayLike, predicted: ArrayLike, *, atol: float = 0.0, rtol: float = 0.0
) -> Check:
    r"""Check :math:`|m_i-p_i|\le a+r|p_i|` for all entries.

    Parameters
    ----------
    measured, predicted : array_like
        Finite; ``predicted`` broadcasts to the shape of ``measured``.
    atol, rtol : float
        Absolute and relative tolerance, not negative, not both zero.

    Returns
    -------
    Check
        ``EXACT`` or ``REFUTED``. The deviation is printed only when it exceeds the tolerance:
        below it, its digits are rounding errors.

    Raises
    ------
    ValueError
        On empty or non-finite input, or tolerances that are negative or both zero.
    """
    m, p = check_array(measured, "measured"), check_array(predicted, "predicted")
    atol, rtol = check_number(atol, "atol", low=0.0), check_number(rtol, "rtol", low=0.0)
    if max(atol, rtol) == 0:
        raise ValueError("of atol and rtol one must be positive")
    p = np.broadcast_to(p, m.shape)
    excess = np.abs(m - p) - (atol + rtol * np.abs(p))
    worst = np.unravel_index(int(np.argmax(excess)), m.shape)
    tolerance = " + ".join(
        text for value, text in ((atol, f"{atol:.0e}"), (rtol, f"{rtol:.0e} relative")) if value > 0
    )
    if excess[worst] <= 0:
        verdict = Verdict.EXACT
        said = digits(float(p.flat[0])) if m.size == 1 else f"{m.size} values"
        seen = f"the same to {tolerance}"
    else:
        verdict = Verdict.REFUTED
        said, seen = digits(float(p[worst])), digits(float(m[worst]))
        if m.size > 1:
            said += f" (worst of {m.size} values)"
    return Check(
        "identity", verdict, said, seen, settings={"atol": float(atol), "rtol": float(rtol)}
    )


def interval(
    estimate: float, half_width: float, predicted: float, *, resolution: float, note: str = ""
) -> Check:
    r"""Check that a prediction lies in :math:`[\hat m-h,\hat m+h]`, and that *h* is small enough.

    Parameters
    ----------
    estimate, half_width, predicted : float
        Finite; ``half_width`` not negative.
    resolution : float
        The half-width at which the interval would stop meaning anything; positive.

    Returns
    -------
    Check
        ``CONSISTENT`` if the prediction lies inside and ``half_width <= resolution``;
        ``INCONCLUSIVE`` if inside but too wide; ``REFUTED`` if outside.

    Raises
    ------
    ValueError
        On non-finite input, a negative half-width, or a resolution that is not positive.
    """
    estimate = float(check_array(estimate, "estimate", ()))
    predicted = float(check_array(predicted, "predicted", ()))
    half_width = check_number(half_width, "half_width", low=0.0)
    resolution = check_number(resolution, "resolution", low=0.0, strict=True)
    if abs(estimate - predicted) > half_width:
        verdict = Verdict.REFUTED
    elif half_width > resolution:
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.CONSISTENT
    return Check(
        "interval",
        verdict,
        digits(predicted),
        f"{digits(estimate)} ± {digits(half_width, 2)}",
        note=note,
        settings={"resolution": resolution},
        numbers=_rounded(predicted=predicted, measured=estimate, half_width=half_width),
    )


def from_seeds(
    values: ArrayLike, predicted: float, *, resolution: float, allowance: float = 0.0
) -> Check:
    r"""Check the mean over independent seeds against a prediction.

    The interval is :math:`\bar m\pm(t_{n-1}\,s/\sqrt n+b)`: Student's at 99.9 %, widened by a
    stated finite-size bias *b*.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value for each of at least three seeds.
    predicted : float
        The prediction.
    resolution : float
        Largest half-width that still means something.
    allowance : float
        Bound on the known bias of the measurement, not negative; state where it comes from.

    Raises
    ------
    ValueError
        On fewer than three seeds, non-finite values, or a negative allowance.
    """
    v = check_array(values, "values")
    if v.ndim != 1 or v.size < 3:
        raise ValueError(f"values must hold one number for each of >= 3 seeds, got {v.shape}")
    allowance = check_number(allowance, "allowance", low=0.0)
    n = v.size
    half = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * float(v.std(ddof=1)) / np.sqrt(n)
    check = interval(
        float(v.mean()),
        half + allowance,
        predicted,
        resolution=resolution,
        note=f"mean of {n} seeds, 99.9 % interval",
    )
    return Check(
        "seeds",
        check.verdict,
        check.predicted,
        check.measured,
        check.note,
        {**check.settings, "allowance": float(allowance)},
        check.numbers,
    )


def limit(values: ArrayLike, predicted: float, *, resolution: float) -> Check:
    r"""Check that a deterministic sequence approaches a limit.

    ``CONSISTENT`` if :math:`|v_i-p|` never grows along the sequence and its last term is at most
    ``resolution``; ``REFUTED`` otherwise. For quantities that an exact formula gives at growing
    size, where there is no noise to put an interval on.

    Raises
    ------
    ValueError
        On fewer than three terms or non-finite values.
    """
    v = check_array(values, "values")
    if v.ndim != 1 or v.size < 3:
        raise ValueError(f"values must be a sequence of >= 3 terms, got shape {v.shape}")
    predicted, resolution = (
        float(check_array(predicted, "predicted", ())),
        check_number(resolution, "resolution", low=0.0, strict=True),
    )
    distance = np.abs(v - float(predicted))
    rounding = 1e-12 * max(1.0, abs(float(predicted)))
    approaches = bool(np.all(np.diff(distance) <= rounding))
    verdict = Verdict.CONSISTENT if approaches and distance[-1] <= resolution else Verdict.REFUTED
    return Check(
        "limit",
        verdict,
        digits(predicted),
        f"{digits(v[0])} → {digits(v[-1])}",
        note=f"{v.size} terms; the last must be within {digits(resolution, 2)}",
        settings={"resolution": resolution},
        numbers=_rounded(predicted=float(predicted), measured=float(v[-1])),
    )


_HOLDS = {
    "<=": lambda v, b, e: v <= b + e,
    ">=": lambda v, b, e: v >= b - e,
    "<": lambda v, b, e: v < b - e,
    ">": lambda v, b, e: v > b + e,
}


def bound(values: ArrayLike, bounds: ArrayLike, *, sense: Sense = "<=", rtol: float = 0.0) -> Check:
    r"""Check an inequality in every case, and report its slack.

    Parameters
    ----------
    values, bounds : array_like
        Finite; ``bounds`` broadcasts to the shape of ``values``.
    sense : {"<=", ">=", "<", ">"}
        ``values sense bounds``.
    rtol : float
        Rounding allowance relative to ``|bounds|``; it relaxes ``<=`` and ``>=`` and tightens
        the strict senses.

    Returns
    -------
    Check
        ``CONSISTENT`` if the inequality holds everywhere, else ``REFUTED``. The slack is the
        factor between the two sides (at least 1 where the bound holds), smallest and median,
        when both sides have one sign; else their difference.

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
    ok = _HOLDS[sense](v, b, rtol * np.abs(b))
    upper = sense.startswith("<")
    if np.all(v > 0) and np.all(b > 0):
        slack, unit = (b / v if upper else v / b), "factor"
    elif np.all(v < 0) and np.all(b < 0):
        slack, unit = (v / b if upper else b / v), "factor"
    else:
        slack, unit = (b - v if upper else v - b), "difference"
    tightest, middle = float(slack.min()), float(np.median(slack))
    cases = f"holds in {int(ok.sum())} of {v.size}" if v.size > 1 else ("holds" if ok else "fails")
    said = f"{sense} {digits(b.flat[0])}" if b.size == 1 else f"value {sense} bound, {v.size} cases"
    seen = f"{cases}; slack {unit} {digits(tightest, 3)}"
    if v.size > 1:
        seen += f" at the tightest, {digits(middle, 3)} in the median"
    return Check(
        "bound",
        Verdict.CONSISTENT if bool(np.all(ok)) else Verdict.REFUTED,
        said,
        (f"{digits(v.flat[0])}, " if v.size == 1 else "") + seen,
        settings={"sense": sense, "rtol": float(rtol)},
        numbers=_rounded(cases=v.size, held=int(ok.sum()), tightest=tightest, median=middle),
    )


def not_testable(reason: str) -> Check:
    """State why no computation can decide a claim.

    Raises
    ------
    ValueError
        If no reason is given.
    """
    if not reason.strip():
        raise ValueError("reason is empty")
    return Check("not testable", Verdict.NOT_TESTABLE, "—", "—", note=reason)

"""Numbers that are measured: intervals, means over seeds, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.evidence.check import LEVEL, Check, missed, numbered, of_number, route, strength
from iclnb.evidence.claims import Verdict
from iclnb.evidence.words import digits, with_unit
from iclnb.kinds import guarded


@guarded
def interval(
    estimate: float,
    half_width: float,
    predicted: float,
    *,
    note: str = "",
    of: str = "",
    by: str = "",
    unit: str = "",
    size: float | None = None,
) -> Check:
    r"""Check that a prediction lies in :math:`[\hat m-h,\hat m+h]`, and that *h* is small enough.

    Parameters
    ----------
    estimate, half_width, predicted : float
        Finite; ``half_width`` not negative.
    of, by, unit, size
        Words of the card, and the size of what is measured: with it, or if the prediction is zero,
        a shift is looked for and not a factor.

    Returns
    -------
    Check
        ``REFUTED`` if the prediction lies outside. Else ``CONSISTENT`` if a change of 5 % would
        have been noticed, up and down; ``INCONCLUSIVE`` if not even a change by 100 % would;
        ``NOT_CONTRADICTED`` in between.

    Raises
    ------
    ValueError
        On non-finite input, or a negative half-width.
    """
    estimate = float(check_array(estimate, "estimate", ()))
    predicted = float(check_array(predicted, "predicted", ()))
    half_width = check_number(half_width, "half_width", low=0.0)
    shown = with_unit(f"{digits(estimate)} ± {digits(half_width, 2)}", unit)
    said = f"{of or 'measured'}: {shown}; predicted{route(by)}: {digits(predicted)}"

    def holds(to: FloatArray) -> bool:
        return abs(estimate - float(to)) <= half_width

    if holds(np.float64(predicted)):
        notices, miss = of_number(holds, np.asarray(predicted), size, unit), None
        verdict = strength(Verdict.CONSISTENT, notices)
    else:
        notices, miss = None, missed(estimate, predicted, size, unit)
        verdict = Verdict.REFUTED
    return Check(
        "interval",
        verdict,
        with_unit(digits(predicted), unit),
        shown,
        note=note,
        settings={} if size is None else {"size": float(size)},
        numbers=numbered(predicted=predicted, measured=estimate, half_width=half_width),
        said=said,
        notices=notices,
        miss=miss,
        of=of,
    )


@guarded
def from_seeds(
    values: ArrayLike,
    predicted: float,
    *,
    allowance: float = 0.0,
    of: str = "",
    by: str = "",
    unit: str = "",
    size: float | None = None,
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
    allowance : float
        Bound on the known bias of the measurement, not negative; state where it comes from.
    of, by, unit, size
        As for :func:`interval`, whose verdicts hold.

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
        note=f"mean of {n} seeds, 99.9 % interval",
        of=of,
        by=by,
        unit=unit,
        size=size,
    )
    settings = {**check.settings, "allowance": allowance}
    return replace(check, kind="seeds", settings=settings)


@guarded
def limit(
    values: ArrayLike,
    predicted: float,
    *,
    resolution: float,
    of: str = "",
    by: str = "",
    unit: str = "",
    size: float | None = None,
) -> Check:
    r"""Check that a deterministic sequence approaches a limit.

    It holds if :math:`|v_i-p|` never grows along the sequence and its last term is at most
    ``resolution``. For quantities that an exact formula gives at growing size, where there is no
    noise to put an interval on.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least three terms.
    predicted : float
        The limit.
    resolution : float
        How near the last term must be; positive.
    of, by, unit, size
        As for :func:`interval`, whose verdicts hold.

    Raises
    ------
    ValueError
        On fewer than three terms or non-finite values.
    """
    v = check_array(values, "values")
    if v.ndim != 1 or v.size < 3:
        raise ValueError(f"values must be a sequence of >= 3 terms, got shape {v.shape}")
    predicted = float(check_array(predicted, "predicted", ()))
    resolution = check_number(resolution, "resolution", low=0.0, strict=True)

    def holds(to: FloatArray) -> bool:
        distance = np.abs(v - float(to))
        rounding = 1e-12 * max(1.0, abs(float(to)))
        return bool(np.all(np.diff(distance) <= rounding)) and distance[-1] <= resolution

    if holds(np.float64(predicted)):
        notices, miss = of_number(holds, np.asarray(predicted), size, unit), None
        verdict = strength(Verdict.CONSISTENT, notices)
    else:
        notices, miss = None, missed(float(v[-1]), predicted, size, unit)
        verdict = Verdict.REFUTED
    path = with_unit(f"{digits(v[0])} → {digits(v[-1])}", unit)
    return Check(
        "limit",
        verdict,
        with_unit(digits(predicted), unit),
        path,
        note=f"{v.size} terms; the last must be within {digits(resolution, 2)}",
        settings={
            "resolution": resolution,
            **({} if size is None else {"size": float(size)}),
        },
        numbers=numbered(predicted=predicted, measured=float(v[-1])),
        said=f"{of or 'the sequence'} goes {path} in {v.size} terms; the limit"
        f"{route(by)}: {digits(predicted)}",
        notices=notices,
        miss=miss,
        of=of,
    )

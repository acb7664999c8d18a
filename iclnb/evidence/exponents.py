"""Exponents: a power law fitted on a stated window, over independent seeds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.evidence.check import LEVEL, Check, numbered, route, strength
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, both
from iclnb.evidence.words import digits
from iclnb.kinds import guarded

_RESAMPLES = 4000


class ExponentFit(NamedTuple):
    """A fitted exponent: ``slope`` with ``half_width`` at 99.9 %, ``intercept`` of the fit of
    log y on log x, and the ``local`` slopes between neighbouring points of the window at the
    geometric midpoints ``at``."""

    slope: float
    half_width: float
    intercept: float
    at: FloatArray
    local: FloatArray


@guarded
def local_slopes(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Slopes :math:`\Delta\log y/\Delta\log x` between neighbours, at geometric midpoints.

    Parameters
    ----------
    x : array_like, shape (m,)
        Positive and strictly increasing, at least two points.
    y : array_like, shape (m,)
        Positive.

    Raises
    ------
    ValueError
        If shapes differ, a value is not positive, or ``x`` does not increase.
    """
    xs, ys = check_array(x, "x"), check_array(y, "y")
    if xs.ndim != 1 or xs.shape != ys.shape or xs.size < 2:
        raise ValueError(f"x and y must be 1-d of one length >= 2, got {xs.shape}, {ys.shape}")
    if np.any(xs <= 0) or np.any(ys <= 0):
        raise ValueError("x and y must be positive")
    if np.any(np.diff(xs) <= 0):
        raise ValueError("x must increase strictly")
    return np.sqrt(xs[1:] * xs[:-1]), np.diff(np.log(ys)) / np.diff(np.log(xs))


@guarded
def fit_exponent(
    x: ArrayLike, y: ArrayLike, *, window: tuple[float, float], rng_seed: int = 0
) -> ExponentFit:
    r"""Fit :math:`\mathbb E\,y\propto x^{\text{slope}}` on a window stated beforehand.

    The mean over seeds at each point is fitted by least squares in the logarithms, all points
    with one weight: weights estimated from a few seeds would make the interval too short. The
    interval is Student's at 99.9 % on the bootstrap standard error over seeds (seeds are resampled
    as whole curves, so correlation along a curve is kept).

    Parameters
    ----------
    x : array_like, shape (m,)
        Positive and strictly increasing.
    y : array_like, shape (seeds, m)
        Positive; at least eight independent seeds.
    window : (float, float)
        Smallest and largest x of the fit, chosen before looking; at least three points inside.
    rng_seed : int
        Seed of the bootstrap.

    Raises
    ------
    ValueError
        On wrong shapes, too few seeds or points, or values that are not positive.
    """
    rng_seed = check_integer(rng_seed, "rng_seed", least=0)
    xs, ys = check_array(x, "x"), check_array(y, "y")
    if ys.ndim != 2 or ys.shape[1:] != xs.shape:
        raise ValueError(f"y must have shape (seeds, {xs.size}), got {ys.shape}")
    if ys.shape[0] < 8:
        raise ValueError(f"y holds {ys.shape[0]} seeds; an exponent needs at least 8")
    inside = (xs >= window[0]) & (xs <= window[1])
    if inside.sum() < 3:
        raise ValueError(f"window {window} holds {int(inside.sum())} points; 3 are needed")
    xs, ys = xs[inside], ys[:, inside]
    if np.any(ys <= 0):
        raise ValueError("x and y must be positive")
    n = ys.shape[0]
    mean = ys.mean(axis=0)
    at, local = local_slopes(xs, mean)

    logx = np.log(xs)
    centred = logx - logx.mean()
    gain = centred / np.sum(centred**2)  # slope = gain . log(mean)

    shares = np.random.default_rng(rng_seed).multinomial(n, np.full(n, 1 / n), _RESAMPLES) / n
    slopes = np.log(shares @ ys) @ gain
    slope = float(np.log(mean) @ gain)
    error = float(slopes.std(ddof=1)) * np.sqrt(n / (n - 1))
    half_width = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * error
    intercept = float(np.mean(np.log(mean) - slope * logx))
    return ExponentFit(slope, half_width, intercept, at, local)


@guarded
def exponent(
    x: ArrayLike,
    y: ArrayLike,
    predicted: float,
    *,
    window: tuple[float, float],
    rng_seed: int = 0,
    of: str = "",
    by: str = "",
) -> Check:
    """Check a predicted exponent against a fit; see :func:`fit_exponent`.

    ``REFUTED`` if the prediction lies outside the interval. Else ``CONSISTENT`` if an exponent off
    by 0.05 would have been noticed, up and down; ``INCONCLUSIVE`` if not even one off by 1/2
    would; ``NOT_CONTRADICTED`` in between. The note shows the first and the last local slope of
    the window. ``of`` says of what it is the exponent, ``by`` who predicts it.
    """
    fit = fit_exponent(x, y, window=window, rng_seed=rng_seed)
    predicted = float(check_array(predicted, "predicted", ()))
    shown = f"{digits(fit.slope)} ± {digits(fit.half_width, 2)}"

    def holds(to: float) -> bool:
        return abs(fit.slope - to) <= fit.half_width

    if holds(predicted):
        miss = None
        notices = both(
            "exponent",
            lambda e: not holds(predicted + e),
            lambda e: not holds(predicted - e),
        )
        verdict = strength(Verdict.CONSISTENT, notices)
    else:
        off = abs(fit.slope - predicted)
        notices, verdict = None, Verdict.REFUTED
        miss = Miss("exponent", off, f"the exponent off by {digits(off, 2)}")
    return Check(
        "exponent",
        verdict,
        digits(predicted),
        shown,
        note=(
            f"window {digits(window[0])} to {digits(window[1])}, {np.asarray(y).shape[0]} seeds,"
            f" 99.9 % interval; local slopes {digits(fit.local[0], 3)} → {digits(fit.local[-1], 3)}"
        ),
        settings={"from": float(window[0]), "to": float(window[1])},
        numbers=numbered(predicted=predicted, measured=fit.slope, half_width=fit.half_width),
        said=f"exponent{' of ' + of if of else ''}: {shown}; predicted{route(by)}:"
        f" {digits(predicted)}",
        notices=notices,
        miss=miss,
        of=of,
    )

r"""The theorem's bounds as printed, and the sharper ones derived here.

For an isotropic teacher, :math:`\int|a|^2d\mu\le1`, :math:`\|\sigma\|_\infty=\varsigma`,
:math:`p_i` the eigenvalues of P and :math:`\delta=\|PB\|_*` (the steepest descent, as a positive
number):

.. math::
   \delta\ \ge\ \|\Sigma\|^{-1/2}\sum_ip_i\sqrt{r^\circ-p_i}
   \ \ge\ \frac{2L\sqrt{r^\circ-2L}}{\varsigma}\quad(L<r^\circ/2)
   \ \ge\ \frac{4L(r^\circ/2-L)}{\varsigma^2}\sqrt k .

So :math:`\delta=0` iff every :math:`p_i` is 0 or :math:`r^\circ`: the critical levels are exactly
:math:`m r^\circ/2`. There the best curvature is
:math:`-(r^\circ)^2\mathrm{tr}((K^\top\Sigma K)^{-1})\le-4mL^2/\varsigma^2\le-4L^2/\varsigma^2`, by

.. math:: \mathrm{tr}\,\Sigma^{-1}\ \ge\ m^3/\varsigma^2\qquad
          \text{for any }\mu\text{ with }m\text{ features and }\int|a|^2d\mu\le1 .

Proof: :math:`\Sigma=QGQ^\top` with :math:`Q=(\sqrt{p_i}\,a_i)`,
:math:`G=(\sqrt{p_ip_j}\,\kappa(w_i,w_j))`, :math:`\|Q\|_F^2\le1`,
:math:`\mathrm{tr}\,G\le\varsigma^2`. Horn's inequality for singular values of a product and the
inequality of the means give
:math:`\det\Sigma\le\prod_{i\le m}\sigma_i(Q)^2\lambda_i(G)\le m^{-m}(\varsigma^2/m)^m`, and
:math:`\mathrm{tr}\,\Sigma^{-1}\ge m(\det\Sigma)^{-1/m}`. Apply it to :math:`K^\top h`. It is
attained by m uncorrelated sign-like neurons with orthonormal outer weights.

Statements "as printed": Kim & Suzuki,
Theorem 3.3, and the slides' Theorem 1; all in the convention with the factor 1/2. Bounds are
returned with the sign of a derivative (negative).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.statistics import Statistics

__all__ = [
    "critical_levels",
    "missing_second_bound",
    "printed_first_bound",
    "printed_second_bound",
    "residual_spectrum",
    "sharp_first_bound",
    "sharp_second_bound",
    "spectral_first_bound",
    "trace_bound",
]


def _nonnegative(name: str, value: ArrayLike) -> FloatArray:
    out = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(out)) or np.any(out < 0.0):
        raise ValueError(f"{name} must be finite and not negative")
    return out


@guarded
def critical_levels(k: int, r0: float) -> FloatArray:
    r"""Return the levels :math:`mr^\circ/2`, m = 0..k, on which alone a critical point can lie."""
    k = check_integer(k, "k")
    return 0.5 * check_number(r0, "r0", low=0.0, strict=True) * np.arange(k + 1)


@guarded
def printed_first_bound(loss: ArrayLike, r0: float, *, sup_norm: float) -> FloatArray:
    r"""Return :math:`-\frac4{\varsigma^2}L(\frac{r^\circ}2-L)`, claim (1-2) of the slides.

    It is claimed for :math:`0<L<r^\circ/2` and meaningless (positive) above.
    """
    loss = _nonnegative("loss", loss)
    sup_norm = check_number(sup_norm, "sup_norm", low=0.0, strict=True)
    return -4.0 / sup_norm**2 * loss * (0.5 * check_number(r0, "r0", low=0.0, strict=True) - loss)


@guarded
def sharp_first_bound(loss: ArrayLike, r0: float, *, sup_norm: float) -> FloatArray:
    r"""Return :math:`-2L\sqrt{r^\circ-2L}/\varsigma`, or 0 for :math:`L\ge r^\circ/2`."""
    loss = _nonnegative("loss", loss)
    sup_norm = check_number(sup_norm, "sup_norm", low=0.0, strict=True)
    gap = check_number(r0, "r0", low=0.0, strict=True) - 2.0 * loss
    return -2.0 * loss * np.sqrt(np.maximum(gap, 0.0)) / sup_norm


@guarded
def residual_spectrum(stats: Statistics) -> FloatArray:
    r"""Return the eigenvalues :math:`p_i` of P, increasing, clipped at 0 from below."""
    return np.maximum(np.linalg.eigvalsh(stats.residual), 0.0)


@guarded
def spectral_first_bound(spectrum: ArrayLike, r0: float, *, sigma_norm: float) -> float:
    r"""Return :math:`-\sum_ip_i\sqrt{r^\circ-p_i}\,/\,\|\Sigma\|_{op}^{1/2}`.

    Needs no bound on the outer weights. ``spectrum`` are the :math:`p_i`, ``sigma_norm`` is
    :math:`\|\Sigma_{\mu,\mu}\|_{op}`.
    """
    p = _nonnegative("spectrum", check_array(spectrum, "spectrum", (None,)))
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    sigma_norm = check_number(sigma_norm, "sigma_norm", low=0.0, strict=True)
    return -float(np.sum(p * np.sqrt(np.maximum(r0 - p, 0.0)))) / np.sqrt(sigma_norm)


@guarded
def printed_second_bound(loss: ArrayLike, k: int, *, sup_norm: float) -> FloatArray:
    r"""Return :math:`-\frac4{k\varsigma^2}L^2`, claim (2) of the slides."""
    return sharp_second_bound(loss, sup_norm=sup_norm) / check_integer(k, "k")


@guarded
def sharp_second_bound(loss: ArrayLike, *, sup_norm: float) -> FloatArray:
    r"""Return :math:`-4L^2/\varsigma^2`: the 1/k of the slides is superfluous."""
    sup_norm = check_number(sup_norm, "sup_norm", low=0.0, strict=True)
    return -4.0 * _nonnegative("loss", loss) ** 2 / sup_norm**2


@guarded
def missing_second_bound(loss: ArrayLike, m: int, *, sup_norm: float) -> FloatArray:
    r"""Return :math:`-4mL^2/\varsigma^2`, valid and attained when m features are missing."""
    return check_integer(m, "m") * sharp_second_bound(loss, sup_norm=sup_norm)


@guarded
def trace_bound(k: int, *, sup_norm: float) -> float:
    r"""Return :math:`k^3/\varsigma^2`, which :math:`\mathrm{tr}\,\Sigma_{\mu,\mu}^{-1}` exceeds.

    For every measure with k features and :math:`\int|a|^2d\mu\le1`.
    """
    return (
        check_integer(k, "k") ** 3 / check_number(sup_norm, "sup_norm", low=0.0, strict=True) ** 2
    )

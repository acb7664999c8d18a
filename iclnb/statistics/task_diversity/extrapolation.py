r"""From finite sizes to the limit: a fit in powers of 1/d."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_integer
from iclnb.kinds import guarded


class Extrapolation(NamedTuple):
    """Value at 1/d = 0, its standard error, the coefficients of 1/d and of the last power."""

    limit: float
    error: float
    slope: float
    last: float
    order: int


@guarded
def extrapolate(
    sizes: ArrayLike, values: ArrayLike, errors: ArrayLike, *, order: int = 1
) -> Extrapolation:
    r"""Weighted least squares of :math:`e(d)=e_\infty+c_1/d+\dots+c_q/d^q`.

    Parameters
    ----------
    sizes : array (k,)
        d, positive and distinct, at least q + 1 of them (exactly as many: an interpolation).
    values, errors : arrays (k,)
        Means over seeds and their standard errors (positive). The error of the limit is propagated
        from these; it does not include the neglected powers.
    order : int
        q >= 1.
    """
    d = check_array(sizes, "sizes", (None,))
    e = check_array(values, "values", d.shape)
    s = check_array(errors, "errors", d.shape)
    order = check_integer(order, "order")
    if d.min() <= 0 or len(np.unique(d)) != len(d):
        raise ValueError("sizes must be positive and distinct")
    if s.min() <= 0:
        raise ValueError("errors must be positive")
    if len(d) < order + 1:
        raise ValueError(f"sizes must hold at least {order + 1} values for order {order}")
    design = (1.0 / d[:, None]) ** np.arange(order + 1) / s[:, None]
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ (e / s)
    limit, slope, last = (float(coefficients[i]) for i in (0, 1, -1))
    return Extrapolation(limit, float(np.linalg.norm(inverse[0])), slope, last, order)

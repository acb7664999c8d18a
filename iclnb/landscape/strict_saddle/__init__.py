r"""Strict saddles: along :math:`(1-s)\mu+s\,R\#\mu^\circ` there is descent or negative curvature.

Kim & Suzuki (ICML 2024), Theorem 3.3 (Theorem 1 of the slides), with exact formulas for what the
theorem bounds.
"""

from .anisotropic import subset_saddle, swap_curvature, swap_direction
from .bounds import (
    critical_levels,
    missing_second_bound,
    printed_first_bound,
    printed_second_bound,
    residual_spectrum,
    sharp_first_bound,
    sharp_second_bound,
    spectral_first_bound,
    trace_bound,
)
from .descent import (
    Descent,
    Missing,
    curvature_direction,
    missing,
    saddle_curvature,
    steepest_descent,
)
from .path import (
    PathDerivatives,
    curvature,
    path_derivatives,
    path_loss,
    path_measure,
    slope,
)
from .saddles import (
    Saddle,
    axis_saddle,
    missing_feature_saddle,
    weak_critical_point,
    zero_feature_saddle,
)

__all__ = [
    "Descent",
    "Missing",
    "PathDerivatives",
    "Saddle",
    "axis_saddle",
    "critical_levels",
    "curvature",
    "curvature_direction",
    "missing",
    "missing_feature_saddle",
    "missing_second_bound",
    "path_derivatives",
    "path_loss",
    "path_measure",
    "printed_first_bound",
    "printed_second_bound",
    "residual_spectrum",
    "saddle_curvature",
    "sharp_first_bound",
    "sharp_second_bound",
    "slope",
    "spectral_first_bound",
    "steepest_descent",
    "subset_saddle",
    "swap_curvature",
    "swap_direction",
    "trace_bound",
    "weak_critical_point",
    "zero_feature_saddle",
]

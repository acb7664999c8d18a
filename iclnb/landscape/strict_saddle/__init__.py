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
from .completion import factor_curvature, factor_loss, factor_slope
from .descent import (
    Descent,
    Missing,
    curvature_direction,
    missing,
    saddle_curvature,
    steepest_descent,
)
from .egg_carton import SlicePath, slice_escape_time, slice_flow, slice_loss
from .extremal import sign_saddle, steepest_sign_measure
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
from .slices import best_rotation, givens, scan_rotations
from .staircase import Staircase, staircase
from .survey import (
    CurvatureSurvey,
    SlopeSurvey,
    SwapSurvey,
    curvature_survey,
    random_covariances,
    random_problem,
    slope_survey,
    swap_survey,
)

__all__ = [
    "CurvatureSurvey",
    "Descent",
    "Missing",
    "PathDerivatives",
    "Saddle",
    "SlicePath",
    "SlopeSurvey",
    "Staircase",
    "SwapSurvey",
    "axis_saddle",
    "best_rotation",
    "critical_levels",
    "curvature",
    "curvature_direction",
    "curvature_survey",
    "factor_curvature",
    "factor_loss",
    "factor_slope",
    "givens",
    "missing",
    "missing_feature_saddle",
    "missing_second_bound",
    "path_derivatives",
    "path_loss",
    "path_measure",
    "printed_first_bound",
    "printed_second_bound",
    "random_covariances",
    "random_problem",
    "residual_spectrum",
    "saddle_curvature",
    "scan_rotations",
    "sharp_first_bound",
    "sharp_second_bound",
    "sign_saddle",
    "slice_escape_time",
    "slice_flow",
    "slice_loss",
    "slope",
    "slope_survey",
    "spectral_first_bound",
    "staircase",
    "steepest_descent",
    "steepest_sign_measure",
    "subset_saddle",
    "swap_curvature",
    "swap_direction",
    "swap_survey",
    "trace_bound",
    "weak_critical_point",
    "zero_feature_saddle",
]

r"""What no method can beat: fixed-point radii, rates, Fano, Assouad and van Trees.

After KNS Section 5 and the slides, "Mini-max lower bound". Setting and conventions of
:mod:`iclnb.statistics.nonparametric_icl`. Two kinds of bound stand side by side and must not be
chained: minimax over :math:`|\beta_j|\le j^{-s-1/2}` (:mod:`.fano`, :mod:`.assouad`), and Bayes
under :math:`\beta_j\sim N(0,j^{-2s-1})` (:mod:`.van_trees`), the one comparable with the exact
risks.
"""

from iclnb.statistics.minimax_lower_bound.assouad import (
    best_amplitude,
    coordinate_bound,
    sign_error,
    two_point_risk,
)
from iclnb.statistics.minimax_lower_bound.fano import FanoBound, fano_bound, fano_bound_of_cube
from iclnb.statistics.minimax_lower_bound.fixed_points import (
    Radii,
    critical_radius,
    power_entropy,
    squared_radii,
)
from iclnb.statistics.minimax_lower_bound.rates import (
    basis_exponent,
    estimator_one_rate,
    estimator_one_threshold,
    estimator_two_rate,
    estimator_two_threshold,
    lower_bound_rate,
    lower_bound_threshold,
    pretraining_helps,
    pretraining_pays_threshold,
    scratch_rate,
    task_exponent,
)
from iclnb.statistics.minimax_lower_bound.van_trees import (
    BoundTable,
    bound_table,
    van_trees_bound,
    van_trees_of,
)

__all__ = [
    "BoundTable",
    "FanoBound",
    "Radii",
    "basis_exponent",
    "best_amplitude",
    "bound_table",
    "coordinate_bound",
    "critical_radius",
    "estimator_one_rate",
    "estimator_one_threshold",
    "estimator_two_rate",
    "estimator_two_threshold",
    "fano_bound",
    "fano_bound_of_cube",
    "lower_bound_rate",
    "lower_bound_threshold",
    "power_entropy",
    "pretraining_helps",
    "pretraining_pays_threshold",
    "scratch_rate",
    "sign_error",
    "squared_radii",
    "task_exponent",
    "two_point_risk",
    "van_trees_bound",
    "van_trees_of",
]

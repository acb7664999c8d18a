r"""What no method can beat: fixed-point radii, rates, Fano, Assouad and van Trees.

After KNS Section 5 and the slides, "Mini-max lower bound". Setting and conventions of
:mod:`iclnb.statistics.nonparametric_icl`. Two kinds of bound stand side by side and must not be
chained: minimax over :math:`|\beta_j|\le j^{-s-1/2}` and Bayes under
:math:`\beta_j\sim N(0,j^{-2s-1})`, the one comparable with the exact risks.

* :mod:`.fixed_points`: the radii of the information-theoretic bound;
* :mod:`.rates`: rates of bound and estimators, and their thresholds in T, as powers;
* :mod:`.thresholds`: the number of tasks that a rate asks for, solved numerically;
* :mod:`.fano`, :mod:`.assouad`: minimax lower bounds with constants;
* :mod:`.hidden`: one in which the number of tasks matters;
* :mod:`~iclnb.statistics.minimax_lower_bound.exact`: the exponents, proved;
* :mod:`.van_trees`: the Bayes lower bound, and all bounds in one table;
* :mod:`.sequence_model`: what simple methods reach, upper bounds.
"""

from iclnb.statistics.minimax_lower_bound.assouad import (
    best_amplitude,
    coordinate_bound,
    sign_error,
    two_point_risk,
)
from iclnb.statistics.minimax_lower_bound.fano import (
    Cube,
    FanoBound,
    PropositionBound,
    cube_of_signs,
    fano_bound,
    fano_bound_of_cube,
    proposition_bound,
    separated_signs,
)
from iclnb.statistics.minimax_lower_bound.fixed_points import (
    Radii,
    critical_radius,
    power_entropy,
    squared_radii,
)
from iclnb.statistics.minimax_lower_bound.hidden import (
    HiddenRisk,
    hidden_bound,
    hidden_linear_risk,
    tasks_until_known,
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
from iclnb.statistics.minimax_lower_bound.sequence_model import (
    fano_over_linear,
    linear_minimax_risk,
    projection_risk,
)
from iclnb.statistics.minimax_lower_bound.thresholds import (
    corollary_exponent,
    growth_exponent,
    remark_exponent,
    tasks_needed,
    tasks_of_estimator_two,
    tasks_of_the_bound,
    tasks_to_pay,
)
from iclnb.statistics.minimax_lower_bound.van_trees import (
    BoundTable,
    bound_table,
    van_trees_bound,
    van_trees_of,
)

__all__ = [
    "BoundTable",
    "Cube",
    "FanoBound",
    "HiddenRisk",
    "PropositionBound",
    "Radii",
    "basis_exponent",
    "best_amplitude",
    "bound_table",
    "coordinate_bound",
    "corollary_exponent",
    "critical_radius",
    "cube_of_signs",
    "estimator_one_rate",
    "estimator_one_threshold",
    "estimator_two_rate",
    "estimator_two_threshold",
    "fano_bound",
    "fano_bound_of_cube",
    "fano_over_linear",
    "growth_exponent",
    "hidden_bound",
    "hidden_linear_risk",
    "linear_minimax_risk",
    "lower_bound_rate",
    "lower_bound_threshold",
    "power_entropy",
    "pretraining_helps",
    "pretraining_pays_threshold",
    "projection_risk",
    "proposition_bound",
    "remark_exponent",
    "scratch_rate",
    "separated_signs",
    "sign_error",
    "squared_radii",
    "task_exponent",
    "tasks_needed",
    "tasks_of_estimator_two",
    "tasks_of_the_bound",
    "tasks_to_pay",
    "tasks_until_known",
    "two_point_risk",
    "van_trees_bound",
    "van_trees_of",
]

r"""Stage-wise training of softmax attention, computed exactly.

One softmax attention layer is trained by gradient descent to predict a linear task from prompts
whose tokens are drawn from finitely many orthonormal features (the setting of Huang, Cheng and
Liang, "In-Context Convergence of Transformers", arXiv 2310.05249).

Convention of the whole package: query feature k, key feature n,

.. math:: S_{kn} = v_n^\top Q v_k, \qquad A_k = S_{kk}, \qquad B_{k,n} = S_{kn}\ (n \ne k),

loss :math:`L = \sum_k p_k L_k`, :math:`L_k = \tfrac12 E[(\hat y - y_q)^2 \mid x_q = v_k]`.

The full text of the paper was not available; the formulas here are derived, its bounds are
second-hand and say so.
"""

from iclnb.dynamics.stage_wise_training.courses import RareCourse, rare_course
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.limit import (
    limit_attention,
    limit_flow,
    limit_gradient,
    limit_loss,
    limit_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.phases import (
    PhaseTimes,
    convergence_time,
    growth_time,
    half_time,
    phase_times,
    rare_trajectory,
)
from iclnb.dynamics.stage_wise_training.population import (
    ClassRow,
    class_row_gradient,
    class_row_loss,
    population_gradient,
    population_loss,
    population_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.reduced import (
    descend,
    gap_flow,
    log_odds_at_time,
    plane_flow,
    solve_flow,
    time_to_log_odds,
)

__all__ = [
    "ClassRow",
    "DataModel",
    "PhaseTimes",
    "RareCourse",
    "class_row_gradient",
    "class_row_loss",
    "convergence_time",
    "descend",
    "gap_flow",
    "growth_time",
    "half_time",
    "limit_attention",
    "limit_flow",
    "limit_gradient",
    "limit_loss",
    "limit_loss_per_query",
    "log_odds_at_time",
    "phase_times",
    "plane_flow",
    "population_gradient",
    "population_loss",
    "population_loss_per_query",
    "rare_course",
    "rare_trajectory",
    "solve_flow",
    "time_to_log_odds",
]

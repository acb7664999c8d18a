r"""Stage-wise training of softmax attention, computed exactly.

One softmax attention layer is trained by gradient descent to predict a linear task from prompts
whose tokens are drawn from finitely many orthonormal features (the setting of Huang, Cheng and
Liang, "In-Context Convergence of Transformers", arXiv 2310.05249).

Convention of the whole package: query feature k, key feature n,

.. math:: S_{kn} = v_n^\top Q v_k, \qquad A_k = S_{kk}, \qquad B_{k,n} = S_{kn}\ (n \ne k),

loss :math:`L = \sum_k p_k L_k`, :math:`L_k = \tfrac12 E[(\hat y - y_q)^2 \mid x_q = v_k]`.

What to look for where:

- `data`: frequencies of features (`balanced`, `imbalanced`, `zipf`), the model `DataModel`, prompts
- `attention`: softmax attention token by token and by feature; loss and gradient of one prompt
- `population`: the expectation over all prompts of a finite length, by one-dimensional integrals
- `enumeration`: the same by listing all prompts; small sizes only
- `limit`: attention, loss and flow of all K x K scores for infinitely long prompts
- `descent`: gradient descent on all scores, driven by an exact or a sampled gradient
- `reduced`: the one or two variables that symmetry leaves, at both prompt lengths; closed form
- `phases`: marks along a row's course and their times (`phase_times`, `half_time`, ...)
- `laws`: the laws of these times for many features (`predict_*`), the published bounds (`bound_*`)
- `courses`: scores, speeds, attention and loss of one row at given times
- `counting`: how many phases a row passes through (`turns`)

Training on sampled prompts, other frequencies, noise, optimisers and separate matrices are in
:mod:`iclnb.dynamics.stage_wise_in_practice`.

The full text of the paper was not available; the formulas here are derived, its bounds are
second-hand and say so.
"""

from iclnb.dynamics.stage_wise_training.attention import (
    gradient_given_counts,
    group_attention,
    grouped_attention,
    loss_given_counts,
    predict,
    scores_from_weights,
    token_attention,
    weights_from_scores,
)
from iclnb.dynamics.stage_wise_training.counting import Turns, rare_turns, row_turns, turns
from iclnb.dynamics.stage_wise_training.courses import (
    RareCourse,
    RowCourse,
    rare_course,
    row_course,
)
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    TokenPrompts,
    balanced,
    imbalanced,
    orthonormal_features,
    sample_counts,
    sample_token_prompts,
    zipf,
)
from iclnb.dynamics.stage_wise_training.descent import (
    Oracle,
    Path,
    descend_scores,
    exact_descent,
    first_crossing,
    population_oracle,
)
from iclnb.dynamics.stage_wise_training.enumeration import (
    count_tables,
    enumerated_gradient,
    enumerated_loss_per_query,
    multinomial_probabilities,
)
from iclnb.dynamics.stage_wise_training.laws import (
    bound_convergence_time,
    bound_corridor_time,
    bound_dominant_time,
    bound_growth_time,
    bound_takeoff_time,
    local_slope,
    predict_convergence_time,
    predict_corridor_time,
    predict_dominant_attention,
    predict_dominant_score_at_half,
    predict_growth_time,
    predict_half_time,
    predict_rare_convergence_time,
    predict_rare_half_time,
    predict_switch_time,
)
from iclnb.dynamics.stage_wise_training.limit import (
    limit_attention,
    limit_flow,
    limit_gradient,
    limit_loss,
    limit_loss_per_query,
    limit_row_flow,
)
from iclnb.dynamics.stage_wise_training.phases import (
    PhaseTimes,
    convergence_time,
    growth_time,
    half_time,
    phase_times,
    rare_flow,
    rare_loss,
    rare_trajectory,
)
from iclnb.dynamics.stage_wise_training.population import (
    ClassRow,
    RowGradient,
    class_row_gradient,
    class_row_loss,
    population_gradient,
    population_loss,
    population_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.reduced import (
    FlowSolution,
    PlaneAttention,
    clock,
    descend,
    finite_gap_flow,
    finite_gap_loss,
    finite_plane_flow,
    finite_plane_loss,
    gap_flow,
    gap_loss,
    log_odds_at_time,
    plane_attention,
    plane_flow,
    plane_loss,
    plane_rest,
    solve_flow,
    time_to_log_odds,
)

__all__ = [
    "ClassRow",
    "DataModel",
    "FlowSolution",
    "Oracle",
    "Path",
    "PhaseTimes",
    "PlaneAttention",
    "RareCourse",
    "RowCourse",
    "RowGradient",
    "TokenPrompts",
    "Turns",
    "balanced",
    "bound_convergence_time",
    "bound_corridor_time",
    "bound_dominant_time",
    "bound_growth_time",
    "bound_takeoff_time",
    "class_row_gradient",
    "class_row_loss",
    "clock",
    "convergence_time",
    "count_tables",
    "descend",
    "descend_scores",
    "enumerated_gradient",
    "enumerated_loss_per_query",
    "exact_descent",
    "finite_gap_flow",
    "finite_gap_loss",
    "finite_plane_flow",
    "finite_plane_loss",
    "first_crossing",
    "gap_flow",
    "gap_loss",
    "gradient_given_counts",
    "group_attention",
    "grouped_attention",
    "growth_time",
    "half_time",
    "imbalanced",
    "limit_attention",
    "limit_flow",
    "limit_gradient",
    "limit_loss",
    "limit_loss_per_query",
    "limit_row_flow",
    "local_slope",
    "log_odds_at_time",
    "loss_given_counts",
    "multinomial_probabilities",
    "orthonormal_features",
    "phase_times",
    "plane_attention",
    "plane_flow",
    "plane_loss",
    "plane_rest",
    "population_gradient",
    "population_loss",
    "population_loss_per_query",
    "population_oracle",
    "predict",
    "predict_convergence_time",
    "predict_corridor_time",
    "predict_dominant_attention",
    "predict_dominant_score_at_half",
    "predict_growth_time",
    "predict_half_time",
    "predict_rare_convergence_time",
    "predict_rare_half_time",
    "predict_switch_time",
    "rare_course",
    "rare_flow",
    "rare_loss",
    "rare_trajectory",
    "rare_turns",
    "row_course",
    "row_turns",
    "sample_counts",
    "sample_token_prompts",
    "scores_from_weights",
    "solve_flow",
    "time_to_log_odds",
    "token_attention",
    "turns",
    "weights_from_scores",
    "zipf",
]

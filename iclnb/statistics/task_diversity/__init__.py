r"""Task diversity: how many pretraining tasks turn memory into a general rule.

After A. Raventós et al. (NeurIPS 2023) and Lu et al.'s asymptotic theory. Exact and cheap:

* :mod:`.prompts`: linear prompts, their tasks from a finite pool or from all;
* :mod:`.predictors`, :mod:`.risks`: the two Bayes rules, linear attention, and their risks;
* :mod:`.plane`: pool, prompt and answers as points of the plane;
* :mod:`.exact_curves`: these risks against the size of the pool;
* :mod:`.limits`: Lu et al.'s closed curves, and the peak;
  :mod:`~iclnb.statistics.task_diversity.exact`: peak and floor, proved;
* :mod:`.simulation`, :mod:`.least_squares`, :mod:`.finite_size`, :mod:`.extrapolation`: the same at
  finite d.

Trained with torch, and therefore not imported here: :mod:`.trainable` (seconds) with
:mod:`.transition`, which trains one model for each size of the pool, and :mod:`.transformer` with
:mod:`.pool_runs` (paper scale).

``noise`` is always a standard deviation; Lu et al. give the variance, rho.
"""

from iclnb.statistics.task_diversity.exact_curves import PoolCurves, pool_curves
from iclnb.statistics.task_diversity.extrapolation import Extrapolation, extrapolate
from iclnb.statistics.task_diversity.finite_size import (
    SizeErrors,
    SizeStudy,
    pooled,
    size_run,
    size_study,
    stored_errors,
)
from iclnb.statistics.task_diversity.least_squares import ridgeless
from iclnb.statistics.task_diversity.limits.asymptotics import (
    icl_error,
    last_noise_term,
    resolvent,
    saturated_error,
)
from iclnb.statistics.task_diversity.limits.double_descent import effective_tau, pole_strength
from iclnb.statistics.task_diversity.limits.ridge_curves import (
    TaskErrors,
    effective_penalty,
    ridge_errors,
)
from iclnb.statistics.task_diversity.plane import PlaneAnswers, answers_in_the_plane
from iclnb.statistics.task_diversity.predictors import (
    dmmse,
    log_likelihoods,
    pool_posterior,
    prediction_distance,
    prefix_predictions,
    ridge,
    task_distance,
)
from iclnb.statistics.task_diversity.prompts import (
    sample_linear_prompts,
    sample_pool,
)
from iclnb.statistics.task_diversity.risks import (
    attention_distance,
    attention_gamma,
    attention_risk,
    dmmse_risk,
    key_second_moment,
    ridge_risk,
    ridge_risk_limit,
)
from iclnb.statistics.task_diversity.simulation import (
    LuSetting,
    new_task_error,
    pool_task_error,
    sample_pretraining,
    simulated_errors,
    sphere_tasks,
)

__all__ = [
    "Extrapolation",
    "LuSetting",
    "PlaneAnswers",
    "PoolCurves",
    "SizeErrors",
    "SizeStudy",
    "TaskErrors",
    "answers_in_the_plane",
    "attention_distance",
    "attention_gamma",
    "attention_risk",
    "dmmse",
    "dmmse_risk",
    "effective_penalty",
    "effective_tau",
    "extrapolate",
    "icl_error",
    "key_second_moment",
    "last_noise_term",
    "log_likelihoods",
    "new_task_error",
    "pole_strength",
    "pool_curves",
    "pool_posterior",
    "pool_task_error",
    "pooled",
    "prediction_distance",
    "prefix_predictions",
    "resolvent",
    "ridge",
    "ridge_errors",
    "ridge_risk",
    "ridge_risk_limit",
    "ridgeless",
    "sample_linear_prompts",
    "sample_pool",
    "sample_pretraining",
    "saturated_error",
    "simulated_errors",
    "size_run",
    "size_study",
    "sphere_tasks",
    "stored_errors",
    "task_distance",
]

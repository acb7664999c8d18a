r"""Task diversity: how many pretraining tasks turn memory into a general rule.

After A. Raventós et al. (NeurIPS 2023) and Lu et al.'s asymptotic theory. Exact and cheap: the two
Bayes rules (:mod:`.predictors`), risks (:mod:`.risks`), the closed curves (:mod:`.asymptotics`) and
their simulation at finite d (:mod:`.simulation`, :mod:`.extrapolation`). Trained with torch, and
not imported here: :mod:`.trainable` (seconds) and :mod:`.transformer` (paper scale).

``noise`` is always a standard deviation; Lu et al. give the variance, rho.
"""

from iclnb.statistics.task_diversity.asymptotics import icl_error, resolvent, saturated_error
from iclnb.statistics.task_diversity.extrapolation import Extrapolation, extrapolate
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
    ridgeless,
    sample_pretraining,
    simulated_error,
    sphere_tasks,
)

__all__ = [
    "Extrapolation",
    "LuSetting",
    "attention_distance",
    "attention_gamma",
    "attention_risk",
    "dmmse",
    "dmmse_risk",
    "extrapolate",
    "icl_error",
    "key_second_moment",
    "log_likelihoods",
    "new_task_error",
    "pool_posterior",
    "prediction_distance",
    "prefix_predictions",
    "resolvent",
    "ridge",
    "ridge_risk",
    "ridge_risk_limit",
    "ridgeless",
    "sample_linear_prompts",
    "sample_pool",
    "sample_pretraining",
    "saturated_error",
    "simulated_error",
    "sphere_tasks",
    "task_distance",
]

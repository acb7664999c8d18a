r"""Stage-wise training beyond the theorem: sampled prompts, many frequencies, noise, optimisers.

The setting, the conventions and everything exact are those of
:mod:`iclnb.dynamics.stage_wise_training`. What to look for where:

- `minibatch`: the gradient of a batch of prompts; mean attention maps
- `sgd`: training the matrix Q with torch's optimisers; it imports torch, so it is imported by its
  own name, ``from iclnb.dynamics.stage_wise_in_practice import sgd``
- `runs`: the stages of one run as a few numbers, for sweeps over seeds and sizes
- `coherence`: features that are not orthogonal
- `fixed_prompts`: training on prompts that are drawn once
- `lags`: how much later the rare features are learned than the dominant one
- `zipf`: features of many frequencies, one clock for all their learning times
- `shrinkage`: label noise, and the Bayes shrinkage that attention learns
- `untied`: separate query and key matrices
- `value_scale`: a learned value scale
"""

from iclnb.dynamics.stage_wise_in_practice.coherence import (
    CoherentCourse,
    coherent_course,
    coherent_features,
    coherent_flow,
    feature_loss,
)
from iclnb.dynamics.stage_wise_in_practice.fixed_prompts import (
    FixedRun,
    asked_share,
    fixed_descent,
    query_share,
)
from iclnb.dynamics.stage_wise_in_practice.lags import Stages, learning_lag, stages
from iclnb.dynamics.stage_wise_in_practice.minibatch import (
    Batch,
    aggregate,
    attention_map,
    batch_gradient,
    minibatch_oracle,
    sample_batch,
)
from iclnb.dynamics.stage_wise_in_practice.runs import StageMarks, exact_run, sgd_run, stage_marks
from iclnb.dynamics.stage_wise_in_practice.shrinkage import (
    balanced_bayes_risk,
    balanced_loss,
    balanced_slope,
    hard_attention_risk,
    optimal_gap,
    shrinkage_mass,
)
from iclnb.dynamics.stage_wise_in_practice.untied import UntiedPath, random_start, untied_descent
from iclnb.dynamics.stage_wise_in_practice.value_scale import (
    ScaledGradient,
    ScaledPath,
    scaled_descent,
    scaled_gradient,
    scaled_loss_per_query,
)
from iclnb.dynamics.stage_wise_in_practice.zipf import (
    GrowthClock,
    RowTimes,
    growth_clock,
    leading_loss_times,
    predict_half_times,
    predict_loss_times,
    row_times,
)

__all__ = [
    "Batch",
    "CoherentCourse",
    "FixedRun",
    "GrowthClock",
    "RowTimes",
    "ScaledGradient",
    "ScaledPath",
    "StageMarks",
    "Stages",
    "UntiedPath",
    "aggregate",
    "asked_share",
    "attention_map",
    "balanced_bayes_risk",
    "balanced_loss",
    "balanced_slope",
    "batch_gradient",
    "coherent_course",
    "coherent_features",
    "coherent_flow",
    "exact_run",
    "feature_loss",
    "fixed_descent",
    "growth_clock",
    "hard_attention_risk",
    "leading_loss_times",
    "learning_lag",
    "minibatch_oracle",
    "optimal_gap",
    "predict_half_times",
    "predict_loss_times",
    "query_share",
    "random_start",
    "row_times",
    "sample_batch",
    "scaled_descent",
    "scaled_gradient",
    "scaled_loss_per_query",
    "sgd_run",
    "shrinkage_mass",
    "stage_marks",
    "stages",
    "untied_descent",
]

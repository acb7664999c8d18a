r"""The information exponent: why it sets the cost, and what pretraining moves away from a task.

One-step signals (:mod:`.signals`), their limits in high dimension (:mod:`.large_dimension`) and
what they cost (:mod:`.one_step_cost`), flows on the sphere (:mod:`.flows`), online ascent
(:mod:`.online`), the staircase (:mod:`.staircase`), transforms of the
labels (:mod:`.generative`). The exponent Q is the least degree of the link,
see :mod:`iclnb.features.one_gradient_step.links`.
"""

from .flows import (
    FlowCourse,
    flow_course,
    flow_time,
    in_context_flow_time,
    overlap_speed,
    pure_correlation,
    pure_flow_time,
)
from .generative import (
    LabelSeries,
    bump_table,
    least_degree,
    moments_from_steps,
    power_table,
    sampled_examples,
    sampled_steps,
    tail_label,
    tail_series,
)
from .large_dimension import Asymptote, in_context_asymptote, supervised_asymptote
from .one_step_cost import (
    DirectionMoments,
    direction_alignment,
    direction_moments,
    examples_for_direction,
    examples_for_label,
    label_moments,
    leading_examples,
    leading_pretraining,
)
from .online import online_exponent, online_hitting_steps, online_step_size
from .signals import (
    Costs,
    costs,
    in_context_exponent,
    in_context_signal,
    log_slopes,
    sampled_in_context_power,
    sampled_supervised_power,
    seen_degrees,
    supervised_exponent,
    supervised_signal,
)
from .staircase import MonomialTarget, StaircasePath, staircase_flow

__all__ = [
    "Asymptote",
    "Costs",
    "DirectionMoments",
    "FlowCourse",
    "LabelSeries",
    "MonomialTarget",
    "StaircasePath",
    "bump_table",
    "costs",
    "direction_alignment",
    "direction_moments",
    "examples_for_direction",
    "examples_for_label",
    "flow_course",
    "flow_time",
    "in_context_asymptote",
    "in_context_exponent",
    "in_context_flow_time",
    "in_context_signal",
    "label_moments",
    "leading_examples",
    "leading_pretraining",
    "least_degree",
    "log_slopes",
    "moments_from_steps",
    "online_exponent",
    "online_hitting_steps",
    "online_step_size",
    "overlap_speed",
    "power_table",
    "pure_correlation",
    "pure_flow_time",
    "sampled_examples",
    "sampled_in_context_power",
    "sampled_steps",
    "sampled_supervised_power",
    "seen_degrees",
    "staircase_flow",
    "supervised_asymptote",
    "supervised_exponent",
    "supervised_signal",
    "tail_label",
    "tail_series",
]

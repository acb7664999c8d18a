r"""The information exponent: why it sets the cost, and what pretraining moves away from a task.

One-step signals (:mod:`.signals`), flows on the sphere (:mod:`.flows`), the staircase
(:mod:`.staircase`). The exponent Q is the least degree of the link, see
:mod:`iclnb.features.single_index.links`.
"""

from .flows import flow_time, in_context_flow_time, overlap_speed, pure_flow_time
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
    "Costs",
    "MonomialTarget",
    "StaircasePath",
    "costs",
    "flow_time",
    "in_context_exponent",
    "in_context_flow_time",
    "in_context_signal",
    "log_slopes",
    "overlap_speed",
    "pure_flow_time",
    "sampled_in_context_power",
    "sampled_supervised_power",
    "seen_degrees",
    "staircase_flow",
    "supervised_exponent",
    "supervised_signal",
]

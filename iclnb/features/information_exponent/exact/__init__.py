r"""The chapter's statements, proved: what a neuron sees, what it costs, how long a flow takes.

Nothing here uses the float library. Each proof's argument, at its default, is the statement of the
page, and another value is a near miss that must be refuted.

* :mod:`.blindness`: Hermite coefficients of a ReLU without bias;
* :mod:`.signals`, :mod:`.costs`: rational functions of the dimension, expanded at infinity;
* :mod:`.flows`: times with a remainder that is enclosed for all dimensions.
"""

from .blindness import blind, half_moment, hermite
from .costs import examples, pretraining_cost, step_cost, tasks
from .flows import context_flow, easy_flow, equal_signs, flow_time, product_time, ratio, three
from .generative import bump, polynomials, power_moment
from .signals import (
    context_signal,
    context_square,
    correction,
    supervised_signal,
    supervised_square,
)

__all__ = [
    "blind",
    "bump",
    "context_flow",
    "context_signal",
    "context_square",
    "correction",
    "easy_flow",
    "equal_signs",
    "examples",
    "flow_time",
    "half_moment",
    "hermite",
    "polynomials",
    "power_moment",
    "pretraining_cost",
    "product_time",
    "ratio",
    "step_cost",
    "supervised_signal",
    "supervised_square",
    "tasks",
    "three",
]

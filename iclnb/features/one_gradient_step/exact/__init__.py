r"""The chapter's statements, proved: what a neuron sees, the gradient, the shares after one step.

Nothing here uses the float library. Each proof's argument, at its default, is the statement of the
page, and another value is a near miss that must be refuted.

* :mod:`.neurons`: Hermite coefficients of a ReLU, every bias; :mod:`.gradients`: the gradient by a
  moved weight, on enumerated prompts, near the equator;
* :mod:`.shares`: the floor, the theorem's budget and the trade-off for the quadratic link.
"""

from .gradients import (
    any_length,
    displayed,
    gradient,
    leading_coefficient,
    leading_term,
    moved,
    of_prompt,
    sampled,
    second_moment,
)
from .neurons import coefficient, correlation, hermite_coefficients, odd_links, shown
from .shares import budget, floor, noise, share_outside, theorem_budget, trade_off

__all__ = [
    "any_length",
    "budget",
    "coefficient",
    "correlation",
    "displayed",
    "floor",
    "gradient",
    "hermite_coefficients",
    "leading_coefficient",
    "leading_term",
    "moved",
    "noise",
    "odd_links",
    "of_prompt",
    "sampled",
    "second_moment",
    "share_outside",
    "shown",
    "theorem_budget",
    "trade_off",
]

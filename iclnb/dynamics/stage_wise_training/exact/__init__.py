r"""The chapter's statements, proved: what moves, what is conserved, and how long it takes.

Nothing here uses the float library. Each proof's argument, at its default, is the statement of the
page, and another value is a near miss that must be refuted.

* :mod:`.losses`: loss and gradient from all prompts and tasks, and what a step keeps;
* :mod:`.times`: rows with equal competitors, in closed form, and their limits with a remainder;
* :mod:`.rows`, :mod:`.fading`, :mod:`.bursting`: the row of a rare feature, its two speeds and what
  follows by signs; the dominant key's fall and the switch; the time to one half.
"""

from .bursting import dominant_score, rare_growth
from .fading import corridor, power_law, switch_third
from .losses import (
    conservation,
    few_variables,
    gradient,
    gradient_by_definition,
    loss_by_definition,
    loss_identity,
    monotone,
    step,
)
from .rows import row_flow, row_signs, row_speeds
from .times import (
    balanced_bound,
    balanced_growth,
    balanced_tail,
    clock,
    closed_form,
    dominant_time,
    growth_over_square,
    time_to,
)

__all__ = [
    "balanced_bound",
    "balanced_growth",
    "balanced_tail",
    "clock",
    "closed_form",
    "conservation",
    "corridor",
    "dominant_score",
    "dominant_time",
    "few_variables",
    "gradient",
    "gradient_by_definition",
    "growth_over_square",
    "loss_by_definition",
    "loss_identity",
    "monotone",
    "power_law",
    "rare_growth",
    "row_flow",
    "row_signs",
    "row_speeds",
    "step",
    "switch_third",
    "time_to",
]

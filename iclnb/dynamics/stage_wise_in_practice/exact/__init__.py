r"""The chapter's statements, proved: the floor of short prompts, noisy labels, separate matrices.

Nothing here uses the float library. Each proof's argument, at its default, is the statement of the
page, and another value is a near miss that must be refuted.
"""

from .floors import floor, loss_floor
from .separate import by_keys, by_scores, untied_conservation
from .shrinkage import bayes_shrinkage, noisy_by_definition, optimal, ray_loss, ray_slope

__all__ = [
    "bayes_shrinkage",
    "by_keys",
    "by_scores",
    "floor",
    "loss_floor",
    "noisy_by_definition",
    "optimal",
    "ray_loss",
    "ray_slope",
    "untied_conservation",
]

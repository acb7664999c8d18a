"""Finite prompts: the loss of n examples, exactly, by enumeration and by simulation.

* :mod:`.finite_prompt`: the loss of prompts of n examples, and its least value over attention;
* :mod:`.enumerated`: the same by a list of all prompts of a discrete law;
* :mod:`.simulated`: the same by simulation.
"""

from iclnb.landscape.mean_field_limit.prompts.enumerated import enumerated_prompt_loss
from iclnb.landscape.mean_field_limit.prompts.finite_prompt import (
    FinitePrompt,
    finite_prompt_loss,
    fourth_moment,
    optimal_finite_prompt,
)
from iclnb.landscape.mean_field_limit.prompts.simulated import (
    prompt_constant,
    simulated_prompt_loss,
)

__all__ = [
    "FinitePrompt",
    "enumerated_prompt_loss",
    "finite_prompt_loss",
    "fourth_moment",
    "optimal_finite_prompt",
    "prompt_constant",
    "simulated_prompt_loss",
]

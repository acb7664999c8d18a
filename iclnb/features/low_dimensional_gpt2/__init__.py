r"""A GPT-2-style decoder that learns single-index tasks in context.

Sizes and the plateau are exact and stand here; :mod:`.layouts`, :mod:`.decoder`, :mod:`.sampling`,
:mod:`.checkpoints` and :mod:`.training` import torch and are imported by their own names.
"""

from .config import (
    VOCABULARY,
    DecoderConfig,
    ParameterCount,
    parameter_count,
    published_decoder,
)
from .plateau import no_context_error, plateau_exit

__all__ = [
    "VOCABULARY",
    "DecoderConfig",
    "ParameterCount",
    "no_context_error",
    "parameter_count",
    "plateau_exit",
    "published_decoder",
]

"""The chapter's statements, proved: prompts enumerated and objectives differentiated, against the
page's displays.

Nothing here uses the float library. Each proof's argument, at its default, is the statement of the
page, and another value is a near miss, or the form that was printed, that must be refuted.

* :mod:`.risks`: the risk at every prompt length, and the matrix that is best at a length;
* :mod:`.regressions`: three solvers, kernels that know a quadratic, two displays of the slides.
"""

from .regressions import (
    answers_at,
    kernel_wins,
    solvers,
    solvers_at,
    stage_two_display,
    table,
)
from .risks import affine, example, length_mismatch, regularised, ridge_limit

__all__ = [
    "affine",
    "answers_at",
    "example",
    "kernel_wins",
    "length_mismatch",
    "regularised",
    "ridge_limit",
    "solvers",
    "solvers_at",
    "stage_two_display",
    "table",
]

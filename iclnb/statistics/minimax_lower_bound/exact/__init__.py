"""The chapter's statements, proved: exponents of balances, and constants for every long prompt.

Nothing here uses the float library. The arguments, at their defaults, are the statements of the
page; other values are near misses, or what is printed.

* :mod:`.exponents`: powers of n on both sides of each balance;
* :mod:`.constants`: Fano's constant, a logarithm in the entropy, one sign at a time.
"""

from .constants import (
    by_signs,
    cube,
    examples_for,
    fano_constant,
    fano_limit,
    logarithm,
    sign_left,
    two_point,
)
from .exponents import estimator_two, pays, projection, radii, remark, threshold

__all__ = [
    "by_signs",
    "cube",
    "estimator_two",
    "examples_for",
    "fano_constant",
    "fano_limit",
    "logarithm",
    "pays",
    "projection",
    "radii",
    "remark",
    "sign_left",
    "threshold",
    "two_point",
]

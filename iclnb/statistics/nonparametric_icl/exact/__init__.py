r"""The chapter's statements, proved: all prompts, whole spectra and powers, against the displays.

Nothing here uses the float library. The arguments, at their defaults, are the statements of the
page; other values are near misses, or what is printed.

* :mod:`.risks`: the risk, its least matrix, the parts of the published one;
* :mod:`.laws`: sums over the whole spectrum, with a remainder for every prompt length;
* :mod:`.pretraining`: memorisation, the cost of a full matrix, the balance with few tasks;
* :mod:`.steps`: statements with several halves.
"""

from .laws import (
    bayes_factor,
    factor_limit,
    flat_risk,
    least_bayes,
    plug_in,
    plug_in_risk,
    two_terms,
    with_features,
)
from .pretraining import full_to_diagonal, interpolating, memorisation, prompts, scarce
from .risks import (
    enumerated_risk,
    exact_risk,
    flat_least,
    flat_optimum,
    optimal_gamma,
    parts,
    risk_of_small_law,
    small_law,
    spline_gamma,
    terms,
)

__all__ = [
    "bayes_factor",
    "enumerated_risk",
    "exact_risk",
    "factor_limit",
    "flat_least",
    "flat_optimum",
    "flat_risk",
    "full_to_diagonal",
    "interpolating",
    "least_bayes",
    "memorisation",
    "optimal_gamma",
    "parts",
    "plug_in",
    "plug_in_risk",
    "prompts",
    "risk_of_small_law",
    "scarce",
    "small_law",
    "spline_gamma",
    "terms",
    "two_terms",
    "with_features",
]

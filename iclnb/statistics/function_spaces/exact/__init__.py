"""The chapter's statements, proved: piecewise polynomials, counts, Fourier coefficients.

Nothing here uses the float library. The arguments, at their defaults, are the statements that are
right; other values are near misses, or what is printed.
"""

from .counts import anisotropic_count, count, mixed_exponent, product_norm, products
from .spikes import missed, spikes
from .splines import (
    aggregation,
    cell_gram,
    determinant,
    gram,
    integral,
    near_orthonormal,
    pieces,
    refined,
    refinement,
    spline,
    weights,
)

__all__ = [
    "aggregation",
    "anisotropic_count",
    "cell_gram",
    "count",
    "determinant",
    "gram",
    "integral",
    "missed",
    "mixed_exponent",
    "near_orthonormal",
    "pieces",
    "product_norm",
    "products",
    "refined",
    "refinement",
    "spikes",
    "spline",
    "weights",
]

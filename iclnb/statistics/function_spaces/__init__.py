r"""Bases of function spaces: which functions, how many, and what they leave over.

Every basis is a :class:`Basis`: N functions on :math:`[0,1]^d` under the uniform law, with values,
an exact quadrature, a Gram matrix and truncations. This package knows no other chapter; the
chapters on risks (:mod:`iclnb.statistics.nonparametric_icl`) and on learned features
(:mod:`iclnb.statistics.learning_the_basis`) take their bases from here.

* the interface, linear combinations and tensor products: :mod:`.basis`;
* orthonormal families: :mod:`.trigonometric` (cosines, Fourier pairs, random polynomials),
  :mod:`.dyadic` (Walsh, Haar), :mod:`.polynomials` (Legendre);
* splines: :mod:`.splines` (the cardinal spline, its refinement, right and as printed),
  :mod:`.spline_bases` (one level, all levels, tensor products);
* many inputs: :mod:`.gamma_smooth` (how many functions an error takes), :mod:`.cosine_products`
  (the slides' product, as printed and corrected);
* what a span leaves over: :mod:`.projection`, and of tasks with few large coefficients
  :mod:`.sparse`; how a basis behaves: :mod:`.orthonormal` (Gram
  eigenvalues, rank, square sum); how fast coefficients decay: :mod:`.spectra`.
"""

from iclnb.statistics.function_spaces.basis import Basis, CombinedBasis, OrderedBasis, TensorBasis
from iclnb.statistics.function_spaces.cosine_products import cosine_product, product_norm
from iclnb.statistics.function_spaces.dyadic import HaarBasis, WalshBasis
from iclnb.statistics.function_spaces.gamma_smooth import (
    GammaSmoothBasis,
    block_level,
    block_size,
    blocks,
    function_count,
    rate_exponent,
)
from iclnb.statistics.function_spaces.orthonormal import (
    basis_rank,
    gram_eigenvalues,
    orthonormalised,
    square_sum,
    square_sum_supremum,
)
from iclnb.statistics.function_spaces.polynomials import LegendreBasis
from iclnb.statistics.function_spaces.projection import best_approximation, span_distances
from iclnb.statistics.function_spaces.sparse import (
    ChosenSpike,
    chosen_spike,
    chosen_terms,
    fixed_span_error,
    fixed_width,
)
from iclnb.statistics.function_spaces.spectra import (
    besov_variances,
    logarithmic_law,
    paired_power_law,
    power_law,
    power_tail,
)
from iclnb.statistics.function_spaces.spline_bases import (
    MultiresolutionSplines,
    SplineBasis,
    anisotropic_level,
    isotropic_levels,
    periodic_gram_range,
)
from iclnb.statistics.function_spaces.splines import (
    active_splines,
    aggregation_weights,
    cardinal_bspline,
    centred_bspline,
    refined,
    refined_as_printed,
    spline_pieces,
)
from iclnb.statistics.function_spaces.trigonometric import (
    CosineBasis,
    FourierBasis,
    random_trigonometric_basis,
)

__all__ = [
    "Basis",
    "ChosenSpike",
    "CombinedBasis",
    "CosineBasis",
    "FourierBasis",
    "GammaSmoothBasis",
    "HaarBasis",
    "LegendreBasis",
    "MultiresolutionSplines",
    "OrderedBasis",
    "SplineBasis",
    "TensorBasis",
    "WalshBasis",
    "active_splines",
    "aggregation_weights",
    "anisotropic_level",
    "basis_rank",
    "besov_variances",
    "best_approximation",
    "block_level",
    "block_size",
    "blocks",
    "cardinal_bspline",
    "centred_bspline",
    "chosen_spike",
    "chosen_terms",
    "cosine_product",
    "fixed_span_error",
    "fixed_width",
    "function_count",
    "gram_eigenvalues",
    "isotropic_levels",
    "logarithmic_law",
    "orthonormalised",
    "paired_power_law",
    "periodic_gram_range",
    "power_law",
    "power_tail",
    "product_norm",
    "random_trigonometric_basis",
    "rate_exponent",
    "refined",
    "refined_as_printed",
    "span_distances",
    "spline_pieces",
    "square_sum",
    "square_sum_supremum",
]

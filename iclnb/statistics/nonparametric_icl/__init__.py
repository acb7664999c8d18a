r"""Nonparametric in-context learning: bases, exact risks of linear attention, pretraining.

Setting of J. Kim, T. Nakamaki and T. Suzuki (NeurIPS 2024, arXiv 2408.12186; "KNS") and of the
slides' first half. Conventions of the whole package: inputs uniform on :math:`[0,1]^d`, tasks
:math:`F=\sum_j\beta_jf_j` with :math:`E\beta\beta^\top=\Sigma`, labels :math:`F(x_i)+\sigma\xi_i`,
answer :math:`\hat y=\frac1n\sum_iy_i\phi(x_i)^\top\Gamma\psi(x_q)`, risk
:math:`E(\hat y-F(x_q))^2` (the noise of the query label is not counted). ``noise`` is always the
standard deviation :math:`\sigma`, ``sigma`` the covariance :math:`\Sigma` (a vector is its
diagonal).

The module :mod:`.learned_basis` trains with torch and is not imported here.
"""

from iclnb.statistics.nonparametric_icl.basis import (
    Basis,
    CombinedBasis,
    Quadrature,
    TensorBasis,
)
from iclnb.statistics.nonparametric_icl.bayes import (
    Estimate,
    Posterior,
    attention_to_bayes_limit,
    bayes_risk,
    jensen_bound,
    jensen_power_law,
    posterior,
    ridge_coefficients,
    sollich_power_law,
    sollich_risk,
)
from iclnb.statistics.nonparametric_icl.conjugate import ConjugateFit, fit_conjugate
from iclnb.statistics.nonparametric_icl.dyadic import HaarBasis, WalshBasis
from iclnb.statistics.nonparametric_icl.erm import Fit, fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.gamma_smooth import (
    GammaSmoothBasis,
    block_size,
    blocks,
    function_count,
    gamma,
    rate_exponent,
)
from iclnb.statistics.nonparametric_icl.infinite import (
    flat_risk,
    identity_best_features,
    identity_risk,
    leading_law,
    minimax_exponent,
    rate_constant,
    shrinkage_sum,
    two_term_law,
)
from iclnb.statistics.nonparametric_icl.moments import (
    Moments,
    basis_moments,
    best_key_features,
    cosine_moments,
    flat_moments,
    quadrature_moments,
)
from iclnb.statistics.nonparametric_icl.orthonormal import (
    basis_rank,
    gram_eigenvalues,
    orthonormalised,
    square_sum,
    square_sum_supremum,
)
from iclnb.statistics.nonparametric_icl.polynomials import LegendreBasis
from iclnb.statistics.nonparametric_icl.proposition import PropositionTerms, proposition_terms
from iclnb.statistics.nonparametric_icl.risk import (
    RiskTerms,
    kns_gamma,
    optimal_diagonal,
    optimal_gamma,
    optimal_risk,
    population_risk,
    risk_terms,
)
from iclnb.statistics.nonparametric_icl.sampling import (
    AttentionData,
    Prompts,
    attention_data,
    attention_stream,
    infinite_context_data,
    predictions,
    sample_prompts,
    sample_tasks,
)
from iclnb.statistics.nonparametric_icl.sandwich import Sandwich, classical_excess, sandwich
from iclnb.statistics.nonparametric_icl.smoothers import (
    kernel_ridge_weights,
    linear_attention_weights,
    mean_smoother_risk,
    smoother_risk,
    softmax_weights,
)
from iclnb.statistics.nonparametric_icl.softmax import (
    StationarySetting,
    TrainedSoftmax,
    cosine_scores,
    softmax_risk,
    softmax_risk_gradient,
    softmax_risk_of_scores,
    train_softmax,
)
from iclnb.statistics.nonparametric_icl.spectra import (
    besov_variances,
    logarithmic_law,
    paired_power_law,
    power_law,
    power_tail,
)
from iclnb.statistics.nonparametric_icl.spline_bases import (
    MultiresolutionSplines,
    SplineBasis,
    anisotropic_level,
    isotropic_levels,
    periodic_gram_range,
)
from iclnb.statistics.nonparametric_icl.splines import (
    active_splines,
    cardinal_bspline,
    centred_bspline,
    refined,
    refined_as_printed,
    spline_pieces,
)
from iclnb.statistics.nonparametric_icl.subspaces import (
    estimated_covariance,
    missed_variance,
    principal_cosines,
    random_trigonometric_basis,
    whitening_matrix,
)
from iclnb.statistics.nonparametric_icl.trigonometric import CosineBasis, FourierBasis
from iclnb.statistics.nonparametric_icl.u_curve import UCurve, u_curve

__all__ = [
    "AttentionData",
    "Basis",
    "CombinedBasis",
    "ConjugateFit",
    "CosineBasis",
    "Estimate",
    "Fit",
    "FourierBasis",
    "GammaSmoothBasis",
    "HaarBasis",
    "LegendreBasis",
    "Moments",
    "MultiresolutionSplines",
    "Posterior",
    "Prompts",
    "PropositionTerms",
    "Quadrature",
    "RiskTerms",
    "Sandwich",
    "SplineBasis",
    "StationarySetting",
    "TensorBasis",
    "TrainedSoftmax",
    "UCurve",
    "WalshBasis",
    "active_splines",
    "anisotropic_level",
    "attention_data",
    "attention_stream",
    "attention_to_bayes_limit",
    "basis_moments",
    "basis_rank",
    "bayes_risk",
    "besov_variances",
    "best_key_features",
    "block_size",
    "blocks",
    "cardinal_bspline",
    "centred_bspline",
    "classical_excess",
    "cosine_moments",
    "cosine_scores",
    "estimated_covariance",
    "fit_conjugate",
    "fit_diagonal",
    "fit_full",
    "flat_moments",
    "flat_risk",
    "function_count",
    "gamma",
    "gram_eigenvalues",
    "identity_best_features",
    "identity_risk",
    "infinite_context_data",
    "isotropic_levels",
    "jensen_bound",
    "jensen_power_law",
    "kernel_ridge_weights",
    "kns_gamma",
    "leading_law",
    "linear_attention_weights",
    "logarithmic_law",
    "mean_smoother_risk",
    "minimax_exponent",
    "missed_variance",
    "optimal_diagonal",
    "optimal_gamma",
    "optimal_risk",
    "orthonormalised",
    "paired_power_law",
    "periodic_gram_range",
    "population_risk",
    "posterior",
    "power_law",
    "power_tail",
    "predictions",
    "principal_cosines",
    "proposition_terms",
    "quadrature_moments",
    "random_trigonometric_basis",
    "rate_constant",
    "rate_exponent",
    "refined",
    "refined_as_printed",
    "ridge_coefficients",
    "risk_terms",
    "sample_prompts",
    "sample_tasks",
    "sandwich",
    "shrinkage_sum",
    "smoother_risk",
    "softmax_risk",
    "softmax_risk_gradient",
    "softmax_risk_of_scores",
    "softmax_weights",
    "sollich_power_law",
    "sollich_risk",
    "spline_pieces",
    "square_sum",
    "square_sum_supremum",
    "train_softmax",
    "two_term_law",
    "u_curve",
    "whitening_matrix",
]

r"""The exact risk of linear attention with given features, its parts, its optimum and its rates.

* :mod:`.one_prompt`: the function that one prompt is answered with, and its error;
* :mod:`.moments`: the moments that fix the risk, for any basis, and the best keys;
* :mod:`.besov`: those of Besov tasks on splines; :mod:`.gamma_smooth`: many inputs;
* :mod:`.population`: the risk of any :math:`\Gamma`, the best one, the published one, the parts;
* :mod:`.infinite`: closed laws for a constant task variance, with all features and with N;
* :mod:`.decomposition`: the four parts against the number of features;
* :mod:`.proposition` and :mod:`.slide_rates`: the published bounds, term by term.
"""

from iclnb.statistics.nonparametric_icl.risk.besov import besov_moments
from iclnb.statistics.nonparametric_icl.risk.decomposition import RiskCurves, risk_curves
from iclnb.statistics.nonparametric_icl.risk.gamma_smooth import (
    Shells,
    gamma_shells,
    gamma_smooth_risk,
)
from iclnb.statistics.nonparametric_icl.risk.infinite import (
    flat_risk,
    identity_best_features,
    identity_risk,
    leading_law,
    minimax_exponent,
    rate_constant,
    shrinkage_sum,
    two_term_law,
)
from iclnb.statistics.nonparametric_icl.risk.moments import (
    Moments,
    basis_moments,
    best_key_features,
    cosine_moments,
    flat_moments,
    quadrature_moments,
)
from iclnb.statistics.nonparametric_icl.risk.one_prompt import PromptAnswer, answer_to_prompt
from iclnb.statistics.nonparametric_icl.risk.population import (
    RiskTerms,
    kns_gamma,
    moments_risk,
    optimal_diagonal,
    optimal_gamma,
    optimal_risk,
    risk_terms,
)
from iclnb.statistics.nonparametric_icl.risk.proposition import PropositionTerms, proposition_terms
from iclnb.statistics.nonparametric_icl.risk.slide_rates import (
    BoundTerms,
    bound_terms,
    scarce_estimation_exponent,
    scarce_features,
)

__all__ = [
    "BoundTerms",
    "Moments",
    "PromptAnswer",
    "PropositionTerms",
    "RiskCurves",
    "RiskTerms",
    "Shells",
    "answer_to_prompt",
    "basis_moments",
    "besov_moments",
    "best_key_features",
    "bound_terms",
    "cosine_moments",
    "flat_moments",
    "flat_risk",
    "gamma_shells",
    "gamma_smooth_risk",
    "identity_best_features",
    "identity_risk",
    "kns_gamma",
    "leading_law",
    "minimax_exponent",
    "moments_risk",
    "optimal_diagonal",
    "optimal_gamma",
    "optimal_risk",
    "proposition_terms",
    "quadrature_moments",
    "rate_constant",
    "risk_curves",
    "risk_terms",
    "scarce_estimation_exponent",
    "scarce_features",
    "shrinkage_sum",
    "two_term_law",
]

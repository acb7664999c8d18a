r"""Pretraining of :math:`\Gamma` on T tasks: sampled prompts, fits, and what T tasks cost.

* :mod:`.sampling`: tasks, inputs and noise from three streams, and what attention sees of them;
* :mod:`.erm`: the empirical risk minimiser, full or diagonal; :mod:`.conjugate`: the same without
  its normal matrix;
* :mod:`.sandwich`: the excess V/T, V sampled; :mod:`.exact_sandwich`: V exactly;
  :mod:`.steady`: the measured excess with less noise;
* :mod:`.every_token`: the same with every token of a prompt as a query, :mod:`.token_law` its V;
* :mod:`.entropy_bound`: a bound in the manner of the paper's, with its constants;
* :mod:`.u_curve`: training loss and risk against N;
* :mod:`.sampled`: all of this for one setting, seed by seed.
"""

from iclnb.statistics.nonparametric_icl.pretraining.conjugate import ConjugateFit, fit_conjugate
from iclnb.statistics.nonparametric_icl.pretraining.entropy_bound import (
    bounded_prompts,
    entropy_bound,
    kernel_size,
)
from iclnb.statistics.nonparametric_icl.pretraining.erm import Fit, fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.pretraining.every_token import (
    every_token_data,
    prefix_excess,
    steady_every_token,
)
from iclnb.statistics.nonparametric_icl.pretraining.exact_sandwich import exact_sandwich
from iclnb.statistics.nonparametric_icl.pretraining.sampled import (
    Leading,
    Pretraining,
    exact_leading,
    leading_excess,
    median_curve,
    predicted_risk,
    prefix,
)
from iclnb.statistics.nonparametric_icl.pretraining.sampling import (
    attention_data,
    attention_stream,
    infinite_prompt_data,
    sample_coefficients,
    sample_function_prompts,
)
from iclnb.statistics.nonparametric_icl.pretraining.sandwich import (
    Sandwich,
    classical_excess,
    sandwich,
)
from iclnb.statistics.nonparametric_icl.pretraining.steady import steady_excess
from iclnb.statistics.nonparametric_icl.pretraining.token_law import every_token_sandwich
from iclnb.statistics.nonparametric_icl.pretraining.u_curve import UCurve, u_curve

__all__ = [
    "ConjugateFit",
    "Fit",
    "Leading",
    "Pretraining",
    "Sandwich",
    "UCurve",
    "attention_data",
    "attention_stream",
    "bounded_prompts",
    "classical_excess",
    "entropy_bound",
    "every_token_data",
    "every_token_sandwich",
    "exact_leading",
    "exact_sandwich",
    "fit_conjugate",
    "fit_diagonal",
    "fit_full",
    "infinite_prompt_data",
    "kernel_size",
    "leading_excess",
    "median_curve",
    "predicted_risk",
    "prefix",
    "prefix_excess",
    "sample_coefficients",
    "sample_function_prompts",
    "sandwich",
    "steady_every_token",
    "steady_excess",
    "u_curve",
]

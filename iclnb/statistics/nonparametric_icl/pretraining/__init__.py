r"""Pretraining of :math:`\Gamma` on T tasks: sampled prompts, fits, and what T tasks cost.

* :mod:`.sampling`: tasks, inputs and noise from three streams, and what attention sees of them;
* :mod:`.erm`: the empirical risk minimiser, full or diagonal; :mod:`.conjugate`: the same without
  its normal matrix;
* :mod:`.sandwich`: the excess V/T, V sampled; :mod:`.exact_sandwich`: V exactly;
  :mod:`.steady`: the measured excess with less noise;
* :mod:`.u_curve`: training loss and risk against N;
* :mod:`.sampled`: all of this for one setting, seed by seed.
"""

from iclnb.statistics.nonparametric_icl.pretraining.conjugate import ConjugateFit, fit_conjugate
from iclnb.statistics.nonparametric_icl.pretraining.erm import Fit, fit_diagonal, fit_full
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
    "classical_excess",
    "exact_leading",
    "exact_sandwich",
    "fit_conjugate",
    "fit_diagonal",
    "fit_full",
    "infinite_prompt_data",
    "leading_excess",
    "median_curve",
    "predicted_risk",
    "prefix",
    "sample_coefficients",
    "sample_function_prompts",
    "sandwich",
    "steady_excess",
    "u_curve",
]

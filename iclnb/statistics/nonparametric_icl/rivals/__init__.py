r"""What else could answer the same prompt: Bayes, ridge, softmax attention.

* :mod:`.bayes`: the posterior mean, its risk, Jensen's lower bound, Sollich's approximation;
* :mod:`.smoothers`: the exact risk of any answer that is linear in the labels, given the inputs;
* :mod:`.softmax`: softmax attention with a translation-invariant kernel, trained on its exact risk;
* :mod:`.comparison`: all of them on the same tasks.
"""

from iclnb.statistics.nonparametric_icl.rivals.bayes import (
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
from iclnb.statistics.nonparametric_icl.rivals.comparison import Comparison, compare_attention
from iclnb.statistics.nonparametric_icl.rivals.smoothers import (
    kernel_ridge_weights,
    linear_attention_weights,
    mean_smoother_risk,
    smoother_risk,
    softmax_weights,
)
from iclnb.statistics.nonparametric_icl.rivals.softmax import (
    StationarySetting,
    TrainedSoftmax,
    cosine_scores,
    softmax_risk,
    softmax_risk_gradient,
    softmax_risk_of_scores,
    train_softmax,
)

__all__ = [
    "Comparison",
    "Estimate",
    "Posterior",
    "StationarySetting",
    "TrainedSoftmax",
    "attention_to_bayes_limit",
    "bayes_risk",
    "compare_attention",
    "cosine_scores",
    "jensen_bound",
    "jensen_power_law",
    "kernel_ridge_weights",
    "linear_attention_weights",
    "mean_smoother_risk",
    "posterior",
    "ridge_coefficients",
    "smoother_risk",
    "softmax_risk",
    "softmax_risk_gradient",
    "softmax_risk_of_scores",
    "softmax_weights",
    "sollich_power_law",
    "sollich_risk",
    "train_softmax",
]

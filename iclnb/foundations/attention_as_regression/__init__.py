r"""Attention read as regression: when it is exact, what it costs, and what softmax changes.

Linear attention with the matrix of ridge regression *is* ridge regression on the prompt; one fixed
matrix for all prompts is what pretraining finds instead, and softmax attention becomes linear
attention when its scores are small, or its inputs Gaussian.

* :mod:`.risk`: the exact risk of any matrix on Gaussian prompts, and the best one;
* :mod:`.finite_tasks`: what fitting it on finitely many tasks costs;
* :mod:`.bayes`: the posterior mean, and the price of a fixed matrix;
* :mod:`.trained`: the limit of training, and its risk, after Zhang, Frei and Bartlett;
* :mod:`.transformer`: attention on the token matrix of the slides; descent layer by layer;
* :mod:`.softmax`: softmax attention expanded in its temperature.

The identity of ridge regression itself stands in :mod:`iclnb.foundations.in_context_learning`.
"""

from iclnb.foundations.attention_as_regression.bayes import (
    bayes_penalty,
    bayes_risk_bounds,
    posterior_mean,
    posterior_sd,
    price_of_a_fixed_gamma,
    ridge_risk_given_inputs,
    ridge_risks,
)
from iclnb.foundations.attention_as_regression.finite_tasks import (
    excess_estimate,
    pretraining_constant,
)
from iclnb.foundations.attention_as_regression.risk import (
    LinearTasks,
    best_gamma,
    correlation_moment,
    plug_in_gamma,
    population_risk,
    risk_gradient,
    sampled_risk,
)
from iclnb.foundations.attention_as_regression.softmax import (
    dropped,
    gaussian_law,
    gaussian_tilt_answer,
    long_prompt_answer,
    softmax_answer,
    softmax_expansion,
    uniform_law,
)
from iclnb.foundations.attention_as_regression.trained import (
    gradient_flow,
    linear_label_covariance,
    mismatch_floor,
    trained_risk,
    zhang_matrix,
)
from iclnb.foundations.attention_as_regression.transformer import (
    descent_weights,
    forward_pass,
    softmax_attention,
    special_weights,
    token_matrix,
)

__all__ = [
    "LinearTasks",
    "bayes_penalty",
    "bayes_risk_bounds",
    "best_gamma",
    "correlation_moment",
    "descent_weights",
    "dropped",
    "excess_estimate",
    "forward_pass",
    "gaussian_law",
    "gaussian_tilt_answer",
    "gradient_flow",
    "linear_label_covariance",
    "long_prompt_answer",
    "mismatch_floor",
    "plug_in_gamma",
    "population_risk",
    "posterior_mean",
    "posterior_sd",
    "pretraining_constant",
    "price_of_a_fixed_gamma",
    "ridge_risk_given_inputs",
    "ridge_risks",
    "risk_gradient",
    "sampled_risk",
    "softmax_answer",
    "softmax_attention",
    "softmax_expansion",
    "special_weights",
    "token_matrix",
    "trained_risk",
    "uniform_law",
    "zhang_matrix",
]

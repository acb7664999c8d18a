r"""Stage II: ridge regression for the attention matrix, and what it costs to learn in context.

The weights come from stage I, :mod:`iclnb.features.one_gradient_step`, where the tasks stand too.

* :mod:`.pretraining`: both stages in one call; :mod:`.stage_two`: three routes to the matrix;
* :mod:`.attention_risk`: the exact risk at every prompt length, and the best matrix for given
  features; :mod:`.perfect_features`: the least risk that any features allow;
* :mod:`.prediction`: the answer of a layer, of pooled ridge and of ridge within the prompt;
  :mod:`.displays`: the slides' form of it; :mod:`.baselines`: learners that see one prompt alone;
* :mod:`.bound`: the terms of the risk bound, and the error of approximation; :mod:`.rank_powers`:
  the powers of r of layers at the limit of both stages; :mod:`.published`: the published size.
"""

from .attention_risk import (
    AttentionMoments,
    ContextRisk,
    attention_moments,
    best_attention,
    context_risk,
    label_square,
)
from .baselines import (
    Kernel,
    Learner,
    big_step_network,
    gaussian_kernel,
    kernel_lower_bound,
    kernel_ridge,
    learner_errors,
    polynomial_dimension,
    polynomial_kernel,
)
from .bound import (
    BoundTerms,
    approximation_error,
    examples_for_bound,
    paper_bound,
    slide_bound_terms,
)
from .displays import (
    Display,
    stage_two_display,
)
from .perfect_features import (
    Ideal,
    averaging_error,
    ideal_attention,
    least_error,
    least_examples,
)
from .prediction import (
    in_context_error,
    network_attention,
    pooled_ridge_matrix,
    prompt_ridge,
    ridge_from_features,
)
from .pretraining import (
    PretrainedLayer,
    PretrainingRun,
    Recipe,
    pretrain,
    pretraining_run,
    stage_two,
    subspace_network,
)
from .published import published_layer, quadratic_gradient
from .rank_powers import rank_run
from .stage_two import (
    IterativeRidge,
    network_data,
    network_features,
    ridge_dual,
    ridge_iterative,
    ridge_objective,
    ridge_primal,
    sample_network_data,
)

__all__ = [
    "AttentionMoments",
    "BoundTerms",
    "ContextRisk",
    "Display",
    "Ideal",
    "IterativeRidge",
    "Kernel",
    "Learner",
    "PretrainedLayer",
    "PretrainingRun",
    "Recipe",
    "approximation_error",
    "attention_moments",
    "averaging_error",
    "best_attention",
    "big_step_network",
    "context_risk",
    "examples_for_bound",
    "gaussian_kernel",
    "ideal_attention",
    "in_context_error",
    "kernel_lower_bound",
    "kernel_ridge",
    "label_square",
    "learner_errors",
    "least_error",
    "least_examples",
    "network_attention",
    "network_data",
    "network_features",
    "paper_bound",
    "polynomial_dimension",
    "polynomial_kernel",
    "pooled_ridge_matrix",
    "pretrain",
    "pretraining_run",
    "prompt_ridge",
    "published_layer",
    "quadratic_gradient",
    "rank_run",
    "ridge_dual",
    "ridge_from_features",
    "ridge_iterative",
    "ridge_objective",
    "ridge_primal",
    "sample_network_data",
    "slide_bound_terms",
    "stage_two",
    "stage_two_display",
    "subspace_network",
]

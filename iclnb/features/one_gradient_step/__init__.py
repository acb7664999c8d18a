r"""Stage I: what one large gradient step learns of the subspace that all tasks share.

The setting of Oko, Song, Suzuki and Wu (NeurIPS 2024, second-hand) and of the slides. Inputs are
standard normal, links stand by their Hermite coefficients :math:`c_i/i!`, the network is
:math:`\phi(x)=\max(Wx+b,0)` and the prediction
:math:`\frac1n\sum_iy_i\phi(x_i)^\top\Gamma\phi(x_q)`. All formulas are derived here and tested.

The tasks, which the other chapters of this part use too:

* :mod:`.links`: links and their laws; :mod:`.tasks`: subspace, directions, prompts;
* :mod:`.hermite`, :mod:`.sphere`, :mod:`.relu_kernel`: Hermite coefficients, moments of a uniform
  direction, covariances of neurons.

The gradient:

* :mod:`.population`: in closed form, for any weights; :mod:`.gradient`: on sampled prompts, and the
  step; :mod:`.shared_design`: on prompts that share their inputs, tens of times cheaper.

What the step has learnt:

* :mod:`.alignment`: shares of weights inside the subspace, and singular values; :mod:`.lengths`: a
  weight as its two lengths, inside and outside;
* :mod:`.alignment_law`: the alignment after any number of tasks; :mod:`.budget`: what the theorem
  asks for; :mod:`.runs`: a whole stage I in one call.

What the layer does next is :mod:`iclnb.features.learning_in_context`.
"""

from .alignment import (
    alignment,
    neuron_alignment,
    normalise_rows,
    project_rows,
    singular_values,
    subspace_overlap,
    top_subspace,
)
from .alignment_law import (
    GradientMoments,
    alignment_law,
    gradient_moments,
    he2_floor,
    noise_to_signal,
    population_floor,
    tasks_for_alignment,
)
from .budget import (
    Budget,
    sufficient_budget,
)
from .gradient import (
    Network,
    first_step,
    prompt_gradient,
    streamed_gradient,
)
from .hermite import (
    evaluate_hermite,
    hermite_polynomials,
    relu_coefficients,
    square_coefficients,
    squared_relu_coefficients,
)
from .lengths import (
    Lengths,
    expected_lengths,
    lengths,
)
from .links import (
    FiniteLaw,
    Link,
    LinkLaw,
    SphereLaw,
    coefficient_mean,
    coefficient_second_moment,
    label_variance,
    mean_square,
)
from .population import (
    OwnMoments,
    SignalMoments,
    expected_gradient,
    leading_gradient,
    own_signal_moment,
    prediction_second_moment,
    signal_second_moment,
)
from .relu_kernel import (
    KernelSlope,
    bivariate_normal_cdf,
    relu_kernel,
    relu_kernel_slope,
)
from .runs import (
    AlignmentRun,
    FirstStep,
    alignment_run,
    stage_one,
)
from .shared_design import (
    shared_design_gradient,
    shared_prompt_gradient,
)
from .sphere import (
    MixedMoment,
    mixed_moment,
    mixed_moment_vector,
    projection_quadrature,
    radius_moment,
    sphere_moment,
    sphere_quadrature,
)
from .tasks import (
    Drawn,
    SingleIndexTasks,
    coordinate_subspace,
    random_subspace,
    sample_single_index_prompts,
    sample_tasks,
)

__all__ = [
    "AlignmentRun",
    "Budget",
    "Drawn",
    "FiniteLaw",
    "FirstStep",
    "GradientMoments",
    "KernelSlope",
    "Lengths",
    "Link",
    "LinkLaw",
    "MixedMoment",
    "Network",
    "OwnMoments",
    "SignalMoments",
    "SingleIndexTasks",
    "SphereLaw",
    "alignment",
    "alignment_law",
    "alignment_run",
    "bivariate_normal_cdf",
    "coefficient_mean",
    "coefficient_second_moment",
    "coordinate_subspace",
    "evaluate_hermite",
    "expected_gradient",
    "expected_lengths",
    "first_step",
    "gradient_moments",
    "he2_floor",
    "hermite_polynomials",
    "label_variance",
    "leading_gradient",
    "lengths",
    "mean_square",
    "mixed_moment",
    "mixed_moment_vector",
    "neuron_alignment",
    "noise_to_signal",
    "normalise_rows",
    "own_signal_moment",
    "population_floor",
    "prediction_second_moment",
    "project_rows",
    "projection_quadrature",
    "prompt_gradient",
    "radius_moment",
    "random_subspace",
    "relu_coefficients",
    "relu_kernel",
    "relu_kernel_slope",
    "sample_single_index_prompts",
    "sample_tasks",
    "shared_design_gradient",
    "shared_prompt_gradient",
    "signal_second_moment",
    "singular_values",
    "sphere_moment",
    "sphere_quadrature",
    "square_coefficients",
    "squared_relu_coefficients",
    "stage_one",
    "streamed_gradient",
    "subspace_overlap",
    "sufficient_budget",
    "tasks_for_alignment",
    "top_subspace",
]

r"""The mean-field limit: a Transformer's features as a measure, its loss and its gradient flow.

Kim & Suzuki (ICML 2024), sections 2 and 3. The model is exact: the data law enters through a
covariance kernel in closed form (:class:`ErfFeatures`, :class:`ProbitFeatures`,
:class:`GaussianFeatures`, :class:`SineFeatures`) or through nodes (:class:`SampledFeatures`).

* :mod:`.measures`, :mod:`.features`: neurons as a measure, and what one neuron computes;
* :mod:`.statistics`, :mod:`.variation`: covariances, loss, and its first variation;
* :mod:`.attention`, :mod:`.slowest`, :mod:`.flow`: the flow of the attention, and of both;
* :mod:`.prompts`: prompts of n examples; :mod:`.particles`: N neurons, and noise;
* :mod:`.reach`: which functions a measure reaches;
* :mod:`.exact`: the same in exact arithmetic, for proofs.
"""

from .attention import InnerFlow, inner_flow, inner_gradient, inner_rate, joint_loss
from .features.model import FeatureModel, KernelPair
from .features.sampled import (
    LOGISTIC,
    TANH,
    Activation,
    Nodes,
    SampledFeatures,
    gauss_hermite,
    sample,
)
from .features.sine import SineFeatures
from .features.zonal import ErfFeatures, GaussianFeatures, ProbitFeatures
from .flow import Trajectory, integrate, integrate_joint, rk4
from .measures import (
    Measure,
    axis_teacher,
    correlated_start,
    mix,
    random_measure,
    whitened_teacher,
    with_unit_moment,
)
from .particles.chaos import (
    BiasSpread,
    bias_and_spread,
    chaos_runs,
    resample,
    sampling_bias,
    sampling_spread,
)
from .particles.langevin import GaussianLangevin, LangevinPath
from .prompts.finite_prompt import (
    FinitePrompt,
    finite_prompt_loss,
    fourth_moment,
    optimal_finite_prompt,
)
from .reach import trigonometric_measure
from .statistics import (
    Problem,
    SingularCovarianceError,
    Statistics,
    covariance,
    loss,
    statistics,
    statistics_of,
)
from .variation import (
    Gradients,
    dissipation,
    first_variation,
    joint_gradients,
    particle_gradients,
    second_variation,
    witness,
)

__all__ = [
    "LOGISTIC",
    "TANH",
    "Activation",
    "BiasSpread",
    "ErfFeatures",
    "FeatureModel",
    "FinitePrompt",
    "GaussianFeatures",
    "GaussianLangevin",
    "Gradients",
    "InnerFlow",
    "KernelPair",
    "LangevinPath",
    "Measure",
    "Nodes",
    "ProbitFeatures",
    "Problem",
    "SampledFeatures",
    "SineFeatures",
    "SingularCovarianceError",
    "Statistics",
    "Trajectory",
    "axis_teacher",
    "bias_and_spread",
    "chaos_runs",
    "correlated_start",
    "covariance",
    "dissipation",
    "finite_prompt_loss",
    "first_variation",
    "fourth_moment",
    "gauss_hermite",
    "inner_flow",
    "inner_gradient",
    "inner_rate",
    "integrate",
    "integrate_joint",
    "joint_gradients",
    "joint_loss",
    "loss",
    "mix",
    "optimal_finite_prompt",
    "particle_gradients",
    "random_measure",
    "resample",
    "rk4",
    "sample",
    "sampling_bias",
    "sampling_spread",
    "second_variation",
    "statistics",
    "statistics_of",
    "trigonometric_measure",
    "whitened_teacher",
    "with_unit_moment",
    "witness",
]

"""Feature models: what one neuron computes, and how two neurons agree over the law of the inputs.

* :mod:`.model`: what a feature model is, and the kernel of two sets of neurons;
* :mod:`.zonal`: erf, probit and Gaussian features of Gaussian inputs, in closed form;
* :mod:`.sine`: sine features of Gaussian inputs, in closed form;
* :mod:`.sampled`: any activation, by nodes of a quadrature or of a sample.
"""

from iclnb.landscape.mean_field_limit.features.model import FeatureModel, KernelPair
from iclnb.landscape.mean_field_limit.features.sampled import (
    LOGISTIC,
    TANH,
    Activation,
    Nodes,
    SampledFeatures,
    gauss_hermite,
    sample,
)
from iclnb.landscape.mean_field_limit.features.sine import SineFeatures
from iclnb.landscape.mean_field_limit.features.zonal import (
    ErfFeatures,
    GaussianFeatures,
    ProbitFeatures,
)

__all__ = [
    "LOGISTIC",
    "TANH",
    "Activation",
    "ErfFeatures",
    "FeatureModel",
    "GaussianFeatures",
    "KernelPair",
    "Nodes",
    "ProbitFeatures",
    "SampledFeatures",
    "SineFeatures",
    "gauss_hermite",
    "sample",
]

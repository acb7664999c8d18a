"""Finitely many neurons, and noise: how far an empirical measure is from its law.

* :mod:`.chaos`: bias and spread of the first variation and of the loss at N particles;
* :mod:`.particle_scan`: the constants of both along the flow, and runs that measure them;
* :mod:`.cloud`: neurons of one input, drawn as a cloud, and their density;
* :mod:`.langevin`: mean-field Langevin dynamics of Gaussian measures, in closed form.
"""

from iclnb.landscape.mean_field_limit.particles.chaos import (
    BiasSpread,
    bias_and_spread,
    chaos_runs,
    resample,
    sampling_bias,
    sampling_spread,
)
from iclnb.landscape.mean_field_limit.particles.cloud import (
    NOISE,
    cloud_density,
    cloud_feature,
    cloud_spread,
)
from iclnb.landscape.mean_field_limit.particles.langevin import GaussianLangevin, LangevinPath
from iclnb.landscape.mean_field_limit.particles.particle_scan import (
    FlowExpansion,
    Fluctuation,
    correlated_law,
    expand_flow,
    sample_fluctuation,
)

__all__ = [
    "NOISE",
    "BiasSpread",
    "FlowExpansion",
    "Fluctuation",
    "GaussianLangevin",
    "LangevinPath",
    "bias_and_spread",
    "chaos_runs",
    "cloud_density",
    "cloud_feature",
    "cloud_spread",
    "correlated_law",
    "expand_flow",
    "resample",
    "sample_fluctuation",
    "sampling_bias",
    "sampling_spread",
]

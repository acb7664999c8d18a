"""Finitely many neurons, and noise: how far an empirical measure is from its law.

* :mod:`.chaos`: bias and spread of the first variation and of the loss at N particles;
* :mod:`.particle_scan`: both against N, for the claims of the chapter;
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
    split_bias,
)
from iclnb.landscape.mean_field_limit.particles.cloud import (
    NOISE,
    cloud_density,
    cloud_feature,
    cloud_spread,
)
from iclnb.landscape.mean_field_limit.particles.langevin import GaussianLangevin, LangevinPath
from iclnb.landscape.mean_field_limit.particles.particle_scan import (
    correlated_law,
    initial_bias,
    scan_bias,
    scan_spread,
)

__all__ = [
    "NOISE",
    "BiasSpread",
    "GaussianLangevin",
    "LangevinPath",
    "bias_and_spread",
    "chaos_runs",
    "cloud_density",
    "cloud_feature",
    "cloud_spread",
    "correlated_law",
    "initial_bias",
    "resample",
    "sampling_bias",
    "sampling_spread",
    "scan_bias",
    "scan_spread",
    "split_bias",
]

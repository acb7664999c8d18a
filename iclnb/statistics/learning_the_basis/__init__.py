r"""Learning the basis: what pretraining a network for the features gains, and what it leaves.

The setting is that of :mod:`iclnb.statistics.nonparametric_icl`, with features that are trained.

* a span against the true one, and ridge on it: :mod:`.subspaces`, :mod:`.readouts`;
* the exact Bayes meta-learner for finitely many bases: :mod:`.meta`;
* the networks, in torch: :mod:`.network` (a perceptron and :math:`\Gamma`), :mod:`.encoder`;
* functions rougher than the tasks: :mod:`.rough_bases`; splines by ReLU: :mod:`.spline_networks`;
* stored runs: :mod:`.learning_runs` (unknown bases), :mod:`.figure_settings` (the published
  figures, whose errors are in :mod:`.published_figures`), with their tasks in
  :mod:`.random_wavelets`.

The modules that train import torch and are not imported here.
"""

from iclnb.statistics.learning_the_basis.meta import (
    MetaRisks,
    meta_risks,
    posterior_of_bases,
    prompt_evidence,
)
from iclnb.statistics.learning_the_basis.published_figures import FIGURE_2, FIGURE_3, Traced
from iclnb.statistics.learning_the_basis.random_wavelets import RandomWavelets, wavelet_moments
from iclnb.statistics.learning_the_basis.readouts import (
    Readout,
    pretrained_readout,
    readout_answers,
    readout_risk,
    risk_curve,
    scratch_readout,
)
from iclnb.statistics.learning_the_basis.rough_bases import (
    FeatureMoments,
    Pretrained,
    diagonal_risk,
    feature_moments,
    pretrain,
    rough_basis,
    task_variances,
)
from iclnb.statistics.learning_the_basis.spline_networks import (
    least_spline_error,
    network_values,
    spline_network,
)
from iclnb.statistics.learning_the_basis.subspaces import (
    estimated_covariance,
    missed_variance,
    principal_cosines,
    whitening_matrix,
)

__all__ = [
    "FIGURE_2",
    "FIGURE_3",
    "FeatureMoments",
    "MetaRisks",
    "Pretrained",
    "RandomWavelets",
    "Readout",
    "Traced",
    "diagonal_risk",
    "estimated_covariance",
    "feature_moments",
    "least_spline_error",
    "meta_risks",
    "missed_variance",
    "network_values",
    "posterior_of_bases",
    "pretrain",
    "pretrained_readout",
    "principal_cosines",
    "prompt_evidence",
    "readout_answers",
    "readout_risk",
    "risk_curve",
    "rough_basis",
    "scratch_readout",
    "spline_network",
    "task_variances",
    "wavelet_moments",
    "whitening_matrix",
]

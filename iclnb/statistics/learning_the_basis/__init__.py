r"""Learning the basis: what pretraining a network for the features gains, and what it leaves.

The setting is that of :mod:`iclnb.statistics.nonparametric_icl`, with features that are trained.

* a span against the true one, and ridge on it: :mod:`.subspaces`, :mod:`.readouts`;
* the exact Bayes meta-learner for finitely many bases: :mod:`.meta`;
* the networks, in torch: :mod:`.network` (a perceptron and :math:`\Gamma`), :mod:`.encoder`;
* stored runs: :mod:`.learning_runs` (eight unknown bases), :mod:`.figure_settings` (the published
  figures), with their tasks in :mod:`.random_wavelets`.

The modules that train import torch and are not imported here.
"""

from iclnb.statistics.learning_the_basis.meta import (
    MetaRisks,
    meta_risks,
    posterior_of_bases,
    prompt_evidence,
)
from iclnb.statistics.learning_the_basis.random_wavelets import RandomWavelets, wavelet_moments
from iclnb.statistics.learning_the_basis.readouts import (
    Readout,
    pretrained_readout,
    readout_answers,
    readout_risk,
    risk_curve,
    scratch_readout,
)
from iclnb.statistics.learning_the_basis.subspaces import (
    estimated_covariance,
    missed_variance,
    principal_cosines,
    whitening_matrix,
)

__all__ = [
    "MetaRisks",
    "RandomWavelets",
    "Readout",
    "estimated_covariance",
    "meta_risks",
    "missed_variance",
    "posterior_of_bases",
    "pretrained_readout",
    "principal_cosines",
    "prompt_evidence",
    "readout_answers",
    "readout_risk",
    "risk_curve",
    "scratch_readout",
    "wavelet_moments",
    "whitening_matrix",
]

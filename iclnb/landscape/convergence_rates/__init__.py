r"""How fast the loss falls, what the density ratio is for particles, how to keep it finite.

Kim & Suzuki (ICML 2024), Proposition 3.4, as the slides print it ("Decay speed of objective"),
with their birth-death process and Gaussian-process perturbation.
"""

from .birth_death import (
    Renewal,
    RenewedFlow,
    Rule,
    anybody,
    largest_variation,
    renew,
    renewed_flow,
    seeded,
    smallest_outer,
)
from .decay import (
    Decay,
    accelerated_decay_bound,
    decay,
    descent_decay_bound,
    loss_bound,
    printed_loss_bound,
    slope_towards,
)
from .dictionary import DictionaryFlow, dictionary_flow
from .effective import Effective, effective_ratio
from .families import (
    DecaySurvey,
    Pair,
    decay_survey,
    dictionary_measure,
    diffuse_measure,
    reweighted,
    slow_measure,
    steep_measure,
)
from .perturbation import (
    CoupledNoise,
    Replica,
    coupled_noise,
    escape_delays,
    mean_square_overlap,
    overlap_samples,
    replica,
    smooth_perturbation,
)
from .regimes import RegimeFlow, regime_constant, regime_flow
from .surveys import (
    RatioSurvey,
    StuckFlows,
    ratio_survey,
    sign_survey,
    stuck_flows,
    stuck_start,
)
from .tail import Tail, tail_flow

__all__ = [
    "CoupledNoise",
    "Decay",
    "DecaySurvey",
    "DictionaryFlow",
    "Effective",
    "Pair",
    "RatioSurvey",
    "RegimeFlow",
    "Renewal",
    "RenewedFlow",
    "Replica",
    "Rule",
    "StuckFlows",
    "Tail",
    "accelerated_decay_bound",
    "anybody",
    "coupled_noise",
    "decay",
    "decay_survey",
    "descent_decay_bound",
    "dictionary_flow",
    "dictionary_measure",
    "diffuse_measure",
    "effective_ratio",
    "escape_delays",
    "largest_variation",
    "loss_bound",
    "mean_square_overlap",
    "overlap_samples",
    "printed_loss_bound",
    "ratio_survey",
    "regime_constant",
    "regime_flow",
    "renew",
    "renewed_flow",
    "replica",
    "reweighted",
    "seeded",
    "sign_survey",
    "slope_towards",
    "slow_measure",
    "smallest_outer",
    "smooth_perturbation",
    "steep_measure",
    "stuck_flows",
    "stuck_start",
    "tail_flow",
]

r"""The claims of the chapter *stage-wise training*, in the order of the page.

The full text of Huang, Cheng and Liang (arXiv 2310.05249) was not available: their abstract is
quoted, their theorems are second-hand, and everything else is derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Huang, Cheng & Liang, arXiv 2310.05249"
_OWN = "exact replacement of the argument in Huang, Cheng & Liang"

LOSS_IDENTITY = claim(
    id="hcl-loss-identity",
    source=f"{_PAPER}, the loss decomposition, as recalled by others",
    provenance=Provenance.SECOND_HAND,
    regime="K = 4, N = 9, random scores and probabilities: quadrature against enumeration",
    implements=".population.population_loss_per_query",
    expected=Verdict.EXACT,
)
GRADIENT = claim(
    id="hcl-gradient",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 5, N = 8, random scores and probabilities: gradient against finite differences",
    implements=".population.population_gradient",
)
CONSERVATION = claim(
    id="hcl-conservation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, 700 steps of gradient descent on the exact loss",
    implements=".descent.exact_descent",
    expected=Verdict.EXACT,
)
MONOTONE = claim(
    id="hcl-monotone",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="200 random score matrices, K = 6, N = 12",
    implements=".population.population_gradient",
)
CLOSED_FORM = claim(
    id="hcl-closed-form",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 12, balanced: closed form against the integrated flow of all K x K scores",
    implements=".reduced.time_to_log_odds",
)
BALANCED_SCALE = claim(
    id="hcl-balanced-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 10 to 1e6, T/K^2",
    implements=".phases.half_time",
    figure="fig-hcl-balanced",
)
BALANCED_BOUND = claim(
    id="hcl-balanced-bound",
    source=f"{_PAPER}, balanced case, phase I",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, K = 10 to 1e6, constant 1: a bound, true and loose by log K",
    implements=".phases.bound_growth_time",
    figure="fig-hcl-balanced",
)
BALANCED_TAIL = claim(
    id="hcl-balanced-tail",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 20, eps = 1e-2 to 1e-8",
    implements=".phases.convergence_time",
    figure="fig-hcl-balanced",
)
DOMINANT = claim(
    id="hcl-dominant-one-phase",
    source=f"{_PAPER}, abstract (one phase) and its accounts (the time)",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = 1/2, eps = 1e-2, K = 20 to 1e6: within 10 % of K = 1e9",
    implements=".phases.convergence_time",
)
FOUR_PHASES = claim(
    id="hcl-four-phases",
    source=f"{_PAPER}, abstract (four phases); marks derived here",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = .3, .5, .7, K = 20 to 1e6, eps = 1e-6; intrinsic marks",
    implements=".phases.phase_times",
    figure="fig-hcl-plane",
)
SWITCH = claim(
    id="hcl-switch-third",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = 1/2, K = 1e2 to 1e9, ratio of the two times",
    implements=".phases.phase_times",
    figure="fig-hcl-scaling",
)
RARE_GROWTH = claim(
    id="hcl-rare-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .3, K = 1e2 to 1e9, t (1-p_1)/K^2",
    implements=".phases.phase_times",
    figure="fig-hcl-scaling",
)
DOMINANT_SCORE = claim(
    id="hcl-dominant-score",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .7, K = 1e4 to 1e9",
    implements=".phases.phase_times",
)
CORRIDOR = claim(
    id="hcl-corridor",
    source=f"{_PAPER}, phase I of four (the exponent 1.98); derived here from the power law of a_1",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = 1/2, local exponents between K = 1e8 and 1e9, to 0.002",
    implements=".phases.predict_corridor_time",
    figure="fig-hcl-scaling",
)
CORRIDOR_ABSENT = claim(
    id="hcl-corridor-late",
    source="derived from hcl-dominant-score; Huang, Cheng & Liang's theorem is asymptotic",
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .3, K = 20, 100, 1000: B/log K at the end of growth",
    implements=".phases.phase_times",
)

CLAIMS = claim.all

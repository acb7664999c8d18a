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
    paper="huang2024convergence",
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
    expected=Verdict.EXACT,
)
CONSERVATION = claim(
    id="hcl-conservation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p₁ = 1/2, N = 100, 700 steps of gradient descent on the exact loss",
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
FEW_VARIABLES = claim(
    id="hcl-few-variables",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p₁ = 1/2, N = 100, 700 steps: all scores against two of them",
    implements=".reduced.finite_plane_flow",
    expected=Verdict.EXACT,
)
CLOSED_FORM = claim(
    id="hcl-closed-form",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 12, balanced: closed form against the integrated flow of all K x K scores",
    implements=".reduced.time_to_log_odds",
    expected=Verdict.EXACT,
)
BALANCED_SCALE = claim(
    id="hcl-balanced-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 10 to 10⁶, T/K²",
    implements=".phases.half_time",
    figure="fig-hcl-balanced",
)
BALANCED_TAIL = claim(
    id="hcl-balanced-tail",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 20, eps = 10⁻² to 10⁻⁸",
    implements=".phases.convergence_time",
    figure="fig-hcl-balanced",
)
BALANCED_BOUND = claim(
    id="hcl-balanced-bound",
    source=f"{_PAPER}, balanced case, phase I",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, K = 10 to 10⁶, constant 1: a bound, true and loose by log K",
    implements=".laws.bound_growth_time",
    figure="fig-hcl-balanced",
)
DOMINANT = claim(
    id="hcl-dominant-one-phase",
    source=f"{_PAPER}, abstract (one phase) and its accounts (the time)",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, p₁ = .3, .5, .7, K = 20 and 10⁶, eps = 10⁻² to 10⁻⁸, the constant",
    implements=".phases.convergence_time",
)
FOUR_PHASES = claim(
    id="hcl-four-phases",
    source=f"{_PAPER}, abstract (one and four phases); the questions are of this book",
    provenance=Provenance.QUOTED,
    paper="huang2024convergence",
    regime="p₁ = .35 to .9, K = 20 to 10⁶, N = infinity; K = 20 also N = 100, no symmetry used",
    implements=".counting.turns",
    figure="fig-hcl-stack",
    expected=Verdict.EXACT,
)
POWER_LAW = claim(
    id="hcl-power-law",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = .3, half of the growth time, K = 10² to 10¹⁰, both constants",
    implements=".laws.predict_dominant_attention",
    figure="fig-hcl-plane",
)
SWITCH = claim(
    id="hcl-switch-third",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = 1/2, K = 10² to 10¹⁰, the time and the attention at it",
    implements=".phases.phase_times",
    figure="fig-hcl-scaling",
)
RARE_GROWTH = claim(
    id="hcl-rare-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = 1/2, K = 10² to 10¹⁰, the correction's constant",
    implements=".phases.phase_times",
    figure="fig-hcl-scaling",
)
DOMINANT_SCORE = claim(
    id="hcl-dominant-score",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = .7, K = 10⁴ to 10¹⁰",
    implements=".phases.phase_times",
)
CORRIDOR = claim(
    id="hcl-corridor",
    source=f"{_PAPER}, phase I of four (the exponent 1.98); derived here from the power law of a_1",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, p₁ = 1/2, the line -0.49 log K, K = 10⁶ to 10¹², exponent and constant",
    implements=".laws.predict_corridor_time",
)
CORRIDOR_ABSENT = claim(
    id="hcl-corridor-late",
    source="derived from hcl-dominant-score; Huang, Cheng & Liang's theorem is asymptotic",
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = .3, K = 20, 100, 1000: B/log K at the end of growth",
    implements=".phases.phase_times",
)

CLAIMS = claim.all

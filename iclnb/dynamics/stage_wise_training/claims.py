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
    regime="K = 3, all prompts of 1, 2, 3 tokens; K = 2 to 5, every prompt; free scores",
    implements=".population.population_loss_per_query",
    expected=Verdict.PROVED,
)
GRADIENT = claim(
    id="hcl-gradient",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 3, all prompts of 1, 2, 3 tokens; K = 2 to 5, every prompt; free scores",
    implements=".population.population_gradient",
    expected=Verdict.PROVED,
)
CONSERVATION = claim(
    id="hcl-conservation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 3, all prompts of 2 tokens; K = 2 to 5, every prompt; steps of any size",
    implements=".descent.exact_descent",
    expected=Verdict.PROVED,
)
MONOTONE = claim(
    id="hcl-monotone",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 3, all prompts of 2 and 3 tokens; K = 2 to 5, every prompt; free scores",
    implements=".population.population_gradient",
    expected=Verdict.PROVED,
)
FEW_VARIABLES = claim(
    id="hcl-few-variables",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 4, all prompts of 2 tokens; K = 3 to 5, every prompt and its mirror image",
    implements=".reduced.finite_plane_flow",
    expected=Verdict.PROVED,
)
CLOSED_FORM = claim(
    id="hcl-closed-form",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, every K, p_k and attention",
    implements=".reduced.time_to_log_odds",
    expected=Verdict.PROVED,
)
BALANCED_SCALE = claim(
    id="hcl-balanced-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity; the remainder for every K from 2, the scale for every K from 10",
    implements=".phases.half_time",
    expected=Verdict.PROVED,
    figure="fig-hcl-balanced",
)
BALANCED_TAIL = claim(
    id="hcl-balanced-tail",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, every K, missing attention up to 1/50",
    implements=".phases.convergence_time",
    expected=Verdict.PROVED,
    figure="fig-hcl-balanced",
)
BALANCED_BOUND = claim(
    id="hcl-balanced-bound",
    source=f"{_PAPER}, balanced case, phase I",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, every K from 10, constant 1: true and loose by log K",
    implements=".laws.bound_growth_time",
    expected=Verdict.PROVED,
    figure="fig-hcl-balanced",
)
DOMINANT = claim(
    id="hcl-dominant-one-phase",
    source=f"{_PAPER}, abstract (one phase) and its accounts (the time)",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, every K, p₁ from 1/4 to 3/4, missing attention up to 1/50",
    implements=".phases.convergence_time",
    expected=Verdict.PROVED,
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
    regime="N = infinity, every K from 10⁶, p₁ from 1/4 to 3/4, u from 1/10 to 9/10",
    implements=".laws.predict_dominant_attention",
    expected=Verdict.PROVED,
    figure="fig-hcl-plane",
)
SWITCH = claim(
    id="hcl-switch-third",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, every K from 10⁶, p₁ from 1/4 to 3/4",
    implements=".phases.phase_times",
    expected=Verdict.PROVED,
    figure="fig-hcl-scaling",
)
RARE_GROWTH = claim(
    id="hcl-rare-growth",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, every K from 10⁸, p₁ from 1/4 to 3/4",
    implements=".phases.phase_times",
    expected=Verdict.PROVED,
    figure="fig-hcl-scaling",
)
DOMINANT_SCORE = claim(
    id="hcl-dominant-score",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, every K from 10⁸, p₁ from 1/4 to 3/4",
    implements=".phases.phase_times",
    expected=Verdict.PROVED,
)
CORRIDOR = claim(
    id="hcl-corridor",
    source=f"{_PAPER}, phase I of four (the exponent 1.98); derived here from the power law of a_1",
    provenance=Provenance.SECOND_HAND,
    paper="huang2024convergence",
    regime="N = infinity, every K from 10⁶ with K^c from 300 and K^(1/2-c) from 3, p₁ 1/4 to 3/4",
    implements=".laws.predict_corridor_time",
    expected=Verdict.PROVED,
)
CORRIDOR_ABSENT = claim(
    id="hcl-corridor-late",
    source="derived from hcl-dominant-score; Huang, Cheng & Liang's theorem is asymptotic",
    provenance=Provenance.DERIVED,
    regime="N = infinity, p₁ = .3, K = 20, 100, 1000: B/log K at the end of growth",
    implements=".phases.phase_times",
)

CLAIMS = claim.all

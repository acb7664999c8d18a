r"""The claims of the chapter *minimax lower bound*, in the order of the page."""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, arXiv 2408.12186"
_SLIDES = "slides, 'Mini-max lower bound'"

BASIS = claim(
    id="mlb-basis-radius",
    source=f"{_PAPER}, Proposition 5.1 and Corollary 5.2 (ii); {_SLIDES}",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Corollary 5.2",
    regime="every s, alpha' and d; solved for three pairs, n = 1000, T = 0 to 10^9",
    implements=".fixed_points.squared_radii",
    expected=Verdict.PROVED,
)
LOGARITHM = claim(
    id="mlb-logarithm",
    source="derived from the fixed point",
    provenance=Provenance.DERIVED,
    regime="theta = 1, 2, 4: every nT with epsilon_1 below 1/e",
    implements=".fixed_points.power_entropy",
    expected=Verdict.PROVED,
)
TWO_POINT = claim(
    id="mlb-two-point",
    source="standard argument (Assouad); constants derived here",
    provenance=Provenance.DERIVED,
    regime="the ratio to the linear risk: every s, n and noise",
    implements=".assouad.coordinate_bound",
    figure="fig-mlb-bounds",
    expected=Verdict.PROVED,
)
HIDDEN = claim(
    id="mlb-hidden-function",
    source="derived from single signs",
    provenance=Provenance.DERIVED,
    regime="s = 1, theta = 1, 2, 4, sigma^2 = 0.1, n = 10 to 10^4, T = 0 to 10^6",
    implements=".hidden.hidden_bound",
    figure="fig-mlb-hidden",
)
THRESHOLD = claim(
    id="mlb-threshold",
    source=f"{_PAPER}, after Corollary 5.2",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Corollary 5.2",
    regime="every s, alpha' and d; T solved for three pairs of s and theta",
    implements=".rates.lower_bound_threshold",
    expected=Verdict.PROVED,
    figure="fig-mlb-tasks",
)
GAP = claim(
    id="mlb-open-gap",
    source=f"{_PAPER}, Corollary 4.8, and the slides; the gap derived",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Corollary 4.8",
    regime="every s and theta; T solved for three pairs",
    implements=".rates.estimator_two_threshold",
    expected=Verdict.PROVED,
    figure="fig-mlb-tasks",
)
PAYS = claim(
    id="mlb-pretraining-pays",
    source="derived from the slides' rate of Estimator 2",
    provenance=Provenance.DERIVED,
    regime="every s and theta with s theta > 1; T solved for three pairs",
    implements=".rates.pretraining_pays_threshold",
    expected=Verdict.PROVED,
    figure="fig-mlb-tasks",
)
FANO = claim(
    id="mlb-fano-constant",
    source="standard argument (Tsybakov 2009, Section 2); constant derived here",
    provenance=Provenance.DERIVED,
    regime="s = 1 and 2, every n from 10^4 sigma^2 on",
    implements=".fano.fano_bound",
    figure="fig-mlb-bounds",
    expected=Verdict.PROVED,
)
REMARK = claim(
    id="mlb-remark-tau",
    source=f"{_PAPER}, Remark 5.3, as printed",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Remark 5.3",
    regime="every alpha, tau and d",
    implements=".thresholds.remark_exponent",
    expected=Verdict.REFUTED,
)
SQUARE = claim(
    id="mlb-class-square",
    source=f"{_PAPER}, Section 5, class of coefficients, as printed",
    provenance=Provenance.QUOTED,
    regime="every s; sequence model, exponent of the projection's worst case",
    implements=".sequence_model.projection_risk",
    expected=Verdict.REFUTED,
)

CLAIMS = claim.all

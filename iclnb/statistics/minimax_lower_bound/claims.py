r"""The claims of the chapter *minimax lower bound*, in the order of the page."""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, arXiv 2408.12186"
_SLIDES = "slides, 'Mini-max lower bound'"

COEFFICIENTS = claim(
    id="mlb-coefficient-radius",
    source=f"{_PAPER}, Proposition 5.1 and Corollary 5.2; {_SLIDES}",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Proposition 5.1",
    regime="s = 1/2 to 3, n = 1 to 1e8, fixed point solved numerically",
    implements=".fixed_points.critical_radius",
    expected=Verdict.EXACT,
)
BASIS = claim(
    id="mlb-basis-radius",
    source=f"{_PAPER}, Corollary 5.2 (ii); {_SLIDES}, concrete example",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Corollary 5.2",
    regime="d/alpha' = 1/2 to 4, n = 1e3, T = 0 to 1e9, fixed point solved numerically",
    implements=".fixed_points.squared_radii",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
LOGARITHM = claim(
    id="mlb-logarithm",
    source="derived from the fixed point",
    provenance=Provenance.DERIVED,
    regime="d/alpha' = 2, local exponents at nT = 1e3 to 1e96",
    implements=".fixed_points.power_entropy",
)
NO_PRETRAINING = claim(
    id="mlb-no-pretraining",
    source="slides, 'Examples' and 'Mini-max lower bound'",
    provenance=Provenance.QUOTED,
    regime="four pairs of s and d/alpha', exponent of the solved bound at n = 1e40",
    implements=".rates.scratch_rate",
    figure="fig-mlb-slider",
)
THRESHOLD = claim(
    id="mlb-threshold",
    source=f"{_PAPER}, after Corollary 5.2",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Corollary 5.2",
    regime="three pairs of s and theta, T solved from the rate at n = 1e6",
    implements=".rates.lower_bound_threshold",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
PAYS = claim(
    id="mlb-pretraining-pays",
    source="derived from the slides' rate of Estimator 2",
    provenance=Provenance.DERIVED,
    regime="three pairs of s and theta, exponent of the solved T at n = 1e40",
    implements=".rates.pretraining_pays_threshold",
    figure="fig-mlb-tasks",
)
GAP = claim(
    id="mlb-open-gap",
    source="derived from the two published thresholds",
    provenance=Provenance.DERIVED,
    regime="three pairs of s and theta, both T solved numerically at n = 1e6",
    implements=".thresholds.tasks_needed",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
REMARK = claim(
    id="mlb-remark-tau",
    source=f"{_PAPER}, Remark 5.3, as printed",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Remark 5.3",
    regime="(alpha, tau, d) = (2, 1/2, 1), (4, 2, 1), (3, 3/2, 2); T solved numerically",
    implements=".thresholds.remark_exponent",
    expected=Verdict.REFUTED,
)
SQUARE = claim(
    id="mlb-class-square",
    source=f"{_PAPER}, Section 5, class of coefficients, as printed",
    provenance=Provenance.QUOTED,
    regime="s = 1/2, 1, 2; sequence model, exponent of the projection's worst case from n = 1e12",
    implements=".sequence_model.projection_risk",
    expected=Verdict.REFUTED,
    figure="fig-mlb-class",
)
TWO_POINT = claim(
    id="mlb-two-point",
    source="standard argument (Assouad); constants derived here",
    provenance=Provenance.DERIVED,
    regime="s = 1 and 2, sigma^2 = 0.1, n = 10 to 1e8",
    implements=".assouad.coordinate_bound",
    figure="fig-mlb-bounds",
)
FANO = claim(
    id="mlb-fano-constant",
    source="standard argument (Tsybakov 2009, Section 2); constant derived here",
    provenance=Provenance.DERIVED,
    regime="s = 1, sigma^2 = 0.1, n = 1e2 to 1e14",
    implements=".fano.fano_bound",
    figure="fig-mlb-bounds",
)
VAN_TREES = claim(
    id="mlb-van-trees",
    source="derived from the exact risk and van Trees' inequality",
    provenance=Provenance.DERIVED,
    regime="s = 1, sigma^2 = 0.1, flat features, n = 10 to 1e12",
    implements=".van_trees.van_trees_bound",
    figure="fig-mlb-bounds",
)

CLAIMS = claim.all

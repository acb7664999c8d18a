r"""The claims of the chapter *birth-death-flow*, in the order of the page.

The slides print three theorems on the decay of the objective and name birth and death; here they
are evaluated along flows that have a density ratio.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides of Suzuki"
_OWN = "derived here, for the setting of Kim & Suzuki, arXiv 2402.01258"
_CLOUD = "k = 1, angles about 1.5 from the teacher's"

FREE = claim(
    id="bdf-births-free",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="90 x 72 cells, turnover 0 to 2, both orders, before and after the flow has begun",
    implements=".scheme.change",
    expected=Verdict.EXACT,
)
MOMENT = claim(
    id="bdf-moment",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime=f"{_CLOUD}; turnover 1/5, time 6, 60 to 120 cells in the outer weight",
    implements=".scheme.grid_flow",
)
GRID = claim(
    id="bdf-grid-speed",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="upwind on 90 x 72 cells, turnover 0 to 1/5, times 0 to 12",
    implements=".scheme.change",
    expected=Verdict.EXACT,
)
LOSS = claim(
    id="bdf-loss",
    source="computed here, twice",
    provenance=Provenance.MEASURED,
    regime=f"{_CLOUD}; loss at time 8 on 60 x 48 to 120 x 96 cells",
    implements=".characteristics.characteristic_flow",
    figure="fig-bdf-two-routes",
)
RATIO = claim(
    id="bdf-ratio",
    source="computed here, twice",
    provenance=Provenance.MEASURED,
    regime=f"{_CLOUD}; density ratio at time 4 on 60 x 48 to 120 x 96 cells",
    implements=".characteristics.inner_density",
    figure="fig-bdf-two-routes",
)
LINE = claim(
    id="bdf-line",
    source="computed here, twice",
    provenance=Provenance.MEASURED,
    regime="d = 1, inner weights about 1, the teacher's about 2; loss at time 4, 40 x 53 to 80 x"
    " 107 cells, against 196 particles",
    implements=".scheme.grid_flow",
)
DESCENT = claim(
    id="bdf-descent",
    source=f"{_SLIDES}, theorem (1) on the decay of the objective, along a flow",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Proposition 3.4",
    regime=f"{_CLOUD}; seven flows, turnover 0 to 1/5, 25 times each",
    implements=".theorems.descent_slack",
    figure="fig-bdf-slack",
    expected=Verdict.NOT_CONTRADICTED,
)
PHASE = claim(
    id="bdf-phase",
    source=f"{_SLIDES}, theorem (2) on the decay of the objective, along a flow",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Proposition 3.4",
    regime=f"{_CLOUD}; seven flows, turnover 0 to 1/5, from half of the level to time 12",
    implements=".theorems.accelerated_phase",
    expected=Verdict.NOT_CONTRADICTED,
)
SADDLE = claim(
    id="bdf-saddle",
    source=f"{_SLIDES}, theorem (3) on the decay of the objective, at a saddle of this flow",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Proposition 3.4",
    regime="k = 1, all neurons about a right angle from the teacher's, five widths",
    implements=".theorems.saddle_curvature",
    expected=Verdict.NOT_CONTRADICTED,
)
CLOCK = claim(
    id="bdf-clock",
    source="observed here",
    provenance=Provenance.MEASURED,
    regime="k = 1, turnover 1/20, loss at time 12, three starts that were not looked at before",
    implements=".scheme.grid_flow",
    figure="fig-bdf-price",
)

CLAIMS = claim.all

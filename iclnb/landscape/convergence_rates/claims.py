r"""The claims of the chapter *convergence-rates*, in the order of the page.

The slides print three theorems on the decay of the objective and name two devices; what sharpens,
attains or limits them is derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides of Suzuki"
_OWN = "derived here, for the setting of Kim & Suzuki, arXiv 2402.01258"

DESCENT = claim(
    id="rate-descent",
    source=f"{_SLIDES}, theorem (1) on the decay of the objective",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Proposition 3.4",
    regime="3 neurons, k = 2: every mass, outer weight and slope; the library on 8 random measures",
    implements=".decay.slope_towards",
    figure="fig-rate-slack",
    expected=Verdict.PROVED,
)
SLOW = claim(
    id="rate-descent-attained",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="two neurons, every ratio, size and strength; the library at rho = 10, size 0.3",
    implements=".families.slow_measure",
    expected=Verdict.PROVED,
)
EFFECTIVE = claim(
    id="rate-effective-ratio",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="3 neurons, k = 2: every mass, representation and slope; the library on 8 random"
    " measures",
    implements=".effective.effective_ratio",
    figure="fig-rate-slack",
    expected=Verdict.PROVED,
)
SPEED = claim(
    id="rate-accelerated-speed",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 1 to 5, every spectrum; attained by two neurons of any strength and angle",
    implements=".decay.accelerated_decay_bound",
    figure="fig-rate-slack",
    expected=Verdict.PROVED,
)
ACCELERATED = claim(
    id="rate-accelerated-phase",
    source=f"{_SLIDES}, theorem (2) on the decay of the objective; constants derived here",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Proposition 3.4",
    regime="k = 1 to 5, every flow with one bound of the ratio; observed on nine flows of the"
    " outer weights",
    implements=".decay.loss_bound",
    expected=Verdict.PROVED,
    figure="fig-rate-regimes",
)
SCALES = claim(
    id="rate-all-scales",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="20 idle masses, each half of the one before, T = 300; beta = 0.5 to 0.99",
    implements=".regimes.regime_constant",
    figure="fig-rate-regimes",
)
POWER = claim(
    id="rate-second-power",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 1, every ratio: M = 1, 2, 3 from the definition, M to infinity as a series",
    implements=".families.diffuse_measure",
    expected=Verdict.PROVED,
)
TAIL = claim(
    id="rate-tail",
    source="observed here",
    provenance=Provenance.MEASURED,
    regime="eight seeds, k = 3, d = 8, N = 80, slope of log L on log t; control: starts in the"
    " mirror",
    implements=".tail.tail_flow",
    figure="fig-rate-tail",
)
CURVATURE = claim(
    id="rate-curvature",
    source=f"{_SLIDES}, theorem (3), with the curvature of the chapter on strict saddles",
    provenance=Provenance.DERIVED,
    regime="m = 1 to 6, every saddle; attained by the outer weights at m = 1, 2, 3; the library at"
    " four sign-like saddles, rho = 200",
    implements=".surveys.ratio_survey",
    expected=Verdict.PROVED,
)
SEEDING = claim(
    id="rate-seeding",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3: every measure, rotation and share of newborn; the library at a stuck start,"
    " shares 0.01 to 0.5",
    implements=".birth_death.seeded",
    expected=Verdict.PROVED,
)
RESTART = claim(
    id="rate-restart",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, every measure, share and ratio; the library at one neuron at rest",
    implements=".birth_death.seeded",
    expected=Verdict.PROVED,
)
BIRTH_DEATH = claim(
    id="rate-birth-death",
    source="observed here; the device is named on the slides",
    provenance=Provenance.MEASURED,
    regime="three rules, eight seeds, N = 40, 5 % every 10 units of time: L < r_0/200 at time 200",
    implements=".birth_death.renewed_flow",
    figure="fig-rate-stuck",
)
RULES = claim(
    id="rate-death-rules",
    source="observed here",
    provenance=Provenance.MEASURED,
    regime="eight seeds from the same starts, loss at time 200",
    implements=".birth_death.largest_variation",
    figure="fig-rate-stuck",
)
OVERLAP = claim(
    id="rate-iid-overlap",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = 3, k + d = 2: every direction; the library at a saddle, k = 2, m = 1, N = 12 to"
    " 768",
    implements=".perturbation.mean_square_overlap",
    figure="fig-rate-noise",
    expected=Verdict.PROVED,
)
SMOOTH = claim(
    id="rate-smooth-overlap",
    source=f"{_OWN}; Gaussian-process perturbation: {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="2 neurons, one of them in two, k + d = 3: every kernel and direction; the library at"
    " N = 12, 48, 192, 768",
    implements=".perturbation.mean_square_overlap",
    expected=Verdict.PROVED,
    figure="fig-rate-noise",
)
DELAY = claim(
    id="rate-iid-delay",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, 12 and 108 neurons, fields of size 0.0000001, eight coupled pairs",
    implements=".perturbation.escape_delays",
    figure="fig-rate-noise",
)

CLAIMS = claim.all

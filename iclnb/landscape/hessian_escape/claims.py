r"""The claims of the chapter *hessian-escape*, in the order of the page.

The slides print the lemma and two theorems; the paper's own wording (Lemma 4.1) is second-hand.
What sharpens, counts or limits them is derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides of Suzuki"
_OWN = "derived here, for the setting of Kim & Suzuki, arXiv 2402.01258"

SECOND_VARIATION = claim(
    id="esc-second-variation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = 6 random atoms of random weight, k = 2, d = 4, erf: central differences of the"
    " velocity",
    implements=".operator.Hessian",
)
AGREE = claim(
    id="esc-blocks-agree",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="four saddles, (k, m) = (1,1), (2,1), (3,2), (4,4), a random velocity field each;"
    " control: one neuron at rest with PB not 0",
    implements=".operator.Hessian",
    expected=Verdict.EXACT,
)
LINEAR = claim(
    id="esc-linear-velocity",
    source=f"{_SLIDES}, lemma on the behaviour around a critical point (Lemma 4.1 of the paper)",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Lemma 4.1",
    regime="saddle k = 3, m = 2, PB = 0, a random field, time 2/|lambda_min|, eps = 1e-1 to 1e-6",
    implements=".linearised.linear_error",
    figure="fig-esc-linear",
)
AT_REST = claim(
    id="esc-lemma-at-rest",
    source=f"{_SLIDES}, the same lemma as printed, read for measures without full support",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Lemma 4.1",
    regime="one neuron at rest with PB not 0, as two coinciding atoms, k = 1, d = 2, eps = 1e-6;"
    " control: H + H'",
    implements=".operator.Hessian",
    figure="fig-esc-split",
    expected=Verdict.REFUTED,
)
LANCZOS = claim(
    id="esc-matrix-free",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="nine saddles, k = 1 to 3, relative 1e-9",
    implements=".spectrum.lowest",
    expected=Verdict.EXACT,
)
REPLICAS = claim(
    id="esc-replicas",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, N = 9, 36, 144, 360 atoms, matrix-free",
    implements=".symmetry.replicate",
    expected=Verdict.EXACT,
)
NEGATIVE = claim(
    id="esc-negative-directions",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 1 to 6, m = 1 to 4, 20 random saddles; equality is observed, the bound proved",
    implements=".spectrum.morse_index",
    expected=Verdict.EXACT,
    figure="fig-esc-spectrum",
)
RATE = claim(
    id="esc-growth-rate",
    source=f"{_SLIDES}: negative curvature directions grow up exponentially",
    provenance=Provenance.QUOTED,
    regime="twelve saddles, k = 1 to 4, mirror-symmetric, eps = 1e-6, time 3/|lambda|, to 1e-6",
    implements=".escape.growth",
    figure="fig-esc-growth",
)
ORDER = claim(
    id="esc-growth-error",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="(k, m) = (2,1), (3,2), local exponents between eps = 1e-5 and 1e-6, to 0.05",
    implements=".linearised.rate_errors",
    figure="fig-esc-linear",
)
TIME = claim(
    id="esc-escape-time",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, eight random fields, eps = 1e-4 and 1e-7; the constant from one"
    " start along the eigenvector, to 0.01",
    implements=".escape.escape_time",
    figure="fig-esc-time",
)
RANDOM = claim(
    id="esc-random-escape",
    source=f"{_SLIDES}, theorem (informal)",
    provenance=Provenance.QUOTED,
    regime="20 random perturbations of size 1e-6, five saddles, five per cent of the loss gone by"
    " time 30/|lambda|; almost surely itself cannot be sampled",
    implements=".escape.perturbation",
    figure="fig-esc-time",
)
MIRROR = claim(
    id="esc-mirror",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="six mirror saddles, perturbed by 0.3 inside the mirror, time 200/|lambda|",
    implements=".mirror.mirror_fates",
    figure="fig-esc-mirror",
)
ROUNDOFF = claim(
    id="esc-roundoff",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="the six starts of esc-mirror, inputs rotated at random: number that escape by time"
    " 200/|lambda|",
    implements=".mirror.mirror_fates",
    expected=Verdict.EXACT,
    figure="fig-esc-mirror",
)
CURVATURE = claim(
    id="esc-curvature-bound",
    source=f"{_SLIDES}, theorem (3) on the decay of the objective",
    provenance=Provenance.QUOTED,
    regime="20 random saddles, k = 1 to 6, rho = 2; control: outer weights ten times too large",
    implements=".spectrum.curvature_bound",
    figure="fig-esc-curvature",
    expected=Verdict.NOT_CONTRADICTED,
)

CLAIMS = claim.all

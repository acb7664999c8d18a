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
    regime="3 neurons, k = d = 2, a cubic activation, everything free; the library at N = 6, k"
    " = 2, d = 4, erf, against differences of the velocity",
    implements=".operator.Hessian",
    expected=Verdict.PROVED,
)
AGREE = claim(
    id="esc-blocks-agree",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 1, 2, every point with PB = 0; the library at four saddles, k = 1 to 4",
    implements=".operator.Hessian",
    expected=Verdict.PROVED,
)
NEGATIVE = claim(
    id="esc-negative-directions",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 2, every saddle and pair of neurons; equality observed at 20 random"
    " saddles, k = 1 to 6, m = 1 to 4",
    implements=".spectrum.morse_index",
    figure="fig-esc-spectrum",
    expected=Verdict.PROVED,
)
REPLICAS = claim(
    id="esc-replicas",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="3 neurons, k = 2, one of them in two; the library at k = 2, m = 1, N = 36, 144,"
    " 360 neurons",
    implements=".symmetry.replicate",
    expected=Verdict.PROVED,
)
LINEAR = claim(
    id="esc-linear-velocity",
    source=f"{_SLIDES}, lemma on the behaviour around a critical point (Lemma 4.1 of the paper)",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Lemma 4.1",
    regime="PB = 0: 3 neurons, k = 2, m = 1, a cubic activation, everything free; the library at a"
    " saddle with k = 3, m = 2, erf, against differences of the velocity",
    implements=".operator.Hessian",
    expected=Verdict.PROVED,
)
RATE = claim(
    id="esc-growth-rate",
    source=f"{_SLIDES}: negative curvature directions grow up exponentially",
    provenance=Provenance.QUOTED,
    regime="twelve saddles, k = 1 to 4, mirror-symmetric, epsilon a millionth, time 3/|lambda|",
    implements=".escape.growth",
    figure="fig-esc-growth",
)
ORDER = claim(
    id="esc-growth-error",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="(k, m) = (2,1), (3,2), local exponents between epsilon = 1/100000 and a millionth",
    implements=".linearised.rate_errors",
)
AT_REST = claim(
    id="esc-lemma-at-rest",
    source=f"{_SLIDES}, the same lemma as printed, read for measures without full support",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Lemma 4.1",
    regime="one neuron at rest with PB not 0, as two coinciding ones, k = 1, d = 2, a cubic"
    " activation, everything free; right form: H + H'",
    implements=".operator.Hessian",
    figure="fig-esc-split",
    expected=Verdict.REFUTED,
)
TIME = claim(
    id="esc-escape-time",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, eight random fields, epsilon = 1/10000 and a tenth of a"
    " millionth; the constant from one start along the eigenvector",
    implements=".escape.escape_time",
    figure="fig-esc-time",
)
LAW = claim(
    id="esc-escape-law",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="one neuron, w = (0, 1), 500 uniform directions of size 1/10000; the mean, and the whole"
    " law by the test of Kolmogorov and Smirnov",
    implements=".law.escape_law",
    figure="fig-esc-time",
)
RANDOM = claim(
    id="esc-random-escape",
    source=f"{_SLIDES}, theorem (informal)",
    provenance=Provenance.QUOTED,
    regime="not decided by runs",
    implements=".escape.perturbation",
    figure="fig-esc-time",
    expected=Verdict.NOT_TESTABLE,
)
MIRROR = claim(
    id="esc-mirror",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="3 neurons, k = 2, any activation, three inputs, reflected; the library at 12 neurons",
    implements=".mirror.mirror_fates",
    figure="fig-esc-mirror",
    expected=Verdict.PROVED,
)
ROUNDOFF = claim(
    id="esc-roundoff",
    source=_OWN,
    provenance=Provenance.MEASURED,
    regime="the six starts of esc-mirror, inputs rotated at random: number that escape by time"
    " 200/|lambda|",
    implements=".mirror.mirror_fates",
    figure="fig-esc-mirror",
    expected=Verdict.NOT_CONTRADICTED,
)
CURVATURE = claim(
    id="esc-curvature-bound",
    source=f"{_SLIDES}, theorem (3) on the decay of the objective, at saddles; the form for every"
    " measure derived here",
    provenance=Provenance.QUOTED,
    regime="4 neurons, k = 3, every measure, teacher and R; the library at eight random measures",
    implements=".spectrum.curvature_bound",
    figure="fig-esc-tilt",
    expected=Verdict.PROVED,
)
CURVATURE_PRINTED = claim(
    id="esc-curvature-printed",
    source=f"{_SLIDES}, theorem (3), the display without its heading",
    provenance=Provenance.QUOTED,
    regime="k = 1, two neurons of inner weight 3 and masses 0.98, 0.02, ten angles; right"
    " form: with the slope",
    implements=".tilted.tilt_scan",
    figure="fig-esc-tilt",
    expected=Verdict.REFUTED,
)

CLAIMS = claim.all

r"""The claims of the chapter *mean-field-limit*, in the order of the page.

The slides are at hand, of the paper only its abstract page; its lemmas are second-hand. Of
Proposition 2.1 the text at hand breaks off before the condition.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides of Suzuki"
_PAPER = "Kim & Suzuki, arXiv 2402.01258"
_OWN = f"derived here, for the setting of {_PAPER}"

TWO_TIMESCALE = claim(
    id="mfl-two-timescale",
    source=f"{_PAPER}, eq. (3), with the factor 1/2; the slides print it without",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="eq. (3)",
    regime="k = 3, every covariance and attention; the library at k = d = 2, N = 30",
    implements=".statistics.statistics",
    expected=Verdict.PROVED,
)
INVARIANCE = claim(
    id="mfl-gl-invariance",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, every covariance and matrix; the library at d = 6, N = 40, 50 random matrices",
    implements=".statistics.loss",
    expected=Verdict.PROVED,
)
MINIMISERS = claim(
    id="mfl-minimisers",
    source=f"{_SLIDES}: minimiser iff the features are an invertible image of the true ones",
    provenance=Provenance.QUOTED,
    regime="k = 3, every image of rank 1, only the direction from R to the loss; the library at 50"
    " random matrices of rank 3 and 50 of rank 2",
    implements=".statistics.loss",
    expected=Verdict.PROVED,
)
KERNELS = claim(
    id="mfl-kernels",
    source="C. Williams, Computing with infinite networks (1997), for erf; the others derived here",
    provenance=Provenance.DERIVED,
    regime="every weight, bias and dimension; the library at d = 2, 5 by 5 random neurons of each"
    " kind, against Gauss-Hermite quadrature, 120 points an axis",
    implements=".features.model.FeatureModel",
    expected=Verdict.PROVED,
)
REACH = claim(
    id="mfl-reach",
    source="the mechanism behind Proposition 2.1, whose condition is cut off in the text at hand",
    provenance=Provenance.DERIVED,
    paper="kim2024features",
    number="Proposition 2.1",
    regime="3 terms, k = 2, every coefficient and value; the library at 30 frequencies",
    implements=".reach.trigonometric_measure",
    expected=Verdict.PROVED,
)
INNER = claim(
    id="mfl-inner-linear",
    source=f"{_PAPER}, Lemma 3.1 (convergence); the rate derived here",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Lemma 3.1",
    regime="k = 3, every C, Sigma and attention in their eigenbases; the library at d = 6, N = 40,"
    " seven times up to three time constants",
    implements=".attention.inner_flow",
    figure="fig-mfl-inner",
    expected=Verdict.PROVED,
)
VARIATIONS = claim(
    id="mfl-variations",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="4 neurons, k = 2, everything free; the library at k = 3, d = 6, N = 40",
    implements=".variation.first_variation",
    expected=Verdict.PROVED,
    figure="fig-mfl-flow",
)
MINIMUM = claim(
    id="mfl-minimum-form",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = d = 2, erf, 12 neurons against 15, an image of the teacher",
    implements=".variation.second_variation",
    expected=Verdict.EXACT,
    figure="fig-mfl-pairs",
)
CONSERVATION = claim(
    id="mfl-conservation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="5 neurons, k = 3, everything free; the library's flow at d = 6, N = 40, up to time 60",
    implements=".flow.integrate",
    expected=Verdict.PROVED,
    figure="fig-mfl-flow",
)
FAST = claim(
    id="mfl-fast-attention",
    source=f"{_SLIDES}: the attention is optimised first",
    provenance=Provenance.QUOTED,
    regime="k = 2, d = 6, N = 40, at t = 2, c = 100 to a million, both flows from the best"
    " attention; no exponent is fitted",
    implements=".flow.integrate_joint",
)
PROMPT = claim(
    id="mfl-prompt-loss",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, every n and law; the library at three inputs, n = 1 to 6, tau = 0.2",
    implements=".prompts.finite_prompt.finite_prompt_loss",
    figure="fig-mfl-prompt",
    expected=Verdict.PROVED,
)
PROMPT_ORDER = claim(
    id="mfl-prompt-order",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, every n, C, Sigma and M",
    implements=".prompts.simulated.prompt_constant",
    figure="fig-mfl-prompt",
    expected=Verdict.PROVED,
)
PROMPT_BOUND = claim(
    id="mfl-prompt-bound",
    source=f"{_PAPER}, Appendix C.4 as displayed, at k = 1",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Appendix C.4",
    regime="k = 1, n = 1, two inputs",
    implements=".prompts.finite_prompt.optimal_finite_prompt",
    expected=Verdict.REFUTED,
)
START_BIAS = claim(
    id="mfl-initial-bias",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, a law on 20 neurons, N = 16384, 16 seeds of 20 000 draws",
    implements=".particles.chaos.sampling_bias",
)
BIAS = claim(
    id="mfl-chaos-bias",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, a law on 20 neurons, N = 16384, 16 seeds of 8 runs",
    implements=".particles.particle_scan.expand_flow",
    figure="fig-mfl-chaos",
)
SPREAD = claim(
    id="mfl-chaos-spread",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, a law on 20 neurons, N = 16384, 16 seeds of 8 runs",
    implements=".particles.particle_scan.expand_flow",
    figure="fig-mfl-chaos",
)
LANGEVIN_SHARP = claim(
    id="mfl-langevin-rate",
    source="Nitanda, Wu & Suzuki (2022) for the bound; that it is attained, derived here",
    provenance=Provenance.SECOND_HAND,
    regime="one dimension, no interaction, variance at equilibrium",
    implements=".particles.langevin.GaussianLangevin",
    expected=Verdict.EXACT,
    figure="fig-mfl-langevin",
)
LANGEVIN = claim(
    id="mfl-langevin-bound",
    source=f"{_SLIDES}, after Nitanda, Wu & Suzuki (2022) and Chizat (2022)",
    provenance=Provenance.QUOTED,
    regime="one dimension, Gaussian laws: 200 random models and starts and the one that attains the"
    " sharp rate, 20 times each; true, with slack",
    implements=".particles.langevin.GaussianLangevin",
    figure="fig-mfl-langevin",
)

CLAIMS = claim.all

r"""The claims of the chapter *mean-field-limit*, in the order of the page.

The slides are at hand, of the paper only its abstract page; its lemmas are second-hand. Of
Proposition 2.1 the text at hand breaks off before the condition.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides of Suzuki"
_PAPER = "Kim & Suzuki, arXiv 2402.01258"
_OWN = f"derived here, for the setting of {_PAPER}"

KERNELS = claim(
    id="mfl-kernels",
    source="C. Williams, Computing with infinite networks (1997), for erf; the others derived here",
    provenance=Provenance.DERIVED,
    regime="d = 2, 5 by 5 random neurons of each kind against Gauss-Hermite quadrature, 120 points"
    " an axis",
    implements=".features.FeatureModel",
    expected=Verdict.EXACT,
)
REACH = claim(
    id="mfl-reach",
    source="the mechanism behind Proposition 2.1, whose condition is cut off in the text at hand",
    provenance=Provenance.DERIVED,
    paper="kim2024features",
    number="Proposition 2.1",
    regime="k = 2, d = 3, 30 random frequencies, 200 random inputs",
    implements=".reach.trigonometric_measure",
    expected=Verdict.EXACT,
)
TWO_TIMESCALE = claim(
    id="mfl-two-timescale",
    source=f"{_PAPER}, eq. (3), with the factor 1/2; the slides print it without",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="eq. (3)",
    regime="k = 2, N = 30, d = 2: against least squares on quadrature nodes",
    implements=".statistics.statistics",
)
INNER = claim(
    id="mfl-inner-linear",
    source=f"{_PAPER}, Lemma 3.1 (convergence); the rate derived here",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Lemma 3.1",
    regime="k = 3, d = 6, N = 40, 200 random starts, seven times up to three time constants",
    implements=".attention.inner_flow",
    figure="fig-mfl-inner",
)
INNER_SHARP = claim(
    id="mfl-inner-rate",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, relative 1e-8",
    implements=".attention.inner_rate",
    expected=Verdict.EXACT,
    figure="fig-mfl-inner",
)
FAST = claim(
    id="mfl-fast-attention",
    source=f"{_SLIDES}: the attention is optimised first",
    provenance=Provenance.QUOTED,
    regime="k = 2, d = 6, N = 40, at t = 2, c = 1e2 to 1e6, both flows from the best attention; no"
    " exponent is fitted",
    implements=".flow.integrate_joint",
)
INVARIANCE = claim(
    id="mfl-gl-invariance",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, 50 random matrices of singular values 2, 1, 1/2",
    implements=".statistics.loss",
    expected=Verdict.EXACT,
)
MINIMISERS = claim(
    id="mfl-minimisers",
    source=f"{_SLIDES}: minimiser iff the features are an invertible image of the true ones",
    provenance=Provenance.QUOTED,
    regime="k = 3: 50 random matrices of rank 3, 50 of rank 2; only the direction from R to the"
    " loss",
    implements=".statistics.loss",
    expected=Verdict.EXACT,
)
CONSERVATION = claim(
    id="mfl-conservation",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, t = 60, tolerance 1e-10 of the integrator",
    implements=".flow.integrate",
    expected=Verdict.EXACT,
    figure="fig-mfl-flow",
)
PROMPT = claim(
    id="mfl-prompt-loss",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = d = 2, n = 5, tau = 0.2, 16 seeds of 4000 simulated prompts",
    implements=".finite_prompt.finite_prompt_loss",
    figure="fig-mfl-prompt",
)
PROMPT_ORDER = claim(
    id="mfl-prompt-order",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = d = 2, attention optimal for each n, n = 4 to 4^8",
    implements=".simulated.prompt_constant",
    figure="fig-mfl-prompt",
)
PROMPT_BOUND = claim(
    id="mfl-prompt-bound",
    source=f"{_PAPER}, appendix C.4",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Appendix C.4",
    regime="k = d = 2, n = 4 to 4^8, constant 1: true and loose, the order is 1/n",
    implements=".finite_prompt.optimal_finite_prompt",
    figure="fig-mfl-prompt",
    expected=Verdict.NOT_CONTRADICTED,
)
START_BIAS = claim(
    id="mfl-initial-bias",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, N = 200, 16 seeds of 40 draws; allowance 20/N for the next order",
    implements=".chaos.sampling_bias",
    expected=Verdict.NOT_CONTRADICTED,
)
BIAS = claim(
    id="mfl-chaos-bias",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, N = 32 to 256, 12 groups of 4 split runs, no reference run",
    implements=".particle_scan.scan_bias",
    figure="fig-mfl-chaos",
    expected=Verdict.NOT_CONTRADICTED,
)
SPREAD = claim(
    id="mfl-chaos-spread",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, N = 32 to 256, 24 groups of 6 runs",
    implements=".particle_scan.scan_spread",
    figure="fig-mfl-chaos",
    expected=Verdict.NOT_CONTRADICTED,
)
LANGEVIN = claim(
    id="mfl-langevin-bound",
    source=f"{_SLIDES}, after Nitanda, Wu & Suzuki (2022) and Chizat (2022)",
    provenance=Provenance.QUOTED,
    regime="one dimension, Gaussian laws: 200 random models and starts, 20 times each; true, with"
    " slack, since the exponent lacks a factor 2",
    implements=".langevin.GaussianLangevin",
    figure="fig-mfl-langevin",
)
LANGEVIN_SHARP = claim(
    id="mfl-langevin-rate",
    source="Nitanda, Wu & Suzuki (2022) for the bound; that it is attained, derived here",
    provenance=Provenance.SECOND_HAND,
    regime="one dimension, c = 0, variance at equilibrium, relative 1e-10",
    implements=".langevin.GaussianLangevin",
    expected=Verdict.EXACT,
    figure="fig-mfl-langevin",
)

CLAIMS = claim.all

r"""The claims of the chapter *attention as regression*, in the order of the page.

Zhang, Frei and Bartlett (arXiv 2306.09927) and the slides were at hand and are quoted; what is
built on them is derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_BASE = "iclnb.foundations.in_context_learning"
_SLIDES = "Suzuki, slides of 4 December 2024"
_ZFB = "Zhang, Frei & Bartlett, arXiv 2306.09927"

RIDGE_IDENTITY = claim(
    id="aar-ridge-identity",
    source=f"{_SLIDES}, In-Context Learning (ICL) risk",
    provenance=Provenance.QUOTED,
    regime="n = 12, d = 3, a random penalty matrix, 50 queries",
    implements=f"{_BASE}.regression.ridge_gamma",
    expected=Verdict.EXACT,
)
POSTERIOR_MEAN = claim(
    id="aar-posterior-mean",
    source="textbook; for attention, slides, In-Context Learning (ICL) risk",
    provenance=Provenance.DERIVED,
    regime="n = 12, d = 3, random prior, 50 queries: kernel form against linear attention",
    implements=".bayes.posterior_mean",
    figure="fig-aar-penalty",
    expected=Verdict.EXACT,
)
EXACT_RISK = claim(
    id="aar-exact-risk",
    source="Wick's formula",
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 7, anisotropic inputs and tasks, noise 1/2; 12 seeds of 40 000 prompts",
    implements=".risk.population_risk",
)
BEST_GAMMA = claim(
    id="aar-best-gamma",
    source="minimiser of the exact risk",
    provenance=Provenance.DERIVED,
    regime="the same law, n = 7: all 16 slopes of the risk",
    implements=".risk.best_gamma",
    figure="fig-aar-penalty",
    expected=Verdict.EXACT,
)
NEARLY_BAYES = claim(
    id="aar-nearly-bayes",
    source='sharpens "nearly Bayes optimal" of the slides',
    provenance=Provenance.DERIVED,
    regime="d = 5, isotropic, noise 1/2, n = 10 to 10^6, against the upper bound on Bayes",
    implements=".bayes.price_of_a_fixed_gamma",
    figure="fig-aar-bayes",
)
GRADIENT_FLOW = claim(
    id="aar-gradient-flow",
    source=f"{_ZFB}, Theorem 4.1",
    provenance=Provenance.QUOTED,
    paper="zhang2024trained",
    number="Theorem 4.1",
    regime="d = 4, N = 20, one anisotropic covariance, starts of rank 1 and 4, half the allowed"
    " scale",
    implements=".trained.gradient_flow",
    figure="fig-aar-training",
)
ZFB_RISK = claim(
    id="aar-zfb-risk",
    source=f"{_ZFB}, Theorem 4.2",
    provenance=Provenance.QUOTED,
    paper="zhang2024trained",
    number="Theorem 4.2",
    regime="d = 4, one covariance, one random task, noise 1/2; N, M in {5, 20, 100}: exact risk",
    implements=".trained.trained_risk",
    figure="fig-aar-training",
    expected=Verdict.EXACT,
)
LENGTH_FLOOR = claim(
    id="aar-length-floor",
    source=f"{_ZFB}, Theorem 4.2, at infinite M",
    provenance=Provenance.DERIVED,
    paper="zhang2024trained",
    number="Theorem 4.2",
    regime="the same covariance and task, N = 20, M = 10 to 10^7",
    implements=".trained.mismatch_floor",
    figure="fig-aar-training",
)
FORWARD_DESCENT = claim(
    id="aar-forward-descent",
    source="construction after von Oswald et al. 2023 and Ahn et al. 2023",
    provenance=Provenance.DERIVED,
    regime="n = 12, d = 3, a random preconditioner, 1 to 8 layers",
    implements=".transformer.forward_pass",
    figure="fig-aar-layers",
    expected=Verdict.EXACT,
)
SPECIAL_WEIGHTS = claim(
    id="aar-special-weights",
    source=f"{_SLIDES}, Connection to soft-max attention; the constant as its first line has it",
    provenance=Provenance.QUOTED,
    regime="20 random prompts, n = 12, d = 3, random stars",
    implements=".transformer.softmax_attention",
    expected=Verdict.EXACT,
)
RAW_LABELS = claim(
    id="aar-raw-labels",
    source="expansion of softmax attention",
    provenance=Provenance.DERIVED,
    regime="one prompt, n = 12, d = 3, temperatures 100 to 10^6",
    implements=".softmax.dropped",
    figure="fig-aar-dropping",
)
FIRST_ORDER = claim(
    id="aar-first-order",
    source="expansion of softmax attention",
    provenance=Provenance.DERIVED,
    regime="12 random prompts, n = 12, d = 3; window of temperatures 100 to 10 000",
    implements=".softmax.softmax_expansion",
    figure="fig-aar-dropping",
)
GAUSSIAN_TILT = claim(
    id="aar-gaussian-tilt",
    source="shift of a Gaussian under exponential weights",
    provenance=Provenance.DERIVED,
    regime="d = 2, temperatures 0.3 to 10: quadrature against the closed form",
    implements=".softmax.gaussian_tilt_answer",
    expected=Verdict.EXACT,
)

CLAIMS = claim.all

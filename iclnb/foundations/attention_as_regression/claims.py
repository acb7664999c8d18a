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
    regime="n = 5, d = 3, everything free; 50 answers of the library",
    implements=f"{_BASE}.regression.ridge_gamma",
    expected=Verdict.PROVED,
)
POSTERIOR_MEAN = claim(
    id="aar-posterior-mean",
    source="textbook; for attention, slides, In-Context Learning (ICL) risk",
    provenance=Provenance.DERIVED,
    regime="n = 5, d = 3, everything free; 50 answers of the library",
    implements=".bayes.posterior_mean",
    figure="fig-aar-penalty",
    expected=Verdict.PROVED,
)
EXACT_RISK = claim(
    id="aar-exact-risk",
    source="Wick's formula",
    provenance=Provenance.DERIVED,
    regime="d = 3, every n; the library at n = 1, 2, 5 and d = 2",
    implements=".risk.population_risk",
    expected=Verdict.PROVED,
)
BEST_GAMMA = claim(
    id="aar-best-gamma",
    source="minimiser of the exact risk",
    provenance=Provenance.DERIVED,
    regime="d = 3, every n; slopes of the library at n = 7 and d = 4",
    implements=".risk.best_gamma",
    figure="fig-aar-penalty",
    expected=Verdict.PROVED,
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
    regime="d = 3, linear labels, every N and n; the library at 9 pairs of lengths",
    implements=".trained.trained_risk",
    figure="fig-aar-training",
    expected=Verdict.PROVED,
)
LENGTH_FLOOR = claim(
    id="aar-length-floor",
    source=f"{_ZFB}, Theorem 4.2, at infinite M",
    provenance=Provenance.DERIVED,
    paper="zhang2024trained",
    number="Theorem 4.2",
    regime="d = 3, every N; the library at N = 20",
    implements=".trained.mismatch_floor",
    figure="fig-aar-training",
    expected=Verdict.PROVED,
)
FORWARD_DESCENT = claim(
    id="aar-forward-descent",
    source="construction after von Oswald et al. 2023 and Ahn et al. 2023",
    provenance=Provenance.DERIVED,
    regime="n = 4, d = 2, three layers; the library at 1 to 8 layers",
    implements=".transformer.forward_pass",
    figure="fig-aar-layers",
    expected=Verdict.PROVED,
)
SPECIAL_WEIGHTS = claim(
    id="aar-special-weights",
    source=f"{_SLIDES}, Connection to soft-max attention; the constant as its first line has it",
    provenance=Provenance.QUOTED,
    regime="n = 4, d = 2, every star; the library on 20 prompts",
    implements=".transformer.softmax_attention",
    expected=Verdict.PROVED,
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
    regime="n = 5, orders 0, 1 and 2; the library at temperature 10^6",
    implements=".softmax.softmax_expansion",
    figure="fig-aar-dropping",
    expected=Verdict.PROVED,
)
GAUSSIAN_TILT = claim(
    id="aar-gaussian-tilt",
    source="shift of a Gaussian under exponential weights",
    provenance=Provenance.DERIVED,
    regime="d = 2, moments up to order 8; the library at temperatures 0.3 to 10",
    implements=".softmax.gaussian_tilt_answer",
    expected=Verdict.PROVED,
)

CLAIMS = claim.all

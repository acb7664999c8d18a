r"""The claims of the chapter *nonparametric in-context learning*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; the
exact risk and everything that follows from it are derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"
_OWN = "exact second moments of the setting of Kim, Nakamaki & Suzuki"

FLAT_OPTIMUM = claim(
    id="kns-flat-optimum",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Walsh functions on 8 cells, N = 3: every prompt length, spectrum and noise",
    implements=".risk.infinite.flat_risk",
    expected=Verdict.PROVED,
)
TERMS = claim(
    id="kns-proposition-terms",
    source=f"{_PAPER}; the constants in displays (14), (17)",
    paper="kim2024minimax",
    number="Proposition 3.2",
    provenance=Provenance.QUOTED,
    regime="shrinkage and noise of the published matrix: every spectrum, noise and prompt length",
    implements=".risk.decomposition.risk_curves",
    figure="fig-kns-terms",
    expected=Verdict.PROVED,
)
PLUG_IN = claim(
    id="kns-plug-in",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="constant v: every spectrum, noise and prompt length",
    implements=".risk.decomposition.risk_curves",
    expected=Verdict.PROVED,
)
RATE = claim(
    id="kns-rate",
    source=f"{_PAPER}; {_SLIDES}, B-spline example",
    paper="kim2024minimax",
    number="Theorem 4.5",
    provenance=Provenance.QUOTED,
    regime="best Gamma, N = infinity, s = 1 and 2: slopes over decades, n = 100 to 10^13",
    implements=".risk.infinite.minimax_exponent",
    figure="fig-kns-rates",
)
TWO_TERMS = claim(
    id="kns-two-terms",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, s = 1, 2 and 3, noise variance 0.1, every n from 100 on",
    implements=".risk.infinite.two_term_law",
    figure="fig-kns-rates",
    expected=Verdict.PROVED,
)
BAYES_FACTOR = claim(
    id="kns-bayes-factor",
    source=f"{_OWN}; Bayes by its lower bound",
    provenance=Provenance.DERIVED,
    regime="N = infinity, s = 1, 2 and 3, noise variance 0.1, every n from 100 on: ratio to"
    " Jensen's lower bound of the Bayes risk",
    implements=".rivals.bayes.attention_to_bayes_limit",
    figure="fig-kns-rates",
    expected=Verdict.PROVED,
)
SOFTMAX = claim(
    id="kns-softmax-closer",
    source="softmax attention of the slides (B-1), with a translation-invariant kernel",
    provenance=Provenance.MEASURED,
    regime="Fourier tasks of 60 pairs, s = 1 and 2, n = 16 to 512, 16 kernel coefficients trained"
    " on the exact risk; the control has n = 8",
    implements=".rivals.comparison.compare_attention",
    figure="fig-kns-softmax",
)
EXACT_RISK = claim(
    id="kns-exact-risk",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="every law of the inputs, task covariance, features, Gamma, noise and prompt length",
    implements=".risk.population.moments_risk",
    expected=Verdict.PROVED,
)
OPTIMAL_GAMMA = claim(
    id="kns-optimal-gamma",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="three features: every invertible A and G, every C; three linear splines, n = 6",
    implements=".risk.population.optimal_gamma",
    expected=Verdict.PROVED,
)
MEMORISATION = claim(
    id="kns-memorisation",
    source=f"{_SLIDES}, B-spline example",
    provenance=Provenance.QUOTED,
    regime="N = 1 to 5 cosines, up to N^2 tasks, prompts of two and more examples",
    implements=".pretraining.u_curve.u_curve",
    figure="fig-kns-u-curve",
    expected=Verdict.PROVED,
)
PEAK = claim(
    id="kns-peak",
    source="interpolation peak, as in least squares",
    provenance=Provenance.MEASURED,
    regime="cosines, s = 1, n = 16, (T, N) = (64, 8), (100, 10), (144, 12), medians of 452 to 1024"
    " draws; formed on seeds 0 to 3, tested on seeds 100 to 103; the control has T = 16, N = 4",
    implements=".pretraining.sampled.median_curve",
    figure="fig-kns-u-curve",
)
BOTTOM = claim(
    id="kns-u-curve-bottom",
    source=f"{_SLIDES}, B-spline example (bias-variance trade-off)",
    provenance=Provenance.MEASURED,
    regime="cosines, s = 1, n = 256, T = 1024, N = 6, 12 draws; allowance 0.5 % for the next order,"
    " N^2/T = 4 % of the excess; the control has R*_N alone",
    implements=".pretraining.sampled.predicted_risk",
    figure="fig-kns-u-curve",
)
SANDWICH = claim(
    id="kns-full-excess",
    source=f"M-estimation, for Estimator 1 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, mean of N = 4, 8 and 16, T = 16 384, 12 seeds; V exact; the"
    " control is the textbook's residual variance times the unknowns",
    implements=".pretraining.exact_sandwich.exact_sandwich",
    figure="fig-kns-excess",
)
DIAGONAL = claim(
    id="kns-diagonal-excess",
    source=f"M-estimation, for Estimator 2 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, mean of N = 4, 8 and 16, T = 16 384, 12 seeds; V exact; the"
    " control is the textbook's residual variance times the unknowns",
    implements=".pretraining.steady.steady_excess",
    figure="fig-kns-excess",
)
SQUARE = claim(
    id="kns-full-to-diagonal",
    source=f"{_PAPER}, for the full matrix (and Remark 4.6); the diagonal by its unknowns",
    paper="kim2024minimax",
    number="Theorem 4.5",
    provenance=Provenance.DERIVED,
    regime="the ratio, for Walsh functions: N = 2 to 4, every prompt; N = 2 of 3 and n = 1 from the"
    " definition of V",
    implements=".pretraining.sampled.leading_excess",
    figure="fig-kns-excess",
    expected=Verdict.PROVED,
)
EVERY_TOKEN = claim(
    id="kns-every-token",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, N = 8, T = 8192, 12 seeds; V exact; the control counts the 17"
    " queries of a prompt as tasks",
    implements=".pretraining.token_law.every_token_sandwich",
    figure="fig-kns-excess",
)
ENTROPY = claim(
    id="kns-entropy-bound",
    source=f"Bernstein's inequality and a cover, in the manner of {_PAPER}, Theorem 3.1",
    provenance=Provenance.DERIVED,
    regime="Walsh functions, signs for coefficients and noise, s = 1, n = 16, N = 8, R = 6, T = 512"
    " to 8192, means of 6 seeds; the control has N^2/5 for the bound",
    implements=".pretraining.entropy_bound.entropy_bound",
    expected=Verdict.NOT_CONTRADICTED,
)
SCARCE = claim(
    id="kns-scarce-printed",
    source=f"{_SLIDES}, B-spline example, as printed",
    provenance=Provenance.QUOTED,
    regime="every s",
    implements=".risk.slide_rates.scarce_estimation_exponent",
    expected=Verdict.REFUTED,
)

CLAIMS = claim.all

r"""The claims of the chapter *nonparametric in-context learning*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; the
exact risk and everything that follows from it are derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"
_OWN = "exact second moments of the setting of Kim, Nakamaki & Suzuki"

EXACT_RISK = claim(
    id="kns-exact-risk",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="four quadratic splines of a task of ten, random Gamma, n = 8: 12 seeds of 12000 sampled"
    " prompts",
    implements=".risk.population_risk",
)
OPTIMAL_GAMMA = claim(
    id="kns-optimal-gamma",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="five cubic splines, random full covariance, n = 6: derivatives in 20 random directions",
    implements=".risk.optimal_gamma",
    expected=Verdict.EXACT,
)
FLAT_OPTIMUM = claim(
    id="kns-flat-optimum",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Walsh functions, s = 1, N = 1 to 15, n = 10 and 1000; the control has cosines",
    implements=".infinite.flat_risk",
    expected=Verdict.EXACT,
)
TERMS = claim(
    id="kns-proposition-terms",
    source=f"{_PAPER}, Proposition 3.2 and displays (14), (17)",
    provenance=Provenance.QUOTED,
    regime="constant v, s = 1 and 2, N = 1 to 64, n = 10 to 1e5; the shrinkage is at most N/(4n)",
    implements=".decomposition.risk_curves",
    figure="fig-kns-terms",
)
PLUG_IN = claim(
    id="kns-plug-in",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="constant v, s = 1 and 2, sigma = 2, N = 20000, n = 1e2 to 1e6; the control has c = 1,"
    " as printed",
    implements=".decomposition.risk_curves",
)
RATE = claim(
    id="kns-rate",
    source=f"{_SLIDES}, B-spline example; {_PAPER}, Theorem 4.5",
    provenance=Provenance.QUOTED,
    regime="best Gamma, N = infinity, s = 1 and 2: slopes over decades, n = 1e2 to 1e13",
    implements=".infinite.minimax_exponent",
    figure="fig-kns-rates",
)
TWO_TERMS = claim(
    id="kns-two-terms",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, s = 1 and 2, n = 1e2 to 1e8: worst relative error",
    implements=".infinite.two_term_law",
    figure="fig-kns-rates",
)
BAYES_FACTOR = claim(
    id="kns-bayes-factor",
    source=f"{_OWN}; Bayes by its lower bound",
    provenance=Provenance.DERIVED,
    regime="N = infinity, noise variance 0.1, n = 10 to 1e14: ratio to Jensen's lower bound of the"
    " Bayes risk",
    implements=".bayes.attention_to_bayes_limit",
    figure="fig-kns-rates",
)
SOFTMAX = claim(
    id="kns-softmax-closer",
    source="softmax attention of the slides (B-1), with a translation-invariant kernel",
    provenance=Provenance.DERIVED,
    regime="Fourier tasks of 60 pairs, s = 1 and 2, n = 16 to 512, 16 kernel coefficients trained"
    " on the exact risk; the control has n = 4 and 8",
    implements=".comparison.compare_attention",
    figure="fig-kns-softmax",
)
BEST_KEYS = claim(
    id="kns-best-keys",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="three random trigonometric polynomials, n = 4 to 256; the control has Walsh functions",
    implements=".moments.best_key_features",
)
REFINEMENT = claim(
    id="kns-refinement-printed",
    source=f"{_PAPER}, Lemma C.2, as printed, with the spline of Definition 4.3",
    provenance=Provenance.QUOTED,
    regime="m = 2 and 4, 4001 points; the control is the refinement with m + 2 terms",
    implements=".splines.refined_as_printed",
    figure="fig-kns-splines",
    expected=Verdict.REFUTED,
)
NEAR_ORTHONORMAL = claim(
    id="kns-near-orthonormal",
    source=f"{_PAPER}, Assumption 1; {_SLIDES}, assumption 4",
    provenance=Provenance.QUOTED,
    regime="m = 2, levels 2 to 8, C_1 = 0.015; the control takes the union of levels",
    implements=".orthonormal.gram_eigenvalues",
    figure="fig-kns-splines",
)
GAMMA_COUNT = claim(
    id="kns-anisotropic-count",
    source=f"{_PAPER}, Theorem 4.7",
    provenance=Provenance.QUOTED,
    regime="a = (1, 2, 3, 4): bits of N(G) for a bit of 2^G, G = 0 to 48 in steps of 12; the"
    " control is the exponent of the mixed class",
    implements=".gamma_smooth.function_count",
)
PRODUCT = claim(
    id="kns-product-printed",
    source=f"{_SLIDES}, Fourier basis of the gamma-smooth class, as printed, with zero frequencies",
    provenance=Provenance.QUOTED,
    regime="one input in use of d = 1 to 6; the control has the factor 1 at frequency zero",
    implements=".cosine_products.product_norm",
    expected=Verdict.REFUTED,
)
SANDWICH = claim(
    id="kns-full-excess",
    source=f"M-estimation, for Estimator 1 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, N = 16, T = 8192, 12 seeds; allowance 5 % for the next order,"
    " N^2/T = 3 %",
    implements=".sandwich.sandwich",
    figure="fig-kns-excess",
)
DIAGONAL = claim(
    id="kns-diagonal-excess",
    source=f"M-estimation, for Estimator 2 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, N = 32, T = 2048, 32 seeds; allowance 5 % for the next order",
    implements=".erm.fit_diagonal",
    figure="fig-kns-excess",
)
SQUARE = claim(
    id="kns-full-to-diagonal",
    source=f"{_SLIDES}, Estimators 1 and 2",
    provenance=Provenance.QUOTED,
    regime="ratio of the two V, cosines, s = 1, n = 16, N = 4 to 64 (fixed after a first run on"
    " other seeds), 8 fresh seeds of 4096 tasks",
    implements=".pretraining.leading_excess",
    figure="fig-kns-excess",
)
SCARCE = claim(
    id="kns-scarce-printed",
    source=f"{_SLIDES}, B-spline example, as printed",
    provenance=Provenance.QUOTED,
    regime="s = 1/2, 1, 2, 3, exponent of T between 1e3 and 1e9; the control is half the exponent",
    implements=".slide_rates.scarce_estimation_exponent",
    expected=Verdict.REFUTED,
)
MEMORISATION = claim(
    id="kns-memorisation",
    source=f"{_SLIDES}, B-spline example",
    provenance=Provenance.QUOTED,
    regime="cosines, s = 1, n = 256, T = 256, N = 16 to 32, median of 3 seeds; the control has a"
    " diagonal Gamma",
    implements=".u_curve.u_curve",
    figure="fig-kns-u-curve",
    expected=Verdict.EXACT,
)
PEAK = claim(
    id="kns-peak",
    source="interpolation peak, as in least squares",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 256, (T, N) = (64, 8), (144, 12), (256, 16), (576, 24), (1024, 32),"
    " median of 3 seeds; the control has a diagonal Gamma",
    implements=".pretraining.median_curve",
    figure="fig-kns-u-curve",
)
BOTTOM = claim(
    id="kns-u-curve-bottom",
    source=f"{_SLIDES}, B-spline example (bias-variance trade-off)",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 256, T = 256, 1024, 4096, median of 3 seeds: within one step of the"
    " grid; the control has the least of R*_N alone",
    implements=".pretraining.predicted_risk",
    figure="fig-kns-u-curve",
)
LEARNED = claim(
    id="kns-learned-basis",
    source=f"{_SLIDES}: pretraining improves the error by estimating the bases",
    provenance=Provenance.DERIVED,
    regime="three unknown functions of frequencies 3 to 10, perceptron of width 64, prompts of 32,"
    " one seed: who has less risk, as a sign; the control has 32 tasks and n = 256",
    implements=".readouts.readout_risk",
    figure="fig-kns-learned",
)
LEARNED_SEEDS = claim(
    id="kns-learned-seeds",
    source="the statement of the chapter for one seed, on other bases and seeds",
    provenance=Provenance.DERIVED,
    regime="stored runs, seeds 1 to 8, each with its own basis, prompts and start; the control has"
    " 32 tasks and n = 256",
    implements=".learning_runs.learning_run",
    figure="fig-kns-learned-seeds",
)
FIGURES = claim(
    id="kns-figure-settings",
    source=f"settings of {_PAPER}, Appendix E; the statement is found here",
    provenance=Provenance.DERIVED,
    regime="stored runs: d = 8, widths 32, T = n = 512, 50 epochs of Adam at 0.02; functions,"
    " noise, batches and start chosen here; seeds 5 to 9, the statement formed on seeds 0 to 4",
    implements=".figure_settings.figure_run",
    figure="fig-kns-figure-settings",
)

CLAIMS = claim.all

r"""The claims of the chapter *nonparametric in-context learning*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; the
exact risk and everything that follows from it are derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "statistics", "chapter": "nonparametric-icl"}
_HERE = "iclnb.statistics.nonparametric_icl"
_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"
_OWN = "exact second moments of the setting of Kim, Nakamaki & Suzuki"

EXACT_RISK = Claim(
    id="kns-exact-risk",
    **_PLACE,
    statement=r"For any features, orthonormal or not, and any \(\Gamma\) the risk is"
    r" \(\mathbb{E}F^2-2\operatorname{tr}(\Gamma^\top C)"
    r"+\operatorname{tr}(\Gamma^\top A\Gamma G)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="four quadratic splines of a task of ten, random Gamma, n = 8: 12 seeds of 12000 sampled"
    " prompts",
    implements=f"{_HERE}.risk.population_risk",
)
OPTIMAL_GAMMA = Claim(
    id="kns-optimal-gamma",
    **_PLACE,
    statement=r"The risk is least at \(\Gamma^*=A^{-1}CG^{-1}\), in general not symmetric.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="five cubic splines, random full covariance, n = 6: derivatives in 20 random directions",
    implements=f"{_HERE}.risk.optimal_gamma",
    expected=Verdict.EXACT,
)
FLAT_OPTIMUM = Claim(
    id="kns-flat-optimum",
    **_PLACE,
    statement=r"If \(v(x)\) is constant, \(R^*_N=\sum_{j>N}\lambda_j+\sum_{j\le N}"
    r"\lambda_jc_j/(n\lambda_j+c_j)\) with \(c_j=\tau-\lambda_j\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Walsh functions, s = 1, N = 1 to 15, n = 10 and 1000; the control has cosines",
    implements=f"{_HERE}.infinite.flat_risk",
    expected=Verdict.EXACT,
)
TERMS = Claim(
    id="kns-proposition-terms",
    **_PLACE,
    statement=r"With \(\Gamma=(G+\frac1n\Sigma_\beta^{-1})^{-1}\) the shrinkage is at most \(N/n\)"
    r" and the noise at most \(\sigma^2N/n\).",
    source=f"{_PAPER}, Proposition 3.2 and displays (14), (17)",
    provenance=Provenance.QUOTED,
    regime="constant v, s = 1 and 2, N = 1 to 64, n = 10 to 1e5; the shrinkage is at most N/(4n)",
    implements=f"{_HERE}.decomposition.risk_curves",
    figure="fig-kns-terms",
)
PLUG_IN = Claim(
    id="kns-plug-in",
    **_PLACE,
    statement=r"\((I+\frac cn\Sigma_\beta^{-1})^{-1}\) is asymptotically optimal for"
    r" \(c=\tau=\operatorname{tr}\Sigma_\beta+\sigma^2\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="constant v, s = 1 and 2, sigma = 2, N = 20000, n = 1e2 to 1e6; the control has c = 1,"
    " as printed",
    implements=f"{_HERE}.decomposition.risk_curves",
)
RATE = Claim(
    id="kns-rate",
    **_PLACE,
    statement=r"With known features and enough tasks linear attention attains the exponent"
    r" \(2\,s/(2\,s+1)\) of the prompt length.",
    source=f"{_SLIDES}, B-spline example; {_PAPER}, Theorem 4.5",
    provenance=Provenance.QUOTED,
    regime="best Gamma, N = infinity, s = 1 and 2: slopes over decades, n = 1e2 to 1e13",
    implements=f"{_HERE}.infinite.minimax_exponent",
    figure="fig-kns-rates",
)
TWO_TERMS = Claim(
    id="kns-two-terms",
    **_PLACE,
    statement=r"\(R^*=c_p(\tau/n)^{2\,s/(2\,s+1)}-(\tau/2+\operatorname{tr}\Sigma_\beta)/n+o(1/n)\),"
    r" \(c_p=(\pi/p)/\sin(\pi/p)\), \(p=2\,s+1\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, s = 1 and 2, n = 1e2 to 1e8: worst relative error",
    implements=f"{_HERE}.infinite.two_term_law",
    figure="fig-kns-rates",
)
BAYES_FACTOR = Claim(
    id="kns-bayes-factor",
    **_PLACE,
    statement=r"The best linear attention is worse than Bayes by the factor"
    r" \((\tau/\sigma^2)^{2\,s/(2\,s+1)}\), 5.53 for s = 1 and 6.99 for s = 2.",
    source=f"{_OWN}; Bayes by its lower bound",
    provenance=Provenance.DERIVED,
    regime="N = infinity, noise variance 0.1, n = 10 to 1e14: ratio to Jensen's lower bound of the"
    " Bayes risk",
    implements=f"{_HERE}.bayes.attention_to_bayes_limit",
    figure="fig-kns-rates",
)
SOFTMAX = Claim(
    id="kns-softmax-closer",
    **_PLACE,
    statement="Trained softmax attention is nearer to Bayes than the best linear attention, from"
    r" \(n=16\) on.",
    source="softmax attention of the slides (B-1), with a translation-invariant kernel",
    provenance=Provenance.DERIVED,
    regime="Fourier tasks of 60 pairs, s = 1 and 2, n = 16 to 512, 16 kernel coefficients trained"
    " on the exact risk; the control has n = 4 and 8",
    implements=f"{_HERE}.comparison.compare_attention",
    figure="fig-kns-softmax",
)
BEST_KEYS = Claim(
    id="kns-best-keys",
    **_PLACE,
    statement=r"Keys \(f/(v+\sigma^2)\) with queries \(f\) have less risk than the true basis,"
    r" unless \(v\) is constant.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="three random trigonometric polynomials, n = 4 to 256; the control has Walsh functions",
    implements=f"{_HERE}.moments.best_key_features",
)
REFINEMENT = Claim(
    id="kns-refinement-printed",
    **_PLACE,
    statement=r"\(\mathcal N_m(x)=2^{-m+1}\sum_{r=0}^m\binom mr\mathcal N_m(2x-r+\frac m2)\).",
    source=f"{_PAPER}, Lemma C.2, as printed, with the spline of Definition 4.3",
    provenance=Provenance.QUOTED,
    regime="m = 2 and 4, 4001 points; the control is the refinement with m + 2 terms",
    implements=f"{_HERE}.splines.refined_as_printed",
    figure="fig-kns-splines",
    expected=Verdict.REFUTED,
)
NEAR_ORTHONORMAL = Claim(
    id="kns-near-orthonormal",
    **_PLACE,
    statement="B-splines of one level are nearly orthonormal: their Gram eigenvalues stay within"
    r" fixed bounds \(C_1,C_2\) for all \(N\).",
    source=f"{_PAPER}, Assumption 1; {_SLIDES}, assumption 4",
    provenance=Provenance.QUOTED,
    regime="m = 2, levels 2 to 8, C_1 = 0.015; the control takes the union of levels",
    implements=f"{_HERE}.orthonormal.gram_eigenvalues",
    figure="fig-kns-splines",
)
GAMMA_COUNT = Claim(
    id="kns-anisotropic-count",
    **_PLACE,
    statement=r"A worst-case error \(2^{-2G}\) of the anisotropic class takes \(N\) functions,"
    r" \(2^{-G}\approx N^{-\tilde\alpha}\) with \(\tilde\alpha=(\sum_i1/a_i)^{-1}\).",
    source=f"{_PAPER}, Theorem 4.7",
    provenance=Provenance.QUOTED,
    regime="a = (1, 2, 3, 4): bits of N(G) for a bit of 2^G, G = 0 to 48 in steps of 12; the"
    " control is the exponent of the mixed class",
    implements=f"{_HERE}.gamma_smooth.function_count",
)
PRODUCT = Claim(
    id="kns-product-printed",
    **_PLACE,
    statement=r"The product \(\prod_k\sqrt2\cos(2\pi r_kx_k-\delta_k\pi/2)\) over all inputs has"
    " norm one.",
    source=f"{_SLIDES}, Fourier basis of the gamma-smooth class, as printed, with zero frequencies",
    provenance=Provenance.QUOTED,
    regime="one input in use of d = 1 to 6; the control has the factor 1 at frequency zero",
    implements=f"{_HERE}.cosine_products.product_norm",
    expected=Verdict.REFUTED,
)
SANDWICH = Claim(
    id="kns-full-excess",
    **_PLACE,
    statement=r"Pretraining of a full \(\Gamma\) on \(T\) tasks costs the excess \(V/T\),"
    r" \(V=\mathbb{E}[e^2\,z^\top H^{-1}z]\), \(z=\operatorname{vec}(S\phi^\top)\).",
    source=f"M-estimation, for Estimator 1 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, N = 16, T = 8192, 12 seeds; allowance 5 % for the next order,"
    " N^2/T = 3 %",
    implements=f"{_HERE}.sandwich.sandwich",
    figure="fig-kns-excess",
)
DIAGONAL = Claim(
    id="kns-diagonal-excess",
    **_PLACE,
    statement=r"A diagonal \(\Gamma\) costs \(V/T\) with the \(V\) of its own \(N\) unknowns.",
    source=f"M-estimation, for Estimator 2 of {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 16, N = 32, T = 2048, 32 seeds; allowance 5 % for the next order",
    implements=f"{_HERE}.erm.fit_diagonal",
    figure="fig-kns-excess",
)
SQUARE = Claim(
    id="kns-full-to-diagonal",
    **_PLACE,
    statement=r"The pretraining terms are \(N^2/T\) for a full and \(N/T\) for a diagonal"
    r" \(\Gamma\): their ratio grows as \(N\).",
    source=f"{_SLIDES}, Estimators 1 and 2",
    provenance=Provenance.QUOTED,
    regime="ratio of the two V, cosines, s = 1, n = 16, N = 4 to 64 (fixed after a first run on"
    " other seeds), 8 fresh seeds of 4096 tasks",
    implements=f"{_HERE}.pretraining.leading_excess",
    figure="fig-kns-excess",
)
SCARCE = Claim(
    id="kns-scarce-printed",
    **_PLACE,
    statement=r"With few tasks, \(N\) balancing \(N^{-2\,s}\) and \(N^2/T\), the term \(N/n\)"
    r" becomes \(T^{2/(2(s+1))}/n\).",
    source=f"{_SLIDES}, B-spline example, as printed",
    provenance=Provenance.QUOTED,
    regime="s = 1/2, 1, 2, 3, exponent of T between 1e3 and 1e9; the control is half the exponent",
    implements=f"{_HERE}.slide_rates.scarce_estimation_exponent",
    expected=Verdict.REFUTED,
)
MEMORISATION = Claim(
    id="kns-memorisation",
    **_PLACE,
    statement=r"Small \(T\), memorisation: with \(N^2\ge T\) unknowns the training loss is zero.",
    source=f"{_SLIDES}, B-spline example",
    provenance=Provenance.QUOTED,
    regime="cosines, s = 1, n = 256, T = 256, N = 16 to 32, median of 3 seeds; the control has a"
    " diagonal Gamma",
    implements=f"{_HERE}.u_curve.u_curve",
    figure="fig-kns-u-curve",
    expected=Verdict.EXACT,
)
PEAK = Claim(
    id="kns-peak",
    **_PLACE,
    statement=r"At \(N^2=T\) the least-norm solution has a risk beyond 10, against a task variance"
    " of 1.2.",
    source="interpolation peak, as in least squares",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 256, (T, N) = (64, 8), (144, 12), (256, 16), (576, 24), (1024, 32),"
    " median of 3 seeds; the control has a diagonal Gamma",
    implements=f"{_HERE}.pretraining.median_curve",
    figure="fig-kns-u-curve",
)
BOTTOM = Claim(
    id="kns-u-curve-bottom",
    **_PLACE,
    statement=r"Large \(T\), generalisation: the U-curve is least where \(R^*_N+V_N/T\) is, which"
    r" moves to larger \(N\) as \(T\) grows.",
    source=f"{_SLIDES}, B-spline example (bias-variance trade-off)",
    provenance=Provenance.DERIVED,
    regime="cosines, s = 1, n = 256, T = 256, 1024, 4096, median of 3 seeds: within one step of the"
    " grid; the control has the least of R*_N alone",
    implements=f"{_HERE}.pretraining.predicted_risk",
    figure="fig-kns-u-curve",
)
LEARNED = Claim(
    id="kns-learned-basis",
    **_PLACE,
    statement="Pretraining on 512 tasks of an unknown basis beats ridge from scratch, at prompt"
    " lengths from 8 to 64.",
    source=f"{_SLIDES}: pretraining improves the error by estimating the bases",
    provenance=Provenance.DERIVED,
    regime="three unknown functions of frequencies 3 to 10, perceptron of width 64, prompts of 32,"
    " one seed: who has less risk, as a sign; the control has 32 tasks and n = 256",
    implements=f"{_HERE}.readouts.readout_risk",
    figure="fig-kns-learned",
)
LEARNED_SEEDS = Claim(
    id="kns-learned-seeds",
    **_PLACE,
    statement="On each of eight unknown bases a basis learned from 512 tasks beats ridge from"
    " scratch at prompt lengths from 8 to 64.",
    source="the statement of the chapter for one seed, on other bases and seeds",
    provenance=Provenance.DERIVED,
    regime="stored runs, seeds 1 to 8, each with its own basis, prompts and start; the control has"
    " 32 tasks and n = 256",
    implements=f"{_HERE}.learning_runs.learning_run",
    figure="fig-kns-learned-seeds",
)
FIGURES = Claim(
    id="kns-figure-settings",
    **_PLACE,
    statement="At the settings of the published figures linear attention on a learned basis ends"
    " with less than two thirds of its error on new tasks if every token of a prompt is a query in"
    " place of one.",
    source=f"settings of {_PAPER}, Appendix E; the statement is found here",
    provenance=Provenance.DERIVED,
    regime="stored runs: d = 8, widths 32, T = n = 512, 50 epochs of Adam at 0.02; functions,"
    " noise, batches and start chosen here; seeds 5 to 9, the statement formed on seeds 0 to 4",
    implements=f"{_HERE}.figure_settings.figure_run",
    figure="fig-kns-figure-settings",
)

CLAIMS = (
    EXACT_RISK,
    OPTIMAL_GAMMA,
    FLAT_OPTIMUM,
    TERMS,
    PLUG_IN,
    RATE,
    TWO_TERMS,
    BAYES_FACTOR,
    SOFTMAX,
    BEST_KEYS,
    REFINEMENT,
    NEAR_ORTHONORMAL,
    GAMMA_COUNT,
    PRODUCT,
    SANDWICH,
    DIAGONAL,
    SQUARE,
    SCARCE,
    MEMORISATION,
    PEAK,
    BOTTOM,
    LEARNED,
    LEARNED_SEEDS,
    FIGURES,
)

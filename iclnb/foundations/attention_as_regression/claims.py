r"""The claims of the chapter *attention as regression*, in the order of the page.

Zhang, Frei and Bartlett (arXiv 2306.09927) and the slides were at hand and are quoted; what is
built on them is derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "foundations", "chapter": "attention-as-regression"}
_HERE = "iclnb.foundations.attention_as_regression"
_BASE = "iclnb.foundations.in_context_learning"
_SLIDES = "Suzuki, slides of 4 December 2024"
_ZFB = "Zhang, Frei & Bartlett, arXiv 2306.09927"

RIDGE_IDENTITY = Claim(
    id="aar-ridge-identity",
    **_PLACE,
    statement=r"Ridge regression on the prompt is linear attention:"
    r" \(y^\top X(X^\top X+n\Lambda)^{-1}x_q"
    r"=\frac1n\sum_iy_ix_i^\top(X^\top X/n+\Lambda)^{-1}x_q\).",
    source=f"{_SLIDES}, In-Context Learning (ICL) risk",
    provenance=Provenance.QUOTED,
    regime="n = 12, d = 3, a random penalty matrix, 50 queries",
    implements=f"{_BASE}.regression.ridge_gamma",
    expected=Verdict.EXACT,
)
STAGE_TWO_DISPLAY = Claim(
    id="aar-stage-two-display",
    **_PLACE,
    statement=r"After stage 2 attention performs the ridge regression"
    r" \(\phi(x_q)^\top(\frac1{nT_2}F^\top F+\lambda I)^{-1}F_tY_t\).",
    source=f"{_SLIDES}, optimisation algorithm, stage 2, as printed",
    provenance=Provenance.QUOTED,
    regime="T_2 = 1, n = 12, d = 3, 50 queries: the display against ridge regression",
    implements=f"{_HERE}.displays.stage_two_display",
    expected=Verdict.REFUTED,
)
POSTERIOR_MEAN = Claim(
    id="aar-posterior-mean",
    **_PLACE,
    statement=r"For \(w\sim N(0,\Sigma_\beta)\) and Gaussian noise the posterior mean is ridge"
    r" regression with \(P=\sigma^2\Sigma_\beta^{-1}\), so linear attention is Bayes optimal with"
    r" \(\Gamma=(S+\frac{\sigma^2}n\Sigma_\beta^{-1})^{-1}\).",
    source="textbook; for attention, slides, In-Context Learning (ICL) risk",
    provenance=Provenance.DERIVED,
    regime="n = 12, d = 3, random prior, 50 queries: kernel form against linear attention",
    implements=f"{_HERE}.bayes.posterior_mean",
    figure="fig-aar-penalty",
    expected=Verdict.EXACT,
)
EXACT_RISK = Claim(
    id="aar-exact-risk",
    **_PLACE,
    statement=r"On Gaussian prompts of \(n\) examples"
    r" \(R_n(\Gamma)=\mathrm{tr}(\Sigma_\beta\Sigma_x)"
    r"-2\,\mathrm{tr}(\Gamma^\top\Sigma_x\Sigma_\beta\Sigma_x)"
    r"+\mathrm{tr}(\Gamma^\top A_n\Gamma\Sigma_x)\), for every matrix \(\Gamma\).",
    source="Wick's formula",
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 7, anisotropic inputs and tasks, noise 1/2; 12 seeds of 40 000 prompts",
    implements=f"{_HERE}.risk.population_risk",
)
BEST_GAMMA = Claim(
    id="aar-best-gamma",
    **_PLACE,
    statement=r"The best fixed matrix is \(\Gamma_n^*=\big[(1+\frac1n)\Sigma_x+\frac1n"
    r"(\mathrm{tr}(\Sigma_\beta\Sigma_x)+\sigma^2)\Sigma_\beta^{-1}\big]^{-1}\), and not the"
    r" plug-in \((\Sigma_x+\frac{\sigma^2}n\Sigma_\beta^{-1})^{-1}\).",
    source="minimiser of the exact risk",
    provenance=Provenance.DERIVED,
    regime="the same law, n = 7: all 16 slopes of the risk",
    implements=f"{_HERE}.risk.best_gamma",
    figure="fig-aar-penalty",
    expected=Verdict.EXACT,
)
NEARLY_BAYES = Claim(
    id="aar-nearly-bayes",
    **_PLACE,
    statement=r"As the prompts grow, the risk of the best fixed matrix over the Bayes risk tends to"
    r" \(1+(1+\frac1d)\,\mathrm{tr}(\Sigma_\beta\Sigma_x)/\sigma^2\).",
    source='sharpens "nearly Bayes optimal" of the slides',
    provenance=Provenance.DERIVED,
    regime="d = 5, isotropic, noise 1/2, n = 10 to 10^6, against the upper bound on Bayes",
    implements=f"{_HERE}.bayes.price_of_a_fixed_gamma",
    figure="fig-aar-bayes",
)
GRADIENT_FLOW = Claim(
    id="aar-gradient-flow",
    **_PLACE,
    statement=r"From a small start, gradient flow on prompts of \(N\) noiseless examples ends at"
    r" \(\hat y=x_q^\top[(1+\frac1N)\Sigma_x+\frac1N\mathrm{tr}(\Sigma_x)I]^{-1}"
    r"\frac1M\sum_iy_ix_i\).",
    source=f"{_ZFB}, Theorem 4.1",
    provenance=Provenance.QUOTED,
    regime="d = 4, N = 20, one anisotropic covariance, starts of rank 1 and 4, half the allowed"
    " scale",
    implements=f"{_HERE}.trained.gradient_flow",
    figure="fig-aar-training",
    expected=Verdict.EXACT,
)
ZFB_RISK = Claim(
    id="aar-zfb-risk",
    **_PLACE,
    statement=r"The trained model has on a task \(a\), at test length \(M\), the excess risk"
    r" \(\frac1M\mathrm{tr}(\Sigma\Gamma^{-2}\Lambda)+\frac1{N^2}[\|a\|^2_{\Gamma^{-2}\Lambda^3}"
    r"+2\,\mathrm{tr}\Lambda\,\|a\|^2_{\Gamma^{-2}\Lambda^2}"
    r"+(\mathrm{tr}\Lambda)^2\|a\|^2_{\Gamma^{-2}\Lambda}]\).",
    source=f"{_ZFB}, Theorem 4.2",
    provenance=Provenance.QUOTED,
    regime="d = 4, one covariance, one random task, noise 1/2; N, M in {5, 20, 100}: exact risk",
    implements=f"{_HERE}.trained.trained_risk",
    figure="fig-aar-training",
    expected=Verdict.EXACT,
)
LENGTH_FLOOR = Claim(
    id="aar-length-floor",
    **_PLACE,
    statement=r"Longer test prompts alone do not bring the risk to zero: at \(M=\infty\) there"
    r" remains \(\frac1{N^2}a^\top(\Lambda+\mathrm{tr}(\Lambda)I)^2\Gamma^{-2}\Lambda\,a\).",
    source=f"{_ZFB}, Theorem 4.2, at infinite M",
    provenance=Provenance.DERIVED,
    regime="the same covariance and task, N = 20, M = 10 to 10^7",
    implements=f"{_HERE}.trained.mismatch_floor",
    figure="fig-aar-training",
)
FORWARD_DESCENT = Claim(
    id="aar-forward-descent",
    **_PLACE,
    statement=r"\(L\) layers of linear attention on the token matrix, the query masked as a key,"
    r" are \(L\) steps of preconditioned gradient descent on the prompt.",
    source="construction after von Oswald et al. 2023 and Ahn et al. 2023",
    provenance=Provenance.DERIVED,
    regime="n = 12, d = 3, a random preconditioner, 1 to 8 layers",
    implements=f"{_HERE}.transformer.forward_pass",
    figure="fig-aar-layers",
    expected=Verdict.EXACT,
)
SPECIAL_WEIGHTS = Claim(
    id="aar-special-weights",
    **_PLACE,
    statement=r"With \(W_V=(0\;1)\) and \(W_K^\top W_Q=\binom{\Gamma\;*}{0\;*}\) softmax attention"
    r" on \(E\) answers \(\frac1{C_{n+1}}\sum_{j\le n}y_je^{x_j^\top\Gamma x_q/\lambda}\), whatever"
    r" the stars; \(C_{n+1}\) sums over the examples and the query.",
    source=f"{_SLIDES}, Connection to soft-max attention; the constant as its first line has it",
    provenance=Provenance.QUOTED,
    regime="20 random prompts, n = 12, d = 3, random stars",
    implements=f"{_HERE}.transformer.softmax_attention",
    expected=Verdict.EXACT,
)
RAW_LABELS = Claim(
    id="aar-raw-labels",
    **_PLACE,
    statement=r"Softmax attention minus linear attention with \(\Gamma/\lambda\) does not vanish as"
    r" \(\lambda\to\infty\): it tends to the mean label \(\bar y\).",
    source="expansion of softmax attention",
    provenance=Provenance.DERIVED,
    regime="one prompt, n = 12, d = 3, temperatures 100 to 10^6",
    implements=f"{_HERE}.softmax.dropped",
    figure="fig-aar-dropping",
)
FIRST_ORDER = Claim(
    id="aar-first-order",
    **_PLACE,
    statement=r"\(f(\lambda)=\bar y+\frac1\lambda\cdot\frac1n\sum_i(y_i-\bar y)x_i^\top\Gamma x_q"
    r"+O(\lambda^{-2})\): to first order softmax attention is the mean label plus linear attention"
    r" on centred labels.",
    source="expansion of softmax attention",
    provenance=Provenance.DERIVED,
    regime="12 random prompts, n = 12, d = 3; window of temperatures 100 to 10 000",
    implements=f"{_HERE}.softmax.softmax_expansion",
    figure="fig-aar-dropping",
)
GAUSSIAN_TILT = Claim(
    id="aar-gaussian-tilt",
    **_PLACE,
    statement=r"For Gaussian inputs, a linear task and infinitely many examples, softmax attention"
    r" answers \(w^\top\Sigma_x\Gamma x_q/\lambda\) at every temperature: linear attention again.",
    source="shift of a Gaussian under exponential weights",
    provenance=Provenance.DERIVED,
    regime="d = 2, temperatures 0.3 to 10: quadrature against the closed form",
    implements=f"{_HERE}.softmax.gaussian_tilt_answer",
    expected=Verdict.EXACT,
)

CLAIMS = (
    RIDGE_IDENTITY,
    STAGE_TWO_DISPLAY,
    POSTERIOR_MEAN,
    EXACT_RISK,
    BEST_GAMMA,
    NEARLY_BAYES,
    GRADIENT_FLOW,
    ZFB_RISK,
    LENGTH_FLOOR,
    FORWARD_DESCENT,
    SPECIAL_WEIGHTS,
    RAW_LABELS,
    FIRST_ORDER,
    GAUSSIAN_TILT,
)

r"""The claims of the chapter *single-index*, in the order of the page.

The paper of Oko, Song, Suzuki and Wu (arXiv 2411.02544) was not at hand: its statements are
second-hand, from excerpts by others, those of the slides are quoted as printed, the rest is derived
or measured here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "features", "chapter": "single-index"}
_HERE = "iclnb.features.single_index"
_PAPER = "Oko, Song, Suzuki & Wu, arXiv 2411.02544"
_SLIDES = "Suzuki's slides, part 3, as printed"
_SECOND = {"provenance": Provenance.SECOND_HAND}
_DERIVED = {"provenance": Provenance.DERIVED}

HERMITE = Claim(
    id="idx-hermite",
    **_PLACE,
    **_DERIVED,
    statement=r"The biased ReLU has the Hermite coefficients \(a_0=\varphi(b)+b\Phi(b)\),"
    r" \(a_1=\Phi(b)\), \(a_i=\mathrm{He}_{i-2}(-b)\varphi(b)\) for \(i\ge2\).",
    source="classical at b = 0; derived here for any bias",
    regime="b = -1, 0, 0.7, degrees 0 to 6, against quadrature split at the kink",
    implements=f"{_HERE}.hermite.relu_coefficients",
    expected=Verdict.EXACT,
)
GRADIENT = Claim(
    id="idx-gradient",
    **_PLACE,
    **_DERIVED,
    statement=r"The correlation part of the population gradient is"
    r" \(-4\gamma_j\,\mathbb E[B_j\nabla B_j]\), in closed form for any link, subspace, weights and"
    r" biases.",
    source=f"exact replacement of the gradient computation in {_PAPER}",
    regime="d = 6, r = 3, links of degree 2 and 3, against differences of E[B^2]",
    implements=f"{_HERE}.population.population_gradient",
    expected=Verdict.EXACT,
)
ANY_LENGTH = Claim(
    id="idx-any-length",
    **_PLACE,
    **_DERIVED,
    statement=r"Sampled prompts of any length give the population gradient on average: prompts of"
    r" eight examples as well as prompts of 64.",
    source="prompt and query are independent given the task",
    regime="d = 8, r = 2, He_2, m = 16; projection on the closed form, 8 seeds for each length",
    implements=f"{_HERE}.gradient.streamed_gradient",
)
LEADING = Claim(
    id="idx-leading-term",
    **_PLACE,
    **_SECOND,
    statement=r"For weights nearly orthogonal to \(\mathcal S\) the gradient is"
    r" \(\frac{2a_Q^2\mathbb E[c_Q^2]}{Q!(Q-1)!}\frac{(2Q-1)!!}{r(r+2)\cdots(r+2Q-2)}"
    r"|P_{\mathcal S}w|^{2Q-2}P_{\mathcal S}w\) up to the factor \(-2\gamma\).",
    source=f"{_PAPER}, Lemma 21 (main term)",
    regime="r = 3, Q = 3, b = 0.7, |Pw| = 0.3 to 0.003, ratio of the components in the subspace",
    implements=f"{_HERE}.population.leading_gradient",
)
SQUARE = Claim(
    id="idx-second-moment",
    **_PLACE,
    **_DERIVED,
    statement=r"The gradient depends on the links through \(\mathbb E[cc^\top]\) alone: a random"
    r" sign, which makes \(\mathbb E[c_2]=0\), changes nothing.",
    source=f"{_PAPER} asks for E[c_Q^2] (second-hand), the slides for a mean of c_2 that is not 0",
    regime="d = 12, r = 3, m = 32, random biases, prediction included",
    implements=f"{_HERE}.population.population_gradient",
    expected=Verdict.EXACT,
)
FLOOR = Claim(
    id="idx-floor",
    **_PLACE,
    **_DERIVED,
    statement=r"For \(\mathrm{He}_2\) and \(b=0\) infinitely many tasks still leave the share"
    r" \(\frac{(r+6)(d-r)}{(d+8)(4d-3r+6)}\) of the step outside the subspace.",
    source="extension",
    regime="fifteen pairs (d, r), against quadrature over the sphere",
    implements=f"{_HERE}.alignment_law.he2_floor",
    expected=Verdict.EXACT,
)
LAW = Claim(
    id="idx-alignment-law",
    **_PLACE,
    **_DERIVED,
    statement=r"The alignment of the sampled step follows a law in \(T_1,n,d,r\) from exact second"
    r" moments.",
    source="extension",
    regime="r = 2, n = d^2, T1 = 4096 at d = 12 and 16384 at d = 24, m = 96, 8 seeds; mean of"
    " simulation minus law; the control has the law at a quarter of the tasks",
    implements=f"{_HERE}.alignment_law.alignment_law",
    figure="fig-idx-alignment",
)
BUDGET = Claim(
    id="idx-budget",
    **_PLACE,
    **_DERIVED,
    statement=r"A constant alignment needs \(T_1n\asymp d^{2Q}\) examples where \(n\asymp d^Q\):"
    r" one power of \(d\) less than the theorem asks for.",
    source="from the exact law",
    regime="He_2, r = 2, n = d^2, d = 32 to 8192, local exponents of T1 n; the control has the"
    " theorem's exponent 2Q + 1",
    implements=f"{_HERE}.alignment_law.noise_to_signal",
    figure="fig-idx-budget",
)
SUFFICIENT = Claim(
    id="idx-theorem-budget",
    **_PLACE,
    **_SECOND,
    statement=r"\(T_1=d^{Q+1}r^Q\) tasks and \(T_1n_1=d^{2Q+1}r\) examples suffice, logarithms left"
    r" out: the noise outside \(\mathcal S\) is then at most \(1/d\) of the signal.",
    source=f"{_PAPER}, Theorem 1 (the budget); the reading as a noise share is made here",
    regime="Q = 2, r = 2, 4, 8, d = 16 to 4096, constant 1, He_2; the control keeps the tasks and"
    " takes prompts of one example",
    implements=f"{_HERE}.risk.sufficient_budget",
    figure="fig-idx-budget",
)
TRADE = Claim(
    id="idx-trade-off",
    **_PLACE,
    **_SECOND,
    statement=r"Tasks and prompt length can be traded for each other at a fixed product \(T_1n\),"
    r" to 2 % up to \(n=d^2/16\).",
    source=f"{_PAPER}, Remark 3; the range is derived here",
    regime="He_2, r = 2, d = 64, n = 1 to 256: T1 n at equal noise and signal; the control goes on"
    " to n = 65536",
    implements=f"{_HERE}.alignment_law.noise_to_signal",
    figure="fig-idx-budget",
)
SINGULAR = Claim(
    id="idx-singular-values",
    **_PLACE,
    **_DERIVED,
    statement=r"The largest ratio of neighbouring singular values of the step stands at \(r\).",
    source="measured here",
    regime="He_2, d = 24, m = 96, T1 = 48 d^2, n = d^2, r = 1 to 5, two seeds each; the control"
    " reads the weights before the step",
    implements=f"{_HERE}.alignment.singular_values",
    figure="fig-idx-singular",
    expected=Verdict.EXACT,
)
SOLVERS = Claim(
    id="idx-solvers",
    **_PLACE,
    **_DERIVED,
    statement=r"Stage II by \(m^2\) normal equations, by the \(T_2\times T_2\) kernel and by"
    r" preconditioned conjugate gradients gives one \(\Gamma\).",
    source="linear algebra",
    regime="m = 24, T2 = 800, penalty 1e-3; relative to the largest entry",
    implements=f"{_HERE}.stage_two.ridge_iterative",
    expected=Verdict.EXACT,
)
AFFINE = Claim(
    id="idx-affine",
    **_PLACE,
    **_DERIVED,
    statement=r"For every \(\Gamma\) the in-context risk is exactly \(\ell+\nu/n^*\).",
    source="prompt and query are independent given the task",
    regime="trained layer, d = 10, r = 2, prompts of 16 examples, 8 batches of 12000; measured over"
    " predicted",
    implements=f"{_HERE}.attention_risk.context_risk",
    figure="fig-idx-context",
)
FLAT = Claim(
    id="idx-d-flat",
    **_PLACE,
    **_SECOND,
    statement=r"After a pretraining that grows with \(d\) the in-context error does not depend on"
    r" \(d\).",
    source=f"{_PAPER}, Theorem 1 and Figure 2, and the slides ('only r affects the result')",
    regime="He_2, r = 2, T1 = 32 d^2, n1 = d^2, n* = 128, 8 seeds each: log ratio of the risks at"
    " d = 40 and d = 10, resolution log 1.5; the control keeps the pretraining of d = 10",
    implements=f"{_HERE}.pretraining.trial",
    figure="fig-idx-context",
)
RANK = Claim(
    id="idx-r-matters",
    **_PLACE,
    **_SECOND,
    statement=r"The in-context error grows with \(r\): more than twofold from \(r=2\) to \(r=4\).",
    source=f"{_PAPER}, Theorem 1 and Figure 2 (that it grows); the factor is measured here",
    regime="He_2, d = 20, n* = 128, 8 seeds, r = 4 with twice the tasks of stage I; the control"
    " compares d = 20 with d = 10 at r = 2",
    implements=f"{_HERE}.pretraining.trial",
    figure="fig-idx-context",
)
PRICE = Claim(
    id="idx-price-of-r",
    **_PLACE,
    **_DERIVED,
    statement=r"No features and no \(\Gamma\) have a smaller risk on \(\mathrm{He}_2\) than"
    r" \(R_n^*\), a function of \(r\) and \(n\) alone with \(nR_n^*\to q_0+Dq_1\sim r^2/2\); many"
    r" features reach it.",
    source="extension",
    regime="r = 2, n = 64, networks inside the subspace of width 32 to 512, biases to 3: best risk"
    " over R_n^*; the control has the averaging kernel",
    implements=f"{_HERE}.perfect_features.least_error",
    figure="fig-idx-price",
)
KERNEL = Claim(
    id="idx-kernel-bound",
    **_PLACE,
    **_DERIVED,
    statement=r"On \(\mathrm{He}_2\) every kernel method with a rotation-invariant kernel has risk"
    r" at least \((1-\frac1d)(1-\frac{n-1}{d(d+1)/2-1})\), whatever its penalty.",
    source="derived here; the rate d^P is classical and stands on the slides",
    regime="d = 20 and 40, r = 2, n = 16 to 512, two kernels, upper end of the 99.9 % interval; the"
    " control has the pretrained layer",
    implements=f"{_HERE}.baselines.kernel_lower_bound",
    figure="fig-idx-context",
)
KERNEL_WINS = Claim(
    id="idx-kernel-wins",
    **_PLACE,
    **_DERIVED,
    statement=r"With more than \(\binom{d+2}2\) examples a quadratic kernel finds a noiseless"
    r" quadratic task exactly.",
    source="extension",
    regime="d = 10, n* = 128 > 66, no noise, 16 prompts; the control has d = 40",
    implements=f"{_HERE}.baselines.kernel_ridge",
    expected=Verdict.EXACT,
    figure="fig-idx-context",
)
RIDGE_LIMIT = Claim(
    id="idx-ridge-limit",
    **_PLACE,
    **_SECOND,
    statement=r"As the prompts of pretraining grow, the answers of the best \(\Gamma\) tend to"
    r" those of ridge regression with the second moment of the features, \(\Gamma=K^{-1}\).",
    source=f"{_SLIDES}: stage 2 'performs the ridge regression'; the sense is made precise here",
    regime="m = 12 features inside the subspace, r = 2, n = 10 to 10^4: mean square of the"
    " difference at the mean correlation B; the control averages over all directions",
    implements=f"{_HERE}.attention_risk.best_attention",
)
POOLED = Claim(
    id="idx-pooled",
    **_PLACE,
    **_DERIVED,
    statement=r"At finite length the trained \(\Gamma\) is not that ridge regression: pooled ridge"
    r" has more than 1.5 times its risk at the best of six penalties.",
    source=f"against {_SLIDES}, read at finite n",
    regime="layers of d = 20, n* = 256, penalties 1e-3 to 1, 8 seeds; the control has infinitely"
    " long prompts",
    implements=f"{_HERE}.prediction.pooled_ridge_matrix",
    figure="fig-idx-readouts",
)
PROMPT_RIDGE = Claim(
    id="idx-prompt-ridge",
    **_PLACE,
    **_DERIVED,
    statement=r"Ridge regression within the prompt on the learnt features beats the trained linear"
    r" attention on the same features.",
    source="measured here",
    regime="layers of d = 20, n* = 256, penalty 1e-4, 300 prompts for each of 8 seeds; the control"
    " has the penalty 10",
    implements=f"{_HERE}.prediction.prompt_ridge",
    figure="fig-idx-readouts",
)
MISMATCH = Claim(
    id="idx-length-mismatch",
    **_PLACE,
    **_DERIVED,
    statement=r"A matrix trained at length \(n\) loses, on infinitely long prompts, a risk that"
    r" falls faster than \(1/n\).",
    source="extension",
    regime="r = 2, m = 96 features inside the subspace, n = 16 to 1024: every doubling at least"
    " halves it; the control has the risk at length n itself, floor included",
    implements=f"{_HERE}.attention_risk.best_attention",
    figure="fig-idx-terms",
)
WIDTH = Claim(
    id="idx-width",
    **_PLACE,
    **_DERIVED,
    statement=r"The error of approximation falls faster than the bound's \(1/m\) (squared).",
    source=f"term by term against the bound of {_SLIDES}",
    regime="He_2, r = 2 and 4, unit weights inside the subspace, biases to 3, m = 16 to 256, mean"
    " of 8: every doubling at least halves it; the control has biases to 1, as on the slides",
    implements=f"{_HERE}.risk.approximation_error",
    figure="fig-idx-terms",
)
RISK_BOUND = Claim(
    id="idx-risk-bound",
    **_PLACE,
    **_SECOND,
    statement=r"The absolute error is"
    r" \(\tilde O\big(\sqrt{r^{3P}/m+r^{4P}(1/T_2+1/n_2+1/n^*)}\big)\) with probability 0.99.",
    source=f"{_PAPER}, Theorem 1",
    regime="constants and logarithms are not known",
    implements=f"{_HERE}.risk.paper_bound",
    figure="fig-idx-terms",
    expected=Verdict.NOT_TESTABLE,
)
TABLE = Claim(
    id="idx-table",
    **_PLACE,
    provenance=Provenance.QUOTED,
    statement=r"With \(n^*=r^{2P}/\varepsilon^2\) examples the last term of the bound,"
    r" \(r^{2P}/\sqrt{n^*}\), is at most \(\varepsilon\).",
    source=f"{_SLIDES}: the table's sample complexity r^(2P) beside the bound above it",
    regime="P = 2, eps = 0.1, r = 2, 3, 4, 8; the control has n* = r^(4P)/eps^2, which holds",
    implements=f"{_HERE}.risk.slide_bound_terms",
    expected=Verdict.REFUTED,
)
GAMMA = Claim(
    id="idx-gamma-one",
    **_PLACE,
    **_DERIVED,
    statement=r"With a start \(\Gamma_{jj}=\pm0.01\) the alignment law holds for short prompts;"
    r" with \(\pm1\), as on the slides, it fails.",
    source=f"{_SLIDES} have one for gamma; {_PAPER} has a small one (second-hand)",
    regime="He_2, d = 20, r = 2, m = 64, n = 100, T1 = 25600, 8 seeds, resolution 0.12",
    implements=f"{_HERE}.pretraining.alignment_run",
    figure="fig-idx-breaks",
)
ROWS = Claim(
    id="idx-rows",
    **_PLACE,
    **_DERIVED,
    statement=r"Normalising the rows after the step makes the trained layer worse: the norms tell"
    r" which neurons have seen the subspace.",
    source="measured here",
    regime="layers of d = 20, n* = 256, stage II repeated, 8 seeds; the control projects the rows"
    " on the two leading singular directions",
    implements=f"{_HERE}.alignment.normalise_rows",
    figure="fig-idx-breaks",
)
ODD = Claim(
    id="idx-odd-links",
    **_PLACE,
    **_DERIVED,
    statement=r"With zero biases an odd link of degree three and more gives no gradient at all.",
    source="a_i = 0 for odd i >= 3 at b = 0",
    regime="He_3 and He_5, d = 10, r = 2, m = 16; the control has biases 0.7",
    implements=f"{_HERE}.population.population_gradient",
    expected=Verdict.EXACT,
)

CLAIMS = (
    HERMITE, GRADIENT, ANY_LENGTH, LEADING, SQUARE,
    FLOOR, LAW, BUDGET, SUFFICIENT, TRADE, SINGULAR,
    SOLVERS, AFFINE, FLAT, RANK, PRICE, KERNEL, KERNEL_WINS,
    RIDGE_LIMIT, POOLED, PROMPT_RIDGE,
    RISK_BOUND, WIDTH, MISMATCH, TABLE,
    GAMMA, ROWS, ODD,
)  # fmt: skip

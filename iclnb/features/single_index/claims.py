r"""The claims of the chapter *single-index*, in the order of the page.

The paper of Oko, Song, Suzuki and Wu (arXiv 2411.02544) was not at hand: its statements are
second-hand, from excerpts by others, those of the slides are quoted as printed, the rest is derived
or measured here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Oko, Song, Suzuki & Wu, arXiv 2411.02544"
_SLIDES = "Suzuki's slides, part 3, as printed"
_SECOND = {"provenance": Provenance.SECOND_HAND}
_DERIVED = {"provenance": Provenance.DERIVED}

HERMITE = claim(
    id="idx-hermite",
    **_DERIVED,
    source="classical at b = 0; derived here for any bias",
    regime="b = -1, 0, 0.7, degrees 0 to 6, against quadrature split at the kink",
    implements=".hermite.relu_coefficients",
    expected=Verdict.EXACT,
)
GRADIENT = claim(
    id="idx-gradient",
    **_DERIVED,
    source=f"exact replacement of the gradient computation in {_PAPER}",
    regime="d = 6, r = 3, links of degree 2 and 3, against differences of E[B^2]",
    implements=".population.population_gradient",
    expected=Verdict.EXACT,
)
ANY_LENGTH = claim(
    id="idx-any-length",
    **_DERIVED,
    source="prompt and query are independent given the task",
    regime="d = 8, r = 2, He_2, m = 16; projection on the closed form, 8 seeds for each length",
    implements=".gradient.streamed_gradient",
)
LEADING = claim(
    id="idx-leading-term",
    **_SECOND,
    source=f"{_PAPER}, Lemma 21 (main term)",
    regime="r = 3, Q = 3, b = 0.7, |Pw| = 0.3 to 0.003, ratio of the components in the subspace",
    implements=".population.leading_gradient",
)
SQUARE = claim(
    id="idx-second-moment",
    **_DERIVED,
    source=f"{_PAPER} asks for E[c_Q^2] (second-hand), the slides for a mean of c_2 that is not 0",
    regime="d = 12, r = 3, m = 32, random biases, prediction included",
    implements=".population.population_gradient",
    expected=Verdict.EXACT,
)
FLOOR = claim(
    id="idx-floor",
    **_DERIVED,
    source="extension",
    regime="fifteen pairs (d, r), against quadrature over the sphere",
    implements=".alignment_law.he2_floor",
    expected=Verdict.EXACT,
)
LAW = claim(
    id="idx-alignment-law",
    **_DERIVED,
    source="extension",
    regime="r = 2, n = d^2, T1 = 4096 at d = 12 and 16384 at d = 24, m = 96, 8 seeds; mean of"
    " simulation minus law; the control has the law at a quarter of the tasks",
    implements=".alignment_law.alignment_law",
    figure="fig-idx-alignment",
)
BUDGET = claim(
    id="idx-budget",
    **_DERIVED,
    source="from the exact law",
    regime="He_2, r = 2, n = d^2, d = 32 to 8192, local exponents of T1 n; the control has the"
    " theorem's exponent 2Q + 1",
    implements=".alignment_law.noise_to_signal",
    figure="fig-idx-budget",
)
SUFFICIENT = claim(
    id="idx-theorem-budget",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1 (the budget); the reading as a noise share is made here",
    regime="Q = 2, r = 2, 4, 8, d = 16 to 4096, constant 1, He_2; the control keeps the tasks and"
    " takes prompts of one example",
    implements=".risk.sufficient_budget",
    figure="fig-idx-budget",
)
TRADE = claim(
    id="idx-trade-off",
    **_SECOND,
    source=f"{_PAPER}, Remark 3; the range is derived here",
    regime="He_2, r = 2, d = 64, n = 1 to 256: T1 n at equal noise and signal; the control goes on"
    " to n = 65536",
    implements=".alignment_law.noise_to_signal",
    figure="fig-idx-budget",
)
SINGULAR = claim(
    id="idx-singular-values",
    **_DERIVED,
    source="measured here",
    regime="He_2, d = 24, m = 96, T1 = 48 d^2, n = d^2, r = 1 to 5, two seeds each; the control"
    " reads the weights before the step",
    implements=".alignment.singular_values",
    figure="fig-idx-singular",
    expected=Verdict.EXACT,
)
SOLVERS = claim(
    id="idx-solvers",
    **_DERIVED,
    source="linear algebra",
    regime="m = 24, T2 = 800, penalty 1e-3; relative to the largest entry",
    implements=".stage_two.ridge_iterative",
    expected=Verdict.EXACT,
)
AFFINE = claim(
    id="idx-affine",
    **_DERIVED,
    source="prompt and query are independent given the task",
    regime="trained layer, d = 10, r = 2, prompts of 16 examples, 8 batches of 12000; measured over"
    " predicted",
    implements=".attention_risk.context_risk",
    figure="fig-idx-context",
)
FLAT = claim(
    id="idx-d-flat",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1 and Figure 2, and the slides ('only r affects the result')",
    regime="He_2, r = 2, T1 = 32 d^2, n1 = d^2, n* = 128, 8 seeds each: log ratio of the risks at"
    " d = 40 and d = 10, resolution log 1.5; the control keeps the pretraining of d = 10",
    implements=".pretraining.trial",
    figure="fig-idx-context",
)
RANK = claim(
    id="idx-r-matters",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1 and Figure 2 (that it grows); the factor is measured here",
    regime="He_2, d = 20, n* = 128, 8 seeds, r = 4 with twice the tasks of stage I; the control"
    " compares d = 20 with d = 10 at r = 2",
    implements=".pretraining.trial",
    figure="fig-idx-context",
)
PRICE = claim(
    id="idx-price-of-r",
    **_DERIVED,
    source="extension",
    regime="r = 2, n = 64, networks inside the subspace of width 32 to 512, biases to 3: best risk"
    " over R_n^*; the control has the averaging kernel",
    implements=".perfect_features.least_error",
    figure="fig-idx-price",
)
KERNEL = claim(
    id="idx-kernel-bound",
    **_DERIVED,
    source="derived here; the rate d^P is classical and stands on the slides",
    regime="d = 20 and 40, r = 2, n = 16 to 512, two kernels, upper end of the 99.9 % interval; the"
    " control has the pretrained layer",
    implements=".baselines.kernel_lower_bound",
    figure="fig-idx-context",
)
KERNEL_WINS = claim(
    id="idx-kernel-wins",
    **_DERIVED,
    source="extension",
    regime="d = 10, n* = 128 > 66, no noise, 16 prompts; the control has d = 40",
    implements=".baselines.kernel_ridge",
    expected=Verdict.EXACT,
    figure="fig-idx-context",
)
RIDGE_LIMIT = claim(
    id="idx-ridge-limit",
    **_SECOND,
    source=f"{_SLIDES}: stage 2 'performs the ridge regression'; the sense is made precise here",
    regime="m = 12 features inside the subspace, r = 2, n = 10 to 10^4: mean square of the"
    " difference at the mean correlation B; the control averages over all directions",
    implements=".attention_risk.best_attention",
)
POOLED = claim(
    id="idx-pooled",
    **_DERIVED,
    source=f"against {_SLIDES}, read at finite n",
    regime="layers of d = 20, n* = 256, penalties 1e-3 to 1, 8 seeds; the control has infinitely"
    " long prompts",
    implements=".prediction.pooled_ridge_matrix",
    figure="fig-idx-readouts",
)
PROMPT_RIDGE = claim(
    id="idx-prompt-ridge",
    **_DERIVED,
    source="measured here",
    regime="layers of d = 20, n* = 256, penalty 1e-4, 300 prompts for each of 8 seeds; the control"
    " has the penalty 10",
    implements=".prediction.prompt_ridge",
    figure="fig-idx-readouts",
)
MISMATCH = claim(
    id="idx-length-mismatch",
    **_DERIVED,
    source="extension",
    regime="r = 2, m = 96 features inside the subspace, n = 16 to 1024: every doubling at least"
    " halves it; the control has the risk at length n itself, floor included",
    implements=".attention_risk.best_attention",
    figure="fig-idx-terms",
)
WIDTH = claim(
    id="idx-width",
    **_DERIVED,
    source=f"term by term against the bound of {_SLIDES}",
    regime="He_2, r = 2 and 4, unit weights inside the subspace, biases to 3, m = 16 to 256, mean"
    " of 8: every doubling at least halves it; the control has biases to 1, as on the slides",
    implements=".risk.approximation_error",
    figure="fig-idx-terms",
)
RISK_BOUND = claim(
    id="idx-risk-bound",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1",
    regime="constants and logarithms are not known",
    implements=".risk.paper_bound",
    figure="fig-idx-terms",
    expected=Verdict.NOT_TESTABLE,
)
TABLE = claim(
    id="idx-table",
    provenance=Provenance.QUOTED,
    source=f"{_SLIDES}: the table's sample complexity r^(2P) beside the bound above it",
    regime="P = 2, eps = 0.1, r = 2, 3, 4, 8; the control has n* = r^(4P)/eps^2, which holds",
    implements=".risk.slide_bound_terms",
    expected=Verdict.REFUTED,
)
GAMMA = claim(
    id="idx-gamma-one",
    **_DERIVED,
    source=f"{_SLIDES} have one for gamma; {_PAPER} has a small one (second-hand)",
    regime="He_2, d = 20, r = 2, m = 64, n = 100, T1 = 25600, 8 seeds, resolution 0.12",
    implements=".pretraining.alignment_run",
    figure="fig-idx-breaks",
)
ROWS = claim(
    id="idx-rows",
    **_DERIVED,
    source="measured here",
    regime="layers of d = 20, n* = 256, stage II repeated, 8 seeds; the control projects the rows"
    " on the two leading singular directions",
    implements=".alignment.normalise_rows",
    figure="fig-idx-breaks",
)
ODD = claim(
    id="idx-odd-links",
    **_DERIVED,
    source="a_i = 0 for odd i >= 3 at b = 0",
    regime="He_3 and He_5, d = 10, r = 2, m = 16; the control has biases 0.7",
    implements=".population.population_gradient",
    expected=Verdict.EXACT,
)

CLAIMS = claim.all

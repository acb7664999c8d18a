r"""The claims of the chapter *learning-in-context*, in the order of the page.

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
_MEASURED = {"provenance": Provenance.MEASURED}

SOLVERS = claim(
    id="idx-solvers",
    **_DERIVED,
    source="linear algebra",
    regime="5 prompts, keys and queries of 2 entries, all data and penalties",
    implements=".stage_two.ridge_iterative",
    expected=Verdict.PROVED,
)
AFFINE = claim(
    id="idx-affine",
    **_DERIVED,
    source="prompt and query are independent given the task",
    regime="2 features, every prompt length, Gamma, and law of tasks, inputs and noise",
    implements=".attention_risk.context_risk",
    figure="fig-idx-context",
    expected=Verdict.PROVED,
)
FLAT = claim(
    id="idx-d-flat",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1 and Figure 2, and the slides ('only r affects the result')",
    regime="He_2, r = 2, T1 = 32 d^2, n1 = d^2, n* = 128, 8 seeds each: log ratio of the risks at"
    " d = 30 and d = 10; the control keeps the pretraining of d = 10",
    paper="oko2024pretrained",
    number="Theorem 1",
    implements=".pretraining.pretraining_run",
    figure="fig-idx-context",
    expected=Verdict.NOT_CONTRADICTED,
)
PRICE = claim(
    id="idx-price-of-r",
    **_DERIVED,
    source="extension",
    regime="r = 2, n = 64, networks inside the subspace of width 32 to 512, biases to 3: best risk"
    " over R_n^*; the control has its form for long prompts, (q_0 + D q_1)/n",
    implements=".perfect_features.least_error",
    figure="fig-idx-price",
)
KERNEL = claim(
    id="idx-kernel-bound",
    **_DERIVED,
    source="derived here; the rate d^P is classical and stands on the slides",
    regime="d = 20 and 30, r = 2, n = 16 to 256, two kernels, upper end of the 99.9 % interval; the"
    " control has the dimension of the cubic polynomials",
    implements=".baselines.kernel_lower_bound",
    figure="fig-idx-crossing",
)
KERNEL_WINS = claim(
    id="idx-kernel-wins",
    **_DERIVED,
    source="extension",
    regime="d = 1 and 2, free examples and quadratic; every d for the number of examples",
    implements=".baselines.kernel_ridge",
    figure="fig-idx-crossing",
    expected=Verdict.PROVED,
)
RANK = claim(
    id="idx-r-matters",
    **_MEASURED,
    source=f"measured here, beside {_PAPER}, Proposition 2 and Theorem 1 (second-hand)",
    regime="He_2, d = 144, r = 2 to 12, T_1 and T_2 infinite, m = 512, from r = 8 on 1024, 8 seeds:"
    " fitted powers of the examples for a risk of 0.1 and of the norm m |Gamma|_F at twice as many",
    implements=".rank_powers.rank_run",
    figure="fig-idx-price",
)
STAGE_TWO_DISPLAY = claim(
    id="aar-stage-two-display",
    source="Suzuki, slides of 4 December 2024, optimisation algorithm, stage 2, as printed",
    provenance=Provenance.QUOTED,
    regime="T_2 = 1, n = 3, 2 features, every prompt and penalty",
    implements=".displays.stage_two_display",
    expected=Verdict.REFUTED,
)
RIDGE_LIMIT = claim(
    id="idx-ridge-limit",
    **_SECOND,
    source=f"{_SLIDES}: stage 2 'performs the ridge regression'; the sense is made precise here",
    regime="3 features, M of rank 2; every prompt length, K and V",
    implements=".attention_risk.best_attention",
    expected=Verdict.PROVED,
)
POOLED = claim(
    id="idx-pooled",
    **_MEASURED,
    source=f"against {_SLIDES}, read at finite n",
    regime="layers of d = 20, n* = 256, penalties 0.001 to 1, 8 seeds; the control has infinitely"
    " long prompts",
    implements=".prediction.pooled_ridge_matrix",
    figure="fig-idx-readouts",
)
PROMPT_RIDGE = claim(
    id="idx-prompt-ridge",
    **_MEASURED,
    source="measured here",
    regime="layers of d = 20, n* = 256, penalty 0.0001, 300 prompts for each of 8 seeds; the"
    " control has 128 of the 256 examples",
    implements=".prediction.prompt_ridge",
    figure="fig-idx-readouts",
)
RISK_BOUND = claim(
    id="idx-risk-bound",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1",
    regime="constants and logarithms are not known",
    paper="oko2024pretrained",
    number="Theorem 1",
    implements=".bound.paper_bound",
    figure="fig-idx-terms",
    expected=Verdict.NOT_TESTABLE,
)
WIDTH = claim(
    id="idx-width",
    **_MEASURED,
    source=f"term by term against the bound of {_SLIDES}",
    regime="He_2, r = 2 and 4, unit weights inside the subspace, biases to 3, m = 16 to 256, mean"
    " of 8: every doubling at least halves it; the control has biases to 1, as on the slides",
    implements=".bound.approximation_error",
    figure="fig-idx-terms",
)
MISMATCH = claim(
    id="idx-length-mismatch",
    **_DERIVED,
    source="extension",
    regime="3 features, M of rank 2; every prompt length, K and V",
    implements=".attention_risk.best_attention",
    figure="fig-idx-terms",
    expected=Verdict.PROVED,
)
TABLE = claim(
    id="idx-table",
    provenance=Provenance.QUOTED,
    source=f"{_SLIDES}: the table's sample complexity r^(2P) beside the bound above it",
    regime="P = 1 to 4, every r and accuracy; with n* = r^(4P)/eps^2 it holds",
    implements=".bound.slide_bound_terms",
    expected=Verdict.REFUTED,
)
ROWS = claim(
    id="idx-rows",
    **_MEASURED,
    source="measured here",
    regime="layers of d = 20, n* = 256, stage II repeated, 8 seeds; the control projects the rows"
    " on the two leading singular directions",
    implements="iclnb.features.one_gradient_step.alignment.normalise_rows",
)

CLAIMS = claim.all

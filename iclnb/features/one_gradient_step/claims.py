r"""The claims of the chapter *one-gradient-step*, in the order of the page.

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
    implements=".population.expected_gradient",
)
ANY_LENGTH = claim(
    id="idx-any-length",
    **_DERIVED,
    source="prompt and query are independent given the task",
    regime="d = 8, r = 2, He_2, m = 16; projection on the closed form, 8 seeds for each length",
    implements=".gradient.streamed_gradient",
    expected=Verdict.NOT_CONTRADICTED,
)
LEADING = claim(
    id="idx-leading-term",
    **_SECOND,
    source=f"{_PAPER}, Lemma 21 (main term)",
    regime="r = 3, Q = 3, b = 0.7, |Pw| = 0.3 to 0.003, ratio of the components in the subspace",
    paper="oko2024pretrained",
    number="Lemma 21",
    implements=".population.leading_gradient",
)
SQUARE = claim(
    id="idx-second-moment",
    **_DERIVED,
    source=f"{_PAPER} asks for E[c_Q^2] (second-hand), the slides for a mean of c_2 that is not 0",
    regime="d = 12, r = 3, m = 32, random biases, prediction included",
    implements=".population.expected_gradient",
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
    " simulation over law; the control has the law at a quarter of the tasks",
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
    paper="oko2024pretrained",
    number="Theorem 1",
    implements=".budget.sufficient_budget",
    figure="fig-idx-budget",
)
TRADE = claim(
    id="idx-trade-off",
    **_SECOND,
    source=f"{_PAPER}, Remark 3; the range is derived here",
    regime="He_2, r = 2, d = 64, n = 1 to 256: T1 n at equal noise and signal; the control goes on"
    " to n = 65536",
    paper="oko2024pretrained",
    number="Remark 3",
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
)
GAMMA = claim(
    id="idx-gamma-one",
    **_DERIVED,
    source=f"{_SLIDES} have one for gamma; {_PAPER} has a small one (second-hand)",
    regime="He_2, d = 20, r = 2, m = 64, n = 100, T1 = 25600, 12 seeds; found over law; the control"
    " has gamma = 1 and 8 seeds",
    implements=".runs.alignment_run",
)
ODD = claim(
    id="idx-odd-links",
    **_DERIVED,
    source="a_i = 0 for odd i >= 3 at b = 0",
    regime="He_3 and He_5, d = 10, r = 2, m = 16; the control has biases 0.7",
    implements=".population.expected_gradient",
    expected=Verdict.EXACT,
)

CLAIMS = claim.all

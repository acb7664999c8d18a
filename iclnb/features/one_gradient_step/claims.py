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
_MEASURED = {"provenance": Provenance.MEASURED}

HERMITE = claim(
    id="idx-hermite",
    **_DERIVED,
    source="classical at b = 0; derived here for any bias",
    regime="degrees 0 to 30, every bias: moments of a half line",
    implements=".hermite.relu_coefficients",
    expected=Verdict.PROVED,
)
GRADIENT = claim(
    id="idx-gradient",
    **_DERIVED,
    source=f"exact replacement of the gradient computation in {_PAPER}",
    regime="links up to degree 4, every direction, weight, bias and dimension: a moved weight",
    implements=".population.expected_gradient",
    expected=Verdict.PROVED,
)
ANY_LENGTH = claim(
    id="idx-any-length",
    **_DERIVED,
    source="prompt and query are independent given the task",
    regime="all prompts of 1, 2 and 3 examples enumerated; every law, label and neuron",
    implements=".gradient.streamed_gradient",
    expected=Verdict.PROVED,
)
LEADING = claim(
    id="idx-leading-term",
    **_SECOND,
    source=f"{_PAPER}, Lemma 21 (main term)",
    regime="Q = 1 to 4, every law of links of degrees Q to Q + 2, neuron and r: the series in Pw",
    paper="oko2024pretrained",
    number="Lemma 21",
    implements=".population.leading_gradient",
    expected=Verdict.PROVED,
)
SQUARE = claim(
    id="idx-second-moment",
    **_DERIVED,
    source=f"{_PAPER} asks for E[c_Q^2] (second-hand), the slides for a mean of c_2 that is not 0",
    regime="every law of links and inputs, two neurons, every length: all prompts enumerated",
    implements=".population.expected_gradient",
    expected=Verdict.PROVED,
)
FLOOR = claim(
    id="idx-floor",
    **_DERIVED,
    source="extension",
    regime="every d and r: moments of the direction and of the projection",
    implements=".alignment_law.he2_floor",
    expected=Verdict.PROVED,
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
    regime="He_2, b = 0: every r, n and d from 2r + 14 on; the control has the theorem's exponent",
    implements=".alignment_law.noise_to_signal",
    expected=Verdict.PROVED,
    figure="fig-idx-budget",
)
SUFFICIENT = claim(
    id="idx-theorem-budget",
    **_SECOND,
    source=f"{_PAPER}, Theorem 1 (the budget); the reading as a noise share is made here",
    regime="the reading with constants one, Q = 2, He_2, b = 0: all d from 16 on, all r up to d",
    paper="oko2024pretrained",
    number="Theorem 1",
    implements=".budget.sufficient_budget",
    expected=Verdict.PROVED,
    figure="fig-idx-budget",
)
TRADE = claim(
    id="idx-trade-off",
    **_SECOND,
    source=f"{_PAPER}, Remark 3; the range is derived here",
    regime="He_2, b = 0, every d, r and n: T1 n at equal noise and signal is linear in n",
    paper="oko2024pretrained",
    number="Remark 3",
    implements=".alignment_law.noise_to_signal",
    expected=Verdict.PROVED,
    figure="fig-idx-budget",
)
SINGULAR = claim(
    id="idx-singular-values",
    **_MEASURED,
    source="measured here",
    regime="He_2, d = 24, m = 96, T1 = 48 d^2, n = d^2, r = 1 to 5, two seeds each; the control"
    " reads the weights before the step",
    implements=".alignment.singular_values",
    figure="fig-idx-singular",
)
GAMMA = claim(
    id="idx-gamma-one",
    **_MEASURED,
    source=f"{_SLIDES} have one for gamma; {_PAPER} has a small one (second-hand)",
    regime="He_2, d = 20, r = 2, m = 64, n = 100, T1 = 25600, 12 seeds; found over law; the control"
    " has gamma = 1 and 8 seeds",
    implements=".runs.alignment_run",
)
ODD = claim(
    id="idx-odd-links",
    **_DERIVED,
    source="a_i = 0 for odd i >= 3 at b = 0",
    regime="odd degrees 3 to 25, every overlap: moments of the half line",
    implements=".population.expected_gradient",
    expected=Verdict.PROVED,
)

CLAIMS = claim.all

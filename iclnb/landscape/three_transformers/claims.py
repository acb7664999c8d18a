r"""The claims of the chapter *three Transformers*, in the order of the page.

Sources: the slides of the mean-field part and the abstract page of Kim and Suzuki (ICML 2024). The
numbers of their figure, its step sizes, teacher and law of birth were not available, so that no
claim compares with them; what they are said to see is second-hand.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_OWN = "derived for the experiment of Kim & Suzuki, figure 1"
_FIGURE = "Kim & Suzuki (2024), figure 1; slides, numerical experiment"
_RUN = "d = 20, k = 5, 500 logistic neurons, momentum .9, batches of 1000 inputs, 500 steps,"

LITERAL = claim(
    id="tt-literal-loss",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="every n: all prompts of 1, 2, 3 examples, with all tasks of four; the library on four",
    implements=".literal.literal_losses",
    expected=Verdict.PROVED,
)
ENVELOPE = claim(
    id="tt-envelope",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="4 neurons, k = 2: every batch; the library on one batch of 1000 inputs",
    implements=".objectives.token_static",
    expected=Verdict.PROVED,
)
AGREEMENT = claim(
    id="tt-agreement",
    source=f"{_FIGURE}: similar dynamics of the two, as others quote the paper",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Figure 1",
    regime=f"{_RUN} panels (a) to (c), seeds 2 to 4; excess over the least error",
    implements=".experiment.run_panels",
    figure="fig-tt-race",
)
DEGENERATE = claim(
    id="tt-degenerate",
    source=f"{_FIGURE}, panel (b); numbers of our own",
    provenance=Provenance.MEASURED,
    regime=f"{_RUN} panel (b), seeds 2 to 4",
    implements=".experiment.run_panels",
    figure="fig-tt-race",
)
FLOOR = claim(
    id="tt-floor",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2 of 3: every law and attention; the library in panel (c) at the start",
    implements=".training.evaluate",
    figure="fig-tt-race",
    expected=Verdict.PROVED,
)
MISSPECIFIED = claim(
    id="tt-misspecified",
    source=f"{_FIGURE}, panel (c): global convergence for a misspecified model",
    provenance=Provenance.MEASURED,
    regime=f"{_RUN} panel (c), seeds 2 to 4",
    implements=".experiment.run_panels",
    figure="fig-tt-race",
)
NO_GAIN = claim(
    id="tt-modified-no-gain",
    source=f"{_FIGURE}; the rates are chosen here",
    provenance=Provenance.MEASURED,
    regime=f"{_RUN} panels (a) to (c), seeds 2 to 4, one hundredth of the neurons each 25 steps",
    implements=".disturb.birth_death",
    figure="fig-tt-race",
)
PAPER_SCALE = claim(
    id="tt-paper-scale",
    source=f"{_FIGURE}: similar dynamics of the two, as others quote the paper",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="Figure 1",
    regime="stored runs: one pass in batches of ten prompts, panels (a) to (c), two-timescale loss",
    implements=".paper.course",
    figure="fig-tt-paper",
)
WIDER = claim(
    id="tt-wider",
    source=f"{_FIGURE}, panel (c), read as a model with two features too many",
    provenance=Provenance.MEASURED,
    regime="stored runs: the model of panel (c) read so over that of panel (a), the same seeds",
    implements=".paper.course",
    figure="fig-tt-paper",
)
NOISE_FLOOR = claim(
    id="tt-noise-floor",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2: every b, every law on three inputs; the library in panel (a), b = 1",
    implements=".noise.predict_attention_floor",
    figure="fig-tt-long",
    expected=Verdict.PROVED,
)
SELF_SCALING = claim(
    id="tt-self-scaling",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="4 neurons, k = 2: every batch and step; the library on one batch, a step of size 10",
    implements=".objectives.token_static",
    expected=Verdict.PROVED,
)
STEP_SIZE = claim(
    id="tt-step-size",
    source=_OWN,
    provenance=Provenance.MEASURED,
    regime="d = 20, k = 5, 500 logistic neurons, momentum .9, batches of 1000 inputs, 250 steps,"
    " start of size .03, seed 2, attention's own step .02",
    implements=".experiment.scan_steps",
    figure="fig-tt-steps",
)
CONSERVED = claim(
    id="tt-joint-conserved",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="4 neurons, k = 3: every attention, mass and speed; the library along a flow of 12"
    " neurons",
    implements=".companion.conserved",
    expected=Verdict.PROVED,
)
TWO_TIMESCALE = claim(
    id="tt-two-timescale",
    source="Kim & Suzuki (2024), eq. (3): the two-timescale limit",
    provenance=Provenance.SECOND_HAND,
    paper="kim2024features",
    number="eq. (3)",
    regime="erf, d = 20, k = 5, 60 neurons, times 0 to 3, s = .2 to 25: largest ratio of losses",
    implements=".companion.compare",
)
ORDER = claim(
    id="tt-choices-order",
    source=f"{_FIGURE}; what it does not name is chosen here",
    provenance=Provenance.MEASURED,
    regime="stored runs: d = 20, k = 5, panel (a), one pass of 10 000 prompts; 200 neurons and 100"
    " pairs, or the paper's 500 and 1000; one choice changed at a time, seed 0 left out",
    implements=".choices.stored_choices",
    figure="fig-tt-choices",
)
PYTHAGORAS = claim(
    id="tt-best-attention",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3: every task, covariance and attention; the library on three nonlinear tasks",
    implements=".tasks.task_error",
    expected=Verdict.PROVED,
)
CONSTANT = claim(
    id="tt-norm-tasks",
    source=f"{_FIGURE}, panel (d)",
    provenance=Provenance.MEASURED,
    regime="ten teachers of panel (a)",
    implements=".experiment.task_floors",
    figure="fig-tt-paper",
)
NOT_MONOTONE = claim(
    id="tt-tasks-not-monotone",
    source=_OWN,
    provenance=Provenance.MEASURED,
    regime=f"{_RUN} panel (c), static, seeds 2 to 4: the most",
    implements=".tasks.task_error",
    figure="fig-tt-paper",
)

CLAIMS = claim.all

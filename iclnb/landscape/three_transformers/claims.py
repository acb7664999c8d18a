r"""The claims of the chapter *three Transformers*, in the order of the page.

Sources: the slides of the mean-field part and the abstract page of Kim and Suzuki (ICML 2024). The
numbers of their figure, its step sizes, teacher and law of birth were not available, so that no
claim compares with them; what they are said to see is second-hand.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "landscape", "chapter": "three-transformers"}
_HERE = "iclnb.landscape.three_transformers"
_OWN = "derived for the experiment of Kim & Suzuki, figure 1"
_FIGURE = "Kim & Suzuki (2024), figure 1; slides, numerical experiment"
_RUN = "d = 20, k = 5, 500 logistic neurons, momentum .9, batches of 1000 inputs, 500 steps,"

LITERAL = Claim(
    id="tt-literal-loss",
    **_PLACE,
    statement=r"The mean of \(\frac12(\hat y-y_q)^2\) over prompts of n pairs and random tasks is"
    r" \(L^n(\mu,\Gamma)=L(\mu,\Gamma)+\frac1{2n}[\mathrm{tr}(\Gamma^\top M\Gamma\Sigma)"
    r"-\mathrm{tr}(C\Gamma\Sigma\Gamma^\top C^\top)]\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="panel (a) at the start, n = 20, 12 seeds of 4000 prompts",
    implements=f"{_HERE}.literal.literal_losses",
    expected=Verdict.CONSISTENT,
)
ENVELOPE = Claim(
    id="tt-envelope",
    **_PLACE,
    statement=r"On every batch the gradient of static is the gradient in \(\mu\) of attention at"
    r" \(\Gamma=\hat\Sigma^{-1}\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="panel (a) at the start, one batch of 1000 inputs",
    implements=f"{_HERE}.objectives.token_static",
    expected=Verdict.EXACT,
)
AGREEMENT = Claim(
    id="tt-agreement",
    **_PLACE,
    statement=r"With the same step size and features of size one, attention reaches the same"
    r" \(L(\mu)\) as static, to a factor of 1.5.",
    source=f"{_FIGURE}: similar dynamics of the two, as others quote the paper",
    provenance=Provenance.SECOND_HAND,
    regime=f"{_RUN} panels (a) to (c), seeds 2 to 4; excess over the least error",
    implements=f"{_HERE}.experiment.run_panels",
    figure="fig-tt-panels",
)
DEGENERATE = Claim(
    id="tt-degenerate",
    **_PLACE,
    statement="With three of five true features equal to zero all three models learn the rest:"
    " the error falls below one hundredth.",
    source=f"{_FIGURE}, panel (b); numbers of our own",
    provenance=Provenance.DERIVED,
    regime=f"{_RUN} panel (b), seeds 2 to 4",
    implements=f"{_HERE}.experiment.run_panels",
    figure="fig-tt-panels",
)
FLOOR = Claim(
    id="tt-floor",
    **_PLACE,
    statement=r"With \(S_0=r_0I_{k_0}\) no model of \(k\) features has a loss below"
    r" \(\frac12(k_0-k)r_0\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 5 of 7 features, all records of all runs of panel (c)",
    implements=f"{_HERE}.training.evaluate",
    figure="fig-tt-panels",
)
MISSPECIFIED = Claim(
    id="tt-misspecified",
    **_PLACE,
    statement=r"With \(k_{\rm true}=7\) all three models come to within 0.02 of the least error,"
    " 2/7.",
    source=f"{_FIGURE}, panel (c): global convergence for a misspecified model",
    provenance=Provenance.DERIVED,
    regime=f"{_RUN} panel (c), seeds 2 to 4",
    implements=f"{_HERE}.experiment.run_panels",
    figure="fig-tt-panels",
)
NO_GAIN = Claim(
    id="tt-modified-no-gain",
    **_PLACE,
    statement="Under SGD birth-death and Gaussian-process noise gain nothing: modified ends no"
    " lower than at four fifths of static.",
    source=f"{_FIGURE}; the rates are chosen here",
    provenance=Provenance.DERIVED,
    regime=f"{_RUN} panels (a) to (c), seeds 2 to 4, one hundredth of the neurons each 25 steps",
    implements=f"{_HERE}.disturb.birth_death",
    figure="fig-tt-panels",
)
PAPER_SCALE = Claim(
    id="tt-paper-scale",
    **_PLACE,
    statement="On 10 000 prompts of 1000 pairs with sampled tasks, attention and static reach the"
    " same excess error to a factor of two.",
    source=f"{_FIGURE}: similar dynamics of the two, as others quote the paper",
    provenance=Provenance.SECOND_HAND,
    regime="stored runs: one pass in batches of ten prompts, panels (a) to (c), two-timescale loss",
    implements=f"{_HERE}.paper.course",
    figure="fig-tt-paper",
)
NOISE_FLOOR = Claim(
    id="tt-noise-floor",
    **_PLACE,
    statement=r"At the teacher static has batch loss zero, attention"
    r" \(\frac12[(m_4-k)/n+(m_6-3m_4+2k)/n^2]\) on average, \(m_p=\mathbb{E}\|f^\circ\|^p\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="panel (a), n = 100, 12 seeds of 300 batches",
    implements=f"{_HERE}.noise.predict_attention_floor",
    figure="fig-tt-long",
)
SELF_SCALING = Claim(
    id="tt-self-scaling",
    **_PLACE,
    statement=r"A plain step of static on any batch adds \(\eta^2\int\nabla_a\nabla_a^\top d\mu\)"
    r" to \(\int aa^\top d\mu\), and nothing else.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="panel (a) at the start, one batch of 1000 inputs, a step of size 10",
    implements=f"{_HERE}.objectives.token_static",
    expected=Verdict.EXACT,
)
STEP_SIZE = Claim(
    id="tt-step-size",
    **_PLACE,
    statement=r"From a start with \(\int|a|^2d\mu=1\) static comes below one tenth with each step"
    " size from .001 to 1; attention diverges with .01 and larger ones.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="d = 20, k = 5, 500 logistic neurons, momentum .9, batches of 1000 inputs, 250 steps,"
    " start of size .03, seed 2, attention's own step .02",
    implements=f"{_HERE}.experiment.scan_steps",
    figure="fig-tt-steps",
)
CONSERVED = Claim(
    id="tt-joint-conserved",
    **_PLACE,
    statement=r"The joint flow with \(\dot\Gamma=-c\nabla_\Gamma L\) conserves"
    r" \(\int aa^\top d\mu-\frac1c(\Gamma\Gamma^\top+\Gamma^\top\Gamma)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="erf, d = 20, k = 5, 60 neurons, times 0 to 3, c = .2, 1, 5, 25",
    implements=f"{_HERE}.companion.conserved",
    expected=Verdict.EXACT,
)
TWO_TIMESCALE = Claim(
    id="tt-two-timescale",
    **_PLACE,
    statement=r"In the exact flow attention tends to static as the speed c of \(\Gamma\) grows.",
    source="Kim & Suzuki (2024), eq. (3): the two-timescale limit",
    provenance=Provenance.SECOND_HAND,
    regime="erf, d = 20, k = 5, 60 neurons, times 0 to 3, c = .2 to 25: largest ratio of losses",
    implements=f"{_HERE}.companion.compare",
    figure="fig-tt-flow",
)
PYTHAGORAS = Claim(
    id="tt-best-attention",
    **_PLACE,
    statement=r"On a task g the attention \(\Gamma\) costs"
    r" \(c^\top(\Gamma-\Sigma^{-1})\Sigma(\Gamma-\Sigma^{-1})^\top c\), \(c=\mathbb{E}[gh]\), more"
    r" than \(\Sigma^{-1}\), which is best for every g.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="three nonlinear tasks, features at the start, a random attention",
    implements=f"{_HERE}.tasks.task_error",
    expected=Verdict.EXACT,
)
CONSTANT = Claim(
    id="tt-norm-tasks",
    **_PLACE,
    statement=r"Without a constant among the features, not even the true features predict"
    r" \(\|f^\circ\|\) or \(\|f^\circ\|^2\) as well as their means do; with a constant they do.",
    source=f"{_FIGURE}, panel (d)",
    provenance=Provenance.DERIVED,
    regime="ten teachers of panel (a)",
    implements=f"{_HERE}.experiment.task_floors",
    figure="fig-tt-tasks",
)
NOT_MONOTONE = Claim(
    id="tt-tasks-not-monotone",
    **_PLACE,
    statement=r"The test error of a nonlinear task can rise by more than a tenth while \(L\)"
    " falls.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime=f"{_RUN} panel (c), static, seeds 2 to 4: the most",
    implements=f"{_HERE}.tasks.task_error",
    figure="fig-tt-tasks",
)

CLAIMS = (
    LITERAL,
    ENVELOPE,
    AGREEMENT,
    DEGENERATE,
    FLOOR,
    MISSPECIFIED,
    NO_GAIN,
    NOISE_FLOOR,
    PAPER_SCALE,
    SELF_SCALING,
    STEP_SIZE,
    CONSERVED,
    TWO_TIMESCALE,
    PYTHAGORAS,
    CONSTANT,
    NOT_MONOTONE,
)

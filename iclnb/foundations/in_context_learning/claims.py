"""The claims of the chapter *in-context learning*, in the order of the page."""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "Suzuki, slides of 4 December 2024"

NUMBER_PROMPT = claim(
    id="icl-number-prompt",
    source=f"{_SLIDES}, In-context learning: the answer shown there",
    provenance=Provenance.QUOTED,
    regime="the five examples and the query of the slides",
    implements=".regression.least_squares_gamma",
    expected=Verdict.EXACT,
)
MEMORISATION = claim(
    id="icl-memorisation",
    source='"small T: memorization" of the slides, for one matrix',
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 20, noise 1/2, T = 4, 8, 12, 15 and 16, 3 seeds: training errors",
    implements=".pretraining.pretrained_gamma",
    figure="fig-icl-pretraining",
    expected=Verdict.EXACT,
)
GENERALISATION = claim(
    id="icl-generalisation",
    source='"large T: generalization" of the slides, for one matrix',
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 20, noise 1/2; 100 seeds of T = 16 000; what the leading order explains of"
    " each is replaced by another unbiased estimate of it",
    implements="iclnb.foundations.attention_as_regression.finite_tasks.pretraining_constant",
    figure="fig-icl-pretraining",
)
WORD_PROMPT = claim(
    id="icl-word-prompt",
    source=f"{_SLIDES}, In-context learning: the answer shown there; coordinates of our own",
    provenance=Provenance.MEASURED,
    regime="8 seeds, 2000 prompts of pretraining each: sign of the answer",
    implements=".prompts.sample_word_prompts",
    expected=Verdict.NOT_CONTRADICTED,
)
FINE_TUNING = claim(
    id="icl-fine-tuning",
    source="after von Oswald et al. 2023",
    provenance=Provenance.DERIVED,
    regime="n = 4, d = 2, three layers, everything free; the number prompt, 1 to 40 layers",
    implements=".fine_tuning.fine_tune",
    figure="fig-icl-two-tasks",
    expected=Verdict.PROVED,
)
_ZFB = "the laws of Zhang, Frei & Bartlett, section on distribution shifts; derived here"
SHIFT_RISK = claim(
    id="icl-shift-risk",
    source=_ZFB,
    provenance=Provenance.DERIVED,
    regime="d = n = 2, covariances of inputs, queries and tasks that do not commute, any matrix",
    implements=".shifts.shifted_risk",
    figure="fig-icl-shifts",
    expected=Verdict.EXACT,
)
SHIFT_SCALED = claim(
    id="icl-shift-scaled",
    source="derived here; inputs scaled as by Garg et al.",
    provenance=Provenance.DERIVED,
    regime="d = 3, n = 6, s = 1/2, 1, 2: a design with the second moment s^2 I, 1 to 8 layers",
    implements=".readers.descent_votes",
    figure="fig-icl-shifts",
    expected=Verdict.EXACT,
)
SHIFT_RIDGE = claim(
    id="icl-shift-ridge",
    source="the laws of Zhang, Frei & Bartlett and of Garg et al.; the factor is ours",
    provenance=Provenance.MEASURED,
    regime="d = 8, n = 24, noise 1/2; 12 laws of 20 000 prompts, tasks and noise integrated out",
    implements=".readers.ridge_votes",
    figure="fig-icl-shifts",
)

CLAIMS = claim.all

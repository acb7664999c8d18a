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

CLAIMS = claim.all

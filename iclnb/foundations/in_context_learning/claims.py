"""The claims of the chapter *in-context learning*, in the order of the page."""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "foundations", "chapter": "in-context-learning"}
_HERE = "iclnb.foundations.in_context_learning"
_SLIDES = "Suzuki, slides of 4 December 2024"

NUMBER_PROMPT = Claim(
    id="icl-number-prompt",
    **_PLACE,
    statement=r"Linear attention with \(\Gamma=(X^\top X/n)^{-1}\) answers 32 to the number"
    r" prompt.",
    source=f"{_SLIDES}, In-context learning: the answer shown there",
    provenance=Provenance.QUOTED,
    regime="the five examples and the query of the slides",
    implements=f"{_HERE}.regression.least_squares_gamma",
    expected=Verdict.EXACT,
)
MEMORISATION = Claim(
    id="icl-memorisation",
    **_PLACE,
    statement=r"Pretraining on \(T\le d^2\) prompts in general position answers every one of them"
    r" without error, noise included.",
    source='"small T: memorization" of the slides, for one matrix',
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 20, noise 1/2, T = 4, 8, 12 and 15, 3 seeds: training errors",
    implements=f"{_HERE}.pretraining.pretrain",
    figure="fig-icl-pretraining",
    expected=Verdict.EXACT,
)
GENERALISATION = Claim(
    id="icl-generalisation",
    **_PLACE,
    statement=r"With many tasks the pretrained matrix answers new tasks as well as the best matrix"
    r" does, up to an excess risk that falls as \(1/T\).",
    source='"large T: generalization" of the slides, for one matrix',
    provenance=Provenance.DERIVED,
    regime="d = 4, n = 20, noise 1/2; 40 seeds, window T = 500 to 16 000",
    implements=f"{_HERE}.pretraining.pretrain",
    figure="fig-icl-pretraining",
)
WORD_PROMPT = Claim(
    id="icl-word-prompt",
    **_PLACE,
    statement="A matrix that is pretrained on relations between words completes up -> ? with down,"
    " though the prompt shows nothing on that scale.",
    source=f"{_SLIDES}, In-context learning: the answer shown there; coordinates of our own",
    provenance=Provenance.DERIVED,
    regime="8 seeds, 2000 prompts of pretraining each: sign of the answer",
    implements=f"{_HERE}.prompts.sample_word_prompts",
)
FINE_TUNING = Claim(
    id="icl-fine-tuning",
    **_PLACE,
    statement=r"\(L\) steps of fine-tuning from the mean task answer as \(L\) layers of linear"
    r" attention do, whose weights do not change.",
    source="after von Oswald et al. 2023",
    provenance=Provenance.DERIVED,
    regime="the number prompt, 1 to 40 steps",
    implements=f"{_HERE}.fine_tuning.fine_tune",
    figure="fig-icl-two-tasks",
    expected=Verdict.EXACT,
)

CLAIMS = (NUMBER_PROMPT, MEMORISATION, GENERALISATION, WORD_PROMPT, FINE_TUNING)

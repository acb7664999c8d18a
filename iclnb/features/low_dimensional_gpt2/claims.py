r"""The claims of the chapter *a GPT-2 on low-dimensional tasks*, in the order of the page.

The text of Oko, Song, Suzuki and Wu (arXiv 2411.02544) was not at hand: what is said of their
experiment is second-hand. Their figures' numbers were not available, so that no claim compares with
them.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "features", "chapter": "low-dimensional-gpt2"}
_HERE = "iclnb.features.low_dimensional_gpt2"
_PAPER = "Oko, Song, Suzuki & Wu (2024), section 4"
_OWN = "derived for the experiment of Oko et al. (2024)"
_SMALL = "2 layers, width 64, 1000 steps of 32 prompts, He_2, seeds 0 to 7, stored run;"

COUNT = Claim(
    id="gpt2-count",
    **_PLACE,
    statement=r"A decoder of \(L\) layers and width \(w\), \(p\) positions and tokens of \(d+1\)"
    r" numbers has \(L(12w^2+13w)+(p+d+5)w+1\) parameters.",
    source="GPT-2's architecture, counted here",
    provenance=Provenance.DERIVED,
    regime="the modules of four sizes, the published one among them",
    implements=f"{_HERE}.config.parameter_count",
    figure="fig-gpt2-count",
    expected=Verdict.EXACT,
)
PUBLISHED_COUNT = Claim(
    id="gpt2-published-count",
    **_PLACE,
    statement="The published 22.3 million parameters count a table of 50,257 words that inputs"
    " made of numbers never touch.",
    source=f"{_PAPER}: 12 layers, width 256, 22.3M; the reading is ours",
    provenance=Provenance.SECOND_HAND,
    regime="GPT2Model of 12 layers and width 256, positions not counted; in millions",
    implements=f"{_HERE}.config.parameter_count",
    figure="fig-gpt2-count",
    expected=Verdict.EXACT,
)
ONE_PASS = Claim(
    id="gpt2-one-pass",
    **_PLACE,
    statement="With joint tokens one pass gives every prefix's prediction, each exactly that of"
    " the sequence of its examples and its query; none depends on what follows.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="3 layers, width 32, d = 8, two prompts of 10 examples, float64",
    implements=f"{_HERE}.decoder.predict",
    expected=Verdict.EXACT,
)
NO_CONTEXT = Claim(
    id="gpt2-no-context",
    **_PLACE,
    statement=r"Without examples the least error is"
    r" \(\sum_i(\mathbb{E}c_i^2-(\mathbb{E}c_i)^2\mu_i(r))/i!+\tau^2\): \(1-1/r\) for"
    r" \(\mathrm{He}_2/\sqrt2\), whatever \(d\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="He_2, d = 16, r = 4, eight samples of 20,000 queries, fitted without the formula",
    implements=f"{_HERE}.plateau.no_context_error",
    figure="fig-gpt2-layouts",
)
ONE_BLOCK = Claim(
    id="gpt2-one-block",
    **_PLACE,
    statement="With interleaved tokens one block without positions gives the same prediction when"
    " the labels of the examples are exchanged: it cannot learn from them.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="1 layer, width 32, d = 8, two prompts of 10 examples, float64",
    implements=f"{_HERE}.layouts.interleaved",
    expected=Verdict.EXACT,
)
TOKENS = Claim(
    id="gpt2-tokens",
    **_PLACE,
    statement="The same decoder, with the same prompts and steps, leaves the plateau with joint"
    " tokens, and not with pair or interleaved ones.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="2 layers, width 64, d = 8, r = 2, 16 examples, 500 steps of 32 prompts, seeds 0 and 1;"
    " left: an error below .35 with all examples; six runs, as stated or not",
    implements=f"{_HERE}.plateau.plateau_exit",
    figure="fig-gpt2-layouts",
)
DIMENSION = Claim(
    id="gpt2-dimension",
    **_PLACE,
    statement=r"At fixed \(r\) the in-context error does not depend on the dimension: the base-two"
    r" logarithm of its ratio between \(d=64\) and \(d=16\) is zero.",
    source=f"{_PAPER}, figure 2(a): the curves coincide",
    provenance=Provenance.SECOND_HAND,
    regime=f"{_SMALL} r = 2, 23 examples; to within a factor of two",
    implements=f"{_HERE}.paper.course",
    figure="fig-gpt2-stored",
)
RANK = Claim(
    id="gpt2-rank",
    **_PLACE,
    statement=r"At fixed \(d\) the dimension \(r\) of the subspace does matter: with \(r=3\) in the"
    r" place of 2 the error is more than twice as large.",
    source=f"{_PAPER}, figure 2(b): larger r needs more examples; the factor is ours",
    provenance=Provenance.SECOND_HAND,
    regime=f"{_SMALL} d = 16, 23 examples; seed by seed",
    implements=f"{_HERE}.paper.course",
    figure="fig-gpt2-stored",
)
EXIT = Claim(
    id="gpt2-exit",
    **_PLACE,
    statement=r"The dimension \(d\) does matter to pretraining: at \(d=256\) the plateau is left"
    r" later than at \(d=16\), or not at all.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime=f"{_SMALL} r = 2; first record of 50 steps with an error below .35; seed by seed",
    implements=f"{_HERE}.plateau.plateau_exit",
    figure="fig-gpt2-stored",
)
KERNEL = Claim(
    id="gpt2-kernel",
    **_PLACE,
    statement="The pretrained decoder has less than a fifth of the error of kernel ridge"
    " regression on the prompt alone.",
    source=f"{_PAPER}, figure 1: the Transformer lies below; the factor is ours",
    provenance=Provenance.SECOND_HAND,
    regime=f"{_SMALL} r = 2, d = 16 and 64, 23 examples; polynomial kernel of degree two with the"
    " best of six penalties",
    implements=f"{_HERE}.experiment.kernel_errors",
    figure="fig-gpt2-stored",
)
LARGER = Claim(
    id="gpt2-larger",
    **_PLACE,
    statement="A decoder of four layers and width 128 leaves the plateau at r = 4 as well.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="d = 16, 1200 steps of 32 prompts of 32 examples, one seed, stored run",
    implements=f"{_HERE}.paper.stored_course",
    figure="fig-gpt2-larger",
)
RESUME = Claim(
    id="gpt2-resume",
    **_PLACE,
    statement="A run that is stopped and resumed from its checkpoint ends with the same weights.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="1 layer, width 16, 10 + 10 steps, float64",
    implements=f"{_HERE}.checkpoints.load_checkpoint",
    expected=Verdict.EXACT,
)

CLAIMS = (
    COUNT,
    PUBLISHED_COUNT,
    ONE_PASS,
    NO_CONTEXT,
    ONE_BLOCK,
    TOKENS,
    DIMENSION,
    RANK,
    EXIT,
    KERNEL,
    LARGER,
    RESUME,
)

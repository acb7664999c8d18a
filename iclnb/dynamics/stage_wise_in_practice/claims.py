r"""The claims of the chapter *stage-wise in practice*, in the order of the page.

All of them are extensions of the theory of *stage-wise training*, derived or observed here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_OWN = "exact replacement of the argument in Huang, Cheng & Liang"

SGD = claim(
    id="hcl-sgd-follows",
    source="prediction of the exact gradient",
    provenance=Provenance.MEASURED,
    regime="K = 20, p₁ = 1/2, N = 100, 256 prompts a step, step size 5, 16 seeds; one per cent"
    " allowed",
    implements=".runs.sgd_run",
    figure="fig-hcl-stages",
)
SGD_LARGER = claim(
    id="hcl-sgd-larger",
    source="prediction of the exact gradient",
    provenance=Provenance.MEASURED,
    regime="K = 50, p₁ = 1/2, N = 750, 256 prompts a step, step size 10, 20 seeds, stored; one"
    " per cent allowed",
    implements=".runs.sgd_run",
)
FLOOR = claim(
    id="hcl-loss-floor",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="all prompts of 1, 2, 3 tokens for K = 3, of 2 for K = 4; K = 3 to 6, every prompt",
    implements="iclnb.dynamics.stage_wise_training.reduced.finite_gap_loss",
    expected=Verdict.PROVED,
    figure="fig-hcl-prompt-length",
)
FIXED = claim(
    id="hcl-fixed-prompts",
    source="the first speed on a set of prompts",
    provenance=Provenance.MEASURED,
    regime="K = 10, p₁ = 1/2, N = 100, M = 1000, step size 5, 16 sets of prompts",
    implements=".fixed_prompts.query_share",
    figure="fig-hcl-fixed",
)
ZIPF = claim(
    id="hcl-zipf-clock",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 200, s = 1, eight ranks from 2 to 200",
    implements=".zipf.predict_half_times",
    figure="fig-hcl-zipf",
)
COHERENT = claim(
    id="hcl-coherent",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 4, four frequencies, c = 0.3, scores of no symmetry",
    implements=".coherence.coherent_flow",
    expected=Verdict.EXACT,
)
COHERENT_PHASES = claim(
    id="hcl-coherent-phases",
    source="extension; the questions of hcl-four-phases",
    provenance=Provenance.MEASURED,
    regime="N = infinity, p₁ = 1/2, K = 20 and 50, two coherences each",
    implements=".coherence.coherent_course",
    figure="fig-hcl-coherent",
    expected=Verdict.EXACT,
)
SHRINKAGE = claim(
    id="hcl-bayes-shrinkage",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="every K, noise and N from (4K)⁴ on, at every stationary gap",
    implements=".shrinkage.optimal_gap",
    expected=Verdict.PROVED,
    figure="fig-hcl-shrinkage",
)
ADAM = claim(
    id="hcl-adam-stages",
    source="extension",
    provenance=Provenance.MEASURED,
    regime="K = 20, p₁ = 1/2, N = 100, step sizes .01 and .03, attention 0.8",
    implements=".sgd.train_population",
    figure="fig-hcl-optimisers",
)
UNTIED = claim(
    id="hcl-untied-conservation",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="K = 3, rank 2; every prompt, query, key and step size",
    implements=".untied.untied_descent",
    expected=Verdict.PROVED,
    figure="fig-hcl-untied",
)

CLAIMS = claim.all

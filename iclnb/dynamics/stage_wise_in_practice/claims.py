r"""The claims of the chapter *stage-wise in practice*, in the order of the page.

All of them are extensions of the theory of *stage-wise training*, derived or observed here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_OWN = "exact replacement of the argument in Huang, Cheng & Liang"

SGD = claim(
    id="hcl-sgd-follows",
    source="prediction of the exact gradient",
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, B = 64, eta = 5, 8 seeds; bias allowance 4 % for the noise"
    " of a batch",
    implements=".sgd.train",
    figure="fig-hcl-stages",
    expected=Verdict.NOT_CONTRADICTED,
)
SGD_LARGER = claim(
    id="hcl-sgd-larger",
    source="prediction of the exact gradient",
    provenance=Provenance.DERIVED,
    regime="K = 50, p_1 = 1/2, N = 750, B = 64, eta = 10, 20 seeds, stored; bias allowance 4 %",
    implements=".runs.sgd_run",
    expected=Verdict.NOT_CONTRADICTED,
)
FLOOR = claim(
    id="hcl-loss-floor",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 10 to 300, gaps 0 to 40 of the exact loss",
    implements="iclnb.dynamics.stage_wise_training.reduced.finite_gap_loss",
    figure="fig-hcl-prompt-length",
)
ZIPF = claim(
    id="hcl-zipf-clock",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 200, s = 1, twelve ranks from 2 to 200",
    implements=".zipf.predict_half_times",
    figure="fig-hcl-zipf",
    expected=Verdict.NOT_CONTRADICTED,
)
SHRINKAGE = claim(
    id="hcl-bayes-shrinkage",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="K = 20, sigma = 1, N = 100 to 6400",
    implements=".shrinkage.optimal_gap",
    figure="fig-hcl-shrinkage",
)
ADAM = claim(
    id="hcl-adam-stages",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, learning rates .01 and .03, attention 0.8; the control"
    " rotates the features into 24 dimensions",
    implements=".sgd.train_population",
    figure="fig-hcl-optimisers",
    expected=Verdict.NOT_CONTRADICTED,
)
UNTIED = claim(
    id="hcl-untied-conservation",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 20, p_1 = 1/2, rank 24, initial scales 1, .1 and .01, 4000 steps",
    implements=".untied.untied_descent",
    expected=Verdict.EXACT,
    figure="fig-hcl-untied",
)

CLAIMS = claim.all

r"""The claims of the chapter *learning the basis*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; what
training reaches is measured here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"
_OWN = "exact second moments of the setting of Kim, Nakamaki & Suzuki"

LEARNED = claim(
    id="kns-learned-basis",
    source=f"{_SLIDES}: pretraining improves the error by estimating the bases",
    provenance=Provenance.MEASURED,
    regime="three unknown functions of frequencies 3 to 10, perceptron of width 64, prompts of 32,"
    " every token a query, one seed: risk over that of ridge from scratch, n = 8, 16, 32; 3/40"
    " is the ratio of the unknowns; the control has 32 tasks",
    implements=".readouts.readout_risk",
    figure="fig-kns-learned",
)
LEARNED_SEEDS = claim(
    id="kns-learned-seeds",
    source="the statement of the chapter for one seed, on other bases and seeds",
    provenance=Provenance.MEASURED,
    regime="stored runs, seeds 1 to 8, each with its own basis, prompts and start, every token a"
    " query: medians at n = 8, 16, 32; 3/40 is the ratio of the unknowns; the control has 32 tasks",
    implements=".learning_runs.learning_run",
    figure="fig-kns-learned-seeds",
)
ONE_QUERY = claim(
    id="kns-one-query",
    source="the empirical risk of the paper and the slides, on three unknown bases",
    provenance=Provenance.MEASURED,
    regime="stored runs, seeds 1 to 3, 512 to 8192 tasks, one query in each prompt, 3200 steps of"
    " 128 tasks, n = 8 to 32: risk over that of ridge from scratch; the control has n = 64",
    implements=".learning_runs.learning_run",
    figure="fig-ltb-queries",
)
RATE = claim(
    id="kns-rate-change",
    source=f"{_PAPER}, Corollaries 4.8 and 5.2: exponents for tasks smoother than their basis",
    provenance=Provenance.MEASURED,
    regime="seeds 0 to 7: 128 random functions of smoothness 1/2, of 2048 sines and cosines, tasks"
    " of smoothness 1 in them, noise variance 0.1; exact risk of the best diagonal matrix, slope"
    " from n = 1024 to 8192, mean of the bases; the window was chosen on other seeds",
    implements=".rough_bases.diagonal_risk",
    figure="fig-ltb-rate",
)
SPLINE_NETWORK = claim(
    id="kns-spline-network",
    source=f"{_PAPER}, Lemma 4.4: the order of the first half; constants and the second half here",
    provenance=Provenance.DERIVED,
    regime="the quadratic spline: every number of layers; every piecewise linear function",
    implements=".spline_networks.spline_network",
    figure="fig-ltb-network",
    expected=Verdict.PROVED,
)
BAYES_META = claim(
    id="kns-bayes-meta",
    source="the posterior of finitely many bases, exact up to the draws of prompts",
    provenance=Provenance.MEASURED,
    regime="64 random bases of three functions, frequencies 3 to 10, prompts of 4, 2 to 6 tasks,"
    " 1500 runs: ends of the intervals at 99.9 %, over the exact risk of the best matrix, mean of"
    " the bases; the control has one task",
    implements=".meta.meta_risks",
    figure="fig-ltb-meta",
)
BEST_KEYS = claim(
    id="kns-best-keys",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="three inputs, two functions: every kernel, law, covariance, noise and prompt length",
    implements="iclnb.statistics.nonparametric_icl.risk.moments.best_key_features",
    expected=Verdict.PROVED,
)
FIGURES = claim(
    id="kns-figure-settings",
    source=f"settings of {_PAPER}, Appendix E; the statement is found here",
    provenance=Provenance.MEASURED,
    regime="stored runs: d = 8, widths 32, T = n = 512, 50 epochs of Adam at 0.02; functions,"
    " noise, batches and start chosen here; seeds 5 to 9, the statement formed on seeds 0 to 4;"
    " the control has twice the tasks, seeds 0 to 2",
    implements=".figure_settings.figure_run",
    figure="fig-kns-figure-settings",
)

CLAIMS = claim.all

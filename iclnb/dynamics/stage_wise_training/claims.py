r"""The claims of the chapter *stage-wise training*, in the order of the page.

The full text of Huang, Cheng and Liang (arXiv 2310.05249) was not available: their abstract is
quoted, their theorems are second-hand, and everything else is derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "dynamics", "chapter": "stage-wise-training"}
_HERE = "iclnb.dynamics.stage_wise_training"
_PAPER = "Huang, Cheng & Liang, arXiv 2310.05249"
_OWN = "exact replacement of the argument in Huang, Cheng & Liang"

LOSS_IDENTITY = Claim(
    id="hcl-loss-identity",
    **_PLACE,
    statement=r"The population loss of query \(v_k\) is"
    r" \(L_k=\frac12\mathbb{E}[(1-a_k)^2+\sum_{m\ne k}a_m^2]\), with \(a_m\) the attention on"
    r" feature \(m\).",
    source=f"{_PAPER}, the loss decomposition, as recalled by others",
    provenance=Provenance.SECOND_HAND,
    regime="K = 4, N = 9, random scores and probabilities: quadrature against enumeration",
    implements=f"{_HERE}.population.population_loss_per_query",
    expected=Verdict.EXACT,
)
GRADIENT = Claim(
    id="hcl-gradient",
    **_PLACE,
    statement=r"At every prompt length \(-\partial L/\partial S_{kn}"
    r"=p_k\,\mathbb{E}[a_n(\mathbf 1\{n=k\}-a_n+\|a\|^2-a_k)]\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 5, N = 8, random scores and probabilities: gradient against finite differences",
    implements=f"{_HERE}.population.population_gradient",
    expected=Verdict.EXACT,
)
CONSERVATION = Claim(
    id="hcl-conservation",
    **_PLACE,
    statement=r"Rows move alone, and each keeps its sum: \(\sum_nS_{kn}\) is constant in training.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, 700 steps of gradient descent on the exact loss",
    implements=f"{_HERE}.descent.exact_descent",
    expected=Verdict.EXACT,
)
MONOTONE = Claim(
    id="hcl-monotone",
    **_PLACE,
    statement=r"For \(N\ge2\) and noiseless labels the target score \(A_k\) grows at every point of"
    r" the landscape: \(-\partial L/\partial S_{kk}>0\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="200 random score matrices, K = 6, N = 12",
    implements=f"{_HERE}.population.population_gradient",
)
CLOSED_FORM = Claim(
    id="hcl-closed-form",
    **_PLACE,
    statement=r"With one class of competitors and \(N=\infty\), attention \(a\) is reached at time"
    r" \((\frac{K-1}{K})^2[F(a)-F(p_k)]/p_k\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 12, balanced: closed form against the integrated flow of all K x K scores",
    implements=f"{_HERE}.reduced.time_to_log_odds",
    expected=Verdict.EXACT,
)
BALANCED_SCALE = Claim(
    id="hcl-balanced-growth",
    **_PLACE,
    statement=r"Balanced features: attention reaches one half at \(T\sim K^2\), no logarithm.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 10 to 1e6, T/K^2",
    implements=f"{_HERE}.phases.half_time",
    figure="fig-hcl-balanced",
)
BALANCED_BOUND = Claim(
    id="hcl-balanced-bound",
    **_PLACE,
    statement=r"The first phase lasts at most of the order \(K^2\log K\) (step size 1).",
    source=f"{_PAPER}, balanced case, phase I",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, K = 10 to 1e6, constant 1: a bound, true and loose by log K",
    implements=f"{_HERE}.phases.bound_growth_time",
    figure="fig-hcl-balanced",
)
BALANCED_TAIL = Claim(
    id="hcl-balanced-tail",
    **_PLACE,
    statement=r"After growth, loss \(\varepsilon\) takes \(\frac{K-1}{4\varepsilon}\) more time:"
    r" no logarithm here either.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 20, eps = 1e-2 to 1e-8",
    implements=f"{_HERE}.phases.convergence_time",
    figure="fig-hcl-balanced",
)
DOMINANT = Claim(
    id="hcl-dominant-one-phase",
    **_PLACE,
    statement=r"The dominant feature is learned in one phase, in a time that does not depend on"
    r" \(K\).",
    source=f"{_PAPER}, abstract (one phase) and its accounts (the time)",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = 1/2, eps = 1e-2, K = 20 to 1e6: within 10 % of K = 1e9",
    implements=f"{_HERE}.phases.convergence_time",
)
FOUR_PHASES = Claim(
    id="hcl-four-phases",
    **_PLACE,
    statement=r"An under-represented feature passes four phases in order: its score for the"
    r" dominant key falls; growth takes over; the target score grows; the loss converges.",
    source=f"{_PAPER}, abstract (four phases); marks derived here",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = .3, .5, .7, K = 20 to 1e6, eps = 1e-6; intrinsic marks",
    implements=f"{_HERE}.phases.phase_times",
    figure="fig-hcl-stages",
)
SWITCH = Claim(
    id="hcl-switch-third",
    **_PLACE,
    statement=r"Growth takes over at one third of the growth time:"
    r" \(t_{\rm switch}\sim K^2/(3(1-p_1))\), \(t_{\rm half}\sim K^2/(1-p_1)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = 1/2, K = 1e2 to 1e9, ratio of the two times",
    implements=f"{_HERE}.phases.phase_times",
    figure="fig-hcl-scaling",
)
RARE_GROWTH = Claim(
    id="hcl-rare-growth",
    **_PLACE,
    statement=r"An under-represented feature is half learned at \(t_{\rm half}\sim K^2/(1-p_1)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .3, K = 1e2 to 1e9, t (1-p_1)/K^2",
    implements=f"{_HERE}.phases.phase_times",
    figure="fig-hcl-scaling",
)
DOMINANT_SCORE = Claim(
    id="hcl-dominant-score",
    **_PLACE,
    statement=r"When growth ends, \(B_{k,1}=-\frac12\log(2K)+\log\frac{1-p_1}{p_1}+o(1)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .7, K = 1e4 to 1e9",
    implements=f"{_HERE}.phases.phase_times",
)
CORRIDOR = Claim(
    id="hcl-corridor",
    **_PLACE,
    statement=r"Between \(K=10^8\) and \(10^9\) the lines \(B_{k,1}=-0.49\log K\) and"
    r" \(-0.51\log K\) are crossed at times \(\propto K^{1.98}\) and \(K^{2.02}\).",
    source=f"{_PAPER}, phase I of four (the exponent 1.98); derived here from the power law of a_1",
    provenance=Provenance.SECOND_HAND,
    regime="N = infinity, p_1 = 1/2, local exponents between K = 1e8 and 1e9, to 0.002",
    implements=f"{_HERE}.phases.predict_corridor_time",
    expected=Verdict.EXACT,
    figure="fig-hcl-scaling",
)
CORRIDOR_ABSENT = Claim(
    id="hcl-corridor-late",
    **_PLACE,
    statement=r"At \(p_1=0.3\) and \(K\le1000\) the score of the dominant key has not come down to"
    r" \(-0.49\log K\) when growth ends: the line is no mark at sizes that can be trained.",
    source="derived from hcl-dominant-score; Huang, Cheng & Liang's theorem is asymptotic",
    provenance=Provenance.DERIVED,
    regime="N = infinity, p_1 = .3, K = 20, 100, 1000: B/log K at the end of growth",
    implements=f"{_HERE}.phases.phase_times",
)
SGD = Claim(
    id="hcl-sgd-follows",
    **_PLACE,
    statement=r"SGD on sampled prompts reaches \(A=\log K\) within a few per cent of the number of"
    r" steps of the exact path.",
    source="prediction of the exact gradient",
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, B = 64, eta = 5, 8 seeds; bias allowance 4 % for the noise"
    " of a batch",
    implements=f"{_HERE}.sgd.train",
    figure="fig-hcl-stages",
)
SGD_LARGER = Claim(
    id="hcl-sgd-larger",
    **_PLACE,
    statement=r"At \(K=50\) and \(N=750\) as well, SGD on prompts reaches \(A=\log K\)"
    r" within a few per cent of the number of steps of the exact path.",
    source="prediction of the exact gradient",
    provenance=Provenance.DERIVED,
    regime="K = 50, p_1 = 1/2, N = 750, B = 64, eta = 10, 20 seeds, stored; bias allowance 4 %",
    implements=f"{_HERE}.runs.sgd_run",
)
FLOOR = Claim(
    id="hcl-loss-floor",
    **_PLACE,
    statement=r"No scores bring \(L_k\) below \(\frac12(1-p_k)^N\): the query's feature may be"
    r" absent from the prompt.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 10 to 300, gaps 0 to 40 of the exact loss",
    implements=f"{_HERE}.reduced.finite_gap_loss",
    figure="fig-hcl-prompt-length",
)
ZIPF = Claim(
    id="hcl-zipf-clock",
    **_PLACE,
    statement=r"Under Zipf frequencies one clock, the solution of one target-free equation, gives"
    r" the time at which each feature is half learned, to 1 % for all features but the first.",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 200, s = 1, twelve ranks from 2 to 200",
    implements=f"{_HERE}.zipf.predict_half_times",
    figure="fig-hcl-zipf",
)
SHRINKAGE = Claim(
    id="hcl-bayes-shrinkage",
    **_PLACE,
    statement=r"With label noise the attention spills, up to a factor \(1-1/K\), the mass by which"
    r" Bayes shrinks: \((N-N/K)e^{-z^*}\to\sigma^2(1-1/K)\).",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="K = 20, sigma = 1, N = 100 to 6400",
    implements=f"{_HERE}.shrinkage.optimal_gap",
    figure="fig-hcl-shrinkage",
)
ADAM = Claim(
    id="hcl-adam-stages",
    **_PLACE,
    statement=r"On the population loss, with the features along the coordinate axes, Adam cuts the"
    r" lag of the rare features to less than a fifth of gradient descent's.",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="K = 20, p_1 = 1/2, N = 100, learning rates .01 and .03, attention 0.8; the control"
    " rotates the features into 24 dimensions",
    implements=f"{_HERE}.sgd.train_population",
    figure="fig-hcl-optimisers",
)

UNTIED = Claim(
    id="hcl-untied-conservation",
    **_PLACE,
    statement=r"With separate query and key matrices the row sums of \(S=X^\top Y\) move; the sum"
    r" of the key vectors \(Y\mathbf 1\) is conserved at every step.",
    source="extension",
    provenance=Provenance.DERIVED,
    regime="N = infinity, K = 20, p_1 = 1/2, rank 24, initial scales 1, .1 and .01, 4000 steps",
    implements=f"{_HERE}.untied.untied_descent",
    expected=Verdict.EXACT,
    figure="fig-hcl-untied",
)

CLAIMS = (
    LOSS_IDENTITY,
    GRADIENT,
    CONSERVATION,
    MONOTONE,
    CLOSED_FORM,
    BALANCED_SCALE,
    BALANCED_BOUND,
    BALANCED_TAIL,
    DOMINANT,
    FOUR_PHASES,
    SWITCH,
    RARE_GROWTH,
    DOMINANT_SCORE,
    CORRIDOR,
    CORRIDOR_ABSENT,
    SGD,
    SGD_LARGER,
    FLOOR,
    ZIPF,
    SHRINKAGE,
    ADAM,
    UNTIED,
)

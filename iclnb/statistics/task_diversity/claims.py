r"""The claims of the chapter *task diversity*, in the order of the page."""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "statistics", "chapter": "task-diversity"}
_HERE = "iclnb.statistics.task_diversity"
_RAVENTOS = "Raventós et al., NeurIPS 2023"
_LU = "Lu et al., PNAS 2025"

DMMSE = Claim(
    id="tdv-dmmse",
    **_PLACE,
    statement=r"For a pool of \(M\) equally likely tasks the Bayes rule is dMMSE,"
    r" \(\hat w=\sum_i\pi_iw^{(i)}\), \(\pi_i\propto\exp(-\frac1{2\sigma^2}\sum_j"
    r"(y_j-w^{(i)\top}x_j)^2)\).",
    source=f"{_RAVENTOS}, definition of dMMSE",
    provenance=Provenance.QUOTED,
    regime="d = 3, n = 6, M = 50, 40 prompts: the safe form against the definition",
    implements=f"{_HERE}.predictors.dmmse",
    expected=Verdict.EXACT,
)
TWO_RULES = Claim(
    id="tdv-two-rules",
    **_PLACE,
    statement=r"Each rule is the better one where its prior is true: dMMSE on the tasks of its"
    r" pool, ridge on new tasks.",
    source="Bayes' rule; setting of Raventós et al.",
    provenance=Provenance.DERIVED,
    regime="d = 8, n = 16, sigma^2 = 1/4, M = 1 to 16384, 8 pools, 99.9 % intervals",
    implements=f"{_HERE}.exact_curves.pool_curves",
    figure="fig-tdv-pool",
)
SLOW = Claim(
    id="tdv-slow-decay",
    **_PLACE,
    statement=r"On new tasks dMMSE approaches ridge slowly: with 16384 tasks in eight dimensions"
    r" its risk is still more than four times that of ridge.",
    source=f"setting of {_RAVENTOS}",
    provenance=Provenance.DERIVED,
    regime="d = 8, n = 16, sigma^2 = 1/4, M = 1 to 16384, 8 pools, 99.9 % intervals",
    implements=f"{_HERE}.risks.dmmse_risk",
    figure="fig-tdv-pool",
)
ATTENTION = Claim(
    id="tdv-attention-limit",
    **_PLACE,
    statement=r"One layer of linear attention, tuned to \(M\) tasks, tends to its own limit as"
    r" \(M\) grows, \(\frac{d(d+1+\sigma^2)}{n+d+1+\sigma^2}\), not to ridge.",
    source="derived from the exact risk",
    provenance=Provenance.DERIVED,
    regime="d = 8, n = 16, sigma^2 = 1/4, M = 1 to 16384, mean over 8 pools",
    implements=f"{_HERE}.risks.attention_risk",
    figure="fig-tdv-pool",
)
RATIO = Claim(
    id="tdv-attention-ratio",
    **_PLACE,
    statement=r"With infinitely many tasks, the risk of the best linear attention over that of"
    r" ridge tends to \((d+1+\sigma^2)/\sigma^2\) as the prompt grows.",
    source="derived from the exact risk",
    provenance=Provenance.DERIVED,
    regime="d = 8, sigma^2 = 1/4, n = 16 to 16384; ridge averaged over 200 input sets",
    implements=f"{_HERE}.risks.attention_gamma",
)
TRANSITION = Claim(
    id="tdv-transition",
    **_PLACE,
    statement=r"A trained model is nearer to dMMSE for few pretraining tasks and nearer to ridge"
    r" for many, on the pool's tasks and on new ones.",
    source=f"{_RAVENTOS}, in a much smaller model",
    provenance=Provenance.QUOTED,
    regime="small scale: d = 4, n = 16, sigma^2 = 1/4, M = 4 and 512, 2000 steps, one seed",
    implements=f"{_HERE}.transition.transition",
    figure="fig-tdv-transition",
)
CROSSING = Claim(
    id="tdv-crossing",
    **_PLACE,
    statement=r"On new tasks the small model changes from dMMSE to ridge at about \(M=34\)"
    r" pretraining tasks, to a factor of two: the median of three other seeds (17, 34, 36).",
    source="measured here, on other pools and seeds",
    provenance=Provenance.DERIVED,
    regime="small scale: as above, M = 4, 16, 32, 64, 512, one seed; log2 of M",
    implements=f"{_HERE}.transition.transition",
    figure="fig-tdv-transition",
)
SENTENCE = Claim(
    id="tdv-slide-ridge",
    **_PLACE,
    statement="With enough pretraining tasks, in-context learning coincides with optimal ridge"
    " regression.",
    source="slides, 'Task diversity matters'",
    provenance=Provenance.QUOTED,
    regime="small scale: as above; risk on new tasks at M = 512 within a factor 3/2 of ridge",
    implements=f"{_HERE}.trainable.train",
    figure="fig-tdv-transition",
)
TRANSFORMER = Claim(
    id="tdv-transformer",
    **_PLACE,
    statement=r"A causal Transformer of 2 layers is nearer to dMMSE at \(M=4\) pretraining tasks"
    r" and nearer to ridge from \(M=64\) on, on the pool's tasks and on new ones.",
    source=f"{_RAVENTOS}, for larger Transformers",
    provenance=Provenance.QUOTED,
    regime="stored runs: width 32, d = 4, n = 8, sigma^2 = 1/4, 5000 steps of batch 128; distances"
    " over all positions, as a sign",
    implements=f"{_HERE}.pool_runs.pool_run",
    figure="fig-tdv-transformer",
)
PAPER_SCALE = Claim(
    id="tdv-paper-threshold",
    **_PLACE,
    statement=r"A Transformer of 8 layers and width 128 changes from dMMSE to ridge between"
    r" \(2^{14}\) and \(2^{15}\) pretraining tasks.",
    source=f"{_RAVENTOS}, base model",
    provenance=Provenance.QUOTED,
    regime="500 000 steps of batch 256 at each M: out of reach here; the model is in the library",
    implements=f"{_HERE}.transformer.train_transformer",
    expected=Verdict.NOT_TESTABLE,
)
LU_FEW = Claim(
    id="tdv-lu-few-prompts",
    **_PLACE,
    statement=r"Linear attention pretrained on \(\tau d^2\) prompts of \(\kappa d\) tasks has the"
    r" closed test error of the page in the limit: fewer prompts than unknowns, \(\tau<1\).",
    source=f"{_LU}; formula from its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = 1/2, kappa = 1/2, alpha = 1, rho = 0.01; d = 20 to 40, line in 1/d; 3.3 standard"
    " errors and 4 % for the neglected powers",
    implements=f"{_HERE}.asymptotics.icl_error",
    figure="fig-tdv-descent",
)
LU_MANY = Claim(
    id="tdv-lu-many-prompts",
    **_PLACE,
    statement=r"The same with more prompts than unknowns, \(\tau>1\).",
    source=f"{_LU}; formula from its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = 2, kappa = 1/2, alpha = 1, rho = 0.01; d = 20 to 34, line in 1/d; 3.3 standard"
    " errors and 4 % for the neglected powers",
    implements=f"{_HERE}.simulation.simulated_error",
    figure="fig-tdv-descent",
)
STORED = Claim(
    id="tdv-lu-stored-runs",
    **_PLACE,
    statement=r"The published simulations at \(d=100\) miss the curve by the \(c/d\) that smaller"
    r" runs predict, except near the peak.",
    source=f"{_LU}, stored outputs of its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = .2, .5, .85, 1.5, 2, c from own runs at d = 20 to 40; to 3 %",
    implements=f"{_HERE}.finite_size.size_study",
    expected=Verdict.EXACT,
    figure="fig-tdv-descent",
)
KAPPA = Claim(
    id="tdv-lu-diversity",
    **_PLACE,
    statement=r"The closed curve against task diversity \(\kappa\) gives the published simulations"
    r" at \(d=50\).",
    source=f"{_LU}, stored outputs of its public code",
    provenance=Provenance.SECOND_HAND,
    regime="kappa = 1, 5, 10, 50, alpha = tau = 100, rho = 1/4; to 5 %, the size of 1/d effects",
    implements=f"{_HERE}.asymptotics.icl_error",
    expected=Verdict.EXACT,
    figure="fig-tdv-descent",
)
SATURATED = Claim(
    id="tdv-saturation",
    **_PLACE,
    statement=r"With unlimited tasks and prompts the error tends to \(\rho+\frac{x^*}{1+x^*}\),"
    r" \(x^*=(1+\rho)/\alpha\): the limit of linear attention, again not ridge.",
    source="derived from the closed formula",
    provenance=Provenance.DERIVED,
    regime="alpha = 1, rho = 0.01, kappa = tau = 10 to 1e5",
    implements=f"{_HERE}.asymptotics.saturated_error",
)
POLE = Claim(
    id="tdv-double-descent",
    **_PLACE,
    statement=r"At \(\tau=1\) the error diverges as \(C/|1-\tau|\), with one \(C\) on both sides.",
    source="derived from the closed formula",
    provenance=Provenance.DERIVED,
    regime="three sets of kappa, alpha, rho; |1 - tau| = 1e-6",
    implements=f"{_HERE}.double_descent.pole_strength",
    expected=Verdict.EXACT,
    figure="fig-tdv-descent",
)

CLAIMS = (
    DMMSE,
    TWO_RULES,
    SLOW,
    ATTENTION,
    RATIO,
    TRANSITION,
    CROSSING,
    SENTENCE,
    TRANSFORMER,
    PAPER_SCALE,
    LU_FEW,
    LU_MANY,
    STORED,
    KAPPA,
    SATURATED,
    POLE,
)

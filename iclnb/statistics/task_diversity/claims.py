r"""The claims of the chapter *task diversity*, in the order of the page."""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_RAVENTOS = "Raventós et al., NeurIPS 2023"
_LU = "Lu et al., PNAS 2025"

DMMSE = claim(
    id="tdv-dmmse",
    source=f"{_RAVENTOS}, definition of dMMSE",
    provenance=Provenance.QUOTED,
    regime="d = 3, n = 6, M = 50, sigma^2 = 1/4; 8 pools, 8000 prompts each",
    implements=".predictors.dmmse",
)
TWO_RULES = claim(
    id="tdv-two-rules",
    source="Bayes' rule; setting of Raventós et al.",
    provenance=Provenance.DERIVED,
    regime="d = 8, n = 16, sigma^2 = 1/4, M = 1 to 16384, 8 pools, 99.9 % intervals",
    implements=".exact_curves.pool_curves",
    figure="fig-tdv-pool",
    expected=Verdict.NOT_CONTRADICTED,
)
SLOW = claim(
    id="tdv-slow-decay",
    source=f"setting of {_RAVENTOS}",
    provenance=Provenance.MEASURED,
    regime="d = 8, n = 16, sigma^2 = 1/4, M = 1 to 16384, 8 pools, 99.9 % intervals",
    implements=".risks.dmmse_risk",
    figure="fig-tdv-pool",
)
ATTENTION = claim(
    id="tdv-attention-limit",
    source="derived from the exact risk",
    provenance=Provenance.DERIVED,
    regime="every d, n and noise",
    implements=".risks.attention_risk",
    figure="fig-tdv-pool",
    expected=Verdict.PROVED,
)
RATIO = claim(
    id="tdv-attention-ratio",
    source="derived from the exact risk",
    provenance=Provenance.DERIVED,
    regime="every d, noise and n > d + 1",
    implements=".risks.attention_gamma",
    expected=Verdict.PROVED,
)
TRANSITION = claim(
    id="tdv-transition",
    source=f"{_RAVENTOS}, in a much smaller model",
    provenance=Provenance.QUOTED,
    regime="small scale: d = 4, n = 16, sigma^2 = 1/4, M = 4, 64 and 512, 2000 steps, one seed",
    implements=".transition.transition",
    figure="fig-tdv-transition",
    expected=Verdict.NOT_CONTRADICTED,
)
SENTENCE = claim(
    id="tdv-slide-ridge",
    source="slides, 'Task diversity matters'",
    provenance=Provenance.QUOTED,
    regime="small scale: as above; risk on new tasks at M = 512 within a factor 1.25 of ridge",
    implements=".trainable.train",
    figure="fig-tdv-transition",
)
TRANSFORMER = claim(
    id="tdv-transformer",
    source=f"{_RAVENTOS}, for larger Transformers",
    provenance=Provenance.QUOTED,
    regime="stored runs: width 32, d = 4, n = 8, sigma^2 = 1/4, 5000 steps of batch 128; distances"
    " over all positions, as a sign",
    implements=".pool_runs.pool_run",
    figure="fig-tdv-transformer",
    expected=Verdict.NOT_CONTRADICTED,
)
PAPER_SCALE = claim(
    id="tdv-paper-threshold",
    source=f"{_RAVENTOS}, base model",
    provenance=Provenance.QUOTED,
    regime="500 000 steps of batch 256 at each M: out of reach here; the model is in the library",
    implements=".transformer.train_transformer",
    expected=Verdict.NOT_TESTABLE,
)
LU_FEW = claim(
    id="tdv-lu-few-prompts",
    source=f"{_LU}; formula from its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = 0.3 and 0.8, kappa = 1/2, alpha = 3, rho = 0.3; runs at d = 20 or 30 to 80,"
    " parabola in 1/d; 3.3 standard errors and its last term at d = 80",
    implements=".limits.asymptotics.icl_error",
    figure="fig-tdv-descent",
)
LU_MANY = claim(
    id="tdv-lu-many-prompts",
    source=f"{_LU}; formula from its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = 1.2 and 3, kappa = 1/2, alpha = 3, rho = 0.3; runs at d = 20 or 30 to 80 or 120,"
    " parabola in 1/d; 3.3 standard errors and its last term at the largest d",
    implements=".simulation.simulated_errors",
    figure="fig-tdv-descent",
)
LU_RIDGE = claim(
    id="tdv-lu-ridge",
    source="deterministic equivalents of ridge regression, taken for granted",
    provenance=Provenance.DERIVED,
    regime="kappa = 1/2, alpha = 3, rho = 0.3: the pool's tasks at tau = 0.3, 0.8, 1.2, 3 without a"
    " penalty, both kinds at tau = 1 with c = 0.1; stored runs as before",
    implements=".limits.ridge_curves.ridge_errors",
)
LU_ONE = claim(
    id="tdv-lu-one-formula",
    source="algebra",
    provenance=Provenance.DERIVED,
    regime="every lambda, kappa, tau and rho",
    implements=".limits.ridge_curves.ridge_errors",
    expected=Verdict.PROVED,
)
STORED = claim(
    id="tdv-lu-stored-runs",
    source=f"{_LU}, stored outputs of its public code",
    provenance=Provenance.SECOND_HAND,
    regime="tau = .2, .5, .85, 1.15, 1.5, 2, kappa = 1/2, alpha = 1, rho = 0.01; 24 stored runs at"
    " the same d = 100; intervals for one run, 99.9 %",
    implements=".finite_size.pooled",
    figure="fig-tdv-descent",
)
KAPPA = claim(
    id="tdv-lu-diversity",
    source=f"{_LU}, stored outputs of its public code",
    provenance=Provenance.SECOND_HAND,
    regime="kappa = 1, 5, 10, 50, alpha = tau = 100, rho = 1/4; 16 stored runs at the same d = 50;"
    " intervals for one run, 99.9 %",
    implements=".finite_size.size_run",
    figure="fig-tdv-descent",
)
POLE = claim(
    id="tdv-double-descent",
    source="derived from the closed formula",
    provenance=Provenance.DERIVED,
    regime="every lambda, m and rho",
    implements=".limits.double_descent.pole_strength",
    figure="fig-tdv-descent",
    expected=Verdict.PROVED,
)
SATURATED = claim(
    id="tdv-saturation",
    source="derived from the closed formula",
    provenance=Provenance.DERIVED,
    regime="every alpha and rho",
    implements=".limits.asymptotics.saturated_error",
    expected=Verdict.PROVED,
)

CLAIMS = claim.all

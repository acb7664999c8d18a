r"""The claims of the chapter *minimax lower bound*, in the order of the page."""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "statistics", "chapter": "minimax-lower-bound"}
_HERE = "iclnb.statistics.minimax_lower_bound"
_PAPER = "Kim, Nakamaki & Suzuki, arXiv 2408.12186"
_SLIDES = "slides, 'Mini-max lower bound'"

COEFFICIENTS = Claim(
    id="mlb-coefficient-radius",
    **_PLACE,
    statement=r"The radius of the coefficients, \(n\epsilon_2^2=\epsilon_2^{-1/s}\), is"
    r" \(\epsilon_2^2=n^{-2{s}/(2{s}+1)}\): the optimal rate with a known basis.",
    source=f"{_PAPER}, Proposition 5.1 and Corollary 5.2; {_SLIDES}",
    provenance=Provenance.QUOTED,
    regime="s = 1/2 to 3, n = 1 to 1e8, fixed point solved numerically",
    implements=f"{_HERE}.fixed_points.critical_radius",
    expected=Verdict.EXACT,
)
BASIS = Claim(
    id="mlb-basis-radius",
    **_PLACE,
    statement=r"A Hölder basis of smoothness \(\alpha'\) in dimension \(d\), unknown, costs"
    r" \(\epsilon_1^2=(nT)^{-2\alpha'/(2\alpha'+d)}\) once it is seen through \(nT\) examples.",
    source=f"{_PAPER}, Corollary 5.2 (ii); {_SLIDES}, concrete example",
    provenance=Provenance.QUOTED,
    regime="d/alpha' = 1/2 to 4, n = 1e3, T = 0 to 1e9, fixed point solved numerically",
    implements=f"{_HERE}.fixed_points.squared_radii",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
LOGARITHM = Claim(
    id="mlb-logarithm",
    **_PLACE,
    statement=r"A factor \(\log(1/\epsilon)\) in the entropy leaves the exponent"
    r" \(-2\alpha'/(2\alpha'+d)\) in the limit, at astronomically large \(nT\) only.",
    source="derived from the fixed point",
    provenance=Provenance.DERIVED,
    regime="d/alpha' = 2, local exponents at nT = 1e3 to 1e96",
    implements=f"{_HERE}.fixed_points.power_entropy",
)
NO_PRETRAINING = Claim(
    id="mlb-no-pretraining",
    **_PLACE,
    statement=r"Without pretraining the lower bound is of the order"
    r" \(\max\{n^{-2{s}/(2{s}+1)},n^{-2\alpha'/(2\alpha'+d)}\}\); pretraining can change the rate"
    r" only if \(\alpha'/d<s\).",
    source="slides, 'Examples' and 'Mini-max lower bound'",
    provenance=Provenance.QUOTED,
    regime="four pairs of s and d/alpha', exponent of the solved bound at n = 1e40",
    implements=f"{_HERE}.rates.scratch_rate",
    expected=Verdict.EXACT,
    figure="fig-mlb-slider",
)
THRESHOLD = Claim(
    id="mlb-threshold",
    **_PLACE,
    statement=r"The lower bound forgets the unknown basis from"
    r" \(T\gtrsim n^{(\alpha-\tau)d/((2\alpha+d)\tau)}\) on, that is \(n^{(s\theta-1)/(2{s}+1)}\).",
    source=f"{_PAPER}, after Corollary 5.2",
    provenance=Provenance.QUOTED,
    regime="three pairs of s and theta, T solved from the rate at n = 1e6",
    implements=f"{_HERE}.rates.lower_bound_threshold",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
PAYS = Claim(
    id="mlb-pretraining-pays",
    **_PLACE,
    statement=r"Estimator 2 has a better rate than anything without pretraining from"
    r" \(T=n^{\frac2{2+\theta}+\frac{1+\theta(1+s)}{s(2+\theta)}}\) on.",
    source="derived from the slides' rate of Estimator 2",
    provenance=Provenance.DERIVED,
    regime="three pairs of s and theta, exponent of the solved T at n = 1e40",
    implements=f"{_HERE}.rates.pretraining_pays_threshold",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
GAP = Claim(
    id="mlb-open-gap",
    **_PLACE,
    statement=r"Between the \(T\) that the lower bound asks for and the \(T\) that Estimator 2"
    r" needs lies a factor \(n^{1+(1+\theta)/(2{s}+1)}\): the gap is open.",
    source="derived from the two published thresholds",
    provenance=Provenance.DERIVED,
    regime="three pairs of s and theta, both T solved numerically at n = 1e6",
    implements=f"{_HERE}.thresholds.tasks_needed",
    expected=Verdict.EXACT,
    figure="fig-mlb-tasks",
)
REMARK = Claim(
    id="mlb-remark-tau",
    **_PLACE,
    statement=r"As printed: a basis of smoothness \(\tau\) needs"
    r" \(T\gtrsim n^{1+d(\alpha+d)/(2\alpha+d)}\). A factor \(1/\tau\) is missing; Corollary 4.8"
    r" has it.",
    source=f"{_PAPER}, Remark 5.3, as printed",
    provenance=Provenance.QUOTED,
    regime="(alpha, tau, d) = (2, 1/2, 1), (4, 2, 1), (3, 3/2, 2); T solved numerically",
    implements=f"{_HERE}.thresholds.remark_exponent",
    expected=Verdict.REFUTED,
)
SQUARE = Claim(
    id="mlb-class-square",
    **_PLACE,
    statement=r"As printed: the class \(|\beta_j|\lesssim j^{-2{s}-1}\) (logarithms left out) has"
    r" the minimax exponent \(2{s}/(2{s}+1)\). Its exponent is \((4{s}+1)/(4{s}+2)\); with"
    r" \(|\beta_j|^2\) the statement is right.",
    source=f"{_PAPER}, Section 5, class of coefficients, as printed",
    provenance=Provenance.QUOTED,
    regime="s = 1/2, 1, 2; sequence model, exponent of the projection's worst case from n = 1e12",
    implements=f"{_HERE}.sequence_model.projection_risk",
    expected=Verdict.REFUTED,
    figure="fig-mlb-class",
)
TWO_POINT = Claim(
    id="mlb-two-point",
    **_PLACE,
    statement=r"Two points in each coordinate bound the minimax risk over"
    r" \(|\beta_j|\le j^{-s-1/2}\) from below with constants: at most a factor 1.7 under the best"
    r" linear method of the sequence model.",
    source="standard argument (Assouad); constants derived here",
    provenance=Provenance.DERIVED,
    regime="s = 1 and 2, sigma^2 = 0.1, n = 10 to 1e8",
    implements=f"{_HERE}.assouad.coordinate_bound",
    figure="fig-mlb-bounds",
)
FANO = Claim(
    id="mlb-fano-constant",
    **_PLACE,
    statement=r"Fano's bound has the exponent, and a constant about a hundred times too small: its"
    r" ratio to the best linear method's risk tends to 0.0105 at \(s=1\).",
    source="standard argument (Tsybakov 2009, Section 2); constant derived here",
    provenance=Provenance.DERIVED,
    regime="s = 1, sigma^2 = 0.1, n = 1e2 to 1e14",
    implements=f"{_HERE}.fano.fano_bound",
    figure="fig-mlb-bounds",
)
VAN_TREES = Claim(
    id="mlb-van-trees",
    **_PLACE,
    statement=r"For Gaussian coefficients the risk of the best linear attention over van Trees'"
    r" lower bound tends to \((\tau/\sigma^2)^{2{s}/(2{s}+1)}\): the same exponent, and an explicit"
    r" constant.",
    source="derived from the exact risk and van Trees' inequality",
    provenance=Provenance.DERIVED,
    regime="s = 1, sigma^2 = 0.1, flat features, n = 10 to 1e12",
    implements=f"{_HERE}.van_trees.van_trees_bound",
    figure="fig-mlb-bounds",
)

CLAIMS = (
    COEFFICIENTS,
    BASIS,
    LOGARITHM,
    NO_PRETRAINING,
    THRESHOLD,
    PAYS,
    GAP,
    REMARK,
    SQUARE,
    TWO_POINT,
    FANO,
    VAN_TREES,
)

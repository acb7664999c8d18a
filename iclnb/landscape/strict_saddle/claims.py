r"""The claims of the chapter *strict saddle*, in the order of the page.

The theorem is quoted from the slides (Theorem 1, "strict saddle property"). The full text of
Kim and Suzuki (arXiv 2402.01258, Theorem 3.3) was not available: what is said of it is
second-hand. The sharper statements are derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_SLIDES = "slides, Theorem 1 (strict saddle property)"
_OWN = "sharper form of the slides' Theorem 1"
_NORMAL = r"\(\int|a|^2d\mu\le1\) (the slides print no such condition)"

PATH = claim(
    id="saddle-path",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, every S_0, C, Sigma and R; the library at one point",
    implements=".path.path_derivatives",
    expected=Verdict.PROVED,
)
ROTATION = claim(
    id="saddle-rotation",
    source=f"{_OWN}; von Neumann's trace inequality",
    provenance=Provenance.DERIVED,
    regime="k = 3, every PB; the library on 12 random measures",
    implements=".descent.steepest_descent",
    expected=Verdict.PROVED,
)
SPECTRAL = claim(
    id="saddle-spectral-slope",
    source=f"{_OWN}, (1-1) made quantitative",
    provenance=Provenance.DERIVED,
    regime="k = 3, every r_0, C and Sigma; the inequality of norms is used",
    implements=".bounds.spectral_first_bound",
    expected=Verdict.PROVED,
)
PRINTED_SLOPE = claim(
    id="saddle-printed-slope",
    source=f"{_SLIDES}, (1-2) as printed, with the loss that has the factor 1/2 and {_NORMAL}",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Theorem 3.3",
    regime="k = 1 to 5, every spectrum with 2 L < r_0",
    implements=".bounds.printed_first_bound",
    figure="fig-saddle-slack",
    expected=Verdict.PROVED,
)
SHARP_SLOPE = claim(
    id="saddle-sharp-slope",
    source=f"{_OWN}, (1-2); needs {_NORMAL}",
    provenance=Provenance.DERIVED,
    regime="k = 1 to 5, every spectrum with 2 L < r_0",
    implements=".bounds.sharp_first_bound",
    figure="fig-saddle-slack",
    expected=Verdict.PROVED,
)
ATTAINED = claim(
    id="saddle-sharp-attained",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 5, every loss, share and r_0, every weight from 10 on; the library at nine angles",
    implements=".extremal.steepest_sign_measure",
    expected=Verdict.PROVED,
)
LEVELS = claim(
    id="saddle-levels",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, every point with PB = 0; 300 saddles of the library, k = 1..5, all m",
    implements=".saddles.missing_feature_saddle",
    figure="fig-saddle-staircase",
    expected=Verdict.PROVED,
)
STRICT_SIGN = claim(
    id="saddle-strict-sign",
    source=f"{_SLIDES}, (2) as printed",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Theorem 3.3",
    regime="one critical point with k = 3, m = 1; the paper, second-hand, has >=",
    implements=".bounds.critical_levels",
    expected=Verdict.REFUTED,
)
CURVATURE = claim(
    id="saddle-curvature",
    source=f"{_OWN}, (2)",
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 1, 2, 3, every saddle and R; the library on three saddles and 50 matrices",
    implements=".descent.saddle_curvature",
    expected=Verdict.PROVED,
)
BEST_CURVATURE = claim(
    id="saddle-best-curvature",
    source=f"{_OWN}, (2)",
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 1, 2, 3, every critical point and every orthogonal matrix",
    implements=".descent.curvature_direction",
    figure="fig-saddle-curvature",
    expected=Verdict.PROVED,
)
TRACE = claim(
    id="saddle-trace",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="m = 1 to 6, every spectrum; the nuclear norm on the page",
    implements=".bounds.trace_bound",
    expected=Verdict.PROVED,
)
MISSING_CURVATURE = claim(
    id="saddle-missing-curvature",
    source=f"{_OWN}, (2); needs {_NORMAL}",
    provenance=Provenance.DERIVED,
    regime="m = 1 to 6; attained at k = 3, every r_0 and share",
    implements=".bounds.missing_second_bound",
    figure="fig-saddle-curvature",
    expected=Verdict.PROVED,
)
PRINTED_CURVATURE = claim(
    id="saddle-printed-curvature",
    source=f"{_SLIDES}, (2) as printed, with the loss that has the factor 1/2 and {_NORMAL}",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Theorem 3.3",
    regime="every k >= m >= 1",
    implements=".bounds.printed_second_bound",
    figure="fig-saddle-curvature",
    expected=Verdict.PROVED,
)
PRINTED_LOSS = claim(
    id="saddle-printed-loss",
    source=f"{_SLIDES}, (2) with the slides' own loss, and {_NORMAL}",
    provenance=Provenance.QUOTED,
    paper="kim2024features",
    number="Theorem 3.3",
    regime="k = m = 1, one sign-like neuron of weight 10",
    implements=".extremal.sign_saddle",
    expected=Verdict.REFUTED,
)
JUMP = claim(
    id="saddle-jump",
    source="derived here: the theorem says nothing of a singular covariance",
    provenance=Provenance.DERIVED,
    regime="k = 4, m = 2, every s; the library at k = 3, s = 0.000001 to 0.5",
    implements=".saddles.zero_feature_saddle",
    figure="fig-saddle-jump",
    expected=Verdict.PROVED,
)
RIDGE = claim(
    id="saddle-ridge",
    source="derived here",
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 2, every ridge; the library at 0.1 to 0.00001 in units of r0",
    implements=".path.path_derivatives",
    figure="fig-saddle-jump",
    expected=Verdict.PROVED,
)
PARTICLES = claim(
    id="saddle-particles",
    source="derived here: the theorem is on measures, its direction needs mass where there is none",
    provenance=Provenance.DERIVED,
    regime="12 random teachers, k = 1, a single neuron; gradient over steepest slope",
    implements=".saddles.weak_critical_point",
    figure="fig-saddle-breaks",
    expected=Verdict.EXACT,
)
MIRROR = claim(
    id="saddle-mirror",
    source="derived here: reflection symmetry of the flow",
    provenance=Provenance.DERIVED,
    regime="3 neurons, k = 2, any activation, three inputs, reflected; the library at one start",
    implements=".staircase.staircase",
    figure="fig-saddle-staircase",
    expected=Verdict.PROVED,
)
SWAP = claim(
    id="saddle-swap",
    source="derived here, beyond the assumption of the theorem",
    provenance=Provenance.DERIVED,
    regime="three features, every strength; 24 swaps of the library, strengths 3, 2, 1, 1/2",
    implements=".anisotropic.swap_curvature",
    figure="fig-saddle-swaps",
    expected=Verdict.PROVED,
)
FACTOR = claim(
    id="saddle-matrix-factor",
    source="derived here; slides, remarks on matrix completion",
    provenance=Provenance.DERIVED,
    regime="three eigenvalues, two learnt, three columns, every spectrum; the library in a turned"
    " basis of four",
    implements=".completion.factor_curvature",
    expected=Verdict.PROVED,
)

CLAIMS = claim.all

r"""The claims of the chapter *function spaces*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; the
counts and constants are derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"

SPLINE_RATE = claim(
    id="kns-spline-rate",
    source="approximation by splines, for a random function",
    provenance=Provenance.DERIVED,
    regime="sines and cosines of frequency 1 to 256; (m, s) = (0, 2), (1, 3), (2, 1), (2, 4),"
    " levels 1 to 6: slopes from level to level; the control has the degree in place of the order",
    implements=".projection.span_distances",
    figure="fig-fsp-approximation",
)
BESOV_RATE = claim(
    id="kns-besov-rate",
    source=f"{_PAPER}, as an upper bound with logarithms; the exponent is measured here",
    paper="kim2024minimax",
    number="Theorem 4.5",
    provenance=Provenance.QUOTED,
    regime="m = 2, smoothness 1, 3/2 and 2, noise variance 0.1, tasks of four levels more than the"
    " features, without the factor 1/k²; exact risks of the best matrix, slopes by level",
    implements="iclnb.statistics.nonparametric_icl.risk.besov.besov_moments",
    figure="fig-fsp-besov",
)
REFINEMENT = claim(
    id="kns-refinement-printed",
    source=f"{_PAPER}, as printed, with the spline of Definition 4.3",
    paper="kim2024minimax",
    number="Lemma C.2",
    provenance=Provenance.QUOTED,
    regime="m = 1 to 8, every point; even m for what is printed",
    implements=".splines.refined_as_printed",
    figure="fig-kns-splines",
    expected=Verdict.REFUTED,
)
NEAR_ORTHONORMAL = claim(
    id="kns-near-orthonormal",
    source=f"{_PAPER}, for Assumption 1; the constants are computed here",
    paper="kim2024minimax",
    number="Appendix C.1",
    provenance=Provenance.DERIVED,
    regime="m = 2, every level from 2 on",
    implements=".orthonormal.gram_eigenvalues",
    figure="fig-kns-splines",
    expected=Verdict.PROVED,
)
AGGREGATION = claim(
    id="kns-aggregation",
    source=f"{_PAPER}, as a bound; the equality is derived here",
    paper="kim2024minimax",
    number="Proposition C.10",
    provenance=Provenance.DERIVED,
    regime="degrees 0 to 4, one to three levels; d = 1",
    implements=".splines.aggregation_weights",
    expected=Verdict.PROVED,
)
GAMMA_COUNT = claim(
    id="kns-anisotropic-count",
    source=f"{_PAPER}, for splines; counted for Fourier functions",
    paper="kim2024minimax",
    number="Theorem 4.7",
    provenance=Provenance.QUOTED,
    regime="the count, for four inputs: every smoothness and accuracy",
    implements=".gamma_smooth.function_count",
    expected=Verdict.PROVED,
)
MIXED = claim(
    id="kns-mixed-printed",
    source=f"{_PAPER}, as printed",
    paper="kim2024minimax",
    number="Theorem 4.9",
    provenance=Provenance.QUOTED,
    regime="four inputs: every smoothness and accuracy",
    implements=".gamma_smooth.rate_exponent",
    expected=Verdict.REFUTED,
)
GAMMA_RISK = claim(
    id="kns-gamma-risk",
    source=f"{_PAPER}, as an upper bound with logarithms; the exponent is measured here",
    paper="kim2024minimax",
    number="Theorem 4.9",
    provenance=Provenance.QUOTED,
    regime="a = (1, 2, 3, 4), G = 12 to 60 by twelves, noise variance 0.1; exact risks of the best"
    " matrix, both costs",
    implements="iclnb.statistics.nonparametric_icl.risk.gamma_smooth.gamma_smooth_risk",
    figure="fig-fsp-inputs",
)
PRODUCT = claim(
    id="kns-product-printed",
    source=f"{_SLIDES}, Fourier basis of the gamma-smooth class, as printed, with zero frequencies",
    provenance=Provenance.QUOTED,
    regime="one or two inputs in use of d = 1 to 6, all phases",
    implements=".cosine_products.product_norm",
    expected=Verdict.REFUTED,
)
SPIKES = claim(
    id="kns-sparse-width",
    source=f"{_PAPER}, as a bound on the Kolmogorov width; the equality is derived here",
    paper="kim2024minimax",
    number="Remark C.3",
    provenance=Provenance.DERIVED,
    regime="five orthonormal functions, any span of two",
    implements=".sparse.fixed_span_error",
    figure="fig-fsp-spikes",
    expected=Verdict.PROVED,
)

CLAIMS = claim.all

r"""The claims of the chapter *function spaces*, in the order of the page.

Kim, Nakamaki and Suzuki ("KNS", arXiv 2408.12186) and the slides were at hand and are quoted; the
counts and constants are computed here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_PAPER = "Kim, Nakamaki & Suzuki, NeurIPS 2024"
_SLIDES = "Suzuki, slides of 4 December 2024"

REFINEMENT = claim(
    id="kns-refinement-printed",
    source=f"{_PAPER}, Lemma C.2, as printed, with the spline of Definition 4.3",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Lemma C.2",
    regime="m = 2 and 4, 4001 points; the control is the refinement with m + 2 terms",
    implements=".splines.refined_as_printed",
    figure="fig-kns-splines",
    expected=Verdict.REFUTED,
)
NEAR_ORTHONORMAL = claim(
    id="kns-near-orthonormal",
    source=f"{_PAPER}, Assumption 1; {_SLIDES}, assumption 4",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Assumption 1",
    regime="m = 2, levels 2 to 8, C_1 = 0.015; the control takes the union of levels",
    implements=".orthonormal.gram_eigenvalues",
    figure="fig-kns-splines",
)
GAMMA_COUNT = claim(
    id="kns-anisotropic-count",
    source=f"{_PAPER}, Theorem 4.7",
    provenance=Provenance.QUOTED,
    paper="kim2024minimax",
    number="Theorem 4.7",
    regime="a = (1, 2, 3, 4): bits of N(G) for a bit of 2^G, G = 0 to 48 in steps of 12; the"
    " control is the exponent of the mixed class",
    implements=".gamma_smooth.function_count",
)
PRODUCT = claim(
    id="kns-product-printed",
    source=f"{_SLIDES}, Fourier basis of the gamma-smooth class, as printed, with zero frequencies",
    provenance=Provenance.QUOTED,
    regime="one input in use of d = 1 to 6; the control has the factor 1 at frequency zero",
    implements=".cosine_products.product_norm",
    expected=Verdict.REFUTED,
)

CLAIMS = claim.all

r"""The claims of the chapter *hessian-escape*, in the order of the page.

The slides print the lemma and two theorems; the paper's own wording (Lemma 4.1) is second-hand.
What sharpens, counts or limits them is derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "landscape", "chapter": "hessian-escape"}
_HERE = "iclnb.landscape.hessian_escape"
_SLIDES = "slides of Suzuki"
_OWN = "derived here, for the setting of Kim & Suzuki, arXiv 2402.01258"

SECOND_VARIATION = Claim(
    id="esc-second-variation",
    **_PLACE,
    statement=r"Moving all atoms by \(\epsilon v\) changes the velocity field by"
    r" \(-\epsilon(H+H')v\), with \(H'=\nabla^2\frac{\delta L}{\delta\mu}\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="N = 6 random atoms of random weight, k = 2, d = 4, erf: central differences of the"
    " velocity",
    implements=f"{_HERE}.operator.Hessian",
    expected=Verdict.EXACT,
)
AGREE = Claim(
    id="esc-blocks-agree",
    **_PLACE,
    statement=r"Where \(PB=0\) the first variation vanishes everywhere, \(H'=0\), and \(H\) is the"
    r" whole second variation.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="four saddles, (k, m) = (1,1), (2,1), (3,2), (4,4), a random velocity field each;"
    " control: one neuron at rest with PB not 0",
    implements=f"{_HERE}.operator.Hessian",
    expected=Verdict.EXACT,
)
LINEAR = Claim(
    id="esc-linear-velocity",
    **_PLACE,
    statement=r"Near a critical measure \(\mu_t=(\mathrm{id}+\epsilon v_t)\sharp\mu^\dagger\) with"
    r" \(\partial_tv_t=-Hv_t+O(\epsilon)\).",
    source=f"{_SLIDES}, lemma on the behaviour around a critical point (Lemma 4.1 of the paper)",
    provenance=Provenance.QUOTED,
    regime="saddle k = 3, m = 2, PB = 0, a random field, time 2/|lambda_min|, eps = 1e-1 to 1e-6",
    implements=f"{_HERE}.linearised.linear_error",
    figure="fig-esc-linear",
)
AT_REST = Claim(
    id="esc-lemma-at-rest",
    **_PLACE,
    statement=r"If a critical point is any measure at rest, the kernel \(H\) alone gives the"
    r" growth rate.",
    source=f"{_SLIDES}, the same lemma as printed, read for measures without full support",
    provenance=Provenance.QUOTED,
    regime="one neuron at rest with PB not 0, as two coinciding atoms, k = 1, d = 2, eps = 1e-6;"
    " control: H + H'",
    implements=f"{_HERE}.operator.Hessian",
    figure="fig-esc-split",
    expected=Verdict.REFUTED,
)
LANCZOS = Claim(
    id="esc-matrix-free",
    **_PLACE,
    statement=r"\(\lambda_{\min}(H)\) from products \(v\mapsto Hv\) alone (Lanczos) is that of the"
    r" dense matrix.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="nine saddles, k = 1 to 3, relative 1e-9",
    implements=f"{_HERE}.spectrum.lowest",
    expected=Verdict.EXACT,
)
REPLICAS = Claim(
    id="esc-replicas",
    **_PLACE,
    statement=r"\(\lambda_{\min}(H)\) belongs to the measure: cutting every atom into equal copies"
    r" leaves it.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, N = 9, 36, 144, 360 atoms, matrix-free",
    implements=f"{_HERE}.symmetry.replicate",
    expected=Verdict.EXACT,
)
NEGATIVE = Claim(
    id="esc-negative-directions",
    **_PLACE,
    statement=r"A saddle that misses \(m\) features has at most \(m^2\) negative directions;"
    r" generic ones have exactly \(m^2\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 1 to 6, m = 1 to 4, 20 random saddles; equality is observed, the bound proved",
    implements=f"{_HERE}.spectrum.morse_index",
    expected=Verdict.EXACT,
    figure="fig-esc-spectrum",
)
RATE = Claim(
    id="esc-growth-rate",
    **_PLACE,
    statement=r"Along the lowest eigenvector a small perturbation grows at the rate"
    r" \(|\lambda_{\min}(H)|\).",
    source=f"{_SLIDES}: negative curvature directions grow up exponentially",
    provenance=Provenance.QUOTED,
    regime="twelve saddles, k = 1 to 4, mirror-symmetric, eps = 1e-6, time 3/|lambda|, to 1e-6",
    implements=f"{_HERE}.escape.growth",
    expected=Verdict.EXACT,
    figure="fig-esc-growth",
)
ORDER = Claim(
    id="esc-growth-error",
    **_PLACE,
    statement=r"The growth rate is right to order \(\epsilon^2\) at a mirror-symmetric saddle, to"
    r" order \(\epsilon\) otherwise.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="(k, m) = (2,1), (3,2), local exponents between eps = 1e-5 and 1e-6, to 0.05",
    implements=f"{_HERE}.linearised.rate_errors",
    expected=Verdict.EXACT,
    figure="fig-esc-linear",
)
TIME = Claim(
    id="esc-escape-time",
    **_PLACE,
    statement=r"A perturbation of size \(\epsilon\) and overlap \(c\) with the lowest eigenvector"
    r" escapes at \(|\lambda_{\min}|^{-1}[\log\frac1{|c|\epsilon}+\mathrm{const}]\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, eight random fields, eps = 1e-4 and 1e-7; the constant from one"
    " start along the eigenvector, to 0.01",
    implements=f"{_HERE}.escape.escape_time",
    expected=Verdict.EXACT,
    figure="fig-esc-time",
)
RANDOM = Claim(
    id="esc-random-escape",
    **_PLACE,
    statement=r"The flow is almost surely not captured by a saddle.",
    source=f"{_SLIDES}, theorem (informal)",
    provenance=Provenance.QUOTED,
    regime="20 random perturbations of size 1e-6, five saddles, five per cent of the loss gone by"
    " time 30/|lambda|; almost surely itself cannot be sampled",
    implements=f"{_HERE}.escape.perturbation",
    figure="fig-esc-time",
)
MIRROR = Claim(
    id="esc-mirror",
    **_PLACE,
    statement=r"A flow that starts with \(w_c=0\) in every atom, for a coordinate of feature"
    r" \(c\), keeps it and never falls below \(r_0/2\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="six mirror saddles, perturbed by 0.3 inside the mirror, time 200/|lambda|",
    implements=f"{_HERE}.mirror.mirror_fates",
    figure="fig-esc-mirror",
)
ROUNDOFF = Claim(
    id="esc-roundoff",
    **_PLACE,
    statement=r"In rotated coordinates the rounding error alone leaves the mirror: the same"
    r" symmetric starts escape.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="the six starts of esc-mirror, inputs rotated at random: number that escape by time"
    " 200/|lambda|",
    implements=f"{_HERE}.mirror.mirror_fates",
    expected=Verdict.EXACT,
    figure="fig-esc-mirror",
)
CURVATURE = Claim(
    id="esc-curvature-bound",
    **_PLACE,
    statement=r"\(\frac{d^2}{ds^2}L(\bar\mu_s)\le-\Lambda\) implies"
    r" \(\lambda_{\min}(H_\mu)\le-\Lambda/\varrho\), \(\varrho=\|d\mu^\circ/d\mu\|_\infty\).",
    source=f"{_SLIDES}, theorem (3) on the decay of the objective",
    provenance=Provenance.QUOTED,
    regime="20 random saddles, k = 1 to 6, rho = 2; control: outer weights ten times too large",
    implements=f"{_HERE}.spectrum.curvature_bound",
    figure="fig-esc-curvature",
)

CLAIMS = (
    SECOND_VARIATION,
    AGREE,
    LINEAR,
    AT_REST,
    LANCZOS,
    REPLICAS,
    NEGATIVE,
    RATE,
    ORDER,
    TIME,
    RANDOM,
    MIRROR,
    ROUNDOFF,
    CURVATURE,
)

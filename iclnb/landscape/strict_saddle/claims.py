r"""The claims of the chapter *strict saddle*, in the order of the page.

The theorem is quoted from the slides (Theorem 1, "strict saddle property"). The full text of
Kim and Suzuki (arXiv 2402.01258, Theorem 3.3) was not available: what is said of it is
second-hand. The sharper statements are derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "landscape", "chapter": "strict-saddle"}
_HERE = "iclnb.landscape.strict_saddle"
_SLIDES = "slides, Theorem 1 (strict saddle property)"
_OWN = "sharper form of the slides' Theorem 1"
_NORMAL = r"\(\int|a|^2d\mu\le1\) (the slides print no such condition)"

PATH = Claim(
    id="saddle-path",
    **_PLACE,
    statement=r"Along \(\bar\mu_s\) at \(s=0\): \(L'=-\mathrm{tr}(PBR)\) and"
    r" \(L''=-\|(PR^\top-BRC)\Sigma^{-1/2}\|_F^2\)"
    r" \({}+\mathrm{tr}(BRS_0R^\top B^\top)+2L'\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, erf, random measure and R: differences of the loss of the mixture itself",
    implements=f"{_HERE}.path.path_derivatives",
    expected=Verdict.EXACT,
)
ROTATION = Claim(
    id="saddle-rotation",
    **_PLACE,
    statement=r"The steepest slope over \(R\in\mathrm{conv}\,O(k)\) is \(-\|PB\|_*\), attained in"
    r" \(O(k)\) at \(R=VU^\top\), where \(PB=U\,\mathrm{diag}(\tau)V^\top\).",
    source=f"{_OWN}; von Neumann's trace inequality",
    provenance=Provenance.DERIVED,
    regime="k = 2, 12 random measures: scan of O(2) in steps of half a degree",
    implements=f"{_HERE}.descent.steepest_descent",
    figure="fig-saddle-slice",
    expected=Verdict.EXACT,
)
SPECTRAL = Claim(
    id="saddle-spectral-slope",
    **_PLACE,
    statement=r"\(\|PB\|_*\ge\|\Sigma\|_{\rm op}^{-1/2}\sum_ip_i\sqrt{r_0-p_i}\) with \(p_i\) the"
    r" eigenvalues of \(P\): there is descent unless every \(p_i\) is \(0\) or \(r_0\).",
    source=f"{_OWN}, (1-1) made quantitative",
    provenance=Provenance.DERIVED,
    regime="2100 random measures, k = 1, 2, 5, erf, at losses below and above r0/2",
    implements=f"{_HERE}.bounds.spectral_first_bound",
)
PRINTED_SLOPE = Claim(
    id="saddle-printed-slope",
    **_PLACE,
    statement=r"If \(0<L<r_0/2\), some \(R\) gives"
    r" \(L'\le-\frac{4}{\|\sigma\|_\infty^2}L(\frac{r_0}2-L)\).",
    source=f"{_SLIDES}, (1-2) as printed, with the loss that has the factor 1/2 and {_NORMAL}",
    provenance=Provenance.QUOTED,
    regime="those of 2100 random measures with L < r0/2, k = 1, 2, 5, erf",
    implements=f"{_HERE}.bounds.printed_first_bound",
    figure="fig-saddle-slack",
)
SHARP_SLOPE = Claim(
    id="saddle-sharp-slope",
    **_PLACE,
    statement=r"If \(0<L<r_0/2\), some \(R\) gives"
    r" \(L'\le-2L\sqrt{r_0-2L}/\|\sigma\|_\infty\), at least \(\sqrt k\) times the printed bound.",
    source=f"{_OWN}, (1-2); needs {_NORMAL}",
    provenance=Provenance.DERIVED,
    regime="those of 2100 random measures with L < r0/2, k = 1, 2, 5, erf",
    implements=f"{_HERE}.bounds.sharp_first_bound",
    figure="fig-saddle-slack",
)
ATTAINED = Claim(
    id="saddle-sharp-attained",
    **_PLACE,
    statement=r"\(-2L\sqrt{r_0-2L}/\|\sigma\|_\infty\) cannot be improved: there are measures whose"
    r" steepest slope over it tends to one.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 5, one sign-like neuron of weight 1e2 to 1e5, the others of mass 10/weight",
    implements=f"{_HERE}.extremal.steepest_sign_measure",
)
LEVELS = Claim(
    id="saddle-levels",
    **_PLACE,
    statement=r"The critical levels are \(L=m\,r_0/2\), \(m=0,\dots,k\), and each is attained, by"
    r" a measure that misses \(m\) features.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="300 constructed saddles, k = 1..5, all m",
    implements=f"{_HERE}.saddles.missing_feature_saddle",
    figure="fig-saddle-staircase",
    expected=Verdict.EXACT,
)
STRICT_SIGN = Claim(
    id="saddle-strict-sign",
    **_PLACE,
    statement=r"Where (1) fails and \(\mu\) is no minimiser, \(L>r_0/2\) (for the loss with the"
    r" factor 1/2); since the levels are quantised this would say \(L\ge2\cdot r_0/2\).",
    source=f"{_SLIDES}, (2) as printed",
    provenance=Provenance.QUOTED,
    regime="300 constructed saddles, k = 1..5, all m; the paper, second-hand, has >=",
    implements=f"{_HERE}.bounds.critical_levels",
    expected=Verdict.REFUTED,
)
CURVATURE = Claim(
    id="saddle-curvature",
    **_PLACE,
    statement=r"At a critical point of positive loss, with \(K\) an orthonormal basis of"
    r" \(\ker C\), \(L''=-\|(K^\top\Sigma K)^{-1/2}K^\top RP\|_F^2\) for every \(R\).",
    source=f"{_OWN}, (2)",
    provenance=Provenance.DERIVED,
    regime="constructed saddles k = 3, m = 1, 2, 3; 50 random R each, against the general formula",
    implements=f"{_HERE}.descent.saddle_curvature",
    expected=Verdict.EXACT,
)
BEST_CURVATURE = Claim(
    id="saddle-best-curvature",
    **_PLACE,
    statement=r"The best second derivative over \(\mathrm{conv}\,O(k)\) is"
    r" \(-r_0^2\,\mathrm{tr}((K^\top\Sigma K)^{-1})\).",
    source=f"{_OWN}, (2)",
    provenance=Provenance.DERIVED,
    regime="12 constructed saddles, k = 2, m = 1: scan of O(2) in steps of half a degree",
    implements=f"{_HERE}.descent.curvature_direction",
    figure="fig-saddle-slice",
    expected=Verdict.EXACT,
)
TRACE = Claim(
    id="saddle-trace",
    **_PLACE,
    statement=r"\(\mathrm{tr}\,\Sigma_{\mu,\mu}^{-1}\ge m^3/\|\sigma\|_\infty^2\) for every measure"
    r" with \(m\) features and \(\int|a|^2d\mu\le1\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="1200 random measures, m = 1, 2, 3, 5, erf, weights of size 0.1 to 1000",
    implements=f"{_HERE}.bounds.trace_bound",
)
MISSING_CURVATURE = Claim(
    id="saddle-missing-curvature",
    **_PLACE,
    statement=r"With \(m\) features missing some \(R\) gives"
    r" \(L''\le-\frac{4m}{\|\sigma\|_\infty^2}L^2\); there is equality in a limit.",
    source=f"{_OWN}, (2); needs {_NORMAL}",
    provenance=Provenance.DERIVED,
    regime="300 constructed saddles, k = 1..5, all m, and sign-like saddles that come close",
    implements=f"{_HERE}.bounds.missing_second_bound",
    figure="fig-saddle-curvature",
)
PRINTED_CURVATURE = Claim(
    id="saddle-printed-curvature",
    **_PLACE,
    statement=r"Where (1) fails, some \(R\) gives"
    r" \(L''\le-\frac{4}{k\|\sigma\|_\infty^2}L^2\).",
    source=f"{_SLIDES}, (2) as printed, with the loss that has the factor 1/2 and {_NORMAL}",
    provenance=Provenance.QUOTED,
    regime="300 constructed saddles, k = 1..5, all m",
    implements=f"{_HERE}.bounds.printed_second_bound",
    figure="fig-saddle-curvature",
)
PRINTED_LOSS = Claim(
    id="saddle-printed-loss",
    **_PLACE,
    statement=r"For \(k=1\), (2) holds for the loss as the slides print it,"
    r" \(\mathbb{E}\|\zeta\|^2\) without the factor 1/2.",
    source=f"{_SLIDES}, (2) with the slides' own loss, and {_NORMAL}",
    provenance=Provenance.QUOTED,
    regime="k = m = 1, one sign-like neuron of weight 10 to 1e4",
    implements=f"{_HERE}.extremal.sign_saddle",
    expected=Verdict.REFUTED,
)
JUMP = Claim(
    id="saddle-jump",
    **_PLACE,
    statement=r"At a measure with \(m\) features identically zero \(L=m\,r_0/2\), while"
    r" \(L(\bar\mu_s)=0\) for every \(s>0\) and \(R=I\): \(L\) is not continuous there.",
    source="derived here: the theorem says nothing of a singular covariance",
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 2, the teacher with two features set to zero; s = 1e-6 to 0.5",
    implements=f"{_HERE}.saddles.zero_feature_saddle",
    figure="fig-saddle-jump",
    expected=Verdict.EXACT,
)
RIDGE = Claim(
    id="saddle-ridge",
    **_PLACE,
    statement=r"With a ridge \(\lambda\) in \(\Sigma\) the curvature there is"
    r" \(-m\,r_0^2/\lambda\,(1+o(1))\), which diverges as the ridge goes.",
    source="derived here",
    provenance=Provenance.DERIVED,
    regime="k = 3, m = 2, ridge 1e-1 to 1e-5 in units of r0",
    implements=f"{_HERE}.path.path_derivatives",
    figure="fig-saddle-jump",
)
PARTICLES = Claim(
    id="saddle-particles",
    **_PLACE,
    statement="Finitely many particles can be at rest where the theorem has descent: the particle"
    r" gradient vanishes, \(\|PB\|_*\) does not.",
    source="derived here: the theorem is on measures, its direction needs mass where there is none",
    provenance=Provenance.DERIVED,
    regime="12 random teachers, k = 1, a single neuron; gradient over steepest slope",
    implements=f"{_HERE}.saddles.weak_critical_point",
    figure="fig-saddle-breaks",
    expected=Verdict.EXACT,
)
MIRROR = Claim(
    id="saddle-mirror",
    **_PLACE,
    statement=r"Particles of weight exactly zero in the one coordinate that a feature reads keep it"
    r" at zero, and \(L\ge r_0/2\) for all time.",
    source="derived here: reflection symmetry of the flow",
    provenance=Provenance.DERIVED,
    regime="k = 3, erf, 60 particles, 4 seeds, time 0 to 500; control: weights of size 1e-3",
    implements=f"{_HERE}.staircase.staircase",
    figure="fig-saddle-staircase",
)
SWAP = Claim(
    id="saddle-swap",
    **_PLACE,
    statement=r"If \(S_0=\mathrm{diag}(s_1,\dots)\), putting a missing feature \(j\) in place of"
    r" a learnt one \(i\) has the curvature \(-s_j(s_j-s_i)\).",
    source="derived here, beyond the assumption of the theorem",
    provenance=Provenance.DERIVED,
    regime="all 24 swaps at the 6 critical points of strengths 3, 2, 1, 1/2 with two learnt"
    " features: second differences of the loss",
    implements=f"{_HERE}.anisotropic.swap_curvature",
    figure="fig-saddle-swaps",
    expected=Verdict.EXACT,
)

CLAIMS = (
    PATH,
    ROTATION,
    SPECTRAL,
    PRINTED_SLOPE,
    SHARP_SLOPE,
    ATTAINED,
    LEVELS,
    STRICT_SIGN,
    MIRROR,
    CURVATURE,
    BEST_CURVATURE,
    TRACE,
    MISSING_CURVATURE,
    PRINTED_CURVATURE,
    PRINTED_LOSS,
    JUMP,
    RIDGE,
    PARTICLES,
    SWAP,
)

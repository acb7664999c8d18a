r"""The claims of the chapter *convergence-rates*, in the order of the page.

The slides print three theorems on the decay of the objective and name two devices; what sharpens,
attains or limits them is derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "landscape", "chapter": "convergence-rates"}
_HERE = "iclnb.landscape.convergence_rates"
_SLIDES = "slides of Suzuki"
_OWN = "derived here, for the setting of Kim & Suzuki, arXiv 2402.01258"

DESCENT = Claim(
    id="rate-descent",
    **_PLACE,
    statement=r"\(\frac{d}{ds}L(\bar\mu_s)|_{s=0}<-\delta\) implies"
    r" \(\frac{d}{dt}L(\mu_t)\le-\varrho^{-1}\delta^2\).",
    source=f"{_SLIDES}, theorem (1) on the decay of the objective",
    provenance=Provenance.QUOTED,
    regime="450 random measures, k = 1, 2, 5, that hold the teacher's inner weights with other"
    " outer weights; erf",
    implements=f"{_HERE}.decay.descent_decay_bound",
    figure="fig-rate-slack",
)
SLOW = Claim(
    id="rate-descent-attained",
    **_PLACE,
    statement=r"For every \(\varrho>1\) there are measures with"
    r" \(-\frac{dL}{dt}\,\varrho/\delta^2\to1\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="two neurons, rho = 10, eps = 0.3 to 0.001",
    implements=f"{_HERE}.families.slow_measure",
)
EFFECTIVE = Claim(
    id="rate-effective-ratio",
    **_PLACE,
    statement=r"\(\frac{dL}{dt}\le-\delta^2/\varrho_{\rm eff}\) with \(\varrho_{\rm eff}\) the"
    r" least second moment that represents the teacher, and"
    r" \(\varrho_{\rm eff}\le\varrho\int|a|^2d\mu^\circ\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="the measures of rate-descent, ridge 1e-8: both inequalities",
    implements=f"{_HERE}.effective.effective_ratio",
    figure="fig-rate-slack",
)
SPEED = Claim(
    id="rate-accelerated-speed",
    **_PLACE,
    statement=r"If \(L<r_0/2\) and the outer weights are normalised,"
    r" \(-\frac{dL}{dt}\ge4L^2(r_0-2L)/(\varrho\|\sigma\|_\infty^2)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="the measures of rate-descent with L below r_0/2, and five of rate-second-power",
    implements=f"{_HERE}.decay.accelerated_decay_bound",
    figure="fig-rate-slack",
)
ACCELERATED = Claim(
    id="rate-accelerated-phase",
    **_PLACE,
    statement=r"Once \(L(\mu_t)\le\frac{r^\circ}2-\epsilon\),"
    r" \(L(\mu_{t+T})\le O(\varrho k^2/T)\); with constants,"
    r" \(\varrho\|\sigma\|_\infty^4/(16\epsilon^2T)\), and sharper"
    r" \(\varrho\|\sigma\|_\infty^2/(8\epsilon T)\).",
    source=f"{_SLIDES}, theorem (2) on the decay of the objective; constants derived here",
    provenance=Provenance.QUOTED,
    regime="flows of the outer weights on six dictionaries, k = 2, 3, T = 1 to 1000",
    implements=f"{_HERE}.decay.loss_bound",
    figure="fig-rate-phase",
)
POWER = Claim(
    id="rate-second-power",
    **_PLACE,
    statement=r"The power of \(L\) is right: there are measures with \(L\to0\) and"
    r" \(-\frac{dL}{dt}\sim16L^2\), \(4\varrho\) times the bound.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 1, rho = 2, 4 to 1024 idle neurons, nearly sign-like",
    implements=f"{_HERE}.families.diffuse_measure",
)
TAIL = Claim(
    id="rate-tail",
    **_PLACE,
    statement=r"In eight random problems the exact flow falls faster than \(1/t\) on the window"
    r" \(200\le t\le1600\).",
    source="observed here",
    provenance=Provenance.DERIVED,
    regime="eight seeds, k = 3, d = 8, N = 80, slope of log L on log t; control: starts in the"
    " mirror",
    implements=f"{_HERE}.tail.tail_flow",
    figure="fig-rate-tail",
)
CURVATURE = Claim(
    id="rate-curvature",
    **_PLACE,
    statement=r"At a saddle that misses \(m\) features"
    r" \(\lambda_{\min}(H)\le-4mL^2/(\varrho\|\sigma\|_\infty^2)\).",
    source=f"{_SLIDES}, theorem (3), with the curvature of the chapter on strict saddles",
    provenance=Provenance.DERIVED,
    regime="five saddles, k = 1 to 4, rho = 2 to 1000",
    implements=f"{_HERE}.surveys.ratio_survey",
    figure="fig-rate-curvature",
)
SEEDING = Claim(
    id="rate-seeding",
    **_PLACE,
    statement=r"Birth with outer weight zero is free:"
    r" \(L((1-\epsilon)\mu+\epsilon\,\delta_0\otimes\pi)=L(\mu)\), and \(\delta\) becomes"
    r" \(\delta/(1-\epsilon)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="a random measure and a stuck start, shares 0.01 to 0.5",
    implements=f"{_HERE}.birth_death.seeded",
    expected=Verdict.EXACT,
)
RESTART = Claim(
    id="rate-restart",
    **_PLACE,
    statement=r"A measure at rest with \(\delta>0\), seeded with the teacher's inner weights at"
    r" share \(\epsilon\), moves at once: \(-\frac{dL}{dt}\ge\epsilon\,\delta^2/"
    r"((1-\epsilon)^2\|d\mu^\circ_w/d\pi\|_\infty)\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="one neuron at rest, k = 1, shares 0.001 to 0.5; control: seeded where it stands",
    implements=f"{_HERE}.birth_death.seeded",
)
BIRTH_DEATH = Claim(
    id="rate-birth-death",
    **_PLACE,
    statement=r"A birth-death process frees the flow that is caught in a mirror.",
    source="observed here; the device is named on the slides",
    provenance=Provenance.DERIVED,
    regime="three rules, eight seeds, N = 40, 5 % every 10 units of time: L < 0.1 r_0/2 at time"
    " 200; control: none",
    implements=f"{_HERE}.birth_death.renewed_flow",
    figure="fig-rate-stuck",
)
RULES = Claim(
    id="rate-death-rules",
    **_PLACE,
    statement=r"Death of the largest \(\frac{\delta L}{\delta\mu}\) ends with less than half of the"
    r" loss that death at random ends with.",
    source="observed here",
    provenance=Provenance.DERIVED,
    regime="eight seeds from the same starts, loss at time 200; control: death of the smallest |a|",
    implements=f"{_HERE}.birth_death.largest_variation",
    figure="fig-rate-stuck",
)
OVERLAP = Claim(
    id="rate-iid-overlap",
    **_PLACE,
    statement=r"Independent noise on \(N\) neurons meets the escaping direction with"
    r" \(\mathbb E\,c^2\propto1/N\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, replicated to N = 12, 48, 192, 50 draws for each of 16 seeds;"
    " control: a smooth Gaussian field",
    implements=f"{_HERE}.perturbation.mean_square_overlap",
    figure="fig-rate-noise",
)
SMOOTH = Claim(
    id="rate-smooth-overlap",
    **_PLACE,
    statement=r"For a Gaussian field with a fixed kernel \(\mathbb E\,c^2\) belongs to the measure:"
    r" it does not depend on \(N\).",
    source=f"{_OWN}; Gaussian-process perturbation: {_SLIDES}",
    provenance=Provenance.DERIVED,
    regime="closed form, saddle k = 2, m = 1, replicated to N = 12, 48, 192, 768, to 1e-9",
    implements=f"{_HERE}.perturbation.mean_square_overlap",
    expected=Verdict.EXACT,
    figure="fig-rate-noise",
)
DELAY = Claim(
    id="rate-iid-delay",
    **_PLACE,
    statement=r"Independent noise of a fixed size escapes later by"
    r" \(\frac1{2|\lambda_{\min}|}\log n\) when every neuron is cut into \(n\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="saddle k = 2, m = 1, 12 and 108 neurons, size 1e-5, eight coupled pairs; control: a"
    " smooth Gaussian field",
    implements=f"{_HERE}.perturbation.escape_delays",
    figure="fig-rate-noise",
)

CLAIMS = (
    DESCENT,
    SLOW,
    EFFECTIVE,
    SPEED,
    ACCELERATED,
    POWER,
    TAIL,
    CURVATURE,
    SEEDING,
    RESTART,
    BIRTH_DEATH,
    RULES,
    OVERLAP,
    SMOOTH,
    DELAY,
)

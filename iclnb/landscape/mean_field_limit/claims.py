r"""The claims of the chapter *mean-field-limit*, in the order of the page.

The slides are at hand, of the paper only its abstract page; its lemmas are second-hand. Of
Proposition 2.1 the text at hand breaks off before the condition.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "landscape", "chapter": "mean-field-limit"}
_HERE = "iclnb.landscape.mean_field_limit"
_SLIDES = "slides of Suzuki"
_PAPER = "Kim & Suzuki, arXiv 2402.01258"
_OWN = f"derived here, for the setting of {_PAPER}"

KERNELS = Claim(
    id="mfl-kernels",
    **_PLACE,
    statement=r"For \(x\sim N(0,I)\) the covariance of two erf, probit, Gaussian or sine neurons is"
    r" a closed form in their weights.",
    source="C. Williams, Computing with infinite networks (1997), for erf; the others derived here",
    provenance=Provenance.DERIVED,
    regime="d = 2, 5 by 5 random neurons of each kind against Gauss-Hermite quadrature, 120 points"
    " an axis",
    implements=f"{_HERE}.features.FeatureModel",
    expected=Verdict.EXACT,
)
REACH = Claim(
    id="mfl-reach",
    **_PLACE,
    statement=r"Every trigonometric polynomial \(\sum_jc_j\sin(\omega_j\cdot x+b_j)\) is \(h_\mu\)"
    r" of a measure with \(|a|=\sum_j|c_j|\) throughout.",
    source="the mechanism behind Proposition 2.1, whose condition is cut off in the text at hand",
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 3, 30 random frequencies, 200 random inputs",
    implements=f"{_HERE}.reach.trigonometric_measure",
    expected=Verdict.EXACT,
)
TWO_TIMESCALE = Claim(
    id="mfl-two-timescale",
    **_PLACE,
    statement=r"\(\min_\Gamma L(\mu,\Gamma)=\frac12\mathrm{tr}(S_0-C\Sigma^{-1}C^\top)\), attained"
    r" at \(\Gamma=\Sigma^{-1}\).",
    source=f"{_PAPER}, eq. (3), with the factor 1/2; the slides print it without",
    provenance=Provenance.SECOND_HAND,
    regime="k = 2, N = 30, d = 2: against least squares on quadrature nodes",
    implements=f"{_HERE}.statistics.statistics",
    expected=Verdict.EXACT,
)
INNER = Claim(
    id="mfl-inner-linear",
    **_PLACE,
    statement=r"For every start \(\dot\Gamma=-\nabla_\Gamma L(\mu,\Gamma)\) converges linearly to a"
    r" minimiser; here with the rate \(2\lambda^+_{\min}(C^\top C)\lambda_{\min}(\Sigma)\) for the"
    r" loss.",
    source=f"{_PAPER}, Lemma 3.1 (convergence); the rate derived here",
    provenance=Provenance.SECOND_HAND,
    regime="k = 3, d = 6, N = 40, 200 random starts, seven times up to three time constants",
    implements=f"{_HERE}.attention.inner_flow",
    figure="fig-mfl-inner",
)
INNER_SHARP = Claim(
    id="mfl-inner-rate",
    **_PLACE,
    statement=r"The rate \(2\lambda^+_{\min}(C^\top C)\lambda_{\min}(\Sigma)\) is attained: from"
    r" one start the gap is exactly that exponential.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, relative 1e-8",
    implements=f"{_HERE}.attention.inner_rate",
    expected=Verdict.EXACT,
    figure="fig-mfl-inner",
)
FAST = Claim(
    id="mfl-fast-attention",
    **_PLACE,
    statement=r"With attention sped up by \(c\to\infty\), the loss of the joint flow tends to that"
    r" of the gradient flow of \(L(\mu)\).",
    source=f"{_SLIDES}: the attention is optimised first",
    provenance=Provenance.QUOTED,
    regime="k = 2, d = 6, N = 40, at t = 2, c = 1e2 to 1e6, both flows from the best attention; no"
    " exponent is fitted",
    implements=f"{_HERE}.flow.integrate_joint",
)
INVARIANCE = Claim(
    id="mfl-gl-invariance",
    **_PLACE,
    statement=r"\(L(R\sharp\mu)=L(\mu)\) for every invertible \(R\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, 50 random matrices of singular values 2, 1, 1/2",
    implements=f"{_HERE}.statistics.loss",
    expected=Verdict.EXACT,
)
MINIMISERS = Claim(
    id="mfl-minimisers",
    **_PLACE,
    statement=r"\(h_\mu=Rf^\circ\) with \(R\) invertible gives \(L(\mu)=0\); a matrix \(R\) of"
    r" rank \(k-m\) gives \(mr_0/2\).",
    source=f"{_SLIDES}: minimiser iff the features are an invertible image of the true ones",
    provenance=Provenance.QUOTED,
    regime="k = 3: 50 random matrices of rank 3, 50 of rank 2; only the direction from R to the"
    " loss",
    implements=f"{_HERE}.statistics.loss",
    expected=Verdict.EXACT,
)
CONSERVATION = Claim(
    id="mfl-conservation",
    **_PLACE,
    statement=r"\(\int aa^\top d\mu_t\) is constant along the gradient flow.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 3, d = 6, N = 40, t = 60, tolerance 1e-10 of the integrator",
    implements=f"{_HERE}.flow.integrate",
    expected=Verdict.EXACT,
    figure="fig-mfl-flow",
)
PROMPT = Claim(
    id="mfl-prompt-loss",
    **_PLACE,
    statement=r"With \(n\) pairs in the prompt the loss is \(L(\mu,\Gamma)+\frac{\tau^2}2\) plus an"
    r" explicit term of order \(1/n\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = d = 2, n = 5, tau = 0.2, 16 seeds of 4000 simulated prompts",
    implements=f"{_HERE}.finite_prompt.finite_prompt_loss",
    figure="fig-mfl-prompt",
)
PROMPT_ORDER = Claim(
    id="mfl-prompt-order",
    **_PLACE,
    statement=r"At a fixed measure \(n[L^n(\mu)-L(\mu)]\to\frac12[\mathrm{tr}(M\Sigma^{-1})"
    r"-\mathrm{tr}(C\Sigma^{-1}C^\top)]\): the order is \(1/n\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = d = 2, attention optimal for each n, n = 4 to 4^8",
    implements=f"{_HERE}.simulated.prompt_constant",
    figure="fig-mfl-prompt",
)
PROMPT_BOUND = Claim(
    id="mfl-prompt-bound",
    **_PLACE,
    statement=r"\(|L^n-L|\lesssim\sqrt{\log k/n}\).",
    source=f"{_PAPER}, appendix C.4",
    provenance=Provenance.SECOND_HAND,
    regime="k = d = 2, n = 4 to 4^8, constant 1: true and loose, the order is 1/n",
    implements=f"{_HERE}.finite_prompt.optimal_finite_prompt",
    figure="fig-mfl-prompt",
)
START_BIAS = Claim(
    id="mfl-initial-bias",
    **_PLACE,
    statement=r"For \(N\) independent atoms \(N(\mathbb E[L(\mu_N)]-L(\mu))\to"
    r"\frac12\int\frac{\delta^2L}{\delta\mu^2}(\theta,\theta)\,d\mu\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, N = 200, 16 seeds of 40 draws; allowance 20/N for the next order",
    implements=f"{_HERE}.chaos.sampling_bias",
)
BIAS = Claim(
    id="mfl-chaos-bias",
    **_PLACE,
    statement=r"Along the flow the bias \(\mathbb E[L_N(t)]-L(t)\) is of order \(1/N\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, N = 32 to 256, 12 groups of 4 split runs, no reference run",
    implements=f"{_HERE}.particle_scan.scan_bias",
    figure="fig-mfl-chaos",
)
SPREAD = Claim(
    id="mfl-chaos-spread",
    **_PLACE,
    statement=r"A single run of \(N\) particles is off by \(N^{-1/2}\).",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="k = 2, d = 6, t = 2, N = 32 to 256, 24 groups of 6 runs",
    implements=f"{_HERE}.particle_scan.scan_spread",
    figure="fig-mfl-chaos",
)
LANGEVIN = Claim(
    id="mfl-langevin-bound",
    **_PLACE,
    statement=r"Mean-field Langevin dynamics:"
    r" \(\mathcal L(\mu_t)-\mathcal L^*\le e^{-\lambda\alpha t}(\mathcal L(\mu_0)-\mathcal L^*)\).",
    source=f"{_SLIDES}, after Nitanda, Wu & Suzuki (2022) and Chizat (2022)",
    provenance=Provenance.QUOTED,
    regime="one dimension, Gaussian laws: 200 random models and starts, 20 times each; true, with"
    " slack, since the exponent lacks a factor 2",
    implements=f"{_HERE}.langevin.GaussianLangevin",
    figure="fig-mfl-langevin",
)
LANGEVIN_SHARP = Claim(
    id="mfl-langevin-rate",
    **_PLACE,
    statement=r"The exponent is \(2\alpha\lambda\), and it is attained: without interaction, from a"
    r" shifted equilibrium, the gap is exactly \(e^{-2\alpha\lambda t}\) times the first.",
    source="Nitanda, Wu & Suzuki (2022) for the bound; that it is attained, derived here",
    provenance=Provenance.SECOND_HAND,
    regime="one dimension, c = 0, variance at equilibrium, relative 1e-10",
    implements=f"{_HERE}.langevin.GaussianLangevin",
    expected=Verdict.EXACT,
    figure="fig-mfl-langevin",
)

CLAIMS = (
    KERNELS,
    REACH,
    TWO_TIMESCALE,
    INNER,
    INNER_SHARP,
    FAST,
    INVARIANCE,
    MINIMISERS,
    CONSERVATION,
    PROMPT,
    PROMPT_ORDER,
    PROMPT_BOUND,
    START_BIAS,
    BIAS,
    SPREAD,
    LANGEVIN,
    LANGEVIN_SHARP,
)

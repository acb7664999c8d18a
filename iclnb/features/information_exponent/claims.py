r"""The claims of the chapter *information exponent*, in the order of the page.

Orders of magnitude that are classical (Ben Arous, Gheissari and Jagannath; Oko, Song, Suzuki and
Wu; Abbe, Boix-Adsera and Misiakiewicz) are second-hand; constants, corrections and the in-context
flow are derived here.
"""

from iclnb.evidence import Claim, Provenance, Verdict

_PLACE = {"part": "features", "chapter": "information-exponent"}
_HERE = "iclnb.features.information_exponent"
_OWN = "derived from the Hermite series of the population gradient"

SUPERVISED = Claim(
    id="ie-supervised-signal",
    **_PLACE,
    statement=r"The one-step signal of one task is \(\sim|c_Qa_Q|\frac{\sqrt{(2Q-3)!!}}{(Q-1)!}"
    r"\,d^{-(Q-1)/2}\).",
    source=f"{_OWN}; the power is classical",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, bias 0.7, d = 64 to 262144: worst ratio to the leading term",
    implements=f"{_HERE}.signals.supervised_signal",
    figure="fig-ie-signal",
)
CONTEXT = Claim(
    id="ie-context-signal",
    **_PLACE,
    statement=r"The one-step signal in context is of order \(d^{-(Q-1/2)}\), with a constant in"
    r" closed form that depends on \(r\), \(\mathbb{E}[c_Q^2]\) and \(a_Q^2\).",
    source=f"{_OWN}; the leading term agrees with Lemma 21 of Oko et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, r = 2, bias 0.7, d = 64 to 262144: worst ratio to the leading"
    " term",
    implements=f"{_HERE}.signals.in_context_signal",
    figure="fig-ie-signal",
)
CORRECTION = Claim(
    id="ie-local-slope",
    **_PLACE,
    statement=r"At finite \(d\) the local slope of either signal is \(p+\kappa/d+O(d^{-2})\), with"
    r" \(\kappa\) in closed form.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, supervised and in context (r = 2), d = 64 to 65536: worst deviation of"
    " d (1 - signal/leading term) from kappa, relative",
    implements=f"{_HERE}.large_dimension.in_context_asymptote",
    figure="fig-ie-signal",
)
SAMPLED_SUPERVISED = Claim(
    id="ie-sampled-supervised",
    **_PLACE,
    statement=r"A gradient on samples of one task has the signal of the closed form.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Q = 2, d = 16, bias 0.7, 2 x 65536 samples, 256 neurons, 16 seeds: power over its"
    " prediction",
    implements=f"{_HERE}.signals.sampled_supervised_power",
    figure="fig-ie-sampled",
)
SAMPLED_CONTEXT = Claim(
    id="ie-sampled-context",
    **_PLACE,
    statement=r"A stage-I gradient on sampled prompts has the signal of the closed form.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Q = 2, d = 4, r = 2, no bias, 2 x 8192 tasks of 16 examples, 64 neurons, 24 seeds:"
    " power over its prediction",
    implements=f"{_HERE}.signals.sampled_in_context_power",
    figure="fig-ie-sampled",
)
BLIND = Claim(
    id="ie-blind-degrees",
    **_PLACE,
    statement=r"Without bias a ReLU sees degree one and the even degrees: both signals of"
    r" \(\mathrm{He}_3\) and \(\mathrm{He}_5\) vanish identically.",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="He_3 and He_5, d = 8, 32, 128, supervised and in context (r = 2)",
    implements=f"{_HERE}.signals.seen_degrees",
    expected=Verdict.EXACT,
    figure="fig-ie-seen",
)
STEP_COST = Claim(
    id="ie-step-cost",
    **_PLACE,
    statement=r"One step on one task needs \(n\sim\frac{\Phi(b)\mathbb{E}[y^2]}{C^2}d^Q\) examples"
    r" for alignment one half.",
    source="the signal against the noise of the gradient of n examples",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, bias 0.7, d = 64 to 262144: worst deviation from the leading"
    " term",
    implements=f"{_HERE}.one_step_cost.examples_for_direction",
    figure="fig-ie-cost",
)
PRETRAINING_COST = Claim(
    id="ie-pretraining-cost",
    **_PLACE,
    statement=r"One step of pretraining needs \(T_1n\sim\frac{\mathbb{E}[\phi^2]\Phi(b)"
    r"\mathbb{E}[y^2]^2}{2C^2}d^{2Q}\) for alignment one half, however it is split, as long as"
    r" \(n\ll d^Q\).",
    source="the exact second moments of the stage-I gradient",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, r = 2, n = 2 and 16, bias 0.7, d = 256 to 262144:"
    " worst deviation from the leading term",
    implements=f"{_HERE}.one_step_cost.leading_pretraining",
    figure="fig-ie-cost",
)
FLOW = Claim(
    id="ie-flow-time",
    **_PLACE,
    statement=r"For \(Q\ge3\) the flow on the sphere from \(s_0=d^{-1/2}\) takes a time"
    r" \(\sim d^{(Q-2)/2}/(Q(Q-2))\).",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 3, 4, 5, to overlap 0.9, d = 1e2 to 1e8: worst deviation from the law",
    implements=f"{_HERE}.flows.pure_flow_time",
    figure="fig-ie-flow",
)
FLOW_EASY = Claim(
    id="ie-flow-easy",
    **_PLACE,
    statement=r"For \(Q=1\) the time of the flow is bounded in \(d\), for \(Q=2\) it is"
    r" \(\frac14\log d\) plus a bounded time.",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="to overlap 0.9, d = 1e2 to 1e8: growth of the time per unit of log d, worst deviation"
    " from 0 and 1/4",
    implements=f"{_HERE}.flows.pure_flow_time",
    figure="fig-ie-flow",
)
CONTEXT_FLOW = Claim(
    id="ie-context-flow",
    **_PLACE,
    statement=r"In context the exponent doubles: for \(Q\ge2\), from \(\rho_0=\sqrt{r/d}\), the"
    r" time is \(\sim(d/r)^{Q-1}/(4Q(Q-1)\mu_{2Q})\).",
    source="the flow on the sphere with the exponent 2Q",
    provenance=Provenance.DERIVED,
    regime="Q = 2, 3, 4, r = 2, to 0.9, d = 1e2 to 1e8: worst deviation from the law",
    implements=f"{_HERE}.flows.in_context_flow_time",
    figure="fig-ie-flow",
)
ONLINE = Claim(
    id="ie-online-steps",
    **_PLACE,
    statement=r"Online gradient ascent, one fresh example a step, finds a direction of exponent"
    r" \(Q\ge3\) in \(d^{Q-1}\) steps, up to logarithms.",
    source="Ben Arous, Gheissari & Jagannath, JMLR 2021, as recalled by others",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 3, step size 0.1 d^(-3/2), median over 128 runs, window d = 24 to 96, 8 seeds",
    implements=f"{_HERE}.online.online_hitting_steps",
    figure="fig-ie-online",
)
STAIRCASE = Claim(
    id="ie-staircase",
    **_PLACE,
    statement=r"On \(x_1+x_1x_2+x_1x_2x_3\) the first two coordinates of a neuron with"
    r" \(a_i=1\) reach 0.3 in times that are bounded in \(d\).",
    source="flow derived here, after the staircase property of Abbe et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="d = 1e2 to 1e8: worst deviation of the two times from those of the equator itself",
    implements=f"{_HERE}.staircase.staircase_flow",
    figure="fig-ie-staircase",
)
PRODUCT = Claim(
    id="ie-product",
    **_PLACE,
    statement=r"On \(x_1x_2x_3\) alone a neuron with \(a_3=1\) takes a time \(\sim\sqrt d\).",
    source="flow derived here, after the leap of Abbe et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="d = 1e2 to 1e8, time to 0.3 over the square root of d",
    implements=f"{_HERE}.staircase.staircase_flow",
    figure="fig-ie-staircase",
)
SIGNS = Claim(
    id="ie-product-signs",
    **_PLACE,
    statement=r"From \(|w_i|=d^{-1/2}\), all equal, a neuron finds \(x_1x_2x_3\) exactly if"
    r" \(a_3w_1w_2w_3>0\): a ReLU with bias 0.7, which has \(a_3<0\), from four of the eight"
    r" patterns of signs.",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="d = 64, all eight patterns of signs, time up to 80",
    implements=f"{_HERE}.staircase.staircase_flow",
    expected=Verdict.EXACT,
)
GENERIC = Claim(
    id="ie-product-generic",
    **_PLACE,
    statement=r"From random starts, whose \(|w_i|\) differ, a neuron with \(a_3\ne0\) finds"
    r" \(x_1x_2x_3\) from every pattern of signs: one coordinate crosses zero first.",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="d = 64, ReLU with bias 0.7, 60 uniform starts, time 2000: correlation over its maximum",
    implements=f"{_HERE}.staircase.staircase_flow",
    figure="fig-ie-crossing",
)

CLAIMS = (
    SUPERVISED,
    CONTEXT,
    CORRECTION,
    SAMPLED_SUPERVISED,
    SAMPLED_CONTEXT,
    BLIND,
    STEP_COST,
    PRETRAINING_COST,
    FLOW,
    FLOW_EASY,
    CONTEXT_FLOW,
    ONLINE,
    STAIRCASE,
    PRODUCT,
    SIGNS,
    GENERIC,
)

r"""The claims of the chapter *information exponent*, in the order of the page.

Orders of magnitude that are classical (Ben Arous, Gheissari and Jagannath; Oko, Song, Suzuki and
Wu; Abbe, Boix-Adsera and Misiakiewicz) are second-hand; constants, corrections and the in-context
flow are derived here.
"""

from iclnb.evidence import Provenance, Verdict, chapter_claims

claim = chapter_claims(__name__)

_OWN = "derived from the Hermite series of the population gradient"

SUPERVISED = claim(
    id="ie-supervised-signal",
    source=f"{_OWN}; the power is classical",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, bias 0.7, d = 64 to 262144: worst ratio to the leading term",
    implements=".signals.supervised_signal",
    figure="fig-ie-signal",
)
CONTEXT = claim(
    id="ie-context-signal",
    source=f"{_OWN}; the leading term agrees with Lemma 21 of Oko et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, r = 2, bias 0.7, d = 64 to 262144: worst ratio to the leading"
    " term",
    implements=".signals.in_context_signal",
    figure="fig-ie-signal",
)
CORRECTION = claim(
    id="ie-local-slope",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, supervised and in context (r = 2), d = 64 to 65536: worst deviation of"
    " d (1 - signal/leading term) from kappa, relative",
    implements=".large_dimension.in_context_asymptote",
    figure="fig-ie-signal",
)
BLIND = claim(
    id="ie-blind-degrees",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="odd degrees 3 to 99; and the signals of He_3 and He_5, d = 8, 32, 128, r = 2",
    implements=".signals.seen_degrees",
    expected=Verdict.PROVED,
    figure="fig-ie-seen",
)
STEP_COST = claim(
    id="ie-step-cost",
    source="the signal against the noise of the gradient of n examples",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, bias 0.7, d = 64 to 262144: worst deviation from the leading"
    " term",
    implements=".one_step_cost.examples_for_direction",
    figure="fig-ie-cost",
)
PRETRAINING_COST = claim(
    id="ie-pretraining-cost",
    source="the exact second moments of the stage-I gradient",
    provenance=Provenance.DERIVED,
    regime="pure links, Q = 1 to 4, r = 2, n = 2 and 16, bias 0.7, d = 256 to 262144:"
    " worst deviation from the leading term",
    implements=".one_step_cost.leading_pretraining",
    figure="fig-ie-cost",
)
FLOW = claim(
    id="ie-flow-time",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 3, 4, 5, to overlap 0.9, d = 100 to 100 million: worst deviation from the law",
    implements=".flows.pure_flow_time",
    figure="fig-ie-flow",
)
FLOW_EASY = claim(
    id="ie-flow-easy",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="to overlap 0.9, d = 100 to 100 million: growth of the time per unit of log d, worst"
    " deviation from 0 and 1/4",
    implements=".flows.pure_flow_time",
    figure="fig-ie-flow",
)
CONTEXT_FLOW = claim(
    id="ie-context-flow",
    source="the flow on the sphere with the exponent 2Q",
    provenance=Provenance.DERIVED,
    regime="Q = 2, 3, 4, r = 2, to 0.9, d = 100 to 100 million: worst deviation from the law",
    implements=".flows.in_context_flow_time",
    figure="fig-ie-flow",
)
ONLINE = claim(
    id="ie-online-steps",
    source="Ben Arous, Gheissari & Jagannath, JMLR 2021, as recalled by others",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 3, step size 0.1 d^(-3/2), median over 128 runs, window d = 24 to 96, 8 seeds",
    implements=".online.online_hitting_steps",
    expected=Verdict.NOT_CONTRADICTED,
)
STAIRCASE = claim(
    id="ie-staircase",
    source="flow derived here, after the staircase property of Abbe et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="d = 100 to 100 million: worst deviation of the two times from those of the"
    " equator itself",
    implements=".staircase.staircase_flow",
    figure="fig-ie-staircase",
)
PRODUCT = claim(
    id="ie-product",
    source="flow derived here, after the leap of Abbe et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="d = 100 to 100 million, time to 0.3 over the square root of d",
    implements=".staircase.staircase_flow",
    figure="fig-ie-staircase",
)
SIGNS = claim(
    id="ie-product-signs",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="d = 64, all eight patterns of signs, time up to 80",
    implements=".staircase.staircase_flow",
    expected=Verdict.EXACT,
)
GENERIC = claim(
    id="ie-product-generic",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="d = 64, ReLU with bias 0.7, 60 uniform starts, time 2000: correlation over its maximum",
    implements=".staircase.staircase_flow",
)

CLAIMS = claim.all

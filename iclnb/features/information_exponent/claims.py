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
    regime="Q = 1 to 4, links of degrees Q to Q + 2, every neuron: the series in 1/d",
    implements=".signals.supervised_signal",
    expected=Verdict.PROVED,
    figure="fig-ie-signal",
)
CONTEXT = claim(
    id="ie-context-signal",
    source=f"{_OWN}; the leading term agrees with Lemma 21 of Oko et al. (second-hand)",
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, links of degrees Q to Q + 2, every neuron and r: the series in 1/d",
    implements=".signals.in_context_signal",
    expected=Verdict.PROVED,
    figure="fig-ie-signal",
)
CORRECTION = claim(
    id="ie-local-slope",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, pure links, every neuron and r: the second term of the series in 1/d",
    implements=".large_dimension.in_context_asymptote",
    expected=Verdict.PROVED,
    figure="fig-ie-signal",
)
BLIND = claim(
    id="ie-blind-degrees",
    source=_OWN,
    provenance=Provenance.DERIVED,
    regime="odd degrees 3 to 99; and the signals of He_3 and He_5, d = 8, 32, 128, r = 2",
    implements=".signals.seen_degrees",
    expected=Verdict.PROVED,
)
STEP_COST = claim(
    id="ie-step-cost",
    source="the signal against the noise of the gradient of n examples",
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, pure links, every neuron: the ratio of means, at 1/d = 0",
    implements=".one_step_cost.examples_for_direction",
    expected=Verdict.PROVED,
    figure="fig-ie-cost",
)
PRETRAINING_COST = claim(
    id="ie-pretraining-cost",
    source="the exact second moments of the stage-I gradient",
    provenance=Provenance.DERIVED,
    regime="Q = 1 to 4, pure links, every neuron, r and n: the ratio of means, at 1/d = 0",
    implements=".one_step_cost.leading_pretraining",
    expected=Verdict.PROVED,
    figure="fig-ie-cost",
)
FLOW = claim(
    id="ie-flow-time",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 3 to 8, to overlap 0.9, every d from 100 on",
    implements=".flows.pure_flow_time",
    expected=Verdict.PROVED,
    figure="fig-ie-flow",
)
FLOW_EASY = claim(
    id="ie-flow-easy",
    source="order: Ben Arous, Gheissari & Jagannath, as recalled by others; constant derived here",
    provenance=Provenance.SECOND_HAND,
    regime="Q = 1 and 2, to overlap 0.9, every d",
    implements=".flows.pure_flow_time",
    expected=Verdict.PROVED,
    figure="fig-ie-flow",
)
CONTEXT_FLOW = claim(
    id="ie-context-flow",
    source="the flow on the sphere with the exponent 2Q",
    provenance=Provenance.DERIVED,
    regime="Q = 2, 3, 4, to 0.9, every r and every d from 100 r on",
    implements=".flows.in_context_flow_time",
    expected=Verdict.PROVED,
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
_DAMIAN = "Damian, Pillaud-Vivien, Lee & Bruna (2024), from memory"

GENERATIVE = claim(
    id="ie-generative",
    source=f"definition: {_DAMIAN}; moments derived here",
    provenance=Provenance.SECOND_HAND,
    paper="damian2024gaps",
    regime="Hermite polynomials of degrees 3 to 12, in whole numbers",
    implements=".generative.power_table",
    expected=Verdict.PROVED,
)
GENERATIVE_FOUR = claim(
    id="ie-generative-four",
    source=f"the example: {_DAMIAN}; derived here",
    provenance=Provenance.DERIVED,
    regime="every power of the label, hence every function of it",
    implements=".generative.bump_table",
    expected=Verdict.PROVED,
)
TAIL_STEP = claim(
    id="ie-tail-step",
    source="the law of one step for a label that is transformed",
    provenance=Provenance.DERIVED,
    regime="He_3 above 2 at d = 512, bias 0.7, 8 seeds of 256 neurons",
    implements=".generative.tail_series",
    figure="fig-ie-tail",
)
TAIL_POWER = claim(
    id="ie-tail-power",
    source="measured here; the bound d^(Q/2) of correlational methods: the slides",
    provenance=Provenance.MEASURED,
    regime="He_3 above 2, bias 0.7, window d = 256 to 2048, 8 seeds of 256 neurons",
    implements=".generative.moments_from_steps",
    figure="fig-ie-tail",
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
    regime="time to 0.3 from equal coordinates, every d from 100 on",
    implements=".staircase.staircase_flow",
    expected=Verdict.PROVED,
    figure="fig-ie-staircase",
)
SIGNS = claim(
    id="ie-product-signs",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="all eight patterns of signs, every equal magnitude",
    implements=".staircase.staircase_flow",
    expected=Verdict.PROVED,
)
GENERIC = claim(
    id="ie-product-generic",
    source="the flow of one neuron on a product",
    provenance=Provenance.DERIVED,
    regime="d = 64, ReLU with bias 0.7, 60 uniform starts, time 2000: correlation over its maximum",
    implements=".staircase.staircase_flow",
)

CLAIMS = claim.all

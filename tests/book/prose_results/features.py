"""Results that the prose of the chapters on features quotes."""

from math import comb

import numpy as np
from scipy.integrate import quad

from iclnb.features import learning_in_context as lic
from iclnb.features import low_dimensional_gpt2 as gpt2
from iclnb.features.low_dimensional_gpt2 import paper
from tests.book.prose import quoted

EXPONENT = "features/information-exponent"
CONTEXT = "features/learning-in-context"
GPT2 = "features/low-dimensional-gpt2"


@quoted(EXPONENT, "$1\\le\\frac1{1-s^2}\\le1+\\frac{s^2}{#}$")
@quoted(EXPONENT, "the rest is at most $\\frac1{#}\\int")
@quoted(EXPONENT, "\\frac12\\log\\frac{0.9}{\\sqrt{#}}$")
def share_left_at_the_end():
    return 1 - 0.9**2


@quoted(EXPONENT, "where $t=\\sqrt d-#$; as $d\\to\\infty$ it is $\\sqrt d-#$")
def time_without_stairs():
    return [
        1 / 0.3 - 3 * quad(lambda w: 1 / (1 - 3 * w * w), start, 0.3)[0] for start in (0.1, 0.0)
    ]


@quoted(CONTEXT, "At $d=1000$ and $R=#$ about # examples")
def examples_for_a_kernel():
    d, R = 1000, 0.1
    return R, 1 + (d * (d + 1) / 2 - 1) * (1 - R / (1 - 1 / d))


@quoted(CONTEXT, "perfect features has $R_n^*=#$ at about #, if $r=2$")
def examples_for_attention():
    lengths = np.arange(10, 30)
    errors = [lic.least_error(2, int(n)) for n in lengths]
    return 0.1, np.interp(-0.1, -np.array(errors), lengths)


@quoted(GPT2, "skip* [What # parameters are]")
def whole_model():
    return gpt2.parameter_count(gpt2.published_decoder(16)).gpt2_model


@quoted(GPT2, "What # parameters are The paper is said to have # of them")
def whole_model_without_positions():
    count = gpt2.parameter_count(gpt2.published_decoder(16))
    return (count.gpt2_model - count.positions,) * 2


@quoted("errata", "*Counted*: # act on the prompt; the rest is the table of # words")
@quoted(GPT2, "At 12 layers of width 256 this is #. The difference is a table of # words")
def what_acts():
    return gpt2.parameter_count(gpt2.published_decoder(16)).total, gpt2.config.VOCABULARY


@quoted(GPT2, "has $#$ parameters in blocks and last norm, $#$ in the table of words")
def parts_of_the_whole():
    count = gpt2.parameter_count(gpt2.published_decoder(16))
    return count.blocks + count.last_norm, count.unused_vocabulary


@quoted(GPT2, "$#$ without positions, $#$ with 256")
def whole_model_by_positions():
    count = gpt2.parameter_count(gpt2.published_decoder(16))
    return count.gpt2_model - count.positions, count.gpt2_model


@quoted(GPT2, "its error is between # and # times the mean over the last 200 steps")
def luck_of_the_last_step():
    small = [paper.stored_course(d, r, width=64) for d, r in ((16, 2), (64, 2), (256, 2), (16, 3))]
    large = [paper.stored_course(16, r, width=128) for r in (2, 4)]
    over = np.concatenate([
        run.mean[:, -1] / run.last[:, run.steps > run.steps[-1] - 200].mean(axis=1)
        for run in small + large
    ])  # fmt: skip
    return over.min(), over.max()


@quoted(GPT2, "On all $d=16$ coordinates that is #, on $d=64$ it is #;")
def quadratic_polynomials():
    return comb(16 + 2, 2), comb(64 + 2, 2)

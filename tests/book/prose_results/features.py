"""Results that the prose of the chapters on features quotes."""

from functools import cache
from math import comb

import numpy as np
from scipy.integrate import quad

from iclnb import scale
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


@cache
def rank_powers():
    """Results by rank and width, each an array (8 seeds, 3): examples, norm, slope."""
    found = {}
    for p in scale.stored("rank-powers").results["points"]:
        found.setdefault((p["r"], p["neurons"]), []).append(list(p["result"].values()))
    return {pair: np.array(rows) for pair, rows in found.items()}


@quoted(CONTEXT, "fitted powers are # and #; over the same ranks the least risk has #.")
def powers_of_r():
    ranks = np.array([2, 3, 4, 6, 8, 12])
    means = [rank_powers()[r, 512 if r < 8 else 1024].mean(axis=0)[:2] for r in ranks]
    least = [lic.least_examples(int(r), 0.1) for r in ranks]
    table = np.log(np.column_stack([means, least]))
    return np.polyfit(np.log(ranks), table, 1)[0]


@quoted(CONTEXT, "the examples fall from # with 512 neurons to # with 1024, and the least is #.")
def what_width_leaves():
    wide = [rank_powers()[12, m][:, 0].mean() for m in (512, 1024)]
    return *wide, lic.least_examples(12, 0.1)


@quoted(CONTEXT, "lies between # and # in these layers, whose root mean square error is #.")
def what_the_norm_allows():
    bounds = [
        np.mean(rows[:, 1] / np.sqrt(2 * rows[:, 0]))
        for (r, m), rows in rank_powers().items()
        if m == (512 if r < 8 else 1024)
    ]
    return min(bounds), max(bounds), 0.1**0.5


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


@quoted(GPT2, "were still there after # of # steps")
def steps_on_the_card():
    runs = paper.stored_published()
    return runs.done, runs.schedule


@quoted(GPT2, "8, # | 0.003, 32")
def steps_in_the_table():
    return paper.stored_published().done


@quoted(GPT2, "On all $d=16$ coordinates that is #, on $d=64$ it is #;")
def quadratic_polynomials():
    return comb(16 + 2, 2), comb(64 + 2, 2)

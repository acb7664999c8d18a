"""Results that the prose of the chapters on dynamics quotes."""

import numpy as np

from iclnb.dynamics import stage_wise_training as st
from tests.book.prose import quoted

CHAPTER = "dynamics/stage-wise-training"


@quoted(CHAPTER, "from ten to a thousand features the slope of the time to one half comes out as #")
def slope_of_the_half_time():
    return np.log(st.half_time(1000) / st.half_time(10)) / np.log(100)


@quoted(CHAPTER, "is $O(K^{#}\\log K/\\eta)$ steps: the same power")
def power_of_the_first_line():
    times = [st.predict_corridor_time(K, 0.5, c=0.49) for K in (1e6, 1e8)]
    return np.log(times[1] / times[0]) / np.log(100)


@quoted(CHAPTER, "$\\log\\frac{1-p_1}{p_1}-\\frac12\\log2<#\\log K$: for $p_1=#$ at $K=e^{#}$")
def where_the_line_is_crossed():
    margin = np.log(0.7 / 0.3) - np.log(2) / 2
    return 0.5 - 0.49, 0.3, margin / (0.5 - 0.49)


@quoted("errata", "at $p_1=#$ for $K>e^{#}$")
def where_the_line_is_crossed_in_the_errata():
    _, p_1, logarithm = where_the_line_is_crossed()
    return p_1, logarithm

"""Results that the prose of the first chapters quotes."""

import numpy as np

from iclnb.foundations import attention_as_regression as aar
from tests.book.prose import quoted


@quoted("foundations/attention-as-regression", "By #. The mean of the slopes is right")
def slopes_without_noise():
    tasks = aar.LinearTasks(np.eye(1), np.eye(1), noise=0.0)
    best = aar.best_gamma(tasks, prompt_length=20)
    return aar.population_risk(tasks, best, prompt_length=20) ** 0.5

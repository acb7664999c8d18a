r"""In-context learning: a prompt is a data set, and the answer changes no weight.

The prompts of the slides, the one-layer model that answers them, and the smallest case of each
stage of its life: pretraining on many tasks, answering a new one, and fine-tuning on it instead.

* :mod:`.prompts`: the number prompt, and the word prompt in coordinates;
* :mod:`.regression`: linear attention, and the matrices of least squares and ridge regression;
* :mod:`.descent`: gradient descent in the forward pass;
* :mod:`.pretraining`: tasks, prompts, and the matrix learnt from them;
* :mod:`.fine_tuning`: the same examples used to change weights.
"""

from iclnb.foundations.in_context_learning.descent import (
    gradient_descent_forward,
    gradient_descent_gamma,
)
from iclnb.foundations.in_context_learning.fine_tuning import fine_tune
from iclnb.foundations.in_context_learning.pretraining import (
    answers,
    pretrained_gamma,
    sample_gaussian_prompts,
)
from iclnb.foundations.in_context_learning.prompts import (
    NumberPrompt,
    WordPrompt,
    number_prompt,
    sample_word_prompts,
    word_prompt,
)
from iclnb.foundations.in_context_learning.regression import (
    least_squares_gamma,
    linear_attention,
    ridge_gamma,
    ridge_prediction,
)

__all__ = [
    "NumberPrompt",
    "WordPrompt",
    "answers",
    "fine_tune",
    "gradient_descent_forward",
    "gradient_descent_gamma",
    "least_squares_gamma",
    "linear_attention",
    "number_prompt",
    "pretrained_gamma",
    "ridge_gamma",
    "ridge_prediction",
    "sample_gaussian_prompts",
    "sample_word_prompts",
    "word_prompt",
]

r"""The two prompts of the slides: numbers as they stand, words in coordinates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts


class NumberPrompt(NamedTuple):
    """Examples ``X`` (5, 2) with labels ``y`` (5,), and the ``query`` (2,)."""

    X: FloatArray
    y: FloatArray
    query: FloatArray


def number_prompt() -> NumberPrompt:
    """Return the prompt 1,1 -> 2; 2,3 -> 5; 8,13 -> 21; 6,0 -> 6; 10,1 -> 11; 5,27 -> ?

    Each label is the sum of its two numbers, so the sought answer is 32. Source: slides, page
    "In-context learning".
    """
    X = np.array([[1.0, 1.0], [2.0, 3.0], [8.0, 13.0], [6.0, 0.0], [10.0, 1.0]])
    y = np.array([2.0, 5.0, 21.0, 6.0, 11.0])
    return NumberPrompt(X, y, np.array([5.0, 27.0]))


PAIRS = (("left", "right"), ("dark", "light"), ("short", "long"), ("small", "big"), ("down", "up"))
"""Five scales of meaning; the first word of each is its pole -1, the second its pole +1."""


class WordPrompt(NamedTuple):
    """Words, ``examples`` and ``question``; in coordinates ``X``, ``y`` and ``query``."""

    examples: tuple[tuple[str, str], ...]
    question: str
    X: FloatArray
    y: FloatArray
    query: FloatArray


def word_prompt() -> WordPrompt:
    r"""Return the prompt left -> right; dark -> light; short -> long; small -> big; up -> ?

    In coordinates of our own choice a word is a pole :math:`\pm1` on one of five scales,
    :math:`x=\pm e_a` in R^5; the label is the pole of the answer, which lies on the scale of the
    question. A relation is a vector w of signs, :math:`y=w^\top x`: +1 leaves a word as it is, -1
    exchanges the poles. The sought answer is "down", -1. The prompt shows nothing on the scale of
    its question. Source of the words: slides, page "In-context learning"; the coordinates are ours.
    """
    X = -np.eye(5)[:4]
    query = np.eye(5)[4]
    return WordPrompt(PAIRS[:4], PAIRS[4][1], X, np.ones(4), query)


@guarded
def sample_word_prompts(
    n_tasks: int, rng: np.random.Generator, *, exceptions: float = 0.1
) -> Prompts:
    r"""Draw word prompts: four examples on four scales, the question on the fifth.

    A task is a relation, "same pole" or "opposite pole" with probability one half each; on each
    scale, independently, it is broken with probability q. So the coefficients have
    :math:`E[w_aw_b]=(1-2q)^2` for :math:`a\ne b`, and are independent at :math:`q=\frac12`. Scales
    are in random order, poles are random.

    Parameters
    ----------
    n_tasks : int
        Number of prompts T >= 1, a task each.
    rng : numpy.random.Generator
        The source of randomness.
    exceptions : float
        q in [0, 1/2].

    Returns
    -------
    Prompts
        With X of shape (T, 4, 5); the labels carry no noise.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    exceptions = check_number(exceptions, "exceptions", low=0.0)
    check_generator(rng, "rng")
    if exceptions > 0.5:
        raise ValueError(f"exceptions must be at most 1/2, not {exceptions}")
    scales = rng.permuted(np.tile(np.arange(5), (n_tasks, 1)), axis=1)
    poles = rng.choice([-1.0, 1.0], size=(n_tasks, 5))
    relation = rng.choice([-1.0, 1.0], size=(n_tasks, 1))
    tasks = relation * np.where(rng.random((n_tasks, 5)) < exceptions, -1.0, 1.0)
    words = poles[..., None] * np.eye(5)[scales]
    y = np.einsum("tid,td->ti", words, tasks)
    return Prompts(words[:, :4], y[:, :4], words[:, 4], y[:, 4], y[:, 4], tasks)

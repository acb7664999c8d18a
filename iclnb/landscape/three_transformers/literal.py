r"""Prompts as they are written: pairs, labels of a random task, one query.

Inputs are drawn from given nodes, so that the mean over prompts is known exactly: it is
:math:`L^n(\mu,\Gamma)`,
:func:`iclnb.landscape.mean_field_limit.prompts.finite_prompt.finite_prompt_loss`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer
from iclnb.kinds import guarded

__all__ = ["literal_losses"]


@guarded
def literal_losses(
    true: ArrayLike,
    h: ArrayLike,
    Gamma: ArrayLike,
    *,
    n_prompts: int,
    prompt_length: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Return :math:`\frac12(\hat y-y_q)^2` of independent prompts, shape ``(n_prompts,)``.

    Parameters
    ----------
    true, h : array, shape (M, k0) and (M, k)
        True and learnt features at equally likely inputs.
    Gamma : array, shape (k, k)
        Attention.
    prompt_length : int
        n.
    """
    true = check_array(true, "true", (None, None))
    h = check_array(h, "h", (len(true), None))
    Gamma = check_array(Gamma, "Gamma", (h.shape[1],) * 2)
    n_prompts, prompt_length = (
        check_integer(n_prompts, "n_prompts"),
        check_integer(prompt_length, "prompt_length"),
    )
    rng = check_generator(rng, "rng")
    place = rng.integers(len(true), size=(n_prompts, prompt_length + 1))
    v = rng.standard_normal((n_prompts, true.shape[1]))
    labels = np.einsum("pnk,pk->pn", true[place], v)
    context = np.einsum("pn,pnk->pk", labels[:, :-1], h[place[:, :-1]]) / prompt_length
    answer = np.einsum("pk,kl,pl->p", context, Gamma, h[place[:, -1]])
    return 0.5 * (answer - labels[:, -1]) ** 2

r"""Prompts as they are written: pairs, labels of a random task, one query.

Inputs are drawn from given nodes, so that the mean over prompts is known exactly: it is
:math:`L^n(\mu,\Gamma)`, :func:`iclnb.landscape.mean_field_limit.finite_prompt.finite_prompt_loss`.
"""

from __future__ import annotations

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer

__all__ = ["literal_losses"]


def literal_losses(
    true: FloatArray,
    h: FloatArray,
    gamma: FloatArray,
    *,
    prompts: int,
    pairs: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Return :math:`\frac12(\hat y-y_q)^2` of independent prompts, shape ``(prompts,)``.

    Parameters
    ----------
    true, h : array, shape (M, k0) and (M, k)
        True and learnt features at equally likely inputs.
    gamma : array, shape (k, k)
        Attention.
    pairs : int
        n.
    """
    true = check_array(true, "true", (None, None))
    h = check_array(h, "h", (len(true), None))
    gamma = check_array(gamma, "gamma", (h.shape[1],) * 2)
    prompts, pairs = check_integer(prompts, "prompts"), check_integer(pairs, "pairs")
    rng = check_generator(rng, "rng")
    place = rng.integers(len(true), size=(prompts, pairs + 1))
    v = rng.standard_normal((prompts, true.shape[1]))
    labels = np.einsum("pnk,pk->pn", true[place], v)
    context = np.einsum("pn,pnk->pk", labels[:, :-1], h[place[:, :-1]]) / pairs
    answer = np.einsum("pk,kl,pl->p", context, gamma, h[place[:, -1]])
    return 0.5 * (answer - labels[:, -1]) ** 2

r"""Why attention has a noise floor and static has none.

At the teacher itself, :math:`h=f^\circ`, :math:`\Sigma=I`, the loss of static is zero on every
batch, and so is its gradient: the noise of SGD dies out as the loss does. The loss of attention is
not, because :math:`\hat C\ne C`: with :math:`\Delta=\hat\Sigma-I` on a batch of n inputs it is
:math:`\hat L(\mu^\circ,I)=\frac12\mathrm{tr}(\Delta^2(I+\Delta))`, and

.. math:: \mathbb E\hat L(\mu^\circ,I)=\tfrac12\Big[\frac{m_4-k}{n}+\frac{m_6-3m_4+2k}{n^2}\Big],
          \qquad m_p=\mathbb E\|f^\circ\|^p,

exactly, for independent inputs. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer
from iclnb.kinds import guarded

from .objectives import token_joint, token_static

__all__ = ["batch_losses", "predict_attention_floor"]


@guarded
def predict_attention_floor(true: ArrayLike, batch_size: int) -> float:
    r"""Return :math:`\mathbb E\hat L(\mu^\circ,I)` for batches drawn from the inputs of ``true``.

    Parameters
    ----------
    true : array, shape (M, k)
        True features at equally likely inputs, with second moment I.

    Raises
    ------
    ValueError
        If the features are not whitened to 1e-6, or ``batch_size`` is below one.
    """
    true, batch_size = (
        check_array(true, "true", (None, None)),
        check_integer(batch_size, "batch_size"),
    )
    k = true.shape[1]
    if np.max(np.abs(true.T @ true / len(true) - np.eye(k))) > 1e-6:
        raise ValueError("true must have the second moment I")
    square = np.sum(true**2, axis=1)
    four, six = float(np.mean(square**2)), float(np.mean(square**3))
    return 0.5 * ((four - k) / batch_size + (six - 3.0 * four + 2.0 * k) / batch_size**2)


@guarded
def batch_losses(
    true: ArrayLike, batch_size: int, *, n_batches: int, rng: np.random.Generator
) -> FloatArray:
    """Return the losses at the teacher of attention and static, shape ``(2, n_batches)``."""
    true, batch_size = (
        check_array(true, "true", (None, None)),
        check_integer(batch_size, "batch_size"),
    )
    rng, eye = check_generator(rng, "rng"), np.eye(true.shape[1])
    draws = [
        true[rng.integers(len(true), size=batch_size)]
        for _ in range(check_integer(n_batches, "n_batches"))
    ]
    attention = [token_joint(f, f, eye).loss for f in draws]
    return np.array([attention, [token_static(f, f).loss for f in draws]])

r"""The population gradient of stage I, in closed form.

Network :math:`\phi_j(x)=\max(w_j^\top x+b_j,0)`, prediction of a prompt
:math:`f=\frac1n\sum_iy_i\phi(x_i)^\top\Gamma\phi(x_q)` with :math:`\Gamma=\mathrm{diag}(\gamma)`,
risk :math:`E(y_q-f)^2`. Write

.. math:: B_j=E[y\phi_j\mid\text{task}]=|w_j|\sum_i\tfrac{c_i}{i!}a_i(b_j')s_j^i,\qquad
   \nabla B_j=\beta\sum_{i\ge1}\tfrac{c_i}{(i-1)!}a_i(b_j')s_j^{i-1}
   +u_j\sum_i\tfrac{c_i}{i!}a_{i+2}(b_j')s_j^i,

:math:`u_j=w_j/|w_j|`, :math:`b_j'=b_j/|w_j|`, :math:`s_j=\langle u_j,\beta\rangle`. Because prompt
and query are independent given the task, the correlation part of the gradient is, for every n,

.. math:: \nabla_{w_j}\big(-2E[y_qf]\big)=-4\gamma_jE_\beta[B_j\nabla B_j],

and the prediction part for prompts of infinite length is

.. math:: \nabla_{w_j}E[f^2]=2\gamma_j\sum_k\gamma_k\big(E[\nabla B_jB_k]K_{jk}
   +E[B_jB_k]\,E[\phi_j'\phi_kx]\big).

At finite n the prediction part has a further term of order 1/n, which is not covered. The average
over :math:`\beta` uses the mixed moments of :mod:`.sphere`. Derived here; the leading term is
Lemma 21 of Oko et al. (second-hand).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

from .hermite import factorials, relu_coefficients
from .links import coefficient_second_moment
from .relu_kernel import relu_kernel, relu_kernel_slope
from .sphere import mixed_moment, mixed_moment_vector
from .tasks import SingleIndexTasks

__all__ = [
    "OwnMoments",
    "SignalMoments",
    "expected_gradient",
    "leading_gradient",
    "own_signal_moment",
    "prediction_second_moment",
    "signal_second_moment",
]


class SignalMoments(NamedTuple):
    r""":math:`E[B_jB_k]=` ``value`` and
    :math:`E[\nabla B_jB_k]=` ``inside`` :math:`P_{\mathcal S}w_j+` ``inside_other``
    :math:`P_{\mathcal S}w_k+` ``own`` :math:`w_j`; arrays (m, m).

    On the diagonal both projections are the same vector, and its coefficient is the sum: see
    :class:`OwnMoments`.
    """

    value: FloatArray
    inside: FloatArray
    inside_other: FloatArray
    own: FloatArray


class OwnMoments(NamedTuple):
    r""":math:`E[B_j^2]=` ``value`` and :math:`E[B_j\nabla B_j]=` ``inside``
    :math:`P_{\mathcal S}w_j+` ``own`` :math:`w_j`; arrays (m,).
    """

    value: FloatArray
    inside: FloatArray
    own: FloatArray


def _network(
    tasks: SingleIndexTasks, weights: ArrayLike, bias: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    w = check_array(weights, "weights", (None, tasks.d))
    norms = np.linalg.norm(w, axis=1)
    if np.any(norms == 0):
        raise ValueError("weights must have no zero row")
    return w, norms, np.broadcast_to(check_array(bias, "bias"), norms.shape) / norms


@guarded
def signal_second_moment(
    tasks: SingleIndexTasks, weights: ArrayLike, *, bias: ArrayLike
) -> SignalMoments:
    r"""Moments over the tasks of :math:`B_j` and its gradient for all pairs of neurons, exactly.

    Parameters
    ----------
    weights : array (m, d)
        Any rows that are not zero.
    bias : array (m,) or a number
    """
    return _moments(tasks, weights, bias, pairs=True)


@guarded
def own_signal_moment(
    tasks: SingleIndexTasks, weights: ArrayLike, *, bias: ArrayLike
) -> OwnMoments:
    r"""Moments over the tasks of each :math:`B_j` and its own gradient, exactly.

    Parameters
    ----------
    weights : array (m, d)
        Any rows that are not zero.
    bias : array (m,) or a number
    """
    value, inside, other, own = _moments(tasks, weights, bias, pairs=False)
    return OwnMoments(value, inside + other, own)


def _moments(
    tasks: SingleIndexTasks, weights: ArrayLike, bias: ArrayLike, *, pairs: bool
) -> SignalMoments:
    """All pairs of neurons, or each with itself."""
    w, norms, shift = _network(tasks, weights, bias)
    degree = tasks.law.degree
    inside = (w / norms[:, None]) @ tasks.subspace.T
    square = np.sum(inside**2, axis=1)
    a = relu_coefficients(shift, degree + 2)
    second, fact = coefficient_second_moment(tasks.law), factorials(degree)
    if pairs:
        first, other = (slice(None), None), (None, slice(None))
        uu, vv, uv = square[first], square[other], inside @ inside.T
    else:
        first = other = (slice(None),)
        uu = vv = uv = square
    own_norm, other_norm = norms[first], norms[other]
    out = [np.zeros(uv.shape) for _ in range(4)]
    for i in range(degree + 1):
        for l in range(degree + 1):
            if second[i, l] == 0:
                continue
            factor = second[i, l] / (fact[i] * fact[l]) * a[l][other] * other_norm
            moment = mixed_moment(i, l, tasks.r, uu, vv, uv)
            out[0] += factor * a[i][first] * own_norm * moment
            out[3] += factor * a[i + 2][first] * moment / own_norm
            if i:
                vector = mixed_moment_vector(i - 1, l, tasks.r, uu, vv, uv)
                out[1] += factor * i * a[i][first] * vector.along_u / own_norm
                out[2] += factor * i * a[i][first] * vector.along_v / other_norm
    return SignalMoments(*out)


@guarded
def expected_gradient(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    keep_prediction: bool = False,
) -> FloatArray:
    r"""Gradient of :math:`-2E[y_qf]`, or of :math:`E(y_q-f)^2`, in the weights; the formula stands
    in the module.

    Parameters
    ----------
    tasks : SingleIndexTasks
        Any law of links; the label noise changes nothing.
    weights : array (m, d)
        Rows that are not zero, of any norm.
    bias, Gamma_diagonal : array (m,) or a number
    keep_prediction : bool
        With the part of :math:`f^2` for infinitely long prompts, or the correlation part alone
        (default), which is the expectation of the sampled gradients at every prompt length.

    Returns
    -------
    array (m, d)
    """
    w, norms, _ = _network(tasks, weights, bias)
    Gamma_diagonal = np.broadcast_to(check_array(Gamma_diagonal, "Gamma_diagonal"), norms.shape)
    projected = w @ tasks.subspace.T @ tasks.subspace
    own = own_signal_moment(tasks, w, bias=bias)
    along = own.inside[:, None] * projected + own.own[:, None] * w
    gradient = -4 * Gamma_diagonal[:, None] * along
    if not keep_prediction:
        return gradient
    moments = signal_second_moment(tasks, w, bias=bias)
    kernel, slope = relu_kernel(w, bias=bias), relu_kernel_slope(w, bias=bias)
    weight = Gamma_diagonal[None, :]
    inside = np.sum(weight * moments.inside * kernel, axis=1)[:, None] * projected
    inside += (weight * moments.inside_other * kernel) @ projected
    ambient = np.sum(weight * (moments.own * kernel + moments.value * slope.own), axis=1)
    rest = ambient[:, None] * w + (weight * moments.value * slope.other) @ w
    return gradient + 2 * Gamma_diagonal[:, None] * (inside + rest)


@guarded
def prediction_second_moment(
    tasks: SingleIndexTasks, weights: ArrayLike, *, bias: ArrayLike, Gamma_diagonal: ArrayLike
) -> float:
    r""":math:`E[f^2]=\sum_{jk}\gamma_j\gamma_kE[B_jB_k]K_{jk}` at infinite prompt length."""
    moments = signal_second_moment(tasks, weights, bias=bias)
    Gamma_diagonal = np.broadcast_to(
        check_array(Gamma_diagonal, "Gamma_diagonal"), moments.value.shape[:1]
    )
    return float(
        Gamma_diagonal @ (moments.value * relu_kernel(weights, bias=bias)) @ Gamma_diagonal
    )


@guarded
def leading_gradient(
    tasks: SingleIndexTasks, weights: ArrayLike, *, bias: ArrayLike, Gamma_diagonal: ArrayLike
) -> FloatArray:
    r"""Leading term of the correlation part, for unit weights nearly orthogonal to the subspace.

    .. math:: -2\gamma_j\cdot\frac{2a_Q(b)^2E[c_Q^2]}{Q!\,(Q-1)!}\,
       \frac{(2Q-1)!!}{\mathcal N_{2Q}}\,|P_{\mathcal S}w_j|^{2Q-2}\,P_{\mathcal S}w_j .

    The fraction is Lemma 21 of Oko et al. (second-hand), for their :math:`g=2E[B\nabla B]`; here it
    comes out of :func:`expected_gradient` when all other powers of :math:`|P_{\mathcal S}w|` are
    dropped.
    """
    w, norms, shift = _network(tasks, weights, bias)
    q = tasks.law.exponent
    Gamma_diagonal = np.broadcast_to(check_array(Gamma_diagonal, "Gamma_diagonal"), norms.shape)
    projected = w @ tasks.subspace.T @ tasks.subspace
    square = np.sum(projected**2, axis=1)
    fact = factorials(q)
    power = coefficient_second_moment(tasks.law)[q, q] / (fact[q] * fact[q - 1])
    moment = mixed_moment(2 * q, 0, tasks.r, np.ones(()), np.ones(()), np.ones(()))
    size = 2 * relu_coefficients(shift, q)[q] ** 2 * power * moment * square ** (q - 1)
    return -2 * (Gamma_diagonal * size)[:, None] * projected

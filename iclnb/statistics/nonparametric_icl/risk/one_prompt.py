r"""The function with which linear attention answers after one prompt, and how far it is off.

The prompt enters through :math:`S=\frac1n\sum_iy_i\phi(x_i)` alone, and the answer at every query
is one function, :math:`\hat F(x)=S^\top\Gamma\phi(x)`. Its mean square distance from the task
:math:`F=\sum_j\beta_jf_j`, when the features are the first N of the :math:`f_j`, is
:math:`\delta^\top G\delta`, :math:`\delta=(\Gamma^\top S,0)-\beta`, with the Gram matrix G: exact.
The mean over prompts and tasks is :func:`.population.moments_risk`.
"""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_instance
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis


class PromptAnswer(NamedTuple):
    """``values`` (P,) of the answer at the points, and its mean square ``error`` over the query."""

    values: FloatArray
    error: float


@guarded
def answer_to_prompt(
    functions: Basis,
    coefficients: ArrayLike,
    X: ArrayLike,
    y: ArrayLike,
    Gamma: ArrayLike,
    *,
    points: ArrayLike,
) -> PromptAnswer:
    """Answer one prompt at many queries.

    Parameters
    ----------
    functions : Basis
        The J functions of the task; the features are the first N of them.
    coefficients : array (J,)
        The task, for the error only.
    X, y : array (n, d), (n,)
        Inputs and labels of the prompt.
    Gamma : array (N, N) or (N,)
        The attention matrix; a vector is a diagonal.
    points : array (P, d)
        Queries.

    Raises
    ------
    ValueError
        If shapes do not fit, N exceeds J, or a point lies outside the cube.
    TypeError
        If ``functions`` is no basis, or an array is not of real numbers.
    """
    size = check_instance(functions, "functions", Basis).size
    beta = check_array(coefficients, "coefficients", (size,))
    matrix = check_array(Gamma, "Gamma")
    if matrix.ndim not in (1, 2) or len(set(matrix.shape)) != 1 or len(matrix) > size:
        raise ValueError(f"Gamma must be (N, N) or (N,) with N <= {size}, got {matrix.shape}")
    inputs = check_array(X, "X", (None, functions.d))
    labels = check_array(y, "y", (len(inputs),))
    N = len(matrix)
    key = labels @ functions.evaluate(inputs)[:, :N] / len(inputs)
    found = key * matrix if matrix.ndim == 1 else key @ matrix
    delta = -beta
    delta[:N] += found
    error = float(delta @ functions.gram() @ delta)
    return PromptAnswer(functions.evaluate(points)[:, :N] @ found, max(error, 0.0))

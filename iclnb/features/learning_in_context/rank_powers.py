r"""Which powers of r a trained layer has, with both stages at their limits.

Stage I takes its expectation (:math:`T_1=\infty`, exactly), stage II ridge over infinitely many
prompts (:math:`T_2=\infty`, the inputs of V sampled, :mod:`.attention_risk`); what is left is the
width. Two numbers are read off a layer, for the link :math:`\mathrm{He}_2/\sqrt2`:

* the examples :math:`n_\varepsilon` at which its risk is :math:`\varepsilon`, trained and tested at
  one length with a penalty near zero: no matrix on these features does with fewer;
* at twice as many examples the least norm :math:`m\lVert\Gamma\rVert_F` with which ridge still
  reaches :math:`\varepsilon`, that is with the largest penalty that allows it.

Oko et al. (second-hand) have :math:`r^{2P}/n` for some matrix (Proposition 2), of norm
:math:`\lVert\Gamma\rVert_F\lesssim r^{2P}/m`, and :math:`m\lVert\Gamma\rVert_F/\sqrt n` as the
error of the prompt for any matrix of this norm (Proposition 47): hence :math:`r^{4P}` in Theorem 1.
Risks are taken over inputs other than those behind the matrix. Measured here.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step.gradient import first_step
from iclnb.features.one_gradient_step.links import Link
from iclnb.features.one_gradient_step.population import expected_gradient
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks, random_subspace
from iclnb.kinds import guarded

from .attention_risk import AttentionMoments, ContextRisk, attention_moments, context_risk
from .perfect_features import least_error

__all__ = ["rank_run"]

_PENALTIES = (1e-12, 1e-5)  # near zero and the largest, in units of the squared width


class _Layer:
    """Ridge on given features at any length and penalty, its risk over other inputs."""

    def __init__(self, moments: AttentionMoments, other: FloatArray) -> None:
        self.moments, self.test = moments, moments._replace(spread=other)
        self.right_values, self.right = eigh(moments.kernel)
        self.width = len(other)

    def at(self, n: float) -> None:
        """Take prompts of n examples."""
        self.n, moments = n, self.moments
        values, self.left = eigh(moments.signal + (moments.spread - moments.signal) / n)
        self.outer = np.maximum(values, 0)[:, None] * np.maximum(self.right_values, 0)[None, :]
        self.core = self.left.T @ moments.signal @ self.right

    def Gamma(self, penalty: float) -> FloatArray:
        """The matrix; the penalty in units of the squared width."""
        return self.left @ (self.core / (self.outer + penalty * self.width**2)) @ self.right.T

    def risk(self, penalty: float) -> ContextRisk:
        return context_risk(self.test, self.Gamma(penalty))


def _length(layer: _Layer, accuracy: float, n: float) -> float:
    """The length n at which the least risk is ``accuracy``, to better than one per cent.

    The risk of the matrix of one length is a line in 1/n, which touches the curve of the least
    risks there: where the line has the value is Newton's next length.
    """
    for _ in range(30):
        layer.at(n)
        limit, slope = layer.risk(_PENALTIES[0])
        before, n = n, slope / (accuracy - limit) if limit < accuracy else 4 * n
        if abs(n / before - 1) < 0.01:
            return n
        if n > 1e6:
            break
    raise ValueError(f"neurons = {layer.width} are too few for a risk of {accuracy:g}")


@guarded
def rank_run(
    *, r: int, neurons: int, seed: int, d: int = 144, accuracy: float = 0.1, draws: int = 2**14
) -> dict[str, float]:
    r"""One layer: the examples and the norm that a risk takes; the rules stand in the module.

    Parameters
    ----------
    r, d : int
        Dimensions, :math:`2\le r\le d`.
    neurons : int
        Width m.
    seed : int
        Of the subspace, the start, the biases (uniform in [-1, 1] in stage II) and the inputs.
    accuracy : float
        The risk :math:`\varepsilon` in (0, 1), of labels with unit variance.
    draws : int
        Inputs behind V, for the matrix and again for its risk.

    Returns
    -------
    dict
        ``examples`` for the risk, the least ``norm`` (times m) at twice as many, and the ``slope``
        in 1/n of the risk of that matrix.

    Raises
    ------
    ValueError
        If an argument is not as stated, or the layer is too narrow to reach the risk with
        :math:`10^6` examples.
    """
    r, d = check_integer(r, "r", least=2), check_integer(d, "d", least=2)
    neurons, seed = check_integer(neurons, "neurons"), check_integer(seed, "seed", least=0)
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=1.0, strict=True)
    space, start, drawn, first, second = np.random.default_rng([seed, r, neurons]).spawn(5)
    tasks = SingleIndexTasks(random_subspace(d, r, space), Link.pure(2))
    before = sphere_rows(neurons, d, start)
    step = expected_gradient(tasks, before, bias=0.0, Gamma_diagonal=1.0)
    weights = first_step(before, step, rms=1.0)
    bias = drawn.uniform(-1, 1, neurons)
    moments, other = (
        attention_moments(tasks, weights, bias=bias, draws=draws, rng=rng)
        for rng in (first, second)
    )
    layer = _Layer(moments, other.spread)
    examples = _length(layer, accuracy, 1e6 * float(least_error(r, 1e6)) / accuracy)
    layer.at(2 * examples)
    largest = brentq(
        lambda x: layer.risk(np.exp(x)).at(layer.n) - accuracy, *np.log(_PENALTIES), xtol=0.05
    )
    Gamma = layer.Gamma(np.exp(largest))
    return {
        "examples": round(examples, 2),
        "norm": round(float(neurons * np.linalg.norm(Gamma)), 2),
        "slope": round(context_risk(layer.test, Gamma).slope, 3),
    }

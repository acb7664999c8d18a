r"""Any smooth activation, with the data law replaced by weighted nodes.

:math:`\kappa(w,w')=\sum_s\rho_s\,\sigma(w\cdot x_s)\sigma(w'\cdot x_s)`. With Monte-Carlo nodes
this is the exact model of the empirical law of the inputs; with Gauss-Hermite nodes it approximates
the Gaussian law to the precision of the quadrature. A bias is a constant coordinate of the nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_probabilities,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel, KernelPair
from iclnb.quadrature import product_rule

__all__ = ["LOGISTIC", "TANH", "Activation", "Nodes", "SampledFeatures", "gauss_hermite", "sample"]


@guarded
@dataclass(frozen=True)
class Activation:
    """A scalar activation with its first two derivatives and the supremum of its modulus."""

    function: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    second_derivative: Callable[[FloatArray], FloatArray]
    sup_norm: float
    odd: bool = False


def _logistic_second(t: FloatArray) -> FloatArray:
    y = expit(t)
    return y * (1.0 - y) * (1.0 - 2.0 * y)


LOGISTIC = Activation(
    function=expit,
    derivative=lambda t: expit(t) * expit(-t),
    second_derivative=_logistic_second,
    sup_norm=1.0,
)
TANH = Activation(
    function=np.tanh,
    derivative=lambda t: 1.0 - np.tanh(t) ** 2,
    second_derivative=lambda t: -2.0 * np.tanh(t) * (1.0 - np.tanh(t) ** 2),
    sup_norm=1.0,
    odd=True,
)


class Nodes(NamedTuple):
    """Inputs ``x`` (n, D) and their probabilities ``weights`` (n,)."""

    x: FloatArray
    weights: FloatArray


@guarded
def gauss_hermite(d: int, n_nodes: int) -> Nodes:
    """Return the tensor Gauss-Hermite rule of ``n_nodes`` points an axis for ``N(0, I_d)``.

    Raises
    ------
    ValueError
        If ``d`` is below one, ``n_nodes`` not in 1, ..., 1000, or the rule would have more than a
        million nodes.
    """
    d, n_nodes = check_integer(d, "d"), check_integer(n_nodes, "n_nodes", most=1000)
    if d * np.log(n_nodes) > np.log(1e6):
        raise ValueError(f"n_nodes**d must be at most a million, got {n_nodes}**{d}")
    points, weights = np.polynomial.hermite_e.hermegauss(n_nodes)
    return Nodes(*product_rule([(points, weights / weights.sum())] * d))


@guarded
def sample(d: int, n_nodes: int, *, rng: np.random.Generator) -> Nodes:
    """Return ``n_nodes`` independent inputs of law ``N(0, I_d)``, equally weighted."""
    d, n_nodes = check_integer(d, "d"), check_integer(n_nodes, "n_nodes")
    return Nodes(
        check_generator(rng, "rng").standard_normal((n_nodes, d)), np.full(n_nodes, 1.0 / n_nodes)
    )


@guarded
@dataclass(frozen=True, eq=False)
class SampledFeatures(FeatureModel):
    r""":math:`\sigma_w(x)=\sigma(w\cdot x)` under the law :math:`\sum_s\rho_s\delta_{x_s}`.

    Parameters
    ----------
    activation : Activation
        For instance :data:`LOGISTIC`.
    nodes : Nodes
        Inputs and probabilities (from :func:`sample` or :func:`gauss_hermite`).

    Raises
    ------
    TypeError
        If ``activation`` is not an :class:`Activation`.
    ValueError
        If the weights are negative or do not sum to one.
    """

    activation: Activation
    nodes: Nodes

    def __post_init__(self) -> None:
        x = check_array(self.nodes[0], "nodes.x", (None, None), frozen=True)
        weights = check_probabilities(self.nodes[1], "nodes.weights", len(x))
        object.__setattr__(self, "nodes", Nodes(x, weights))

    @property
    def sup_norm(self) -> float:
        """Supremum of the activation."""
        return self.activation.sup_norm

    @property
    def odd(self) -> bool:
        """False: a finite sample of the inputs is not symmetric, whatever the activation."""
        return False

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return self.activation.function(x @ w.T)

    def _pair(self, w: FloatArray, v: FloatArray) -> KernelPair:
        if w.shape[1] != self.nodes.x.shape[1]:
            raise ValueError(
                f"w must have {self.nodes.x.shape[1]} columns like the nodes, got {w.shape[1]}"
            )
        return _SampledPair(self, w, v)


class _SampledPair(KernelPair):
    def __init__(self, model: SampledFeatures, w: FloatArray, v: FloatArray) -> None:
        self._act, (self._x, self._rho) = model.activation, model.nodes
        self._w, self._v = w, v

    @cached_property
    def _tw(self) -> FloatArray:
        return self._w @ self._x.T

    @cached_property
    def _tv(self) -> FloatArray:
        return self._v @ self._x.T

    @cached_property
    def value(self) -> FloatArray:
        return (self._act.function(self._tw) * self._rho) @ self._act.function(self._tv).T

    def grad(self, m: FloatArray) -> FloatArray:
        return (
            self._act.derivative(self._tw) * (m @ self._act.function(self._tv)) * self._rho
        ) @ self._x

    def slope(self, omega: FloatArray) -> FloatArray:
        moved = self._act.derivative(self._tv) * (omega @ self._x.T)
        return (self._act.function(self._tw) * self._rho) @ moved.T

    def mixed(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        moved = self._act.derivative(self._tv) * (omega @ self._x.T)
        return (self._act.derivative(self._tw) * (m @ moved) * self._rho) @ self._x

    def hess(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        bent = self._act.second_derivative(self._tw) * (omega @ self._x.T)
        return (bent * (m @ self._act.function(self._tv)) * self._rho) @ self._x

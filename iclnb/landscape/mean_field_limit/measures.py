r"""Networks as measures: :math:`\mu=\sum_ip_i\,\delta_{(a_i,w_i)}` and what can be done to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_number,
    check_probabilities,
)
from iclnb.kinds import guarded

from .features.model import FeatureModel

__all__ = [
    "Measure",
    "axis_teacher",
    "correlated_start",
    "mix",
    "random_measure",
    "whitened_teacher",
    "with_unit_moment",
]


@guarded
@dataclass(frozen=True, eq=False)
class Measure:
    r"""A probability measure on neurons :math:`\theta=(a,w)\in\mathbb R^k\times\mathbb R^D`.

    It represents the features :math:`h_\mu(x)=\sum_i p_i\,a_i\,\sigma_{w_i}(x)\in\mathbb R^k`.

    Parameters
    ----------
    a : array, shape (N, k)
        Outer weights.
    w : array, shape (N, D)
        Inner weights.
    p : array, shape (N,), optional
        Probabilities of the atoms; uniform if left out.

    Raises
    ------
    ValueError
        If ``N``, ``k`` or ``D`` is zero, the shapes do not match, an entry is not finite, or ``p``
        is negative or does not sum to one.
    """

    a: FloatArray
    w: FloatArray
    p: FloatArray = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        a = check_array(self.a, "a", (None, None), frozen=True)
        w = check_array(self.w, "w", (len(a), None), frozen=True)
        p = np.full(len(a), 1.0 / len(a)) if self.p is None else self.p
        object.__setattr__(self, "a", a)
        object.__setattr__(self, "w", w)
        object.__setattr__(self, "p", check_probabilities(p, "p", len(a)))

    @property
    def n(self) -> int:
        """Number of atoms N."""
        return len(self.a)

    @property
    def k(self) -> int:
        """Number of features."""
        return self.a.shape[1]

    @property
    def outer(self) -> FloatArray:
        r""":math:`p_i a_i`, shape ``(N, k)``: the coefficients of the features."""
        return self.p[:, None] * self.a

    @property
    def moment(self) -> FloatArray:
        r""":math:`\int aa^\top d\mu`, shape ``(k, k)``; constant along the gradient flow."""
        return self.a.T @ self.outer

    def push(self, R: ArrayLike) -> Measure:
        r"""Return :math:`R\#\mu`, :math:`(a,w)\mapsto(Ra,w)`, so that :math:`h_{R\#\mu}=Rh_\mu`.

        ``R`` has shape ``(k', k)``.
        """
        return replace(self, a=self.a @ check_array(R, "R", (None, self.k)).T)

    def moved(self, da: ArrayLike, dw: ArrayLike) -> Measure:
        """Return the measure with atom i moved by ``(da[i], dw[i])``."""
        da, dw = check_array(da, "da", self.a.shape), check_array(dw, "dw", self.w.shape)
        return replace(self, a=self.a + da, w=self.w + dw)

    def features(self, features: FeatureModel, x: ArrayLike) -> FloatArray:
        r"""Return :math:`h_\mu(x_s)`, shape ``(len(x), k)``."""
        x = check_array(x, "x", (None, None))
        return check_instance(features, "features", FeatureModel).evaluate(x, self.w) @ self.outer


@guarded
def mix(mu: Measure, nu: Measure, s: float) -> Measure:
    r"""Return the mixture :math:`(1-s)\mu+s\nu`, :math:`0\le s\le1`.

    Raises
    ------
    ValueError
        If the two live on different spaces or ``s`` is outside [0, 1].
    """
    mu, nu = check_instance(mu, "mu", Measure), check_instance(nu, "nu", Measure)
    s = check_number(s, "s", low=0.0, high=1.0)
    if mu.k != nu.k or mu.w.shape[1] != nu.w.shape[1]:
        raise ValueError("mu and nu must have equally many features and inner weights")
    return Measure(
        np.concatenate([mu.a, nu.a]),
        np.concatenate([mu.w, nu.w]),
        np.concatenate([(1.0 - s) * mu.p, s * nu.p]),
    )


@guarded
def with_unit_moment(mu: Measure) -> Measure:
    r"""Return ``mu`` with the outer weights scaled to :math:`\int|a|^2d\mu=1`."""
    scale = float(np.trace(check_instance(mu, "mu", Measure).moment))
    if scale <= 0.0:
        raise ValueError("mu must have an outer weight that is not zero")
    return replace(mu, a=mu.a / np.sqrt(scale))


@guarded
def whitened_teacher(features: FeatureModel, a: ArrayLike, w: ArrayLike) -> Measure:
    r"""Return a teacher whose features are uncorrelated and equally strong.

    :math:`A^\circ=A\,S^{-1/2}` with :math:`S=\mathbb E[h h^\top]` of the raw weights, then scaled
    to :math:`\int|a|^2d\mu^\circ=1`. Hence :math:`\Sigma_{\mu^\circ,\mu^\circ}=r^\circ I` with
    :math:`r^\circ\le\|\sigma\|_\infty^2/k`.

    Raises
    ------
    ValueError
        If the raw features are linearly dependent.
    """
    out = Measure(a, w)
    kernel = check_instance(features, "features", FeatureModel).kernel(out.w, out.w)
    for _ in range(2):  # the second pass removes the rounding error of an ill-conditioned first
        values, vectors = np.linalg.eigh(out.outer.T @ kernel @ out.outer)
        if values[0] <= 1e-12 * values[-1]:
            raise ValueError("a, w must give linearly independent features")
        out = out.push(vectors @ np.diag(values**-0.5) @ vectors.T)
    return with_unit_moment(out)


@guarded
def axis_teacher(k: int, d: int, *, weight: float = 1.0, outer: float = 1.0) -> Measure:
    r"""Return the teacher whose feature j looks at coordinate j only.

    One neuron per feature, :math:`w_j=\mathrm{weight}\cdot e_j`, :math:`a_j=\mathrm{outer}\cdot
    e_j`. For an odd activation :math:`r^\circ=\mathrm{outer}^2\kappa(w_j,w_j)/k^2`. The theorems
    ask for :math:`\int|a|^2=\mathrm{outer}^2\le1`; a larger value is the same flow with a clock
    faster by :math:`\mathrm{outer}^2`, since B and z are both proportional to the true features.

    Raises
    ------
    ValueError
        If ``d < k``.
    """
    k, d = check_integer(k, "k"), check_integer(d, "d")
    weight = check_number(weight, "weight")
    if d < k:
        raise ValueError(f"d must be at least k, got {d} < {k}")
    return Measure(check_number(outer, "outer") * np.eye(k), weight * np.eye(k, d))


@guarded
def correlated_start(
    neurons: int,
    k: int,
    d: int,
    *,
    rng: np.random.Generator,
    input_scale: ArrayLike = 1.0,
    outer_noise: float = 0.3,
    mixing: ArrayLike | None = None,
) -> Measure:
    r"""Return a start with a mean-field limit: :math:`w=\mathrm{scale}\cdot g`, :math:`a=Qw+\xi`.

    :math:`g\sim N(0,I_d)`, :math:`\xi\sim\mathrm{noise}\cdot N(0,I_k)`. Since a is correlated with
    w the features are O(1) as N grows; independent mean-zero a give :math:`h=O(N^{-1/2})`, and the
    limit is the singular saddle :math:`h=0`. A coordinate of scale exactly zero stays zero for all
    time when the teacher is symmetric under its reflection.

    Parameters
    ----------
    input_scale : number or array of shape (d,)
        Factor of each input coordinate.
    mixing : array, shape (k, d), optional
        Q; if left out, k orthonormal rows drawn from ``rng`` (``d >= k`` is then needed).

    Raises
    ------
    ValueError
        If a size is zero, a shape does not match or a number is not finite.
    """
    neurons, k, d = check_integer(neurons, "neurons"), check_integer(k, "k"), check_integer(d, "d")
    outer_noise = check_number(outer_noise, "outer_noise", low=0.0)
    factor = check_array(np.atleast_1d(input_scale), "input_scale", (None,))
    if len(factor) not in (1, d):
        raise ValueError(f"input_scale must be a number or have {d} entries, got {len(factor)}")
    rng = check_generator(rng, "rng")
    if mixing is None:
        if d < k:
            raise ValueError(f"d must be at least k without mixing, got {d} < {k}")
        q = np.linalg.qr(rng.standard_normal((d, k)))[0].T
    else:
        q = check_array(mixing, "mixing", (k, d))
    w = rng.standard_normal((neurons, d)) * factor
    return Measure(w @ q.T + outer_noise * rng.standard_normal((neurons, k)), w)


@guarded
def random_measure(
    neurons: int, k: int, d: int, *, rng: np.random.Generator, spread: float = 1.0
) -> Measure:
    r"""Return Gaussian atoms with :math:`\int|a|^2d\mu=1`; ``spread`` is the size of w."""
    neurons, k, d = check_integer(neurons, "neurons"), check_integer(k, "k"), check_integer(d, "d")
    spread = check_number(spread, "spread", low=0.0, strict=True)
    a = check_generator(rng, "rng").standard_normal((neurons, k))
    return with_unit_moment(Measure(a, spread * rng.standard_normal((neurons, d))))

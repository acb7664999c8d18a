r"""Perturbing a saddle: a smooth random field against independent noise.

Let u be the unit lowest eigenvector at a saddle with N neurons, and v a random unit field. The
escape time is :math:`|\lambda|^{-1}[\log\frac1{|c|\epsilon}+\mathrm{const}]`,
:math:`c=\langle u,v\rangle_\mu`. For a Gaussian field with covariance
:math:`K(\theta,\theta')I_{k+D}`

.. math:: \bar c^2=\frac{\mathbb E\langle u,v\rangle_\mu^2}{\mathbb E\|v\|_\mu^2}
   =\frac{\iint K\,u\cdot u'\,d\mu\,d\mu'}{(k+D)\int K(\theta,\theta)d\mu} .

Independent noise has :math:`\bar c^2=1/(N(k+D))` for equal weights: it averages out, and
the escape is later by :math:`\frac1{2|\lambda|}\log N`. For a fixed kernel (a Gaussian process on
the space of neurons) :math:`\bar c` belongs to the measure and does not know N. Kim & Suzuki
propose the Gaussian process (second-hand, as a conjecture); the law is derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.hessian_escape.escape import perturbation
from iclnb.landscape.hessian_escape.law import escape_run
from iclnb.landscape.hessian_escape.operator import Hessian, VelocityField
from iclnb.landscape.hessian_escape.spectrum import EigenPair, lowest
from iclnb.landscape.hessian_escape.symmetry import replicate
from iclnb.landscape.strict_saddle.saddles import Saddle

__all__ = [
    "CoupledNoise",
    "Replica",
    "coupled_noise",
    "escape_delays",
    "mean_square_overlap",
    "overlap_samples",
    "replica",
    "smooth_perturbation",
]


class Replica(NamedTuple):
    """A saddle with every neuron cut into copies, its Hessian and lowest eigenpair."""

    saddle: Saddle
    hessian: Hessian
    pair: EigenPair


class CoupledNoise(NamedTuple):
    r"""Two fields of independent noise, on a replica and on the single saddle.

    Each alone is independent Gaussian noise with :math:`\mathbb E\|v\|_\mu^2=1`; the coarse one is
    :math:`\sqrt{\mathrm{copies}}` times the mean of the fine one over the copies.
    """

    fine: VelocityField
    coarse: VelocityField


@guarded
def replica(saddle: Saddle, copies: int) -> Replica:
    """Return the saddle with each atom as ``copies`` equal atoms; the eigenpair is that of one."""
    one = Hessian(saddle.problem, saddle.mu)
    pair = lowest(one, rng=np.random.default_rng(0))
    many = saddle._replace(mu=replicate(saddle.mu, copies))
    field = VelocityField(*(np.tile(x, (copies, 1)) for x in pair.field))
    return Replica(many, Hessian(saddle.problem, many.mu), EigenPair(pair.value, field))


def _unit(hessian: Hessian, field: VelocityField) -> VelocityField:
    size = np.sqrt(hessian.inner(field, field))
    return VelocityField(field.a / size, field.w / size)


@guarded
def smooth_perturbation(
    hessian: Hessian, *, rng: np.random.Generator, length: float = 1.0, waves: int = 256
) -> VelocityField:
    r"""Return a smooth random field of unit norm in :math:`L^2(\mu)`, a function of :math:`\theta`.

    :math:`v(\theta)=\sqrt{2/F}\sum_{f=1}^Fc_f\cos(\omega_f\cdot\theta+\phi_f)` with Gaussian
    :math:`c_f`, :math:`\omega_f\sim N(0,\ell^{-2}I)` and uniform phases: covariance
    :math:`e^{-|\theta-\theta'|^2/2\ell^2}I`, Gaussian as F grows.

    Parameters
    ----------
    length : float
        :math:`\ell`, in the space of :math:`(a,w)`.
    waves : int
        F.
    """
    rng, waves = check_generator(rng, "rng"), check_integer(waves, "waves")
    length = check_number(length, "length", low=0.0, strict=True)
    mu = hessian.mu
    theta = np.concatenate([mu.a, mu.w], axis=1)
    omega = rng.standard_normal((waves, theta.shape[1])) / length
    c = rng.standard_normal((waves, theta.shape[1]))
    v = np.cos(theta @ omega.T + rng.uniform(0.0, 2.0 * np.pi, waves)) @ c
    return _unit(hessian, VelocityField(v[:, : mu.k], v[:, mu.k :]))


@guarded
def mean_square_overlap(
    hessian: Hessian, field: VelocityField, *, length: float | None = None
) -> float:
    r"""Return :math:`\bar c^2` of a unit field u, in closed form.

    ``length`` is that of the smooth field; without it, for noise independent from atom to atom.
    """
    mu, u = hessian.mu, np.concatenate(field, axis=1)
    if length is None:
        return float(np.sum(mu.p**2 * np.sum(u**2, axis=1))) / u.shape[1]
    length = check_number(length, "length", low=0.0, strict=True)
    theta = np.concatenate([mu.a, mu.w], axis=1)
    kernel = np.exp(-0.5 * cdist(theta, theta, "sqeuclidean") / length**2)
    pu = mu.p[:, None] * u
    return float(np.sum(pu * (kernel @ pu))) / u.shape[1]


@guarded
def overlap_samples(
    rep: Replica, *, draws: int, rng: np.random.Generator, length: float | None = None
) -> FloatArray:
    """Return the overlaps c of ``draws`` random unit fields with the lowest eigenvector."""
    rng, hessian = check_generator(rng, "rng"), rep.hessian
    out = []
    for _ in range(check_integer(draws, "draws")):
        if length is None:
            field = perturbation(hessian, rng=rng)
        else:
            field = smooth_perturbation(hessian, rng=rng, length=length)
        out.append(hessian.inner(rep.pair.field, field))
    return np.array(out)


@guarded
def coupled_noise(fine: Replica, coarse: Replica, *, rng: np.random.Generator) -> CoupledNoise:
    """Return independent noise on a replica, and the noise that it makes on the single saddle."""
    n = coarse.hessian.mu.n
    copies, rest = divmod(fine.hessian.mu.n, n)
    if rest or copies < 1:
        raise ValueError("fine must be a replica of coarse")
    mu = fine.hessian.mu
    one = 1.0 / np.sqrt(mu.k + mu.w.shape[1])
    raw = VelocityField(
        one * rng.standard_normal(mu.a.shape), one * rng.standard_normal(mu.w.shape)
    )
    mean = (x.reshape(copies, n, -1).mean(axis=0) for x in raw)
    return CoupledNoise(raw, VelocityField(*(np.sqrt(copies) * x for x in mean)))


def _clock(rep: Replica, field: VelocityField, epsilon: float, time: float, steps: int) -> float:
    run = escape_run(
        rep.saddle.problem, rep.hessian, rep.pair, field, epsilon=epsilon, time=time, steps=steps
    )
    return run.time


@guarded
def escape_delays(
    saddle: Saddle,
    copies: int,
    *,
    n_seeds: int,
    rng: np.random.Generator,
    length: float | None = None,
    epsilon: float = 1e-7,
    time: float = 30.0,
    steps: int = 300,
) -> FloatArray:
    r"""Return by how much later the replica escapes, in units of :math:`1/|\lambda|`, per seed.

    The two fields of a seed are coupled (:class:`CoupledNoise`, or one smooth field evaluated on
    both), which leaves the law of each as it is and removes the spread common to both. The overlaps
    of coupled noise differ by the factor :math:`\sqrt{\mathrm{copies}}`, so that it is late by
    :math:`\frac12\log(\mathrm{copies})`, up to :math:`O(\epsilon/|c|)`. Infinite or undefined
    where ``time`` is too short.
    """
    rng = check_generator(rng, "rng")
    coarse, fine = replica(saddle, 1), replica(saddle, check_integer(copies, "copies"))
    out = []
    for child in rng.spawn(check_integer(n_seeds, "n_seeds")):
        if length is None:
            fields = coupled_noise(fine, coarse, rng=child)
        else:
            small = smooth_perturbation(coarse.hessian, rng=child, length=length)
            fields = CoupledNoise(VelocityField(*(np.tile(x, (copies, 1)) for x in small)), small)
        late = _clock(fine, fields.fine, epsilon, time, steps)
        out.append(late - _clock(coarse, fields.coarse, epsilon, time, steps))
    return np.array(out)

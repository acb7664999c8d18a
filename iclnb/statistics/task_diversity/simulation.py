r"""Lu et al.'s setting at finite d: simulated pretraining, exactly evaluated.

The features are :math:`z=x_{\ell+1}\otimes h`, :math:`h=[\frac d\ell\sum y_ix_i,\frac1\ell\sum
y_i^2]\in\mathbb R^{d+1}`; Gamma is d x (d+1). Only pretraining is random: given Gamma the test
error on new tasks of the sphere is, exactly and for every d and :math:`\ell`,

.. math:: e(\Gamma)=1+\rho-\frac2d\mathrm{tr}\,\Gamma_1+\frac1d\mathrm{tr}(\Gamma H\Gamma^\top),
          \quad H=\mathrm{diag}\Big(\big(1-\tfrac1\ell+\tfrac2\ell+\tfrac{d(1+\rho)}\ell\big)I,\
          (1+\rho)^2(1+\tfrac2\ell)\Big),

:math:`\Gamma_1` the first d columns (derived here); on the tasks of a pool see
:func:`pool_task_error`. The error of the finite size falls as 1/d.

A prompt is drawn without its examples, through what Gamma sees of them. For a task of norm
:math:`s\sqrt d` let :math:`u_i` be :math:`\sqrt d` times the part of :math:`x_i` along it, so that
:math:`y_i=su_i+\sigma v_i`. Then :math:`|u|^2,\,u\cdot v,\,|v|^2` are :math:`A,\ \sqrt AN,\
N^2+B` with :math:`A\sim\chi^2_\ell`, :math:`B\sim\chi^2_{\ell-1}` and N standard normal, and
given y the sum :math:`\sum y_ix_i` is Gaussian of covariance :math:`\frac{|y|^2}dI` across the
task: O(d) operations in place of :math:`O(\ell d)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData
from iclnb.statistics.task_diversity.least_squares import ridgeless, solutions
from iclnb.statistics.task_diversity.limits.ridge_curves import TaskErrors


@guarded
@dataclass(frozen=True)
class LuSetting:
    r"""Sizes: :math:`\ell=\alpha d`, :math:`k=\kappa d`, :math:`n=\tau d^2`, rounded.

    ``noise`` is a standard deviation, :math:`\sqrt\rho`.
    """

    d: int
    tau: float
    kappa: float
    alpha: float
    noise: float

    def __post_init__(self) -> None:
        check_integer(self.d, "d")
        for name in ("tau", "kappa", "alpha"):
            check_number(getattr(self, name), name, low=0.0, strict=True)
        check_number(self.noise, "noise", low=0.0)

    @property
    def n_prompts(self) -> int:
        """n."""
        return max(1, round(self.tau * self.d**2))

    @property
    def n_tasks(self) -> int:
        """k."""
        return max(1, round(self.kappa * self.d))

    @property
    def prompt_length(self) -> int:
        """The prompt length."""
        return max(1, round(self.alpha * self.d))


@guarded
def sphere_tasks(n_tasks: int, d: int, rng: np.random.Generator) -> FloatArray:
    r"""Tasks uniform on the sphere of radius :math:`\sqrt d`, shape (n_tasks, d)."""
    n_tasks, d = check_integer(n_tasks, "n_tasks"), check_integer(d, "d")
    return np.sqrt(d) * sphere_rows(n_tasks, d, rng)


@guarded
def sample_pretraining(
    setting: LuSetting,
    rng: np.random.Generator,
    *,
    tasks: ArrayLike | None = None,
    n_prompts: int | None = None,
) -> AttentionData:
    """Draw prompts on the setting's k tasks, or on the given ones, by their sufficient statistics.

    The keys are h, of shape (n, d+1), the queries :math:`x_{\\ell+1}`.
    """
    d, length = setting.d, setting.prompt_length
    if tasks is None:
        pool = sphere_tasks(setting.n_tasks, d, rng)
    else:
        pool = check_array(tasks, "tasks", (None, None))
        if pool.shape[1] != d:
            raise ValueError(f"tasks must have {d} columns, got shape {pool.shape}")
    total = setting.n_prompts if n_prompts is None else check_integer(n_prompts, "n_prompts")
    check_generator(rng, "rng")
    w = pool[rng.integers(len(pool), size=total)]
    size = np.linalg.norm(w, axis=1) / np.sqrt(d)
    along = np.divide(w, np.sqrt(d) * size[:, None], out=np.eye(1, d).repeat(total, 0),
                      where=size[:, None] > 0)  # fmt: skip
    uu = rng.chisquare(length, total)
    normal = rng.standard_normal(total)
    vv = normal**2 + (rng.chisquare(length - 1, total) if length > 1 else 0.0)
    uv = np.sqrt(uu) * normal
    yu = size * uu + setting.noise * uv
    yy = size**2 * uu + 2 * size * setting.noise * uv + setting.noise**2 * vv
    across = rng.standard_normal((total, d))
    across -= np.sum(across * along, axis=1)[:, None] * along
    sums = (yu[:, None] * along + np.sqrt(yy)[:, None] * across) / np.sqrt(d)
    query = rng.standard_normal((total, d)) / np.sqrt(d)
    target = np.sum(query * w, axis=1)
    label = target + setting.noise * rng.standard_normal(total)
    keys = np.hstack([d / length * sums, yy[:, None] / length])
    return AttentionData(keys, query, label, target)


class _Moments(NamedTuple):
    """Of the keys of one kind of tasks: with the query and its label, d(d+1), and second ones."""

    cross: FloatArray
    second: FloatArray

    def error(self, Gamma: FloatArray, rho: float) -> float:
        return float(1 + rho - 2 * np.sum(Gamma * self.cross) / len(Gamma)) + self.square(Gamma)

    def square(self, Gamma: FloatArray) -> float:
        """Mean square of the answer."""
        return float(np.sum((Gamma @ self.second) * Gamma) / len(Gamma))


def _moments(setting: LuSetting, R: FloatArray, mean: FloatArray) -> _Moments:
    d, length, rho = setting.d, setting.prompt_length, setting.noise**2
    second = np.zeros((d + 1, d + 1))
    second[:d, :d] = (1 + 1 / length) * R + d * (1 + rho) / length * np.eye(d)
    second[:d, d] = second[d, :d] = (1 + rho) * (1 + 2 / length) * mean
    second[d, d] = (1 + rho) ** 2 * (1 + 2 / length)
    return _Moments(np.hstack([R, (1 + rho) * mean[:, None]]), second)


def _of_new(setting: LuSetting) -> _Moments:
    return _moments(setting, np.eye(setting.d), np.zeros(setting.d))


def _of_pool(setting: LuSetting, pool: FloatArray) -> _Moments:
    return _moments(setting, pool.T @ pool / len(pool), pool.mean(axis=0))


@guarded
def new_task_error(Gamma: ArrayLike, setting: LuSetting) -> float:
    """Exact test error on new tasks for any Gamma (d, d+1); the noise of the query included."""
    G = check_array(Gamma, "Gamma", (setting.d, setting.d + 1))
    return _of_new(setting).error(G, setting.noise**2)


@guarded
def pool_task_error(Gamma: ArrayLike, setting: LuSetting, pool: ArrayLike) -> float:
    r"""Exact test error on the tasks of a pool (k, d), all of norm :math:`\sqrt d`.

    With :math:`R=\frac1k\sum ww^\top` and the mean :math:`\bar w` of the pool, h has the mean
    :math:`(\bar w,1+\rho)` and the second moment

    .. math:: \begin{pmatrix}(1+\frac1\ell)R+\frac{d(1+\rho)}\ell I&
              (1+\rho)(1+\frac2\ell)\bar w\\\cdot&(1+\rho)^2(1+\frac2\ell)\end{pmatrix}.

    Derived here.
    """
    G = check_array(Gamma, "Gamma", (setting.d, setting.d + 1))
    W = check_array(pool, "pool", (None, setting.d))
    if not np.allclose(np.sum(W**2, axis=1), setting.d):
        raise ValueError("pool must hold tasks of norm sqrt(d)")
    return _of_pool(setting, W).error(G, setting.noise**2)


@guarded
def simulated_errors(
    setting: LuSetting, rng: np.random.Generator, *, penalty: float = 0.0, probes: int = 0
) -> TaskErrors:
    r"""Exact test errors after one simulated pretraining, on new tasks and on the pool's.

    Parameters
    ----------
    setting : LuSetting
    rng : Generator
        Of pool and prompts.
    penalty : float
        That of :func:`.least_squares.ridgeless`.
    probes : int
        If positive, the noise of the pretraining labels is averaged out: :math:`\Gamma` is linear
        in the labels, so that the mean error is that of the noiseless labels, and
        :math:`\rho` times the mean square of the answers of the :math:`\Gamma` of pure unit noise,
        over this many draws of it. The mean stays, the variance falls several times.
    """
    rho, probes = setting.noise**2, check_integer(probes, "probes", least=0)
    pool = sphere_tasks(setting.n_tasks, setting.d, rng)
    data = sample_pretraining(setting, rng, tasks=pool)
    kinds = (_of_new(setting), _of_pool(setting, pool))
    if not probes:
        Gamma = ridgeless(data, penalty=penalty)
        return TaskErrors(*(kind.error(Gamma, rho) for kind in kinds))
    pure = rng.standard_normal((len(data.target), probes))
    labels = np.column_stack([data.target, pure])
    penalty = check_number(penalty, "penalty", low=0.0)
    mean, *noise = solutions(data.keys, data.queries, labels, penalty)
    return TaskErrors(
        *(k.error(mean, rho) + rho * float(np.mean([k.square(G) for G in noise])) for k in kinds)
    )

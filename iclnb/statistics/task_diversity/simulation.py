r"""Lu et al.'s setting at finite d: simulated pretraining, exactly evaluated.

The features are :math:`z=x_{\ell+1}\otimes h`, :math:`h=[\frac d\ell\sum y_ix_i,\frac1\ell\sum
y_i^2]\in\mathbb R^{d+1}`; Gamma is d x (d+1). Only pretraining is random: given Gamma the test
error on new tasks of the sphere is, exactly and for every d and :math:`\ell`,

.. math:: e(\Gamma)=1+\rho-\frac2d\mathrm{tr}\,\Gamma_1+\frac1d\mathrm{tr}(\Gamma H\Gamma^\top),
          \quad H=\mathrm{diag}\Big(\big(1-\tfrac1\ell+\tfrac2\ell+\tfrac{d(1+\rho)}\ell\big)I,\
          (1+\rho)^2(1+\tfrac2\ell)\Big),

:math:`\Gamma_1` the first d columns (derived here). The error of the finite size falls as 1/d.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data


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
    chunk: int = 512,
) -> AttentionData:
    """Draw prompts on the setting's k tasks (or on the given ones), ``chunk`` at a time.

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
    pieces = []
    for start in range(0, total, chunk):
        size = min(chunk, total - start)
        w = pool[rng.integers(len(pool), size=size)]
        X = rng.standard_normal((size, length + 1, d)) / np.sqrt(d)
        y = np.einsum("bnd,bd->bn", X, w)
        y += setting.noise * rng.standard_normal(y.shape)
        seen = y[:, :-1]
        mean = np.einsum("bn,bnd->bd", seen, X[:, :-1]) * (d / length)
        square = np.mean(seen**2, axis=1, keepdims=True)
        pieces.append((np.hstack([mean, square]), X[:, -1], y[:, -1]))
    return AttentionData(*(np.concatenate(part) for part in zip(*pieces)))


@guarded
def ridgeless(data: AttentionData) -> FloatArray:
    r"""Least-norm least squares for Gamma (d, d+1) in :math:`y=x^\top\Gamma h`.

    Through the n x n matrix :math:`(x_t^\top x_u)(h_t^\top h_u)` when there are fewer prompts than
    unknowns, else through the normal equations, summed so that no n x d(d+1) array is held.
    """
    H, X, y, _ = check_attention_data(data, "data")
    unknowns = X.shape[1] * H.shape[1]
    if len(y) < unknowns:
        kernel = (X @ X.T) * (H @ H.T)
        weight = _positive_solve(kernel, y)
        return X.T @ (weight[:, None] * H)
    normal, right = np.zeros((unknowns, unknowns)), np.zeros(unknowns)
    for start in range(0, len(y), 512):
        cut = slice(start, start + 512)
        z = np.einsum("ti,tj->tij", X[cut], H[cut]).reshape(-1, unknowns)
        normal += z.T @ z
        right += z.T @ y[cut]
    return _positive_solve(normal, right).reshape(X.shape[1], H.shape[1])


def _positive_solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    try:
        return cho_solve(cho_factor(matrix), right)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(matrix, right, rcond=1e-12)[0]


@guarded
def new_task_error(Gamma: ArrayLike, setting: LuSetting) -> float:
    """Exact test error on new tasks for any Gamma (d, d+1); the noise of the query included."""
    d, length, rho = setting.d, setting.prompt_length, setting.noise**2
    G = check_array(Gamma, "Gamma", (d, d + 1))
    head = 1 + 1 / length + d * (1 + rho) / length
    last = (1 + rho) ** 2 * (1 + 2 / length)
    linear = 2 * np.trace(G[:, :d]) / d
    square = (head * np.sum(G[:, :d] ** 2) + last * np.sum(G[:, d] ** 2)) / d
    return float(1 + rho - linear + square)


@guarded
def simulated_error(setting: LuSetting, rng: np.random.Generator) -> float:
    """Test error on new tasks after one simulated pretraining."""
    return new_task_error(ridgeless(sample_pretraining(setting, rng)), setting)

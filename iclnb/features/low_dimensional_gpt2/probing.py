r"""Training with a probe: how well the decoder's first layer knows the subspace, step by step.

Tokens enter through :math:`W_{\rm in}x`, and the rows of :math:`W_{\rm in}` (width x d) are all
that the decoder ever sees of an input. Two numbers say how far they point into the hidden subspace
:math:`\mathcal S`: the share of their squared length that lies in it, r/d at a random start; and
the cosines of the principal angles between :math:`\mathcal S` and the r strongest right singular
directions of :math:`W_{\rm in}`, one where it is found.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb import scale
from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded

from .config import DecoderConfig
from .layouts import joint
from .paper import Course, make_tasks, measured_course
from .plateau import plateau_exit
from .training import Trained, TrainingConfig, train

__all__ = ["LONG", "Probe", "ProbedCourse", "probe", "probed_course", "stored_probes"]

#: Name of the committed result.
LONG = "low-dimensional-gpt2-long"


class Probe(NamedTuple):
    """Share of the squared length in the subspace; cosines of the r principal angles, falling."""

    share: float
    cosines: FloatArray


@guarded
def probe(weights: ArrayLike, subspace: ArrayLike) -> Probe:
    r"""How far the rows of a matrix point into a subspace.

    .. math:: \frac{|WP_{\mathcal S}|_F^2}{|W|_F^2},\qquad
              \cos\theta_i=\text{singular values of }V_r^\top U,

    with :math:`V_r` the r strongest right singular vectors of W and U a basis of the subspace.

    Parameters
    ----------
    weights : array (m, d)
        Not zero, and at least r rows.
    subspace : array (r, d)
        Orthonormal rows.
    """
    weights = check_array(weights, "weights", (None, None))
    subspace = check_array(subspace, "subspace", (None, weights.shape[1]))
    r = subspace.shape[0]
    if weights.shape[0] < r:
        raise ValueError(f"weights must have at least {r} rows, got {weights.shape[0]}")
    total = float(np.sum(weights**2))
    if total == 0:
        raise ValueError("weights must not vanish")
    strongest = np.linalg.svd(weights, full_matrices=False)[2][:r]
    cosines = np.linalg.svd(strongest @ subspace.T, compute_uv=False)
    share = float(np.sum((weights @ subspace.T) ** 2)) / total
    return Probe(share, np.minimum(cosines, 1.0))


@guarded
def probed_course(
    d: int,
    r: int,
    seed: int,
    *,
    layers: int,
    width: int,
    heads: int,
    batch_size: int,
    prompt_length: int,
    step_size: float,
    steps: int,
    warmup: int = 0,
    every: int = 50,
    final: int = 500,
    n_prompts: int = 4096,
) -> dict[str, Any]:
    r"""Train with the link He_2 and stop at each record to probe the model.

    A run that is stopped and resumed is the run that was not stopped, so errors and weights are
    those of :func:`~.low_dimensional_gpt2.paper.course` at the same arguments.

    Parameters
    ----------
    d, r, seed, layers, width, heads, batch_size, prompt_length, step_size, steps, warmup
        As there.
    every : int
        Steps in a record; divides ``steps``.
    final : int
        Steps at the end over which the errors of ``window`` are averaged.
    n_prompts : int
        Fresh prompts on which the last model is measured.

    Returns
    -------
    dict
        ``steps``, ``none``, ``last``, ``mean`` and ``standard_error`` as there; ``window``, errors
        by number of examples over the last ``final`` steps, of fresh prompts; ``share`` and
        ``cosines``, the probe at each record.
    """
    every, final = check_integer(every, "every"), check_integer(final, "final")
    if check_integer(steps, "steps") % every:
        raise ValueError(f"every = {every} must divide steps = {steps}")
    tasks = make_tasks(d, r, seed)
    setting = TrainingConfig(
        DecoderConfig(d, width, layers, heads, prompt_length),
        batch_size=batch_size, prompt_length=prompt_length,
        step_size=step_size, steps=steps, seed=seed, warmup=warmup, every=every,
    )  # fmt: skip
    probes = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.pt"
        for step in range(every, steps + 1, every):
            model, log = train(replace(setting, steps=step), tasks, joint, checkpoint=file)
            seen = model.read_in.weight.detach().numpy()[:, :d]
            probes.append(probe(seen.astype(float), tasks.subspace))
    found = measured_course(setting, tasks, Trained(model, log), n_prompts=n_prompts, device="cpu")
    del found["tokens"]
    rounded = {
        "window": log.errors[-max(1, final // every) :].mean(axis=0),
        "share": np.array([p.share for p in probes]),
        "cosines": np.array([p.cosines for p in probes]),
    }
    return {**found, **{name: np.round(values, 5).tolist() for name, values in rounded.items()}}


class ProbedCourse(NamedTuple):
    """Courses of S seeds: steps (K,); errors without examples and after all, (S, K); those of the
    last model and of the last steps by number of examples, (S, n); share (S, K) and cosines
    (S, K, r) of the probe; seeds (S,)."""

    steps: FloatArray
    none: FloatArray
    last: FloatArray
    mean: FloatArray
    window: FloatArray
    share: FloatArray
    cosines: FloatArray
    seeds: tuple[int, ...]

    exits = Course.exits

    def found(self, level: float) -> FloatArray:
        """Step at which each seed's least cosine is first above ``level``, (S,)."""
        least = self.cosines.min(axis=2)
        return np.array([plateau_exit(self.steps, -row, level=-level) for row in least])


@guarded
def stored_probes(d: int, r: int) -> ProbedCourse:
    """Return the committed courses of one setting.

    Raises
    ------
    FileNotFoundError
        If the package holds no result.
    KeyError
        If it holds none of this setting.
    """
    kept = scale.required(LONG)
    chosen = [p for p in kept.results["points"] if (p["d"], p["r"]) == (d, r)]
    if not chosen:
        raise KeyError(f"no stored course of d = {d}, r = {r}")
    runs = [p["result"] for p in chosen]
    columns = (np.array([run[name] for run in runs]) for name in ProbedCourse._fields[1:-1])
    return ProbedCourse(np.array(runs[0]["steps"]), *columns, tuple(p["seed"] for p in chosen))

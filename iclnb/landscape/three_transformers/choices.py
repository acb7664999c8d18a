r"""What the choices do that the source does not name: one of them changed at a time.

From the source are d = 20, k = 5 and 10 000 prompts in one pass. The prompts have 100 pairs in
place of 1000 and the models 200 neurons in place of 500, so that a run takes a twentieth of the
time. All else is that of :mod:`iclnb.landscape.three_transformers.paper` in panel (a). Momentum
:math:`\beta` and batches of b prompts take steps of the size
:math:`\eta\,\frac{1-\beta}{1/10}\,\frac b{10}`, and a round of the modified Transformer comes each
250 prompts, so that a pass lasts as long in the time of the flow and has as many rounds, whatever
the two are. ``python -m tools.paper three-transformers-choices`` makes the committed results,
:func:`stored_choices` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded

from .disturb import Disturbance
from .experiment import MODELS, Band, band
from .paper import stored_runs
from .setting import Setting, draw
from .training import Batches, Optimiser, Transformer, train

__all__ = ["Choice", "changed_course", "stored_choices"]

#: Name of the committed result.
NAME = "three-transformers-choices"
#: What the steps are those of, and the prompts from one round to the next.
MOMENTUM, BATCH, ROUND = 0.9, 10, 250


class Choice(NamedTuple):
    r"""Final errors over that of static, with the choice ``changed``; none for the reference.

    ``over_static`` has the ratios (seeds,) of ``"attention"`` and ``"modified"``, by the
    two-timescale loss, and of attention's ``"own"``, by the loss that it descends; only of models
    that the choice can change. Infinite where a run diverged.
    """

    changed: Mapping[str, float]
    over_static: Mapping[str, FloatArray]

    def middle(self, kind: str) -> Band:
        """Return the geometric mean of the ratios over the seeds, and its 95 % interval."""
        return Band(*np.exp(band(np.log(self.over_static[kind]))))


@guarded
def changed_course(
    kind: str,
    seed: int,
    *,
    step_size: float = 0.002,
    gamma_step_size: float = 0.002,
    momentum: float = MOMENTUM,
    batch_size: int = BATCH,
    n_prompts: int = 10_000,
    prompt_length: int = 100,
    neurons: int = 200,
    start_size: float = 1.0,
    start_spread: float = 0.5,
    teacher_neurons: int = 10,
    teacher_norm: float = 2.0,
    bias: float = 0.0,
    share: float = 0.01,
    epsilon: float = 0.01,
    length: float = 1.0,
) -> dict[str, Any]:
    r"""Return the errors ``loss`` and ``own`` at the end of one course, as plain data.

    Parameters
    ----------
    kind : str
        Name of the model.
    step_size, gamma_step_size, momentum : float
        Steps of features and attention at momentum 0.9 and batches of ten prompts, see above.
    batch_size, n_prompts, prompt_length : int
        Prompts in a step, prompts in all, pairs in a prompt.
    neurons, start_size, start_spread, teacher_neurons, teacher_norm, bias
        As in :class:`Setting`.
    share, epsilon, length : float
        As in :class:`Disturbance`; only of the modified Transformer.

    Raises
    ------
    ValueError
        If ``kind`` is no model, or a batch has more prompts than there are.
    """
    if kind not in MODELS:
        raise ValueError(f"kind must be one of {list(MODELS)}")
    steps = check_integer(n_prompts, "n_prompts") // check_integer(batch_size, "batch_size")
    if not steps:
        raise ValueError(f"batch_size must be at most n_prompts, got {batch_size} > {n_prompts}")
    momentum = Optimiser(momentum=momentum).momentum
    setting = Setting(
        neurons=neurons,
        start_size=start_size,
        start_spread=start_spread,
        teacher_neurons=teacher_neurons,
        teacher_norm=teacher_norm,
        bias=bias,
    )
    factor = (1.0 - momentum) / (1.0 - MOMENTUM) * batch_size / BATCH
    how = Disturbance(max(round(ROUND / batch_size), 1), share, epsilon, length)
    model = MODELS[kind]
    out = train(
        draw(setting, seed),
        Transformer(model.joint, model.disturbance and how),
        seed=seed,
        steps=steps,
        optimiser=Optimiser(factor * step_size, factor * gamma_step_size, momentum),
        batches=Batches(batch_size, prompt_length, single=True),
        records=2,
    )
    return {"loss": round(out.loss[-1], 6), "own": round(out.own[-1], 6), "diverged": out.diverged}


@guarded
def stored_choices() -> tuple[Choice, ...]:
    """Return the committed results, in the order of the run; the reference is the first.

    The last is the run at the size of the paper, on the seeds of its own.

    Raises
    ------
    FileNotFoundError
        If the package does not hold both.
    """
    found = scale.required(NAME)
    done: dict[tuple[tuple[str, float], ...], dict[str, dict[int, dict[str, Any]]]] = {}
    for point in found.results["points"]:
        changed = tuple((k, v) for k, v in point.items() if k not in ("kind", "seed", "result"))
        done.setdefault(changed, {}).setdefault(point["kind"], {})[point["seed"]] = point["result"]
    reference = done[()]["static"]
    small = [Choice(dict(c), _ratios(of, of.get("static", reference))) for c, of in done.items()]
    large = stored_runs()
    ends = {"attention": large.loss["a", "attention"], "own": large.own["a", "attention"]}
    ends |= {"modified": large.loss["a", "modified"]}
    ratios = {name: end[:, -1] / large.final("a", "static") for name, end in ends.items()}
    return (*small, Choice({"neurons": 500.0, "prompt_length": 1000.0}, ratios))


def _ratios(
    of: Mapping[str, Mapping[int, Mapping[str, Any]]], static: Mapping[int, Mapping[str, Any]]
) -> dict[str, FloatArray]:
    pick = {"attention": ("attention", "loss"), "own": ("attention", "own")}
    pick |= {"modified": ("modified", "loss")}
    return {
        name: np.array([
            np.inf if r["diverged"] else r[what] / static[seed]["loss"]
            for seed, r in sorted(of[kind].items())
        ])
        for name, (kind, what) in pick.items()
        if kind in of
    }  # fmt: skip

r"""A mirror that the flow does not leave, and what leaves it.

If the teacher is symmetric under :math:`w_c\mapsto-w_c` up to a sign of the features, the set of
measures whose atoms all have :math:`w_c=0` is invariant: the gradient in :math:`w_c` is odd in
:math:`w_c`. For :func:`~iclnb.landscape.strict_saddle.saddles.axis_saddle` with one feature missing
no such measure has a loss below :math:`r^\circ/2`, since its features do not depend on the
coordinate that the missing feature reads. In floating point an exact zero is a sum of products with
zeros and stays one; in rotated coordinates the same set is a hyperplane that rounding leaves by
some :math:`10^{-17}`, which grows like any other perturbation. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import integrate
from iclnb.landscape.strict_saddle.saddles import Saddle

from .escape import perturbation, reflection_defect, symmetric_perturbation
from .operator import Hessian
from .spectrum import lowest
from .symmetry import rotate_inputs

__all__ = ["MirrorFates", "mirror_fates"]


class MirrorFates(NamedTuple):
    r"""Losses over :math:`r^\circ/2` at the times (in units of :math:`1/|\lambda_{\min}|`).

    ``stuck`` started in the mirror; ``noisy`` beside it; ``rotated`` in it, in rotated coordinates.
    ``defect`` is the largest :math:`|w_c|` of ``stuck`` at the end.
    """

    times: FloatArray
    stuck: FloatArray
    noisy: FloatArray
    rotated: FloatArray
    defect: float


@guarded
def mirror_fates(
    saddle: Saddle,
    *,
    rng: np.random.Generator,
    coordinate: int = 0,
    inside: float = 0.3,
    outside: float = 1e-10,
    time: float = 200.0,
    records: int = 101,
) -> MirrorFates:
    r"""Follow three starts that differ by nothing, by a tiny noise, and by a rotation.

    Parameters
    ----------
    saddle : Saddle
        With all atoms in the mirror, from
        :func:`~iclnb.landscape.strict_saddle.saddles.axis_saddle`.
    inside, outside : float
        Size of the random perturbation in the mirror, common to the three, and of the one beside
        it.
    time : float
        Length, in units of :math:`1/|\lambda_{\min}|`.

    Raises
    ------
    ValueError
        If an atom of the saddle is not in the mirror.
    """
    rng, records = check_generator(rng, "rng"), check_integer(records, "records")
    inside, outside = (
        check_number(inside, "inside", low=0.0),
        check_number(outside, "outside", low=0.0),
    )
    time = check_number(time, "time", low=0.0, strict=True)
    if reflection_defect(saddle.mu, coordinate) != 0.0:
        raise ValueError("saddle must have all atoms in the mirror of coordinate")
    hessian = Hessian(saddle.problem, saddle.mu)
    times = np.linspace(0.0, time, records)
    clock = times / abs(lowest(hessian, rng=rng).value)
    within = symmetric_perturbation(hessian, coordinate, rng=rng)
    start = saddle.mu.moved(inside * within.a, inside * within.w)
    beside = perturbation(hessian, rng=rng)
    turn = np.linalg.qr(rng.standard_normal((start.w.shape[1],) * 2))[0]
    stuck = integrate(saddle.problem, start, clock)
    noisy = integrate(saddle.problem, start.moved(outside * beside.a, outside * beside.w), clock)
    rotated = integrate(*rotate_inputs(saddle.problem, start, turn), clock)
    level = saddle.problem.r0 / 2.0
    defect = reflection_defect(stuck.measure(-1), coordinate)
    return MirrorFates(times, stuck.loss / level, noisy.loss / level, rotated.loss / level, defect)

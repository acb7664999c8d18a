r"""The first and second variation of the loss, proved: as a series in the masses.

A signed change :math:`\chi` of the measure is a change of the masses of the neurons. The loss of
:math:`\mu+\epsilon\chi` is expanded from its definition and compared with the page's displays.
Nothing here uses the float library; :func:`displays` takes any kind of number, so that a test and
the page can run it on floats too.
"""

from __future__ import annotations

from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Proof,
    column,
    inverse,
    multiply,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import Neurons, best_loss, total


def given(*parts: Any) -> Neurons:
    r"""Return neurons of any kind of number.

    The parts are masses, outer weights, covariances among themselves and with the features of the
    teacher, and :math:`S_0`.
    """
    at = Neurons.__new__(Neurons)
    at.mass, at.a, at.kappa, at.target, at.S0 = parts
    at.count, at.k = len(at.a), len(at.a[0])
    return at


@guarded
def displays(at: Neurons, *, moving: Number = 1) -> tuple[list[Any], Matrix]:
    r"""Return :math:`\frac{\delta L}{\delta\mu}(\theta_i)` and
    :math:`\frac{\delta^2L}{\delta\mu^2}(\theta_i,\theta_j)` as the page displays them.

    ``moving`` multiplies the part that comes from the readout's moving with the measure.
    """
    C, Sigma = at.covariances(at.a)
    inner = inverse(Sigma)
    B = multiply(C, inner)
    weighted = [[m * v for v in row] for m, row in zip(at.mass, at.a, strict=True)]
    g = multiply(at.kappa, weighted)  # covariances of the activations with the features
    z = subtract(at.target, multiply(g, transpose(B)))  # and with the residual
    read = [transpose(multiply(B, column(row)))[0] for row in at.a]
    first = [-total([u * v for u, v in zip(read[i], z[i], strict=True)]) for i in range(at.count)]
    T = [
        subtract(multiply(column(z[i]), [at.a[i]]), multiply(column(read[i]), [g[i]]))
        for i in range(at.count)
    ]
    second = [
        [
            multiply([read[i]], column(read[j]))[0][0] * at.kappa[i][j]
            - moving * trace(multiply(T[i], inner, transpose(T[j])))
            for j in range(at.count)
        ]
        for i in range(at.count)
    ]
    return first, second


@guarded
def variations(moving: Number = 1) -> Proof:
    r"""The displays are the two first coefficients of :math:`L(\mu+\epsilon\chi)`; both integrate
    to zero against :math:`\mu`.

    Four neurons, k = 2. ``moving`` stands in place of 1 before the second term; 0 holds the
    readout fixed.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        at, chi = Neurons(x, 4, 2), x.vector(4)
        first, second = displays(at, moving=moving)
        masses = at.mass
        at.mass = [Jet(p, c) for p, c in zip(masses, chi, strict=True)]
        C, Sigma = at.covariances(at.a)
        loss = best_loss(at.S0, C, Sigma)
        linear = total([c * v for c, v in zip(chi, first, strict=True)])
        square = total([chi[i] * chi[j] * second[i][j] for i in range(4) for j in range(4)])
        zero = total([p * v for p, v in zip(masses, first, strict=True)])
        both = total([masses[i] * masses[j] * second[i][j] for i in range(4) for j in range(4)])
        return [
            (loss[1], linear),
            (2 * loss[2], square),
            (linear + zero, linear),
            (square + both, square),
        ]

    return vanishes(
        "mfl-variations",
        sides,
        where="4 neurons, k = 2; every mass, weight, covariance and change of the masses",
    )

r"""A mirror of the flow: a coordinate that no neuron reads, proved from the loss of any activation.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Pair, Proof, inverse, multiply, transpose, vanishes
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import best_loss, mean_product, total

__all__ = ["mirror"]


@guarded
def mirror(*, odd: bool = True) -> Proof:
    r"""Where all neurons ignore a coordinate, the loss does not pull them towards it, and it is at
    least half of the strength of the feature that reads this coordinate alone.

    Inputs (u, y) with three values of u, each with y and -y; one feature of u alone, one that is
    odd in y; three neurons with the inner weights (w, 0). Any activation: its values, and its
    slopes times y, are free at each input. The derivative in each second weight comes from the
    series of the loss. The near miss has a feature that is not odd.
    """

    def sides(x: Draw) -> list[Pair]:
        chances, first, second = x.vector(3), x.vector(3), x.vector(3)
        mass, a, value, slope = x.vector(3), x.matrix(3, 2), x.matrix(3), x.matrix(3)
        points = [(i, sign) for i in range(3) for sign in (1, -1)]
        law = [Fraction(1, 2) * chances[i] for i, _ in points]
        f = [[first[i], sign * second[i] + (0 if odd else first[i])] for i, sign in points]
        S0 = mean_product(f, f, law)

        def learnt(i: int, sign: int, moved: int | None) -> list[Any]:
            active = [
                Jet(value[i][j], sign * slope[i][j] if j == moved else 0, order=1) for j in range(3)
            ]
            return [total([mass[j] * a[j][c] * active[j] for j in range(3)]) for c in range(2)]

        def loss(moved: int | None) -> Any:
            h = [learnt(i, sign, moved) for i, sign in points]
            return best_loss(S0, mean_product(f, h, law), mean_product(h, h, law))

        still = loss(None)[0]
        out = [(still + loss(j)[1], still) for j in range(3)]
        h = [[v[0] for v in learnt(i, 1, None)] for i in range(3)]
        own = [[v] for v in first]
        C, Sigma = mean_product(own, h, chances), mean_product(h, h, chances)
        rest = mean_product(own, own, chances)[0][0]
        rest = rest - multiply(C, inverse(Sigma), transpose(C))[0][0]
        strength = total([p * v * v for p, v in zip(chances, second, strict=True)])
        out.append((still, Fraction(1, 2) * (strength + rest)))
        return out

    return vanishes(
        "saddle-mirror",
        sides,
        where="3 neurons, k = 2, any activation; three inputs and their reflections",
        relies_on=("the flow is unique", "a residual variance is not negative"),
    )

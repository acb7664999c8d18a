r"""Proof by exact computation: identities at rational points, finite cases, signs, enclosures.

A claim is *proved* when one of these says so; nothing here uses a floating-point number.

* :func:`vanishes`: two expressions in free variables agree as rational functions. Both are run on
  rational numbers and on *degrees* (:class:`Degree`), so that the degree of their difference is
  computed. If a grid of (degree + 1) points a variable is small, all of it is tried, and the
  identity is certain. Else three points from a set of :math:`2^{64}` per variable are tried, and a
  false identity of degree :math:`D` passes with probability at most :math:`(D/2^{64})^3`
  (Schwartz, Zippel). The points follow from the name and a salt.
* :func:`nonnegative`: an expression equals another one whose sign is plain: sums, products and
  quotients of positive variables and of squares (:class:`Sign`).
* :func:`finite`: finitely many pairs of exact numbers are equal.
* :func:`enclosed`, :func:`for_all`: a number, or a function on a whole interval, lies between
  rational bounds, by ball arithmetic (python-flint, an extra).

One side of an identity is always a definition (all prompts enumerated, Gaussian moments by
pairings, derivatives by :class:`Jet`), the other one the display of the page. The room knows no
part of the book.

>>> from iclnb.exact import vanishes
>>> def square_of_a_sum(x):
...     a, b = x(), x()
...     return [((a + b) * (a + b), a * a + 2 * a * b + b * b)]
>>> vanishes("demo", square_of_a_sum, where="all a and b").strength
'equal on a full grid of 9 points: an identity of rational functions'
"""

from iclnb.exact.balls import enclosed, for_all
from iclnb.exact.degrees import Degree
from iclnb.exact.jets import Jet
from iclnb.exact.matrices import (
    Matrix,
    add,
    column,
    diagonal,
    entries,
    eye,
    inverse,
    multiply,
    scaled,
    subtract,
    trace,
    transpose,
)
from iclnb.exact.moments import gaussian_moment, sphere_moment
from iclnb.exact.points import Draw
from iclnb.exact.proofs import Number, Pair, Proof, finite, nonnegative, vanishes
from iclnb.exact.signs import Sign, square

__all__ = [
    "Degree",
    "Draw",
    "Jet",
    "Matrix",
    "Number",
    "Pair",
    "Proof",
    "Sign",
    "add",
    "column",
    "diagonal",
    "enclosed",
    "entries",
    "eye",
    "finite",
    "for_all",
    "gaussian_moment",
    "inverse",
    "multiply",
    "nonnegative",
    "scaled",
    "sphere_moment",
    "square",
    "subtract",
    "trace",
    "transpose",
    "vanishes",
]

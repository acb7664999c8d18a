"""The theory of in-context learning, computed.

``iclnb`` is the library behind the book: one package per part (:mod:`iclnb.foundations`,
:mod:`iclnb.statistics`, :mod:`iclnb.landscape`, :mod:`iclnb.dynamics`, :mod:`iclnb.features`), each
holding the mathematics of its chapters and nothing else, and the small rooms that know no part:

* :mod:`iclnb.arguments`: checks of arguments;
* :mod:`iclnb.draws`: random vectors of common laws;
* :mod:`iclnb.evidence`: claims, certificates, exponent fits;
* :mod:`iclnb.exercise`: answers of a reader, checked;
* :mod:`iclnb.explore`: figures with sliders;
* :mod:`iclnb.quadrature`: products of quadrature rules;
* :mod:`iclnb.style`: the figure style of the book;
* :mod:`iclnb.scale`: quick and paper scale, seeds, sweeps, stored results.

Importing :mod:`iclnb` imports none of them.
"""

__version__ = "0.1.0"

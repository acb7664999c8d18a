"""Claims, checks and certificates.

A *claim* is one statement of the sources. A *check* compares a prediction with a measurement. A
*certificate* is a claim with its check and a negative control: the same check on a deliberately
wrong prediction, which must fail. A failing certificate raises. Every check says what error it
would have noticed, and its verdict depends on that.

>>> from iclnb.evidence import Control, Provenance, Verdict, certify, chapter_claims, identity
>>> claim = chapter_claims("iclnb.demo.squares.claims")
>>> SQUARE = claim(
...     id="demo-square", source="arithmetic", provenance=Provenance.DERIVED, regime="one case",
...     implements=pow, expected=Verdict.EXACT,
... )
>>> certificate = certify(
...     SQUARE,
...     identity(pow(3, 2), 9),
...     control=Control("exponent 3 for 2", identity(pow(3, 3), 9)),
... )
>>> print(certificate)
[exact] demo-square: The value: 9; exactly the same.
  would notice: a single exception
  control:      exponent 3 for 2: 27 instead
  regime:       one case
  source:       arithmetic (derived here)
"""

from iclnb.evidence.bounds import bound
from iclnb.evidence.certificate import (
    METADATA_KEY,
    Certificate,
    CertificateError,
    Control,
    certify,
)
from iclnb.evidence.check import LEVEL, Check
from iclnb.evidence.claims import Claim, Provenance, Verdict, chapter_claims
from iclnb.evidence.counts import cases, not_testable
from iclnb.evidence.exponents import ExponentFit, exponent, fit_exponent, local_slopes
from iclnb.evidence.identities import EXACT, identity
from iclnb.evidence.intervals import from_seeds, interval, limit
from iclnb.evidence.proofs import proved
from iclnb.evidence.resolving import Miss, Notices

__all__ = [
    "EXACT",
    "LEVEL",
    "METADATA_KEY",
    "Certificate",
    "CertificateError",
    "Check",
    "Claim",
    "Control",
    "ExponentFit",
    "Miss",
    "Notices",
    "Provenance",
    "Verdict",
    "bound",
    "cases",
    "certify",
    "chapter_claims",
    "exponent",
    "fit_exponent",
    "from_seeds",
    "identity",
    "interval",
    "limit",
    "local_slopes",
    "not_testable",
    "proved",
]

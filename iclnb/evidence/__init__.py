"""Claims, checks and certificates.

A *claim* is one statement of the sources. A *check* compares a prediction with a measurement. A
*certificate* is a claim with its check and a negative control: the same check on a deliberately
wrong prediction, which must fail. A failing certificate raises.

>>> from iclnb.evidence import Control, Provenance, Verdict, certify, chapter_claims, identity
>>> claim = chapter_claims("iclnb.demo.squares.claims")
>>> SQUARE = claim(
...     id="demo-square", source="arithmetic", provenance=Provenance.DERIVED, regime="one case",
...     implements=pow, expected=Verdict.EXACT,
... )
>>> certificate = certify(
...     SQUARE,
...     identity(pow(3, 2), 9, atol=1e-12),
...     control=Control("exponent 3 for 2", identity(pow(3, 3), 9, atol=1e-12)),
... )
>>> str(certificate.verdict)
'exact'
"""

from iclnb.evidence.certificate import (
    METADATA_KEY,
    Certificate,
    CertificateError,
    Control,
    certify,
)
from iclnb.evidence.checks import (
    LEVEL,
    Check,
    bound,
    from_seeds,
    identity,
    interval,
    limit,
    not_testable,
)
from iclnb.evidence.claims import Claim, Provenance, Verdict, chapter_claims
from iclnb.evidence.exponents import ExponentFit, exponent, fit_exponent, local_slopes

__all__ = [
    "LEVEL",
    "METADATA_KEY",
    "Certificate",
    "CertificateError",
    "Check",
    "Claim",
    "Control",
    "ExponentFit",
    "Provenance",
    "Verdict",
    "bound",
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
]

"""Claims, checks and certificates.

A *claim* is one statement of the sources. A *check* compares a prediction with a measurement. A
*certificate* is a claim with its check and a negative control: the same check on a deliberately
wrong prediction, which must fail. A failing certificate raises.

>>> from iclnb.evidence import Claim, Control, Provenance, Verdict, certify, identity
>>> claim = Claim(
...     id="demo-square", part="demo", chapter="demo", statement="3 squared is 9",
...     source="arithmetic", provenance=Provenance.DERIVED, regime="one case",
...     implements="builtins.pow", expected=Verdict.EXACT,
... )
>>> certificate = certify(
...     claim,
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
from iclnb.evidence.claims import Claim, Provenance, Verdict
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
    "exponent",
    "fit_exponent",
    "from_seeds",
    "identity",
    "interval",
    "limit",
    "local_slopes",
    "not_testable",
]

"""Certificates: a claim, its check, and the negative control that must come out otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from iclnb.evidence.card import card_html, card_text
from iclnb.evidence.check import Check
from iclnb.evidence.claims import Claim, Verdict
from iclnb.evidence.words import sentence
from iclnb.kinds import guarded

METADATA_KEY = "iclnb_certificate"
"""Key under which a displayed certificate stores its record in the output's metadata."""


class CertificateError(AssertionError):
    """A measurement did not say what the book says, or a control did not fail."""


@guarded
@dataclass(frozen=True)
class Control:
    """The same check on something deliberately wrong.

    Parameters
    ----------
    what : str
        What was made wrong (another exponent, a flipped sign, an assumption dropped). For a claim
        that the book refutes, the corrected statement.
    check : Check
        The outcome, of the same kind and with the same settings as the certificate's.
    """

    what: str
    check: Check

    def __post_init__(self) -> None:
        if not self.what.strip():
            raise ValueError("what is empty: say what was made wrong")


@guarded
@dataclass(frozen=True)
class Certificate:
    """A claim, judged. In a notebook it displays as a card; see :func:`certify`."""

    claim: Claim
    check: Check
    control: Control | None
    seeds: tuple[int, ...]
    scale: str

    @property
    def verdict(self) -> Verdict:
        """The verdict of the measurement."""
        return self.check.verdict

    def record(self) -> dict[str, Any]:
        """Return what the ledger keeps: plain JSON types only, numbers at printed digits."""
        control, check = self.control, self.check
        telling = control.check if check.verdict is Verdict.REFUTED and control else check
        return {
            "id": self.claim.id,
            "part": self.claim.part,
            "chapter": self.claim.chapter,
            "source": self.claim.source,
            "provenance": str(self.claim.provenance),
            "paper": self.claim.paper,
            "number": self.claim.number,
            "regime": self.claim.regime,
            "implements": self.claim.implements,
            "figure": self.claim.figure,
            "verdict": str(check.verdict),
            "kind": check.kind,
            "of": check.of,
            "said": sentence(check.said),
            "notices": telling.notices.record() if telling.notices else None,
            "predicted": check.predicted,
            "measured": check.measured,
            "note": check.note,
            "settings": dict(check.settings),
            "numbers": dict(check.numbers),
            "seeds": list(self.seeds),
            "scale": self.scale,
            "negative_control": None
            if control is None
            else {
                "what": control.what,
                "verdict": str(control.check.verdict),
                "said": sentence(control.check.said),
                "predicted": control.check.predicted,
                "measured": control.check.measured,
                "failed": not control.check.verdict.holds,
                "miss": (check if telling is control.check else control.check).miss.record(),
            },
        }

    def __str__(self) -> str:
        return card_text(self.record())

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        record = self.record()
        return (
            {"text/plain": card_text(record), "text/html": card_html(record)},
            {METADATA_KEY: record},
        )


@guarded
def certify(
    claim: Claim,
    check: Check,
    *,
    control: Control | None = None,
    seeds: Sequence[int] = (),
    scale: str | None = None,
) -> Certificate:
    """Judge a claim by a check, with a negative control beside it.

    Parameters
    ----------
    claim : Claim
        The claim; ``claim.expected`` is the verdict that the book reports.
    check : Check
        The measurement against the prediction.
    control : Control
        The same check on a deliberately wrong prediction. Required, except for a claim that is
        not testable.
    seeds : sequence of int
        The seeds used, if any.
    scale : str, optional
        ``quick`` or ``paper``; by default the current scale.

    Returns
    -------
    Certificate

    Raises
    ------
    CertificateError
        If the verdict is not the expected one, or the control does not come out the other way.
    ValueError
        If a control is missing, or is not the same check with the same settings.
    """
    if check.verdict is not claim.expected:
        raise CertificateError(
            f"{claim.id}: the book says {claim.expected}, the measurement {check.verdict}: "
            f"predicted {check.predicted}, measured {check.measured} {check.note}".rstrip()
        )
    if check.verdict is not Verdict.NOT_TESTABLE:
        if control is None:
            raise ValueError(f"{claim.id}: a certificate needs a negative control")
        if control.check.kind != check.kind or control.check.settings != check.settings:
            raise ValueError(
                f"{claim.id}: the control must be the same check with the same settings: "
                f"{control.check.kind} {control.check.settings} against "
                f"{check.kind} {check.settings}"
            )
        found = control.check.verdict
        if check.verdict is Verdict.REFUTED:
            if not found.holds:
                raise CertificateError(
                    f"{claim.id}: the right form ({control.what}) came out {found}; it had to hold"
                )
        elif found is not Verdict.REFUTED:
            raise CertificateError(
                f"{claim.id}: the control ({control.what}) came out {found}; it had to be refuted"
            )
    if scale is None:
        from iclnb.scale import current

        scale = str(current())
    return Certificate(claim, check, control, tuple(int(s) for s in seeds), scale)

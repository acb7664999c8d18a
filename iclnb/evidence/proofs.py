"""A claim that is proved by exact computation."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from iclnb.evidence.check import Check
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, Notices
from iclnb.evidence.words import sentence
from iclnb.kinds import guarded

_ARITHMETIC = {"enclosure": "ball arithmetic"}
_BOUNDS = ("sign", "enclosure")


@runtime_checkable
class Proven(Protocol):
    """What an exact computation hands over; see :class:`iclnb.exact.Proof`."""

    holds: bool
    method: str
    where: str
    strength: str
    relies_on: tuple[str, ...]


@guarded
def proved(proven: Proven, *, bridge: Check | None = None) -> Check:
    """Take the outcome of an exact computation as a check.

    Parameters
    ----------
    proven : Proof
        The exact computation.
    bridge : Check, optional
        An identity that ties the exact twin to the library's function; required for a claim that
        holds, not for its control.

    Returns
    -------
    Check
        ``PROVED``; ``REFUTED`` if the computation came out otherwise, or the bridge fails. A proved
        identity notices any error; a proved bound or remainder its near miss, the control.

    Raises
    ------
    ValueError
        If the bridge is not exact where it holds: then the library is not tied to the proof.
    """
    if bridge is not None and bridge.verdict not in (Verdict.EXACT, Verdict.REFUTED):
        raise ValueError(f"the bridge is {bridge.verdict}; it must be exact")
    note = "; ".join(
        text
        for text in (
            f"uses {', '.join(proven.relies_on)}" if proven.relies_on else "",
            f"the library agrees: {bridge.said}" if bridge else "",
        )
        if text
    )
    if not proven.holds or (bridge is not None and bridge.verdict is Verdict.REFUTED):
        apart = proven.strength if not proven.holds else f"the library: {bridge.said}"
        return Check(
            "proof", Verdict.REFUTED, proven.where, apart, said=sentence(apart),
            miss=Miss("any", 1.0, apart),
        )  # fmt: skip
    arithmetic = _ARITHMETIC.get(proven.method, "exact arithmetic")
    bounds = proven.method in _BOUNDS or proven.method.endswith(" bound")
    return Check(
        "proof",
        Verdict.PROVED,
        proven.where,
        proven.strength,
        note=note,
        said=sentence(f"{proven.where}: {proven.strength}"),
        notices=Notices("near" if bounds else "any", 0.0, 0.0, arithmetic),
    )

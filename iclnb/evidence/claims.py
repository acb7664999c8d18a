"""A claim: one statement of the sources, and what the book expects a computer to say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


class Verdict(StrEnum):
    """What a measurement says of a claim.

    ``EXACT``: an identity, to a stated tolerance. ``CONSISTENT``: the prediction lies inside the
    interval, and the interval is narrow enough to mean something; or a bound holds in every case.
    ``INCONCLUSIVE``: the prediction lies inside, but the interval is too wide. ``REFUTED``: the
    statement, as printed, is wrong in the regime named; the errata page says so.
    ``NOT_TESTABLE``: no computation can decide it; the reason is given.
    """

    EXACT = "exact"
    CONSISTENT = "consistent"
    INCONCLUSIVE = "inconclusive"
    REFUTED = "refuted"
    NOT_TESTABLE = "not testable"

    @property
    def holds(self) -> bool:
        """Whether the measurement supports the statement."""
        return self in (Verdict.EXACT, Verdict.CONSISTENT)


class Provenance(StrEnum):
    """How a statement came into the book.

    ``QUOTED``: read in a source at hand. ``SECOND_HAND``: read in somebody's account of the
    source, never in the source itself. ``DERIVED``: derived in the book.
    """

    QUOTED = "quoted"
    SECOND_HAND = "second-hand"
    DERIVED = "derived here"


@dataclass(frozen=True, kw_only=True)
class Claim:
    r"""One statement that the book makes, with one id used four times.

    The id is the label of the theorem on the page, the key of this entry, the argument of the
    ``claim`` mark of its test, and the row of the ledger.

    Parameters
    ----------
    id : str
        Lower-case words joined by hyphens, at least two.
    part, chapter : str
        Where it stands, as in ``book/<part>/<chapter>.ipynb``.
    statement : str
        One or two sentences; mathematics as ``\(...\)``.
    source : str
        Paper and number, "slides, as printed", or the derivation's place.
    provenance : Provenance
        Quoted, second-hand, or derived here.
    regime : str
        Where it is checked: sizes, seeds, windows.
    implements : str
        Dotted name of the public function that computes it.
    figure : str, optional
        Name of the figure that shows it.
    expected : Verdict
        The verdict that the book reports. A certificate with another verdict raises.

    Raises
    ------
    ValueError
        If a text is empty, or the id is not of the form above.
    """

    id: str
    part: str
    chapter: str
    statement: str
    source: str
    provenance: Provenance
    regime: str
    implements: str
    figure: str | None = None
    expected: Verdict = Verdict.CONSISTENT

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id must be lower-case words joined by hyphens, got {self.id!r}")
        for name in ("part", "chapter", "statement", "source", "regime", "implements"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} of claim {self.id} is empty")
        object.__setattr__(self, "provenance", Provenance(self.provenance))
        object.__setattr__(self, "expected", Verdict(self.expected))

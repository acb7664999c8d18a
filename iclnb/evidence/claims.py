"""A claim: one statement of the sources, and what the book expects a computer to say of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from iclnb.kinds import guarded

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


class Verdict(StrEnum):
    """What a measurement says of a claim.

    ``PROVED``: true, by exact computation. ``EXACT``: an identity, to a relative tolerance of 1e-8
    or tighter. ``CONSISTENT``: the prediction lies inside the interval, and a small error would
    have been noticed; a bound that is nearly attained. ``NOT_CONTRADICTED``: it holds, and only a
    larger error would have been noticed. ``INCONCLUSIVE``: hardly any error would have been
    noticed. ``REFUTED``: the statement, as printed, is wrong in the regime named; the errata page
    says so. ``NOT_TESTABLE``: no computation can decide it; the reason is given.
    """

    PROVED = "proved"
    EXACT = "exact"
    CONSISTENT = "consistent"
    NOT_CONTRADICTED = "not contradicted"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTABLE = "not testable"

    @property
    def holds(self) -> bool:
        """Whether the measurement supports the statement."""
        return self in (
            Verdict.PROVED,
            Verdict.EXACT,
            Verdict.CONSISTENT,
            Verdict.NOT_CONTRADICTED,
        )


class Provenance(StrEnum):
    """How a statement came into the book.

    ``QUOTED``: read in a source at hand. ``SECOND_HAND``: read in somebody's account of the
    source, never in the source itself. ``DERIVED``: derived in the book, with a proof on the page.
    ``MEASURED``: seen in computations of the book, without a proof.
    """

    QUOTED = "quoted"
    SECOND_HAND = "second-hand"
    DERIVED = "derived here"
    MEASURED = "measured here"


@guarded
@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement that the book makes, with one id used four times.

    The id is the label of the statement on the page, the key of this entry, the argument of the
    ``claim`` mark of its test, and the row of the ledger. The statement itself and its title stand
    once, on the page.

    Parameters
    ----------
    id : str
        Lower-case words joined by hyphens, at least two.
    part, chapter : str
        Where it stands, as in ``book/<part>/<chapter>.ipynb``; :func:`chapter_claims` fills them
        in.
    source : str
        Paper and number, "slides, as printed", or the derivation's place.
    provenance : Provenance
        Quoted, second-hand, derived here, or measured here.
    regime : str
        Where it is checked: sizes, seeds, windows.
    implements : str
        Dotted name of the public function that computes it.
    figure : str, optional
        Name of the figure that shows it.
    paper : str, optional
        Key of the source in the bibliography.
    number : str, optional
        What the source calls it ("Theorem 4.5"); needs ``paper``.
    expected : Verdict
        The verdict that the book reports. A certificate with another verdict raises.

    Raises
    ------
    ValueError
        If a text is empty, the id is not of the form above, or a number has no paper.
    """

    id: str
    part: str
    chapter: str
    source: str
    provenance: Provenance
    regime: str
    implements: str
    figure: str | None = None
    paper: str | None = None
    number: str | None = None
    expected: Verdict = Verdict.CONSISTENT

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id must be lower-case words joined by hyphens, got {self.id!r}")
        for name in ("part", "chapter", "source", "regime", "implements"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} of claim {self.id} is empty")
        if self.number and not self.paper:
            raise ValueError(f"claim {self.id} has the number {self.number} and names no paper")
        object.__setattr__(self, "provenance", Provenance(self.provenance))
        object.__setattr__(self, "expected", Verdict(self.expected))


@guarded
class ChapterClaims:
    """The claims of one chapter; called with the fields of a claim, it makes one and keeps it."""

    def __init__(self, package: str, part: str, chapter: str) -> None:
        self.package, self.part, self.chapter = package, part, chapter
        self._made: list[Claim] = []

    def __call__(
        self,
        id: str,
        *,
        source: str,
        provenance: Provenance,
        regime: str,
        implements: str | Callable[..., Any],
        figure: str | None = None,
        paper: str | None = None,
        number: str | None = None,
        expected: Verdict = Verdict.CONSISTENT,
    ) -> Claim:
        """Make a claim of this chapter; see :class:`Claim`.

        Parameters
        ----------
        id, source, provenance, regime, figure, paper, number, expected
            As in :class:`Claim`.
        implements : str or function
            The function or class, or its dotted name; a name that begins with a dot is one of the
            chapter's package.

        Raises
        ------
        ValueError
            If a text is empty or of another form, or the id was used before.
        TypeError
            If ``implements`` is neither a name nor a function or class.
        """
        made = Claim(
            id=id,
            part=self.part,
            chapter=self.chapter,
            source=source,
            provenance=provenance,
            regime=regime,
            implements=self._name(implements),
            figure=figure,
            paper=paper,
            number=number,
            expected=expected,
        )
        if any(one.id == id for one in self._made):
            raise ValueError(f"id {id} stands twice in {self.package}")
        self._made.append(made)
        return made

    def _name(self, implements: str | Callable[..., Any]) -> str:
        if isinstance(implements, str):
            return f"{self.package}{implements}" if implements.startswith(".") else implements
        try:
            return f"{implements.__module__}.{implements.__qualname__}"
        except AttributeError:
            raise TypeError(
                f"implements must be a dotted name, a function or a class, got {implements!r}"
            ) from None

    @property
    def all(self) -> tuple[Claim, ...]:
        """The claims made so far, in order."""
        return tuple(self._made)


@guarded
def chapter_claims(module: str) -> ChapterClaims:
    """Return what makes the claims of a chapter: part and chapter follow from the module's place.

    Parameters
    ----------
    module : str
        ``__name__`` of the module that writes the claims down,
        ``iclnb.<part>.<chapter>.claims``.

    Raises
    ------
    ValueError
        If the name is of another form.

    Examples
    --------
    >>> claim = chapter_claims("iclnb.dynamics.stage_wise_training.claims")
    >>> (claim.part, claim.chapter)
    ('dynamics', 'stage-wise-training')
    """
    words = module.split(".")
    if len(words) != 4 or words[0] != "iclnb" or words[3] != "claims" or not all(words):
        raise ValueError(f"module must be iclnb.<part>.<chapter>.claims, got {module!r}")
    part, chapter = (word.replace("_", "-") for word in words[1:3])
    return ChapterClaims(".".join(words[:3]), part, chapter)

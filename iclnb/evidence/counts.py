"""Statements that are true or false in each case, and claims that no computation decides."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.evidence.check import LEVEL, Check, numbered, route, strength
from iclnb.evidence.claims import Verdict
from iclnb.evidence.resolving import Miss, Notices
from iclnb.evidence.words import counted, sentence
from iclnb.kinds import guarded


@guarded
def cases(outcomes: ArrayLike, *, of: str = "", by: str = "", exhaustive: bool = False) -> Check:
    r"""Check a statement that is true or false in each of a number of cases.

    Parameters
    ----------
    outcomes : array_like of bool
        Whether each case came out as stated.
    of, by
        Words of the card: which cases ("seeds", "patterns of signs"), and who says so.
    exhaustive : bool
        Whether these are all the cases there are.

    Returns
    -------
    Check
        ``REFUTED`` if a case came out otherwise. If all came out as stated: ``EXACT`` where the
        cases are exhaustive; else the share of exceptions that would have shown with 99.9 %
        decides, :math:`1-0.001^{1/n}`: ``CONSISTENT`` up to 5 % (134 cases),
        ``NOT_CONTRADICTED`` above.

    Raises
    ------
    ValueError
        If there is no case.
    TypeError
        If an outcome is no truth value.
    """
    told = np.asarray(outcomes)
    if told.size == 0:
        raise ValueError("outcomes must not be empty")
    if told.dtype != bool:
        raise TypeError(f"outcomes must be truth values, got {told.dtype}")
    n, held = told.size, int(told.sum())
    seen = f"{held} of {counted(n, of or 'cases')}"
    said, notices, miss = f"as stated{route(by)} in {seen}", None, None
    if held < n:
        miss = Miss("cases", (n - held) / n, f"wrong in {n - held} of {n}")
        verdict = Verdict.REFUTED
    elif exhaustive:
        notices, verdict = Notices("case", 1 / n, 1 / n), Verdict.EXACT
        said = f"as stated{route(by)} in all of the {counted(n, of or 'cases')}"
    else:
        unseen = 1 - (1 - LEVEL) ** (1 / n)
        notices = Notices("cases", unseen, unseen)
        verdict = strength(Verdict.CONSISTENT, notices)
    return Check(
        "cases",
        verdict,
        f"all {counted(n, of or 'cases')}",
        seen,
        settings={"exhaustive": float(exhaustive)},
        numbers=numbered(cases=n, held=held),
        said=said,
        notices=notices,
        miss=miss,
        of=of,
    )


@guarded
def not_testable(reason: str) -> Check:
    """State why no computation can decide a claim.

    Raises
    ------
    ValueError
        If no reason is given.
    """
    if not reason.strip():
        raise ValueError("reason is empty")
    return Check("not testable", Verdict.NOT_TESTABLE, "—", "—", note=reason, said=sentence(reason))

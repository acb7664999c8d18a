"""The reader's function against the solution, case by case."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from iclnb.arguments import FloatArray, check_number
from iclnb.kinds import guarded

Answer = Callable[..., Any]


@guarded
def check(
    reader: Answer,
    solution: Answer,
    cases: Sequence[tuple[Any, ...]],
    *,
    mistake: tuple[str, Answer],
    rtol: float = 1e-8,
    atol: float = 0.0,
) -> Answer:
    r"""Compare the reader's function with the solution and return the one to go on with.

    The answers :math:`r` and :math:`s` to a case agree if they have one shape and
    :math:`|r_i-s_i|\le a+\rho|s_i|` for every entry (``atol`` :math:`a`, ``rtol`` :math:`\rho`). A
    reader's function that returns ``None`` or ``...``, or raises ``NotImplementedError``, counts as
    not written. One line is printed: not written; right in all cases; or the first case that
    differs, and the hint if the reader's answers are those of the mistake.

    Parameters
    ----------
    reader, solution : callable
        Functions of the same arguments with a number or an array as value.
    cases : sequence of tuples
        The arguments of each case.
    mistake : (str, callable)
        A hint, and the function of somebody who makes a common mistake. It is the negative control:
        the cases must tell it from the solution.
    rtol, atol : float
        Allowed deviation, relative and absolute; not negative.

    Returns
    -------
    callable
        ``reader`` if it is right in every case, else ``solution``.

    Raises
    ------
    TypeError
        If a function cannot be called, a case is no tuple, the hint is no text, or the solution
        gives no number.
    ValueError
        If there is no case, a tolerance is negative or not finite, the solution is not finite, or
        no case tells the mistake from the solution.
    """
    hint, wrong = _mistake(mistake)
    for name, function in (("reader", reader), ("solution", solution)):
        if not callable(function):
            raise TypeError(f"{name} must be a function, got {function!r}")
    tolerances = check_number(rtol, "rtol", low=0.0), check_number(atol, "atol", low=0.0)
    if len(cases) == 0:
        raise ValueError("cases must not be empty")
    if any(not isinstance(case, tuple) for case in cases):
        raise TypeError("cases must be tuples of arguments")
    expected = [_numbers(solution(*case), "the value of solution") for case in cases]
    if not all(np.isfinite(value).all() for value in expected):
        raise ValueError("solution must be finite in every case")
    mistaken = [_numbers(wrong(*case), "the value of mistake") for case in cases]
    if all(_agree(m, e, *tolerances) for m, e in zip(mistaken, expected)):
        raise ValueError("cases must tell the mistake from the solution; none does")
    used, said = _verdict(reader, solution, cases, expected, mistaken, hint, *tolerances)
    sys.stdout.write(f"{getattr(reader, '__name__', 'answer')}: {said}\n")
    return used


def _verdict(
    reader: Answer,
    solution: Answer,
    cases: Sequence[tuple[Any, ...]],
    expected: list[FloatArray],
    mistaken: list[FloatArray],
    hint: str,
    rtol: float,
    atol: float,
) -> tuple[Answer, str]:
    go_on = "The solution is used from here on."
    answers: list[FloatArray] = []
    for at, case in enumerate(cases, start=1):
        try:
            given = reader(*case)
            if given is None or given is ...:
                raise NotImplementedError
            answers.append(_numbers(given, "the answer"))
        except NotImplementedError:
            return solution, f"not written yet. {go_on}"
        except Exception as error:
            kind = type(error).__name__
            return solution, f"{kind} in case {at} of {len(cases)}: {error}. {go_on}"
    right = [_agree(a, e, rtol, atol) for a, e in zip(answers, expected)]
    if all(right):
        return reader, f"right in all {len(cases)} cases."
    same = all(_agree(a, m, rtol, atol) for a, m in zip(answers, mistaken))
    advice = f" Hint: {hint}." if same else ""
    at = right.index(False)
    pair = f"{_words(answers[at])}, not {_words(expected[at])}"
    return solution, f"case {at + 1} of {len(cases)} differs: {pair}.{advice} {go_on}"


def _mistake(mistake: tuple[str, Answer]) -> tuple[str, Answer]:
    if not isinstance(mistake, tuple) or len(mistake) != 2:
        raise TypeError("mistake must be a pair of a hint and a function")
    hint, wrong = mistake
    if not isinstance(hint, str) or not hint.strip() or not callable(wrong):
        raise TypeError("mistake must be a pair of a hint and a function")
    return hint.strip().rstrip("."), wrong


def _numbers(value: Any, name: str) -> FloatArray:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be a number or an array of numbers") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be a number or an array of numbers")
    return array.astype(np.float64)


def _agree(a: FloatArray, b: FloatArray, rtol: float, atol: float) -> bool:
    same = a.shape == b.shape and np.isfinite(a).all()
    return bool(same and np.all(np.abs(a - b) <= atol + rtol * np.abs(b)))


def _words(value: FloatArray) -> str:
    if value.size > 4:
        return f"an array of shape {value.shape} that begins with {value.flat[0]:.6g}"
    return np.array2string(value, formatter={"float_kind": lambda x: f"{x:.6g}"})

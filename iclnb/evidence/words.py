"""Numbers as they stand on a card: no e-notation, no false digits, units and counts in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

_MINUS = "−"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _scientific(value: float, significant: int) -> str:
    """Round to a few significant digits, a tie away from zero; what the last four binary digits or
    so say does not decide a tie, so that a half computed in two ways is one number."""
    seen = Decimal(f"{value:.12e}")
    return f"{Context(prec=significant, rounding=ROUND_HALF_UP).plus(seen):.{significant - 1}e}"


@guarded
def digits(value: float, significant: int = 4) -> str:
    """Render a number with a few significant digits: ``0.3333``, ``6100``, ``2.2·10¹²``.

    >>> [digits(x, 3) for x in (1 / 3, 6104, -2.22e12, 3.92e-7, 1e-12, 0)]
    ['0.333', '6100', '−2.22·10¹²', '3.92·10⁻⁷', '10⁻¹²', '0']
    """
    significant = check_integer(significant, "significant")
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    mantissa, exponent = _scientific(value, significant).split("e")
    power = int(exponent)
    if -4 <= power < 6:
        places = max(significant - 1 - power, 0)
        text = f"{float(_scientific(value, significant)):.{places}f}".replace("-", _MINUS)
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    mantissa = mantissa.replace("-", _MINUS)
    raised = f"10{str(power).translate(_RAISED)}"
    return {"1": raised, "−1": f"−{raised}"}.get(mantissa, f"{mantissa}·{raised}")


@guarded
def rounded(value: float, significant: int = 2) -> float:
    """Return a number with a few significant digits."""
    significant = check_integer(significant, "significant")
    return float(_scientific(value, significant)) if math.isfinite(value) else value


@guarded
def share(value: float) -> str:
    """Render a relative error: as a percentage where it is one, else as a power of ten.

    >>> [share(x) for x in (0.013, 0.5, 2.3e-11)]
    ['1.3 %', '50 %', '2·10⁻¹¹ (relative)']
    """
    if value >= 1e-5:
        return f"{digits(100 * value, 2)} %"
    return f"{digits(value, 1)} (relative)"


@guarded
def ratio(factor: float) -> str:
    """Render how far a number is off, given the factor of at least one between the two.

    >>> [ratio(f) for f in (1.043, 1.9, 160.2)]
    ['off by 4.3 %', 'off by a factor 1.9', 'off by a factor 160']
    """
    if factor < 1.5:
        return f"off by {share(factor - 1)}"
    return f"off by a factor {digits(factor, 2 if factor < 100 else 3)}"


@guarded
def ranges(values: Sequence[int]) -> str:
    """Render integers with their runs as ranges.

    >>> ranges([0, 1, 2, 3, 7, 9, 10])
    '0–3, 7, 9, 10'
    """
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    said = []
    for run in runs:
        said += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(value) for value in run]
    return ", ".join(said)


@guarded
def with_unit(text: str, unit: str) -> str:
    """Put a unit behind a number, if there is one."""
    return f"{text} {unit}" if unit else text


@guarded
def counted(count: int, of: str) -> str:
    """Say how many there are of what.

    >>> counted(50, "answers"), counted(50, "")
    ('50 answers', '50 values')
    """
    return f"{check_integer(count, 'count', least=0)} {of or 'values'}"


@guarded
def sentence(text: str) -> str:
    """Begin with a capital, unless with a symbol (``k = 3``), and end with a stop."""
    text = text.strip()
    symbol = len(text.split(maxsplit=1)[0]) == 1 if text else False
    first = text[:1] if symbol and text[:1] != "a" else text[:1].upper()
    return first + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")

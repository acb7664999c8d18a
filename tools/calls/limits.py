"""The limits of a number among the arguments, found by trying.

The limits are those in the kept call of the function: the least and the greatest value that is not
refused by name, the other arguments being what they are.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from iclnb.kinds import kinds_of
from tools.calls import kept
from tools.calls.public import options_of

TABLE = "tests/book/limits.yml"
PATIENCE = 0.1  # seconds of work after which a call has accepted its arguments
FAR = 10**12
LARGE = 1e6
FIXED = "fixed"  # by the other arguments
NICE = (0.0, 1.0, -1.0, 0.5, 2.0, 0.125, math.pi / 2, -math.pi / 2)

Interval = tuple[float, bool, float, bool]  # from, included, to, included


def numbers(name: str) -> Iterator[tuple[str, type]]:
    """Yield the arguments of a function that may be a number, and which kind of number."""
    function, _ = kept.functions()[name]
    for argument, annotation in kinds_of(function).items():
        options = options_of(annotation)
        for kind in (float, int):
            if kind in options:
                yield argument, kind
                break


def answer(name: str, argument: str, value: Any, seconds: float = PATIENCE) -> BaseException | None:
    """Return how the call ends with another value of one argument: None if well."""
    bound = kept.arguments(name)
    bound.arguments[argument] = value
    try:
        with kept.within(seconds):
            kept.call(name, bound)
    except (Exception, kept.Late) as error:
        return error
    return None


def is_refused(name: str, argument: str, value: Any, seconds: float = PATIENCE) -> bool:
    """Say whether the value is refused by the argument's name."""
    error = answer(name, argument, value, seconds)
    return error is not None and kept.refused(error, argument)


def _end(end: float) -> str:
    return repr(end) if float(f"{end:g}") != end else f"{end:g}"


def written(kind: type, limits: Interval) -> str:
    """Return an interval as the table has it.

    >>> written(int, (1, True, math.inf, False)), written(float, (0.0, False, 1.0, True))
    ('1..', '(0, 1]')
    """
    low, low_in, high, high_in = limits
    if kind is int:
        return "..".join("" if math.isinf(end) else str(int(end)) for end in (low, high))
    return f"{'[' if low_in else '('}{_end(low)}, {_end(high)}{']' if high_in else ')'}"


def read(text: str) -> Interval:
    """Return the interval that is written so; nan is an end that is not tried, ``?``.

    >>> read("1.."), read("(0, 1]")
    ((1.0, True, inf, False), (0.0, False, 1.0, True))
    """
    if ".." in text:
        low, high = text.split("..")
        return float(low or -math.inf), bool(low), float(high or math.inf), bool(high)
    low, high = (math.nan if end.strip() == "?" else float(end) for end in text[1:-1].split(","))
    return low, text[0] == "[", high, text[-1] == "]"


def _key(value: float) -> int:
    whole = struct.unpack("<q", struct.pack("<d", value))[0]
    return whole if whole >= 0 else -(whole & 0x7FFFFFFFFFFFFFFF)


def _value(key: int) -> float:
    if key >= 0:
        return struct.unpack("<d", struct.pack("<q", key))[0]
    return -struct.unpack("<d", struct.pack("<q", -key))[0]


def _edge(bad: int, good: int, wrong: Callable[[int], bool]) -> int:
    """Return the value next to the border on the good side."""
    while abs(good - bad) > 1:
        middle = (bad + good) // 2
        bad, good = (middle, good) if wrong(middle) else (bad, middle)
    return good


def outside(kind: type, limits: Interval) -> list[float]:
    """Return the nearest values beyond the limits."""
    low, low_in, high, high_in = limits
    if kind is int:
        return [low - 1 for _ in range(low_in)] + [high + 1 for _ in range(high_in)]
    out = []
    if math.isfinite(low):
        out.append(math.nextafter(low, -math.inf) if low_in else low)
    if math.isfinite(high):
        out.append(math.nextafter(high, math.inf) if high_in else high)
    return out


def inside(kind: type, limits: Interval) -> list[float]:
    """Return the outermost values within the limits; where there is none, a far one."""
    low, low_in, high, high_in = limits
    if kind is int:
        return [low if low_in else -FAR, *(high for _ in range(high_in))]
    lowest = low if low_in else math.nextafter(low, math.inf)
    highest = high if high_in else math.nextafter(high, -math.inf)
    ends = [-1e300 if low == -math.inf else lowest, highest if math.isfinite(high) else math.nan]
    return [end for end in ends if not math.isnan(end)]


def _end_of(sign: int, good: Any, kind: type, wrong: Callable[[Any], bool]) -> tuple[float, bool]:
    """Return one end, and whether it is included; beyond LARGE it is none, but the arithmetic."""
    far = sign * (FAR if kind is int else 1e300)
    if not wrong(far):
        return sign * math.inf, False
    if kind is int:
        first = next((v for v in (good + sign * step for step in range(6)) if wrong(v)), far)
        return _edge(first, good, wrong), True
    for end in NICE:
        if wrong(math.nextafter(end, far)) and not wrong(end):
            return end, True
        if wrong(end) and not wrong(math.nextafter(end, -far)):
            return end, False
    end = _value(_edge(_key(far), _key(good), lambda key: wrong(_value(key))))
    return (end, True) if abs(end) < LARGE else (sign * math.inf, False)


def find(name: str, argument: str, kind: type) -> Interval | None:
    """Return the limits, or None if nothing is accepted, whatever else is tried."""
    bound = kept.arguments(name)
    bound.apply_defaults()
    start = bound.arguments[argument]
    tries = [start, 1, 2, 3, 5, 8, 0] if kind is int else [start, 0.5, 1.0, 0.1, 2.0, 0.0]

    def wrong(value: Any) -> bool:
        return is_refused(name, argument, value)

    real = [kind(v) for v in tries if type(v) in (int, float) and math.isfinite(v)]
    good = next((v for v in real if not wrong(v)), None)
    if good is None:
        return None
    return (*_end_of(-1, good, kind, wrong), *_end_of(1, good, kind, wrong))


def find_all(name: str, send: Callable[[Any], None]) -> None:
    """Send the limits of all numbers among the arguments of a function."""
    with kept.within(20.0):
        kept.call(name, kept.arguments(name))
    for argument, kind in numbers(name):
        send(argument)
        limits = find(name, argument, kind)
        send((argument, FIXED if limits is None else written(kind, limits)))


def faults(name: str, allowed: Mapping[str, str], send: Callable[[Any], None]) -> None:
    """Send the arguments of a function as they are tried, and what is not as the table has it.

    ``allowed``: the limits of each argument. The outermost values must be accepted, which a call
    that goes on computing has done; the next must be refused by name.
    """
    for argument, kind in numbers(name):
        send((argument, None))
        if allowed[argument] == FIXED:
            continue
        interval = read(allowed[argument])
        for value in inside(kind, interval):
            if is_refused(name, argument, kind(value)):
                send((argument, f"{value!r} is refused"))
        for value in outside(kind, interval):
            if not is_refused(name, argument, kind(value), seconds=20.0):
                send((argument, f"{value!r} is not refused by name"))

r"""Texts and numbers of a slider figure, as readers see them; the twin of ``static/words.js``.

``_{...}`` and ``^{...}`` (not nested) become subscripts and superscripts; Greek letters and signs
such as ``×`` and ``−`` are written as Unicode characters. What a program prints is tidied where it
stands: ``p_1`` becomes ``p_{1}``, ``K^2`` becomes ``K^{2}``, ``6.1e+03`` becomes 6100,
``1.6e+4`` becomes 1.6 × 10⁴, ``K^(2P)`` becomes ``K^{2P}``, ``>=`` becomes ≥, and a hyphen before a
number, or between a symbol and another, a minus sign. A per cent sign stays with its number.
"""

from __future__ import annotations

import html
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
_TAG = {"_": "sub", "^": "sup"}
_NOT_IN_A_SCRIPT = set('_^#%&~"`@?')
_RAW_SCRIPT = re.compile(r"(?<=[\w)\]])([_^])([-−+]?\d+(?:\.\d+)?|[A-Za-zα-ω](?![A-Za-z]))")
_RAW_NUMBER = re.compile(r"(?<![\w.])([-−+]?)(\d+(?:\.\d+)?)[eE]([-+]?\d+)(?!\w|\.\d)")
_RAW_MINUS = re.compile(r"(?<![\w.)\]}–-])-(?=\d)")
_RAW_POWER = re.compile(r"(?<=[\w)\]])\^\(([\w+−/.-]+)\)")
_RAW_DIFFERENCE = re.compile(r"(?<=\b\w) - (?=[\w(])|(?<=[\w)\]}]) - (?=\w\b|\d|\()")
_PER_CENT = re.compile(r"(?<=\d) %")
_APOSTROPHE = re.compile(r"(?<=[a-z][a-z])'(?=s\b|[\s,.;:)]|$)")
_EQUALS = re.compile(r"(?<=\S) = (?=\S)")
_TIMES = re.compile(r" × (?=10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
_SIGNS = {">=": "≥", "<=": "≤"}
_SMALL = {
    "_": ("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"),
    "^": ("0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"),
}
_SMALLER = {kind: dict(zip(*both, strict=True)) for kind, both in _SMALL.items()}
_NARROW = "\u202f"


def _power(mantissa: str, exponent: int) -> str:
    raised = "10" + "".join(_SMALLER["^"][c] for c in str(exponent).replace("-", "−"))
    return raised if mantissa == "1" else f"{mantissa} × {raised}"


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@guarded
def number(value: float | None, digits: int = 4) -> str:
    """A number for readers: ``6100``, ``0.052``, ``16 384``, ``1.6 × 10⁷``.

    Parameters
    ----------
    value
        The number; None and NaN become a dash.
    digits
        Significant digits, at least 1; whole numbers below a million are written in full.

    Raises
    ------
    TypeError, ValueError
        If `value` is no number, or `digits` is not a positive whole number.
    """
    digits = check_integer(digits, "digits")
    if value is None:
        return "–"
    v = float(value)
    if math.isnan(v):
        return "–"
    size, sign = abs(v), "−" if v < 0 else ""
    if math.isinf(size):
        return sign + "∞"
    if size.is_integer() and size < 1e6:
        whole = str(int(size))
        return (sign if size else "") + (
            f"{int(size):,}".replace(",", _NARROW) if size >= 1e4 else whole
        )
    exact = Decimal(size)
    exponent = exact.adjusted()
    rounded = exact.quantize(Decimal(1).scaleb(exponent - digits + 1), ROUND_HALF_UP)
    exponent = rounded.adjusted()
    if -3 <= exponent <= 3:
        return sign + _trimmed(f"{rounded:f}")
    mantissa = _trimmed(f"{rounded.scaleb(-exponent):f}")
    return sign + _power(mantissa, exponent)


def _number_again(found: re.Match[str]) -> str:
    sign, mantissa, exponent = found[1].replace("-", "−").replace("+", ""), found[2], int(found[3])
    value = Decimal(mantissa).scaleb(exponent)
    if value == 0:
        return "0"
    if -3 <= value.adjusted() <= 3:
        return f"{sign}{value:f}"
    shift = value.adjusted() - exponent
    return sign + _power(_trimmed(f"{Decimal(mantissa).scaleb(-shift):f}"), value.adjusted())


@guarded
def check(text: object, argument: str, *, empty: bool = False) -> str:
    """Return `text`, tidied, if every renderer can show it.

    Parameters
    ----------
    text
        The label.
    argument
        The name that an error message gives.
    empty
        Whether the empty string is allowed.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ValueError
        If it is empty though it must not be, holds ``$``, a backslash or a line break, or holds a
        script that cannot be shown (nested braces, or one of ``_ ^ # % & ~ " ` @ ?`` inside of the
        braces).
    """
    if not isinstance(text, str):
        raise TypeError(f"{argument} must be a string, got {type(text).__name__}")
    if not text.strip() and not empty:
        raise ValueError(f"{argument} must not be empty")
    if any(c in "$\\" or ord(c) < 32 for c in text):
        raise ValueError(
            f"{argument} may hold _{{..}}, ^{{..}} and Unicode letters, "
            f"but no dollar sign, backslash or line break: {text!r}"
        )
    for _, content in _SCRIPT.findall(text):
        if not content.strip() or _NOT_IN_A_SCRIPT & set(content):
            raise ValueError(f"{argument} holds a script that cannot be shown: {text!r}")
    if re.search(r"[_^]\{", _SCRIPT.sub("", text)):
        raise ValueError(f"{argument} holds an unclosed or nested script: {text!r}")
    return tidied(text)


@guarded
def tidied(text: str) -> str:
    """The text with what programs print (``p_1``, ``K^2``, ``6.1e+03``, ``-1``) made readable."""
    for raw, sign in _SIGNS.items():
        text = text.replace(raw, sign)
    text = _RAW_DIFFERENCE.sub(" − ", _RAW_MINUS.sub("−", _RAW_NUMBER.sub(_number_again, text)))
    text = _APOSTROPHE.sub("’", _PER_CENT.sub("\u00a0%", text))
    text = _RAW_POWER.sub(lambda m: f"^{{{m[1].replace('-', '−')}}}", text)
    return _RAW_SCRIPT.sub(lambda m: f"{m[1]}{{{m[2].replace('-', '−')}}}", text)


@guarded
def pieces(text: str) -> list[tuple[str, str]]:
    """Split a label into ``(kind, content)``; kind is ``""``, ``"_"`` or ``"^"``."""
    out: list[tuple[str, str]] = []
    end = 0
    for match in _SCRIPT.finditer(text):
        if match.start() > end:
            out.append(("", text[end : match.start()]))
        out.append((match[1], match[2]))
        end = match.end()
    if end < len(text):
        out.append(("", text[end:]))
    return out


@guarded
def to_html(text: str) -> str:
    """Escaped HTML with ``sub`` and ``sup`` elements; no line breaks at an equals sign."""
    out = []
    for kind, content in pieces(_TIMES.sub("\u00a0×\u00a0", _EQUALS.sub("\u00a0=\u00a0", text))):
        safe = html.escape(content)
        out.append(f"<{_TAG[kind]}>{safe}</{_TAG[kind]}>" if kind else safe)
    return "".join(out)


@guarded
def to_plain(text: str) -> str:
    """Plain text for alternative text and files: Unicode's small letters where there are some."""

    def show(kind: str, content: str) -> str:
        letters = content.replace("-", "−")
        if not kind:
            return content
        if all(c in _SMALLER[kind] for c in letters):
            return "".join(_SMALLER[kind][c] for c in letters)
        return content if kind == "_" else f"^({content})"

    return "".join(show(*piece) for piece in pieces(text))

r"""The small TeX subset that labels, captions and summaries of a slider figure may hold.

``_{...}`` and ``^{...}`` (not nested) become subscripts and superscripts; Greek letters and signs
such as ``×`` and ``−`` are written as Unicode characters. One function per place in which a label
is shown: `to_mathtext` for Matplotlib, `to_html` for HTML, `to_plain` for alternative text. The
script of the page does the same with ``tspan`` elements.
"""

from __future__ import annotations

import html
import re

_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
_HTML_TAG = {"_": "sub", "^": "sup"}
_NOT_IN_A_SCRIPT = set('_^#%&~"`@?')


def check(text: str, argument: str, *, empty: bool = False) -> str:
    """Return `text` unchanged if every renderer can show it.

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
    return text


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


def to_mathtext(text: str) -> str:
    r"""Matplotlib's spelling: the scripts as ``$_{\mathdefault{..}}$``, all else as it stands."""

    def show(kind: str, content: str) -> str:
        if not kind:
            return content
        return f"${kind}{{\\mathdefault{{{content.replace(' ', chr(92) + ' ')}}}}}$"

    return "".join(show(*piece) for piece in pieces(text))


def to_html(text: str) -> str:
    """Escaped HTML with ``sub`` and ``sup`` elements."""
    out = []
    for kind, content in pieces(text):
        safe = html.escape(content)
        out.append(f"<{_HTML_TAG[kind]}>{safe}</{_HTML_TAG[kind]}>" if kind else safe)
    return "".join(out)


def to_plain(text: str) -> str:
    """Plain text for alternative text and screen readers: the braces fall away."""
    return "".join(kind + content for kind, content in pieces(text))

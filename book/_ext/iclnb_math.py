"""Formulas set at build: each becomes MathML, which browsers draw and screen readers read.

A page then needs no script for its mathematics. The formulas of the text are converted as they are
written, those in outputs (``\\( \\)`` and ``\\[ \\]`` on the cards of the claims) in the finished
page. What cannot be converted stops the build. The TeX of a formula stands in its ``alttext``.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

import math_core
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
APART = {"pre", "code", "textarea", "noscript", "title"}
"""Elements in which marks of mathematics mean themselves."""

_TAG = re.compile(r"(<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<[^>]+>)", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
_MARKED = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}.*\\end\{\1\}\s*[.,;]?", re.DOTALL)
# Chromium stretches a fence to its given size only inside of an mrow, not as the base of a script.
_FENCE = re.compile(r"<(msub|msup|msubsup)>(<mo [^>]*minsize[^>]*>[^<]*</mo>)")

LEANING = {
    "C": 0.07, "E": 0.05, "F": 0.13, "H": 0.08, "I": 0.09, "J": 0.11, "K": 0.07, "M": 0.1,
    "N": 0.11, "P": 0.14, "S": 0.06, "T": 0.15, "U": 0.1, "V": 0.21, "W": 0.13, "X": 0.05,
    "Y": 0.21, "Z": 0.07, "f": 0.09, "γ": 0.05, "ζ": 0.06, "ν": 0.06, "ς": 0.07, "τ": 0.1,
}  # fmt: skip
"""By how much letters lean to the right, in em: the font's own italic corrections from 0.04 on."""

# A browser sets superscripts without the correction, into the letter: f° is an f with a hook.
_RAISED = re.compile(rf"<msup><mi>([{''.join(LEANING)}])</mi>")


@cache
def _converter(macros: tuple[tuple[str, str], ...]) -> Any:
    return math_core.LatexToMathML(macros=dict(macros), fancy_error=False)


def _spaced(found: re.Match[str]) -> str:
    letter = found[1]
    return f'<msup><mrow><mi>{letter}</mi><mspace width="{LEANING[letter]}em"></mspace></mrow>'


@cache
def convert(tex: str, *, display: bool, macros: tuple[tuple[str, str], ...] = ()) -> str:
    """Return a formula as MathML.

    Raises
    ------
    ValueError
        If it cannot be converted.
    """
    tex = tex.strip()
    if display and re.search(r"\\\\", tex) and not _ENVIRONMENT.fullmatch(tex):
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    plain = tex.replace("\\\n", "\\ \n")  # a control space before a line break
    try:
        made = _converter(macros).convert_with_local_state(plain, displaystyle=display)
    except math_core.LatexError as error:
        raise ValueError(f"the formula {tex!r} cannot be set: {error}") from error
    made = _FENCE.sub(r"<\1><mrow>\2</mrow>", made)
    made = _RAISED.sub(_spaced, made)
    words = html.escape(re.sub(r"\s+", " ", tex), quote=True)
    return made.replace("<math", f'<math alttext="{words}"', 1)


def typeset(body: str, macros: tuple[tuple[str, str], ...] = ()) -> str:
    """Return a page with its marked formulas converted; code, scripts and comments stay."""
    out, depth = [], 0

    def one(found: re.Match[str]) -> str:
        tex = html.unescape(found[1] or found[2])
        return convert(tex, display=found[1] is None, macros=macros)

    for token in _TAG.split(body):
        if token.startswith("<"):
            name = _NAME.match(token)
            if name and name[1].lower() in APART:
                depth += -1 if token.startswith("</") else 1
            out.append(token)
        else:
            out.append(_MARKED.sub(one, token) if not depth and "\\" in token else token)
    return "".join(out)


def _of(config: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(config.math_macros.items()))


def _set(writer: Any, node: nodes.Node, *, display: bool) -> str:
    try:
        return convert(node.astext(), display=display, macros=_of(writer.builder.config))
    except ValueError as error:
        LOGGER.warning(str(error), location=node)
        return html.escape(node.astext())


def _visit_inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    writer.body.append(_set(writer, node, display=False) + "</span>")
    raise nodes.SkipNode


def _visit_display(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({number})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(_set(writer, node, display=True) + "</div>\n")
    raise nodes.SkipNode


def _page(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Convert what stands in outputs."""
    if "body" in context:
        try:
            context["body"] = typeset(context["body"], _of(app.config))
        except ValueError as error:
            LOGGER.warning(str(error), location=pagename)


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder; what reads the finished page comes after."""
    app.add_config_value("math_macros", {}, "html", dict)
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_display, None))
    app.connect("html-page-context", _page, priority=940)
    app.add_css_file("iclnb-math.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

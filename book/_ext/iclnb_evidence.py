"""Statements without a number, and evidence folded under one line.

Two directives: ``{printed-wrong} Title`` holds a statement that a source prints and that is wrong,
with the right form in the same box; ``{stated}`` holds a claim that one line of text can say, as
an ordinary paragraph with an anchor; its title stands where it is referred to. Both take
``:label:``; ``{prf:ref}`` and ``{ref}`` lead to them, under their titles.

A cell that shows a certificate becomes one ``<details id="evidence-...">`` whose summary is the
card's line; inside stand the code and the card. Of two hidden sources in a row one bar is left.
Texts of a card are written as those of the figures: ``p_1`` with an index, ``>=`` as a sign.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx_proof.domain import ProofDomain

from iclnb.explore import words

WRONG = "Printed, and wrong"
_CARD = re.compile(r'<details class="iclnb-card[ "]')
_CLAIM = re.compile(r'data-claim="([^"]+)"')
_SUMMARY = re.compile(r"<summary[^>]*>(.*?)</summary>", re.DOTALL)
_APART = re.compile(r"(<code>.*?</code>|<[^>]*>|\\\(.*?\\\))", re.DOTALL)


class folded(nodes.Element):
    """A certificate's code and card under one line."""


class stated(nodes.Element):
    """A claim said in one line of text."""


def _mathematics(text: str) -> nodes.inline:
    """Return a title as nodes: ``$...$`` is mathematics."""
    out = nodes.inline(text, "")
    for at, piece in enumerate(re.split(r"\$([^$]+)\$", text)):
        if piece:
            out += nodes.math(piece, piece) if at % 2 else nodes.Text(piece)
    return out


class Statement(SphinxDirective):
    """What both directives share: a label that ``{prf:ref}`` and ``{ref}`` know."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "label": directives.unchanged_required,
        "class": directives.class_option,
    }

    def make(self, title: str, titled: list[nodes.Node]) -> nodes.Element:
        """Return the node, without its content."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return the statement's node."""
        label = self.options.get("label", "")
        if not label:
            raise self.error(f"{self.name} needs a :label:")
        title = self.arguments[0]
        titled, messages = self.state.inline_text(title, self.lineno)
        node = self.make(title, titled)
        node["ids"].append(label)
        node["classes"] += self.options.get("class", [])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        if not hasattr(self.env, "proof_list"):
            self.env.proof_list = {}
        if label in self.env.proof_list:
            raise self.error(f"the label {label} stands twice")
        self.env.proof_list[label] = {
            "docname": self.env.docname,
            "countertype": self.name,
            "realtype": self.name,
            "ids": [label],
            "label": label,
            "prio": 0,
            "nonumber": True,
            "title": title,
        }
        self.env.get_domain("std").note_hyperlink_target(label, self.env.docname, label, title)
        return [node, *messages]


class PrintedWrong(Statement):
    """A statement that a source prints and that is wrong, with the right form in the same box."""

    def make(self, title: str, titled: list[nodes.Node]) -> nodes.Element:
        """Return a box with the mark in its title."""
        mark = nodes.inline("", WRONG, classes=["iclnb-mark"])
        heading = nodes.title(title, "", mark, nodes.Text(" "), *titled)
        return nodes.admonition("", heading, classes=["iclnb-wrong"])


class Stated(Statement):
    """A claim that one line of text can say: a paragraph with an anchor."""

    def make(self, title: str, titled: list[nodes.Node]) -> nodes.Element:
        """Return the paragraph's frame."""
        return stated(classes=["iclnb-stated"])


class Domain(ProofDomain):
    """The domain of sphinx_proof, which names the statements without a number by their title."""

    def resolve_xref(
        self, env: Any, fromdocname: str, builder: Any, typ: str, target: str, node: Any, child: Any
    ) -> Any:
        """Return the link; that of an unnumbered statement says its title."""
        found = getattr(env, "proof_list", {}).get(target, {})
        if node.get("refdomain") != self.name or "title" not in found:
            return super().resolve_xref(env, fromdocname, builder, typ, target, node, child)
        if target in child.astext():
            child = _mathematics(found["title"])
        return make_refnode(builder, fromdocname, found["docname"], target, child)


class Fold(SphinxPostTransform):
    """Fold each certificate; leave one bar of two neighbouring hidden sources."""

    default_priority = 150  # the outputs are chosen (4), the sources not yet hidden (199)
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the page's tree in place."""
        for cell in list(self.document.findall(_is_code)):
            card = next(
                (raw for raw in cell.findall(nodes.raw) if _CARD.search(raw.astext())), None
            )
            if card is not None:
                _fold(cell, card)
        for cell in list(self.document.findall(_is_code)):
            _join(cell)


def _is_code(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def readable(html: str) -> str:
    """Return a card with what programs print in its texts as readers expect it."""
    parts = _APART.split(html)
    parts[::2] = [words.to_html(words.tidied(unescape(text))) for text in parts[::2]]
    return "".join(parts)


def _fold(cell: nodes.container, card: nodes.raw) -> None:
    """Put a certificate's cell under its line; the card inside stands open."""
    html = readable(card.astext())
    line = _SUMMARY.search(html)
    claim = _CLAIM.search(html)
    fold = folded(claim=claim[1] if claim else "", line=line[1] if line else "")
    if line:
        opened = html.replace(line[0], "", 1).replace("<details ", "<div ", 1)
        at = opened.rindex("</details>")
        opened = opened[:at] + "</div>" + opened[at + len("</details>") :]
        card.parent.replace(card, nodes.raw("", opened, format="html"))
    if "hide_mode" in cell:
        del cell["hide_mode"]
    cell.replace_self(fold)
    fold += cell


def _hidden_source(node: nodes.Node | None) -> bool:
    """Whether a node shows nothing but the bar of its hidden source."""
    return (
        node is not None
        and _is_code(node)
        and node.get("hide_mode") in ("input", "all", "input+output")
        and len(node.children) == 1
    )


def _join(cell: nodes.container) -> None:
    """Move the hidden sources directly above a cell into it: one bar, or one line, for all.

    A source that shows nothing and stands above a certificate is part of its evidence.
    """
    block = cell.parent if isinstance(cell.parent, folded) else cell
    hides = cell.get("hide_mode") in ("input", "all", "input+output")
    if not cell.children or not (hides or block is not cell):
        return
    while True:
        siblings = block.parent.children
        at = siblings.index(block)
        before = siblings[at - 1] if at else None
        if not _hidden_source(before):
            return
        first = cell.children[0]
        first.children = [*before.children[0].children, *first.children]
        for child in first.children:
            child.parent = first
        block.parent.remove(before)


def _open_stated(self: Any, node: stated) -> None:
    self.body.append(self.starttag(node, "div"))


def _close_stated(self: Any, node: stated) -> None:
    self.body.append("</div>\n")


def _open_folded(self: Any, node: folded) -> None:
    claim, line = node["claim"], node["line"] or "Evidence"
    self.body.append(
        f'<details class="iclnb-evidence" id="evidence-{claim}"><summary>{line}</summary>\n'
    )


def _close_folded(self: Any, node: folded) -> None:
    self.body.append("</details>\n")


def _ignore(self: Any, node: nodes.Element) -> None:
    """Write nothing of its own: other formats show the content."""


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.setup_extension("sphinx_proof")
    app.setup_extension("myst_nb")
    app.add_domain(Domain, override=True)
    others = dict.fromkeys(("latex", "text"), (_ignore, _ignore))
    app.add_node(stated, html=(_open_stated, _close_stated), **others)
    app.add_node(folded, html=(_open_folded, _close_folded), **others)
    app.add_directive("printed-wrong", PrintedWrong)
    app.add_directive("stated", Stated)
    app.add_post_transform(Fold)
    app.add_css_file("iclnb-evidence.css")
    app.add_js_file("iclnb-evidence.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

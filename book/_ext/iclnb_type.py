"""Keep together on a line what belongs together.

A browser may break a line on either side of a formula, and so begin one with a comma or end one
with a bracket. Here the signs that touch a formula are bound to it, and a per cent sign to its
number. The ledger's texts are what a program prints; they are set as those of the cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from iclnb.explore import words

LEDGER = "book/claims"

BOUND = "iclnb-bound"
"""Class of a formula with the signs that touch it."""

_BEFORE = re.compile(r"[(\[“‘]+$")
_AFTER = re.compile(r"^(?:[.,;:!?)\]”’]+|-\w+[.,;:)]*)")
_PER_CENT = re.compile(r"(?<=\d) %")
_VERBATIM = (nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block)


class Bind(SphinxPostTransform):
    """Bind signs to the formulas and numbers that they touch."""

    default_priority = 170
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the page's tree in place."""
        for formula in list(self.document.findall(nodes.math)):
            _bind(formula)
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, _VERBATIM) or not _PER_CENT.search(text):
                continue
            text.parent.replace(text, nodes.Text(_PER_CENT.sub("\u00a0%", text)))
        if self.env.docname == LEDGER:
            for text in list(self.document.findall(nodes.Text)):
                if not isinstance(text.parent, _VERBATIM):
                    text.parent.replace(text, list(_set(text)))


def _set(text: str) -> Iterator[nodes.Node]:
    """Yield what a program printed as text with scripts."""
    for kind, piece in words.pieces(words.tidied(text)):
        script = nodes.subscript if kind == "_" else nodes.superscript
        yield script("", piece) if kind else nodes.Text(piece)


def _bind(formula: nodes.math) -> None:
    """Take the signs before and after a formula into one span with it."""
    parent = formula.parent
    at = parent.index(formula)
    before = parent[at - 1] if at else None
    after = parent[at + 1] if at + 1 < len(parent) else None
    head = _BEFORE.search(before) if isinstance(before, nodes.Text) else None
    tail = _AFTER.search(after) if isinstance(after, nodes.Text) else None
    if head is None and tail is None:
        return
    bound = nodes.inline(classes=[BOUND])
    formula.replace_self(bound)
    if head is not None:
        parent[at - 1] = nodes.Text(before[: head.start()])  # by place: equal texts are many
        bound += nodes.Text(head[0])
    bound += formula
    if tail is not None:
        parent[at + 1] = nodes.Text(after[tail.end() :])
        bound += nodes.Text(tail[0])


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.add_post_transform(Bind)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

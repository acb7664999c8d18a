"""What the search of the site finds: statements by their names, words with and without accents.

The page builder's search knows pages, headings, terms of the glossary and objects of Python. Here
every statement that has a title becomes an object of its own, so that a theorem is found by name;
``scorer.js`` beside this file puts chapters and statements before objects of Python. A word with
accents is found without them too: "Holder" finds "Hölder".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.util.index_entries import split_index_msg

SCORER = Path(__file__).with_name("scorer.js")
KINDS = {
    "theorem": "Theorem",
    "lemma": "Lemma",
    "proposition": "Proposition",
    "corollary": "Corollary",
    "definition": "Definition",
    "assumption": "Assumption",
    "remark": "Remark",
    "example": "Example",
    "conjecture": "Conjecture",
    "printed-wrong": "Printed, and wrong",
    "stated": "Statement",
}


def plain(title: str) -> str:
    """Return a title as it is read in a list: no parentheses around it, no marks of mathematics."""
    title = re.sub(r"^\((.*)\)$", r"\1", title.strip())
    return re.sub(r"\s+", " ", re.sub(r"[$\\{}`]", "", title)).strip()


def folded(word: str) -> str:
    """Return a word without accents."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Statements(Domain):
    """The titled statements of the book, for the search."""

    name = "statement"
    label = "Statement"
    object_types: ClassVar = {kind: ObjType(words) for kind, words in KINDS.items()}
    initial_data: ClassVar = {"found": {}}

    def process_doc(self, env: Any, docname: str, document: nodes.document) -> None:
        """Note the statements of a page."""
        found = {
            node["ids"][0]: (plain(node.get("title", "")), node["realtype"])
            for node in document.findall(nodes.Element)
            if node.get("realtype") in KINDS and node.get("ids")
        }
        for label, entry in getattr(env, "proof_list", {}).items():
            if entry["docname"] == docname and entry.get("title") and entry["realtype"] in KINDS:
                found[label] = (plain(entry["title"]), entry["realtype"])
        self.data["found"][docname] = {label: one for label, one in found.items() if one[0]}

    def clear_doc(self, docname: str) -> None:
        """Forget the statements of a page."""
        self.data["found"].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take what another process has read."""
        for docname in docnames:
            if docname in otherdata["found"]:
                self.data["found"][docname] = otherdata["found"][docname]

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield (name, shown name, kind, page, anchor, priority)."""
        for docname, found in self.data["found"].items():
            for label, (title, kind) in found.items():
                yield f"statement-{label}", title, kind, docname, label, 1

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """Return how the search calls a kind."""
        return type.lname

    def resolve_any_xref(self, *arguments: Any, **more: Any) -> list[Any]:
        """Resolve nothing: references to statements are those of sphinx_proof."""
        return []


def _entries(env: Any, page: str) -> list[tuple[str, str, str]]:
    """Return the index entries of a page that was read by an earlier build.

    The page builder's search forgets them: after a change of one page a term of the glossary would
    be found no more.
    """
    found: set[tuple[str, str, str]] = set()
    for kind, value, anchor, main, _ in env.get_domain("index").entries.get(page, ()):
        parts = split_index_msg(kind, value)
        found |= {(part, anchor or "", main) for part in parts}
    return sorted(found)


def _mend_index(app: Any) -> list[Any]:
    """Add the accented words without their accents; make no page.

    The titles of numbered statements, which the index takes for headings in parentheses, go: they
    are objects already.
    """
    indexer = getattr(app.builder, "indexer", None)
    if indexer is None:
        return []
    for page in set(indexer._titles) - set(indexer._index_entries):
        indexer._index_entries[page] = _entries(app.env, page)
    for words in (indexer._mapping, indexer._title_mapping):
        for word in [w for w in words if not w.isascii()]:
            words.setdefault(folded(word), set()).update(words[word])
    for page, titles in indexer._all_titles.items():
        kept = [one for one in titles if not re.fullmatch(r"\(.*\)", one[0].strip())]
        indexer._all_titles[page] = kept
    return []


def _scorer(app: Any, config: Any) -> None:
    config.html_search_scorer = str(SCORER)


def setup(app: Any) -> dict[str, Any]:
    """Connect to the page builder."""
    app.add_domain(Statements)
    app.connect("config-inited", _scorer)
    app.connect("html-collect-pages", _mend_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

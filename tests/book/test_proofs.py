"""What is called derived here is proved on its page; what is measured says so."""

import importlib
import re

import pytest

from iclnb.evidence import Claim, Provenance
from tools.notebooks import ROOT, notebooks, read

BOX = re.compile(
    r"(?P<fence>`{3,}|:{3,})\{(?:prf:\w+|stated)\}[^\n]*\n:label: (?P<id>[\w-]+)\n"
    r"(?P<text>.*?)\n(?P=fence)",
    re.DOTALL,
)
FOLDED = re.compile(
    r"(?P<fence>`{3,}|:{3,})\{admonition\} (?P<title>[^\n]*)\n:class: dropdown\n"
    r"(?P<text>.*?)\n(?P=fence)",
    re.DOTALL,
)
NAMED = re.compile(r"\{prf:ref\}`(?:[^`<]*<)?([\w-]+)>?`")
REASON = re.compile(r"derived here[^.:]*:\*?\s(.{25,})", re.DOTALL | re.IGNORECASE)
LEAST = 25  # characters of a proof


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def boxes(text):
    """Return the text of every statement by its label."""
    return {found["id"]: found["text"] for found in BOX.finditer(text)}


def proved(text):
    """Return the statements that a folded proof names, in its title or where it ends with them."""
    found = set()
    for block in FOLDED.finditer(text):
        if re.match(r"Proofs?\b|Derivation", block["title"]) and len(block["text"]) > LEAST:
            found |= {*NAMED.findall(block["title"])}
            found |= {*NAMED.findall(" ".join(re.findall(r"prove (\S.*)", block["text"])))}
    return found


def without_proof(claims, text):
    """Return the derived claims of a page that no proof names and whose box gives no reason."""
    said = boxes(text)
    derived = [c for c in claims if c.provenance == Provenance.DERIVED]
    return [c.id for c in derived if c.id not in proved(text) and not REASON.search(said[c.id])]


def misnamed(claims, text):
    """Return the measured claims whose box does not say so, and the derived that say measured."""
    said = boxes(text)
    wrong = []
    for c in claims:
        if c.provenance not in (Provenance.DERIVED, Provenance.MEASURED):
            continue
        measured = re.search(r"[Mm]easured", said[c.id]) is not None
        only = measured and not re.search(r"[Dd]erived|[Pp]roved", said[c.id])
        if c.provenance == Provenance.MEASURED and not measured:
            wrong.append(c.id)
        if c.provenance == Provenance.DERIVED and only:
            wrong.append(c.id)
    return wrong


def chapters():
    return [path for path in notebooks() if path.parent != ROOT / "book"]


def claims_of(path):
    name = f"iclnb.{path.parent.name}.{path.stem.replace('-', '_')}.claims"
    found = [c for c in vars(importlib.import_module(name)).values() if isinstance(c, Claim)]
    assert found
    return found


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
class TestEveryChapter:
    def test_what_is_derived_has_a_proof(self, path):
        assert without_proof(claims_of(path), prose(read(path))) == []

    def test_what_is_measured_says_so(self, path):
        assert misnamed(claims_of(path), prose(read(path))) == []

    def test_no_proof_is_of_something_else(self, path):
        text = prose(read(path))
        titles = [b["title"] for b in FOLDED.finditer(text) if b["title"].startswith("Proof")]
        assert [t for t in titles if not NAMED.search(t) and "prove {prf" not in text] == []


def claim(name, provenance):
    return Claim(
        id=name,
        part="p",
        chapter="c",
        source="s",
        provenance=provenance,
        regime="r",
        implements="m.f",
    )


PAGE = """
```{prf:lemma} One
:label: one-x

Text. *%s*
```

:::{admonition} Proof of {prf:ref}`two things <%s>`
:class: dropdown

%s
:::
"""
LINE = "It follows from the line above, by parts."


class TestTheRules:
    @pytest.mark.parametrize(
        ("page", "faults"),
        [
            (PAGE % ("Derived here.", "one-x", LINE), []),
            (PAGE % ("Derived here.", "one-y", LINE), ["one-x"]),
            (PAGE % ("Derived here.", "one-x", "Clear."), ["one-x"]),
            (PAGE % ("Derived here: it is even, and odd functions vanish.", "one-y", LINE), []),
            (PAGE % ("Derived here: clear.", "one-y", LINE), ["one-x"]),
            (PAGE % ("Derived here.", "one-y", "These lines prove {prf:ref}`one-x` as well."), []),
        ],
    )
    def test_proofs(self, page, faults):
        assert without_proof([claim("one-x", Provenance.DERIVED)], page) == faults

    @pytest.mark.parametrize(
        ("said", "provenance", "faults"),
        [
            ("Measured here.", Provenance.MEASURED, []),
            ("Derived here.", Provenance.MEASURED, ["one-x"]),
            ("Measured here.", Provenance.DERIVED, ["one-x"]),
            ("The order is derived here, the factor measured.", Provenance.DERIVED, []),
        ],
    )
    def test_words(self, said, provenance, faults):
        assert misnamed([claim("one-x", provenance)], PAGE % (said, "one-x", LINE)) == faults

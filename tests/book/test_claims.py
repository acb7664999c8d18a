"""Every claim: stated on its page, certified there, tested, linked; and nothing beside them."""

import ast
import functools
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from iclnb.evidence import (
    Claim,
    Control,
    Provenance,
    Verdict,
    bound,
    certify,
    identity,
    not_testable,
)
from iclnb.evidence.card import card_html, card_text
from tools.ledger import claim_tests, rows
from tools.notebooks import ROOT, code_cells, notebooks, pages
from tools.notebooks import read as read_anew
from tools.theorems import CLAIMED, owed
from tools.theorems import stated as statements_of

read = functools.cache(read_anew)  # what looks at a notebook here leaves it as it is


def stated(notebook):
    """Return the labels of a page's statements that need a certificate, in order."""
    return [
        one.label
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for one in statements_of(cell.source, "page")
        if one.kind in CLAIMED
    ]


def certificates(notebook):
    """Return the certificates' records of a page with what stands on their cards."""
    return [
        (output.metadata["iclnb_certificate"], output.data)
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "iclnb_certificate" in output.get("metadata", {})
    ]


def anchors(notebook):
    """Return the names of a page's figures, drawn by either room."""
    found = set()
    for cell in code_cells(notebook):
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        found |= {name} if name else set()
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            found |= set(re.findall(r'<figure[^>]*\bid="(fig-[a-z0-9-]+)"', html))
    return found


def faults_of_page(notebook):
    """Compare a page's theorems with its certificates, both ways."""
    labels = stated(notebook)
    ids = [record["id"] for record, _ in certificates(notebook)]
    faults = [f"{x} is stated twice" for x in set(labels) if labels.count(x) > 1]
    faults += [f"{x} is certified twice" for x in set(ids) if ids.count(x) > 1]
    faults += [f"{x} is stated and not certified" for x in labels if x not in ids]
    faults += [f"{x} is certified and not stated" for x in ids if x not in labels]
    return faults


def faults_of_certificate(record, data, figures):
    """Look at one certificate: its control, its card, what it points at."""
    verdict, control = Verdict(record["verdict"]), record["negative_control"]
    faults = []
    if verdict is Verdict.NOT_TESTABLE:
        if not record["note"].strip():
            faults.append("no reason why it cannot be tested")
    elif control is None or not control["what"].strip():
        faults.append("no negative control")
    elif verdict is Verdict.REFUTED:
        if control["failed"] or not Verdict(control["verdict"]).holds:
            faults.append("the correction does not hold")
    elif not control["failed"] or Verdict(control["verdict"]) is not Verdict.REFUTED:
        faults.append("the negative control does not fail")
    if data["text/plain"] != card_text(record):
        faults.append("the card's text is not what the record says")
    if data["text/html"] != card_html(record):
        faults.append("the card is not what the record says")
    if record["figure"] and record["figure"] not in figures:
        faults.append(f"no figure {record['figure']} on the page")
    return faults + faults_of_name(record["implements"])


def faults_of_words(record):
    """Look at what a card says: what is counted is named, zeros have a size, no e-notation."""
    if "said" not in record:
        return ["the card is of an older form: execute the notebook"]
    faults, notices = [], record["notices"]
    checked = record["kind"] not in ("proof", "not testable")
    if checked and not record["of"]:
        faults.append("of= is missing: say what is counted or measured")
    if checked and notices and notices["kind"] == "shift" and "size" not in record["settings"]:
        faults.append("the prediction is zero: say with size= how large the quantity is")
    control = record["negative_control"] or {"what": ""}
    for text in (record["note"], record["regime"], control["what"]):
        if found := re.search(r"\d[eE][+-]?\d+", text):
            faults.append(f"{found[0]} is no number for a reader")
    return faults


def faults_of_name(name):
    """Look at a dotted name: it exists in the library, is public, and says what it computes."""
    if not name.startswith("iclnb."):
        return [f"{name} is not of the library"]
    if any(part.startswith("_") for part in name.split(".")):
        return [f"{name} is not public"]
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = getattr(thing, part, None)
        break
    if thing is None:
        return [f"{name} does not exist"]
    if not hasattr(thing, "__qualname__") or not inspect.getdoc(thing):
        return [f"{name} is no function or class with a docstring"]
    home = f"{thing.__module__}.{thing.__qualname__}"
    if parts[1] not in ROOMS and name != home:
        return [f"{name} is documented as {home}: name it there"]
    return []


def written():
    """Return the claims that the library writes down, by module."""
    found = {}
    for path in sorted((ROOT / "iclnb").rglob("*claims.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.parent.parent == ROOT / "iclnb" and path.parent.name in ROOMS:
            continue
        found[module] = importlib.import_module(module)
    return found


ROOMS = {"evidence", "explore", "style", "scale"}
WRITTEN = written()
CHAPTERS = [path for path in notebooks() if path.parent != ROOT / "book"]
BEGUN = {Path(page).parent.name for page in pages() if len(Path(page).parts) == 3}


def named(thing):
    return thing.relative_to(ROOT / "book").as_posix() if isinstance(thing, Path) else thing


@pytest.mark.parametrize("path", CHAPTERS, ids=named)
class TestEveryChapter:
    def test_each_theorem_is_certified_and_each_certificate_is_stated(self, path):
        assert faults_of_page(read(path)) == []

    def test_each_certificate(self, path):
        notebook = read(path)
        figures = anchors(notebook)
        faults = {
            record["id"]: faults
            for record, data in certificates(notebook)
            if (faults := faults_of_certificate(record, data, figures))
        }
        assert faults == {}

    def test_the_cards_speak_in_sentences(self, path):
        faults = {
            record["id"]: faults
            for record, _ in certificates(read(path))
            if (faults := faults_of_words(record))
        }
        assert faults == {}

    def test_the_certificates_are_the_claims_that_the_library_writes_down(self, path):
        place = (path.parent.name, path.stem)
        claims = [c for m in WRITTEN.values() for c in m.CLAIMS if (c.part, c.chapter) == place]
        records = {record["id"]: record for record, _ in certificates(read(path))}
        assert {c.id for c in claims} == set(records)
        for c in claims:
            record = records[c.id]
            assert record["verdict"] == str(c.expected)
            said = ("source", "implements", "regime", "figure", "paper", "number")
            assert [record[name] for name in said] == [getattr(c, name) for name in said]


#: Statements with an inequality whose proof is an identity all the same, and what is equal.
IDENTITIES = {
    "kns-flat-optimum": "the risk of the best matrix",
    "kns-memorisation": "the rank of the equations",
    "kns-aggregation": "the weights and their sums",
    "mlb-threshold": "two exponents",
    "mlb-open-gap": "two exponents",
    "mfl-inner-linear": "the rate, attained in the slowest mode",
    "mfl-conservation": "the derivative, zero",
    "saddle-sharp-attained": "the limit of the ratio",
    "saddle-mirror": "the force out of the mirror, zero",
    "saddle-missing-curvature": "attained in a limit",
    "esc-negative-directions": "the kernel as a product",
    "esc-mirror": "the force out of the mirror, zero",
    "rate-descent-attained": "the speed over the bound",
    "rate-accelerated-speed": "attained in a limit",
    "rate-curvature": "attained in a limit",
    "rate-seeding": "the loss and the slope",
    "idx-kernel-wins": "the number of polynomials",
    "ie-flow-easy": "the time",
}


def test_a_bound_that_is_not_attained_notices_its_near_miss_only():
    entries = json.loads((ROOT / "book/claims.json").read_text(encoding="utf-8"))
    sign = re.compile(r"\\(le|ge|leq|geq|lesssim|gtrsim)\b|at (most|least)\b|or more\b|\bbound")
    found = {
        entry["id"]
        for entry in entries
        if (entry["verdict"], entry["notices"] and entry["notices"]["kind"]) == ("proved", "any")
        and sign.search(entry["statement"])
    }
    assert found == set(IDENTITIES)


@pytest.mark.parametrize("module", WRITTEN)
class TestEveryModuleOfClaims:
    def test_the_tuple_holds_all_of_them_once(self, module):
        claims = WRITTEN[module].CLAIMS
        assert isinstance(claims, tuple)
        constants = [c for c in vars(WRITTEN[module]).values() if isinstance(c, Claim)]
        assert sorted(c.id for c in claims) == sorted(c.id for c in constants)

    def test_each_is_tested(self, module):
        marked = claim_tests()
        assert [c.id for c in WRITTEN[module].CLAIMS if c.id not in marked] == []

    def test_each_names_what_computes_it(self, module):
        claims = WRITTEN[module].CLAIMS
        faults = {c.id: f for c in claims if (f := faults_of_name(c.implements))}
        assert faults == {}

    def test_they_have_a_chapter_once_their_part_is_begun(self, module):
        place = module.removesuffix("claims").rstrip("._").replace("_", "-").split(".")[1:]
        if place[0] in BEGUN:
            assert "/".join(["book", *place]) in pages()


def test_every_paper_stands_in_the_bibliography():
    keys = set(
        re.findall(
            r"^@\w+\{([^,]+),", (ROOT / "book/references.bib").read_text(encoding="utf-8"), re.M
        )
    )
    named = {c.paper for module in WRITTEN.values() for c in module.CLAIMS if c.paper}
    assert sorted((named | set(owed())) - keys) == []


def test_nothing_is_owed_that_stands_in_the_book():
    held = {(c.paper, c.number) for module in WRITTEN.values() for c in module.CLAIMS}
    missing = {(paper, number) for paper, numbers in owed().items() for number in numbers}
    assert sorted(held & missing) == []


def test_no_id_stands_twice_in_the_library():
    ids = [c.id for module in WRITTEN.values() for c in module.CLAIMS]
    assert sorted(ids) == sorted(set(ids))


def test_every_mark_names_a_claim():
    known = {c.id for module in WRITTEN.values() for c in module.CLAIMS}
    assert sorted(set(claim_tests()) - known) == []


def test_the_ledger_reads_every_mark():
    """A mark in a form that the ledger does not read would leave a claim without its test."""
    read_marks = sum(len(tests) for tests in claim_tests().values())
    written_marks = 0
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        weight = {
            id(mark): sum(
                isinstance(inner, ast.FunctionDef) and inner.name.startswith("test")
                for inner in node.body
            )
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for mark in node.decorator_list
        }
        written_marks += sum(
            weight.get(id(node), 1)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.claim")
        )
    assert read_marks == written_marks


def test_the_ledger_is_what_the_committed_notebooks_say():
    command = [sys.executable, "-m", "tools.ledger", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_ledger_has_a_row_for_every_certificate():
    ledger = rows({path: path for path in notebooks()})
    certified = [record["id"] for path in notebooks() for record, _ in certificates(read(path))]
    assert [row["id"] for row in ledger] == certified
    for row in ledger:
        path, name = row["test"].split("::", 1)
        assert (ROOT / path).exists()
        assert name


# The rules above, seen to find the faults that they are for.

CLAIM = Claim(
    id="one-claim",
    part="part",
    chapter="chapter",
    source="Theorem 1",
    provenance=Provenance.DERIVED,
    regime="everywhere",
    implements="iclnb.evidence.certify",
    figure="fig-one",
    expected=Verdict.EXACT,
)
RIGHT, WRONG = identity(1.0, 1.0, atol=1e-12), identity(2.0, 1.0, atol=1e-12)


def page(*theorems, certified=()):
    """Return a page with theorems of these labels and certificates of these claims."""
    v4 = nbformat.v4
    cells = []
    for label in theorems:
        cells.append(
            v4.new_markdown_cell(f"Words.\n\n```{{prf:lemma}} Title\n:label: {label}\n\nText.\n```")
        )
    for claim in certified:
        metadata = {"iclnb_certificate": {"id": claim}}
        output = v4.new_output("display_data", {"text/plain": "x"}, metadata=metadata)
        cells.append(v4.new_code_cell("certify()", outputs=[output]))
    return v4.new_notebook(cells=cells)


class TestTheRules:
    def test_a_page_in_order(self):
        assert faults_of_page(page("a-b", "c-d", certified=["c-d", "a-b"])) == []
        assert faults_of_page(page()) == []

    @pytest.mark.parametrize(
        ("notebook", "fault"),
        [
            (page("a-b"), "a-b is stated and not certified"),
            (page(certified=["a-b"]), "a-b is certified and not stated"),
            (page("a-b", "a-b", certified=["a-b"]), "a-b is stated twice"),
            (page("a-b", certified=["a-b", "a-b"]), "a-b is certified twice"),
        ],
    )
    def test_a_page_with_a_fault(self, notebook, fault):
        assert fault in faults_of_page(notebook)

    def test_what_counts_as_stated(self):
        text = (
            "````{prf:theorem} Title\n:label: one-a\n\n```{math}\nx\n```\n````\n"
            ":::{prf:proposition} Title\n:label: one-b\nText.\n:::\n"
            "```{prf:definition} Title\n:label: not-one\n```\n"
            ":::{printed-wrong} Title\n:label: one-d\n\nText.\n:::\n"
            ":::{stated} E\n:label: one-e\nText.\n:::\n"
            "```{prf:corollary} Title\n:nonumber:\n:label: one-c\n\nText.\n```\n"
        )
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
        assert stated(notebook) == ["one-a", "one-b", "one-d", "one-e", "one-c"]

    def certificate(self, **changes):
        made = certify(CLAIM, RIGHT, control=Control("a factor", WRONG), scale="quick")
        data, about = made._repr_mimebundle_()
        record = about["iclnb_certificate"]
        record.update(changes)
        return record, data

    def test_a_certificate_in_order(self):
        record, data = self.certificate()
        assert faults_of_certificate(record, data, {"fig-one"}) == []
        untested = not_testable("no constant")
        made = certify(
            Claim(**{**vars(CLAIM), "expected": "not testable", "figure": None}), untested
        )
        data, about = made._repr_mimebundle_()
        assert faults_of_certificate(about["iclnb_certificate"], data, set()) == []

    def test_a_refuted_claim_in_order(self):
        refuted = Claim(**{**vars(CLAIM), "expected": Verdict.REFUTED})
        made = certify(refuted, bound(2.0, 1.0), control=Control("corrected", bound(2.0, 3.0)))
        data, about = made._repr_mimebundle_()
        record = about["iclnb_certificate"]
        assert faults_of_certificate(record, data, {"fig-one"}) == []
        record["negative_control"].update(failed=True, verdict="refuted")
        faults = faults_of_certificate(record, data, {"fig-one"})
        assert "the correction does not hold" in faults

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"of": ""}, "of= is missing"),
            ({"notices": {"kind": "shift", "value": 0.1, "text": "x"}}, "size="),
            ({"regime": "n = 1e2 to 1e6"}, "1e2 is no number"),
            ({"negative_control": {"what": "K = 1e9"}}, "1e9 is no number"),
            ({"of": "", "kind": "proof"}, None),
        ],
    )
    def test_the_words_of_a_card(self, changes, fault):
        record, _ = self.certificate(of="answers")
        assert faults_of_words(record) == []
        record.update(changes)
        faults = faults_of_words(record)
        assert len(faults) == (fault is not None)
        assert fault is None or fault in faults[0]

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"negative_control": None}, "no negative control"),
            (
                {"negative_control": {"what": "x", "verdict": "exact", "failed": False}},
                "the negative control does not fail",
            ),
            ({"verdict": "consistent"}, "the card's text is not what the record says"),
            ({"said": "3"}, "the card is not what the record says"),
            ({"figure": "fig-two"}, "no figure fig-two on the page"),
            ({"implements": "iclnb.evidence.words.nothing"}, "does not exist"),
            ({"implements": "iclnb.nowhere.at_all"}, "does not exist"),
            (
                {"implements": "iclnb.foundations.in_context_learning.ridge_gamma"},
                "as iclnb.foundations.in_context_learning.regression.ridge_gamma: name it there",
            ),
            ({"implements": "iclnb.evidence.words"}, "no function or class"),
            ({"implements": "iclnb.evidence.bounds._slack"}, "not public"),
            ({"implements": "math.sqrt"}, "not of the library"),
        ],
    )
    def test_a_certificate_with_a_fault(self, changes, fault):
        record, data = self.certificate()
        record.update(changes)
        if record["negative_control"] and "miss" not in record["negative_control"]:
            record["negative_control"]["miss"] = {"kind": "any", "value": 1.0, "text": "off"}
        assert fault in " ".join(faults_of_certificate(record, data, {"fig-one"}))

    def test_figures_of_both_rooms_are_found(self):
        v4 = nbformat.v4
        html = '<style></style><figure class="iclnb-explore" id="fig-moving">'
        output = v4.new_output("display_data", {"text/html": html, "text/plain": "x"})
        still = v4.new_code_cell("show()", metadata={"mystnb": {"figure": {"name": "fig-still"}}})
        moving = v4.new_code_cell("curves()", outputs=[output])
        notebook = v4.new_notebook(cells=[still, moving])
        assert anchors(notebook) == {"fig-still", "fig-moving"}

    def test_a_record_is_what_the_ledger_writes(self):
        record, _ = self.certificate()
        assert json.loads(json.dumps(record)) == record

"""The ledger: what it refuses, its rows, its page, and that `--check` sees every difference."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tools.ledger import KEYS, claim_tests, ledger_json, rows
from tools.ledger_page import ledger_page
from tools.notebooks import ROOT, notebooks, text_of

TESTS = """\
import pytest

@pytest.mark.claim("one-claim")
@pytest.mark.parametrize("x", [1, 2])
def test_one(x):
    assert x

class TestMore:
    @pytest.mark.claim("two-claim")
    def test_two(self):
        pass

    @pytest.mark.claim("not-a-test")
    def helper(self):
        pass

@pytest.mark.claim("three-claim")
class TestThree:
    def test_a(self):
        pass

    @pytest.mark.claim("one-claim")
    def test_b(self):
        pass
"""


PROSE = """\
:::{prf:lemma} The first $n$
:label: one-claim

$a < b$ always.
:::

:::{prf:theorem} A wrong one
:label: two-claim

$b < a$.
:::

:::{prf:lemma} Tested by nothing
:label: not-a-test
:::
"""


@pytest.fixture
def book(project, shown, record):
    """A book with two claims, in the chapter that they name."""
    project.write("tests/part/test_first.py", TESTS)
    project.chapters("book/index", "book/part/first")
    project.notebook("book/index", "1")
    outputs = [shown(record("one-claim")), shown(record("two-claim", verdict="refuted"))]
    project.notebook("book/part/first", "both", prose=PROSE, outputs=outputs)
    return project


def ledger(book):
    return rows({path: path for path in notebooks(book.root)}, book.root)


class TestMarks:
    def test_on_functions_methods_and_classes(self, book):
        assert claim_tests(book.root) == {
            "one-claim": [
                "tests/part/test_first.py::test_one",
                "tests/part/test_first.py::TestThree::test_b",
            ],
            "two-claim": ["tests/part/test_first.py::TestMore::test_two"],
            "three-claim": [
                "tests/part/test_first.py::TestThree::test_a",
                "tests/part/test_first.py::TestThree::test_b",
            ],
        }

    def test_pytest_selects_the_tests_by_these_ids(self, book):
        ids = sorted({one for tests in claim_tests(book.root).values() for one in tests})
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
        alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(
            [*run, *ids], cwd=book.root, env=alone, capture_output=True, text=True
        )
        assert "5 passed" in done.stdout


class TestRows:
    def test_the_rows_stand_in_the_order_of_the_book(self, book):
        first, second = ledger(book)
        assert tuple(first) == KEYS
        assert (first["id"], second["id"]) == ("one-claim", "two-claim")
        assert (first["verdict"], second["verdict"]) == ("exact", "refuted")
        assert first["test"] == "tests/part/test_first.py::test_one"
        assert first["negative_control"]["failed"] is True
        assert (first["title"], first["statement"]) == ("The first $n$", "$a < b$ always.")
        assert (second["title"], second["statement"]) == ("A wrong one", "$b < a$.")

    def test_a_claim_that_is_not_stated_is_refused(self, book, shown, record):
        book.notebook("book/part/first", "1", outputs=[shown(record("one-claim"))])
        with pytest.raises(ValueError, match="one-claim is not stated in part/first"):
            ledger(book)

    def test_the_outputs_may_stand_in_another_file(self, book):
        path = book.root / "book/part/first.ipynb"
        stored = path.rename(book.root / "stored.ipynb")
        book.notebook("book/part/first", "both", prose=PROSE)
        assert rows({path: path}, book.root) == []
        assert len(rows({path: stored}, book.root)) == 2

    def test_a_claim_without_a_test_is_refused(self, book):
        book.write("tests/part/test_first.py", TESTS.replace("two-claim", "another-claim"))
        with pytest.raises(ValueError, match="two-claim has no test"):
            ledger(book)

    def test_a_mark_on_what_is_no_test_does_not_count(self, book, shown, record):
        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(record("not-a-test"))])
        with pytest.raises(ValueError, match="not-a-test has no test"):
            ledger(book)

    @pytest.mark.parametrize("page", ["book/part/first", "book/part/second"])
    def test_a_claim_that_stands_twice_is_refused(self, book, shown, record, page):
        one = shown(record("one-claim"))
        other = shown(record("one-claim", chapter=page.rsplit("/", 1)[1]))
        book.chapters("book/index", "book/part/first", "book/part/second")
        book.notebook("book/part/second", "1", outputs=[other])
        if page == "book/part/first":
            book.notebook("book/part/second", "1")
            book.notebook(page, "1", prose=PROSE, outputs=[one, other])
        with pytest.raises(ValueError, match="one-claim is certified twice"):
            ledger(book)

    @pytest.mark.parametrize("place", [{"chapter": "second"}, {"part": "another"}])
    def test_a_claim_in_another_chapter_is_refused(self, book, shown, record, place):
        outputs = [shown(record("one-claim", **place))]
        book.notebook("book/part/first", "1", prose=PROSE, outputs=outputs)
        with pytest.raises(ValueError, match="one-claim stands in part/first"):
            ledger(book)


class TestRendering:
    def test_the_json_holds_the_rows(self, book):
        text = ledger_json(ledger(book))
        assert json.loads(text) == ledger(book)
        assert text.endswith("]\n")

    def test_the_page_links_theorem_function_and_test(self, book):
        page = ledger_page(ledger(book))
        assert "Of 2 claims 2 are quoted: " in page
        assert "| {doc}`part/first` | {ref}`2 <ledger-first>` | 1 exact, 1 refuted |" in page
        assert "| all | 2 | 1 exact, 1 refuted |" in page
        assert "(ledger-first)=\n### {doc}`part/first`" in page
        assert "## Part" in page
        assert "{doc}`part/first`" in page
        assert "{prf:ref}`one-claim`" in page
        assert "<iclnb.alpha.value>`" in page
        assert "`tests/part/test_first.py::test_one`" in page
        assert "Control, a sign: off by 2." in page
        assert "Would have noticed an error of 2·10⁻¹² (relative)." in page
        assert page.count("part/first.html#evidence-one-claim") == 1  # in the table of all claims
        assert "#fig" not in page

    def test_what_does_not_hold_is_named_first(self, book):
        head, _ = ledger_page(ledger(book)).split("## Part")
        assert "Refuted:\n\n- A wrong one, {prf:ref}`two-claim`\n" in head
        assert "{prf:ref}`one-claim`" not in head
        assert "Not testable" not in head

    def test_a_figure_is_linked(self, book, shown, record):
        outputs = [shown(record("one-claim", figure="fig-one"))]
        book.notebook("book/part/first", "1", prose=PROSE, outputs=outputs)
        assert '<a href="part/first.html#fig-one">figure</a>' in ledger_page(ledger(book))

    def entry(self, book):
        """Return the three lines of the page's first entry."""
        page = ledger_page(ledger(book)).splitlines()
        first = next(i for i, line in enumerate(page) if line.startswith("**"))
        assert "".join(page[first + 3 : first + 4]) == ""
        return page[first : first + 3]

    def test_an_entry_is_three_lines_whatever_its_text(self, book, shown, record):
        outputs = [shown(record("one-claim", said="|x|: so\n- it is.", source="A\n: B"))]
        book.notebook("book/part/first", "1", prose=PROSE, outputs=outputs)
        statement, numbers, source = self.entry(book)
        assert statement == "**exact**, {prf:ref}`one-claim`. The first $n$."
        assert numbers.startswith(": |x|: so - it is. Would have noticed an error of 2·10⁻¹² ")
        assert source.startswith(": *A : B; quoted.* ")

    def test_a_refuted_claim_names_the_right_form(self, book, shown, record):
        right = {**record("x")["negative_control"], "verdict": "exact", "failed": False}
        one = record("one-claim", verdict="refuted", negative_control=right)
        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(one)])
        assert self.entry(book)[1].endswith("As printed off by 2. Right form: a sign, exact.")

    def test_all_claims_stand_in_one_table_that_can_be_sorted(self, book, shown, record):
        strong = {"kind": "strength", "value": 1.5, "text": "a < b", "said": "would"}
        one = record("one-claim", verdict="consistent", notices=strong)
        two = record("two-claim", verdict="not testable", notices=None, negative_control=None)
        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(one), shown(two)])
        page = ledger_page(ledger(book))
        table = page[page.index("<details") : page.index("</details>")]
        first, second = [line for line in table.splitlines() if line.startswith("<tr><td")]
        assert '<a href="part/first.html#evidence-one-claim">The first \\(n\\)</a>' in first
        assert '<td data-order="2">consistent</td>' in first
        assert '<td data-order="0.5">a &lt; b</td>' in first
        assert '<td data-order="2">off by 2</td>' in first
        assert second.count('<td data-order="1e99">–</td>') == 2
        assert "\n\n" not in table

    def test_the_distribution_of_what_is_noticed(self, book, shown, record):
        def noticed(kind, value):
            return {"kind": kind, "value": value, "text": "x", "said": "would have noticed x"}

        one = record("one-claim", verdict="consistent", notices=noticed("factor", 0.013))
        two = record("two-claim", verdict="not contradicted", notices=noticed("shift", None))
        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(one), shown(two)])
        page = ledger_page(ledger(book))
        assert "| up to 2 % | 1 | ▇ |\n| up to 5 % | 0 |  |" in page
        assert "| more | 1 | ▇ |" in page
        assert "Exponents" not in page
        assert "Numbers" not in ledger_page([{**row, "verdict": "exact"} for row in ledger(book)])

    def test_a_claim_that_is_not_testable_has_no_control(self, book, shown, record):
        one = record("one-claim", verdict="not testable", negative_control=None)
        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(one)])
        assert "Control" not in self.entry(book)[1]


class TestCommandLine:
    def call(self, book, *arguments):
        run = [sys.executable, "-m", "tools.ledger", *arguments]
        return subprocess.run(run, cwd=book.root, capture_output=True, text=True)

    def test_what_was_written_is_checked(self, book, shown, record):
        shutil.copytree(ROOT / "tools", book.root / "tools")
        first = self.call(book, "--check")
        assert first.returncode != 0
        assert "book/claims.json is not what the notebooks say" in first.stderr
        assert not (book.root / "book/claims.json").exists()

        done = self.call(book)
        assert (done.returncode, done.stdout) == (0, "ledger: 2 claims\n")
        assert json.loads((book.root / "book/claims.json").read_text(encoding="utf-8")) == ledger(
            book
        )
        assert self.call(book, "--check").returncode == 0

        page = book.root / "book/claims.md"
        page.write_text(
            page.read_text(encoding="utf-8").replace("refuted", "exact"), encoding="utf-8"
        )
        wrong = self.call(book, "--check")
        assert wrong.returncode != 0
        assert "claims.md" in wrong.stderr
        assert "claims.json" not in wrong.stderr

        self.call(book)
        book.notebook("book/index", "1", prose=":::{prf:lemma} New\n:label: new-lemma\n:::")
        stale = self.call(book, "--check")
        assert (stale.returncode != 0, "theorems.md" in stale.stderr) == (True, True)
        assert "claims" not in stale.stderr

        self.call(book)
        book.notebook(
            "book/part/first", "1", prose=PROSE, outputs=[shown(record("one-claim", measured="2"))]
        )
        assert self.call(book, "--check").returncode != 0

        book.notebook("book/part/first", "1", prose=PROSE, outputs=[shown(record("unknown-claim"))])
        untested = self.call(book)
        assert untested.returncode != 0
        assert "unknown-claim has no test" in untested.stderr

    def test_a_notebook_in_normal_form_says_the_same(self, book):
        from tools.notebooks import normalise, read

        before = ledger(book)
        path = book.root / "book/part/first.ipynb"
        path.write_text(text_of(normalise(read(path), "key")), encoding="utf-8")
        assert ledger(book) == before

"""The page for teachers: what it takes from the chapters is what they say."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.special import zeta
from scipy.stats import norm

from iclnb.dynamics import stage_wise_training as st
from iclnb.features import learning_in_context as lic
from iclnb.foundations import attention_as_regression as aar
from iclnb.statistics import minimax_lower_bound as lb
from tools import teach
from tools.chapter_graph import LONGEST, arcs, graph, name
from tools.chapters import Exercise, _exercises, _folded, chapters, seconds_of
from tools.notebooks import ROOT, notebooks, pages, read
from tools.reading import AGREE

FOUND = chapters()
TEXT = (ROOT / teach.PAGE).read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### (.+)$", TEXT, re.MULTILINE)


def prose(page):
    cells = read(ROOT / "book" / f"{page}.ipynb").cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_the_page_is_in_the_book_and_up_to_date():
    assert teach.PAGE.with_suffix("").as_posix() in pages()
    assert teach.teach_page(TEXT, FOUND) == TEXT, "run python -m tools.ledger"


def test_the_first_page_leads_to_it():
    assert any("{doc}`/book/teach`" in c.source for c in read(ROOT / "book/index.ipynb").cells)


def test_every_chapter_has_its_summary_in_the_order_of_the_book():
    assert HEADINGS[: len(FOUND)] == [one.title for one in FOUND]
    for one in FOUND:
        part = TEXT.split(f"\n### {one.title}\n")[1].split("\n## ")[0].split("\n### ")[0]
        assert f"chapter {one.page}\n" in part
        own = part.split("% end")[1]
        assert any(f"{{numref}}`{name}`" in own for name in one.sliders), one.page
        for piece in ("*The object*", "*At the board*", "*Project*"):
            assert piece in own, (one.page, piece)


class TestGraph:
    root = ElementTree.fromstring(graph(FOUND))

    def drawn(self, kind):
        paths = self.root.iter("{http://www.w3.org/2000/svg}path")
        return {(p.get("data-from"), p.get("data-to")) for p in paths if p.get("class") == kind}

    def test_thick_arcs_are_what_the_chapters_say_they_need(self):
        said = set()
        for one in FOUND:
            before = prose(one.page).split("You need", 1)[1].split("Time*", 1)[0]
            said |= {(one.page, to) for to in re.findall(r"\{doc\}`/book/([\w/-]+)`", before)}
        assert self.drawn("needs") == said
        assert len(said) >= 20

    def test_thin_arcs_are_the_other_references(self):
        """Found again from the names of pages and of labels, wherever they stand."""
        texts = {one.page: prose(one.page) for one in FOUND}
        home = {m: page for page, t in texts.items() for m in re.findall(r":label: ([\w-]+)", t)}
        joined = {frozenset(pair) for pair in self.drawn("needs") | self.drawn("cites")}
        for page, text in texts.items():
            links = re.findall(r"\{(?:doc|prf:ref)\}`(?:[^`]*<)?(?:/book/)?([\w/-]+)>?`", text)
            for link in links:
                to = link if link in texts else home.get(link)
                assert to in (None, page) or frozenset((page, to)) in joined, (page, link)

    def test_every_chapter_is_a_link_in_the_order_of_the_book(self):
        links = [a.get("href") for a in self.root.iter("{http://www.w3.org/2000/svg}a")]
        assert links == [f"{one.page}.html" for one in FOUND]

    def test_no_name_is_longer_than_its_place(self):
        assert all(len(name(one.title)) <= LONGEST for one in FOUND)
        assert name("A short one, and more") == "A short one, and more"
        assert name("First: and the rest") == "First"
        assert name("First, " + "x" * LONGEST) == "First"

    def test_it_is_said_in_words(self):
        words = self.root.find("{http://www.w3.org/2000/svg}desc").text
        assert "Strict saddles needs The mean-field limit" in words
        assert words.count(";") == len(FOUND) - 1

    def test_no_need_comes_later_in_the_book(self):
        order = [one.page for one in FOUND]
        late = [a for a in arcs(FOUND) if a.needs and order.index(a.to) > order.index(a.page)]
        assert late == []

    def test_an_arc_that_is_not_there_is_noticed(self):
        less = [one._replace(needs=()) if one.page.endswith("saddle") else one for one in FOUND]
        assert graph(less) != graph(FOUND)


class TestMinutes:
    @pytest.mark.parametrize("one", FOUND, ids=lambda one: one.page)
    def test_sections_add_up_to_what_the_page_says(self, one):
        """The page's minutes agree with the measure in a browser (`tests/site/test_reading`)."""
        assert sum(one.seconds.values()) / 60 == pytest.approx(one.minutes, abs=AGREE)

    def test_a_path_adds_up(self):
        page = "% made by tools.teach: path a/b; a/b # Last\n% end"
        one = SimpleNamespace(page="a/b", minutes=20, seconds={"Last": 89.0})
        made = teach.teach_page(page, [one])
        assert "| {doc}`/book/a/b` | 20 |" in made
        assert "| *Last*, in {doc}`/book/a/b` | 1 |" in made
        assert "| **together** | **21** |" in made
        assert teach.teach_page(made, [one]) == made

    @pytest.mark.parametrize("what", ["path a/c", "path a/b # First", "chapter a/c", "nothing"])
    def test_what_there_is_not_is_refused(self, what):
        one = SimpleNamespace(page="a/b", minutes=20, seconds={"Last": 89.0})
        with pytest.raises(ValueError, match=r"a/c|First|nothing"):
            teach.teach_page(f"% made by tools.teach: {what}\n% end", [one])

    def test_words_and_formulas_by_their_rates(self):
        assert seconds_of("one two three four five six") == 2
        assert seconds_of("one $x$ two $$y$$ three") == 1 + 16
        assert seconds_of("{term}`a word <words>` again") == 1

    def test_what_is_folded_is_not_counted(self):
        text = "a\n:::{admonition} Why\n:class: dropdown\n\nhidden $x$\n:::\nb\n"
        assert _folded(text).split() == ["a", "b"]
        shown = "a\n```{prf:lemma} Name\n:label: x\n\nseen\n```\nb\n"
        assert _folded(shown).split() == ["a", "Name", "seen", "b"]


def test_marks_of_exercises():
    text = (
        "```{exercise-start}\n:label: a\n```\n*By hand, hard.* Show it.\n\n```{exercise-end}\n```\n"
        "```{solution-start} a\n:class: dropdown\n```\nSo it is.\n\n```{solution-end}\n```\n"
        "```{exercise-start}\n:label: b\n```\n*By hand.* Show it.\n"
    )
    assert _exercises(text) == (
        Exercise("a", "by hand", "hard", "So it is.\n\n"),
        Exercise("b", "", "", ""),
    )


def test_all_notebooks_of_chapters_are_read():
    assert [one.page for one in FOUND] == [
        p.relative_to(ROOT / "book").with_suffix("").as_posix()
        for p in notebooks()
        if p.parent != ROOT / "book"
    ]


class TestBoards:
    """What the proofs for the board end with is what the library computes."""

    @pytest.mark.parametrize(("n", "d", "noise"), [(20, 5, 0.5), (7, 12, 0.0), (300, 40, 2.0)])
    def test_the_best_fixed_matrix(self, n, d, noise):
        tasks = aar.LinearTasks.isotropic(d, noise=noise)
        best = aar.best_gamma(tasks, prompt_length=n)
        all_of_it = n + d + 1 + d * noise**2
        assert best == pytest.approx(n / all_of_it * np.eye(d), rel=1e-12)
        risk = aar.population_risk(tasks, best, prompt_length=n)
        assert risk == pytest.approx(1 - n / all_of_it, rel=1e-12)

    @pytest.mark.parametrize("rho", [0.1, 0.5, 1.0, 2.0])
    def test_no_method_is_faster(self, rho):
        """A sign costs at least what the board says, and by the exact risk less than twice that."""
        exact = float(lb.two_point_risk(rho))
        assert 2 * norm.cdf(-rho) < exact < 4 * norm.cdf(-rho)

    @pytest.mark.parametrize("s", [0.5, 1.0, 2.0])
    def test_it_is_attained_up_to_a_constant(self, s):
        n, noise = 1e6, 0.3
        N = (n / noise**2) ** (1 / (2 * s + 1))
        kept = int(N)
        dropped = zeta(2 * s + 1, kept + 1)
        ours = kept * noise**2 / n + dropped
        assert ours <= (1 + 1 / (2 * s)) * N ** (-2 * s) * 1.1

    @pytest.mark.parametrize("K", [5, 50])
    def test_found_then_trusted(self, K):
        p = np.full(K, 1 / K)
        row = np.zeros(K)
        row[0] = 2.0
        a = np.exp(2.0) / (np.exp(2.0) + K - 1)
        speed = st.limit_row_flow(row, p, 0)
        log_odds = speed[0] - speed[1]
        board = (K / (K - 1)) ** 2 * a**2 * (1 - a) ** 3 / K
        assert a * (1 - a) * log_odds == pytest.approx(board, rel=1e-12)

    @pytest.mark.parametrize(("d", "n"), [(10, 1), (10, 30), (40, 400)])
    def test_a_kernel_has_to_search_in_all_dimensions(self, d, n):
        board = 1 - 1 / d - (n - 1) * (1 - 1 / d) / (d * (d + 1) / 2 - 1)
        assert lic.kernel_lower_bound(d, n) == pytest.approx(board, rel=1e-12)

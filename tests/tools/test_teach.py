"""The page for teachers: what it takes from the chapters is what they say."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from tools import teach
from tools.chapter_graph import arcs, graph
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

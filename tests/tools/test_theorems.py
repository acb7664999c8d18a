"""The index of statements: what counts as one, and how it is listed."""

import doctest

import pytest

from tools.notebooks import notebooks
from tools.theorems import KINDS, Statement, sort_key, stated, statements, theorems_page

PROSE = """\
# A chapter

:::{prf:theorem} The first $n$
:label: one-claim

Words with a ``{prf:lemma}``.
:::

````{prf:definition} A prompt
:class: dropdown
:label: part-prompt
```python
x = 1
```
````

```{prf:remark} Not listed
```

```markdown
:::{prf:theorem} In an example only
:label: never
:::
```

```{prf:lemma} After the example
:label: two-claim
```
"""


def test_statements_of_prose():
    assert stated(PROSE, "part/first") == [
        Statement(
            "theorem", "The first $n$", "one-claim", "part/first", "Words with a ``{prf:lemma}``."
        ),
        Statement("definition", "A prompt", "part-prompt", "part/first", "```python\nx = 1\n```"),
        Statement("lemma", "After the example", "two-claim", "part/first"),
    ]


def test_the_text_ends_at_the_fence_of_its_block():
    text = (
        "````{prf:lemma} A\n:label: x\n\n```{math}\n:label: eq\ny\n```\n\nEnd.\n````\nNot this.\n"
    )
    (one,) = stated(text, "part/first")
    assert one.text == "```{math}\n:label: eq\ny\n```\n\nEnd."


def test_statements_without_a_number():
    text = (
        ":::{printed-wrong} The display\n:label: a-b\n\nWrong.\n:::\n"
        ":::{stated} Named\n:label: c-d\nOne line.\n:::\n"
    )
    assert stated(text, "part/first") == [
        Statement("printed-wrong", "The display", "a-b", "part/first", "Wrong."),
        Statement("stated", "Named", "c-d", "part/first", "One line."),
    ]
    for kind in ("printed-wrong", "stated"):
        with pytest.raises(ValueError, match=f"{kind} has no name"):
            stated(f":::{{{kind}}}\n:label: a-b\n:::", "part/first")
        with pytest.raises(ValueError, match=f"{kind} has no label"):
            stated(f":::{{{kind}}} A name\nOne line.\n:::", "part/first")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_counts(kind):
    (one,) = stated(f":::{{prf:{kind}}} A name\n:label: x\n:::", "part/first")
    assert (one.kind, one.name) == (kind, "A name")


@pytest.mark.parametrize(
    ("prose", "missing"),
    [
        (":::{prf:theorem}\n:label: x\n:::", "no name"),
        (":::{prf:theorem} A name\nWords.\n:::", "no label"),
        (":::{prf:theorem} A name\n:class: dropdown\n\n:label: x\n:::", "no label"),
    ],
)
def test_one_that_cannot_be_found_is_refused(prose, missing):
    with pytest.raises(ValueError, match=f"part/first: a theorem has {missing}"):
        stated(prose, "part/first")


def test_names_are_sorted_without_their_article():
    names = ["The zero", "A mirror", "$n$ examples", "Theory", "An amount", "the best"]
    assert sorted(names, key=sort_key) == [
        "An amount",
        "the best",
        "A mirror",
        "$n$ examples",
        "Theory",
        "The zero",
    ]


@pytest.fixture
def book(project):
    project.chapters("book/index", "book/part/first", "book/part/second")
    project.notebook("book/index", "1")
    project.notebook("book/part/first", "1", prose=PROSE)
    project.notebook("book/part/second", "1")
    return project


def test_the_page_lists_by_name_and_by_chapter(book, record):
    found = statements(notebooks(book.root), book.root)
    assert [one.label for one in found] == ["one-claim", "part-prompt", "two-claim"]
    claim = record("one-claim", source="Theorem \\(3\\)", verdict="refuted")
    page = theorems_page(found, [claim])
    names, chapters = page.split("## By chapter")
    order = [names.index(text) for text in ("After the", "The first $n$", "A prompt")]
    assert order == sorted(order)
    assert "- The first $n$, {prf:ref}`one-claim`" in names
    assert "### {doc}`part/first`" in chapters
    assert "part/second" not in chapters
    assert "- {prf:ref}`one-claim`, **The first $n$**: *refuted*; Theorem $3$\n" in chapters
    assert "- {prf:ref}`part-prompt`, **A prompt**\n" in chapters


def test_marked_statements_are_listed_by_their_title():
    found = [
        Statement("theorem", "A true one", "a-b", "part/first"),
        Statement("printed-wrong", "A wrong one", "c-d", "part/first"),
        Statement("stated", "A small one", "e-f", "part/first"),
    ]
    page = theorems_page(found, [])
    names, chapters = page.split("## By chapter")
    assert "The 1 numbered statements of the book and 2 without a" in names
    assert "- {prf:ref}`e-f`\n- A true one, {prf:ref}`a-b`\n- {prf:ref}`c-d`\n```" in names
    assert "- {prf:ref}`a-b`, **A true one**\n- {prf:ref}`c-d`\n- {prf:ref}`e-f`\n" in chapters
    assert "By number" not in page


def test_the_numbers_in_the_papers(record):
    found = [Statement("theorem", "A true one", "a-b", "part/first")]
    rows = [
        record("a-b", paper="one2024", number="Theorem 4.10"),
        record("c-d", paper="one2024", number="Lemma C.2"),
        record("e-f", paper="one2024", number="Theorem 4.10"),
        record("g-h"),
    ]
    owed = {"one2024": {"Lemma 4.9": "content not known"}, "two2024": {"Lemma 1": "not read"}}
    _, page = theorems_page(found, rows, owed).split("## By number in the papers\n")
    one, two = page.split("{cite}`two2024`:")
    assert "{cite}`one2024`:" in one
    lines = [line for line in one.splitlines() if line.startswith("| ")][1:]
    assert lines == [
        "| Lemma 4.9 | content not known |",
        "| Theorem 4.10 | {prf:ref}`a-b`, A true one; {prf:ref}`e-f` |",
        "| Lemma C.2 | {prf:ref}`c-d` |",
    ]
    assert "| Lemma 1 | not read |" in two


def test_the_example_of_the_order():
    import tools.theorems

    assert doctest.testmod(tools.theorems).failed == 0

"""Plain notebooks: every construct of the pages has a plain form, and what has none raises."""

import nbformat
import pytest
from pybtex.database import parse_string

from tools.notebooks import setup_cell
from tools.plain.cited import Sources
from tools.plain.markdown import PlainError, Prose, names_of
from tools.plain.notebook import FOLDED, plain_notebook
from tools.plain.places import read_places

BIBLIOGRAPHY = r"""
@article{one, author = {Ravent{\'o}s, Allan}, year = 2023, eprint = {2306.15063}}
@book{two, author = {de Boor, Carl and von Oswald, Johannes}, year = 2001, doi = {10.1/x}}
@misc{many, author = {A, B and C, D and E, F}, year = 2020, url = {https://example.org/x}}
@misc{none, author = {Ba, J}, year = 2022}
"""
HERE = "https://example.org/book/part/one.html"

LINK = '<a class="headerlink">#</a>'
PAGE = f"""<section class="a" id="one"><h1>
Chapter <code>one</code>: <math alttext="x"><mi>x</mi></math>{LINK}</h1>
<div class="proof lemma admonition" id="one-lemma"><p class="admonition-title">
<span class="caption-number">Lemma 1.1 </span> (First)</p></div>
<div class="proof remark admonition"><p><span class="caption-number">Remark 1.1 </span></p></div>
<figure class="align-default" id="fig-one"><figcaption><p>
<span class="caption-number">Fig. 1 </span></p></figcaption></figure>
<div class="exercise admonition" id="one-exercise"><p class="admonition-title">
<span class="caption-number">Exercise 1.1 </span></p></div>
<section id="the-end"><span id="end"></span><h2><span class="section-number">1.2. </span>The
end{LINK}</h2></section><script>id="not-a-place"</script></section>"""
GLOSSARY = f"""<section id="g"><h1>G{LINK}</h1></section>
<dl><dt id="term-Attention-score">Attention score{LINK}</dt></dl>"""
TERM = "https://example.org/book/glossary.html#term-Attention-score"


@pytest.fixture
def places(tmp_path):
    for page, text in (("book/part/one", PAGE), ("book/glossary", GLOSSARY)):
        path = tmp_path / f"{page}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_places(tmp_path, ["book/part/one", "book/glossary"], "https://example.org/")


@pytest.fixture
def prose(places):
    sources = Sources(parse_string(BIBLIOGRAPHY, "bibtex").entries, "https://example.org/b.html")
    macros = {"E": r"\mathbb{E}", "tr": r"\operatorname{tr}"}
    return Prose("book/part/one", places, sources, macros)


def test_what_is_read_from_the_site(places):
    assert places.titles["book/part/one"] == "Chapter one: $x$"
    assert places.numbers == {
        "one-lemma": "Lemma 1.1",
        "fig-one": "Fig. 1",
        "one-exercise": "Exercise 1.1",
    }
    assert places.in_order["book/part/one"] == ["Lemma 1.1", "Remark 1.1", "Fig. 1", "Exercise 1.1"]
    assert places.terms == {"attention score": "term-Attention-score"}
    assert places.names["the-end"] == places.names["end"] == "The end"
    assert "not-a-place" not in places.anchors["book/part/one"]


def test_a_page_that_was_not_built_is_missed(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_places(tmp_path, ["book/absent"], "https://example.org")


PAPER = "https://arxiv.org/abs/2306.15063"
INLINE = {
    "{term}`attention score`": f"[attention score]({TERM})",
    "{term}`scores <Attention\n score>`": f"[scores]({TERM})",
    "{doc}`/book/glossary`": "[G](https://example.org/book/glossary.html)",
    "{doc}`words </book/glossary>`": "[words](https://example.org/book/glossary.html)",
    "{prf:ref}`one-lemma`": f"[Lemma 1.1]({HERE}#one-lemma)",
    "{prf:ref}`here <one-lemma>`": f"[here]({HERE}#one-lemma)",
    "{numref}`fig-one`": f"[Fig. 1]({HERE}#fig-one)",
    "{ref}`end`": f"[The end]({HERE}#end)",
    "[the $\\E x$](#end)": f"[the ${{\\mathbb{{E}}}} x$]({HERE}#end)",
    "[](#one-lemma)": f"[Lemma 1.1]({HERE}#one-lemma)",
    "[x](https://example.org/y)": "[x](https://example.org/y)",
    "{cite}`one`": f"([Raventós, 2023]({PAPER}))",
    "{cite:t}`two`": "[de Boor and von Oswald (2001)](https://doi.org/10.1/x)",
    "{cite}`many,one`": f"([A et al., 2020](https://example.org/x); [Raventós, 2023]({PAPER}))",
    "{cite:t}`none`": "[Ba (2022)](https://example.org/b.html)",
    r"$\hat\E$, \$5 and $\Ex\tr A$": r"$\hat{\mathbb{E}}$, \$5 and $\Ex\operatorname{tr} A$",
    "`{term}` and `\\E`": "`{term}` and `\\E`",
    "$$\n\\E\n$$": "$$\n{\\mathbb{E}}\n$$",
    "> so $$\n> a\n> b $$": "> so $$ a b $$",
}


@pytest.mark.parametrize("source", INLINE)
def test_roles_links_and_macros(prose, source):
    assert prose.inline(source) == INLINE[source]


BLOCKS = {
    "```{prf:lemma} First, $\\E$\n:label: one-lemma\n\nSo\n$$\na\n= b\n$$\n- {ref}`end`\n```": (
        f"> [**Lemma 1.1**]({HERE}#one-lemma) (**First, ${{\\mathbb{{E}}}}$**)\n>\n"
        f"> So\n> $$ a = b $$\n> - [The end]({HERE}#end)"
    ),
    "```{prf:remark}\nWords.\n```": "> **Remark 1.1**\n>\n> Words.",
    "```{prf:proof}\n:class: dropdown\nWords.\n```": (
        "<details>\n<summary>Proof</summary>\n\nWords.\n\n</details>"
    ),
    ":::{printed-wrong} A bound\n:label: one-lemma\n\nWrong.\n\n```{math}\nx\n```\n:::": (
        f"> [**Printed, and wrong**]({HERE}#one-lemma) (**A bound**)\n>\n> Wrong.\n>\n> $$ x $$"
    ),
    ":::{stated} A name\n:label: one-lemma\nOne {ref}`end`.\n:::": f"One [The end]({HERE}#end).",
    ":::{admonition} Before you read\n:class: iclnb-before\n- a\n- b\n:::": (
        "> **Before you read**\n>\n> - a\n> - b"
    ),
    ":::{admonition} Proof\n:class: dropdown\nBy $\\E$.\n:::": (
        "<details>\n<summary>Proof</summary>\n\nBy ${\\mathbb{E}}$.\n\n</details>"
    ),
    "```{note}\nWords.\n```": "> **Note**\n>\n> Words.",
    "```python\n{term}`x` = '$'\n```": "```python\n{term}`x` = '$'\n```",
    "(end)=\n## The end": "## The end",
    "| a | $\\E$ |\n|---|---|\n| 1 | 2 |": "| a | ${\\mathbb{E}}$ |\n|---|---|\n| 1 | 2 |",
}


@pytest.mark.parametrize("source", BLOCKS)
def test_directives(prose, source):
    (block,) = prose.blocks(source)
    assert block.text == BLOCKS[source]


UNFIT = {
    "an unknown directive": "```{mystery}\nx\n```",
    "an unknown directive with colons": ":::{mystery}\nx\n:::",
    "an unknown role": "A {mystery}`x`.",
    "an unknown term": "{term}`nothing`",
    "an unknown label": "{prf:ref}`nothing`",
    "an unknown page": "{doc}`/book/nothing`",
    "an unknown source": "{cite}`nothing`",
    "an unknown anchor": "[x](#nothing)",
    "a statement without a number": "```{prf:lemma} X\n:label: nothing\n```",
    "more statements than the site has": "```{prf:lemma} X\n```\n\n```{prf:lemma} Y\n```",
    "a link to a file": "[x](../two.md)",
    "a substitution": "{{ name }}",
    "a comment": "% a comment",
    "a break of blocks": "+++",
    "attributes": "[x]{.red}",
    "a footnote": "[^1]: Words.",
    "a directive in a list": "- a\n\n  ```{note}\n  x\n  ```",
    "a solution in a box": ":::{note}\n```{solution-start} one-exercise\n```\n:::",
    "a box without a title": ":::{admonition}\nx\n:::",
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_has_no_plain_form_raises_and_names_the_page(prose, what):
    with pytest.raises(PlainError, match="book/part/one"):
        prose.blocks(UNFIT[what])


EXERCISE = "Words.\n\n```{exercise-start}\n:label: one-exercise\n```\nHow much?"
SOLUTION = "```{exercise-end}\n```\n\n```{solution-start} one-exercise\n:class: dropdown\n```\nSo."
END = "```{solution-end}\n```\n\n## After"


def chapter(*cells):
    """Return a notebook of these cells: words, or code with its metadata and an output's."""
    v4 = nbformat.v4
    made = [v4.new_markdown_cell("# One\n\nThe question.")]
    for cell in cells:
        if isinstance(cell, str):
            made.append(v4.new_markdown_cell(cell))
            continue
        source, metadata, about = cell
        shown = v4.new_output("display_data", {"text/plain": source}, metadata=about)
        made.append(v4.new_code_cell(source, metadata=metadata, outputs=[shown]))
    return v4.new_notebook(cells=made)


def plain(prose, places, *cells):
    places.titles["book/index"] = "The book"
    return plain_notebook(chapter(*cells), prose, places=places, commit="0a1b2c")


def test_the_cells_of_a_plain_notebook(prose, places):
    figure = {"figure": {"name": "fig-one", "caption": r"A line, $\E$."}}
    made = plain(
        prose,
        places,
        (setup_cell().source, {"tags": ["remove-cell"]}, {}),
        ("plot()", {"tags": ["hide-input"], "mystnb": figure}, {}),
        ("certify()", {}, {"iclnb_certificate": {}}),
        ("shown()", {}, {}),
        EXERCISE,
        ("stub()", {}, {}),
        SOLUTION,
        ("check()", {}, {}),
        END,
    )
    text = [cell.source for cell in made.cells]
    assert text[0].startswith("# One\n\n*A page of the book [The book](https://example.org).")
    assert text[0].endswith("The question.")
    assert text[1:] == [
        setup_cell(revision="0a1b2c").source,
        "plot()",
        r"*Fig. 1.* A line, ${\mathbb{E}}$.",
        "certify()",
        "shown()",
        "Words.",
        "### Exercise 1.1\n\nHow much?",
        "stub()",
        "#### Solution of Exercise 1.1",
        "So.",
        "check()",
        "## After",
    ]
    code = {c.source: c for c in made.cells if c.cell_type == "code"}
    folded = {source for source, c in code.items() if c.metadata.get("jupyter")}
    assert folded == {text[1], "plot()", "certify()"}
    assert all(c.outputs[0].data["text/plain"] for c in code.values())
    (heading,) = (c for c in made.cells if c.metadata.get(FOLDED))
    assert heading.source == "#### Solution of Exercise 1.1"
    assert made.metadata["colab"]["collapsed_sections"] == [heading.metadata["id"]]
    assert len({c.id for c in made.cells}) == len(made.cells)


@pytest.mark.parametrize("after", ["More words.", ("code()", {}, {})])
def test_what_would_fold_with_a_solution_raises(prose, places, after):
    with pytest.raises(PlainError, match="begin a section first"):
        plain(prose, places, EXERCISE, SOLUTION, "```{solution-end}\n```", after)


def test_a_statement_inside_of_a_folded_box_has_its_name():
    inner = ":::{stated} The sum\n:label: a-sum\n\nOne.\n:::\n"
    source = f"::::{{admonition}} More\n:class: dropdown\n\n{inner}::::\n"
    assert names_of(source) == {"a-sum": "The sum"}
    assert names_of(source.replace("{stated}", "{note}")) == {}

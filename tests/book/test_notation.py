"""The page of symbols: one symbol, one meaning within a chapter, and no row that no page needs."""

import re
from typing import NamedTuple

import pytest

from tools.notebooks import ROOT, notebooks, read

HEADER = ["symbol", "meaning", "domain", "in the sources"]
BOOK = "book"
MARK = "here:"  # begins the meaning of a row that takes the place of one above it
WORD = r"\s*(?:\{[^{}]*\}|\\?[A-Za-z]+)"
FONTS = "mathcal|mathrm|mathbf|mathbb|operatorname|text|hat|bar|tilde"
TOKEN = re.compile(rf"\\(?:{FONTS})(?:\s*\{{[^{{}}]*\}}|\s*\\[A-Za-z]+|\s*\w)|\\[A-Za-z]+|\\.|\S")
MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


class Row(NamedTuple):
    """One symbol of a table, with its meaning."""

    symbol: str
    meaning: str


def tokens(latex):
    """Return a formula as its tokens, without spaces; a letter in a font or under a hat is one."""
    return [re.sub(r"\s|\{|\}", "", t) if t[:1] == "\\" else t for t in TOKEN.findall(latex)]


def formulas(markdown):
    """Return the formulas of a text, each as its tokens between spaces."""
    found = ("".join(groups) for groups in MATH.findall(markdown))
    return [f" {' '.join(tokens(latex))} " for latex in found]


def lists(page):
    """Return the tables that stand under an anchor ``(notation-NAME)=``, as rows by NAME."""
    found = {}
    for block in re.split(r"^(?=\(notation-)", page, flags=re.MULTILINE):
        anchor = re.match(r"\(notation-([\w-]+)\)=$", block, re.MULTILINE)
        if not anchor:
            continue
        name = anchor.group(1)
        assert name not in found, f"two lists {name}"
        body = block.partition("\n(")[0]
        table = [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in body.splitlines()
            if line.startswith("|")
        ]
        if table:
            assert table[0] == HEADER, f"columns of {name}: {table[0]}"
        found[name] = []
        for cells in table[2:]:
            assert len(cells) == len(HEADER), f"{name}: {cells}"
            assert re.fullmatch(r"\$[^$]+\$(, \$[^$]+\$)*", cells[0]), f"{name}: {cells[0]}"
            assert cells[1], f"{name}: {cells[0]} has no meaning"
            symbols = re.findall(r"\$([^$]+)\$", cells[0])
            found[name] += [Row(" ".join(tokens(s)), cells[1]) for s in symbols]
    return found


def faults(page, chapters):
    """Return what is wrong with a page of symbols.

    ``chapters`` maps the name of a chapter to the name of its part and its markdown.
    """
    tables, bad, texts = lists(page), [], {}
    for name, (part, markdown) in chapters.items():
        texts[name] = formulas(markdown)
        if not tables.get(name):
            bad.append(f"{name}: no list")
        effective = {}
        for level in (BOOK, part, name):
            own = set()
            for row in tables.get(level, []):
                if row.symbol in own or (
                    row.symbol in effective and not row.meaning.startswith(MARK)
                ):
                    bad.append(f"{name}: {row.symbol} stands twice")
                if row.meaning.startswith(MARK) and row.symbol not in effective:
                    bad.append(f"{name}: {row.symbol} takes the place of nothing")
                own.add(row.symbol)
            effective |= dict.fromkeys(own)
    for level, rows in tables.items():
        readers = [n for n, (part, _) in chapters.items() if level in (BOOK, part, n)]
        if not readers:
            bad.append(f"{level}: no such chapter")
        for row in rows:
            used = [n for n in readers if any(f" {row.symbol} " in f for f in texts[n])]
            if not used:
                bad.append(f"{level}: {row.symbol} does not occur")
    return sorted(set(bad))


def book():
    """Return part and markdown of every chapter of the table of contents."""
    found = {}
    for path in notebooks():
        if path.parent == ROOT / "book":  # the front page
            continue
        cells = [c.source for c in read(path).cells if c.cell_type == "markdown"]
        found[path.stem] = (path.parent.name, "\n\n".join(cells))
    return found


def test_every_chapter_has_one_meaning_for_a_symbol():
    """The page's lists: one for each chapter, no doubles, no symbol that is not used."""
    chapters = book()
    assert len(chapters) >= 18
    page = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
    assert faults(page, chapters) == []


def test_every_chapter_leads_to_its_own_list():
    """By the end of its second section; the whole page would leave the search to the reader."""
    for name, (_, markdown) in book().items():
        assert f"<notation-{name}>`" in "".join(markdown.split("\n## ")[:3]), name
        assert "{doc}`/book/notation`" not in markdown, name


TABLE = "| symbol | meaning | domain | in the sources |\n|---|---|---|---|\n"
PAGE = f"""# Notation

(notation-book)=
## All

{TABLE}| $n$ | examples | | |
| $c$, $\\hat c$ | correlation and its estimate | | |

(notation-part)=
## Part

(notation-first)=
### First

{TABLE}| $c$ | here: speed | | |
| $\\Sigma_{{\\mathrm{{x}}}}$ | covariance \\| of $x$ | | |

(notation-second)=
### Second

{TABLE}| $m$ | width | | |
"""
FIRST = "The speed $c$ of $n$ examples, and $\\hat  c$.\n\n$$\n\\tr \\Sigma_{\\mathrm {x}}\n$$\n"
CHAPTERS = {"first": ("part", FIRST), "second": ("part", "Width $m$.")}


def test_a_sound_page_has_no_faults():
    """The made-up page passes: an override that is marked is no double."""
    assert faults(PAGE, CHAPTERS) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("here: speed", "speed", "first: c stands twice"),
        ("| $m$ |", "| $m$, $m$ |", "second: m stands twice"),
        ("| width | | |", "| width | | |\n| $n$ | width | | |", "second: n stands twice"),
        ("| $m$ |", "| $w$ |", "second: w does not occur"),
        ("| $n$ | examples", "| $N$ | examples", "book: N does not occur"),
        ("| $m$ | width", "| $m$ | here: width", "second: m takes the place of nothing"),
        ("(notation-second)=", "(second)=", "second: no list"),
        ("(notation-second)=", "(notation-secnd)=", "secnd: no such chapter"),
    ],
)
def test_faults_are_found(old, new, said):
    """Each fault of a list is named."""
    assert said in faults(PAGE.replace(old, new), CHAPTERS)


@pytest.mark.parametrize(
    ("symbol", "text"),
    [("c", "$\\hat c$"), ("c", "a cat"), ("E", "$\\E y$"), ("v", "$\\mathrm{Cov}$"), ("S", "$S'$")],
)
def test_a_letter_is_no_part_of_another_symbol(symbol, text):
    """A letter under a hat, in a word or in a command is another symbol; a prime is a mark."""
    occurs = any(f" {symbol} " in f for f in formulas(text))
    assert occurs == (text == "$S'$")


@pytest.mark.parametrize("cell", ["$c$ (of a flow)", "c", "$c$ $d$"])
def test_a_cell_of_symbols_holds_nothing_else(cell):
    """A remark beside a symbol would hide a double."""
    with pytest.raises(AssertionError, match="second"):
        faults(PAGE.replace("$m$ |", f"{cell} |"), CHAPTERS)

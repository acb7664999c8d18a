"""What every committed notebook keeps to.

A notebook without outputs passes nbval without any comparison, so these rules stand here. Each is
a function from a notebook to its faults, and each is seen to find the fault it is for.
"""

import ast
import functools
import importlib.util
import re
import sys
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace

import nbformat
import pytest

from tools.notebooks import (
    KERNELSPEC,
    ROOT,
    code_cells,
    normalise,
    notebooks,
    pages,
    read,
    renew_setup,
    setup_cell,
    source_key,
    text_of,
)

LARGEST = 1_000_000  # bytes
LONGEST = 20  # lines of code in a cell
CALLBACK = 13  # lines of a function that a slider calls

PLACE = re.compile(
    r"(?<![\w.:/\\-])/(?:home|root|tmp|work|usr|var|opt|Users)/\w|\b[A-Z]:\\(?:Users|Windows|Temp)"
)
TIME = re.compile(
    r"Wall time|CPU times|\bit/s\b|\d{4}-\d\d-\d\dT\d\d:|\b\d+(\.\d+)? ?(s|ms|µs|seconds|minutes)\b"
)
MARKER = re.compile(
    r"^```\{((?:exercise|solution)-(?:start|end))\} *([\w-]*)(?:\n:label: ([\w-]+))?", re.MULTILINE
)
SHOWS = {
    "certify": "iclnb_certificate",
    "show": "iclnb_figure",
    "curves": "text/html",
    "frames": "text/html",
}


def python(cell):
    """Return the syntax tree of a cell, lines of magic left out."""
    lines = [x for x in cell.source.splitlines() if not x.lstrip().startswith(("%", "!"))]
    return ast.parse("\n".join(lines))


def called(tree):
    """Return the last names of the functions that a syntax tree calls."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {ast.unparse(function).rsplit(".", 1)[-1] for function in calls}


def offers(cell):
    """Return the kinds of output that a cell has: MIME types and marks in the metadata."""
    return {
        kind
        for output in cell.outputs
        for kind in [*output.get("data", {}), *output.get("metadata", {}), output.output_type]
    }


def texts(cell):
    """Return what a cell printed and the plain texts of what it displayed."""
    return [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]


def is_stub(node):
    """Whether a syntax tree is a function with words and an ellipsis: an answer to be written."""
    words, *rest = node.body if isinstance(node, ast.FunctionDef) else [None]
    said = isinstance(words, ast.Expr) and isinstance(getattr(words.value, "value", None), str)
    return said and len(rest) == 1 and ast.unparse(rest[0]) == "..."


def solves(cell):
    """Whether a cell compares an answer of the reader with a solution."""
    return "exercise.check(" in cell.source


def kernel(notebook):
    return [] if notebook.metadata.get("kernelspec") == KERNELSPEC else ["kernel is not python3"]


def executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts {counts}"]


def first_cell(notebook):
    """The first code cell brings the library where it is missing; the page does not show it."""
    first, wanted = code_cells(notebook)[0], setup_cell()
    fits = first.source == wanted.source and first.metadata.get("tags") == ["remove-cell"]
    return [] if fits else ["the first code cell must be that of the other chapters, with its tag"]


def outputs_present(notebook):
    """A cell that ends in a bare name or operation, prints, judges or draws has an output."""
    faults = []
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        tree = python(cell)
        last = tree.body[-1] if tree.body else None
        value = last.value if isinstance(last, ast.Expr) else None
        ends = isinstance(value, ast.Name | ast.BinOp | ast.Compare | ast.JoinedStr | ast.Subscript)
        if (ends or "print" in called(tree)) and not cell.outputs:
            faults.append(f"cell {at} has no output")
        for name, kind in SHOWS.items():
            if name in called(tree) and kind not in offers(cell):
                faults.append(f"cell {at} calls {name} and shows no {kind}")
    return faults


def no_errors(notebook):
    return [
        f"cell {at} shows an error or stderr"
        for at, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def small(notebook):
    size = len(text_of(notebook).encode())
    return [f"{size} bytes"] if size >= LARGEST else []


def no_places(notebook):
    faults = []
    for at, cell in enumerate(notebook.cells):
        outputs = cell.get("outputs", [])
        markup = [o.data.get("text/html", "") for o in outputs if "data" in o]
        seen = [cell.source, *(texts(cell) if outputs else []), *markup, str(cell.metadata)]
        faults += [f"cell {at} names {m[0]}" for text in seen if (m := PLACE.search(str(text)))]
    return faults


def no_times(notebook):
    faults = [
        f"cell {at} says {found[0]!r}"
        for at, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for text in texts(cell)
        if (found := TIME.search(str(text)))
    ]
    return faults + ["timing metadata"] * ("iopub." in text_of(notebook))


NOISE = re.compile(r"\b\d(?:\.\d+)?(?:e-1[3-9]|·10⁻¹[³⁴⁵⁶⁷⁸⁹])(?!\d|[⁰¹²³⁴⁵⁶⁷⁸⁹])")
"""An error of rounding, which another processor makes another number."""


def no_rounding_errors(notebook):
    return [
        f"cell {at} says {found[0]!r}"
        for at, cell in enumerate(notebook.cells)
        if "nbval-check-output" in cell.metadata.get("tags", [])
        for output in cell.outputs
        if (found := NOISE.search(output.get("text", "")))  # what is printed, not the cards
    ]


def short_cells(notebook):
    faults = []
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            lines = [line.strip() for line in cell.source.splitlines()]
            count = sum(bool(line) and not line.startswith("#") for line in lines)
            faults += [f"cell {at} has {count} lines of code"] * (count > LONGEST)
    return faults


def no_machinery(notebook):
    """No class, no ``while``, no training loop.

    Of functions, only a slider's short callback, an exercise's stub, and its solution.
    """
    faults = []
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        for node in ast.walk(python(cell)):
            if isinstance(node, ast.ClassDef | ast.While | ast.AsyncFunctionDef):
                faults.append(f"cell {at} holds {type(node).__name__}")
            elif isinstance(node, ast.FunctionDef):
                length = node.end_lineno - node.lineno + 1
                short = length <= CALLBACK and ("explore." in cell.source or solves(cell))
                if not short and not is_stub(node):
                    faults.append(
                        f"cell {at} defines {node.name}, {length} lines: neither a slider's"
                        f" callback of at most {CALLBACK}, nor a solution beside its check,"
                        " nor a stub (a docstring and an ellipsis)"
                    )
            elif isinstance(node, ast.Attribute) and node.attr in ("backward", "zero_grad"):
                faults.append(f"cell {at} trains: {node.attr}")
    return faults


def exercises_checked(notebook):
    """Every exercise has a stub for the reader, and a solution that checks what was written."""
    faults, place, found = [], None, {}
    for cell in notebook.cells:
        for mark in MARKER.finditer(cell.source if cell.cell_type == "markdown" else ""):
            kind, label = mark[1].split("-")[0], mark[2] or mark[3]
            place = None if mark[1].endswith("end") else (kind, label)
            found.setdefault(place, set())
        if cell.cell_type != "code" or place is None:
            continue
        stubs = {n.name for n in python(cell).body if is_stub(n)}
        found[place] |= stubs if place[0] == "exercise" else set()
        if place[0] == "solution" and solves(cell):
            answered = [n for n in python(cell).body if isinstance(n, ast.Assign)]
            found[place] |= {n.targets[0].id for n in answered if "check" in called(n)}
            if not any("not written yet" in text for text in texts(cell)):
                faults.append(f"{place[1]} is not left to the reader")
    for _, label in (p for p in found if p and p[0] == "exercise"):
        asked, checked = found[("exercise", label)], found.get(("solution", label), set())
        if not asked or asked != checked:
            faults.append(
                f"{label} has the stubs {sorted(asked)} (a docstring and an ellipsis)"
                f" and checks {sorted(checked)}"
            )
    return faults


def figures_in_words(notebook):
    faults = []
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        about = cell.metadata.get("mystnb", {})
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                alt = about.get("image", {}).get("alt", "")
                if len(alt) < 20 or not about.get("figure", {}).get("caption"):
                    faults.append(f"cell {at} shows a picture without words")
    return faults


def one_picture_a_cell(notebook):
    """The metadata of a cell describe one picture."""
    pictures = [
        sum("image/png" in o.get("data", {}) for o in cell.get("outputs", []))
        for cell in notebook.cells
    ]
    return [f"cell {at} shows {count} pictures" for at, count in enumerate(pictures) if count > 1]


def certificates_compared(notebook):
    return [
        f"cell {at}: its tag and its certificates differ"
        for at, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and ("nbval-check-output" in cell.metadata.get("tags", []))
        is not ("iclnb_certificate" in offers(cell))
    ]


def normal_form(notebook):
    before = text_of(notebook)
    key = notebook.metadata.get("iclnb", {}).get("key", "")
    copy = nbformat.reads(before, as_version=4)
    return [] if text_of(normalise(copy, key)) == before else ["not in normal form"]


RULES = (
    kernel,
    executed_in_order,
    first_cell,
    outputs_present,
    no_errors,
    small,
    no_places,
    no_times,
    no_rounding_errors,
    short_cells,
    no_machinery,
    exercises_checked,
    figures_in_words,
    one_picture_a_cell,
    certificates_compared,
    normal_form,
)


def named(thing):
    return getattr(thing, "__name__", None) or thing.relative_to(ROOT / "book").as_posix()


committed = functools.cache(read)  # the rules leave it as it is


@pytest.mark.parametrize("path", notebooks(), ids=named)
class TestEveryNotebook:
    @pytest.mark.parametrize("rule", RULES, ids=named)
    def test_keeps_the_rule(self, rule, path):
        assert rule(committed(path)) == []

    def test_its_outputs_are_of_this_code(self, path):
        key = committed(path).metadata.get("iclnb", {}).get("key")
        command = f"python -m tools.execute --in-place {path.relative_to(ROOT)}"
        assert key == source_key(path), f"stale: run {command}, then python -m tools.ledger"


LIBRARY = "git+https://github.com/iclnb/iclnb@main"


@pytest.mark.parametrize("colab", [True, False])
@pytest.mark.parametrize("missing", [True, False])
def test_the_first_cell_first_cell_and_says_how_elsewhere(missing, colab, monkeypatch):
    asked, cell = [], setup_cell()
    shell = SimpleNamespace(run_line_magic=lambda *words: asked.append(words))
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if missing else name)
    says = pytest.raises(ModuleNotFoundError, match=f"run  %pip install {re.escape(LIBRARY)}$")
    with says if missing and not colab else nullcontext():
        exec(cell.source, {"get_ipython": lambda: shell})
    assert asked == [("pip", f"install --quiet {LIBRARY}")] * (missing and colab)


def test_the_first_cell_can_name_a_commit():
    assert LIBRARY.replace("main", "0a1b2c") in setup_cell(revision="0a1b2c").source


def test_an_old_first_cell_is_renewed_and_nothing_else(tmp_path):
    old = good()
    old.cells[1].source = "old = 1"
    path = tmp_path / "old.ipynb"
    path.write_text(text_of(old), encoding="utf-8")
    assert renew_setup(path)
    assert text_of(read(path)) == text_of(good())
    assert not renew_setup(path)


def test_a_first_cell_that_the_page_shows_is_left_alone(tmp_path):
    notebook = good()
    notebook.cells[1].metadata = {}
    notebook.cells[1].source = "shown = 1"
    path = tmp_path / "shown.ipynb"
    path.write_text(text_of(notebook), encoding="utf-8")
    assert not renew_setup(path)
    assert read(path).cells[1].source == "shown = 1"


def test_every_page_of_the_table_of_contents_exists():
    missing = [p for p in pages() if not any((ROOT / f"{p}.{x}").exists() for x in ("ipynb", "md"))]
    assert missing == []


def test_no_notebook_is_left_out_of_the_table_of_contents():
    there = {path for path in (ROOT / "book").rglob("*.ipynb") if "/." not in path.as_posix()}
    assert there == set(notebooks())


FIGURE = {"name": "fig-one", "caption": "What to see here.", "alt": "A line that falls to zero."}


SOLVED = """def solution(x):
    return 2 * x
much = exercise.check(much, solution, [(1,)], mistake=("twice", lambda x: x))"""


def good():
    """Return a notebook that keeps every rule."""
    v4 = nbformat.v4
    show = "style.show(fig, name='fig-one')"
    cells = [
        v4.new_markdown_cell("# Title"),
        nbformat.from_dict({**setup_cell(), "execution_count": 1}),
        v4.new_code_cell("1 + 1", execution_count=2),
        v4.new_code_cell(show, execution_count=3),
        v4.new_code_cell("certify(claim)", execution_count=4),
        v4.new_code_cell("def g(k):\n    return explore.Frame(k)", execution_count=5),
        v4.new_markdown_cell("```{exercise-start}\n:label: one\n```\nHow much?"),
        v4.new_code_cell('def much(x):\n    """How much."""\n    ...', execution_count=6),
        v4.new_markdown_cell("```{exercise-end}\n```\n\n```{solution-start} one\n```\nSo much:"),
        v4.new_code_cell(SOLVED, execution_count=7),
        v4.new_markdown_cell("```{solution-end}\n```"),
    ]
    png = {"text/plain": "[figure]", "image/png": "aGVsbG8="}
    for at, data, metadata in (
        (2, {"text/plain": "2"}, {}),
        (3, png, {"iclnb_figure": FIGURE}),
        (4, {"text/plain": "[exact] one-claim"}, {"iclnb_certificate": {"id": "one-claim"}}),
        (9, {"text/plain": "much: not written yet."}, {}),
    ):
        count = cells[at].execution_count
        new = v4.new_output("execute_result", data, metadata=metadata, execution_count=count)
        cells[at].outputs.append(new)
    return normalise(v4.new_notebook(cells=cells), "key")


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def error():
    return nbformat.v4.new_output("error", ename="E", evalue="e", traceback=[])


def put(at, **changes):
    """Return an edit that sets attributes of a cell."""
    return lambda notebook: notebook.cells[at].update(changes)


def add(at, output):
    """Return an edit that adds an output to a cell."""
    return lambda notebook: notebook.cells[at].outputs.append(output)


def rename(notebook, at, old, new):
    notebook.cells[at].source = notebook.cells[at].source.replace(old, new)


def many_lines(notebook):
    notebook.cells[1].source = "\n".join(f"a{i} = {i}" for i in range(LONGEST + 1))


FAULTS = {
    "another kernel": (kernel, lambda n: n.metadata["kernelspec"].update(name="mine")),
    "not executed": (executed_in_order, put(2, execution_count=None)),
    "executed out of order": (executed_in_order, put(2, execution_count=7)),
    "another first cell": (first_cell, put(1, source="style.use()")),
    "a first cell on the page": (first_cell, put(1, metadata={})),
    "no output": (outputs_present, put(2, outputs=[])),
    "nothing printed": (outputs_present, put(1, source="print(1)")),
    "no figure": (outputs_present, put(3, outputs=[])),
    "no card": (outputs_present, put(4, outputs=[stream("words")])),
    "no slider": (outputs_present, put(1, source="explore.curves(f)")),
    "an error": (no_errors, add(2, error())),
    "stderr": (no_errors, add(2, stream("a warning", "stderr"))),
    "too large": (small, add(2, stream("x" * LARGEST))),
    "a place in the code": (no_places, put(1, source="a = '/home/someone/x'")),
    "a place in the output": (no_places, add(2, stream("see /tmp/file.npz"))),
    "a place of Windows": (no_places, add(2, stream(r"see C:\Users"))),
    "a duration": (no_times, add(2, stream("it took 3.2 s"))),
    "a date": (no_times, add(2, stream("2024-01-01T10:00:00"))),
    "timing metadata": (no_times, put(2, metadata={"execution": {"iopub.status.busy": "x"}})),
    "an error of rounding": (no_rounding_errors, add(4, stream("mass lost 3e-16"))),
    "one in words": (no_rounding_errors, add(4, stream("off by 2.2·10⁻¹⁶ at most"))),
    "a long cell": (short_cells, many_lines),
    "a class": (no_machinery, put(1, source="class A:\n    x = 1")),
    "a helper": (no_machinery, put(1, source="def f(x):\n    y = x\n    return y")),
    "a long callback": (
        no_machinery,
        put(1, source="def f(x):\n" + "    x += 1\n" * 13 + "explore.curves(f)"),
    ),
    "a stub without words": (no_machinery, put(7, source="def much(x):\n    ...")),
    "no stub": (exercises_checked, put(7, source="x = 1")),
    "another stub": (exercises_checked, lambda n: rename(n, 7, "much", "more")),
    "no check": (exercises_checked, put(9, source="x = 1")),
    "another check": (exercises_checked, lambda n: rename(n, 9, "much =", "more =")),
    "an answer written": (exercises_checked, put(9, outputs=[stream("much: right")])),
    "a solution to another": (exercises_checked, lambda n: rename(n, 8, "} one", "} two")),
    "a while loop": (no_machinery, put(1, source="while True:\n    break")),
    "a training loop": (no_machinery, put(1, source="for x in y:\n    loss(x).backward()")),
    "no alternative text": (figures_in_words, put(3, metadata={})),
    "two pictures": (
        one_picture_a_cell,
        add(3, nbformat.v4.new_output("display_data", {"image/png": "aGVsbG8="})),
    ),
    "a card without its tag": (certificates_compared, put(4, metadata={})),
    "a tag without a card": (
        certificates_compared,
        put(2, metadata={"tags": ["nbval-check-output"]}),
    ),
    "an id of its own": (normal_form, put(2, id="my-own-id")),
    "metadata of an editor": (normal_form, put(2, metadata={"editable": True})),
}


class TestTheRules:
    @pytest.mark.parametrize("rule", RULES, ids=named)
    def test_a_good_notebook_keeps_them(self, rule):
        assert rule(good()) == []

    @pytest.mark.parametrize("name", FAULTS)
    def test_a_fault_is_found(self, name):
        rule, edit = FAULTS[name]
        notebook = good()
        edit(notebook)
        assert len(rule(notebook)) >= 1

    def test_every_rule_finds_a_fault(self):
        assert {rule for rule, _ in FAULTS.values()} == set(RULES)

    @pytest.mark.parametrize(
        "text",
        ["https://arxiv.org/tmp/x", "a/home/x", "fig/root/1", r"\mathbb C:\quad x", "K/var/2"],
    )
    def test_what_is_no_place(self, text):
        assert not PLACE.search(text)

    @pytest.mark.parametrize("text", ["3 seeds", "p = 0.5", "2 values", "t ~ K^2", "12 symbols"])
    def test_what_is_no_time(self, text):
        assert not TIME.search(text)

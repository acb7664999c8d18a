"""Who knows whom, and what the library may not do; each rule seen to find its fault."""

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tools.notebooks import ROOT, notebooks, pages

PARTS = ("foundations", "statistics", "landscape", "dynamics", "features")
ROOMS = (
    "arguments", "draws", "evidence", "exact", "exercise", "explore", "kinds", "prompts", "pytorch",
    "quadrature", "scale", "stacks", "style",
)  # fmt: skip
LONGEST = 350  # lines of a file
SMALLEST = 60  # characters of a function that may not exist twice
LIBRARY = ROOT / "iclnb"


def module(path):
    """Return the dotted name of a file of the library."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module(path): path for path in sorted(LIBRARY.rglob("*.py"))}
OF_PARTS = [name for name in FILES if name.split(".")[1:2] and name.split(".")[1] in PARTS]
EXACT = [name for name in FILES if "exact" in name.split(".")[1:]]
OF_ROOMS = [name for name in FILES if name.split(".")[1:2] and name.split(".")[1] in ROOMS]


def tree_of(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imports(tree, package):
    """Return the dotted names that a module imports; ``package`` resolves relative imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            parents = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def package_of(name):
    return name if FILES[name].name == "__init__.py" else name.rsplit(".", 1)[0]


def begins(name, prefixes):
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


# Each rule takes the syntax tree of a module and the package it stands in, and returns faults.

FOR_THE_PAGE = ("matplotlib", "ipywidgets", "IPython", "iclnb.explore", "iclnb.style", "tqdm")


def no_page(tree, package):
    """A part plots nothing and knows no notebook."""
    return sorted(x for x in imports(tree, package) if begins(x, FOR_THE_PAGE))


def no_environment(tree, package):
    """A part prints nothing, reads no environment, and knows neither scale nor switch."""
    faults = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("os.environ", "os.getenv", "sys.argv", "sys.stdout")
    ]
    faults += [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input", "display")
    ]
    wrong = ("os.environ", "os.getenv", "iclnb.scale.current", "iclnb.scale.pick")
    return faults + sorted(x for x in imports(tree, package) if begins(x, wrong))


def no_part(tree, package):
    """A small room knows no part."""
    wrong = tuple(f"iclnb.{part}" for part in PARTS)
    return sorted(x for x in imports(tree, package) if begins(x, wrong))


STANDARD = ("__future__", "collections", "dataclasses", "fractions", "functools", "hashlib",
            "itertools", "math", "typing")  # fmt: skip


def exact_only(tree, package):
    """A proof knows the standard library, other proofs and the guard of kinds; no float."""
    known = (*STANDARD, "flint", "iclnb.kinds")
    found = sorted(
        x for x in imports(tree, package) if not begins(x, known) and "exact" not in x.split(".")
    )
    return found + [
        f"the float {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]


BY_NAME = re.compile(r"(builtins\.)?(__import__|exec|eval)|(.*\.)?(import_module|exec_module)")


def no_import_by_name(tree, package):
    """The tool that knows what a notebook depends on reads import statements only."""
    wrong = ("importlib.import_module", "importlib.machinery", "runpy")
    faults = sorted(x for x in imports(tree, package) if begins(x, wrong))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if BY_NAME.fullmatch(name):
                faults.append(name)
    return faults


OWN_STREAMS = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"}


def no_global_random(tree, package):
    """Randomness enters as an explicit generator or seed."""
    wrong = ("random", "numpy.random.seed", "numpy.random.rand", "numpy.random.randn")
    faults = sorted(x for x in imports(tree, package) if begins(x, wrong))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = ast.unparse(node)
        drawn = re.fullmatch(r"(?:np|numpy)\.random\.(\w+)", name)
        if drawn and drawn[1] not in OWN_STREAMS:
            faults.append(name)
        if name in ("torch.manual_seed", "torch.seed", "torch.cuda.manual_seed_all"):
            faults.append(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            given = {keyword.arg for keyword in node.keywords}
            drawn = ("rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial")
            if name in {f"torch.{d}" for d in drawn} and "generator" not in given:
                faults.append(f"{name} without a generator")
            if name.endswith("default_rng") and not (node.args or node.keywords):
                faults.append("default_rng without a seed")
    return faults


def no_star(tree, package):
    """Nobody imports everything of a module."""
    return [
        f"from {node.module} import *"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]


def documented(tree, package):
    """Every module, public class, function and method says what it is.

    A method of a class with a base inherits the words of the method that it replaces.
    """
    faults = [] if ast.get_docstring(tree) else ["the module"]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    def look(body, prefix="", inherits=False):
        for node in body:
            if isinstance(node, kinds) and not node.name.startswith("_"):
                if not ast.get_docstring(node) and not inherits:
                    faults.append(prefix + node.name)
                if isinstance(node, ast.ClassDef):
                    bases = {ast.unparse(base) for base in node.bases}
                    look(
                        node.body, f"{node.name}.", bool(bases - {"NamedTuple", "Protocol", "ABC"})
                    )

    look(tree.body)
    return faults


def typed(tree, package):
    """Every public function says the types of its arguments and of its value."""
    faults = []
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inner:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            given = function.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            bare = [a.arg for a in arguments if not a.annotation and a.arg not in ("self", "cls")]
            if bare or function.returns is None:
                faults.append(f"{function.name}: {', '.join(bare) or 'its value'}")
    return faults


EVERYWHERE = (no_import_by_name, no_global_random, no_star, documented, typed)
PAIRS = [
    *((rule, name) for rule in EVERYWHERE for name in FILES),
    *((rule, name) for rule in (no_page, no_environment) for name in OF_PARTS),
    *((no_part, name) for name in OF_ROOMS),
    *((exact_only, name) for name in EXACT),
]


@cache
def faults():
    """Return what each rule finds in each file, which is parsed once for all of them."""
    found = {}
    for name in FILES:
        tree, package = tree_of(name), package_of(name)
        for rule in (rule for rule, kept in PAIRS if kept == name):
            found[rule, name] = rule(tree, package)
    return found


@pytest.mark.parametrize("rule", [*EVERYWHERE, no_page, no_environment, no_part, exact_only])
def test_the_library_keeps_the_rule(rule):
    looked_at = {name for kept, name in PAIRS if kept is rule}
    found = {name: said for (kept, name), said in faults().items() if kept is rule}
    assert set(found) == looked_at
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (no_page, "import matplotlib.pyplot as plt"),
        (no_page, "def f():\n    from IPython.display import display"),
        (no_page, "from iclnb import style"),
        (no_page, "from ...explore import curves"),
        (no_environment, "import os\nx = os.environ['X']"),
        (no_environment, "from os import environ"),
        (no_environment, "print(1)"),
        (no_environment, "from iclnb import scale\nfrom iclnb.scale import current"),
        (no_part, "import iclnb.dynamics"),
        (no_part, "def f():\n    from iclnb.landscape.flow import x"),
        (no_part, "from iclnb import statistics"),
        (no_import_by_name, "import importlib\nimportlib.import_module('x')"),
        (no_import_by_name, "from importlib import import_module"),
        (no_import_by_name, "__import__('x')"),
        (no_import_by_name, "exec('import x')"),
        (no_global_random, "import numpy as np\nnp.random.seed(0)"),
        (no_global_random, "import numpy as np\nx = np.random.rand(3)"),
        (no_global_random, "import numpy as np\nr = np.random.default_rng()"),
        (no_global_random, "import torch\ntorch.manual_seed(0)"),
        (no_global_random, "import torch\ntorch.randn(3)"),
        (no_global_random, "import random"),
        (no_star, "from iclnb.evidence import *"),
        (exact_only, "import numpy as np"),
        (exact_only, "from iclnb.dynamics.stage import loss"),
        (exact_only, "from iclnb.arguments import check_integer"),
        (exact_only, "x = 0.5"),
        (documented, "x = 1"),
        (documented, '"""D."""\ndef f():\n    pass'),
        (documented, '"""D."""\nclass A:\n    """D."""\n    def f(self):\n        pass'),
        (typed, "def f(x) -> int:\n    return x"),
        (typed, "def f(x: int):\n    return x"),
        (typed, "class A:\n    def f(self, *, x) -> int:\n        return x"),
    ],
)
def test_the_rule_finds_its_fault(rule, source):
    assert rule(ast.parse(source), "iclnb.dynamics.stage") != []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (no_page, "import numpy\nfrom iclnb.evidence import Claim"),
        (no_environment, "import os\nos.path.join('a')"),
        (exact_only, "from fractions import Fraction\nfrom iclnb.exact import vanishes\nx = 1"),
        (no_part, "from iclnb.scale import rng"),
        (no_import_by_name, "model.eval()"),
        (no_import_by_name, "from importlib import resources\nfrom importlib import metadata"),
        (no_global_random, "import numpy as np\nr = np.random.default_rng(0)"),
        (no_global_random, "import torch\ntorch.randn(3, generator=g)"),
        (documented, '"""D."""\ndef _f():\n    pass'),
        (typed, "def f(x: int, *, y: int = 1) -> None:\n    pass"),
    ],
)
def test_the_rule_allows_what_it_should(rule, source):
    assert rule(ast.parse(source), "iclnb.dynamics.stage") == []


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_are_short():
    long = {str(p.relative_to(ROOT)): n for p in FILES.values() if (n := lines(p)) > LONGEST}
    long |= {p.name: n for p in (ROOT / "tools").glob("*.py") if (n := lines(p)) > LONGEST}
    assert long == {}


class WithoutNames(ast.NodeTransformer):
    """Replaces the names that belong to a function by their order of appearance."""

    def __init__(self, function):
        arguments = function.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        stored = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and is_stored(n)]
        self.own = {name: f"_{i}" for i, name in enumerate([*(a.arg for a in given), *stored])}

    def visit_Name(self, node):
        return ast.Name(self.own.get(node.id, node.id), node.ctx)


def is_stored(name):
    return isinstance(name.ctx, ast.Store)


def bodies(tree):
    """Return what each function of a module does, without its docstring and its own names."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = [n for n in node.body if not isinstance(getattr(n, "value", None), ast.Constant)]
            renamed = WithoutNames(node)
            text = "\n".join(ast.unparse(renamed.visit(n)) for n in body)
            if len(text) >= SMALLEST:
                found.append((node.name, text))
    return found


def doubles(trees):
    """Return the functions of several modules that do the same, as lists of (module, function)."""
    by_text = {}
    for name, tree in trees.items():
        for function, text in bodies(tree):
            by_text.setdefault(text, []).append((name, function))
    return [found for found in by_text.values() if len({name for name, _ in found}) > 1]


def test_no_helper_exists_twice():
    assert doubles({name: tree_of(name) for name in FILES}) == []


def test_a_helper_that_exists_twice_is_found():
    one = "def f(x, n):\n    'Why.'\n    t = x + n\n    return [t * i for i in range(10) if i != n]"
    two = "def g(y, k):\n    s = y + k\n    return [s * j for j in range(10) if j != k]"
    other = two.replace("s * j", "s + j")
    trees = {name: ast.parse(text) for name, text in (("a", one), ("b", two), ("c", other))}
    assert doubles(trees) == [[("a", "f"), ("b", "g")]]


def at_top(tree):
    """Return the first names of what a module imports when it is imported."""
    found = set()
    todo = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                continue
            todo += [*node.body, *getattr(node, "orelse", [])]
    return found


@cache
def imported(name):
    """Return what a module of the library imports: anywhere, at its top (first names), and there
    of the library."""
    tree, package = tree_of(name), package_of(name)
    top = ast.Module([n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)], [])
    return imports(tree, name), at_top(tree), imports(top, package) & set(FILES)


TRAINS = [name for name in FILES if "iclnb.pytorch" in imported(name)[0]]
"""The modules that train; `iclnb.pytorch` is their only way to torch."""


def reaches_torch(name, seen=None):
    """Whether importing a module of the library imports torch, by its imports at the top."""
    seen = {name} if seen is None else seen
    _, top, others = imported(name)
    if "torch" in top:
        return True
    for other in others - seen:
        seen.add(other)
        if reaches_torch(other, seen):
            return True
    return False


WITHOUT_TORCH = [name for name in FILES if not reaches_torch(name)]
BLOCKED = """import sys, json
class Blocked:
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked)
"""


def loaded_by(names, first="import sys, json\n"):
    """Return the modules that a fresh interpreter has loaded after importing these."""
    program = (
        first
        + "".join(f"import {name}\n" for name in names)
        + "json.dump(sorted(sys.modules), sys.stdout)"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_exact_modules_do_without_torch():
    """They are imported where there is none; chapters' packages are among them."""
    loaded_by(WITHOUT_TORCH, BLOCKED)
    packages = [name for name, path in FILES.items() if path.name == "__init__.py"]
    assert [name for name in packages if name not in WITHOUT_TORCH] == []


def test_there_is_one_way_to_torch():
    direct = {n for n in FILES if "torch" in imported(n)[1]}
    assert direct == {"iclnb.pytorch"}
    assert len(TRAINS) > 5


def test_who_trains_says_in_one_sentence_what_to_install():
    program = f"""{BLOCKED}
import importlib
from iclnb import scale
said = {{}}
for name in {TRAINS}:
    try:
        importlib.import_module(name)
        scale.torch_generator(0, "x")  # the room imports torch when it is asked for it
    except ModuleNotFoundError as error:
        said[name] = str(error)
json.dump(said, sys.stdout)"""
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert set(said) == set(TRAINS)
    (sentence,) = set(said.values())
    assert "needs torch, the extra 'train' of iclnb" in sentence
    assert "pip install torch --index-url https://download.pytorch.org/whl/cpu" in sentence


def test_importing_the_library_imports_none_of_its_rooms_and_parts():
    loaded = loaded_by(["iclnb"])
    assert {name for name in loaded if name.startswith("iclnb.")} == set()
    assert not {"numpy", "matplotlib", "torch", "ipywidgets"} & loaded


def test_torch_is_imported_at_the_top_of_what_trains():
    hidden = [name for name in TRAINS if not reaches_torch(name)]
    assert [name for name in hidden if name.split(".")[1] in PARTS] == []


# The house three times: a page, its mathematics, its tests.


def chapters():
    """Return the chapters of the book as (part, file name in Python's form)."""
    found = [Path(page).parts for page in pages() if len(Path(page).parts) == 3]
    return [(part, name.replace("-", "_")) for _, part, name in found if part in PARTS]


def stands(base, name):
    return (base / name).is_dir() or (base / f"{name}.py").is_file()


def results():
    """Return the results of the library as (part, name)."""
    return [
        (part, path.stem)
        for part in PARTS
        for path in sorted((LIBRARY / part).glob("*"))
        if not path.name.startswith(("_", ".")) and not path.stem.endswith("_claims")
        if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    ]


def test_every_chapter_has_its_mathematics_and_its_tests():
    missing = []
    for part, name in chapters():
        if not stands(LIBRARY / part, name):
            missing.append(f"iclnb/{part}/{name}")
        if not stands(ROOT / "tests" / part, f"test_{name}"):
            missing.append(f"tests/{part}/test_{name}")
    assert missing == []


def test_every_result_of_the_library_has_its_tests():
    tested = []
    for part, name in results():
        base = ROOT / "tests" / part / f"test_{name}"
        tested.append(base.with_suffix(".py").is_file() or any(base.glob("test_*.py")))
    assert [f"iclnb/{p}/{n}" for (p, n), yes in zip(results(), tested) if not yes] == []


def test_every_test_of_a_part_has_its_mathematics():
    alone = [
        path.relative_to(ROOT).as_posix()
        for part in PARTS
        for path in sorted((ROOT / "tests" / part).glob("test_*"))
        if not stands(LIBRARY / part, path.stem.removeprefix("test_"))
        if path.is_file() or any(path.glob("test_*.py"))
    ]
    assert alone == []


def known_chapters():
    """Return, for each chapter of the library, the other chapters that its modules import."""
    graph = {}
    for name in OF_PARTS:
        chapter = ".".join(name.split(".")[:3])
        if chapter.count(".") == 2:
            found = {".".join(x.split(".")[:3]) for x in imports(tree_of(name), package_of(name))}
            graph.setdefault(chapter, set()).update(found - {chapter})
    return {chapter: found & set(graph) for chapter, found in graph.items()}


def cycle(graph):
    """Return a chapter that reaches itself along the imports, or nothing."""
    for start in graph:
        todo, seen = list(graph[start]), set()
        while todo:
            other = todo.pop()
            if other == start:
                return start
            if other not in seen:
                seen.add(other)
                todo += graph[other]
    return None


def test_chapters_know_each_other_in_one_direction():
    """A chapter may build on another one, as a reader does: bases, then risks, then learning.

    The order is not that of the pages: risks come first on the page, and take their bases from the
    chapter on function spaces.
    """
    graph = known_chapters()
    statistics = "iclnb.statistics."
    assert graph[statistics + "function_spaces"] == set()
    assert statistics + "function_spaces" in graph[statistics + "learning_the_basis"]
    assert cycle(graph) is None


def test_a_cycle_of_chapters_is_found():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == "b"
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_parts_and_rooms_are_all_that_the_library_holds():
    packages = {p.name for p in LIBRARY.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    there = packages | {p.stem for p in LIBRARY.glob("*.py")} - {"__init__"}
    assert there <= {*PARTS, *ROOMS}
    assert set(ROOMS) <= there


def test_a_notebook_stands_in_a_part_or_is_the_first_page():
    there = {path.parent.name for path in notebooks()}
    assert there <= {*PARTS, "book"}


def unnamed_encodings(tree):
    """Yield the lines that read or write a text without saying in which encoding."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        named = {word.arg for word in call.keywords}
        if name in ("read_text", "write_text") and not {"encoding", None} & named:
            yield call.lineno
        modes = [a.value for a in call.args if isinstance(a, ast.Constant)]
        if name == "open" and {"r", "w", "a", "x"} & set(modes) and "encoding" not in named:
            yield call.lineno


def test_every_text_is_read_in_a_named_encoding():
    """A machine in the locale C reads ASCII where nothing is said."""
    places = ("iclnb", "tools", "tests", "book/_ext", "benchmarks")
    files = [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]
    assert len(files) > 300
    faults = {}
    for path in files:
        found = list(unnamed_encodings(ast.parse(path.read_text(encoding="utf-8"))))
        if found:
            faults[path.relative_to(ROOT).as_posix()] = found
    assert faults == {}


def test_the_rule_finds_a_text_without_an_encoding():
    calls = ("p.read_text", ""), ("open", "p, 'w'"), ("p.write_text", "t, encoding='utf-8'")
    source = "\n".join(f"{name}({words})" for name, words in (*calls, ("open", "p, 'rb'")))
    assert list(unnamed_encodings(ast.parse(source))) == [1, 2]


def test_one_place_starts_a_browser():
    """Its driver cannot be started twice in a process, and CI may not skip what needs it."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert len(files) > 100
    starts = "sync_" + "playwright()"
    found = [
        p.relative_to(ROOT).as_posix() for p in files if starts in p.read_text(encoding="utf-8")
    ]
    assert found == ["tests/conftest.py"]

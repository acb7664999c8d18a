"""Limits of numbers that the table of limits cannot try, since there is no call of the function.

``limits.yml`` holds what is allowed, and tries it; a function without a call there says in its
source which numbers it allows, and ``limits_in_source.yml`` says it a second time.
"""

import ast
from pathlib import Path

import pytest
import yaml

from tools.notebooks import ROOT

HERE = Path(__file__).parent
SAID = yaml.safe_load((HERE / "limits_in_source.yml").read_text(encoding="utf-8"))
TRIED = yaml.safe_load((HERE / "limits.yml").read_text(encoding="utf-8"))["limits"]


def end(node, default):
    """Return a limit as it is written, a whole float without its point."""
    return default if node is None else ast.unparse(node).removesuffix(".0")


def allowed(call):
    """Return the limits of one check, as in ``limits.yml``; None where it has none."""
    options = {k.arg: k.value for k in call.keywords}
    if call.func.id == "check_integer":
        return f"{end(options.get('least'), '1')}..{end(options.get('most'), '')}"
    strict = isinstance(options.get("strict"), ast.Constant) and options["strict"].value
    low, high = end(options.get("low"), "-inf"), end(options.get("high"), "inf")
    left = "(" if strict or low == "-inf" else "["
    right = ")" if strict or high == "inf" else "]"
    return f"{left}{low}, {high}{right}"


def checks(tree, before=""):
    """Yield the function, the argument and the limits of each check in a file, in order."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from checks(node, f"{node.name}.")
        if not isinstance(node, ast.FunctionDef):
            continue
        name = before + node.name.replace("__post_init__", "__init__")
        for call in ast.walk(node):
            known = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            if known and call.func.id in ("check_integer", "check_number") and len(call.args) > 1:
                word = call.args[1]
                argument = word.value if isinstance(word, ast.Constant) else ast.unparse(word)
                yield name, argument, allowed(call)


def outside():
    """Return the limits in the source of each function that the table of limits does not reach."""
    out = {}
    for path in sorted((ROOT / "iclnb").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for name, argument, found in checks(ast.parse(path.read_text(encoding="utf-8"))):
            if argument not in TRIED.get(module, {}).get(name, {}):
                out.setdefault(f"{module}.{name}", {}).setdefault(argument, []).append(found)
    return {name: {a: " ".join(v) for a, v in found.items()} for name, found in out.items()}


FOUND = outside()


def test_there_are_such_functions():
    assert len(FOUND) > 100


@pytest.mark.parametrize("name", sorted({*FOUND, *SAID}))
def test_the_limits_are_those_of_the_table(name):
    assert FOUND.get(name) == SAID.get(name)


def test_the_notation():
    text = """
def f(a):
    check_number(a, "a", low=0.0, strict=True)
    check_number(a, "b", low=0.0, high=0.5)
    check_number(a, "c")
    check_integer(a, "d", least=0, most=len(a) - 1)
    check_integer(a, "e")
    check_number(a, "f", high=1.0, strict=True)
class C:
    def __post_init__(self):
        check_number(self.a, name, low=-1.0)
"""
    wanted = ["(0, inf)", "[0, 0.5]", "(-inf, inf)", "0..len(a) - 1", "1..", "(-inf, 1)"]
    assert list(checks(ast.parse(text))) == [
        *(("f", letter, found) for letter, found in zip("abcdef", wanted, strict=True)),
        ("C.__init__", "name", "[-1, inf)"),
    ]

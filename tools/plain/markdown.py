"""From the book's prose (MyST) to prose that JupyterLab, Colab and GitHub show alike.

What has a meaning only to the page builder is replaced: directives become quoted blocks, headings
or folded blocks, roles become links, macros their meaning. A directive, role or other construct
without a plain form raises, so that no page can bring one in unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tools.plain.cited import Sources
from tools.plain.places import Places

PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin).use(colon_fence_plugin)
MATH = r"\$\$.+?\$\$|(?<![\\$])\$(?!\$)(?:\\.|[^$\\])+?\$"
_INLINE = re.compile(
    rf"(?P<math>{MATH})"
    r"|\{(?P<role>[a-z][\w:-]*)\}`(?P<body>[^`]+)`"
    r"|(?P<code>(?P<ticks>`+)[^`].*?(?P=ticks))"
    r"|\[(?P<shown>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<to>[^()\s]+)\)",
    re.DOTALL,
)
_OPTION = re.compile(r":([a-z-]+): *(.*)")
_TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_UNKNOWN = re.compile(r"\{\{|^\+\+\+|^%|\]\{|^\[\^|\{[a-z][\w:-]*\}`|^:{3,}|^`{3,}\{", re.MULTILINE)
UNNUMBERED = ("printed-wrong", "stated")
NOTES = {"note": "Note", "tip": "Tip", "warning": "Warning", "important": "Important"}


class PlainError(ValueError):
    """Something of a page has no plain form; the message names the page and what it is."""


class Directive(NamedTuple):
    """A directive: name, what stands on its first line, options, content."""

    name: str
    argument: str
    options: dict[str, str]
    body: str


class Block(NamedTuple):
    """A piece of plain prose; ``kind`` is text, exercise, solution (both headings) or end."""

    kind: str
    text: str


def directive(token: Token) -> Directive | None:
    """Return the directive that a token is, if it is one."""
    if token.type not in ("fence", "colon_fence"):
        return None
    found = re.match(r"\{([^}]+)\} ?(.*)", token.info.strip())
    if not found:
        return None
    lines, options = token.content.splitlines(), {}
    while lines and (option := _OPTION.fullmatch(lines[0].strip())):
        options[option[1]] = option[2]
        lines.pop(0)
    return Directive(found[1], found[2].strip(), options, "\n".join(lines).strip("\n"))


def names_of(source: str) -> dict[str, str]:
    """Return the labels of the statements without a number in the text of a cell, those inside of
    other boxes too: their titles."""
    names: dict[str, str] = {}
    for token in PARSER.parse(source):
        found = directive(token)
        if found and found.name in UNNUMBERED and "label" in found.options:
            names[found.options["label"]] = found.argument
        elif found and token.type == "colon_fence":
            names |= names_of(found.body)
    return names


def quoted(text: str) -> str:
    """Return a block as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _folds(found: Directive) -> bool:
    return found.name == "dropdown" or "dropdown" in found.options.get("class", "").split()


def _folded(title: str, text: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"


@dataclass
class Prose:
    """The prose of one page: turns its Markdown cells, in order, into plain blocks."""

    page: str
    places: Places
    sources: Sources
    macros: dict[str, str]
    _seen: Counter[str] = field(default_factory=Counter)

    def fail(self, what: str) -> PlainError:
        """Return the error that names this page."""
        return PlainError(f"{self.page}: {what}")

    def blocks(self, source: str) -> list[Block]:
        """Return the plain form of the text of a Markdown cell."""
        return list(self._blocks(source, on_one_line=False))

    def _blocks(self, source: str, *, on_one_line: bool) -> Iterator[Block]:
        source = _TARGET.sub("", source)
        lines, at = source.splitlines(), 0
        for token in PARSER.parse(source):
            if token.type not in ("fence", "colon_fence") or token.map is None:
                continue
            found, (begin, end) = directive(token), token.map
            if token.level:
                if found or token.type == "colon_fence":
                    raise self.fail(f"{token.info} stands within a list or a quotation")
                continue
            yield from self._text(lines[at:begin], on_one_line=on_one_line)
            if found:
                yield from self._directive(found, on_one_line=on_one_line)
            elif token.type == "colon_fence" or token.info.startswith("{"):
                raise self.fail(f"no plain form of the fence {token.info!r}")
            else:
                yield Block("text", "\n".join(lines[begin:end]))
            at = end
        yield from self._text(lines[at:], on_one_line=on_one_line)

    def _text(self, lines: list[str], *, on_one_line: bool) -> Iterator[Block]:
        text = self.inline("\n".join(lines), on_one_line=on_one_line)
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
        if text.strip():
            yield Block("text", text)

    def _whole(self, source: str) -> str:
        """Return the plain form of what stands in a directive, fit for a quotation."""
        blocks = list(self._blocks(source, on_one_line=True))
        if any(block.kind != "text" for block in blocks):
            raise self.fail("an exercise or a solution stands within another directive")
        return "\n\n".join(block.text for block in blocks)

    def _directive(self, found: Directive, *, on_one_line: bool) -> Iterator[Block]:
        name, argument, options, _ = found
        if name.startswith("prf:"):
            yield self._statement(found)
        elif name == "printed-wrong":
            head = f"[**Printed, and wrong**]({self._here(options)}) (**{self.inline(argument)}**)"
            yield Block("text", quoted(f"{head}\n\n{self._whole(found.body)}"))
        elif name == "math":
            yield Block("text", self.inline(f"$$\n{found.body}\n$$", on_one_line=on_one_line))
        elif name == "stated":
            yield from self._blocks(found.body, on_one_line=on_one_line)
        elif name in ("admonition", "dropdown") or name in NOTES:
            yield self._admonition(found)
        elif name == "exercise-start":
            title = f" ({self.inline(argument)})" if argument else ""
            yield Block("exercise", f"### {self._number(options['label'])}{title}")
        elif name == "solution-start":
            yield Block("solution", f"#### Solution of {self._number(argument)}")
        elif name == "exercise-end":
            return
        elif name == "solution-end":
            yield Block("end", "")
        else:
            raise self.fail(f"the directive {name} has no plain form")

    def _statement(self, found: Directive) -> Block:
        kind = found.name.removeprefix("prf:").capitalize()
        label = found.options.get("label", "")
        if "nonumber" in found.options or kind == "Proof":
            number = kind
        else:
            self._seen[kind] += 1
            number = self._number(label) if label else self._next(kind)
        head, body = f"**{number}**", self._whole(found.body)
        if label:
            head = f"[{head}]({self._here(found.options)})"
        title = self.inline(found.argument, on_one_line=True)
        if _folds(found):
            return Block("text", _folded(f"{number} ({title})" if title else number, body))
        head += f" (**{title}**)" if title else ""
        return Block("text", quoted(f"{head}\n\n{body}"))

    def _here(self, options: dict[str, str]) -> str:
        """Return the address of the statement that has these options."""
        return self.places.url(self.page, options["label"])

    def _next(self, kind: str) -> str:
        """Return the number of a statement without a label: the site's next of this kind."""
        there = [n for n in self.places.in_order[self.page] if n.startswith(f"{kind} ")]
        if self._seen[kind] > len(there):
            raise self.fail(f"the site has only {len(there)} numbers for {kind}")
        return there[self._seen[kind] - 1]

    def _number(self, label: str) -> str:
        if label not in self.places.numbers:
            raise self.fail(f"the site has no number for {label!r}")
        return self.places.numbers[label]

    def _admonition(self, found: Directive) -> Block:
        title, body = found.argument or NOTES.get(found.name, ""), found.body
        if found.name in NOTES and found.argument:  # the first line already belongs to the text
            title, body = NOTES[found.name], f"{found.argument}\n{body}"
        if not title:
            raise self.fail("an admonition without a title")
        title = self.inline(title, on_one_line=True)
        if _folds(found):
            return Block("text", _folded(title, self._whole(body)))
        return Block("text", quoted(f"**{title}**\n\n{self._whole(body)}"))

    def inline(self, text: str, *, on_one_line: bool = False) -> str:
        """Return running text with links for roles, and with macros expanded.

        With ``on_one_line`` each formula comes on one line: in a quotation JupyterLab would take
        the ``>`` of its further lines for a part of it.
        """

        def one(found: re.Match[str]) -> str:
            if found["math"]:
                math = self._expanded(found["math"])
                broken = on_one_line or "\n>" in math
                return re.sub(r"\s*\n>?\s*", " ", math) if broken else math
            if found["code"]:
                return found["code"]
            if found["role"]:
                return self._role(found["role"], found["body"])
            return self._link(found["shown"], found["to"])

        plain = _INLINE.sub(one, text)
        bare = _INLINE.sub(lambda m: "" if m["math"] or m["code"] else m[0], plain)
        if left := _UNKNOWN.search(bare):
            raise self.fail(f"no plain form of {bare[left.start() : left.start() + 60]!r}")
        return plain

    def _expanded(self, math: str) -> str:
        for name, meaning in self.macros.items():
            if not meaning.startswith("\\operatorname"):
                meaning = f"{{{meaning}}}"  # so that \hat\E has one argument
            math = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, m=meaning: m, math)
        return math

    def _link(self, shown: str, to: str) -> str:
        words = self.inline(shown)
        if "://" in to or to.startswith("mailto:"):
            return f"[{words}]({to})"
        if not to.startswith("#"):
            raise self.fail(f"the link to {to} has no plain form: name a label or an address")
        return self._to(to[1:], words)

    def _to(self, anchor: str, words: str = "") -> str:
        try:
            page = self.places.find(anchor, self.page)
            return f"[{words or self.places.label(anchor)}]({self.places.url(page, anchor)})"
        except KeyError:
            raise self.fail(f"no page, several pages, or no name for the anchor {anchor}") from None

    def _role(self, role: str, body: str) -> str:
        found = re.fullmatch(r"(.*?)(?:\s*<([^<>]*)>)?", body, re.DOTALL)
        assert found is not None
        shown, named = found.groups()
        target = re.sub(r"\s+", " ", named or shown).strip()
        forms: dict[str, Callable[[], str]] = {
            "term": lambda: self._term(shown, target),
            "doc": lambda: self._doc(shown if named else "", target.lstrip("/")),
            "cite": lambda: self._cite(target, textual=False),
            "cite:p": lambda: self._cite(target, textual=False),
            "cite:t": lambda: self._cite(target, textual=True),
        }
        forms |= dict.fromkeys(
            ("ref", "numref", "prf:ref"), lambda: self._to(target, shown if named else "")
        )
        if role not in forms:
            raise self.fail(f"the role {role} has no plain form")
        try:
            return forms[role]()
        except KeyError as error:
            raise self.fail(f"{{{role}}}`{body}`: nothing is known of {error}") from None

    def _term(self, shown: str, target: str) -> str:
        anchor = self.places.terms[target.lower()]
        return f"[{self.inline(shown)}]({self.places.url('book/glossary', anchor)})"

    def _doc(self, shown: str, page: str) -> str:
        return f"[{shown or self.places.titles[page]}]({self.places.url(page)})"

    def _cite(self, keys: str, *, textual: bool) -> str:
        said = [self.sources.cite(key.strip(), textual=textual) for key in keys.split(",")]
        return ", ".join(said) if textual else f"({'; '.join(said)})"

"""The sources of the book, as author and year with a link to the paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pybtex.database import Entry, Person, parse_file
from pybtex.richtext import Text


def _surname(person: Person) -> str:
    words = " ".join(person.prelast_names + person.last_names)
    return str(Text.from_latex(words))


def _authors(entry: Entry) -> str:
    names = [_surname(person) for person in entry.persons["author"]]
    return " and ".join(names) if len(names) < 3 else f"{names[0]} et al."


@dataclass(frozen=True)
class Sources:
    """The entries of a bibliography; ``page`` is the address for those without one of their own."""

    entries: dict[str, Entry]
    page: str

    def cite(self, key: str, *, textual: bool) -> str:
        """Return "Author (year)", or "Author, year", as a link.

        Raises
        ------
        KeyError
            If the bibliography has no such entry.
        """
        entry = self.entries[key]
        fields = entry.fields
        if "eprint" in fields:
            address = f"https://arxiv.org/abs/{fields['eprint']}"
        elif "doi" in fields:
            address = f"https://doi.org/{fields['doi']}"
        else:
            address = fields.get("url", self.page)
        year = f" ({fields['year']})" if textual else f", {fields['year']}"
        return f"[{_authors(entry)}{year}]({address})"


def read_sources(path: Path, page: str) -> Sources:
    """Read a bibliography."""
    return Sources(parse_file(str(path)).entries, page)

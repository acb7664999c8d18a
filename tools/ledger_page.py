"""The ledger as a page: its numbers first, then every claim."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tools.theorems import KINDS, myst, reference

VERDICTS = (
    "proved",
    "exact",
    "consistent",
    "not contradicted",
    "inconclusive",
    "refuted",
    "not testable",
)


def _folder(row: Mapping[str, Any]) -> str:
    """Return the folder of the tests of a row's chapter."""
    return f"tests/{row['part']}/test_{row['chapter'].replace('-', '_')}/"


def _places(row: Mapping[str, Any]) -> str:
    """Return the links of a row: function, figure, test in the folder of its chapter."""
    page = f"{row['part']}/{row['chapter']}.html"
    figure = f', <a href="{page}#{row["figure"]}">figure</a>' if row["figure"] else ""
    function = row["implements"].rsplit(".", 1)[1]
    test = f"test `{row['test'].removeprefix(_folder(row))}`"
    return f"{{py:obj}}`{function}() <{row['implements']}>`{figure}; {test}"


def _counts(verdicts: list[str]) -> str:
    """Return how many there are of each verdict, in words."""
    return ", ".join(f"{verdicts.count(kind)} {kind}" for kind in VERDICTS if kind in verdicts)


def _table(ledger: list[dict[str, Any]]) -> list[str]:
    """Return the verdicts chapter by chapter, as a table with links that fits a narrow page."""
    out = ["| chapter | claims | verdicts |", "|:---|---:|:---|"]
    chapters = [(row["part"], row["chapter"]) for row in ledger]
    for part, chapter in dict.fromkeys(chapters):
        found = [r["verdict"] for r in ledger if (r["part"], r["chapter"]) == (part, chapter)]
        number = f"{{ref}}`{len(found)} <ledger-{chapter}>`"
        out.append(f"| {{doc}}`{part}/{chapter}` | {number} | {_counts(found)} |")
    out.append(f"| all | {len(ledger)} | {_counts([row['verdict'] for row in ledger])} |")
    return [*out, ""]


def _named(ledger: list[dict[str, Any]], verdict: str) -> list[str]:
    """Return the claims of one verdict as a list with links, under their names."""
    rows = [row for row in ledger if row["verdict"] == verdict]
    items = [f"- {reference(row['id'], row['title'], row['box'])}" for row in rows]
    return [f"{verdict.capitalize()}:", "", *items, ""] if items else []


def _misses(row: Mapping[str, Any]) -> str:
    """Return how the control of a row came out, or for a refuted claim its right form."""
    control = row["negative_control"]
    if control is None:
        return ""
    if row["verdict"] == "refuted":
        form = f"Right form: {control['what']}, {control['verdict']}"
        return f" As printed {control['miss']['text']}. {form}."
    return f" Control, {control['what']}: {control['miss']['text']}."


def _origin(row: Mapping[str, Any]) -> str:
    """Return where a statement is from; what its source says already is not said twice."""
    source, provenance = row["source"], row["provenance"]
    return source if provenance in source else f"{source}; {provenance}"


def _entry(row: Mapping[str, Any]) -> list[str]:
    """Return a row as an entry of a definition list."""
    said = row["notices"]["said"] if row["notices"] else ""
    noticed = f" {said[:1].upper()}{said[1:]}." if said else ""
    title = f" {myst(row['title'])}." if row["box"] in KINDS else ""
    return [
        f"**{row['verdict']}**, {{prf:ref}}`{row['id']}`.{title}",
        f": {myst(row['said'] + noticed + _misses(row))}",
        f": *{myst(_origin(row))}.* {_places(row)}",
        "",
    ]


def _order(value: float | None) -> str:
    """Return what a number is sorted by; what is missing comes last."""
    return "1e99" if value is None else f"{value:.3g}"


def _table_row(row: Mapping[str, Any], at: int) -> str:
    """Return a row of the table that can be sorted."""
    notices, control = row["notices"], row["negative_control"]
    miss = control["miss"] if control else None
    page = f"{row['part']}/{row['chapter']}.html"
    seen = escape(notices["text"]) if notices else "–"
    if notices and control and notices["kind"] == "near":
        seen += f": {escape(control['what'])}"
    relative = notices and notices["value"]
    if relative is not None and notices and notices["kind"] == "strength":
        relative -= 1
    off = miss and miss["value"]
    if off is not None and miss and miss["kind"] == "factor":
        off -= 1
    title = escape(row["title"]).replace("$", "\\(", 1)
    while "$" in title:
        title = title.replace("$", "\\)", 1).replace("$", "\\(", 1)
    cells = (
        (f"{at:04d}", escape(row["chapter"].replace("-", " ").capitalize())),
        (row["id"], f'<a href="{page}#evidence-{row["id"]}">{title}</a>'),
        (str(VERDICTS.index(row["verdict"])), row["verdict"]),
        (_order(relative), seen),
        (_order(off), escape(miss["text"]) if miss else "–"),
    )
    inside = "".join(f'<td data-order="{order}">{text}</td>' for order, text in cells)
    return f"<tr>{inside}</tr>"


def _sortable(ledger: list[dict[str, Any]]) -> list[str]:
    """Return all claims in one table, folded; a script sorts it by the column that is clicked."""
    names = ("chapter", "statement", "verdict", "would have noticed", "control")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return [
        '<details class="iclnb-all"><summary>All claims in one table, to be sorted</summary>',
        '<table class="table iclnb-sortable tex2jax_process">',
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
        *(_table_row(row, at) for at, row in enumerate(ledger)),
        "</tbody></table></details>",
        "",
    ]


_NOTICED = {
    "Numbers: the smallest relative error that would have been noticed": (
        ("factor", "shift"),
        ((0.01, "1 %"), (0.02, "2 %"), (0.05, "5 %"), (0.1, "10 %"), (0.3, "30 %"), (1.0, "100 %")),
    ),
    "Exponents: the smallest error that would have been noticed": (
        ("exponent",),
        ((0.02, "0.02"), (0.05, "0.05"), (0.1, "0.1"), (0.2, "0.2"), (0.5, "0.5")),
    ),
    "Bounds: the smallest factor that makes them fail": (
        ("strength",),
        ((1.05, "1.05"), (1.5, "1.5"), (2.0, "2"), (5.0, "5"), (100.0, "100")),
    ),
}


def _histogram(ledger: list[dict[str, Any]]) -> list[str]:
    """Return the distribution of what the measured certificates would have noticed."""
    out = []
    for name, (kinds, edges) in _NOTICED.items():
        values = [
            notices["value"]
            for row in ledger
            if (notices := row["notices"])
            and notices["kind"] in kinds
            and row["verdict"] in ("consistent", "not contradicted", "inconclusive")
        ]
        if not values:
            continue
        counts, low = [], 0.0
        for edge, label in edges:
            counts.append(
                (f"up to {label}", sum(v is not None and low < v <= edge for v in values))
            )
            low = edge
        counts.append(("more", len(values) - sum(count for _, count in counts)))
        out += [f"{name}.", "", "| | claims | |", "|:---|---:|:---|"]
        out += [f"| {label} | {count} | {'▇' * count} |" for label, count in counts]
        out.append("")
    return out


def ledger_page(ledger: list[dict[str, Any]]) -> str:
    """Render the rows, in the order of the book, as a page."""
    sources = [r["provenance"] for r in ledger]
    origins = ", ".join(f"{sources.count(v)} are {v}" for v in dict.fromkeys(sources))
    out = [
        "# The ledger of claims",
        "",
        "Every statement that the book makes and judges, with the verdict of its certificate. The",
        "page is generated from the executed notebooks; {download}`claims.json` holds the same",
        "rows for machines. {ref}`How to read a certificate <read-a-certificate>` says what the",
        "verdicts mean; a claim that is *refuted* is one that a source prints and the",
        "computation contradicts in the regime named.",
        "",
        f"Of {len(ledger)} claims {origins}: the end of an entry says which.",
        "Every entry says which error would have been noticed, and by how much the *control*, the",
        "same check on something wrong, missed. In the table of chapters the number of claims",
        "leads to them, in that of all claims their names lead to the cards.",
        "",
        *_table(ledger),
        *_histogram(ledger),
        *_sortable(ledger),
    ]
    for verdict in ("refuted", "not contradicted", "inconclusive", "not testable"):
        out += _named(ledger, verdict)
    for part in dict.fromkeys(r["part"] for r in ledger):
        out += [f"## {part.capitalize()}", ""]
        for chapter in dict.fromkeys(r["chapter"] for r in ledger if r["part"] == part):
            rows = [row for row in ledger if (row["part"], row["chapter"]) == (part, chapter)]
            out += [f"(ledger-{chapter})=", f"### {{doc}}`{part}/{chapter}`", ""]
            out += [f"The tests stand in `{_folder(rows[0])}`.", ""]
            for row in rows:
                out += _entry(row)
    return "\n".join(out)

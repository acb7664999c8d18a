"""The card that a certificate displays: plain text for comparison, HTML for reading.

Both begin with one line: the verdict, what would have been noticed, and the control. In HTML the
rest is folded under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from iclnb.evidence.words import ranges
from iclnb.kinds import guarded

BADGES = {
    "proved": ("∎", "#1d4f91"),
    "exact": ("✓", "#17603a"),
    "consistent": ("✓", "#17603a"),
    "not contradicted": ("○", "#4a5568"),
    "inconclusive": ("?", "#6b5000"),
    "refuted": ("✗", "#9b1c1c"),
    "not testable": ("–", "#4a4a4a"),
}
"""Sign and colour of each verdict."""


def _refuted(record: Mapping[str, Any]) -> bool:
    return record["verdict"] == "refuted" and record["negative_control"] is not None


@guarded
def line(record: Mapping[str, Any]) -> list[str]:
    """Return the parts of a card's line after the verdict."""
    control = record["negative_control"]
    noticed = record["notices"]["said"] if record["notices"] else ""
    if _refuted(record):
        right = f"right form: {control['what']}, {control['verdict']}"
        return [f"as printed {control['miss']['text']}", right, *([noticed] if noticed else [])]
    if control is None:
        return [record["note"]] if record["note"] else []
    parts = [noticed] if noticed else []
    return [*parts, f"control: {control['what']}, {control['miss']['text']}"]


def _control(record: Mapping[str, Any]) -> tuple[str, str]:
    control = record["negative_control"]
    if control is None:
        return "control", ""
    if _refuted(record):
        return "right form", f"{control['what']} ({control['verdict']}): {control['said']}"
    return "control", f"{control['what']}: {control['miss']['text']}"


def _source(record: Mapping[str, Any]) -> str:
    source, provenance = record["source"], record["provenance"]
    if record["number"] and record["number"] not in source:
        source += f", {record['number']}"
    return source if provenance in source else f"{source} ({provenance})"


def _rows(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the labelled lines of a card, empty ones left out."""
    notices = record["notices"]
    tested = record["negative_control"] is not None
    rows = [
        ("would notice", notices["text"] if notices else ""),
        _control(record),
        ("how", record["note"] if tested else ""),
        ("seeds", ranges(record["seeds"])),
        ("regime", record["regime"]),
        ("source", _source(record)),
    ]
    return [(name, text) for name, text in rows if text]


@guarded
def card_text(record: Mapping[str, Any]) -> str:
    """Render a certificate's record as a few lines of text, stable to the printed digits."""
    lines = [f"[{record['verdict']}] {record['id']}: {record['said']}"]
    lines += [f"  {name + ':':<14}{text}" for name, text in _rows(record)]
    return "\n".join(lines)


@guarded
def card_html(record: Mapping[str, Any]) -> str:
    r"""Render a certificate's record as a card, folded under its line.

    The colours are set inline and work on light and dark pages; mathematics of the claim's texts is
    left as ``\(...\)`` for the page to typeset. The statement itself stands on the page, above.
    """
    mark, colour = BADGES[record["verdict"]]
    name, verdict = escape(record["id"]), escape(record["verdict"])
    pill = (
        f'<span class="iclnb-pill" style="background:{colour};color:#fff;border-radius:0.3em;'
        f'padding:0.1em 0.5em;font-weight:600"><span aria-hidden="true">{mark}</span> '
        f"{verdict}</span>"
    )
    said = "".join(f" · {escape(part)}" for part in line(record))
    rows = "".join(
        f'<dt style="font-weight:600">{escape(label)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere">{escape(text)}</dd>'
        for label, text in _rows(record)
    )
    return (
        f'<details class="iclnb-card tex2jax_process" data-claim="{name}" data-verdict="{verdict}"'
        f' style="border:1px solid #8886;border-left:0.4em solid {colour};border-radius:0.4em;'
        f'padding:0.4em 0.9em;margin:0.4em 0;text-align:left">'
        f'<summary style="cursor:pointer">{pill}{said}</summary>'
        f'<p style="margin:0.5em 0 0.4em"><code>{name}</code> {escape(record["said"])}</p>'
        f'<dl style="display:grid;grid-template-columns:max-content minmax(0,1fr);'
        f'gap:0.15em 0.9em;margin:0;font-size:0.92em">{rows}</dl></details>'
    )

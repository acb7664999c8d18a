"""The card that a certificate displays: plain text for comparison, HTML for reading."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_BADGE = {
    "exact": ("✓", "#17603a"),
    "consistent": ("✓", "#17603a"),
    "inconclusive": ("?", "#6b5000"),
    "refuted": ("✗", "#9b1c1c"),
    "not testable": ("–", "#4a4a4a"),
}


def _control(record: Mapping[str, Any]) -> str:
    control = record["negative_control"]
    if control is None:
        return ""
    return f"{control['what']}: {control['verdict']} ({control['measured']})"


def _rows(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the labelled lines of a card, empty ones left out."""
    rows = [
        ("predicted", record["predicted"]),
        ("measured", record["measured"]),
        ("how", record["note"]),
        ("control", _control(record)),
        ("seeds", ", ".join(str(s) for s in record["seeds"])),
        ("regime", record["regime"]),
        ("source", f"{record['source']} ({record['provenance']})"),
    ]
    return [(name, text) for name, text in rows if text and text != "—"]


def card_text(record: Mapping[str, Any]) -> str:
    """Render a certificate's record as a few lines of text, stable to the printed digits."""
    lines = [f"[{record['verdict']}] {record['id']}"]
    lines += [f"  {name + ':':<11}{text}" for name, text in _rows(record)]
    return "\n".join(lines)


def card_html(record: Mapping[str, Any]) -> str:
    r"""Render a certificate's record as a card.

    The colours are set inline and work on light and dark pages. The statement itself stands on the
    page, above the card.
    """
    mark, colour = _BADGE[record["verdict"]]
    rows = "".join(
        f'<dt style="font-weight:600">{escape(name)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere">{escape(text)}</dd>'
        for name, text in _rows(record)
    )
    return (
        f'<section class="iclnb-card" data-claim="{escape(record["id"])}" '
        f'data-verdict="{escape(record["verdict"])}" '
        f'aria-label="Certificate {escape(record["id"])}" '
        f'style="border:1px solid #8886;border-left:0.4em solid {colour};border-radius:0.4em;'
        f'padding:0.6em 0.9em;margin:0.4em 0;text-align:left">'
        f'<p style="margin:0 0 0.4em"><span style="background:{colour};color:#fff;'
        f'border-radius:0.3em;padding:0.1em 0.5em;font-weight:600">{mark} '
        f"{escape(record['verdict'])}</span> <code>{escape(record['id'])}</code></p>"
        f'<dl style="display:grid;grid-template-columns:max-content minmax(0,1fr);'
        f'gap:0.15em 0.9em;margin:0;font-size:0.92em">{rows}</dl></section>'
    )

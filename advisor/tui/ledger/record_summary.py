"""One record of the list in labeled rows: what stands beside the list where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.ledger.record_page import labeled_rows
from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.ledger_messages import Row


def summary_lines(one: Row, columns: int) -> list[Line]:
    """Draw what the list knows of a record, whole."""
    head = [line("   ", (f"record {one.number}", "accent"), (f"  {one.kind}", "muted")), BLANK]
    if one.broken:
        return [*head, *wrapped(f"It cannot be read: {one.broken}.", columns, "   ", "bad")]
    rows = _decision(one) if one.status else _event(one)
    return [*head, *labeled_rows([(label, text) for label, text in rows if text], columns)]


def _decision(one: Row) -> list[tuple[str, str]]:
    signed = [("signed by", person) for person in one.people]
    stated = [("title", one.title), ("workload", one.workload), ("route", one.route), ("stands", one.status)]
    return [*stated, ("decided by", ", ".join(one.deciders)), *signed, ("made", one.created_utc)]


def _event(one: Row) -> list[tuple[str, str]]:
    about = f"record {one.about}" if one.about else ""
    return [("of", about), ("by", ", ".join(one.people)), ("because", one.because), ("made", one.created_utc)]

"""The records of a ledger as rows of its list: number and title at the left, where it stands at the right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.tui.widgets.menu import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.tui.workers.ledger_messages import Row

ROOM_FOR_REST = 11
"""Columns that the cursor, the number, the mark and a gap take."""
PLAIN_TITLE = "Where to run "
"""How a decision is titled that nobody gave another title."""


def record_items(entries: Sequence[Row], marked: int, columns: int) -> list[Item]:
    """Make a row of each record, all in few words where one of them would not fit else."""
    room = columns - ROOM_FOR_REST
    is_brief = any(len(_title(one)) + len(_stands(one)) > room for one in entries if one.status)
    return [_item(one, marked, is_brief=is_brief) for one in entries]


def _item(one: Row, marked: int, *, is_brief: bool) -> Item:
    mark = "* " if one.number == marked else "  "
    if one.broken:
        return Item(str(one.number), f"{one.number:>4} {mark}cannot be read: {one.broken}")
    also = f"{one.title} {one.workload} {one.kind} {one.status} {' '.join((*one.deciders, *one.people))}"
    side = f"{one.route} · {re.split(r' by| [(]|,', one.status)[0]}" if is_brief and one.status else _stands(one)
    return Item(str(one.number), f"{one.number:>4} {mark}{_title(one)}", side, also=f"{also} {one.created_utc[:10]}")


def _title(one: Row) -> str:
    if one.status:
        return one.title.removeprefix(PLAIN_TITLE)
    return f"  {one.kind} of {one.about} by {''.join(one.people)}: {one.because}"


def _stands(one: Row) -> str:
    day = one.created_utc[:10]
    return f"{one.route} · {one.status} · {day}" if one.status else day

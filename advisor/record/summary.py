"""A record in a few lines, for a terminal: invisible characters are shown, never sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from advisor.knowledge.labels import route_name
from advisor.record.audit.status import Standing, reference, standings
from advisor.record.branches import fronts_of
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import REMOVED
from advisor.record.formats.parse import text_of
from advisor.record.ledger import Ledger
from advisor.record.listed_record import ListedRecord
from advisor.text import visible


def lines_of(ledger: Ledger, today: date | None = None) -> Iterator[str]:
    """One line for each record: number, time, kind, what it is about and, for a decision, its status.

    With `today`, a decision whose retention ended before is marked.
    """
    return (visible(_line(one, today)) for one in listed(ledger))


def _line(one: ListedRecord, today: date | None) -> str:
    if one.broken:
        return f"{one.number:>8}  cannot be read: {one.broken}"
    lead = f"{one.number:>8}  {one.created_utc}  {one.kind:<9}"
    if one.status:
        return f"{lead}  {one.title}: {route_name(one.route)} [{one.status}{_retention(one, today)}]"
    return f"{lead}  {one.title or f'of record {one.about}'} by {''.join(one.people)}: {one.because}"


def _retention(one: ListedRecord, today: date | None) -> str:
    ended = today is not None and one.retain_until and date.fromisoformat(one.retain_until) < today
    return f"; to be kept until {one.retain_until}" if ended else ""


def listed(ledger: Ledger) -> Iterator[ListedRecord]:
    """Every record of a ledger in a few words, also those that cannot be read."""
    broken: dict[int, str] = {}
    fronts = fronts_of(ledger, broken=broken)
    stands = standings(fronts)
    for number in sorted({*fronts, *broken}):
        if number in broken:
            yield ListedRecord(number, broken=broken[number])
        else:
            yield _listed(number, fronts[number], stands.get(number))


def _listed(number: int, front: Table, standing: Standing | None) -> ListedRecord:
    head = front["record"]
    if standing is None:
        title = text_of(front, "portfolio", "name")
        if "original" in front:  # taken over by the other branch, and from there by us
            title = f"record {front['original']['seq']} of another branch"
        elif "policy" in front:
            title = f"sha256 {front['policy']['sha256'][:12]}…, from here on"
        return ListedRecord(
            number,
            head["created_utc"],
            head["kind"],
            title=title,
            people=(text_of(front, "statement", "by"),),
            about=reference(front, "about")[0],
            because=text_of(front, "statement", "because"),
        )
    return ListedRecord(
        number,
        head["created_utc"],
        head["kind"],
        title=text_of(front, "decision", "title"),
        route=text_of(front, "verdict", "option"),
        status=standing.words,
        workload=text_of(front, "decision", "workload"),
        retain_until=text_of(front, "decision", "retain_until"),
        deciders=tuple(name for name in front["people"]["deciders"] if name != REMOVED),
        people=tuple(made.principal for made in standing.approving),
        objecting=tuple(made.principal for made in standing.objecting),
    )

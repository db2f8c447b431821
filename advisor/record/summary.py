"""A record in a few lines, for a terminal: invisible characters are shown, never sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.errors import AdvisorError
from advisor.record.audit.status import Standing, reference, standings
from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import read_front, text_of
from advisor.record.ledger import Ledger
from advisor.text import visible


@dataclass(frozen=True, slots=True)
class Listed:
    """One record of a list: of a decision its title, route and status; of another what it is about, and why.

    `people` are who signed a decision, or who did what the record tells of. `broken` says why a record cannot be read;
    then nothing else is known of it.
    """

    number: int
    created_utc: str = ""
    kind: str = ""
    title: str = ""
    route: str = ""
    status: str = ""
    workload: str = ""
    deciders: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    about: int = 0
    because: str = ""
    broken: str = ""

    @property
    def line(self) -> str:
        """The record in one line."""
        if self.broken:
            return f"{self.number:>8}  cannot be read: {self.broken}"
        lead = f"{self.number:>8}  {self.created_utc}  {self.kind:<9}"
        if self.status:
            return f"{lead}  {self.title}: {self.route} [{self.status}]"
        return f"{lead}  of record {self.about} by {''.join(self.people)}: {self.because}"


def lines_of(ledger: Ledger) -> Iterator[str]:
    """One line for each record: number, time, kind, what it is about and, of a decision, where it stands."""
    return (visible(one.line) for one in listed(ledger))


def listed(ledger: Ledger) -> Iterator[Listed]:
    """Every record of a ledger in a few words, also those that cannot be read."""
    fronts: dict[int, Table] = {}
    broken: dict[int, str] = {}
    for number in ledger.numbers():
        try:
            entry = ledger.entry(number)
            fronts[number] = read_front(entry.data, str(entry.path))
        except AdvisorError as error:
            broken[number] = error.what
    stands = standings(fronts)
    for number in sorted({*fronts, *broken}):
        if number in broken:
            yield Listed(number, broken=broken[number])
        else:
            yield _listed(number, fronts[number], stands.get(number))


def _listed(number: int, front: Table, standing: Standing | None) -> Listed:
    head = front["record"]
    if standing is None:
        return Listed(
            number,
            head["created_utc"],
            head["kind"],
            people=(text_of(front, "statement", "by"),),
            about=reference(front, "about")[0],
            because=text_of(front, "statement", "because"),
        )
    return Listed(
        number,
        head["created_utc"],
        head["kind"],
        title=text_of(front, "decision", "title"),
        route=text_of(front, "verdict", "option"),
        status=standing.words,
        workload=text_of(front, "decision", "workload"),
        deciders=tuple(front["people"]["deciders"]),
        people=tuple(made.principal for made in standing.sign_offs),
    )

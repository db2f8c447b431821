"""One record of a list of records; loads nothing else, so that the interface can show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedRecord:
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

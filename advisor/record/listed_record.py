"""One record of a list of records; loads nothing else, so that the interface can show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """One record of a list: of a decision its title, route and status; of another what it is about, and why.

    A portfolio has its name for a title. `people` are who signed a decision, or who did what the record tells of;
    `objecting` are who disapprove of a decision.
    `broken` says why a record cannot be read; then nothing else is known of it.
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
    retain_until: str = ""
    broken: str = ""
    objecting: tuple[str, ...] = ()

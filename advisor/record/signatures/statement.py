"""What people add to an assessment when they record it: why, who, until when, and where answers came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from advisor.errors import BadInput
from advisor.interview.choices import Stated, names_in
from advisor.text import is_invisible

_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Statement:
    """The human part of a decision; `origins` tells where an answer came from (an answers file, a measured log)."""

    title: str = ""
    rationale: str = ""
    consequences: str = ""
    confirmation: str = ""
    review_by: date | None = None
    retain_until: date | None = None
    deciders: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)


def read_review_day(text: str, today: date, where: str) -> date | None:
    """The day by which to decide again, None for an empty text; raises BadInput, naming `where` it was given."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(where, f"{text!r} is not a day", "write it as 2027-05-20") from None
    if day <= today:
        raise BadInput(where, f"{day} is not after {today}", "name a future date")
    return day


def checked_text(text: str, where: str) -> str:
    """A person's words in NFC; raises BadInput for invisible characters (they could steer a reader's terminal)."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > _LONGEST:
        raise BadInput(where, f"has {len(text):,} characters", f"at most {_LONGEST:,} are kept")
    for place, letter in enumerate(text, 1):
        if is_invisible(letter):
            raise BadInput(
                where, f"character {place} is invisible (U+{ord(letter):04X})", "write plain text on one line"
            )
    return text


def read_stated(stated: Stated, today: date) -> Statement:
    """Read what people typed; raises BadInput that names the field."""
    return Statement(
        title=checked_text(stated.title.strip(), "title"),
        rationale=checked_text(stated.reason.strip(), "reason"),
        confirmation=checked_text(stated.confirmation.strip(), "confirmation"),
        review_by=read_review_day(stated.review_by.strip(), today, "review by"),
        deciders=tuple(checked_text(name, "decided by") for name in names_in(stated.deciders)),
    )

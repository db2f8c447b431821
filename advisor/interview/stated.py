"""What people may state of a decision when they save it: the same fields on a page and by prompts."""

from __future__ import annotations

from typing import NamedTuple


class Stated(NamedTuple):
    """What people add to a record, as they typed it; all of it may be left out."""

    title: str = ""
    reason: str = ""
    deciders: str = ""
    review_by: str = ""
    confirmation: str = ""


class StatedField(NamedTuple):
    """One thing that may be stated: its name in `Stated`, its label, and how to fill it in."""

    name: str
    label: str
    hint: str


STATED = (
    StatedField("reason", "reason", "Reason for the decision, in your words."),
    StatedField("deciders", "decided by", "Names, with commas between them."),
    StatedField("review_by", "review by", "The day by which to decide again, as 2027-05-20."),
    StatedField("confirmation", "right if", "How you will check whether it was right."),
    StatedField("title", "title", "What to call the decision; left open, it is named after the workload."),
)


def names_in(text: str) -> tuple[str, ...]:
    """Read names that commas part."""
    return tuple(name.strip() for name in text.split(",") if name.strip())

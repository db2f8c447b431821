"""What people may add to a record, asked line by line: the same on a page and by prompts."""

from __future__ import annotations

from advisor.tui.widgets.form import Field

STATED = (
    Field("reason", "reason", "Why it was decided so, in your words."),
    Field("deciders", "decided by", "Names, with commas between them."),
    Field("review_by", "review by", "The day by which to decide again, as 2027-05-20."),
    Field("confirmation", "right if", "How you will see whether it was right."),
    Field("title", "title", "What to call the decision; left open, it is named after the workload."),
)

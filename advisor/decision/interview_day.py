"""The day an interview is assessed for: the one named with --as-of, else today, never before the rules begin."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from advisor.decision.compiled import first_day
from advisor.errors import BadInput
from advisor.knowledge.packs.pack import Knowledge

_VARIABLE = "ADVISOR_AS_OF"
"""Carries the day from the command line to the worker process."""


def set_interview_day(text: str) -> None:
    """Have this program and the processes it starts assess for a day; raises BadInput for what is not one."""
    os.environ.pop(_VARIABLE, None)
    if not text:
        return
    try:
        os.environ[_VARIABLE] = date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput("--as-of", f"{text!r} is not a day", "write YYYY-MM-DD, such as 2026-11-21") from None


def interview_day(knowledge: Knowledge) -> date:
    """The day named, or today; a clock that is set before the first rules gives the first day they are complete on."""
    named = os.environ.get(_VARIABLE, "")
    if named:
        return date.fromisoformat(named)
    today = datetime.now(UTC).date()
    return max(today, first_day(knowledge, today))

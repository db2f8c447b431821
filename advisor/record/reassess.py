"""The same answers under the rules and prices of today, and what they would decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.errors import AdvisorError
from advisor.knowledge.packs.pack import Knowledge
from advisor.record.audit.replay import Assess, circumstances, recorded_answers
from advisor.record.audit.verification import Today
from advisor.record.formats.encoding import Table


@dataclass(frozen=True, slots=True)
class Now:
    """The installed knowledge and the day it is asked on."""

    knowledge: Knowledge
    day: date


def decided_today(record: Table, file: str, now: Now, assess: Assess) -> Today:
    """Assess the answers of a record with the installed knowledge, and name the rules that make the difference."""
    _, seed, draws = circumstances(record, file)
    try:
        answers = recorded_answers(record, file, now.knowledge)
        again = assess(answers, now.knowledge, now.day, seed, draws)
    except AdvisorError as error:
        return Today(refused=f"today's questionnaire cannot read its answers ({error.what})")
    before = {(str(fired.get("rule")), str(fired.get("option"))) for fired in record["trace"]["fired"]}
    after = {(fired.rule, fired.option) for fired in again.findings}
    return Today(again.verdict.option, _names(after - before), _names(before - after))


def _names(fired: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({rule for rule, _ in fired}))

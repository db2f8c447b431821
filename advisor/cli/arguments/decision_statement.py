"""What people add to an assessment when they record it, from the options of `assess --save`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from advisor.cli.framework.options import SAVE, STATEMENT
from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.interview.answers import Answers
    from advisor.record.signatures.statement import Statement

_MEASURED = "measured log"


def refuse_without_save(given: Mapping[str, Any]) -> None:
    """Refuse words meant for a record where none is saved, for they would be lost in silence."""
    for option in STATEMENT:
        if given[option.parameter]:
            raise BadInput(option.name, f"requires {SAVE.name}")


def statement_of(given: Mapping[str, Any], path: str, answers: Answers, today: date) -> Statement:
    """What is stated of one answers file; raises BadInput before anything is assessed or written."""
    from advisor.record.signatures.statement import Statement, checked_text, read_review_day

    texts = {name: checked_text(given[name], f"--{name}") for name in ("title", "reason", "confirmation")}
    return Statement(
        title=texts["title"],
        rationale=texts["reason"],
        confirmation=texts["confirmation"],
        review_by=read_review_day(given["review_by"], today, "--review-by"),
        retain_until=read_review_day(given["retain_until"], today, "--retain-until"),
        deciders=tuple(checked_text(name, "--decider") for name in given["deciders"]),
        origins=dict.fromkeys(_answered(given["measured"], path, answers), _MEASURED),
    )


def _answered(keys: tuple[str, ...], path: str, answers: Answers) -> tuple[str, ...]:
    from difflib import get_close_matches

    for key in keys:
        if key not in answers.values:
            near = get_close_matches(key, answers.values, 1)
            raise BadInput(
                f"--measured {key}", f"is not answered in {path}", f"did you mean {near[0]}?" if near else ""
            )
    return keys

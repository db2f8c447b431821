"""The options of `assess --save` that say what people add to an assessment when they record it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.interview.answers import Answers
    from advisor.record.statement import Statement

_OPTIONS = (
    click.option("--title", default="", metavar="TEXT", help="What the record calls the decision."),
    click.option("--reason", default="", metavar="TEXT", help="Why it was decided so, in your words."),
    click.option("--decider", "deciders", multiple=True, metavar="NAME", help="Who decides; may be given again."),
    click.option("--review-by", default="", metavar="DATE", help="When to decide again at the latest (YYYY-MM-DD)."),
    click.option("--confirmation", default="", metavar="TEXT", help="How you will see whether it was right."),
    click.option("--measured", multiple=True, metavar="KEY", help="An answer read off a log; may be given again."),
)
_MEASURED = "measured log"


def stated(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command; they arrive by their names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def refuse_without_save(given: Mapping[str, Any]) -> None:
    """Words meant for a record must not be lost in silence."""
    for name, value in given.items():
        if value:
            option = "--" + {"deciders": "decider"}.get(name, name).replace("_", "-")
            raise BadInput(option, "is said of a record, and none is saved", "add --save")


def statement_of(given: Mapping[str, Any], path: str, answers: Answers, today: date) -> Statement:
    """What is stated of one answers file; raises BadInput before anything is assessed or written."""
    from advisor.record.statement import Statement, checked_text, read_review_day

    texts = {name: checked_text(given[name], f"--{name}") for name in ("title", "reason", "confirmation")}
    return Statement(
        title=texts["title"],
        rationale=texts["reason"],
        confirmation=texts["confirmation"],
        review_by=read_review_day(given["review_by"], today, "--review-by"),
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

"""What the worker does for the interface, and the prompts do for themselves: assess, save, tell the defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.interview.assumptions import DEFAULTS, Assumptions
from advisor.tui.exchange import Assess, Assessed, NotSaved, Refused, Saved, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.assessment import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.tui.exchange import Save, Tell

DRAWN = ("volume.output_tokens",)


def answer(request: Assess, knowledge: Knowledge) -> Assessed | Refused:
    """Give the verdict without what takes its time; an error becomes its sentence, and the interview goes on."""
    try:
        return Assessed(request.number, light(_assess(request.answers, knowledge, flips=False)), is_complete=False)
    except Exception as error:
        return Refused(_sentence(error))


def complete(answers: Answers, knowledge: Knowledge) -> Assessment:
    """Assess with everything that takes its time."""
    return _assess(answers, knowledge, flips=True)


def save(request: Save, knowledge: Knowledge, known: Assessment | None = None) -> Saved | NotSaved:
    """Save a record, of the assessment that is known or of one made now; an error becomes its sentence."""
    from advisor.record import save_decision

    try:
        assessment = known or complete(request.answers, knowledge)
        Path(request.directory).mkdir(parents=True, exist_ok=True)
        made = save_decision(assessment, request.answers, knowledge, Path(request.directory), datetime.now(UTC))
    except Exception as error:
        return NotSaved(_sentence(error))
    return Saved(str(made.path), made.number, made.durable)


def tell(request: Tell) -> Told:
    """Tell about the records of a folder; an error becomes its sentence."""
    try:
        return Told(request.what, tuple(_told(request)))
    except Exception as error:
        return Told(request.what, () if request.what == "list" else (_sentence(error),))


def _told(request: Tell) -> Iterator[str]:
    from advisor.assess import assess
    from advisor.record.ledger import Ledger
    from advisor.record.outline import lines_of, outline
    from advisor.record.tell import tell as told_of
    from advisor.record.verify import Scope, verify

    ledger = Ledger(Path(request.directory))
    if request.what == "list":
        return lines_of(ledger)
    if request.what == "show":
        return outline(ledger.entry(request.number))
    return told_of(verify(ledger, Scope(asked=request.number, assess=assess)))


def assumptions_of(knowledge: Knowledge) -> Assumptions:
    """Take the defaults that hold today, and the titles of sources and catalog entries."""
    today = datetime.now(UTC).date()
    parameters = knowledge.parameters.items()
    defaults = {name: parameter.at(today) for name, parameter in parameters if name.startswith(DEFAULTS)}
    catalog = knowledge.catalog
    titled = (knowledge.sources, catalog.models, catalog.gpus, catalog.api)
    return Assumptions(defaults, {name: entry.title for table in titled for name, entry in table.items()})


def light(assessment: Assessment) -> Assessment:
    """Leave out the facts but those that screens draw: they are the larger part of the bytes."""
    return replace(assessment, facts={key: assessment.facts[key] for key in DRAWN if key in assessment.facts})


def _assess(answers: Answers, knowledge: Knowledge, flips: bool) -> Assessment:
    from advisor.assess import assess

    return assess(answers, knowledge, as_of=datetime.now(UTC).date(), flips=flips, further=flips)


def _sentence(error: Exception) -> str:
    """Say an error in one line; one that the program does not know is its own fault."""
    if isinstance(error, AdvisorError):
        return error.sentence
    if isinstance(error, OSError):
        return f"{error.filename or 'the disk'}: {error.strerror}"
    return f"a fault of the program itself: {type(error).__name__} ({error})"

"""What the worker does for the interface, and the prompts do for themselves: assess, save, show what would be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.interview.assumptions import DEFAULTS, Assumptions
from advisor.tui.workers.messages import Assess, Assessed, NotSaved, Previewed, Refused, Saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.assessment.open_evidence import NeverAsked
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.record.statement import Statement
    from advisor.tui.workers.messages import Preview, Save, Stated

DRAWN = ("volume.output_tokens",)


def answer(request: Assess, knowledge: Knowledge) -> Assessed | Refused:
    """Give the verdict without what takes its time; an error becomes its sentence, and the interview goes on."""
    try:
        return Assessed(request.number, light(_assess(request.answers, knowledge, flips=False)), is_complete=False)
    except Exception as error:
        return Refused(sentence_of(error))


def asking(answers: Answers, knowledge: Knowledge, moving: Sequence[str]) -> NeverAsked:
    """Find what was never asked, what matters most first; `moving` are the inputs that move the costs."""
    from advisor.analysis.question_order import never_asked
    from advisor.api import DRAWS, SEED
    from advisor.decision.compiled import compiled_knowledge

    return never_asked(answers, compiled_knowledge(knowledge, datetime.now(UTC).date()), SEED, DRAWS, moving)


def order(answers: Answers, knowledge: Knowledge) -> tuple[NeverAsked, list[str]]:
    """Find what to ask next, and after it: what was never asked, and the inputs that move the costs."""
    moving = [one.key for one in _assess(answers, knowledge, flips=False).measure_next]
    return asking(answers, knowledge, moving), moving


def complete(answers: Answers, knowledge: Knowledge) -> Assessment:
    """Assess with everything that takes its time."""
    return _assess(answers, knowledge, flips=True)


def save(request: Save, knowledge: Knowledge, known: Assessment | None = None) -> Saved | NotSaved:
    """Save a record, of the assessment that is known or of one made now; an error becomes its sentence."""
    from advisor.record import save_decision

    directory = Path(request.directory)
    try:
        stated = _statement(request.stated)
        assessment = known or complete(request.answers, knowledge)
        directory.mkdir(parents=True, exist_ok=True)
        made = save_decision(assessment, request.answers, knowledge, directory, datetime.now(UTC), stated)
    except Exception as error:
        return NotSaved(sentence_of(error))
    note = _superseded(request, made.number) if request.supersedes else ""
    return Saved(str(made.path), made.number, made.durable, made.sentence, note)


def preview(request: Preview, knowledge: Knowledge, known: Assessment | None = None) -> Previewed:
    """Give the text of a record as it would be saved now, at the next place of its ledger."""
    from advisor.record import decision_bytes
    from advisor.record.ledger import Ledger

    try:
        assessment = known or complete(request.answers, knowledge)
        at, stated = Ledger(Path(request.directory)).next(), _statement(request.stated)
        data = decision_bytes(assessment, request.answers, knowledge, at, datetime.now(UTC), stated)
    except Exception as error:
        return Previewed("", sentence_of(error))
    return Previewed(data.decode())


def _statement(stated: Stated) -> Statement:
    """Read what people typed; raises BadInput that names the field."""
    from advisor.record.statement import Statement, checked_text, read_review_day

    return Statement(
        title=checked_text(stated.title.strip(), "title"),
        rationale=checked_text(stated.reason.strip(), "reason"),
        confirmation=checked_text(stated.confirmation.strip(), "confirmation"),
        review_by=read_review_day(stated.review_by.strip(), datetime.now(UTC).date(), "review by"),
        deciders=tuple(checked_text(name, "decided by") for name in names_in(stated.deciders)),
    )


def names_in(text: str) -> tuple[str, ...]:
    """Read names that commas part."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _superseded(request: Save, newer: int) -> str:
    """Say of an older record that the one just saved takes its place; tell what became of it."""
    from advisor.record.ledger import Ledger
    from advisor.record.ledger_events import Act, supersede

    by = ", ".join(names_in(request.stated.deciders))
    act = Act(request.supersedes, by, request.stated.reason.strip(), datetime.now(UTC))
    try:
        return supersede(Ledger(Path(request.directory)), act, newer).sentence
    except Exception as error:
        return f"record {request.supersedes} was not superseded: {sentence_of(error)}"


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
    from advisor.api import assess

    return assess(answers, knowledge, as_of=datetime.now(UTC).date(), flips=flips, further=flips)


def sentence_of(error: Exception) -> str:
    """Say an error in one line; one that the program does not know is its own fault."""
    if isinstance(error, AdvisorError):
        return error.sentence
    if isinstance(error, OSError):
        return f"{error.filename or 'the disk'}: {error.strerror}"
    return f"a fault of the program itself: {type(error).__name__} ({error})"

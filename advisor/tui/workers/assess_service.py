"""What the assessing worker does for the interface: assess, save, show what would be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import sentence_of
from advisor.interview.stated import names_in
from advisor.tui.workers.messages import Assess, Assessed, NotSaved, Previewed, Refused, Saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.assessment.open_evidence import NeverAsked
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.tui.workers.messages import Preview, Save

DRAWN = ("volume.output_tokens",)


def answer(request: Assess, knowledge: Knowledge) -> Assessed | Refused:
    """Give the verdict without what takes its time; an error becomes its sentence, and the interview goes on."""
    try:
        return Assessed(request.number, light(_assess(request.answers, knowledge, flips=False)), is_complete=False)
    except Exception as error:
        return Refused(sentence_of(error))


def asking(answers: Answers, knowledge: Knowledge, moving: Sequence[str]) -> NeverAsked:
    """Find what was never asked, what matters most first; `moving` are the inputs that move the costs."""
    from advisor.api import questions_left

    return questions_left(answers, knowledge, datetime.now(UTC).date(), moving)


def complete(answers: Answers, knowledge: Knowledge) -> Assessment:
    """Assess with everything that takes its time."""
    return _assess(answers, knowledge, flips=True)


def save(request: Save, knowledge: Knowledge, known: Assessment | None = None) -> Saved | NotSaved:
    """Save a record, of the assessment that is known or of one made now; an error becomes its sentence."""
    from advisor.record import save_decision
    from advisor.record.statement import read_stated

    directory = Path(request.directory)
    try:
        stated = read_stated(request.stated, datetime.now(UTC).date())
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
    from advisor.record.statement import read_stated

    try:
        assessment = known or complete(request.answers, knowledge)
        at, stated = Ledger(Path(request.directory)).next(), read_stated(request.stated, datetime.now(UTC).date())
        data = decision_bytes(assessment, request.answers, knowledge, at, datetime.now(UTC), stated)
    except Exception as error:
        return Previewed("", sentence_of(error))
    return Previewed(data.decode())


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


def light(assessment: Assessment) -> Assessment:
    """Leave out the facts but those that screens draw: they are the larger part of the bytes."""
    return replace(assessment, facts={key: assessment.facts[key] for key in DRAWN if key in assessment.facts})


def _assess(answers: Answers, knowledge: Knowledge, flips: bool) -> Assessment:
    from advisor.api import assess

    return assess(answers, knowledge, as_of=datetime.now(UTC).date(), flips=flips, further=flips)

"""An assessment as a signed, pinned and replayable record in a ledger of numbered files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from advisor.assessment import Assessment
from advisor.errors import AdvisorError
from advisor.interview.answers import Answers
from advisor.knowledge.digest import bundle, parts_of, pins_of
from advisor.knowledge.pack import Knowledge
from advisor.record.document import decision_table
from advisor.record.form import Position, sealed_bytes
from advisor.record.ledger import Ledger, Saved
from advisor.record.statement import Statement

__all__ = ["Saved", "Statement", "save_decision"]


def save_decision(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    directory: Path,
    created: datetime,
    statement: Statement | None = None,
) -> Saved:
    """Save a decision into the ledger `directory`, with the knowledge it was derived from pinned beside it.

    `created` needs a time zone. Raises NotSaved in one clear sentence; nothing is called saved that was not read back.
    """
    if pins_of(knowledge.files) != assessment.pins:
        raise AdvisorError(
            "record", "the assessment was made from other knowledge than is to be pinned", "assess again"
        )
    stated = statement or Statement()

    def build(at: Position) -> bytes:
        return sealed_bytes(decision_table(assessment, answers, knowledge, stated, created, at), at.seq)

    build(Position(1))  # what cannot be recorded is refused before anything is written
    ledger = Ledger(directory)
    pinned = [ledger.keep_blob(bundle(part)) for part in parts_of(knowledge.files).values()]
    saved = ledger.append(build)
    return Saved(saved.path, saved.number, saved.digest, saved.durable and all(pinned))

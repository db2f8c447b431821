"""Saves an assessment as a pinned, replayable record in a ledger of numbered files."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from advisor.assessment.model import Assessment
from advisor.errors import AdvisorError
from advisor.interview.answers import Answers
from advisor.knowledge.packs.digest import bundle, parts_of, pins_of
from advisor.knowledge.packs.pack import Knowledge
from advisor.record.formats.decision_model import decision_table
from advisor.record.formats.encoding import Position, Table, sealed_bytes, timestamp
from advisor.record.formats.kept_words import WordKeeper, claimed_time
from advisor.record.ledger import Ledger, Saved
from advisor.record.signatures.statement import Statement


def decision_bytes(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    at: Position,
    created: datetime,
    statement: Statement | None = None,
) -> bytes:
    """A decision as it would be saved at a place of the ledger, with names and free text in clear.

    Raises AdvisorError for what cannot be recorded.
    """
    table = decision_table(assessment, answers, knowledge, statement or Statement(), created, at)
    return sealed_bytes(table, at.seq)


def save_decision(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    directory: Path,
    created: datetime,
    statement: Statement | None = None,
) -> Saved:
    """Save a decision into the ledger `directory`, with the knowledge it was derived from pinned with it.

    `created` needs a time zone. Raises NotSaved in one clear sentence; nothing is called saved that was not read back.
    """
    if pins_of(knowledge.files) != assessment.pins:
        raise AdvisorError(
            "record", "the assessment was made from other knowledge than is to be pinned", "assess again"
        )

    # What cannot be recorded is refused before anything is written.
    decision_bytes(assessment, answers, knowledge, Position(1), created, statement)
    ledger = Ledger(directory)
    claimed_time(ledger, ledger.next(), timestamp(created))
    keeper = WordKeeper(ledger)

    def table_at(at: Position) -> Table:
        return keeper.commit(decision_table(assessment, answers, knowledge, statement or Statement(), created, at))

    pinned = [ledger.keep_blob(bundle(part)) for part in parts_of(knowledge.files).values()]
    saved = keeper.append(table_at, pinned)
    with suppress(AdvisorError):  # the decision is saved; its ledger can be verified by a verifier from elsewhere
        ledger.keep_verifier()
    return saved

"""What a recorded decision was derived from: its own answers, and the knowledge it pins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.errors import BadInput
from advisor.interview.answers import Answers
from advisor.knowledge.packs.pack import Knowledge
from advisor.record.audit.replay import circumstances, recorded_answers
from advisor.record.formats.parse import read_record
from advisor.record.ledger import Ledger
from advisor.record.merging.branches import told
from advisor.record.pins import pinned_knowledge


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an assessment depends on, as the record of that decision holds it."""

    file: str
    answers: Answers
    knowledge: Knowledge
    as_of: date
    seed: int
    draws: int


def inputs_of(ledger: Ledger, number: int) -> Inputs:
    """Read what a decision was derived from; raises BadInput where the record is none, or cannot be read."""
    entry = told(ledger, number)
    file = str(entry.path)
    record = read_record(entry.data, file)
    kind = record["record"]["kind"]
    if kind != "decision":
        raise BadInput(file, f"is a record of kind {kind}", "name the decision it is about")
    knowledge = pinned_knowledge(ledger, record)
    return Inputs(file, recorded_answers(record, file, knowledge), knowledge, *circumstances(record, file))

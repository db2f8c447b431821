"""Save the record of an interview by prompts: its name, its verdict, what people add, and where it went."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError, sentence_of
from advisor.interview.reducer import Answer
from advisor.interview.stated import STATED, Stated
from advisor.plain.console import tell
from advisor.record.ledger import Saved
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import read_stated

if TYPE_CHECKING:
    from advisor.plain.plain_interview import PlainInterview


def ask_stated() -> Stated:
    """Ask line by line; Enter alone leaves a line out, and so does the end of the input."""
    tell("\nWhat people add to the record. Enter alone leaves a line out.")
    given: dict[str, str] = {}
    with suppress(EOFError):
        for field in STATED:
            tell(f"\n{field.label.capitalize()}? {field.hint}")
            given[field.name] = input("> ").strip()
    return Stated(**given)


NAME = "workload.name"


def save_plainly(interview: PlainInterview) -> bool:
    """Print the verdict and save the record; False where none could be written, which is said."""
    _ask_name(interview)
    interview.verdict()
    try:
        saved = _saved(interview, ask_stated())
    except (AdvisorError, OSError) as error:
        tell(f"  Not saved: {sentence_of(error)}")
        return False
    interview.keep(str(saved.path))
    tell(f"Saved {saved.path}" + ("" if saved.durable else " (written; durability unconfirmed)"))
    return True


def _saved(interview: PlainInterview, stated: Stated) -> Saved:
    """Write the record; raises AdvisorError or OSError where that cannot be done."""
    now = datetime.now(UTC)
    statement = read_stated(stated, now.date())
    interview.records.mkdir(parents=True, exist_ok=True)
    answers = interview.state.counted
    return save_decision(interview.assess(), answers, interview.knowledge, interview.records, now, statement)


def _ask_name(interview: PlainInterview) -> None:
    """Ask what to call the workload, where that is asked and open; Enter, or the end of the input, leaves it so."""
    while NAME in interview.state.open_keys and NAME not in interview.state.answers.values:
        question = interview.state.question(NAME)
        tell(f"\n{question.text} {question.help}. Enter alone leaves it unnamed.")
        try:
            typed = input("> ").strip()
        except EOFError:
            return
        if not typed:
            return
        interview.apply(Answer(NAME, typed))
        if NAME in interview.state.drafts:
            tell(f"  {interview.state.drafts[NAME].problem}")

"""Save the record of an interview by prompts: its name, its verdict, what people add, and where it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.reducer import Answer
from advisor.plain.console import tell
from advisor.plain.plain_statement import ask_stated
from advisor.tui.workers.assess_service import save
from advisor.tui.workers.messages import NotSaved, Save

if TYPE_CHECKING:
    from advisor.plain.plain_interview import PlainInterview

NAME = "workload.name"


def save_plainly(interview: PlainInterview) -> bool:
    """Print the verdict and save the record; False where none could be written, which is said."""
    _ask_name(interview)
    interview.verdict()
    reply = save(Save(interview.state.counted, str(interview.records), ask_stated()), interview.knowledge)
    if isinstance(reply, NotSaved):
        tell(f"  Not saved: {reply.sentence}")
        return False
    interview.keep(reply.path)
    tell(f"Saved {reply.path}" + ("" if reply.durable else " (written; durability unconfirmed)"))
    return True


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

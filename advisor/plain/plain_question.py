"""One question as lines of plain text, and a typed reply as a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answer_format import said
from advisor.interview.answers import allowed_choices
from advisor.tui.interview.choices import NONE_OF_THESE, SEVERAL, choices_of, is_typed

if TYPE_CHECKING:
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Choice, Question

NONE = "0"


def question_text(question: Question, state: State, assumed: str) -> str:
    """Write a question: its text, its numbered choices, and the answer it has or what is assumed."""
    lines = [question.text + (f" [{question.unit}]" if question.unit else "")]
    if not is_typed(question):
        lines += [f"  {number}  {choice.text}" for number, choice in _numbered(question, state)]
    value = state.answers.get(question.key)
    draft = state.drafts.get(question.key)
    if draft is not None:
        lines.append(f"  you typed {draft.text!r}, which cannot be read")
    elif value is not None:
        lines.append(f"  now: {said(value, question)}")
    elif assumed:
        lines.append(f"  left open, assumed: {assumed}")
    if question.kind in SEVERAL:
        lines.append("  several with commas, such as 1,3")
    return "\n".join(lines)


def read_reply(question: Question, typed: str, state: State) -> str | bool | list[str] | None:
    """Read numbers or names of choices; None where one of them is none of the choices."""
    known = {number: choice.id for number, choice in _numbered(question, state)}
    known |= {choice.id.lower(): choice.id for _, choice in _numbered(question, state) if choice.id}
    words = [word.strip().lower() for word in typed.split(",") if word.strip()]
    if not words or any(word not in known for word in words):
        return None
    chosen = [known[word] for word in words]
    if question.kind in SEVERAL:
        return [choice for choice in chosen if choice]
    if len(chosen) > 1:
        return None
    return chosen[0] == "yes" if question.kind == "bool" else chosen[0]


def _numbered(question: Question, state: State) -> list[tuple[str, Choice]]:
    ids = allowed_choices(question, state.vocabulary.ids) if question.catalog else ()
    listed = [choice for choice in choices_of(question, ids) if choice is not NONE_OF_THESE]
    numbered = [(str(number), choice) for number, choice in enumerate(listed, 1)]
    return [*numbered, (NONE, NONE_OF_THESE)] if question.kind in SEVERAL else numbered

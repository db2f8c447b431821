"""What can be chosen for a question, and which answer choosing gives. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.knowledge.questions import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.interview.answers import Value
    from advisor.knowledge.questions import Question

ONE_CHOICE = ("choice", "bool", "model")
SEVERAL = ("choices", "models")
YES_NO = (("yes", "Yes"), ("no", "No"))
NONE_OF_THESE = Choice("", "None of these")
_UNTITLED: Mapping[str, str] = {}


def is_typed(question: Question) -> bool:
    """Whether a question is answered by typing rather than choosing."""
    return question.kind not in (*ONE_CHOICE, *SEVERAL)


def choices_of(question: Question, ids: tuple[str, ...], titles: Mapping[str, str] = _UNTITLED) -> tuple[Choice, ...]:
    """List what can be chosen: declared choices, yes and no, or the entries of a catalog table by their titles."""
    if question.kind == "bool":
        return tuple(Choice(id, text) for id, text in YES_NO)
    listed = question.choices or tuple(Choice(id, titles.get(id, id)) for id in ids)
    return (*listed, NONE_OF_THESE) if question.kind in SEVERAL else listed


def is_chosen(value: Value | None, choice: str) -> bool:
    """Whether a choice is part of an answer."""
    if isinstance(value, bool):
        return choice == ("yes" if value else "no")
    if isinstance(value, tuple):
        return choice in value or (choice == NONE_OF_THESE.id and not value)
    return choice == value


def raw_of(question: Question, value: Value | None, chosen: str) -> str | bool | list[str]:
    """Form the answer that choosing gives: a bool, an id, or the list with that choice put in or taken out."""
    if question.kind == "bool":
        return chosen == "yes"
    if question.kind not in SEVERAL:
        return chosen
    if chosen == NONE_OF_THESE.id:
        return []
    now = list(value) if isinstance(value, tuple) else []
    return [item for item in now if item != chosen] if chosen in now else [*now, chosen]

"""What can be chosen for a question or to begin with, and what people may state of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.knowledge.questions import Choice, Question, Questionnaire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.interview.answers import Value


# What can be chosen for a question, and which answer choosing gives. Pure.


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


def chosen_ids(value: Value | None) -> tuple[str, ...]:
    """The choices that an answer is made of; none where the question is open."""
    if isinstance(value, bool):
        return ("yes",) if value else ("no",)
    if isinstance(value, tuple):
        return value or (NONE_OF_THESE.id,)
    return (value,) if isinstance(value, str) else ()


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


# What a new interview can be begun with: the questionnaires in their order, and the order of their questions.


ORDER = ("quick", "full", "coding-agents", "license-review")
WHOLE = "full"
"""The questionnaire that is also offered with what matters most first."""
SHORTEST = "Only what matters"
ASKED = "What can still change the route, the most telling first, out of all"


class StartChoice(NamedTuple):
    """A questionnaire, and whether what matters most is asked first."""

    questionnaire: Questionnaire
    by_what_matters: bool = False


def start_choices(questionnaires: Mapping[str, Questionnaire]) -> list[StartChoice]:
    """List them, the usual first; ids that are not known come last, by name."""
    ranked = sorted(questionnaires.values(), key=lambda sheet: (_rank(sheet.id), sheet.id))
    choices = [StartChoice(sheet) for sheet in ranked]
    choices[2:2] = [StartChoice(sheet, True) for sheet in ranked if sheet.id == WHOLE]
    return choices


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


# What people may state of a decision when they save it: the same fields on a page and by prompts.


class Stated(NamedTuple):
    """What people add to a record, as they typed it; all of it may be left out."""

    title: str = ""
    reason: str = ""
    deciders: str = ""
    review_by: str = ""
    confirmation: str = ""


class StatedField(NamedTuple):
    """One thing that may be stated: its name in `Stated`, its label, and how to fill it in."""

    name: str
    label: str
    hint: str


STATED = (
    StatedField("reason", "reason", "Reason for the decision, in your words."),
    StatedField("deciders", "decided by", "Names, with commas between them."),
    StatedField("review_by", "review by", "The day by which to decide again, as 2027-05-20."),
    StatedField("confirmation", "right if", "How you will check whether it was right."),
    StatedField("title", "title", "What to call the decision; left open, it is named after the workload."),
)


def names_in(text: str) -> tuple[str, ...]:
    """Read names that commas part."""
    return tuple(name.strip() for name in text.split(",") if name.strip())

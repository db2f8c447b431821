"""The interview as a pure function: which questions are open, and what an event makes of a state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.errors import BadInput
from advisor.interview.answers import UNKNOWN, Answers, Value, Vocabulary, read_value
from advisor.knowledge.conditions import holds, parse_condition, tests_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from advisor.knowledge.questions import Question, Questionnaire, Section


# Which questions are open: `show_when` over the answers so far, in three values.


class _ShowWhen:
    """The condition of one question, read once, with what it came to for the answers it was asked about last."""

    def __init__(self, raw: dict[str, Any], key: str) -> None:
        self.raw = raw
        self.condition = parse_condition(raw, key)
        self.keys = tuple(dict.fromkeys(test.key for test in tests_in(self.condition)))
        self._last: tuple[tuple[Value | None, ...], bool | None] | None = None

    def holds(self, values: tuple[Value | None, ...]) -> bool | None:
        """Evaluate it over the answers to its `keys`; one answer changes few of the conditions of a questionnaire."""
        last = self._last
        if last is None or last[0] != values:
            last = self._last = values, holds(self.condition, dict(zip(self.keys, values, strict=True)))
        return last[1]


_READ: dict[str, _ShowWhen] = {}


def shown_keys(keys: Iterable[str], questions: Mapping[str, Question], answers: Answers) -> tuple[str, ...]:
    """Keep the keys whose condition holds or is not decided yet, in the order given.

    An answer to a question that is itself hidden counts as unknown, so a whole chain hides together.
    """
    known: dict[str, bool] = {}
    return tuple(key for key in keys if _is_shown(key, questions, answers, known))


def possible_keys(keys: Iterable[str], questions: Mapping[str, Question], answers: Answers) -> tuple[str, ...]:
    """Keep the keys that may come to be asked: those that the answers so far do not close whatever else is answered."""

    def closed(question: Question) -> bool:
        if question.show_when is None:
            return False
        condition = _show_when(question, question.show_when).condition
        return holds(condition, answers.values, whatever_else=True) is False

    return tuple(key for key in keys if not closed(questions[key]))


def answerable(questions: Mapping[str, Question], answers: Answers) -> list[Question]:
    """The questions that these answers leave to be asked, or that were answered; what they close is no choice."""
    shown = set(shown_keys(questions, questions, answers))
    return [question for key, question in questions.items() if key in shown or answers.get(key) is not None]


def without_closed(
    questions: Mapping[str, Question], answers: Answers
) -> tuple[Answers, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The answers without those to questions that other answers close, as the interview takes them.

    With each answer left out go the keys of the answers that close it. One that is closed by nothing but the lack of
    another answer, such as a price of output alone, was stated and counts.
    """
    shown = set(shown_keys(answers.values, questions, answers))
    hidden = ((key, _closing(questions[key], answers, shown)) for key in answers.values if key not in shown)
    closed = tuple((key, by) for key, by in hidden if by)
    for key, _ in closed:
        answers = answers.drop(key)
    return answers, closed


def _closing(question: Question, answers: Answers, shown: Collection[str]) -> tuple[str, ...]:
    """The answered questions that the condition of a closed one reads."""
    read = _show_when(question, question.show_when).keys if question.show_when is not None else ()
    return tuple(key for key in read if key in shown and answers.get(key) is not None)


def _is_shown(key: str, questions: Mapping[str, Question], answers: Answers, known: dict[str, bool]) -> bool:
    question = questions.get(key)
    if question is None or question.show_when is None:
        return question is not None
    if key not in known:
        known[key] = True  # a circle of conditions hides nothing
        show_when = _show_when(question, question.show_when)
        given = answers.values
        values = (given.get(other) if _is_shown(other, questions, answers, known) else None for other in show_when.keys)
        known[key] = show_when.holds(tuple(values)) is not False
    return known[key]


def _show_when(question: Question, raw: dict[str, Any]) -> _ShowWhen:
    """Read the condition of a question once: it is asked for at every key."""
    read = _READ.get(question.key)
    if read is None or read.raw is not raw:
        read = _READ[question.key] = _ShowWhen(raw, question.key)
    return read


# Every renderer — screen, plain prompts, tests — sends the same events and reads the same state.


UNDO_DEPTH = 200


class Draft(NamedTuple):
    """Typed text that is not a valid answer yet, and the error message."""

    text: str
    problem: str


class UndoStep(NamedTuple):
    """What undo and redo go to: the answers before one question was answered, or after."""

    key: str
    answers: Answers
    unknown: frozenset[str]
    drafts: Mapping[str, Draft]


@dataclass(frozen=True)
class State:
    """One interview at one moment; what follows from its answers is worked out once, for every key asks for it.

    `unknown` are the questions that were skipped knowingly; `drafts` text that could not be read; `at` the current
    question; `closed` and `opened` the questions that the last answer closed and opened; `by_what_matters` says the
    next question is the one that matters most rather than the next of the questionnaire.
    """

    questionnaire: Questionnaire
    vocabulary: Vocabulary
    answers: Answers
    at: str = ""
    unknown: frozenset[str] = frozenset()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    past: tuple[UndoStep, ...] = ()
    future: tuple[UndoStep, ...] = ()
    by_what_matters: bool = False
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    @cached_property
    def open_keys(self) -> tuple[str, ...]:
        """All questions that are asked, given the answers so far."""
        return shown_keys(self.questionnaire.keys, self.vocabulary.questions, self.answers)

    @cached_property
    def open_sections(self) -> tuple[tuple[Section, tuple[str, ...]], ...]:
        """The sections that have a question to ask, each with its open keys."""
        shown = set(self.open_keys)
        pairs = ((part, tuple(key for key in part.keys if key in shown)) for part in self.questionnaire.sections)
        return tuple((part, keys) for part, keys in pairs if keys)

    @cached_property
    def section(self) -> int:
        """The index of the current question's section among the open sections."""
        return next((place for place, (_, keys) in enumerate(self.open_sections) if self.at in keys), 0)

    @cached_property
    def counted(self) -> Answers:
        """The answers that bear on the verdict, and which questions were passed on; those to closed questions do not.

        An answer to a question that this questionnaire does not ask counts too: a file may state it, or a flip try it.
        """
        stated, _ = without_closed(self.vocabulary.questions, self.answers)
        shown = {*self.open_keys, *(stated.values.keys() - set(self.questionnaire.keys))}
        kept = {key: value for key, value in self.answers.values.items() if key in shown}
        return Answers(kept, self.questionnaire.id, self.unknown & shown, self.answers.measurements)

    @cached_property
    def unsettled(self) -> tuple[str, ...]:
        """The questions that are asked and were neither answered nor passed on."""
        return tuple(key for key in self.open_keys if not self.is_settled(key))

    @cached_property
    def settled(self) -> frozenset[str]:
        """The questions that were answered, or passed on knowingly."""
        return self.unknown.union(self.answers.values)

    def is_settled(self, key: str) -> bool:
        """Whether a question was answered, or passed on knowingly."""
        return key in self.settled

    def question(self, key: str) -> Question:
        """The declaration of one question."""
        return self.vocabulary.questions[key]


class Answer(NamedTuple):
    """A value given for a question: a text as typed, a bool, a choice, or a list of choices."""

    key: str
    raw: str | bool | list[str]


class Clear(NamedTuple):
    """A question passed on as unknown."""

    key: str


class Visit(NamedTuple):
    """A question selected as the current one."""

    key: str


class Turn(NamedTuple):
    """The next section (+1) or the one before (-1)."""

    by: int


class Undo:
    """The last change of answers taken back."""


class Redo:
    """The change that was last taken back, made again."""


class Adopt(NamedTuple):
    """A whole other set of answers taken, such as a variant that was tried; one step for undo."""

    answers: Answers


class Arrange(NamedTuple):
    """What is asked next: what matters most, or the next question of the questionnaire."""

    by_what_matters: bool


Event = Answer | Clear | Visit | Turn | Undo | Redo | Adopt | Arrange


def begin(questionnaire: Questionnaire, vocabulary: Vocabulary, by_what_matters: bool = False) -> State:
    """Return an interview with nothing answered, at its first question."""
    state = State(questionnaire, vocabulary, Answers({}, questionnaire.id), by_what_matters=by_what_matters)
    return replace(state, at=next(iter(state.open_keys), ""))


def reduce(state: State, event: Event) -> State:
    """Apply one event. Never raises on what a user typed: what cannot be read becomes a draft with its reason."""
    match event:
        case Answer(key, raw):
            return _settled(state, _answered(state, key, raw))
        case Clear(key):
            return _settled(state, _cleared(state, key))
        case Visit(key):
            return replace(state, at=key) if key in state.open_keys else state
        case Turn(by):
            return _turned(state, by)
        case Undo() | Redo():
            return _stepped(state, back=isinstance(event, Undo))
        case Adopt(answers):
            return _settled(state, _adopted(state, answers))
        case Arrange(by_what_matters):
            return replace(state, by_what_matters=by_what_matters)


def first_unsettled(state: State) -> str:
    """Find the first open question that is neither answered nor passed on; empty when all are settled."""
    return next(iter(state.unsettled), "")


def _answered(state: State, key: str, raw: str | bool | list[str]) -> State:
    if isinstance(raw, str):
        raw = raw.strip()
    if raw in ("", UNKNOWN):
        return _cleared(state, key, passed=raw == UNKNOWN)
    try:
        value = read_value(raw, state.question(key), key, state.vocabulary.ids)
    except BadInput as error:
        problem = f"{error.what}; {error.todo}" if error.todo else error.what
        return _drafted(state, key, Draft(str(raw), problem))
    if value is None or (value == state.answers.get(key) and key not in state.drafts):
        return state
    kept = _remembered(state, key)
    return replace(
        kept, answers=kept.answers.put(key, value), unknown=kept.unknown - {key}, drafts=_less(kept.drafts, key)
    )


def _cleared(state: State, key: str, passed: bool = True) -> State:
    unknown = state.unknown | {key} if passed else state.unknown - {key}
    if unknown == state.unknown and key not in state.answers.values and key not in state.drafts:
        return state
    kept = _remembered(state, key)
    return replace(kept, answers=kept.answers.drop(key), unknown=unknown, drafts=_less(kept.drafts, key))


def _drafted(state: State, key: str, draft: Draft) -> State:
    """Keep a text that cannot be read; the question counts as open, for the field no longer says what it said."""
    kept = _remembered(state, key)
    return replace(
        kept, answers=kept.answers.drop(key), unknown=kept.unknown - {key}, drafts={**kept.drafts, key: draft}
    )


def _remembered(state: State, key: str) -> State:
    """Note where undo goes back to; typing on in one field is one step."""
    question = state.question(key)
    typed = question.is_numeric or question.kind in ("text", "id")
    if typed and state.past and state.past[-1].key == key and not state.future:
        return state
    return replace(state, past=(*state.past, _step(state, key))[-UNDO_DEPTH:], future=())


def _step(state: State, key: str) -> UndoStep:
    return UndoStep(key, state.answers, state.unknown, state.drafts)


def _adopted(state: State, answers: Answers) -> State:
    taken = replace(state, answers=replace(answers, passed=frozenset()), unknown=answers.passed, drafts={})
    if (taken.answers, taken.unknown, taken.drafts) == (state.answers, state.unknown, state.drafts):
        return state
    return replace(taken, past=(*state.past, _step(state, ""))[-UNDO_DEPTH:], future=())


def _settled(before: State, after: State) -> State:
    """Say which questions the change closed and opened, and keep the current question an open one."""
    was, now = before.open_keys, after.open_keys
    closed = tuple(key for key in was if key not in now)
    opened = tuple(key for key in now if key not in was)
    at = after.at if after.at in now else next(iter(now), "")
    return replace(after, at=at, closed=closed, opened=opened)


def _turned(state: State, by: int) -> State:
    sections = state.open_sections
    place = min(max(state.section + by, 0), len(sections) - 1)
    return replace(state, at=sections[place][1][0]) if sections and place != state.section else state


def _stepped(state: State, *, back: bool) -> State:
    """Take the answers of the last step back, or of the next one, and make the question it changes the current one."""
    if not (state.past if back else state.future):
        return state
    *rest, step = state.past if back else state.future
    here = _step(state, step.key)
    past, future = (rest, [*state.future, here]) if back else ([*state.past, here], rest)
    state = replace(state, past=tuple(past), future=tuple(future))
    there = _settled(state, replace(state, answers=step.answers, unknown=step.unknown, drafts=step.drafts))
    return replace(there, at=step.key) if step.key in there.open_keys else there


def _less(drafts: Mapping[str, Draft], key: str) -> Mapping[str, Draft]:
    return {name: draft for name, draft in drafts.items() if name != key}

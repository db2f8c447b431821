"""Which questions are open: `show_when` over the answers so far, in three values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.knowledge.conditions import (
    CHOICE_OPS,
    Condition,
    Finding,
    Leaf,
    all_known,
    any_known,
    fold,
    parse_condition,
    tests_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from advisor.interview.answers import Answers, Value
    from advisor.knowledge.questions import Question

_READ: dict[str, tuple[Any, Condition]] = {}


def shown_keys(keys: Iterable[str], questions: Mapping[str, Question], answers: Answers) -> tuple[str, ...]:
    """Keep the keys whose condition holds or is not decided yet, in the order given.

    An answer to a question that is itself hidden counts as unknown, so a whole chain hides together.
    """
    known: dict[str, bool] = {}
    return tuple(key for key in keys if _is_shown(key, questions, answers, known))


def possible_keys(keys: Iterable[str], questions: Mapping[str, Question], answers: Answers) -> tuple[str, ...]:
    """Keep the keys that may come to be asked: those that the answers so far do not close whatever else is answered."""

    def leaf(part: Leaf, wanted: bool) -> bool | None:
        answer = None if isinstance(part, Finding) else answers.get(part.key)
        if isinstance(part, Finding) or answer is None:
            return None
        truth = _test(part.op, part.value, answer)
        return truth if wanted or truth is None else not truth

    def closed(question: Question) -> bool:
        shown = question.show_when is None or fold(_condition(question), leaf, all_known, any_known)
        return shown is False

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
    read = dict.fromkeys(test.key for test in tests_in(_condition(question)))
    return tuple(key for key in read if key in shown and answers.get(key) is not None)


def holds(condition: Condition, lookup: Callable[[str], Value | None]) -> bool | None:
    """Evaluate a condition over answers: True, False, or None where an answer it needs is open.

    Thresholds and findings belong to the rule engine; here they are always open.
    """

    def leaf(part: Leaf, wanted: bool) -> bool | None:
        truth = None if isinstance(part, Finding) else _test(part.op, part.value, lookup(part.key))
        return truth if wanted or truth is None else not truth

    return fold(condition, leaf, all_known, any_known)


def _is_shown(key: str, questions: Mapping[str, Question], answers: Answers, known: dict[str, bool]) -> bool:
    question = questions.get(key)
    if question is None or question.show_when is None:
        return question is not None
    if key not in known:
        known[key] = True  # a circle of conditions hides nothing

        def lookup(other: str) -> Value | None:
            return answers.get(other) if _is_shown(other, questions, answers, known) else None

        known[key] = holds(_condition(question), lookup) is not False
    return known[key]


def _condition(question: Question) -> Condition:
    """Read the condition of a question once: it is asked for at every key."""
    raw, read = _READ.get(question.key, (None, None))
    if read is None or raw is not question.show_when:
        read = parse_condition(question.show_when, question.key)
        _READ[question.key] = question.show_when, read
    return read


def _test(op: str, value: str | bool | tuple[str, ...], answer: Value | None) -> bool | None:
    if op == "known":
        return (answer is not None) == value
    if answer is None or op not in CHOICE_OPS:
        return None
    given = set(answer) if isinstance(answer, tuple) else {answer}
    wanted = set(value) if isinstance(value, tuple) else {value}
    return bool(given & wanted)

"""What is assumed for questions left open, with its source: answers completed by it, a file to fill in that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.interview.answer_format import quantity
from advisor.interview.answers import UNKNOWN, Answers, Vocabulary, allowed_choices, write_value
from advisor.interview.quantities import canonical, example
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.questions import Question
from advisor.text import wrap

if TYPE_CHECKING:
    from datetime import date

    from advisor.knowledge.pack import Knowledge


DEFAULTS = "default."


def _assumed_task(answers: Answers) -> str:
    """The parameter that holds the task a questionnaire assumes, where it assumes one."""
    return f"{DEFAULTS}workload.task.{answers.questionnaire}"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The default parameters by id as of today, and the titles of catalog entries and sources by id."""

    defaults: Mapping[str, DatedValue] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def of(self, question: Question, answers: Answers) -> DatedValue | None:
        """The default of a question; a task may have its own, and a questionnaire the task it assumes."""
        if not question.default:
            return None
        assumed = self.defaults.get(_assumed_task(answers))
        task = answers.text("workload.task") or (assumed.text if assumed else None)
        names = (f"{question.default}.{task}", f"{question.default}.{answers.questionnaire}", question.default)
        return next((self.defaults[name] for name in names if name in self.defaults), None)

    def words(self, question: Question, answers: Answers) -> str:
        """Say what is assumed, with its grade; empty where nothing is."""
        return self.words_and_source(question, answers)[0]

    def words_and_source(self, question: Question, answers: Answers) -> tuple[str, str]:
        """Say what is assumed, with its grade, and by its title what that was taken from; empty where nothing is."""
        default = self.of(question, answers)
        if default is None:
            return "", ""
        if question.left_open:
            return question.left_open, ""
        if default.text is not None:
            texts = {choice.id: choice.text for choice in question.choices}
            said = texts.get(default.text, self.titles.get(default.text, default.text))
        else:
            said = quantity(default.range, question.kind)
        return f"{said} ({default.grade})", self.titles.get(default.source, default.source)


def assumptions_of(knowledge: Knowledge, today: date) -> Assumptions:
    """The defaults that apply on a day, and the titles of sources and catalog entries."""
    parameters = knowledge.parameters.items()
    defaults = {name: parameter.at(today) for name, parameter in parameters if name.startswith(DEFAULTS)}
    catalog = knowledge.catalog
    titled = (knowledge.sources, catalog.models, catalog.gpus, catalog.api, catalog.providers)
    return Assumptions(defaults, {name: entry.title for table in titled for name, entry in table.items()})


# Answers completed by the knowledge base's defaults: a figure or a choice for every question that costs depend on.


@dataclass(frozen=True, slots=True)
class CompletedAnswers:
    """Answers and defaults of one day. A task may have defaults of its own, `<default>.<task>`.

    A questionnaire may assume a task while none is answered: `default.workload.task.<questionnaire>`.
    """

    answers: Answers
    parameters: Parameters
    questions: Mapping[str, Question]

    def given(self, key: str) -> bool:
        """Whether the user answered."""
        return self.answers.get(key) is not None

    def range(self, key: str) -> Range:
        """The answer, or the default range."""
        answer = self.answers.range(key)
        return answer if answer is not None else self.parameters.range(self._default_id(key))

    def text(self, key: str) -> str:
        """The answered choice or id, or the default one."""
        answer = self.answers.text(key)
        return answer if answer is not None else self.parameters.text(self._default_id(key))

    def flag(self, key: str) -> bool:
        """The answer; an open yes-or-no question counts as no wherever a cost depends on it."""
        return self.answers.flag(key) is True

    def default(self, key: str) -> DatedValue | None:
        """The default of a question, or None where nothing is assumed."""
        name = self._default_id(key)
        return self.parameters.dated(name) if name in self.parameters else None

    def assumed(self, key: str) -> DatedValue | None:
        """The default that stands for the answer; None where nothing is assumed, or words say what is."""
        committed = key == "economics.discount" and self.answers.text("economics.pricing") == "committed"
        return None if self.questions[key].left_open and not committed else self.default(key)

    def shown(self, key: str) -> str:
        """What stands for the answer, as an answers file writes it or in words; empty where nothing is assumed."""
        default = self.assumed(key)
        if default is None:
            return self.questions[key].left_open
        return default.text if default.text is not None else canonical(default.range, self.questions[key].kind)

    def in_words(self, value: Range, kind: str) -> str:
        """A range as a person reads it, with the unit of its kind."""
        return quantity(value, kind)

    def by_task(self, name: str) -> Range:
        """A parameter that may have a value of its own for the task, as a range."""
        return self.parameters.range(self._for_task(name))

    def _default_id(self, key: str) -> str:
        if key == "economics.discount" and self.answers.text("economics.pricing") == "committed":
            return "prices.committed_discount"
        question = self.questions.get(key)
        return self._for_task(question.default if question and question.default else f"default.{key}")

    def _for_task(self, name: str) -> str:
        names = (f"{name}.{self._task()}", f"{name}.{self.answers.questionnaire}")
        return next((one for one in names if one in self.parameters), name)

    def _task(self) -> str | None:
        """The answered task, or the one its questionnaire assumes."""
        assumed = _assumed_task(self.answers)
        answered = self.answers.text("workload.task")
        return self.parameters.text(assumed) if answered is None and assumed in self.parameters else answered


# An annotated answers file: every key with its question, unit, choices and default; it reads back as answers.


COLUMNS = 100
_YES_NO = "true, false"


def answers_template(answers: Answers, vocabulary: Vocabulary, keys: tuple[str, ...], assumed: Assumptions) -> str:
    """Write the questions `keys`, and whatever else is answered, one table a topic.

    A key without an answer is commented out; one that was left unknown knowingly is written so.
    """
    listed = dict.fromkeys([*keys, *answers.values, *sorted(answers.passed)])
    topics: dict[str, list[Question]] = {}
    for key in listed:
        question = vocabulary.questions[key]
        topics.setdefault(question.topic, []).append(question)
    lines = [
        *_comment("Answers for: advisor assess FILE"),
        *_comment(
            'Every key may stay commented out or be "unknown": the default is then assumed and shown. A range is '
            'written "low..high", or "low..likely..high".'
        ),
        f'questionnaire = "{answers.questionnaire}"',
    ]
    for topic, questions in topics.items():
        lines += ["", f"[{topic}]"]
        for question in questions:
            lines += ["", *_annotated(question, answers, vocabulary, assumed)]
    return "\n".join(lines) + "\n"


def _annotated(question: Question, answers: Answers, vocabulary: Vocabulary, assumed: Assumptions) -> Iterator[str]:
    yield from _comment(question.text)
    if question.help:
        yield from _comment(question.help)
    yield from _allowed(question, vocabulary)
    default = assumed.words(question, answers)
    if default:
        yield from _comment(f"left out: {default}")
    name = question.key.partition(".")[2]
    value = answers.get(question.key)
    if value is not None:
        yield f"{name} = {_toml(write_value(value, question))}"
    else:
        mark = "" if question.key in answers.passed else "# "
        yield f'{mark}{name} = "{UNKNOWN}"'


def _allowed(question: Question, vocabulary: Vocabulary) -> Iterator[str]:
    """What may be written: choices with their words, ids, or a unit and an example."""
    several = ", any of them in a list" if question.kind in ("choices", "models") else ""
    if question.choices:
        yield f"# choices{several}:"
        for choice in question.choices:
            words = f": {choice.text}" if choice.text != choice.id else ""
            yield from wrap(f"{choice.id}{words}", COLUMNS, lead="#   ", hanging="#     ")
    elif question.catalog:
        yield from _comment(f"choices{several}: {', '.join(allowed_choices(question, vocabulary.ids))}")
    elif question.kind == "bool":
        yield from _comment(f"choices: {_YES_NO}")
    elif example(question):
        yield from _comment(f"written: {example(question)}")


def _comment(text: str) -> list[str]:
    return wrap(text, COLUMNS, lead="# ", hanging="#   ")


def _toml(value: object) -> str:
    import tomli_w

    written = tomli_w.dumps({"value": value}, multiline_strings=False)
    return written.removeprefix("value = ").rstrip("\n")

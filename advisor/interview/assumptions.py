"""What is assumed for a question left open, and the source of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.interview.wording.answer_format import quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from advisor.interview.answers import Answers
    from advisor.knowledge.packs.pack import Knowledge
    from advisor.knowledge.parameters import DatedValue
    from advisor.knowledge.questions import Question

DEFAULTS = "default."


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The default parameters by id as of today, and the titles of catalog entries and sources by id."""

    defaults: Mapping[str, DatedValue] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def of(self, question: Question, answers: Answers) -> DatedValue | None:
        """The default of a question; a task may have its own."""
        if not question.default:
            return None
        task = answers.text("workload.task")
        own = self.defaults.get(f"{question.default}.{task}") if task else None
        return own or self.defaults.get(question.default)

    def words(self, question: Question, answers: Answers) -> str:
        """Say what is assumed, with its grade; empty where nothing is."""
        default = self.of(question, answers)
        if default is None:
            return ""
        if default.text is not None:
            texts = {choice.id: choice.text for choice in question.choices}
            said = texts.get(default.text, self.titles.get(default.text, default.text))
        else:
            said = quantity(default.range, question.kind)
        return f"{said} ({default.grade})"

    def source(self, question: Question, answers: Answers) -> str:
        """What the default was taken from, by its title; empty where nothing is assumed."""
        default = self.of(question, answers)
        return "" if default is None else self.titles.get(default.source, default.source)


def assumptions_of(knowledge: Knowledge, today: date) -> Assumptions:
    """The defaults that apply on a day, and the titles of sources and catalog entries."""
    parameters = knowledge.parameters.items()
    defaults = {name: parameter.at(today) for name, parameter in parameters if name.startswith(DEFAULTS)}
    catalog = knowledge.catalog
    titled = (knowledge.sources, catalog.models, catalog.gpus, catalog.api, catalog.providers)
    return Assumptions(defaults, {name: entry.title for table in titled for name, entry in table.items()})

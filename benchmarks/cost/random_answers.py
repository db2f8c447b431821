"""Random answers to the questions that are asked: anything the reader allows, and often close to a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from random import Random
from typing import Any, cast

import tomli_w

from advisor.engine.facts import FactValue
from advisor.interview.answers import Vocabulary, allowed_choices, read_value, vocabulary
from advisor.interview.quantities import canonical, largest, limits, parse
from advisor.knowledge.pack import DerivedFact, Knowledge
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.questions import Choice, Kind, Question

THRESHOLDS = ("gate.", "tier.", "license.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be answered, and the figures that rules compare answers with."""

    vocabulary: Vocabulary
    facts: tuple[Question, ...]
    thresholds: tuple[float, ...]


def asked(knowledge: Knowledge, parameters: Parameters) -> Asked:
    ids = [name for name in parameters.values if name.startswith(THRESHOLDS) and parameters.dated(name).text is None]
    return Asked(
        vocabulary(knowledge),
        tuple(_as_question(fact) for fact in knowledge.facts.values()),
        tuple(sorted({parameters.number(name) for name in ids})),
    )


def draw_file(random: Random, known: Asked, share: float) -> bytes:
    """An answers file in which each question is answered with a probability of `share`."""
    tables: dict[str, dict[str, Any]] = {}
    for key, raw in draw_answers(random, known, share).items():
        topic, _, name = key.partition(".")
        tables.setdefault(topic, {})[name] = raw
    return tomli_w.dumps(tables).encode()


def draw_answers(random: Random, known: Asked, share: float) -> dict[str, Any]:
    questions = known.vocabulary.questions.values()
    return {question.key: _draw(random, question, known) for question in questions if random.random() < share}


def draw_facts(random: Random, known: Asked, share: float) -> dict[str, FactValue]:
    """Typed answers beside computed facts that need not follow from them: rules must agree on any."""
    facts: dict[str, FactValue] = {}
    for question in (*known.vocabulary.questions.values(), *known.facts):
        if random.random() < share:
            value = read_value(_draw(random, question, known), question, question.key, known.vocabulary.ids)
            if value is not None:
                facts[question.key] = value
    return facts


def _draw(random: Random, question: Question, known: Asked) -> Any:
    if question.is_numeric:
        return _quantity(random, question, known.thresholds)
    if question.kind == "bool":
        return random.random() < 0.5
    if question.kind in ("id", "text"):
        return random.choice(("a", "workload-7", "z" * 64))
    allowed = allowed_choices(question, known.vocabulary.ids)
    if question.kind in ("choices", "models"):
        return [choice for choice in allowed if random.random() < 2 / len(allowed)]
    return random.choice(allowed)


def _quantity(random: Random, question: Question, thresholds: tuple[float, ...]) -> Any:
    ends = sorted(_number(random, question, thresholds) for _ in range(random.choice((1, 1, 1, 2, 3))))
    known = Range(ends[0], ends[-1], ends[1] if len(ends) == 3 and ends[0] < ends[-1] else None)
    return canonical(known, question.kind)


def _number(random: Random, question: Question, thresholds: tuple[float, ...]) -> float:
    """An order of magnitude, a threshold or a hair beside it, or one of the ends of what is allowed."""
    draw, kind = random.choice((_scattered, _scattered, _near, _end)), question.kind
    low, high = limits(question)
    least = max(low, 0.0, 1.0 if kind == "months" else 0.0)
    figure = min(max(least, draw(random, kind, thresholds)), high)
    return float(round(figure)) if kind == "count" else parse(figure, kind, kind).low


def _scattered(random: Random, kind: str, _: tuple[float, ...]) -> float:
    if kind == "share":
        return round(random.random(), random.choice((1, 2, 6)))
    return float(f"{10.0 ** random.uniform(-1, log10(largest(kind))):.3g}")


def _near(random: Random, _: str, thresholds: tuple[float, ...]) -> float:
    return random.choice(thresholds) * random.choice((0.99, 1.0, 1.01))


def _end(random: Random, kind: str, _: tuple[float, ...]) -> float:
    return random.choice((0.0, 1.0, float(largest(kind))))


def _as_question(fact: DerivedFact) -> Question:
    """A computed fact, to be drawn like an answer."""
    choices = tuple(Choice(choice, choice) for choice in fact.choices)
    return Question(fact.key, cast("Kind", fact.kind), fact.title, fact.how, choices=choices)

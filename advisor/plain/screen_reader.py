"""A verdict in sentences, one thing a line and nothing in columns, as a screen reader likes it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.wording.answer_format import dollars
from advisor.knowledge.labels import gate_name, route_name, with_route_names
from advisor.report import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from advisor.assessment.model import Assessment, Option

MOST = 4
"""How many flips and inputs to measure are read out; all of them stand in the record."""


def screen_reader_lines(assessment: Assessment) -> list[str]:
    """Say the verdict, why, on which conditions, what each route costs, what would change it and what is to be done."""
    found = phrases.reasons(assessment)
    costs = (_cost(option, assessment) for option in assessment.options)
    return [
        *_headline(assessment),
        *_listed("Because", (f"{one.rule.title}; that {phrases.consequence(one)}" for one in found)),
        *_listed("Provided", assessment.verdict.conditions),
        *_listed("A month, each with the range of 80% of draws", costs),
        *_listed("Would change it", phrases.flips(assessment.flips)[:MOST]),
        *_listed("Measure next", map(phrases.measure, assessment.measure_next[:MOST])),
        *_listed("To do", assessment.verdict.tasks),
    ]


def _headline(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    gate = gate_name(verdict.decided_by)
    yield f"Verdict: {route_name(verdict.option)}, decided by {gate}, {verdict.status}."
    yield from map(_ended, filter(None, (phrases.route_title(assessment), with_route_names(verdict.summary))))
    if verdict.confidence < 1:
        yield f"It is the cheapest of the routes left in {verdict.confidence:.0%} of draws."


def _cost(option: Option, assessment: Assessment) -> str:
    """Say what a route costs, and how it stands."""
    cost = option.monthly_usd
    price = (
        "has no price" if cost.p90 <= 0 else f"costs {dollars(cost.p50)}, {dollars(cost.p10)} to {dollars(cost.p90)}"
    )
    stands = phrases.standing(option, assessment)
    stands = stands if option.state == "excluded" else f"cheapest in {stands}"
    return f"{route_name(option.option)} {price}; {stands.replace(': chosen', ', chosen')}"


def _listed(title: str, sentences_of_it: Iterable[str]) -> list[str]:
    lines = [f"  {text.rstrip('.')}." for text in sentences_of_it]
    return [f"{title}:", *lines] if lines else []


def _ended(text: str) -> str:
    """Give a text the capital and the full stop that let a voice pause."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."

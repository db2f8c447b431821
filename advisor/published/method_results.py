"""The published methods compared with our own verdict: in each table the first row whose condition holds decides."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.engine.facts import FactValue
from advisor.engine.trace import Circumstances
from advisor.knowledge.articles.methods import MethodRow, Otherwise, PublishedMethod
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.published.method_conditions import Judge
from advisor.published.phrasing import Words
from advisor.published.results import Method


def published_methods(
    facts: Mapping[str, FactValue], knowledge: Knowledge, parameters: Parameters, judge: Judge
) -> tuple[Method, ...]:
    """What each method says of these facts (answers, derived and panel facts), with the values it rests on."""
    seen, words = judge(facts), Words(facts, knowledge, parameters)
    spoken = ((method, first_row(method, seen)) for method in knowledge.methods.values())
    return tuple(
        Method(method.id, method.source, row.verdict, words.fill(row.because), method.differs) for method, row in spoken
    )


def first_row(method: PublishedMethod, seen: Circumstances) -> MethodRow | Otherwise:
    """The row that speaks; a row whose facts are open does not hold."""
    return next((row for row in method.rows if seen.truth(row.when) is True), method.otherwise)

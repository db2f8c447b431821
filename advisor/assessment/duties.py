"""Duties that follow the data: what whoever touches it on a route owes, by the table of obligations."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.assessment.model import FiredRule
from advisor.decision.evaluate import Evaluation
from advisor.knowledge.obligations import Obligation, Toucher, facts_of, owed
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.rules import ROUTES

_OUTSIDE: dict[str, Toucher] = {
    "hosted-api": "vendor-api",
    "managed-cloud": "cloud",
    "managed-open": "inference-provider",
}
_AT_HOME = ("on-premises", "air-gap")


def touched_by(route: str, evaluation: Evaluation) -> tuple[Toucher, ...]:
    """Who touches the data on a route; hybrid's two halves both do. A rented GPU touches it as an API does."""
    if route == "hybrid":
        halves = evaluation.costs.halves or ()
        return tuple(dict.fromkeys(party for half in halves for party in touched_by(half, evaluation)))
    if route in _OUTSIDE:
        return (_OUTSIDE[route],)
    if route != "self-host":
        return ()
    at_home = evaluation.findings.prepared.known.answers.text("data.boundary") in _AT_HOME
    return ("own-hardware",) if at_home or evaluation.scenario.acquisition == "owned" else ("rented-gpu",)


def duties(route: str, evaluation: Evaluation, knowledge: Knowledge) -> list[Obligation]:
    """The duties in force on the day that the answers and the parties of a route bring about."""
    known = evaluation.findings.prepared.known
    table = [each for each in knowledge.obligations.values() if each.in_force(known.parameters.as_of)]
    return owed(table, facts_of(known.answers.values), touched_by(route, evaluation))


def duty_tasks(route: str, evaluation: Evaluation, knowledge: Knowledge) -> list[str]:
    """Each duty as a task that names who must do it and what shows that it was done."""
    return [f"{each.by}: {each.duty}; to show: {each.evidence}" for each in duties(route, evaluation, knowledge)]


def duty_findings(evaluation: Evaluation, knowledge: Knowledge) -> Iterator[FiredRule]:
    """Each duty of each listed route as a finding, with the answers that brought it about."""
    facts = facts_of(evaluation.findings.prepared.known.answers.values)
    for route in (route for route in ROUTES if route in evaluation.findings.standing.excluded_by):
        for each in duties(route, evaluation, knowledge):
            yield FiredRule(
                rule=each.id,
                gate="must",
                effect="task",
                option=route,
                because=f"Owed by whoever touches the data; to show: {each.evidence}.",
                matched=each.matched(facts),
                sources=(each.source,),
                grade=each.grade,
                title=f"{each.by}: {each.duty}",
                file="rules/obligations",
            )

"""Findings that a verdict shows: rules that fired, duties that follow the data, and the steps of worth and prefer.

Each step carries the figures it compared under the names of its parameters, with their source and grade.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from advisor.assessment.model import FiredRule
from advisor.decision.evaluate import Evaluation, confidence_with_quality
from advisor.engine.engine import Firing
from advisor.interview.answer_format import dollars
from advisor.interview.answers import write_value
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.knowledge.rules import OPEN_ROUTES, ROUTES, Obligation, Toucher, facts_of, owed

_SHOWN_EFFECT = {"derive": "inform", "posture": "inform", "choose": "exclude"}
_SHOWN_GATE = {"posture": "must", "derive": "can"}


def fired_rules(evaluation: Evaluation, knowledge: Knowledge) -> tuple[FiredRule, ...]:
    """Every rule that fired, once for each route it bears on, license conditions first."""
    licenses = {knowledge.catalog.models[model].license for model in candidates(evaluation)}
    postures = [firing for firing in evaluation.findings.licenses.firings if firing.rule.license in licenses]
    firings = (*postures, *evaluation.findings.gates.firings)
    return tuple(_fired(firing, option, knowledge) for firing in firings for option in _bearing(firing))


def _bearing(firing: Firing) -> tuple[str, ...]:
    rule = firing.rule
    return rule.bears_on if rule.options else (OPEN_ROUTES if rule.effect == "posture" else ("self-host",))


def _fired(firing: Firing, option: str, knowledge: Knowledge) -> FiredRule:
    rule = firing.rule
    return FiredRule(
        rule=rule.id,
        gate=rule.gate if rule.gate != "derive" else _SHOWN_GATE[rule.effect],
        effect=_SHOWN_EFFECT.get(rule.effect, rule.effect),
        option=option,
        because=rule.because,
        matched={key: _written(key, value, knowledge) for key, value in firing.matched.items()},
        sources=rule.sources,
        grade=rule.grade,
        title=rule.title,
        file=rule.file,
    )


def _written(key: str, value: Any, knowledge: Knowledge) -> Any:
    """A matched value as it would be written in an answers file."""
    if key in knowledge.questions and value is not None:
        return write_value(value, knowledge.questions[key])
    if isinstance(value, Range):
        return value.low if value.is_exact else f"{value.low:g}..{value.high:g}"
    return list(value) if isinstance(value, tuple) else value


def candidates(evaluation: Evaluation) -> tuple[str, ...]:
    """The open models whose licenses matter here: those named, and the one that is priced."""
    prepared = evaluation.findings.prepared
    named = prepared.known.answers.several("license.models")
    return tuple(
        dict.fromkeys(
            [*named, prepared.open_model, *bought_open_models(evaluation, evaluation.findings.standing.after_can)]
        )
    )


def bought_open_models(evaluation: Evaluation, routes: Collection[str] = ROUTES) -> tuple[str, ...]:
    """The open models that these routes would buy; what a vendor serves of its own is under the vendor's terms."""
    offers = {route: found for route, found in evaluation.costs.offers.items() if route != "hosted-api"}
    bought = (offers[route].bought for route in routes if route in offers)
    models = [each.offer.model for each in bought if each is not None]
    return tuple(model for model in dict.fromkeys(models) if model in evaluation.findings.prepared.catalog.models)


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


STEPS = ("worth.lowest-p50", "worth.hybrid-margin", "worth.tie-share", "worth.firm-share", "prefer.tie")
"""Ids of the steps, which are listed and can be asked about like those of rules."""
_DIGITS = 6


def decision_steps(evaluation: Evaluation) -> tuple[FiredRule, ...]:
    """Lowest P50, hybrid's margin, pairwise shares and the broken tie; nothing where the gates left one route."""
    if len(evaluation.findings.standing.after_can) < 2:
        return ()
    steps = (_lowest, _hybrid, _pairwise, _success, _tie)
    return tuple(step for each in steps for step in each(evaluation))


def _lowest(evaluation: Evaluation) -> Iterator[FiredRule]:
    choice = evaluation.choice
    figures = {f"{route} p50_usd": round(p50, 2) for route, p50 in choice.p50.items()}
    words = (
        f"Of the routes that are left {choice.lowest} has the lowest P50 a month: {dollars(choice.p50[choice.lowest])}."
    )
    yield _step("worth.lowest-p50", choice.lowest, "The lowest P50 a month", words, figures, "worth")


def _hybrid(evaluation: Evaluation) -> Iterator[FiredRule]:
    """Hybrid runs two systems, and competes only where it is clearly cheaper than every other route."""
    choice, name = evaluation.choice, "gate.hybrid_margin"
    if choice.hybrid_earns is None:
        return
    margin = evaluation.findings.prepared.known.parameters.number(name)
    rival = min((route for route in choice.p50 if route != "hybrid"), key=lambda route: choice.p50[route])
    below = 1.0 - choice.p50["hybrid"] / choice.p50[rival] if choice.p50[rival] else 0.0
    costs = f"{below:.0%} less" if below >= 0.0 else f"{-below:.0%} more"
    words = f"Hybrid costs {costs} than {rival}; since it runs two systems, it must cost at least {margin:.0%} less."
    figures = {"hybrid below": round(below, _DIGITS), name: margin}
    title = "Hybrid must save enough to run two systems"
    yield _parametric("worth.hybrid-margin", "hybrid", title, words, figures, evaluation, name)


def _pairwise(evaluation: Evaluation) -> Iterator[FiredRule]:
    choice, name = evaluation.choice, "gate.tie_share"
    limit = evaluation.findings.prepared.known.parameters.number(name)
    for route, share in choice.pairwise.items():
        tied = share >= limit
        words = (
            f"{route} is the cheaper of the two in {share:.0%} of draws against {choice.lowest}: "
            f"{'a tie' if tied else 'not a tie'} ({limit:.0%} or more)."
        )
        figures = {"cheaper in": round(share, _DIGITS), name: limit}
        title = "Tied with the cheapest" if tied else "Not tied with the cheapest"
        yield _parametric("worth.tie-share", route, title, words, figures, evaluation, name)


def _success(evaluation: Evaluation) -> Iterator[FiredRule]:
    """How the choice fares with success and failures drawn too, which firm asks for."""
    choice, name = evaluation.choice, "gate.firm_share"
    share, limit = confidence_with_quality(evaluation), evaluation.findings.prepared.known.parameters.number(name)
    drawn = (
        "with the failures you gave" if evaluation.scenario.evidence else "with default success and failures drawn too"
    )
    words = f"{choice.option} is the cheapest in {share:.0%} of draws {drawn}; a firm verdict needs {limit:.0%}."
    figures = {"cheapest in": round(share, _DIGITS), name: limit}
    yield _parametric("worth.firm-share", choice.option, "Success and failures", words, figures, evaluation, name)


def _tie(evaluation: Evaluation) -> Iterator[FiredRule]:
    choice = evaluation.choice
    if not choice.tied:
        return
    if choice.broken_by is None:
        words = f"No preference signal names any of {', '.join(choice.tied)}, so the lowest P50 decides."
    else:
        words = f"Of {', '.join(choice.tied)}, the first signal in the published order names {choice.option}."
    title = "How the tie is broken"
    broken = "" if choice.broken_by is None else choice.broken_by.id
    yield _step("prefer.tie", choice.option, title, words, {"tied": list(choice.tied), "signal": broken}, "prefer")


def _parametric(
    rule: str, option: str, title: str, words: str, figures: Mapping[str, float], evaluation: Evaluation, name: str
) -> FiredRule:
    dated = evaluation.findings.prepared.known.parameters.dated(name)
    return FiredRule(rule, "worth", "inform", option, words, figures, (dated.source,), dated.grade, title)


def _step(rule: str, option: str, title: str, words: str, figures: Mapping[str, object], gate: str) -> FiredRule:
    return FiredRule(rule, gate, "inform", option, words, figures, ("contract",), "reported", title)

"""The steps of *worth* and *prefer* as findings, so that both can be followed like a rule.

Each step carries the figures it compared under the names of its parameters, with their source and grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.assessment.model import FiredRule
from advisor.decision.confidence import confidence_with_quality
from advisor.decision.evaluate import Evaluation
from advisor.interview.answer_format import dollars

STEPS = ("worth.lowest-p50", "worth.hybrid-margin", "worth.tie-share", "worth.firm-share", "prefer.tie")
"""Ids of the steps, which stand beside those of rules wherever findings are listed or asked about."""
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
    enough = "is" if choice.hybrid_earns else "is not"
    words = f"Hybrid lies {below:.0%} below {rival}, which {enough} the {margin:.0%} that two systems must earn."
    figures = {"hybrid below": round(below, _DIGITS), name: margin}
    yield _parametric("worth.hybrid-margin", "hybrid", "Hybrid must earn its keep", words, figures, evaluation, name)


def _pairwise(evaluation: Evaluation) -> Iterator[FiredRule]:
    choice, name = evaluation.choice, "gate.tie_share"
    limit = evaluation.findings.prepared.known.parameters.number(name)
    for route, share in choice.pairwise.items():
        tied = share >= limit
        words = (
            f"{route} is the cheaper of the two in {share:.0%} of draws against {choice.lowest}: "
            f"{'a tie' if tied else 'no tie'}, which takes {limit:.0%}."
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
    words = f"{choice.option} is the cheapest in {share:.0%} of draws {drawn}; a firm verdict takes {limit:.0%}."
    figures = {"cheapest in": round(share, _DIGITS), name: limit}
    yield _parametric("worth.firm-share", choice.option, "Success and failures", words, figures, evaluation, name)


def _tie(evaluation: Evaluation) -> Iterator[FiredRule]:
    choice = evaluation.choice
    if not choice.tied:
        return
    if choice.broken_by is None:
        words = f"No signal names one of {', '.join(choice.tied)}, so the lowest P50 stands."
    else:
        words = f"Of {', '.join(choice.tied)} the first signal in the published order names {choice.option}."
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

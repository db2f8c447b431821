"""The choice in words, with what must come true and what remains to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.analysis.firmness import Firmness, ToFindOut
from advisor.assessment.findings import bought_open_models, duty_tasks
from advisor.assessment.model import Verdict
from advisor.assessment.verdict_summary import condition_text, summary
from advisor.assessment.workload_report import against_today
from advisor.decision.evaluate import Evaluation, concerned_routes
from advisor.decision.license_reports import LicenseReport
from advisor.decision.offer_states import OFFER_FACTS, UNCONFIRMED, OfferState, offer_states
from advisor.engine.rule_check import tests_of
from advisor.interview.answers import Value
from advisor.interview.wording.answer_format import dollars, quantity
from advisor.knowledge.labels import catalog_label, with_route_names
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.questions import Question
from advisor.knowledge.ranges import Range
from advisor.knowledge.rules import Rule
from advisor.workload.resolved_workload import Contradiction


def verdict(
    evaluation: Evaluation,
    licenses: Sequence[LicenseReport],
    firm: Firmness,
    clashes: Sequence[Contradiction],
    knowledge: Knowledge,
) -> Verdict:
    """The choice in words; contradictions among the answers come first among what must be settled."""
    choice, findings = evaluation.choice, evaluation.findings
    route = choice.option
    concerned = {route, *concerned_routes(route, evaluation.costs)}
    tasks = duty_tasks(route, evaluation, knowledge)
    tasks += [rule.title for rule in findings.fired if rule.effect == "task" and concerned & set(rule.options)]
    bought = bought_open_models(evaluation, concerned & set(evaluation.costs.offers))
    tasks += [duty for report in licenses if report.model in bought for duty in report.duties]
    clashing = [] if route == "none" else [f"Settle what contradicts itself: {one.because}" for one in clashes]
    return Verdict(
        option=route,
        decided_by=choice.decided_by,
        status=firm.status,
        confidence=choice.confidence,
        summary=summary(evaluation),
        conditions=(*clashing, *(_condition(rule, evaluation) for rule in evaluation.conditions.get(route, ()))),
        tasks=() if route == "none" else tuple(dict.fromkeys(tasks)),
        confidence_with_quality=firm.confidence_with_quality,
        find_out_first=tuple(_to_find_out(one, knowledge) for one in firm.find_out_first),
        against_today=against_today(evaluation),
    )


def _condition(rule: Rule, evaluation: Evaluation) -> str:
    """A condition, with the numbers of the offer where it rests on one."""
    facts = {test.key for test in tests_of(rule)}
    states = offer_states(evaluation.findings.prepared)
    reasons = [_reason(route, states[route], evaluation) for route, fact in OFFER_FACTS.items() if fact in facts]
    return ": ".join([condition_text(rule), *filter(None, reasons)])


def _reason(route: str, state: OfferState, evaluation: Evaluation) -> str:
    """What is to be confirmed of the offer that is bought, else why nothing better can be."""
    offers = evaluation.costs.offers.get(route)
    if state.state == UNCONFIRMED and offers is not None and offers.to_confirm:
        return "; ".join((*offers.to_confirm, *_beyond_doubt(route, evaluation)))
    return state.because


def _beyond_doubt(route: str, evaluation: Evaluation) -> Iterator[str]:
    """The cheapest other offer that asks for no confirmation, for who would rather pay than ask."""
    choice, found = evaluation.choice, evaluation.costs.offers
    if route != choice.option or route not in choice.p50:
        return
    sure = [
        name
        for name in choice.p50
        if name != route and name in found and found[name].bought is not None and not found[name].to_confirm
    ]
    if sure:
        other = min(sure, key=lambda name: choice.p50[name])
        bought = found[other].bought
        assert bought is not None  # filtered above
        more = choice.p50[other] - choice.p50[route]
        than = "more" if more > 0 else "less"
        yield f"{with_route_names(other)} asks for no confirmation and costs {dollars(abs(more))} a month {than}"


def _to_find_out(one: ToFindOut, knowledge: Knowledge) -> str:
    """What to find out, in the words of the question, and what an answer would lead to."""
    question = knowledge.questions[one.key]
    asked = question.text.rstrip("?.")
    if one.value is None:
        return f"{asked}: success and failures decide, and nobody measured them"
    leads = "leave no route" if one.option == "none" else f"lead to {one.option}"
    return f"{asked}: {_said(one.value, question)} would {leads}"


def _said(value: Value, question: Question) -> str:
    words = {choice.id: choice.text for choice in question.choices}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Range):
        return quantity(value, question.kind)
    return ", ".join(words.get(each, catalog_label(each)) for each in ((value,) if isinstance(value, str) else value))

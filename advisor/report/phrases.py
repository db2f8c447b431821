"""The sentences that text, Markdown and HTML share: what an assessment says, before it is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from advisor.analysis.analysis_results import Flip
from advisor.assessment.build_verdict import TITLES, offer_words
from advisor.assessment.model import Assessment, BreakEven, FiredRule, Measure, Option, Outlook, Unknown
from advisor.cost.breakeven import Crossover, PayBack
from advisor.cost.comparison import HybridSplit
from advisor.cost.draws import Ends
from advisor.decision.derived_facts import OFFER_FACTS
from advisor.decision.license_reports import LicenseReport
from advisor.interview.answer_format import dollars, figure
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import (
    catalog_label,
    figure_label,
    finding_words,
    in_words,
    label,
    question_of,
    route_name,
    routes_in_words,
    rule_label,
    source_label,
    with_route_names,
)
from advisor.knowledge.parameters import WEAK_GRADES, Range
from advisor.published.apply import Checklist, Method

_CENT = 0.005
_HALF_PERCENT = 0.005
_SECONDS_FROM_MS = 10_000
_MOST_STALE = 6
_FIRST = 3
_SPAN = re.compile(r"-?[0-9.]+[0-9]\.\.[0-9.]+|-?[0-9]+\.\.[0-9.]+")
"""A range of plain numbers as an answers file writes it."""
NOTHING = "nothing"
"""What is said to be assumed where a question has no default."""
_SAYS = {
    "evaluate-self-host": "evaluate self-hosting",
    "close-call": "a close call",
    "undefined": "no answer, for the published method leaves this case open",
    "not-applicable": "no answer, for it is made for another kind of work",
}
"""What a published method may answer beside routes."""
_OFFERED = {
    "feasible": "all that is needed",
    "unconfirmed": "terms still to be confirmed",
    "context": "too little context",
    "modality": "no model that reads such input",
    "license": "no model whose license allows it",
    "capability": "no model capable enough",
    "region": "nothing in the region",
    "agreement": "nothing under the agreement needed",
    "ended": "a model that is no longer sold",
    "tuning": "no tuning",
    "memory": "too little memory",
    "layout": "no layout that fits",
    "capacity": "too little capacity",
    "latency": "answers that come too late",
}
"""What a route can buy, by the need that its nearest offer fails."""
LINE_NAMES = {"gpu": "GPUs", "labor": "people", "egress": "data transfer out", "failures": "failed tasks"}
"""Lines of the bill whose id is not the word for it."""
POSTURES = {
    "clear": "free to use",
    "duties": "usable with duties",
    "review": "needs legal review",
    "blocked": "not allowed",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that supports the verdict, once, with every route it concerns."""

    rule: FiredRule
    routes: tuple[str, ...]

    @property
    def seen(self) -> str:
        """The answers, facts and findings that matched."""
        return "; ".join(matched(key, value) for key, value in self.rule.matched.items())

    def evidence(self, numbers: Mapping[str, int]) -> str:
        """What matched, the rule's grade, and its sources by their numbers in the list of sources."""
        cited = ", ".join(f"[{numbers[name]}]" for name in self.rule.sources if name in numbers)
        grade = f"{self.rule.grade}{f' {cited}' if cited else ''}"
        return f"{self.seen}. Evidence: {grade}" if self.seen else f"Evidence: {grade}"


def matched(key: str, value: Any) -> str:
    """One answer, fact or finding that a rule saw."""
    if key.startswith("finding:"):
        return finding_words(key.removeprefix("finding:"), bool(value))
    if question_of(key) is not None:
        return f"{label(key)} {answer_words(key, list(value) if isinstance(value, tuple) else value)}"
    return f"{label(key)}: {fact_words(key, value)}"


def fact_words(key: str, value: Any) -> str:
    """A computed fact as a reader would say it; of what a route offers, what it lacks."""
    return _OFFERED.get(value, value) if key in OFFER_FACTS.values() else plain_value(value)


def references(assessment: Assessment) -> dict[str, int]:
    """The sources that the rules behind a verdict name, numbered in the order in which they are met."""
    names = [name for reason in reasons(assessment) for name in reason.rule.sources]
    return {name: place for place, name in enumerate(dict.fromkeys(names), start=1)}


def source_list(assessment: Assessment) -> list[str]:
    """The numbered sources by title."""
    return [f"[{number}] {source_label(name)}" for name, number in references(assessment).items()]


def plain_value(value: Any) -> str:
    """A value as a reader would say it: yes, no, a list with commas, a number without needless digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none of them"
    if isinstance(value, str) and _SPAN.fullmatch(value):
        return value.replace("..", "–")
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return "unknown" if value is None else str(value)


def plain_range(value: Range) -> str:
    """A range of plain numbers: one number, or both ends."""
    if value.is_exact:
        return plain_value(value.low)
    return f"{plain_value(value.low)} to {plain_value(value.high)}"


def reasons(assessment: Assessment) -> list[Reason]:
    """The rules that excluded other routes, those of the deciding gate first; and the signal that broke a tie."""
    excluded = {option.option: option.excluded_by for option in assessment.options if option.state == "excluded"}
    verdict = assessment.verdict
    telling = [
        found
        for found in assessment.findings
        if found.rule in excluded.get(found.option, ())
        or (verdict.decided_by == "prefer" and found.effect == "prefer" and found.option == verdict.option)
    ]
    grouped = _by_rule(telling)
    return sorted(grouped, key=lambda reason: reason.rule.gate != verdict.decided_by)


def _by_rule(findings: Iterable[FiredRule]) -> list[Reason]:
    routes: dict[str, list[str]] = {}
    first: dict[str, FiredRule] = {}
    for found in findings:
        first.setdefault(found.rule, found)
        routes.setdefault(found.rule, []).append(found.option)
    return [Reason(rule, tuple(dict.fromkeys(routes[name]))) for name, rule in first.items()]


def consequence(reason: Reason) -> str:
    """What a rule does to the routes it concerns."""
    routes = joined([route_name(route) for route in reason.routes])
    if reason.rule.effect == "prefer":
        return f"favors {routes}"
    return f"excludes {routes}"


def joined(names: Sequence[str]) -> str:
    """Names in a sentence: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def route_title(assessment: Assessment) -> str:
    """The chosen route in words, with the model and terms it was priced with."""
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    title = TITLES.get(verdict.option, "")
    bought = offer_words(chosen.offer) if chosen is not None and chosen.offer is not None else ""
    bought = bought.replace(", per token", "")
    return f"{title}: {bought}" if bought else title


def excluding(option: Option, assessment: Assessment) -> str:
    """The titles of the rules that exclude a route; empty where none does."""
    titles = {found.rule: found.title for found in assessment.findings if found.title}
    return "; ".join(titles.get(rule) or rule_label(rule) for rule in option.excluded_by)


def standing(option: Option, assessment: Assessment) -> str:
    """How one route stands: chosen, how often cheapest, or excluded by which rules."""
    if option.state == "excluded":
        reason = excluding(option, assessment)
        return f"excluded: {reason}" if reason else "excluded"
    share = f"{share_of(option.probability_cheapest)} of draws"
    return f"{share}: chosen" if option.state == "chosen" else share


def fleet(assessment: Assessment) -> str:
    """The GPUs that self-hosting would take, and how busy they would be."""
    found = assessment.fleet
    model, gpu = catalog_label(found.model), catalog_label(found.gpu)
    if not found.fits:
        return f"{model} in {found.precision} does not fit on {gpu}: {found.reason}"
    rate = found.tokens_per_second
    copies = f" in {found.replicas} replicas" if found.replicas > 1 else ""
    return (
        f"{found.gpus} × {gpu}{copies} for {model} in {found.precision}: "
        f"{rate.p50:,.0f} output tokens per second ({rate.p10:,.0f} to {rate.p90:,.0f}), "
        f"{share_of(found.utilization)} used on average, first token after {_delay(found.first_token_ms)}"
    )


def fleet_title(assessment: Assessment) -> str:
    """The fleet's sentence; where self-hosting was not chosen, it says that this is what it would take."""
    said = fleet(assessment)
    return said if assessment.verdict.option == "self-host" else f"if self-hosted: {said}"


def _delay(milliseconds: float) -> str:
    """A delay in milliseconds; from ten seconds on in seconds."""
    if milliseconds < _SECONDS_FROM_MS:
        return f"{milliseconds:,.0f} ms"
    return f"{milliseconds / 1000:,.1f} seconds"


def share_of(value: float) -> str:
    """A share in percent; one that would round to nothing is said to be under 1%."""
    return "under 1%" if 0 < value < _HALF_PERCENT else f"{value:.0%}"


def break_even(found: BreakEven) -> str:
    """At which volume self-hosting costs what the API costs, or that it never does."""
    band, against = found.output_tokens_per_month, catalog_label(found.against)
    if band is None or not isfinite(band.p50):
        rest = _some_crossings(found)
        return f"self-hosting never gets cheaper than {against}, at any volume{rest}"
    ends = f"{figure(band.p10)} to {figure(band.p90)}" if isfinite(band.p90) else f"{figure(band.p10)} to never"
    never = f"; never in {share_of(found.never_share)} of draws" if found.never_share > 0 else ""
    return f"self-hosting costs what {against} costs at {figure(band.p50)} output tokens a month ({ends}){never}"


def _some_crossings(found: BreakEven) -> str:
    return f", in {found.never_share:.0%} of draws" if 0 < found.never_share < 1 else ""


def measure(found: Measure) -> str:
    """What knowing one open input exactly would be worth, and how far it moves the gap between the two best routes.

    Where one route is left, how far it moves that route's cost.
    """
    worth = f", worth up to {dollars(found.worth_usd)} to know" if found.worth_usd >= _CENT else ""
    return f"{label(found.key)} Moves the {found.moves} by {dollars(found.swing_usd)} a month{worth}"


def routes_first(found: Sequence[Flip]) -> list[Flip]:
    """The answers that lead to another route, then those that leave none."""
    return sorted(found, key=lambda flip: flip.verdict == "none")


def flips(found: Sequence[Flip]) -> list[str]:
    """Per question, the other answers that would lead to another route."""
    by_key: dict[str, list[Flip]] = {}
    for flip in routes_first(found):
        by_key.setdefault(flip.key, []).append(flip)
    return [
        f"{label(key)} (now: {answer_words(key, each[0].was)}) {'; '.join(_flip(flip) for flip in each)}"
        for key, each in by_key.items()
    ]


def _flip(flip: Flip) -> str:
    to = "leave no route" if flip.verdict == "none" else f"lead to {with_route_names(flip.verdict)}"
    return f"“{answer_words(flip.key, flip.to)}” would {to}"


def open_questions(assessment: Assessment) -> str:
    """How many questions were left open, and how many of them could still change the route, alone or together."""
    count = len(assessment.unknowns)
    if not count:
        return "no question is open"
    said = f"{count} open question{'s' if count > 1 else ''}, answered by default ranges"
    could = len(telling(assessment))
    return f"{said}; {could} could change the route{seen_to(assessment)}" if could else said


def seen_to(assessment: Assessment) -> str:
    """What is added to the number of questions that could change a firm route: answers were tried, and none did."""
    return ", and none was seen to" if assessment.verdict.status == "firm" else ""


def telling(assessment: Assessment) -> list[tuple[str, str]]:
    """The open questions that could change the route, each with what was assumed."""
    return [(label(one.key), assumed(one)) for one in assessment.unknowns if one.could_change_verdict]


def assumed(unknown: Unknown) -> str:
    """What was assumed for an open question, in words."""
    return NOTHING if unknown.assumed in ("", NOTHING) else answer_words(unknown.key, unknown.assumed)


def never_asked(assessment: Assessment) -> str:
    """How many questions were never asked, and why that is safe or which of them to ask; empty where all were asked."""
    found = assessment.never_asked
    if not found.why:  # an older record, which did not tell them from those left unknown
        return assessment.open_questions.why if assessment.open_questions.decided else ""
    if not found.questions:
        return ""
    count = len(found.questions)
    said = f"{count} question{'s' if count > 1 else ''}"
    if found.is_safe:
        return f"{said}, and need not be: {with_route_names(found.why)}"
    first = " ".join(label(key) for key in found.could_change_route[:_FIRST])
    return f"{said}, of which {len(found.could_change_route)} could change the route, first of all: {first}"


def checklist(found: Checklist) -> str:
    """How many items of a published checklist are met, how many it takes, and what it then says."""
    needed = f", {found.threshold} needed" if found.threshold else ""
    unknown = f", {found.unknown} unknown" if found.unknown else ""
    return f"{label(found.id)}: {found.met} of {found.of} met{unknown}{needed}. {found.verdict}"


def weak_evidence(assessment: Assessment) -> str:
    """How many of the findings, and of the figures behind the costs, rest on weak grades; empty when none."""
    findings = {found.rule: found for found in assessment.findings}
    weak = [found.title or rule_label(rule) for rule, found in findings.items() if found.grade in WEAK_GRADES]
    named = "; ".join(text.partition(": ")[2] or text for text in weak[:_FIRST])
    more = f"; and {len(weak) - _FIRST} more" if len(weak) > _FIRST else ""
    rules = f"{len(weak)} of {len(findings)} findings rest on weak evidence ({named}{more})" if weak else ""
    used = assessment.evidence
    share = f"{len(used.weak)} of {used.figures} figures behind the costs, {used.weak_share:.0%}"
    figures = f"{share}, have weak evidence" if used.weak else ""
    return "; ".join(part for part in (rules, figures) if part)


def stale_evidence(assessment: Assessment) -> str:
    """Which figures behind the costs are older than their kind may be; empty when none is."""
    found = assessment.evidence.stale
    if not found:
        return ""
    parts = [
        f"{figure_label(one.name)} ({one.kind}, {one.days} days; old after {one.limit_days})"
        for one in found[:_MOST_STALE]
    ]
    more = f" and {len(found) - _MOST_STALE} more" if len(found) > _MOST_STALE else ""
    return f"Old figures behind the costs: {'; '.join(parts)}{more}"


def engines(assessment: Assessment) -> str:
    """How many rules fired, and whether both evaluators agree on them."""
    both = assessment.engines
    if both.agree:
        return f"{both.reference} rules fired, and the two rule engines agree on them"
    return f"the two rule engines do not agree: {both.durable_rules} rules fired in one, {both.reference} in the other"


def stream(assessment: Assessment) -> str:
    """How the draws were made."""
    random = assessment.random
    return f"{random.draws:,} draws, seed {random.seed}"


def pins(assessment: Assessment) -> Mapping[str, str]:
    """The first digits of each pinned digest: enough to see a difference."""
    found = assessment.pins
    whole = {"rules": found.rules, "catalog": found.catalog, "questionnaire": found.questionnaire}
    return {name: pin.removeprefix("sha256:")[:12] for name, pin in whole.items()}


def cell(value: float) -> str:
    """Dollars in a table; a dash where there is nothing to pay."""
    return dollars(value) if value else "–"


def price_row(option: Option) -> tuple[str, str, str]:
    """P10, P50 and P90 a month; a dash where no eligible provider has a price."""
    cost = option.monthly_usd
    return (dollars(cost.p10), dollars(cost.p50), dollars(cost.p90)) if option.priced else ("–", "–", "–")


def method_says(found: Method) -> str:
    """What a published method answers: routes by name, or why it does not answer."""
    return joined([_SAYS.get(each) or route_name(each) for each in found.verdict])


def line_name(line: str) -> str:
    """A line of the bill in words."""
    return LINE_NAMES.get(line, line)


def license_report(found: LicenseReport) -> str:
    """A candidate's license, whether it may be used, and why."""
    head = f"{catalog_label(found.model)}: {rule_label(found.license)}, {POSTURES[found.posture]}"
    return f"{head}. {in_words(' '.join(found.because))}"


def method(found: Method) -> str:
    """A published method: what it answers, and why."""
    return f"{label(found.id)}: {method_says(found)}. {with_route_names(found.because)}"


def option_title(option: Option) -> str:
    """A route in words, with what it would buy."""
    bought = offer_words(option.offer).replace(", per token", "") if option.offer is not None else ""
    return f"{route_name(option.option)}{f': {bought}' if bought else ''}"


def draws_note(assessment: Assessment) -> str:
    """Say what low and high mean, and whether failed tasks are counted."""
    chosen = assessment.option(assessment.verdict.option)
    counted = "" if chosen is None or chosen.lines.get("failures") else "; failed tasks not counted"
    return f"low, high: in 10% of draws it costs less, in 10% more{counted}"


def tasks(assessment: Assessment) -> list[str]:
    """What remains to be done, each without the period that some rules end it with."""
    return [routes_in_words(task).removesuffix(".") for task in assessment.verdict.tasks]


def conditions(assessment: Assessment) -> list[str]:
    """What must come true first, in words."""
    return [routes_in_words(text) for text in assessment.verdict.conditions]


def notes(assessment: Assessment) -> list[str]:
    """What is printed with the verdict, including old figures."""
    return [*map(with_route_names, assessment.notes), *filter(None, [stale_evidence(assessment)])]


# What lies beyond the verdict, a sentence each: what would make self-hosting pay, months ahead, hybrid's saving.

_SPOKEN = {
    "economics.gpu_hour_usd": "a GPU-hour {pays} {at}, {today} today",
    "gpu.purchase_usd": "a GPU bought {pays} {at}, {today} today",
    "hosted-api.output": "an API {pays} {at} a million output tokens, {today} today",
    "economics.utilization": "utilization {pays} {at}, {today} today",
    "workload.developers": "a team {pays} {at} developers, {today} today",
}
_NEVER = "never"


def would_pay(outlook: Outlook) -> Iterator[str]:
    """Values of other inputs at which self-hosting would cost what the API costs, where there are any."""
    for each in outlook.break_evens:
        if each.at.p50 is not None:
            yield _SPOKEN[each.key].format(pays=each.pays, at=_band(each.at, each), today=_figure(each.today, each))


def pay_backs(outlook: Outlook) -> Iterator[str]:
    """From which month a route has cost less in all than another."""
    if outlook.horizon is not None:
        for each in outlook.horizon.pay_backs:
            yield _pay_back(each, outlook.horizon.months)


def hybrid(found: HybridSplit | None) -> str:
    """The best split and its saving, with what articles say; empty where nobody said what needs the frontier."""
    if found is None or found.frontier_share is None or found.saving is None:
        return ""
    low, middle, high = (f"{end or 0:.0%}" for end in (found.saving.p10, found.saving.p50, found.saving.p90))
    published = " and ".join(
        f"{each.low:.0%} to {each.high:.0%} ({source_label(each.source)})" for each in found.published
    )
    split = f"{1 - found.frontier_share:.0%} on {route_name(found.routine)}, the rest on {route_name(found.frontier)}"
    return f"{split}: saves {middle} of the all-frontier bill ({low} to {high}); published: {published}"


def _pay_back(found: PayBack, months: int) -> str:
    pair = f"{route_name(found.route)} against {route_name(found.against)}"
    if found.month.p50 is None:
        some = f", but in {share_of(1 - found.never_share)} of draws" if found.never_share < 1 else ""
        return f"{pair}: not within {months} month{'s' if months > 1 else ''}{some}"
    if found.month.p90 == 1:
        return f"{pair}: cheaper from the first month"
    last = _NEVER if found.month.p90 is None else f"{found.month.p90:.0f}"
    return f"{pair}: from month {found.month.p50:.0f} ({found.month.p10:.0f} to {last})"


def _band(ends: Ends, found: Crossover) -> str:
    low, middle, high = (_NEVER if end is None else _figure(end, found) for end in (ends.p10, ends.p50, ends.p90))
    return f"{middle} ({low} to {high})"


def _figure(value: float, found: Crossover) -> str:
    if found.unit == "share":
        return f"{value:.0%}"
    if found.unit == "developers":
        return figure(value)
    return f"${value:,.2f}" if value < 100 else f"${value:,.0f}"

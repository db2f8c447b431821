"""Which decisions must be looked at again, and each assessed again, input by input, by what is known today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from advisor.errors import AdvisorError
from advisor.record.audit.replay import Assess, Now, circumstances, decided_today, recorded_answers
from advisor.record.audit.status import standings
from advisor.record.branches import fronts_of, original_entry
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import commitments, record_in_clear
from advisor.record.formats.parse import recorded_assessment, text_of
from advisor.record.ledger import Ledger

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Option
    from advisor.cost.offers import Offer
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge


# Which decisions must be looked at again: because time passed, prices aged, or a rule changed.


_STALE = "evidence.stale_days."


@dataclass(frozen=True, slots=True)
class Due:
    """One decision, and why it should be looked at again."""

    number: int
    title: str
    reasons: tuple[str, ...]


def decisions_due(ledger: Ledger, now: Now, assess: Assess | None) -> Iterator[Due]:
    """Every standing decision with at least one reason; with `assess`, changed rules count only where they matter.

    The end of its retention is a reason for every decision whose names and text are not all redacted.
    """
    fronts, sealed = fronts_of(ledger), fronts_of(ledger, clear=False)
    for number, standing in standings(fronts).items():
        reasons = tuple(_retention(ledger, number, sealed[number], now))
        if standing.holds:
            reasons += tuple(_reasons(ledger, number, fronts[number], now, assess))
        if reasons:
            yield Due(number, text_of(fronts[number], "decision", "title"), reasons)


def _retention(ledger: Ledger, number: int, front: Table, now: Now) -> Iterator[str]:
    until = text_of(front, "decision", "retain_until")
    if until and until < now.day.isoformat() and any(ledger.words(digest) for digest in commitments(front)):
        yield f"its names and text were to be kept until {until} (advisor records redact {number})"


def _reasons(ledger: Ledger, number: int, front: Table, now: Now, assess: Assess | None) -> Iterator[str]:
    review = text_of(front, "decision", "review_by")
    if review and review <= now.day.isoformat():
        yield f"its review was due by {review}"
    yield from _aged(front, now)
    pins = now.knowledge.pins
    installed = {"rules": pins.rules, "catalog": pins.catalog}
    changed = [name for name, pin in installed.items() if f"sha256:{text_of(front, 'pins', name, 'sha256')}" != pin]
    if changed and assess is not None:
        yield from _matters(ledger, number, now, assess)
    elif changed:
        yield f"changed since then: {', '.join(changed)}"


def _aged(front: Table, now: Now) -> Iterator[str]:
    """Every kind of figure that the decision rests on and that counts as old by now."""
    days = (now.day - date.fromisoformat(text_of(front, "decision", "as_of"))).days
    parameters = now.knowledge.parameters_at(now.day)
    limits = {
        name.removeprefix(_STALE): parameters.number(name) for name in parameters.values if name.startswith(_STALE)
    }
    for kind, limit in sorted(limits.items(), key=lambda pair: pair[1]):
        if days > limit:
            yield f"its figures on {kind} are {days} days old, more than {limit:.0f}"


def _matters(ledger: Ledger, number: int, now: Now, assess: Assess) -> Iterator[str]:
    entry = original_entry(ledger, number)
    record = record_in_clear(entry)
    then, today = text_of(record, "verdict", "option"), decided_today(record, str(entry.path), now, assess)
    if today.refused:
        yield today.refused
    elif today.option != then:
        rules = [*today.rules_now, *today.rules_then]
        cause = f" (rules that fire differently: {', '.join(rules)})" if rules else " (costs differ)"
        yield f"today's rules and prices decide {today.option} instead of {then}{cause}"


# Decisions of a ledger assessed again, input by input: today's rules and prices, imported prices, new measurements.
#
# The inputs are added one after the other, so that the one after which another route is advised is the one that would
# change the decision.


Outcome = Literal["holds", "holds with less margin", "would change", "cannot tell"]
_INSTEAD = {
    "volume.input_tokens": ("volume.tokens_per_developer", "volume.output_share"),
    "volume.output_tokens": ("volume.tokens_per_developer", "volume.output_share"),
}
"""Answers that state the same in another way, and are dropped in favor of measured ones."""
_MILLION = 1e6
_TINY = 1e-4
_WHOLE = 100
_MOST_ITEMS = 3
"""How many fallen prices are reported: those of the largest positions."""


@dataclass(frozen=True, slots=True)
class NewInput:
    """One thing that is new since a decision: its name, the knowledge with it, and answers that were measured again.

    `measured` gives the answers for the workload of a decision, None where nothing was measured of it.
    """

    name: str
    knowledge: Knowledge
    measured: Callable[[str, Answers], Answers | None] = lambda workload, answers: None


@dataclass(frozen=True, slots=True)
class Bought:
    """What a decision buys: its route, the offer in words, dollars a month at P50 of it and of the next route.

    `margin` is how much more the next route costs, as a share; None where no other route is left.
    """

    route: str
    offer: str
    monthly_usd: float
    margin: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Rechecked:
    """One decision: what was decided, what would be now, because of what, and what to renegotiate."""

    number: int
    title: str
    workload: str
    outcome: Outcome
    then: Bought | None
    now: Bought | None
    because: tuple[str, ...]
    renegotiate: tuple[str, ...] = ()


def recheck(ledger: Ledger, inputs: Sequence[NewInput], day: date, assess: Assess) -> Iterator[Rechecked]:
    """Assess every standing decision again; raises AdvisorError where the ledger cannot be read."""
    fronts = fronts_of(ledger)
    for number, standing in standings(fronts).items():
        if standing.holds:
            yield _recheck(ledger, number, fronts[number], inputs, day, assess)


def workloads(ledger: Ledger) -> tuple[str, ...]:
    """The workloads of the decisions in effect, each once."""
    fronts = fronts_of(ledger)
    standing = (number for number, one in standings(fronts).items() if one.holds)
    return tuple(dict.fromkeys(text_of(fronts[number], "decision", "workload") for number in standing))


def _recheck(
    ledger: Ledger, number: int, front: Table, inputs: Sequence[NewInput], day: date, assess: Assess
) -> Rechecked:
    entry = original_entry(ledger, number)
    title, workload = text_of(front, "decision", "title"), text_of(front, "decision", "workload")
    try:
        record = record_in_clear(entry)
        before = recorded_assessment(record, str(entry.path))
        _, seed, draws = circumstances(record, str(entry.path))
        found = _steps(record, str(entry.path), workload, inputs, lambda a, k: assess(a, k, day, seed, draws))
    except AdvisorError as error:
        return Rechecked(number, title, workload, "cannot tell", None, None, (error.sentence,))
    names, results = [name for name, _ in found], [result for _, result in found]
    then, now = _bought(before), _bought(results[-1])
    if now.route == "none" or now.status == "conditional" != then.status:
        open_ = results[-1].verdict.conditions[:3]
        return Rechecked(number, title, workload, "cannot tell", then, now, open_ or (results[-1].verdict.summary,))
    limits = inputs[-1].knowledge.parameters_at(day)
    less, shown = limits.number("recheck.less_margin"), limits.number("recheck.shown_change")
    if now.route != then.route:
        return Rechecked(number, title, workload, "would change", then, now,
                         tuple(_causes(before, names, results, shown)), tuple(_to_stay(results[-1], then)))  # fmt: skip
    shrunk = then.margin is not None and now.margin is not None and then.margin - now.margin >= less
    weaker = now.status == "near-tie" != then.status
    outcome: Outcome = "holds with less margin" if shrunk or weaker else "holds"
    because = tuple(_moved(before, names, results, shown)) if outcome != "holds" else ()
    share = limits.number("recheck.renegotiate_share")
    return Rechecked(
        number, title, workload, outcome, then, now, because, tuple(_renegotiate(before, results[-1], share))
    )


def _steps(
    record: Table, file: str, workload: str, inputs: Sequence[NewInput],
    assess: Callable[[Answers, Knowledge], Assessment],
) -> list[tuple[str, Assessment]]:  # fmt: skip
    """What is advised after each input, with the input in words; a measured answer that turns the route is named."""
    found: list[tuple[str, Assessment]] = []
    for new in inputs:
        answers = recorded_answers(record, file, new.knowledge)
        measured = new.measured(workload, answers)
        if measured is None:
            if not found or new.knowledge is not inputs[0].knowledge:
                found.append((new.name, assess(answers, new.knowledge)))
            continue
        result = assess(with_measured(answers, measured), new.knowledge)
        name = new.name
        if found and found[-1][1].verdict.option != result.verdict.option:
            turning = []
            for key, value in measured.values.items():
                alone = with_measured(answers, replace(measured, values={key: value}))
                if assess(alone, new.knowledge).verdict.option == result.verdict.option:
                    turning.append(key)
            named = ", ".join(f"{key} measured as {_plain(measured, key)}" for key in turning)
            name = f"{new.name}: {named or 'its answers together'}"
        found.append((name, result))
    return found


def with_measured(answers: Answers, measured: Answers) -> Answers:
    """The answers with what was measured again in their place."""
    gone = {other for key in measured.values for other in _INSTEAD.get(key, ())}
    for key in (*gone, *measured.values):
        answers = answers.drop(key)
    return replace(
        answers, values={**answers.values, **measured.values},
        measurements=(*answers.measurements, *measured.measurements),
    )  # fmt: skip


def _plain(measured: Answers, key: str) -> str:
    known = measured.range(key)
    if known is None:
        return str(measured.values[key])
    return f"{known.point:,.0f}" if known.point >= _WHOLE else f"{known.point:.4g}"


def _bought(assessment: Assessment) -> Bought:
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    if chosen is None:
        return Bought(verdict.option, "", 0.0, None, verdict.status)
    cost = chosen.monthly_usd.p50
    others = [each.monthly_usd.p50 for each in assessment.options
              if each.state != "excluded" and each.option != verdict.option]  # fmt: skip
    margin = min(others) / cost - 1 if others and cost > 0 else None
    return Bought(verdict.option, offer_words(chosen), cost, margin, verdict.status)


def offer_words(option: Option) -> str:
    """The offer in few words: model, provider and terms, or GPUs."""
    return _words(option.offer) if option.offer is not None else option.priced


def _words(offer: Offer) -> str:
    if offer.gpu:
        return f"{offer.model} on {offer.gpus}× {offer.gpu}, {offer.acquisition}"
    where = f" in {offer.region}" if offer.region else ""
    return f"{offer.model} at {offer.provider or 'its vendor'}{where}, {offer.pricing}"


def _causes(before: Assessment, names: Sequence[str], results: Sequence[Assessment], shown: float) -> Iterator[str]:
    """The input after which the route that is advised at the end came up, and the rules that fire otherwise."""
    last = before
    for name, result in zip(names, results, strict=True):
        if result.verdict.option == results[-1].verdict.option != last.verdict.option:
            yield f"by {name}"
            yield from _rules(last, result)
            yield from _costs(last, result, shown)
        last = result


def _moved(before: Assessment, names: Sequence[str], results: Sequence[Assessment], shown: float) -> Iterator[str]:
    last = before
    for name, result in zip(names, results, strict=True):
        moved = [*_rules(last, result), *_costs(last, result, shown)]
        if moved:
            yield f"by {name}: {'; '.join(moved)}"
        last = result


def _rules(before: Assessment, after: Assessment) -> Iterator[str]:
    then = {(each.rule, each.option) for each in before.findings}
    now = {(each.rule, each.option) for each in after.findings}
    new, gone = {rule for rule, _ in now - then}, {rule for rule, _ in then - now}
    if fires := sorted(new - gone):
        yield f"now fires {', '.join(fires)}"
    if silent := sorted(gone - new):
        yield f"no longer fires {', '.join(silent)}"


def _costs(before: Assessment, after: Assessment, shown: float) -> Iterator[str]:
    """Routes whose median moved by at least the share that is shown."""
    for new in after.options:
        old = before.option(new.option)
        if old is None or old.monthly_usd.p50 <= 0 or new.monthly_usd.p50 <= 0:
            continue
        change = new.monthly_usd.p50 / old.monthly_usd.p50 - 1
        if abs(change) >= shown:
            yield f"{new.option} goes from ${old.monthly_usd.p50:,.0f} to ${new.monthly_usd.p50:,.0f} a month"


def _to_stay(now: Assessment, then: Bought) -> Iterator[str]:
    """By how much what was decided would have to become cheaper to stay the cheapest."""
    kept, chosen = now.option(then.route), now.option(now.verdict.option)
    if kept is None or chosen is None or kept.state == "excluded" or kept.monthly_usd.p50 <= chosen.monthly_usd.p50:
        return
    cost, other = kept.monthly_usd.p50, chosen.monthly_usd.p50
    yield (f"{then.route} costs ${cost:,.0f} a month now and {chosen.option} ${other:,.0f}: it stays the cheapest"
           f" only if it becomes {1 - other / cost:.0%} cheaper")  # fmt: skip


def _renegotiate(before: Assessment, after: Assessment, share: float) -> Iterator[str]:
    """Unit prices that fell, and offers of the same route that overtook the one that was decided for."""
    route = before.verdict.option
    then, now = before.option(route), after.option(route)
    if then is None or now is None:
        return
    if then.offer is not None and now.offer is not None and then.offer != now.offer:
        again = next((each for each in now.runners_up if each.offer == then.offer and each.monthly_usd), None)
        cost = now.monthly_usd.p50
        if again is not None and again.monthly_usd and again.monthly_usd * (1 - share) >= cost:
            yield (f"{_words(then.offer)} costs ${again.monthly_usd:,.0f} a month now, {_words(now.offer)}"
                   f" ${cost:,.0f}: ask for {1 - cost / again.monthly_usd:.0%} less, or change")  # fmt: skip
        elif again is None:
            yield f"{_words(now.offer)} is now bought at ${cost:,.0f} a month in place of {_words(then.offer)}"
        return
    old: Mapping[tuple[str, str], float] = {(each.line, each.unit): each.unit_usd for each in then.line_items}
    fallen = [item for item in now.line_items
              if item.unit_usd > 0 and old.get((item.line, item.unit), 0.0) * (1 - share) >= item.unit_usd]  # fmt: skip
    for item in sorted(fallen, key=lambda item: -item.usd)[:_MOST_ITEMS]:
        paid = old[item.line, item.unit]
        yield f"{item.unit}: {_price(paid)} when it was decided, {_price(item.unit_usd)} now: pay no more than that"


def _price(usd: float) -> str:
    return f"${usd * _MILLION:,.2f} per million" if usd < _TINY * 10 else f"${usd:,.2f}"

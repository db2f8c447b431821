"""The verdict as a card: what to buy, its price, how sure it is, the runner-up, what to find out and what to do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from advisor.analysis.analysis_results import Flip
from advisor.assessment.build_verdict import offer_words
from advisor.assessment.model import Assessment, Measure, Option
from advisor.cost.offers import Offer
from advisor.interview.answer_format import dollar_span, dollars
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import (
    catalog_label,
    catalog_words,
    gate_name,
    gpu_name,
    label,
    route_name,
    routes_in_words,
    status_words,
)
from advisor.report.phrases import reasons, routes_first, tasks
from advisor.text import wrap

MOST_ROWS = 2
"""Rows that one line of the card takes at most."""
SURE = "how sure"
SURE_ROWS = 3
"""Rows of how sure it is at most: in a narrow window its three parts take one each."""
PER_TOKEN = "per token"
"""The way of paying that goes without saying."""
CENT_USD = 0.01
NO_BILL = "cannot be said: no bill of today was given"
"""What a report says in place of the comparison with today's bill."""
_MONTHS = 12
_EXCLUDED_RULES = 2
_LEAST_SHARE = 0.005
_KEPT = 0.6
"""Part of what would fit that is kept at least where a sentence is cut at one of its parts."""


def card(assessment: Assessment, *, unstated: str = "") -> dict[str, str]:
    """Each line of the card by its label, in the order of reading; what there is nothing to say of is left out.

    `unstated` stands for the comparison with today's bill where nobody stated one.
    """
    rows = {
        "because": because(assessment),
        "costs": costs(assessment),
        "against today": _against_today(assessment) or (unstated if bought(assessment) else ""),
        SURE: _how_sure(assessment),
        "hangs on": _hangs_on(assessment),
        "contradiction": _with_more([routes_in_words(one.because) for one in assessment.contradictions]),
        "runner-up": _runner_up(assessment),
        "find out first": _find_out(assessment),
        "do next": _do_next(assessment),
    }
    return {name: text for name, text in rows.items() if text}


def page_rows(assessment: Assessment) -> list[tuple[str, str]]:
    """The card of a report: what to buy, then its rows, and every contradiction; the reason stands above them."""
    rows = {"to buy": bought(assessment), **card(assessment, unstated=NO_BILL)}
    shown_rows = [(name, text) for name, text in rows.items() if text and name not in ("because", "contradiction")]
    return [*shown_rows, *(("contradiction", routes_in_words(one.because)) for one in assessment.contradictions)]


def offer(assessment: Assessment) -> str:
    """What to buy, in few words: the model, and the GPUs or the terms; empty where nothing is priced."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is None or not chosen.priced:
        return ""
    sized = assessment.fleet
    if chosen.option == "self-host" and sized.fits:
        replicas = f" in {sized.replicas} replicas" if sized.replicas > 1 else ""
        return f"{catalog_label(sized.model)} · {sized.gpus}× {gpu_name(sized.gpu)}{replicas}"
    return catalog_words(chosen.priced).replace(", per token", "").replace(", ", " · ")


def bought(assessment: Assessment) -> str:
    """What to buy: the model, who sells it or the GPUs it runs on, and the terms; empty where nothing is priced."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is None or not chosen.priced:
        return ""
    if chosen.offer is None or chosen.option == "hybrid":  # whose shares of the traffic are told too
        return _named(offer(assessment), chosen.offer)
    return offer_words(chosen.offer).removesuffix(f", {PER_TOKEN}")


def _named(text: str, found: Offer | None) -> str:
    """Give the models of an offer the names that they are sold under."""
    for each in filter(None, (found, found.frontier if found is not None else None)):
        text = text.replace(each.model, catalog_label(each.model))
    return text


def sureness(assessment: Assessment) -> str:
    """In which share of draws the route is the cheapest, with success drawn too where that tells much; else empty."""
    verdict = assessment.verdict
    parts = [f"cheapest in {verdict.confidence:.0%} of draws"] if verdict.confidence < 1 else []
    gap = next((one.value for one in assessment.premises if one.parameter == "gate.confidence_gap"), None)
    quality = verdict.confidence_with_quality
    if quality is not None and isinstance(gap, float) and abs(verdict.confidence - quality) > gap:
        share = f"{quality:.0%}" if parts else f"cheapest in {quality:.0%} of draws"
        parts.append(f"{share} with failed tasks at usual rates")
    return ", ".join(parts)


def bill_alone(assessment: Assessment) -> bool:
    """Whether nothing but the stated bill is known of today: no vendor's API could be priced for the work."""
    return not any(option.priced for option in assessment.options if option.option == "hosted-api")


def best_rival(assessment: Assessment) -> Option | None:
    """The cheapest priced route other than the chosen one, a standing one before an excluded one."""
    others = [option for option in assessment.options if option.state != "chosen" and option.priced]
    return min(others, key=lambda option: (option.state == "excluded", option.monthly_usd.p50), default=None)


def clipped(rows: Mapping[str, str], columns: int, most: int, tallest: int = MOST_ROWS) -> dict[str, list[str]]:
    """Each line of the card in rows of `columns`, together at most `most`: the last long ones are cut first.

    Of how sure it is nothing is cut while there is anything else to cut. A line of more than `MOST_ROWS`, up to
    `tallest`, is given what room is left.
    """
    allowed = dict.fromkeys(rows, tallest) | ({SURE: SURE_ROWS} if SURE in rows else {})
    while True:
        drawn = {name: _cut_to(text, columns, allowed[name]) for name, text in rows.items()}
        long = [name for name, lines in drawn.items() if len(lines) > 1]
        if not long or sum(map(len, drawn.values())) <= most:
            return drawn
        tall = [name for name in long if len(drawn[name]) > MOST_ROWS and name != SURE]
        if tall:
            allowed[tall[-1]] = MOST_ROWS
            continue
        first = "because" if "because" in long else next((name for name in reversed(long) if name != SURE), SURE)
        allowed[first] = 1


def because(assessment: Assessment) -> str:
    """Why this route: the rules that left it, what broke a tie, or that it is the cheapest, in one sentence."""
    verdict = assessment.verdict
    titles = [found.rule.title for found in reasons(assessment) if found.rule.gate == verdict.decided_by]
    if verdict.decided_by in ("must", "can") and titles and verdict.option != "none":
        return f"{'; '.join(titles[:_EXCLUDED_RULES])}{_more(len(titles) - _EXCLUDED_RULES)}"
    if verdict.decided_by == "worth" and verdict.option != "none":
        head, _, _ = verdict.summary.rpartition(": ")
        standing = sum(option.state != "excluded" for option in assessment.options)
        cheapest = "It ties with the cheapest" if verdict.status == "near-tie" else "It has the lowest cost"
        return routes_in_words(head) or f"{cheapest} of the {standing} routes that stand"
    return routes_in_words(verdict.summary)


def runner_up_gap(chosen: Option, rival: Option) -> str:
    """How much more or less the rival costs a month at the median, and in percent."""
    gap = rival.monthly_usd.p50 - chosen.monthly_usd.p50
    share = abs(gap) / chosen.monthly_usd.p50 if chosen.monthly_usd.p50 > 0 else 0.0
    percent = "" if share >= 1 else f" ({share:.0%})" if share >= _LEAST_SHARE else " (under 1%)"
    return f"{dollars(abs(gap))}{percent} {'more' if gap >= 0 else 'less'}" if abs(gap) >= 1 else "the same"


def costs(assessment: Assessment) -> str:
    """A month with its range, and a year; first what it costs to run where failed tasks are most of it."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is None:
        return ""
    if not chosen.priced or chosen.monthly_usd.p90 <= 0:
        return "no price in the catalog"
    cost = chosen.monthly_usd
    span = f" ({dollar_span(cost.p10, cost.p90)})" if cost.p10 < cost.p90 else ""
    failed = mostly_failed(assessment)
    run = f"{dollars(cost.p50 - failed)} a month to run and {dollars(failed)} for failed tasks: " if failed else ""
    counted = "" if chosen.lines.get("failures") else ", failed tasks not counted"
    return f"{run}{dollars(cost.p50)} a month{span} · {dollars(cost.p50 * _MONTHS)} a year{counted}"


def mostly_failed(assessment: Assessment) -> float:
    """Dollars a month that failed tasks cost where they are most of what the route costs; else 0."""
    chosen = assessment.option(assessment.verdict.option)
    failed = chosen.lines.get("failures", 0.0) if chosen is not None else 0.0
    return failed if chosen is not None and failed > chosen.monthly_usd.p50 / 2 else 0.0


def _against_today(assessment: Assessment) -> str:
    found = assessment.verdict.against_today
    if found is None:
        return ""
    month, year = (dollars(abs(each)) for each in (found.monthly_usd, found.yearly_usd))
    counted = ", failed tasks not counted" if bill_alone(assessment) else ""
    if found.monthly_usd < 0:
        return f"saves {month} a month, {year} a year{counted}"
    return f"{month} more a month, {year} more a year{counted}"


def _how_sure(assessment: Assessment) -> str:
    verdict = assessment.verdict
    gate = gate_name(verdict.decided_by)
    return " · ".join(filter(None, (f"{status_of(assessment)}, decided by {gate}", sureness(assessment))))


def status_of(assessment: Assessment) -> str:
    """The status with what it means for whoever signs."""
    verdict = assessment.verdict
    if assessment.contradictions and verdict.status == "conditional":
        return f"{verdict.status} (correct the answers before you sign)"
    return status_words(verdict.status, asks_more=bool(verdict.find_out_first))


def _hangs_on(assessment: Assessment) -> str:
    """The conditions, or else how many open questions and which other answer could change the route."""
    conditions = assessment.verdict.conditions
    if conditions:
        return _with_more([routes_in_words(text) for text in conditions])
    telling = sum(one.could_change_verdict for one in assessment.unknowns)
    count = len(assessment.unknowns)
    those = f"{count} open question{'s' * (count > 1)}"
    most = f"at most {telling} of {those} can change the route"
    questions = f"none of {those} was seen to change the route" if assessment.verdict.status == "firm" else most
    questions = questions if telling else ""
    flip = _flip_to(routes_first(assessment.flips)[0]) if assessment.flips else ""
    return "; ".join(filter(None, (questions, flip)))


def _flip_to(flip: Flip) -> str:
    """The route that another answer would lead to, first: it stays where the rest is cut."""
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    return f"{route_name(flip.verdict)} if “{label(flip.key)}” is {to}, not {was}"


def flip_sentence(flip: Flip) -> str:
    """Another answer, and the route it would lead to."""
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    return f"{label(flip.key)} {to} (not {was}) → {route_name(flip.verdict)}"


def _runner_up(assessment: Assessment) -> str:
    """The next cheapest route that stands, or else the cheapest excluded one with its reason."""
    chosen, rival = assessment.option(assessment.verdict.option), best_rival(assessment)
    if chosen is None or rival is None or not chosen.priced:
        return ""
    name, price = route_name(rival.option), f"{dollars(rival.monthly_usd.p50)} a month"
    gap = runner_up_gap(chosen, rival)
    if rival.state != "excluded":
        what = f", {offer_words(rival.offer).removesuffix(f', {PER_TOKEN}')}" if rival.offer is not None else ""
        return f"{name}{what}: {price}, {gap}"
    titles = excluded_because(assessment, rival)
    return f"no other route stands; {name} at {price}, {gap}, is excluded{f': {titles[0]}' if titles else ''}"


def excluded_because(assessment: Assessment, option: Option) -> list[str]:
    """The titles of the rules that exclude a route."""
    titles = {rule.rule: rule.title for rule in assessment.findings if rule.title}
    return list(dict.fromkeys(titles[name] for name in option.excluded_by if name in titles))


def _find_out(assessment: Assessment) -> str:
    """The biggest open question: what the verdict names first, or what is worth the most to know.

    A question of which only the bounds say that it could change the route is not named: no answer was seen to.
    """
    if assessment.verdict.find_out_first:
        return _with_more([routes_in_words(text) for text in assessment.verdict.find_out_first])
    worth = max(assessment.measure_next, key=lambda one: (one.worth_usd, one.swing_usd), default=None)
    if worth is not None and max(worth.worth_usd, worth.swing_usd) >= 1:
        return f"{label(worth.key)} {gain(worth)}"
    return ""


def gain(found: Measure) -> str:
    """Say what knowing an open input would be worth; where that rounds to nothing, how far it moves the comparison."""
    if found.worth_usd >= CENT_USD:
        return f"worth up to {dollars(found.worth_usd)} a month"
    return f"moves the {found.moves} by {dollars(found.swing_usd)} a month"


def _do_next(assessment: Assessment) -> str:
    found = [text.partition("; to show: ")[0] for text in tasks(assessment)]
    return _with_more(["Correct the contradicting answers", *found] if assessment.contradictions else found)


def _with_more(texts: list[str]) -> str:
    return f"{texts[0]}{_more(len(texts) - 1)}" if texts else ""


def _more(count: int) -> str:
    return f" … and {count} more" if count > 0 else ""


def _cut_to(text: str, columns: int, most: int) -> list[str]:
    """The first rows of a wrapped text; what is cut ends in …, but a count of what is left out stays."""
    rows = wrap(text, columns)
    if len(rows) <= most:
        return rows
    body, more, count = text.rpartition(" … and ")
    tail = f"{more}{count}" if more and len(count) < columns // 2 else " …"
    words = (body if tail != " …" else text).split(" ")
    fitting = bisect_left(
        range(1, len(words)), True, key=lambda count: len(wrap(_beginning(words, count, tail), columns)) > most
    )
    if not fitting:
        return rows[:most]
    ends = (count for count in range(fitting, 0, -1) if count >= fitting * _KEPT)
    whole = (count for count in ends if words[count - 1].endswith((",", ";", ":", ".")))
    return wrap(_beginning(words, next(whole, fitting), tail), columns)


def _beginning(words: Sequence[str], count: int, tail: str) -> str:
    """The first words before what stands for the others; a quotation that is cut is closed."""
    kept = " ".join(words[:count]).rstrip(",;:")
    return kept + (tail.replace("…", "…”", 1) if kept.count("“") > kept.count("”") else tail)


def all_rows(drawn: Mapping[str, list[str]]) -> Iterable[tuple[str, str]]:
    """Every row with its label, which stands at the first of each block only."""
    for name, rows in drawn.items():
        for place, text in enumerate(rows):
            yield ("" if place else name), text

"""A record in words, for a terminal: what was decided, what it costs, the questions with their answers, the reasons."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.assessment.build_verdict import TITLES, offer_words
from advisor.assessment.model import Assessment, Option
from advisor.interview.answer_format import dollar_span, dollars
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import (
    ROUTE_NAMES,
    gate_name,
    label,
    route_name,
    rule_label,
    status_words,
    with_route_names,
)
from advisor.record.audit.status import Standing
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.formats.parse import recorded_assessment, text_of
from advisor.record.ledger import Entry
from advisor.text import WIDTH, side_by_side, visible, wrap

_STATED = {
    "title": "title", "workload": "workload", "as_of": "figures of", "questionnaire": "questionnaire",
    "review_by": "review by", "rationale": "reason", "consequences": "consequences", "confirmation": "confirmation",
}  # fmt: skip
_MONTHS = 12

Row = str | tuple[str, str]
"""A sentence, or what is asked and what is said: two columns of a table."""
Part = tuple[str, tuple[Row, ...]]
"""A heading and its rows, not broken into lines yet."""
ANSWERS, OPEN, REASONS = "Answers", "Left open", "Reasons"


def outline(entry: Entry, width: int = WIDTH, standing: Standing | None = None) -> Iterator[str]:
    """The lines of a record, each at most `width` columns but for digests; raises Tampered or NotARecord.

    `standing` is what later records of the ledger say of a decision.
    """
    for heading, rows in record_parts(entry, standing):
        yield heading
        pairs = [row for row in rows if isinstance(row, tuple)]
        yield from side_by_side(pairs, width)
        for row in rows:
            if isinstance(row, str):
                yield from wrap(row, width, lead="  ", hanging="    ")
        yield ""


def record_parts(entry: Entry, standing: Standing | None = None) -> Iterator[Part]:
    """What a record says, part by part; invisible characters are shown. Raises Tampered or NotARecord."""
    table = record_in_clear(entry)
    is_decision = table["record"]["kind"] == "decision"
    for heading, rows in _decision(table, entry, standing) if is_decision else _event(table):
        said = tuple(_visible(row) for row in rows)
        if said:
            yield visible(heading), said
    yield "To check", _to_check(entry, table)


def answer_parts(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The answers and the reasons alone, as sentences, for a page that shows the verdict by itself."""
    for heading, rows in record_parts(entry):
        if heading in (ANSWERS, OPEN, REASONS):
            yield heading, tuple(row if isinstance(row, str) else " ".join(row) for row in rows)


def _visible(row: Row) -> Row:
    return visible(row) if isinstance(row, str) else (visible(row[0]), visible(row[1]))


def _decision(table: Table, entry: Entry, standing: Standing | None) -> Iterator[tuple[str, list[Row]]]:
    decision, found = table["decision"], recorded_assessment(table, str(entry.path))
    people = ", ".join(table["people"]["deciders"])
    stated = [(words, str(decision[name])) for name, words in _STATED.items() if decision.get(name)]
    yield "Decision", [*stated, *([("decided by", people)] if people else [])]
    yield "Verdict", [*_verdict(found)]
    if standing is not None:
        yield "Status", [*_standing(standing)]
    yield "Routes", [_route(one, table) for one in found.options]
    yield "To do", [with_route_names(task).removesuffix(".") for task in found.verdict.tasks]
    answers = table.get("answers", {})
    yield ANSWERS, [_answered(key, one) for key, one in answers.items() if "value" in one]
    yield OPEN, [*_assumed(answers), *_never_asked(table.get("never_asked", {}))]
    yield REASONS, list(dict.fromkeys(_reason(one) for one in _fired(table) if one.get("effect") != "task"))


def _verdict(found: Assessment) -> Iterator[Row]:
    verdict = found.verdict
    title = TITLES.get(verdict.option, "no route is left")
    yield "route", f"{route_name(verdict.option)}: {title}"
    chosen = found.option(verdict.option)
    if chosen is not None and chosen.offer is not None:
        yield "to buy", offer_words(chosen.offer)
    if chosen is not None and chosen.priced:
        cost = chosen.monthly_usd
        yield "a month", f"{dollars(cost.p50)} ({dollar_span(cost.p10, cost.p90)})"
        yield "a year", dollars(cost.p50 * _MONTHS)
    yield "decided by", f"{gate_name(verdict.decided_by)}: {with_route_names(verdict.summary)}"
    status = status_words(verdict.status, asks_more=bool(verdict.find_out_first))
    yield "how sure", f"{status}; cheapest in {verdict.confidence:.0%} of draws"
    yield from (("condition", with_route_names(each)) for each in verdict.conditions)
    yield from (("find out first", with_route_names(each)) for each in verdict.find_out_first)


def _standing(standing: Standing) -> Iterator[Row]:
    """Where the decision stands by the records after it, who signed it, and who disapproves of it."""
    yield "now", standing.words
    for did, several in (("signed", standing.sign_offs), ("disapproved", standing.disapprovals)):
        for made in several:
            said = f"{made.principal}, claimed {made.created_utc}{standing.taken_back(made)}"
            yield f"{did} in record {made.record}", said


def _fired(table: Table) -> list[Table]:
    fired: list[Table] = table.get("trace", {}).get("fired", [])
    return fired


def _route(option: Option, table: Table) -> Row:
    lead = ROUTE_NAMES.get(option.option, option.option)
    if option.state == "excluded":
        titles = {str(one.get("rule")): text_of(one, "title") for one in _fired(table)}
        reasons = (titles.get(rule) or rule_label(rule) for rule in option.excluded_by)
        return lead, f"excluded: {'; '.join(reasons)}"
    cost = option.monthly_usd
    price = f"{dollars(cost.p50)} a month ({dollar_span(cost.p10, cost.p90)})" if option.priced else "no price"
    return lead, f"{option.state}: {price}"


def _answered(key: str, answer: Table) -> Row:
    question = text_of(answer, "question") or label(key)
    words = answer_words(key, answer["value"], text_of(answer, "kind"), text_of(answer, "unit"))
    source = text_of(answer, "source")
    return question, f"{words}{'' if source in ('', 'user') else f', from {source}'}"


def _assumed(answers: Table) -> Iterator[Row]:
    """Each open question with what was assumed; those for which nothing was are only counted."""
    silent = 0
    for key, one in answers.items():
        if "value" in one:
            continue
        if text_of(one, "assumed") in ("", "nothing"):
            silent += 1
            continue
        state = "never asked" if one.get("asked") is False else "unknown"
        words = answer_words(key, one["assumed"], text_of(one, "kind"), text_of(one, "unit"))
        yield text_of(one, "question") or label(key), f"{state}, assumed {words}"
    if silent:
        yield f"and {silent} more, for which nothing was assumed"


def _never_asked(table: Table) -> Iterator[str]:
    """Say how many questions were never asked, and why that is safe or how many of them could change the route.

    Where some could, the reason recorded only counts the others.
    """
    questions, telling = table.get("questions", []), table.get("could_change_route", [])
    if questions:
        count = f"{len(questions)} question{'s' if len(questions) > 1 else ''}"
        if not telling:
            which = f"none can change the route ({with_route_names(str(table.get('why', '')))})"
        elif len(telling) == len(questions):
            which = f"{'it' if len(questions) == 1 else 'any of them'} could change the route"
        else:
            which = f"at most {len(telling)} of them could change the route"
        yield f"never asked: {count}, {which}"


def _reason(fired: Table) -> str:
    title = text_of(fired, "title") or rule_label(str(fired.get("rule")))
    return f"{title} ({gate_name(text_of(fired, 'gate'))}): {with_route_names(str(fired.get('because')))}"


def _event(table: Table) -> Iterator[tuple[str, list[Row]]]:
    about = table.get("about", {}).get("seq")
    said = table.get("statement", {})
    joint = table.get("portfolio")
    rows: list[Row] = [*(_portfolio(joint) if joint else [("of record", str(about))])]
    if "original" in table:
        rows = [("holds", f"record {table['original'].get('seq')} of another branch")]
    if "policy" in table:
        rows = [("file", f"sha256 {table['policy'].get('sha256')}"), "see: advisor records policy show"]
    rows += [("by", said.get("by", "")), ("because", said.get("because", ""))]
    if "successor" in table:
        rows.append(("newer", f"record {table['successor'].get('seq')}"))
    if "threshold" in table:
        rows.append(("signers asked", str(table["threshold"].get("signers"))))
    if "signature" in table:
        rows.append(("kind of key", str(table["signature"].get("key_type"))))
        rows.append(f"key: {table['signature'].get('key')}")
    rows += [f"record {each.get('seq')}: {each.get('workload')}" for each in table.get("members", [])]
    yield str(table["record"]["kind"]).capitalize(), rows


def _portfolio(joint: Table) -> list[Row]:
    together, alone = (dollars(float(joint[f"{name}_usd"])) for name in ("joint", "alone"))
    return [("name", str(joint["name"])), ("together", f"{together} a month"), ("each alone", f"{alone} a month")]


def _to_check(entry: Entry, table: Table) -> tuple[Row, ...]:
    head = table["record"]
    branch = f"taken over from another branch, where it is record {head['seq']}; numbers above are those of that branch"
    return (
        *([branch] if head["seq"] != entry.number else []),
        f"record {entry.number}, claimed time {visible(str(head['created_utc']))}, {visible(str(head['schema']))}",
        f"its SHA-256: {entry.digest}",
        f"advisor records verify {entry.number} finds out whether it was changed, and computes it again",
    )

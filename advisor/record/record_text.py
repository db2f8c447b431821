"""A record in words, for a terminal: what was decided, what it costs, the questions with their answers, the reasons."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.assessment.verdict_summary import TITLES
from advisor.interview.answer_format import dollar_span, dollars
from advisor.knowledge.labels import answer_label, label
from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import read_record, text_of
from advisor.record.ledger import Entry
from advisor.text import WIDTH, visible, wrap

_STATED = {
    "title": "title", "workload": "workload", "as_of": "figures of", "questionnaire": "questionnaire",
    "review_by": "review by", "rationale": "reason", "consequences": "consequences", "confirmation": "confirmation",
}  # fmt: skip
_GATES = {"must": "requirement", "can": "ability", "worth": "cost", "prefer": "preference"}
_BROAD = 4
"""Columns by which the rows of a part are indented where they go on."""

Part = tuple[str, tuple[str, ...]]
"""A heading and its rows, each a sentence that is not broken yet."""


def outline(entry: Entry, width: int = WIDTH) -> Iterator[str]:
    """The lines of a record, each at most `width` columns but for digests; raises Tampered or NotARecord."""
    for heading, rows in record_parts(entry):
        yield heading
        for row in rows:
            yield from wrap(row, width, lead="  ", hanging=" " * _BROAD)
        yield ""


def record_parts(entry: Entry) -> Iterator[Part]:
    """What a record says, part by part; invisible characters are shown. Raises Tampered or NotARecord."""
    table = read_record(entry.data, str(entry.path))
    is_decision = table["record"]["kind"] == "decision"
    for heading, rows in _decision(table) if is_decision else _event(table):
        said = tuple(visible(row) for row in rows)
        if said:
            yield visible(heading), said
    yield "To check", _to_check(entry, table)


def answer_parts(entry: Entry) -> Iterator[Part]:
    """The answers and the reasons alone, for a page that shows the verdict by itself."""
    return (part for part in record_parts(entry) if part[0] in (ANSWERS, OPEN, REASONS))


ANSWERS, OPEN, REASONS = "Answers", "Left open", "Reasons"


def _decision(table: Table) -> Iterator[tuple[str, list[str]]]:
    decision, verdict = table["decision"], table["verdict"]
    stated = [f"{words}: {decision[name]}" for name, words in _STATED.items() if decision.get(name)]
    people = ", ".join(table["people"]["deciders"])
    yield "Decision", [*stated, *([f"decided by: {people}"] if people else [])]
    route = str(verdict["option"])
    yield (
        "Verdict",
        [
            f"{route}: {TITLES.get(route, 'no route is left')}",
            f"{verdict['summary']} ({verdict['status']}, {float(verdict['confidence']):.0%} sure)",
            *(f"provided: {each}" for each in verdict.get("conditions", [])),
        ],
    )
    yield "Routes, dollars a month", [_route(table, name, one) for name, one in table.get("options", {}).items()]
    yield "To do", [str(each) for each in verdict.get("tasks", [])]
    answers = table.get("answers", {})
    yield ANSWERS, [_answered(key, one) for key, one in answers.items() if "value" in one]
    yield OPEN, [*_never_asked(table.get("never_asked", {})), *_assumed(answers)]
    yield REASONS, list(dict.fromkeys(_reason(one) for one in table.get("trace", {}).get("fired", [])))


def _route(table: Table, name: str, option: Table) -> str:
    lead = f"{name} ({TITLES[name]})" if name in TITLES else name
    if option.get("state") == "excluded":
        fired = table.get("trace", {}).get("fired", [])
        titles = {str(one.get("rule")): text_of(one, "title") for one in fired}
        reasons = (titles.get(rule) or label(rule) for rule in option.get("excluded_by", []))
        return f"{lead}: excluded: {'; '.join(reasons)}"
    cost = table["results"]["approx"]["options"][name]["monthly_usd"]
    low, middle, high = (float(cost[part]) for part in ("p10", "p50", "p90"))
    return f"{lead}: {option.get('state')}, {dollars(middle)}, likely {dollar_span(low, high)}"


def _answered(key: str, answer: Table) -> str:
    question = text_of(answer, "question") or label(key)
    value = answer["value"]
    words = "; ".join(answer_label(key, str(each)) for each in value) if isinstance(value, list) else _one(key, value)
    unit = text_of(answer, "unit")
    unit = f" ({unit})" if unit and not isinstance(value, bool) else ""
    source = text_of(answer, "source")
    return f"{question} {words or 'none of these'}{unit}{'' if source in ('', 'user') else f', from {source}'}"


def _one(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return answer_label(key, str(value))


def _assumed(answers: Table) -> Iterator[str]:
    """Each open question with what was assumed; those for which nothing was are only counted."""
    silent = 0
    for key, one in answers.items():
        if "value" in one:
            continue
        if "assumed" not in one:
            silent += 1
            continue
        state = "never asked" if one.get("asked") is False else "unknown"
        yield f"{text_of(one, 'question') or label(key)} {state}, assumed {_one(key, one['assumed'])}"
    if silent:
        yield f"and {silent} more for which nothing was assumed"


def _never_asked(table: Table) -> Iterator[str]:
    """Say how many questions were never asked, and why that is safe or how many of them could change the route."""
    questions, telling = table.get("questions", []), table.get("could_change_route", [])
    if questions:
        which = f"{len(telling)} of them could change the route" if telling else "none can change the route"
        yield f"never asked: {len(questions)} questions, {which} ({table.get('why', '')})"


def _reason(fired: Table) -> str:
    title = text_of(fired, "title") or label(str(fired.get("rule")))
    gate = str(fired.get("gate"))
    return f"{title} ({_GATES.get(gate, gate)}): {fired.get('because')}"


def _event(table: Table) -> Iterator[tuple[str, list[str]]]:
    about = table.get("about", {}).get("seq")
    said = table.get("statement", {})
    rows = [f"of record {about}", f"by: {said.get('by', '')}", f"because: {said.get('because', '')}"]
    if "successor" in table:
        rows.append(f"newer: record {table['successor'].get('seq')}")
    if "threshold" in table:
        rows.append(f"signers asked: {table['threshold'].get('signers')}")
    if "signature" in table:
        rows.append(f"key: {table['signature'].get('key_type')} {table['signature'].get('key')}")
    yield str(table["record"]["kind"]).capitalize(), rows


def _to_check(entry: Entry, table: Table) -> tuple[str, ...]:
    head = table["record"]
    return (
        f"record {entry.number}, made {visible(str(head['created_utc']))}, {visible(str(head['schema']))}",
        f"its SHA-256: {entry.digest}",
        f"advisor records verify {entry.number} finds out whether it was changed, and computes it again",
    )

"""A verdict on one screen: what to buy, its price, how sure it is, what comes first, and the command that says more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.assessment.model import Assessment
from advisor.interview.answer_format import dollars
from advisor.knowledge.questions import Question
from advisor.report import phrases
from advisor.text import WIDTH, labeled, visible, wrap

MOST_LINES = 24
"""The rows of a terminal, the last one for the next command."""
_ALWAYS = ("price", "how sure")
"""Blocks of which one entry at least is shown."""
_MOST_HANGS_ON = 3
_MONTHS = 12


def short_report(assessment: Assessment, questions: Mapping[str, Question], file: str = "FILE") -> str:
    """At most 24 lines of 80 columns, the answer first and the next command last."""
    answer = list(_answer(assessment))
    blocks = {
        "price": list(_price(assessment)),
        "how sure": list(_how_sure(assessment)),
        "hangs on": _hangs_on(assessment, questions),
        "contradicts": [one.because for one in assessment.contradictions],
        "find out": list(assessment.verdict.find_out_first),
        "because": [f"{each.rule.title}." for each in phrases.reasons(assessment)],
        "provided": list(assessment.verdict.conditions),
        "to do": list(assessment.verdict.tasks),
    }
    last = f"next: advisor why {file} (or --full for everything)"
    last = last if len(last) <= WIDTH else f"next: advisor why {file}"
    told = _fitted(
        {label: [*map(phrases.spoken, rows)] for label, rows in blocks.items()}, MOST_LINES - 2 - len(answer)
    )
    return "\n".join([*(visible(line) for line in (*answer, *told)), "", visible(last)])


def _fitted(blocks: Mapping[str, list[str]], most: int) -> list[str]:
    """The blocks in at most so many lines: the longest ones, the later first, end by counting what they leave out.

    Each keeps one entry where there is room for it.
    """
    kept = {label: len(rows) for label, rows in blocks.items()}
    while True:
        shown = {label: labeled(label, _shortened(rows, kept[label])) for label, rows in blocks.items()}
        lines = [line for block in shown.values() for line in block]
        cuttable = [label for label, count in kept.items() if count > 1] or [
            label for label, count in kept.items() if count and len(shown[label]) > 1 and label not in _ALWAYS
        ]
        if len(lines) <= most or not cuttable:
            return lines
        longest = max(reversed(cuttable), key=lambda label: len(shown[label]))
        kept[longest] -= 1


def _shortened(rows: list[str], count: int) -> list[str]:
    return rows if count == len(rows) else [*rows[:count], f"… and {len(rows) - count} more"]


def _answer(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    route = phrases.ROUTE_NAMES.get(verdict.option, verdict.option)
    bought = phrases.offer(assessment)
    yield from wrap(f"{assessment.workload}: {route}{f', {bought}' if bought else ''}")
    yield from wrap(f"{phrases.spoken(verdict.summary)}.")
    yield ""


def _price(assessment: Assessment) -> Iterator[str]:
    chosen = assessment.option(assessment.verdict.option)
    if chosen is None or not chosen.priced:
        yield "no price in the catalog"
        return
    cost = chosen.monthly_usd
    yield (
        f"{dollars(cost.p50)} a month ({dollars(cost.p10)} to {dollars(cost.p90)}), "
        f"{dollars(cost.p50 * _MONTHS)} a year, as of {assessment.as_of}"
    )
    against = phrases.against_today(assessment)
    if against:
        yield against
    rival = phrases.best_rival(assessment)
    if rival is not None:
        excluded = ", excluded" if rival.state == "excluded" else ""
        other = f"{phrases.ROUTE_NAMES.get(rival.option, rival.option)}{excluded}"
        yield f"{other}: {dollars(rival.monthly_usd.p50)} a month"


def _how_sure(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    share = phrases.sureness(assessment)
    yield f"{verdict.status}, decided by {verdict.decided_by}{f'; {share}' if share else ''}"


def _hangs_on(assessment: Assessment, questions: Mapping[str, Question]) -> list[str]:
    """The answers that would change the route, then the open questions that could."""
    texts: dict[str, str] = {}
    for flip in assessment.flips:
        was, to = flip.spoken
        other = phrases.ROUTE_NAMES.get(flip.verdict, flip.verdict)
        texts.setdefault(flip.key, f"{_named(flip.key, questions)} {to} instead of {was}: {other}")
    for unknown in assessment.unknowns:
        if unknown.could_change_verdict:
            texts.setdefault(unknown.key, f"{_named(unknown.key, questions)} (not answered)")
    return _shortened(list(texts.values()), min(len(texts), _MOST_HANGS_ON))


def _named(key: str, questions: Mapping[str, Question]) -> str:
    return questions[key].text if key in questions else key

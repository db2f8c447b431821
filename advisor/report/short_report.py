"""A verdict on one screen: what to buy, its price, how sure it is, what comes first, and the command that says more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from advisor.assessment.model import Assessment
from advisor.interview.answer_format import dollars
from advisor.knowledge.questions import Question
from advisor.report import phrases
from advisor.text import LABEL, labeled, visible, wrap

MOST_LINES = 24
"""The rows of a terminal, the last one for the next command."""
_MOST_HANGS_ON = 3
_MONTHS = 12


def short_report(assessment: Assessment, questions: Mapping[str, Question], file: str = "FILE") -> str:
    """At most 24 lines of 80 columns, the answer first and the next command last."""
    blocks = [
        list(_answer(assessment)),
        labeled("price", _price(assessment)),
        labeled("how sure", _how_sure(assessment)),
        labeled("hangs on", _hangs_on(assessment, questions)),
        labeled("because", [f"{each.rule.title}." for each in phrases.reasons(assessment)]),
        labeled("provided", assessment.verdict.conditions),
        labeled("to do", assessment.verdict.tasks),
    ]
    last = f"next: advisor why {file} (or --full for everything)"
    return "\n".join([*(visible(line) for line in _fitted(blocks, MOST_LINES - 2)), "", visible(last)])


def _fitted(blocks: list[list[str]], most: int) -> list[str]:
    """Cut the longest blocks, the later ones first, until all fit, saying how many lines each lost."""
    kept = [len(block) for block in blocks]
    while sum(kept) > most:
        place = max(range(len(kept)), key=lambda number: (kept[number], number))
        kept[place] -= 1
    return [line for block, count in zip(blocks, kept, strict=True) for line in _shortened(block, count)]


def _shortened(block: list[str], count: int) -> Iterable[str]:
    if count == len(block):
        return block
    kept, lost = block[: count - 1], len(block) - count + 1
    return [*kept, f"{'':<{LABEL}}… {lost} more line{'s' if lost > 1 else ''}"]


def _answer(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    route = phrases.ROUTE_NAMES.get(verdict.option, verdict.option)
    bought = phrases.offer(assessment)
    yield from wrap(f"{assessment.workload}: {route}{f', {bought}' if bought else ''}")
    yield from wrap(f"{verdict.summary}.")
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
    rival = phrases.best_rival(assessment)
    if rival is not None:
        excluded = ", excluded" if rival.state == "excluded" else ""
        other = f"{phrases.ROUTE_NAMES.get(rival.option, rival.option)}{excluded}"
        yield f"{other}: {dollars(rival.monthly_usd.p50)} a month"


def _how_sure(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    share = f"; cheapest in {verdict.confidence:.0%} of draws" if verdict.confidence < 1 else ""
    yield f"{verdict.status}, decided by {verdict.decided_by}{share}"


def _hangs_on(assessment: Assessment, questions: Mapping[str, Question]) -> Iterator[str]:
    """The answers that would change the route, then the open questions that could."""
    texts: dict[str, str] = {}
    for flip in assessment.flips:
        was, to = flip.spoken
        other = phrases.ROUTE_NAMES.get(flip.verdict, flip.verdict)
        texts.setdefault(flip.key, f"{_named(flip.key, questions)} {to} instead of {was}: {other}")
    for unknown in assessment.unknowns:
        if unknown.could_change_verdict:
            texts.setdefault(unknown.key, f"{_named(unknown.key, questions)} (not answered)")
    yield from list(texts.values())[:_MOST_HANGS_ON]
    if len(texts) > _MOST_HANGS_ON:
        yield f"and {len(texts) - _MOST_HANGS_ON} more answers"


def _named(key: str, questions: Mapping[str, Question]) -> str:
    return questions[key].text if key in questions else key

"""An assessment as quiet text of at most 80 columns: no color, every number with its unit, fit to be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.assessment.model import Assessment, Option
from advisor.cost.routes import LINES
from advisor.decision.license_reports import LicenseReport
from advisor.knowledge.labels import gate_name, questionnaire_title, route_name, with_route_names
from advisor.report import outlook_phrases, phrases
from advisor.text import LABEL, WIDTH, labeled, side_by_side, spread, visible, wrap

_MOST_FLIPS = 8
_LINE = 20
"""Columns of the name of a line of the bill."""


def as_text(assessment: Assessment) -> str:
    """The whole verdict, ready to print."""
    blocks = (
        _headline(assessment),
        [*_because(assessment), *_provided(assessment)],
        _prices(assessment),
        _lines(assessment),
        _figures(assessment),
        _outlook(assessment),
        _published(assessment),
        _licenses(assessment.licenses),
        _basis(assessment),
    )
    return "\n\n".join("\n".join(visible(line) for line in block) for block in blocks if block)


def _headline(assessment: Assessment) -> list[str]:
    verdict = assessment.verdict
    return [
        spread(assessment.workload, f"{questionnaire_title(assessment.questionnaire)}, as of {assessment.as_of}"),
        "",
        spread(route_name(verdict.option).upper(), f"decided by {gate_name(verdict.decided_by)}, {verdict.status}"),
        *(part for text in filter(None, [phrases.sureness(assessment)]) for part in wrap(text, WIDTH)),
        *(
            part
            for text in (phrases.route_title(assessment), with_route_names(verdict.summary))
            for part in wrap(text, WIDTH)
        ),
        *(line for label, rows in phrases.told_first(assessment).items() for line in labeled(label, rows)),
    ]


def _because(assessment: Assessment) -> list[str]:
    rows: list[str] = []
    numbers = phrases.references(assessment)
    for reason in phrases.reasons(assessment):
        rows += [f"{reason.rule.title}: {phrases.consequence(reason)}", f"  {reason.evidence(numbers)}"]
    return labeled("because", rows)


def _provided(assessment: Assessment) -> list[str]:
    verdict = assessment.verdict
    return [*labeled("provided", verdict.conditions), *labeled("to do", verdict.tasks)]


def _prices(assessment: Assessment) -> list[str]:
    head = f"{'a month':<{LABEL}}{'low':>9}{'median':>9}{'high':>9}   cheapest in"
    note = "low and high: in 10% of draws it costs less, in 10% more"
    return [head, *(row for option in assessment.options for row in _price(option, assessment)), note]


def _price(option: Option, assessment: Assessment) -> Iterator[str]:
    figures = "".join(f"{figure:>9}" for figure in phrases.price_row(option))
    head = f"{route_name(option.option):<{LABEL}}{figures}   "
    tail = wrap(phrases.standing(option, assessment), WIDTH - len(head))
    yield from (f"{head if not place else '':<{len(head)}}{part}" for place, part in enumerate(tail))


def _lines(assessment: Assessment) -> list[str]:
    chosen, rival = assessment.option(assessment.verdict.option), phrases.best_rival(assessment)
    shown = [option for option in (chosen, rival) if option is not None]
    if not shown:
        return []
    names = [name for name in LINES if any(option.lines[name] for option in shown)]
    rows = [(name, [option.lines[name] for option in shown]) for name in names]
    rows.append(("in all", [option.monthly_usd.point for option in shown]))
    heads = "".join(f"{route_name(option.option):>16}" for option in shown)
    table = [
        f"{phrases.line_name(name):<{_LINE}}" + "".join(f"{phrases.cell(value):>16}" for value in row)
        for name, row in rows
    ]
    return ["a month line by line, averaged near the median: together the median", " " * _LINE + heads, *table]


def _figures(assessment: Assessment) -> list[str]:
    return [
        *labeled("fleet", [phrases.fleet(assessment)]),
        *labeled("break-even", [phrases.break_even(assessment.break_even)]),
        *labeled("would pay", outlook_phrases.would_pay(assessment.outlook)),
        *labeled("pays back", outlook_phrases.pay_backs(assessment.outlook)),
        *labeled("hybrid", filter(None, [outlook_phrases.hybrid(assessment.outlook.hybrid)])),
    ]


def _outlook(assessment: Assessment) -> list[str]:
    found = phrases.flips(assessment.flips)
    more = [f"and {len(found) - _MOST_FLIPS} more questions"] if len(found) > _MOST_FLIPS else []
    return [
        *labeled("measure next", [phrases.measure(each) for each in assessment.measure_next]),
        *labeled("would change", [*found[:_MOST_FLIPS], *more]),
        *labeled("open", [phrases.open_questions(assessment)]),
        *labeled("never asked", filter(None, [phrases.never_asked(assessment)])),
        *_telling(assessment),
    ]


def _telling(assessment: Assessment) -> list[str]:
    """The open questions that could change the route, as a table."""
    found = phrases.telling(assessment)
    return ["", "could change the route, and what is assumed", *side_by_side(found)] if found else []


def _published(assessment: Assessment) -> list[str]:
    return [
        *labeled("others say", map(phrases.method, assessment.methods)),
        *labeled("checklists", [phrases.checklist(checklist) for checklist in assessment.checklists]),
    ]


def _licenses(reports: Iterable[LicenseReport]) -> list[str]:
    return labeled("licenses", map(phrases.license_report, reports))


def _basis(assessment: Assessment) -> list[str]:
    digests = ", ".join(f"{name} {digest}" for name, digest in phrases.pins(assessment).items())
    rows = [
        phrases.weak_evidence(assessment),
        f"{phrases.engines(assessment)}; {phrases.stream(assessment)}",
        f"pinned: {digests}",
    ]
    return [
        *labeled("note", phrases.notes(assessment)),
        *labeled("basis", [row for row in rows if row]),
        *labeled("sources", phrases.source_list(assessment)),
    ]

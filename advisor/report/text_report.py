"""Assessments as text of at most 80 columns: a table for many, one on a screen, one in full; fit to read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from advisor.assessment.model import Assessment, Option
from advisor.cost.routes import LINES
from advisor.decision.license_reports import LICENSE_REVIEW, LicenseReport, license_verdict
from advisor.interview.answer_format import dollars
from advisor.knowledge.labels import (
    catalog_label,
    gate_name,
    in_words,
    questionnaire_title,
    route_name,
    with_route_names,
)
from advisor.report import phrases
from advisor.report.phrases import price_row
from advisor.report.verdict_card import (
    NO_BILL,
    all_rows,
    because,
    best_rival,
    bill_alone,
    bought,
    card,
    clipped,
    costs,
    mostly_failed,
    offer,
    status_of,
    sureness,
)
from advisor.text import LABEL, WIDTH, cut, labeled, side_by_side, spread, table_of, visible, wrap

# Several assessments as one table: a line for each, with what to buy and what it costs a month.


HEADS = ("workload", "route", "offer", "$/month", "status")
_OFFER = HEADS.index("offer")
_SELLERS = {
    "hosted-api": "vendor", "managed-cloud": "cloud", "managed-open": "provider", "self-host": "own GPUs",
}  # fmt: skip
"""Routes by who runs the model, in one short word."""
_BETWEEN = " · "
_SHORTEST_PLACE = 5
_LEAST, _LEAST_NAME = 12, 19
"""Columns that an offer and the name of a workload keep where the other columns are wide."""
_COUNT = re.compile(r"\d+× ")
"""How a number of GPUs begins."""


class BriefRow(NamedTuple):
    """An assessment as a row of a table of many: cells under `HEADS`, and dollars of the price for failed tasks."""

    cells: tuple[str, str, str, str, str]
    failed_usd: float


def brief_row(assessment: Assessment) -> BriefRow:
    """What a table of many says of one assessment."""
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    price = "" if chosen is None else price_row(chosen)[1]
    route = _SELLERS.get(verdict.option, verdict.option)
    cells = visible(assessment.workload), route, visible(_bought(assessment)), price, verdict.status
    return BriefRow(cells, mostly_failed(assessment))


def brief_table(rows: Sequence[BriefRow], width: int = WIDTH) -> str:
    """A table of at most `width` columns where the names allow it.

    Long names of workloads are cut first, then models; the GPUs to buy are never cut.
    """
    cells = [row.cells for row in rows]
    widths = [max(len(row[place]) for row in (HEADS, *cells)) for place in range(len(HEADS))]
    over = sum(widths) + 2 * (len(HEADS) - 1) - width
    name = max(widths[0] - max(over, 0), min(widths[0], _LEAST_NAME))
    room = max(widths[_OFFER] - max(over - (widths[0] - name), 0), _LEAST)
    fitted = [(cut(row[0], name), *row[1:_OFFER], _fitted(row[_OFFER], room), *row[_OFFER + 1 :]) for row in cells]
    said = ", ".join(f"{row.cells[0]} {dollars(row.failed_usd)}" for row in rows if row.failed_usd)
    note = "\n".join(wrap(f"of that for failed tasks, as modeled: {said}", width, hanging="  ")) if said else ""
    return "\n".join(filter(None, (table_of(HEADS, fitted, right=HEADS[3]), note)))


def _fitted(text: str, room: int) -> str:
    """Cut an offer: GPUs are kept whole and their model cut; of a provider, what a few columns hold is kept."""
    model, _, where = text.partition(_BETWEEN)
    left = room - len(model) - len(_BETWEEN)
    if len(text) <= room:
        return text
    if _COUNT.match(where):
        return f"{cut(model, max(room - len(where) - len(_BETWEEN), 1))}{_BETWEEN}{where}"
    return f"{model}{_BETWEEN}{cut(where, left)}" if where and left >= _SHORTEST_PLACE else cut(model, room)


def _bought(assessment: Assessment) -> str:
    """The offer in few words; of a hybrid both models, the routine one first."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is not None and chosen.offer is not None and chosen.offer.frontier is not None:
        return f"{catalog_label(chosen.offer.model)} + {catalog_label(chosen.offer.frontier.model)}"
    return offer(assessment).partition(" in ")[0]


# A verdict on one screen: the card as text, and the command that says more.


MOST_LINES = 24
"""The rows of a terminal, the last one for the next command."""
_INDENT = LABEL + 1
_REASON_ROWS, _LAST_ROWS = 2, 2
_TALLEST = 3
"""Rows that one line of the card takes at most where there is room."""


def short_report(assessment: Assessment, file: str = "FILE", width: int = WIDTH) -> str:
    """At most 24 lines of `width` columns, the answer first and the next command last."""
    if assessment.questionnaire == LICENSE_REVIEW:
        return _license_report(assessment, file)
    what = bought(assessment)
    answer = f"{route_name(assessment.verdict.option).upper()}{f': {what}' if what else ''}"
    head = [spread(assessment.workload, f"as of {assessment.as_of}", width), *wrap(answer, width), ""]
    last = _last(file, width)
    drawn = clipped(card(assessment, unstated=NO_BILL), width - _INDENT, MOST_LINES - len(head) - 2, _TALLEST)
    rows = [f"{name:<{_INDENT}}{text}".rstrip() for name, text in all_rows(drawn)]
    return "\n".join([*(visible(line) for line in (*head, *rows)), "", visible(last)])


def _last(file: str, width: int = WIDTH) -> str:
    """The next command; a long name of a file leaves no room for the hint behind it."""
    last = f"next: advisor why {file} (or --full for everything)"
    return last if len(last) <= width else f"next: advisor why {file}"


def _license_report(assessment: Assessment, file: str) -> str:
    """What a license review found: each candidate with its posture and the first reason."""
    _, found = license_verdict(assessment.licenses)
    head = [spread(assessment.workload, f"as of {assessment.as_of}"), f"LICENSES: {found}", ""]
    rows = [
        line
        for report in assessment.licenses
        for line in (
            spread(f"{report.model}  {report.license}", report.posture),
            *wrap(in_words(report.because[0]) if report.because else "", lead="  ", hanging="  ")[:_REASON_ROWS],
        )
    ]
    most = MOST_LINES - len(head) - _LAST_ROWS
    more = ["… and more: --full shows every model"] if len(rows) > most else []
    last = _last(file)
    return "\n".join([*map(visible, (*head, *rows[: most - len(more)], *more)), "", visible(last)])


# An assessment as plain text of at most 80 columns: no color, every number with its unit, fit to be read aloud.


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
        spread(route_name(verdict.option).upper(), f"decided by {gate_name(verdict.decided_by)}"),
        *wrap(" · ".join(filter(None, (status_of(assessment), sureness(assessment)))), WIDTH),
        *(
            part
            for text in (phrases.route_title(assessment), with_route_names(verdict.summary))
            for part in wrap(text, WIDTH)
        ),
        *labeled("costs", filter(None, [costs(assessment)])),
        *(line for label, rows in _told_first(assessment).items() for line in labeled(label, rows)),
    ]


def _told_first(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """What a reader must see before the costs, by label: contradictions, today's bill, what to find out first."""
    against = _against_today(assessment)
    found = {
        "contradiction": tuple(one.because for one in assessment.contradictions),
        "today": (against,) if against else (),
        "find out": tuple(map(with_route_names, assessment.verdict.find_out_first)),
    }
    return {label: rows for label, rows in found.items() if rows}


def _against_today(assessment: Assessment) -> str:
    """What the route saves or costs against the stated bill, a month and a year; empty where none was stated."""
    found = assessment.verdict.against_today
    if found is None:
        return ""
    month, year = (dollars(abs(each)) for each in (found.monthly_usd, found.yearly_usd))
    besides = ", failed tasks not counted" if bill_alone(assessment) else " and the work around it"
    if found.monthly_usd < 0:
        return f"saves {month} a month and {year} a year against today's API bill{besides}"
    return f"costs {month} a month and {year} a year more than today's API bill{besides}"


def _because(assessment: Assessment) -> list[str]:
    rows: list[str] = []
    numbers = phrases.references(assessment)
    for reason in phrases.reasons(assessment):
        rows += [f"{reason.rule.title}: {phrases.consequence(reason)}", f"  {reason.evidence(numbers)}"]
    return labeled("because", rows or filter(None, [because(assessment)]))


def _provided(assessment: Assessment) -> list[str]:
    return [*labeled("provided", phrases.conditions(assessment)), *labeled("to do", phrases.tasks(assessment))]


def _prices(assessment: Assessment) -> list[str]:
    head = f"{'a month':<{LABEL}}{'low':>9}{'median':>9}{'high':>9}   cheapest in"
    rows = (row for option in assessment.options for row in _price(option, assessment))
    return [head, *rows, *wrap(phrases.draws_note(assessment), WIDTH)]


def _price(option: Option, assessment: Assessment) -> Iterator[str]:
    figures = "".join(f"{figure:>9}" for figure in phrases.price_row(option))
    head = f"{route_name(option.option):<{LABEL}}{figures}   "
    tail = wrap(phrases.standing(option, assessment), WIDTH - len(head))
    yield from (f"{head if not place else '':<{len(head)}}{part}" for place, part in enumerate(tail))


def _lines(assessment: Assessment) -> list[str]:
    chosen, rival = assessment.option(assessment.verdict.option), best_rival(assessment)
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
        *labeled("fleet", [phrases.fleet_title(assessment)]),
        *labeled("break-even", [phrases.break_even(assessment.break_even)]),
        *labeled("would pay", phrases.would_pay(assessment.outlook)),
        *labeled("pays back", phrases.pay_backs(assessment.outlook)),
        *labeled("hybrid", filter(None, [phrases.hybrid(assessment.outlook.hybrid)])),
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
    found = [(asked, "" if assumed == phrases.NOTHING else assumed) for asked, assumed in phrases.telling(assessment)]
    found.sort(key=lambda row: not row[1])
    head = "could change the route, with what is assumed where a figure is needed"
    return ["", head, *side_by_side(found)] if found else []


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

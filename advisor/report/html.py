"""An assessment as one HTML page: nothing is fetched, nothing runs, it prints, in the reader's light or dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from advisor.assessment.model import Assessment, Option, Unknown
from advisor.cost.compare.projection import Curve
from advisor.cost.routes import LINES
from advisor.knowledge.ranges import Range
from advisor.report import phrases
from advisor.report.curve_chart import Mark, Series
from advisor.report.html_style import STYLE
from advisor.report.svg import cost_chart, range_bar
from advisor.text import visible

_FEWEST, _MOST = 1e6, 1e12
"""Output tokens a month between which cost is drawn against volume."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(assessments: Sequence[Assessment], title: str = "", lead: str = "") -> str:
    """One page of all assessments; `title` is text, `lead` is HTML placed before the first of them."""
    title = title or f"{phrases.joined([assessment.workload for assessment in assessments])}: where to run it"
    body = "\n".join(_article(assessment) for assessment in assessments)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{lead}{body}\n</body>\n</html>"
    )


def shown(text: object) -> str:
    """A text as HTML shows it: escaped, its invisible characters spelled out."""
    return escape(visible(str(text)))


def _article(assessment: Assessment) -> str:
    parts = (
        _headline(assessment),
        section("Because", _reasons(assessment)),
        section("Provided", bullets(assessment.verdict.conditions)),
        section("To do", bullets(assessment.verdict.tasks)),
        section("A month", _prices(assessment)),
        section("Cost against volume", _chart(assessment)),
        section("Line by line", _lines(assessment)),
        section("Fleet", _sentences(phrases.fleet(assessment))),
        section("Break-even", _sentences(phrases.break_even(assessment.break_even))),
        section("Measure next", bullets(phrases.measure(each) for each in assessment.measure_next)),
        section("What would change it", bullets(phrases.flips(assessment.flips))),
        section("Published methods", _methods(assessment)),
        section("Checklists", bullets(phrases.checklist(each) for each in assessment.checklists)),
        section("Licenses", _licenses(assessment)),
        section("Open questions", _open(assessment)),
        section("Notes", bullets(filter(None, (*assessment.notes, phrases.stale_evidence(assessment))))),
        section("Basis", _basis(assessment)),
    )  # fmt: skip
    return f"<article>\n{''.join(parts)}</article>"


def _headline(assessment: Assessment) -> str:
    verdict = assessment.verdict
    sure = "".join(f", {words}" for words in [phrases.sureness(assessment)] if words)
    told = bullets(f"{label}: {row}" for label, rows in phrases.told_first(assessment).items() for row in rows)
    when = f"as of {assessment.as_of}, {assessment.questionnaire} questionnaire"
    gate, status = shown(verdict.decided_by), shown(verdict.status)
    return (
        f"<header><p class='what'>{shown(assessment.workload)} <span>{shown(when)}</span></p>\n"
        f"<h1>{shown(verdict.option)}</h1>\n"
        f"<p class='gate'>decided by <b>{gate}</b>, <b>{status}</b>{shown(sure)}</p>\n"
        f"<p>{shown(phrases.route_title(assessment))}</p>\n"
        f"<p class='summary'>{shown(verdict.summary)}</p>{told}</header>\n"
    )


def section(title: str, body: str) -> str:
    """A part of the page under its heading; nothing where the body is empty."""
    return f"<section><h2>{shown(title)}</h2>\n{body}\n</section>\n" if body else ""


def bullets(rows: Iterable[str]) -> str:
    """A list of texts; nothing where there are none."""
    items = "".join(f"<li>{shown(row)}</li>" for row in rows)
    return f"<ul>{items}</ul>" if items else ""


def _sentences(*rows: str) -> str:
    return "".join(f"<p>{shown(row)}</p>" for row in rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str) -> str:
    """A table of cells that are HTML already; the first of each row is its heading."""
    head = "".join(f"<th scope='col'>{shown(name)}</th>" for name in heads)
    body = "".join(
        f"<tr><th scope='row'>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    return f"<table class='{kind}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def _reasons(assessment: Assessment) -> str:
    items = "".join(
        f"<li>{shown(reason.rule.title)}: {shown(phrases.consequence(reason))}"
        f"<small>{shown(reason.rule.because)} {shown(reason.evidence)}</small></li>"
        for reason in phrases.reasons(assessment)
    )
    return f"<ul>{items}</ul>" if items else ""


def _prices(assessment: Assessment) -> str:
    most = max((option.monthly_usd.p90 for option in assessment.options), default=0.0)
    rows = [_price(option, most) for option in assessment.options]
    return _table(("route", "p10", "p50", "p90", "p10 to p90", "cheapest in"), rows, "figures")


def _price(option: Option, most: float) -> list[str]:
    cost = option.monthly_usd
    bar = range_bar(cost.p10, cost.p50, cost.p90, most) if option.priced else ""
    name = f"<span class='{shown(option.state)}'>{shown(option.option)}</span>"
    return [name, *map(shown, phrases.price_row(option)), bar, shown(phrases.standing(option))]


def _chart(assessment: Assessment) -> str:
    series = [_charted(curve) for curve in assessment.outlook.curves]
    drawn = cost_chart(series, marks(assessment)) if series else ""
    if not drawn:
        return ""
    legend = "".join(f"<span class='key{place}'>{shown(one.name)}</span>" for place, one in enumerate(series))
    about = "Dollars a month against output tokens a month; the band holds p10 to p90 of the first."
    return f"<figure>{drawn}<figcaption>{legend} {shown(about)}</figcaption></figure>"


def _charted(curve: Curve) -> Series:
    """A curve over the volumes that the chart shows."""
    rows = zip(curve.volumes, curve.p10, curve.p50, curve.p90, strict=True)
    kept = [row for row in rows if _FEWEST <= row[0] <= _MOST]
    at, p10, p50, p90 = zip(*kept, strict=True)
    return Series(curve.route, at, p10, p50, p90)


def marks(assessment: Assessment) -> list[Mark]:
    """The volume that was answered, and where self-hosting costs what the API costs."""
    volume, band = assessment.facts.get("volume.output_tokens"), assessment.break_even.output_tokens_per_month
    found = [Mark("you", volume.point)] if isinstance(volume, Range) else []
    if band is not None:
        found.append(Mark("break-even", band.p50, band.p10, band.p90))
    return found


def _lines(assessment: Assessment) -> str:
    options = [option for option in assessment.options if option.priced]
    names = [name for name in LINES if any(option.lines[name] for option in options)]
    rows = [[shown(name), *(shown(phrases.cell(option.lines[name])) for option in options)] for name in names]
    rows.append(["in all", *(shown(phrases.cell(option.monthly_usd.point)) for option in options)])
    return _table(("averaged near the median", *(option.option for option in options)), rows, "figures")


def _methods(assessment: Assessment) -> str:
    rows = [
        [shown(method.id), shown(phrases.joined(method.verdict)), shown(method.because)]
        for method in assessment.methods
    ]
    return _table(("method", "says", "because"), rows, "texts")


def _licenses(assessment: Assessment) -> str:
    rows = [
        [shown(each.model), shown(each.license), shown(each.posture), shown(" ".join(each.because))]
        for each in assessment.licenses
    ]
    return _table(("model", "license", "posture", "because"), rows, "texts")


def _open(assessment: Assessment) -> str:
    heads = ("question", "asked", "assumed", "source", "could change the route")
    never = frozenset(assessment.never_asked.questions)
    table = _table(heads, [_unknown(each, each.key in never) for each in assessment.unknowns], "texts")
    said = shown(phrases.open_questions(assessment))
    unasked = phrases.never_asked(assessment)
    sentence = _sentences(f"Never asked: {unasked}") if unasked else ""
    return f"{sentence}<details><summary>{said}</summary>{table}</details>" if table else ""


def _unknown(each: Unknown, never: bool) -> list[str]:
    word = f"{each.source}, {each.grade}" if each.source else ""
    changes = "yes" if each.could_change_verdict else ""
    return [shown(each.key), "never" if never else "", shown(each.assumed), shown(word), changes]


def _basis(assessment: Assessment) -> str:
    rows = (phrases.weak_evidence(assessment), phrases.engines(assessment), phrases.stream(assessment))
    pins = assessment.pins
    pinned = f"rules {pins.rules}, catalog {pins.catalog}, questionnaire {pins.questionnaire}"
    return _sentences(*(row for row in rows if row)) + f"<p class='pins'>{shown(pinned)}</p>"

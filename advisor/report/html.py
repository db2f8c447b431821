"""An assessment as one HTML page: nothing is fetched, nothing runs, it prints, in the reader's light or dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import floor, log10

from advisor.assessment.model import Assessment, Option
from advisor.cost.breakeven import Curve
from advisor.cost.routes import LINES
from advisor.interview.answer_format import dollars
from advisor.knowledge.labels import label, questionnaire_title, route_name, with_route_names
from advisor.knowledge.parameters import Range
from advisor.report import phrases
from advisor.report.log_chart import crossing_sentences, crossings
from advisor.report.svg import Bar, Mark, Series, cost_bars, cost_chart, rate_chart
from advisor.report.verdict_card import because, page_rows, runner_up_gap
from advisor.sizing.placement import layout_words
from advisor.text import capitalized, visible

# The style sheet of an HTML report: one accent, light and dark, and black on white in print.


STYLE = """
:root { color-scheme: light dark; --ink: #1c2227; --quiet: #5b6670; --line: #d5dbe0; --paper: #fff; --accent: #0b6e75;
  --other: #a8540a; --third: #6a4fb0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --quiet: #9aa6af; --line: #333c44; --paper: #14181b;
  --accent: #57c4cc; --other: #e5a15c; --third: #b7a3ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
article + article { margin-top: 4rem; border-top: 2px solid var(--line); padding-top: 2rem; }
h1 { margin: .2rem 0; font-size: 2.2rem; line-height: 1.15; color: var(--accent); }
h1::first-letter { text-transform: uppercase; }
h2 { margin: 1.8rem 0 .5rem; font-size: 1.05rem; font-weight: 600; break-after: avoid; }
.card { border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 4px;
  padding: 1rem 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .8rem 0 0; }
dt { color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
p { margin: .3rem 0; }
.what span, .gate, small, figcaption, .pins, summary { color: var(--quiet); }
.what span { float: right; }
.summary { font-size: 1.1rem; }
small { display: block; font-size: .85rem; }
ul { margin: 0; padding-left: 1.2rem; }
li { margin: .25rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  font-weight: 400; overflow-wrap: break-word; }
thead th { color: var(--quiet); font-size: .85rem; }
.figures td, .figures thead th { font-variant-numeric: tabular-nums; }
.figures tbody tr:last-child th, .figures tbody tr:last-child td { border-bottom: 0; }
.chosen { color: var(--accent); font-weight: 600; }
.excluded { color: var(--quiet); }
.figures th[scope=row] { white-space: nowrap; padding-right: 1.2rem; }
.figures td { white-space: nowrap; text-align: right; }
.figures thead th:not(:first-child) { text-align: right; }
.figures:not(.lines) td:last-child, .figures:not(.lines) thead th:last-child { white-space: normal; text-align: left;
  padding-left: 1.5rem; }
.bars { width: 100%; height: auto; }
.bars text, .chart text { font: 13px system-ui, sans-serif; fill: var(--quiet); }
.bars .name.chosen { fill: var(--accent); font-weight: 600; }
.bars .name.viable { fill: var(--ink); }
.range { fill: var(--other); opacity: .55; }
.range.chosen { fill: var(--accent); opacity: .8; }
.range.excluded { fill: none; stroke: var(--quiet); stroke-dasharray: 3 3; opacity: 1; }
.part0 { fill: var(--accent); } .part1 { fill: var(--other); } .part2 { fill: var(--third); }
.part3 { fill: var(--quiet); } .part4 { fill: var(--line); }
.median { stroke: var(--ink); stroke-width: 2.5; }
figure { margin: 0; }
.chart { width: 100%; height: auto; }
.chart .name { fill: var(--ink); }
.grid { stroke: var(--line); }
.mark { stroke: var(--quiet); stroke-dasharray: 2 4; }
.band { opacity: .16; }
.band0 { fill: var(--accent); } .band1 { fill: var(--other); } .band2 { fill: var(--third); }
.curve { fill: none; stroke-width: 2.5; }
.dot { fill: var(--accent); }
circle.crossing { fill: var(--paper); stroke: var(--ink); } .chart text.crossing { font-size: 11px; fill: var(--ink); }
.curve0 { stroke: var(--accent); }
.curve1 { stroke: var(--other); stroke-dasharray: 2 5; stroke-linecap: round; }
.curve2 { stroke: var(--third); stroke-dasharray: 9 5; }
figcaption span { margin-right: 1.2rem; font-weight: 600; }
.key0 { color: var(--accent); } .key1 { color: var(--other); } .key2 { color: var(--third); }
figcaption span::before { content: ""; display: inline-block; width: 1.8em; margin-right: .4em; vertical-align: middle;
  border-top: 2.5px solid; }
.key1::before { border-top-style: dotted; } .key2::before { border-top-style: dashed; }
.pins { font: .75rem ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 38rem) {
  body { padding: 1rem .75rem; }
  .what span { float: none; display: block; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  table { font-size: .8rem; }
  .figures th[scope=row] { white-space: normal; padding-right: .3rem; }
  .bars text { font-size: 17px; }
  .chart text { font-size: 18px; }
}
@page { margin: 13mm 15mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --quiet: #333; --line: #999; --paper: #fff; --accent: #000; --other: #555;
    --third: #777; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; font-size: 1rem; line-height: 1.4; }
  h2 { margin: .8rem 0 .3rem; }
  .card { padding: .6rem 1rem; }
  .bars { max-height: 40mm; }
  .chart { max-height: 52mm; }
  .bars text { font-size: 15px; }
  .chart text { font-size: 18px; }
  th, td { padding-top: .18rem; padding-bottom: .18rem; }
  .card, figure, tr, li, dl { break-inside: avoid; }
  .pins { break-before: avoid; }
  article > section:last-child { break-inside: avoid; }
  article + article { break-before: page; margin-top: 0; border-top: 0; padding-top: 0; }
  thead { display: table-header-group; }
}
"""


_BELOW, _ABOVE = 2, 3
"""Decades around the volume that was answered, between which cost is drawn against volume."""
_FEWEST, _MOST = 6, 12
"""Powers of ten of output tokens a month between which it is drawn where no volume was answered."""
_NEARLY = 0.999
"""Takes in the ends of a range of powers of ten, which are computed."""
_BREAK_EVEN = "break-even"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(assessments: Sequence[Assessment], title: str = "", last: str = "", who_decided: str = "") -> str:
    """One page of all assessments; `title` is text, `last` is HTML after the last.

    `who_decided` names the people of a record and what became of it.
    """
    title = title or f"{phrases.joined([assessment.workload for assessment in assessments])}: where to run it"
    body = "\n".join(
        _article(assessment, f"a{place}", who_decided) for place, assessment in enumerate(assessments, start=1)
    )
    return html_page(title, f"{body}\n{last}")


def html_page(title: str, body: str) -> str:
    """A whole page around a body that is HTML; nothing is fetched, nothing runs."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>"
    )


def shown(text: object) -> str:
    """A text as HTML shows it: escaped, its invisible characters spelled out."""
    return escape(visible(str(text)))


def _article(assessment: Assessment, name: str, who_decided: str) -> str:
    """One verdict: a page that decides, then the details behind it, then sources and digests."""
    parts = (
        _card(assessment, who_decided),
        section("What each route costs a month", _bars(assessment, name)),
        section("Why not the others", _others(assessment)),
        section("Cost against volume", _chart(assessment, name)),
        section("Why", _reasons(assessment)),
        section("What would change it", bullets(phrases.flips(assessment.flips))),
        section("What to find out next", bullets(_find_out(assessment))),
        section("What must come true first", bullets(phrases.conditions(assessment))),
        section("To do", bullets(phrases.tasks(assessment))),
        section("The bill line by line, a month", _lines(assessment)),
        section("Hardware and break-even", _sentences(*_figures(assessment)) + _rates(assessment, name)),
        section("What published methods say", _methods(assessment)),
        section("Published checklists", bullets(map(phrases.checklist, assessment.checklists))),
        section("Licenses", bullets(map(phrases.license_report, assessment.licenses))),
        section("Open questions", _open(assessment)),
        section("Notes", bullets(phrases.notes(assessment))),
        section("Sources and digests", _basis(assessment)),
    )  # fmt: skip
    return f"<article>\n{''.join(parts)}</article>"


def _card(assessment: Assessment, who_decided: str) -> str:
    """The verdict card: route and offer, its price, what it hangs on, contradictions, and who decided."""
    verdict = assessment.verdict
    when = f"as of {assessment.as_of}, {questionnaire_title(assessment.questionnaire)}"
    rows = [*page_rows(assessment), ("who decided", who_decided or "nobody yet: this is advice, not a decision")]
    table = "".join(f"<dt>{shown(label)}</dt><dd>{shown(text)}</dd>" for label, text in rows)
    return (
        f"<header class='card'><p class='what'>{shown(assessment.workload)} <span>{shown(when)}</span></p>\n"
        f"<h1>{shown(route_name(verdict.option))}</h1>\n"
        f"<p class='summary'>{shown(with_route_names(verdict.summary))}</p>\n"
        f"<dl>{table}</dl></header>\n"
    )


def _find_out(assessment: Assessment) -> list[str]:
    """What the verdict hangs on, then what it would pay to measure."""
    return [
        *map(with_route_names, assessment.verdict.find_out_first),
        *(phrases.measure(each) for each in assessment.measure_next),
    ]


def _others(assessment: Assessment) -> str:
    """Each route that was not chosen, what it would buy, and what stands against it."""
    rows = [
        f"{phrases.option_title(option)}. {_against(option, assessment)}"
        for option in assessment.options
        if option.state != "chosen"
    ]
    return bullets(rows)


def _against(option: Option, assessment: Assessment) -> str:
    if option.state == "excluded":
        stands = phrases.standing(option, assessment)
        return f"{capitalized(stands)}."
    chosen = assessment.option(assessment.verdict.option)
    if not option.priced or chosen is None or not chosen.priced:
        return "No price in the catalog."
    costs = f"{runner_up_gap(chosen, option)} a month at the median"
    return f"Costs {costs}; cheapest in {phrases.share_of(option.probability_cheapest)} of draws."


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
    numbers = phrases.references(assessment)
    items = "".join(
        f"<li>{shown(reason.rule.title)}: {shown(phrases.consequence(reason))}"
        f"<small>{shown(reason.rule.because)} {shown(reason.evidence(numbers))}</small></li>"
        for reason in phrases.reasons(assessment)
    )
    return f"<ul>{items}</ul>" if items else _sentences(because(assessment))


def _bars(assessment: Assessment, name: str) -> str:
    """The range of every route on one scale, and the same as a table."""
    bars = [_bar(option) for option in assessment.options]
    drawn = cost_bars(bars, "Dollars a month of each route, low, median and high", f"{name}-bars")
    about = f"From low to high on a logarithmic scale, the median marked; {phrases.draws_note(assessment)}."
    figure = f"<figure>{drawn}<figcaption>{shown(about)}</figcaption></figure>" if drawn else ""
    rows = [_price(option, assessment) for option in assessment.options]
    return figure + _table(("route", "low", "median", "high", "cheapest in"), rows, "figures")


def _bar(option: Option) -> Bar:
    cost = option.monthly_usd
    ends = (cost.p10, cost.p50, cost.p90) if option.priced else (0.0, 0.0, 0.0)
    text = dollars(cost.p50) if option.priced else "no price"
    return Bar(route_name(option.option), *ends, text, option.state)


def _price(option: Option, assessment: Assessment) -> list[str]:
    name = f"<span class='{shown(option.state)}'>{shown(route_name(option.option))}</span>"
    standing = "excluded" if option.state == "excluded" else phrases.standing(option, assessment)
    return [name, *map(shown, phrases.price_row(option)), shown(standing)]


def _figures(assessment: Assessment) -> list[str]:
    outlook = assessment.outlook
    return [
        f"fleet: {phrases.fleet_title(assessment)}",
        phrases.break_even(assessment.break_even),
        *(f"self-hosting would pay with {row}" for row in phrases.would_pay(outlook)),
        *(f"pays back: {row}" for row in phrases.pay_backs(outlook)),
        *(f"hybrid: {row}" for row in filter(None, [phrases.hybrid(outlook.hybrid)])),
    ]


def _chart(assessment: Assessment, name: str) -> str:
    around = _volumes(assessment)
    charted = {curve.route: _charted(curve, *around) for curve in assessment.outlook.curves}
    series = [one for one in charted.values() if one is not None]
    inside = [mark for mark in marks(assessment) if mark.at > 0 and around[0] <= log10(mark.at) <= around[1]]
    found = crossings({route: list(zip(one.at, one.p50, strict=True)) for route, one in charted.items() if one})
    crossed = [(one.volume, one.dollars) for one in found]
    drawn = cost_chart(series, inside, f"{name}-volume", crossed) if series else ""
    if not drawn:
        return ""
    legend = "".join(f"<span class='key{place}'>{shown(one.name)}</span>" for place, one in enumerate(series))
    about = "Dollars a month against output tokens a month, both by powers of ten; the bands reach from low to high."
    said = "".join(f" {shown(sentence)}, by the medians drawn." for sentence in crossing_sentences(found))
    if found and any(mark.name == _BREAK_EVEN for mark in inside):
        said += " The break-even is the median of those of all draws, so it may lie beside that crossing."
    return f"<figure>{drawn}<figcaption>{legend} {shown(about)}{said}</figcaption></figure>"


def _rates(assessment: Assessment, name: str) -> str:
    """The curve of one group of the fleet; empty where there is none, as in a record's page."""
    fleet = assessment.fleet
    drawn = rate_chart(fleet.curve, fleet.inter_token_ms, f"{name}-rates")
    if not drawn:
        return ""
    layouts = "; ".join(dict.fromkeys(layout_words(point.layout) for point in fleet.curve))
    about = (
        "Output tokens a second of one GPU of a group against milliseconds per token, both logarithmic; dots are loads,"
        f" from few requests to as many as there is room for. Cheapest layouts from left to right: {layouts}."
    )
    return f"<figure>{drawn}<figcaption>{shown(about)}</figcaption></figure>"


def _volumes(assessment: Assessment) -> tuple[float, float]:
    """The powers of ten between which cost is drawn: around the volume that was answered or computed."""
    volume = _volume(assessment)
    if volume <= 0:
        return _FEWEST, _MOST
    middle = floor(log10(volume))
    return middle - _BELOW, middle + _ABOVE


def _volume(assessment: Assessment) -> float:
    """Output tokens a month, answered or computed; 0 where nothing says."""
    stated, resolved = (
        table.get(key)
        for table, key in ((assessment.facts, "volume.output_tokens"), (assessment.workload_resolved, "output_tokens"))
    )
    if isinstance(stated, Range):
        return stated.point
    return float(resolved) if isinstance(resolved, int | float) else 0.0


def _charted(curve: Curve, low: float, high: float) -> Series | None:
    """A curve over the volumes that the chart shows; None where it has fewer than two points there."""
    rows = zip(curve.volumes, curve.p10, curve.p50, curve.p90, strict=True)
    kept = [row for row in rows if 10.0**low * _NEARLY <= row[0] <= 10.0**high / _NEARLY]
    if len(kept) < 2:
        return None
    at, p10, p50, p90 = zip(*kept, strict=True)
    return Series(route_name(curve.route), at, p10, p50, p90)


def marks(assessment: Assessment) -> list[Mark]:
    """The volume that was answered, and where self-hosting costs what the API costs."""
    volume, band = _volume(assessment), assessment.break_even.output_tokens_per_month
    found = [Mark("you", volume)] if volume > 0 else []
    if band is not None:
        found.append(Mark(_BREAK_EVEN, band.p50, band.p10, band.p90))
    return found


def _lines(assessment: Assessment) -> str:
    options = [option for option in assessment.options if option.priced]
    names = [name for name in LINES if any(option.lines[name] for option in options)]
    rows = [
        [shown(phrases.line_name(name)), *(shown(phrases.cell(option.lines[name])) for option in options)]
        for name in names
    ]
    rows.append(["in all", *(shown(phrases.cell(option.monthly_usd.point)) for option in options)])
    return _table(("averaged near the median", *(route_name(one.option) for one in options)), rows, "figures lines")


def _methods(assessment: Assessment) -> str:
    rows = [
        [shown(label(method.id)), shown(phrases.method_says(method)), shown(with_route_names(method.because))]
        for method in assessment.methods
    ]
    return _table(("method", "says", "because"), rows, "texts")


def _open(assessment: Assessment) -> str:
    """What was left open: what could change the route first; where nothing was assumed, the question alone."""
    unasked = phrases.never_asked(assessment)
    sentences = _sentences(phrases.open_questions(assessment), *([f"Never asked: {unasked}"] if unasked else []))
    ordered = sorted(assessment.unknowns, key=lambda each: not each.could_change_verdict)
    listed = [each for each in ordered if each.could_change_verdict or phrases.assumed(each) != phrases.NOTHING]
    rows = [
        [shown(label(each.key)), shown(phrases.assumed(each)), "yes" if each.could_change_verdict else "", each.grade]
        for each in listed
    ]
    silent = [label(each.key) for each in ordered if each not in listed]
    rest = _sentences(f"Nothing is assumed for: {' '.join(silent)}") if silent else ""
    return sentences + _table(("question", "assumed", "could change the route", "evidence"), rows, "texts") + rest


def _basis(assessment: Assessment) -> str:
    sentences = (phrases.weak_evidence(assessment), phrases.engines(assessment), phrases.stream(assessment))
    pins = assessment.pins
    digests = (("rules", pins.rules), ("catalog", pins.catalog), ("questionnaire", pins.questionnaire))
    pinned = "".join(f"<p class='pins'>{shown(name)} {shown(pin)}</p>" for name, pin in digests)
    return bullets(phrases.source_list(assessment)) + _sentences(*filter(None, sentences)) + pinned
